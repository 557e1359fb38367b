"""A Discord on loopback in a process of its own, whose people type at a fixed rate; what it sees is measured there.

``python -m tests.bench.discord_typing`` prints where it is; to each line ``COUNT RATE`` it answers when all was typed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from discord.utils import time_snowflake

from tests.adapters.discord.gateway import Gateway, gateway, guild, text_channel
from tests.adapters.discord.wire import API

GUILD, FIRST_CHANNEL, FIRST_PERSON = 1_100_000_000_000_000_000, 1_100_000_000_000_000_100, 1_100_000_000_000_000_500
#: As many that no channel is sent more than a message a second.
CHANNELS = 40
PEOPLE = 20
#: Until the last answer has come.
ANSWERS_S = 30.0
#: The answer that another one follows.
DEFERRED = 5
PROMPT = "a fox in snow, number {}."


@dataclass(slots=True)
class Typing:
    """Such a Discord, as whoever measures sees it."""

    process: asyncio.subprocess.Process
    api_url: str

    async def type(self, count: int, rate: float) -> tuple[list[float], int]:
        """Have so many commands typed at so many a second.

        Milliseconds until the first answer to each, and how many of these answers said only that it takes longer.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{count} {rate}\n".encode())
        waits, later = json.loads(await self.process.stdout.readline())
        return waits, later


@contextlib.asynccontextmanager
async def typing() -> AsyncIterator[Typing]:
    """Start one."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-W", "ignore", "-m", "tests.bench.discord_typing"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 24,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    try:
        yield Typing(process, (await process.stdout.readline()).decode().strip())
    finally:
        process.terminate()
        await process.wait()


class _Hands:
    """The people, and the eye on what is answered."""

    def __init__(self, discord: Gateway) -> None:
        self._discord = discord
        self._typed = 0

    async def type(self, count: int, rate: float) -> tuple[list[float], int]:
        loop, first, wire = asyncio.get_running_loop(), self._typed, self._discord.wire
        self._typed = first + count
        began: dict[str, float] = {}
        start = loop.time()
        for number in range(first, first + count):
            await asyncio.sleep(max(0.0, start + (number - first) / rate - loop.time()))
            event = self._command(number)
            wire.places[int(event["id"])] = int(event["channel_id"])
            began[event["id"]] = loop.time()
            await self._discord.tell("INTERACTION_CREATE", event)
        answers: dict[str, float] = {}
        later = set[str]()

        def all_answered() -> bool:
            for each in wire.requests("POST", "/callback$"):
                own = each.path.split("/")[2]
                answers.setdefault(own, each.at)
                if each.body["type"] == DEFERRED:
                    later.add(own)
            return began.keys() <= answers.keys()

        await self._discord.until(all_answered, within_s=ANSWERS_S)
        wire.asked.clear()
        return [(answers[each] - at) * 1000 for each, at in began.items()], len(later)

    def _command(self, number: int) -> dict[str, Any]:
        # Its id says when it was typed, as Discord's do.
        self._discord.wire.last_id = max(self._discord.wire.last_id + 1, time_snowflake(datetime.now(UTC)))
        own, place = self._discord.wire.last_id, FIRST_CHANNEL + number % CHANNELS
        person = {"id": str(FIRST_PERSON + number % PEOPLE), "username": "maker", "discriminator": "0", "avatar": None}
        member = {"user": person, "roles": [], "joined_at": "2026-11-01T00:00:00+00:00", "deaf": False, "mute": False}
        option = {"name": "prompt", "type": 3, "value": PROMPT.format(number)}
        return {
            "id": str(own),
            "application_id": "1000000000000000000",
            "type": 2,
            "token": f"token{own}",
            "version": 1,
            "guild_id": str(GUILD),
            "channel_id": str(place),
            "channel": text_channel(place, "launch") | {"guild_id": str(GUILD), "permissions": "274878024768"},
            "member": member | {"flags": 0, "permissions": "2147483648"},
            "app_permissions": "274878024768",
            "attachment_size_limit": 10 * 2**20,
            "authorizing_integration_owners": {"0": str(GUILD)},
            "context": 0,
            "entitlements": [],
            "locale": "en-US",
            "data": {
                "id": "7",
                "name": "clip",
                "type": 1,
                "options": [{"name": "draft", "type": 1, "options": [option]}],
            },
        }


async def main() -> None:
    """Serve, and type, until the input ends."""
    async with gateway() as discord:
        discord.guilds.append(
            guild(GUILD, "Studio", *(text_channel(FIRST_CHANNEL + each, f"c{each}") for each in range(CHANNELS)))
        )
        hands = _Hands(discord)
        print(discord.wire.base_url + API, flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            count, rate = line
            await discord.until(lambda: discord.is_open)
            print(json.dumps(await hands.type(int(count), float(rate))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
