"""The wire in a process of its own, so that what it holds is not counted: ``python -m tests.bench.discord_alone``."""

from __future__ import annotations

import asyncio

from tests.adapters.discord.wire import API, wire


async def main() -> None:
    """Print the address of the API, and serve until the process is ended; any size is taken."""
    async with wire() as discord_:
        discord_.largest_bytes = 1 << 40
        print(discord_.base_url + API, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
