"""A fake Slack in a process of its own, whose people type at a fixed rate; what it sees is measured there.

``python -m tests.bench.slack_typing`` prints where it is; to each line ``COUNT RATE`` it answers when all was typed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import Acked

#: As many that no channel is sent more than a message a second.
CHANNELS = 40
PEOPLE = 20
#: Until the last card stands.
CARDS_S = 30.0
PROMPT = "a fox in snow, number {}."


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of the commands, in milliseconds: until each was acknowledged, and until its card stood."""

    acks: list[float]
    cards: list[float]


@dataclass(slots=True)
class Typing:
    """Such a Slack, as whoever measures sees it."""

    process: asyncio.subprocess.Process
    api_url: str
    bot_token: str
    app_token: str

    async def type(self, count: int, rate: float, *, cards: bool = True) -> Typed:
        """Have so many commands typed at so many a second, and wait for their cards, if there are to be any."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{count} {rate} {int(cards)}\n".encode())
        said = json.loads(await self.process.stdout.readline())
        return Typed(said["acks"], said["cards"])


@contextlib.asynccontextmanager
async def typing(folder: Path) -> AsyncIterator[Typing]:
    """Start one; its files are in the folder."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "tests.bench.slack_typing"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 24,
        env={"TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    try:
        yield Typing(process, *(await process.stdout.readline()).decode().split())
    finally:
        process.terminate()
        await process.wait()


class _Hands:
    """The people, and the eye on what they see."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._typed = 0

    async def type(self, count: int, rate: float, *, cards: bool) -> dict[str, list[float]]:
        slack, first, typing = self._slack, self._typed, []
        began: dict[str, float] = {}
        loop, self._typed = asyncio.get_running_loop(), first + count
        start = loop.time()
        for number in range(first, first + count):
            await asyncio.sleep(max(0.0, start + (number - first) / rate - loop.time()))
            began[PROMPT.format(number)] = slack.now()
            typing.append(asyncio.create_task(self._command(number)))
        acked = await asyncio.gather(*typing)
        assert all(each.ok for each in acked)
        if cards:
            await slack.until(lambda: len(slack.calls("chat.postMessage")) >= first + count, within_s=CARDS_S)
            await slack.until(lambda: len(self._seen(began)) == count, within_s=CARDS_S)
        return {"acks": [each.seconds * 1000 for each in acked], "cards": self._seen(began) if cards else []}

    async def _command(self, number: int) -> Acked:
        person, channel = f"U{number % PEOPLE}", f"C{number % CHANNELS}"
        return await self._slack.command(person, channel, "/clip", PROMPT.format(number))

    def _seen(self, began: dict[str, float]) -> list[float]:
        """How long each card was waited for, of those that stand."""
        cards = ((card, _prompt(card.text)) for card in self._slack.said if card.only is None and not card.thread_ts)
        return [(float(card.ts) - began[prompt]) * 1000 for card, prompt in cards if prompt in began]


def _prompt(text: str) -> str:
    return text.partition("“")[2].partition("”")[0]


async def main() -> None:
    """Serve, and type, until the input ends."""
    async with FakeSlack() as slack:
        for number in range(PEOPLE):
            slack.person(f"U{number}", f"maker{number}")
        for number in range(CHANNELS):
            slack.channel(f"C{number}", f"channel{number}", members=tuple(f"U{each}" for each in range(PEOPLE)))
        hands = _Hands(slack)
        print(slack.api_url, slack.bot_token, slack.app_token, flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            count, rate, cards = line
            await slack.until(lambda: slack.connections)
            said: dict[str, Any] = await hands.type(int(count), float(rate), cards=cards == "1")
            print(json.dumps(said), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
