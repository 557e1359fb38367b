"""Discord is told of the commands when they have changed."""

from __future__ import annotations

from typing import Any

import pytest
from discord import app_commands

from adapters.chat.notes import Notes
from adapters.discord.client import DailiesClient
from adapters.discord.syncing import sync
from bot.core.errors import ChatBusy, ChatClosed, ChatError
from bot.core.fakes import FakeClock, MemoryStore
from tests.adapters.discord.choices import described_client
from tests.adapters.discord.server import Server, server


@pytest.fixture
def notes() -> Notes:
    clock = FakeClock()
    return Notes(MemoryStore(clock), clock, ())


def puts(at: Server) -> list[tuple[str, int]]:
    """Whom Discord was told for, and of how many commands."""
    asked = [each for each in at.env.http_requests if each["method"] == "PUT" and "/commands" in each["path"]]
    return [("server" if "/guilds/" in each["path"] else "everywhere", len(each["json"])) for each in asked]


async def test_only_when_changed(notes: Notes) -> None:
    """The same commands are told once, also after a restart; changed or forced, they are told again."""
    client = described_client()
    async with server(client) as at:
        assert await sync(client, notes)
        assert not await sync(client, notes)
        assert await sync(client, notes, force=True)
        assert puts(at) == [("everywhere", 6)] * 2
        assert set(at.mina.available_commands(at.launch)) >= {"clip draft", "dailies budget set", "Promote"}
        client.tree.remove_command("dailies")
        assert await sync(client, notes)
        assert "dailies budget set" not in at.mina.available_commands(at.launch)


async def test_one_server(notes: Notes) -> None:
    """A server can have them by itself while they are tried; once all have them it has them once."""
    client = described_client()
    async with server(client) as at:
        assert await sync(client, notes, guild=at.guild.id)
        assert not await sync(client, notes, guild=at.guild.id)
        assert await sync(client, notes)
        assert puts(at) == [("server", 6), ("everywhere", 6), ("server", 0)]
        assert not await sync(client, notes)
        assert await sync(client, notes, guild=at.guild.id)


async def test_a_server_that_was_left(notes: Notes) -> None:
    """A server that the bot is not in any more has no commands to be taken away, and holds nothing up."""
    client = described_client()
    async with server(client) as at:
        assert await sync(client, notes, guild=at.guild.id)
        at.env.inject_error("PUT", "/applications/*/guilds/*/commands", status=403, code=50001, times=1)
        assert await sync(client, notes)
        assert not await sync(client, notes)
        assert len(puts(at)) == 3


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (403, 50001, ChatClosed, "applications.commands"),
        (400, 30034, ChatError, "no more commands today"),
        (400, 50240, ChatError, "did not take the commands"),
        (400, 50035, ChatError, "did not take the commands"),
        (503, 0, ChatBusy, "wait"),
        (400, 12345, ChatError, "refused this"),
    ],
)
async def test_errors(notes: Notes, status: int, code: int, kind: type[ChatError], said: str) -> None:
    """What Discord refuses is said with what to do, and told again the next time."""
    client = described_client()
    async with server(client) as at:
        at.env.inject_error("PUT", "/applications/*/commands", status=status, code=code, times=None)
        with pytest.raises(kind, match=said):
            await sync(client, notes)
        assert await notes.get(_told(), str(client.application_id)) is None


def _told() -> Any:
    from adapters.discord.syncing import TOLD

    return TOLD


def test_the_payload_is_the_trees() -> None:
    """Every command of the tree is told of."""
    tree: app_commands.CommandTree[DailiesClient] = described_client().tree
    assert len([each for each in tree.get_commands()]) == 2
