"""How soon a command in Slack is acknowledged, and its card stands, with 500 takes open; beside a bare bolt handler."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import open_app
from bot.core.money import Money
from bot.settings import Secret, Settings
from bot.slack import opened
from tests.bench.at_work import AtOnce
from tests.bench.slack_typing import Typed, Typing, typing

ROUNDS = 3
OPEN = 500
#: Commands a second, and how many are measured.
RATE = 20.0
MEASURED = 400
#: Those that are open before are typed faster, for nobody measures them.
RATE_BEFORE = 40.0
#: Until every take has been polled once.
SETTLE_S = 7.0
PLENTY = Money.usd(10_000)


class Served(Protocol):
    """A Slack as a process finds it."""

    @property
    def api_url(self) -> str:
        """The address of the Web API."""
        ...

    @property
    def bot_token(self) -> str:
        """The bot's token."""
        ...

    @property
    def app_token(self) -> str:
        """The token for sockets."""
        ...


@contextlib.asynccontextmanager
async def product(home: Path, slack: Served, provider: AtOnce) -> AsyncIterator[None]:
    """The whole application on a SQLite file, serving this Slack."""
    settings = Settings(
        home=home,
        slots=OPEN,
        channel_cap=PLENTY,
        workspace_cap=PLENTY,
        slack_bot_token=Secret(slack.bot_token),
        slack_app_token=Secret(slack.app_token),
        slack_api_url=slack.api_url.rstrip("/"),
    )
    async with opened(settings) as served, open_app(settings, chats=[served.make_chat], provider=provider) as app:
        stop = asyncio.Event()
        running = [asyncio.create_task(app.run(stop)), asyncio.create_task(served.serve(app, stop))]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*running)


@contextlib.asynccontextmanager
async def bare(slack: Typing) -> AsyncIterator[None]:
    """A bolt application that does nothing but acknowledge."""
    app = AsyncApp(client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url))

    @app.command("/clip")
    async def clip(ack: Any) -> None:
        await ack()

    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=AsyncWebClient(base_url=slack.api_url))
    await handler.connect_async()  # type: ignore[no-untyped-call]  # the vendor's
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # the vendor's


async def _round(folder: Path) -> tuple[Typed, Typed]:
    """What came of the commands that the product was sent, and of those for the bare handler."""
    folder.mkdir()
    async with typing(folder) as slack:
        async with product(folder / "home", slack, AtOnce()):
            await slack.type(OPEN, RATE_BEFORE)
            await asyncio.sleep(SETTLE_S)
            ours = await slack.type(MEASURED, RATE)
        async with bare(slack):
            theirs = await slack.type(MEASURED, RATE, cards=False)
    return ours, theirs


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_commands_with_500_takes_open(tmp_path: Path) -> None:
    """From the arrival of a command at 20 a second until its acknowledgement, and until its card stands."""
    rounds = [await _round(tmp_path / f"round{number}") for number in range(ROUNDS)]
    ours, theirs = ([typed.acks for typed in each] for each in zip(*rounds, strict=True))
    cards = [typed.cards for typed, _ in rounds]
    print(
        f"\n{RATE:.0f} commands a second with {OPEN} takes open: acknowledged after {_line(ours)}; "
        f"the card stands after {_line(cards)}\na bare bolt handler: acknowledged after {_line(theirs)}"
    )
    assert all(len(each) == MEASURED for each in (*ours, *theirs, *cards))


def _line(rounds: Sequence[Sequence[float]]) -> str:
    return f"{_at(rounds, 50):.0f} ms in the median, {_at(rounds, 99):.0f} ms at 99 %, {_at(rounds, 100):.0f} at most"


def _at(rounds: Sequence[Sequence[float]], percent: int) -> float:
    """The median of the rounds' figures at this percentage."""
    return statistics.median(sorted(each)[min(len(each) - 1, len(each) * percent // 100)] for each in rounds)
