"""A fake Slack in a process of its own, so that what it holds is not counted: ``python -m tests.bench.slack_alone``."""

from __future__ import annotations

import asyncio

from tests.adapters.slack.fake.server import FakeSlack


async def main() -> None:
    """Print the address of the Web API and the bot's token, and serve until the process is ended."""
    async with FakeSlack() as slack:
        slack.person("U1", "mina")
        slack.channel("C1", "launch", members=("U1",))
        print(slack.api_url, slack.bot_token, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
