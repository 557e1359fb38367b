"""The same story in every chat comes to the same decisions, amounts and lines of the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.muapi.simulator import Simulator
from bot.core.money import Money
from tests.adapters.discord.openapi import complaints
from tests.adapters.discord.server import server
from tests.adapters.discord.transcript import transcript
from tests.end_to_end import same_books
from tests.end_to_end.room_discord import DiscordRoom
from tests.end_to_end.room_local import LocalRoom
from tests.end_to_end.room_slack import SlackRoom
from tests.end_to_end.rooms import Room, Stage
from tests.end_to_end.same_story import Play
from tests.end_to_end.slack import require_books, workspace

#: What it comes to everywhere: each decision, take, line of the ledger, budget and vote.
TOLD = Path(__file__).with_name("same_story.txt")


@asynccontextmanager
async def local(stage: Stage) -> AsyncIterator[Room]:
    yield LocalRoom(stage)


@asynccontextmanager
async def slack(stage: Stage) -> AsyncIterator[Room]:
    async with workspace() as opened:
        yield SlackRoom(stage, opened)
        assert opened.complaints == []


@asynccontextmanager
async def discord(stage: Stage) -> AsyncIterator[Room]:
    async with server() as here:
        try:
            yield DiscordRoom(stage, here)
        finally:
            (stage.home / "transcript.txt").write_text(transcript(here), encoding="utf-8")
        assert complaints(here.env.http_requests) == []


CHATS = {"local": local, "slack": slack, "discord": discord}
#: The demo and the story of Slack are told by make test in other ways.
LONG = ("local", "slack")


@pytest.mark.parametrize(
    "chat", [pytest.param(chat, marks=[pytest.mark.long] if chat in LONG else []) for chat in CHATS]
)
async def test_the_same_story(chat: str, tmp_path: Path) -> None:
    """A slate, a vote, a slip undone, a restart, a final, a refusal, a cap: told the same, and booked the same."""
    async with Simulator(scale=0.005, folder=tmp_path / "provider") as simulator:
        stage = Stage(simulator=simulator, home=tmp_path)
        async with CHATS[chat](stage) as room:
            async with room.at_work() as app:
                play = Play(room, stage, app)
                await play.begins()
            async with room.at_work() as app:
                play.app = app
                await play.goes_on()
                told = await same_books.everything(app, stage.decisions, room.names)
                assert await require_books(app, simulator) == Money.usd("4.06")
    (tmp_path / "told.txt").write_text(told, encoding="utf-8")
    assert told == TOLD.read_text(encoding="utf-8").strip()
