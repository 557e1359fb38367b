"""How soon a command on Discord has its first answer, with 500 takes open; beside a bare discord.py handler."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import discord
import pytest
from discord import app_commands

from adapters.discord.client import use
from bot.app import open_app
from bot.core.money import Money
from bot.discord import opened
from bot.settings import Secret, Settings
from tests.adapters.discord.wire import TOKEN
from tests.bench.at_work import AtOnce
from tests.bench.discord_typing import Typing, typing

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


@contextlib.asynccontextmanager
async def product(home: Path, at: Typing, provider: AtOnce) -> AsyncIterator[None]:
    """The whole application on a SQLite file, serving this Discord."""
    settings = Settings(
        home=home,
        slots=OPEN,
        channel_cap=PLENTY,
        workspace_cap=PLENTY,
        discord_bot_token=Secret(TOKEN),
        discord_api_url=at.api_url,
    )
    async with opened(settings) as served, open_app(settings, chats=[served.make_chat], provider=provider) as app:
        stop = asyncio.Event()
        running = [asyncio.create_task(app.run(stop)), asyncio.create_task(served.serve(app, stop))]
        try:
            while served.not_heard():  # noqa: ASYNC110 - it is only read
                await asyncio.sleep(0.05)
            yield
        finally:
            stop.set()
            await asyncio.gather(*running)


@contextlib.asynccontextmanager
async def bare(at: Typing) -> AsyncIterator[None]:
    """A client of discord.py whose command does nothing but answer."""
    use(at.api_url)
    client = discord.AutoShardedClient(intents=discord.Intents(guilds=True), max_messages=None)
    tree = app_commands.CommandTree(client)
    clip = app_commands.Group(name="clip", description="clips")

    @clip.command(description="a draft")
    async def draft(interaction: discord.Interaction, prompt: str) -> None:
        await interaction.response.send_message(prompt)

    tree.add_command(clip)
    running = asyncio.create_task(client.start(TOKEN))
    try:
        await asyncio.sleep(0.1)
        while not client.is_ready():  # noqa: ASYNC110 - before it has begun there is nothing to wait for
            await asyncio.sleep(0.05)
        yield
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


async def _round(folder: Path) -> tuple[list[float], int, list[float]]:
    """What came of the commands that the product was sent, how many had to be deferred, and the bare handler's."""
    async with typing() as at:
        provider = AtOnce()
        async with product(folder, at, provider):
            await at.type(OPEN, RATE_BEFORE)
            while provider.submits < OPEN:  # noqa: ASYNC110 - it is only read
                await asyncio.sleep(0.05)
            await asyncio.sleep(SETTLE_S)
            ours, deferred = await at.type(MEASURED, RATE)
        async with bare(at):
            theirs, _ = await at.type(MEASURED, RATE)
    return ours, deferred, theirs


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_commands_with_500_takes_open(tmp_path: Path) -> None:
    """From the arrival of a command at 20 a second until its first answer: its card, or that it takes longer."""
    before = discord.http.Route.BASE
    try:
        rounds = [await _round(tmp_path / f"round{number}") for number in range(ROUNDS)]
    finally:
        use(before)
    ours, deferred, theirs = zip(*rounds, strict=True)
    print(
        f"\n{RATE:.0f} commands a second with {OPEN} takes open: answered after {_line(ours)}; by their cards but for "
        f"{max(deferred)} of {MEASURED}\n"
        f"a bare discord.py handler: answered after {_line(theirs)}"
    )
    assert all(len(each) == MEASURED for each in (*ours, *theirs))


def _line(rounds: Sequence[Sequence[float]]) -> str:
    return f"{_at(rounds, 50):.0f} ms in the median, {_at(rounds, 99):.0f} ms at 99 %, {_at(rounds, 100):.0f} at most"


def _at(rounds: Sequence[Sequence[float]], percent: int) -> float:
    """The median of the rounds' figures at this percentage."""
    return statistics.median(sorted(each)[min(len(each) - 1, len(each) * percent // 100)] for each in rounds)
