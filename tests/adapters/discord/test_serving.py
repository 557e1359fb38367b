"""How Discord is heard over its gateway: sign-in, heartbeats, broken connections, ended sessions, refused tokens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from adapters.discord.client import INTENTS, DailiesClient
from adapters.discord.serving import Line, Serving, TokenRefused, serve
from bot.core.errors import StoreError
from tests.adapters.discord.gateway import Gateway, gateway, guild, text_channel
from tests.adapters.discord.wire import TOKEN
from tests.adapters.slack.workspace import SwiftClock

GUILD, LAUNCH = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002


@dataclass(slots=True, kw_only=True)
class Ear:
    """A client that is served."""

    client: DailiesClient
    line: Line = field(default_factory=Line)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    #: How often what was missed was looked up.
    looked: int = 0
    #: Of the next so many lookings the rows fail.
    failing: int = 0

    async def connected(self) -> None:
        self.looked += 1
        if self.failing:
            self.failing -= 1
            msg = "no rows"
            raise StoreError(msg)


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    """Nobody waits."""


@asynccontextmanager
async def served(*, token: str = TOKEN) -> AsyncIterator[tuple[Ear, asyncio.Task[None]]]:
    client = DailiesClient(quiet_s=0.05)
    ear = Ear(client=client)
    serving = Serving(client=client, token=token, clock=SwiftClock(), line=ear.line, connected=ear.connected)
    running = asyncio.create_task(serve(serving, ear.stop))
    try:
        yield ear, running
    finally:
        ear.stop.set()
        await asyncio.gather(running, return_exceptions=True)
        await client.close()


@pytest.fixture
async def there() -> AsyncIterator[Gateway]:
    async with gateway() as made:
        made.guilds = [guild(GUILD, "Studio", text_channel(LAUNCH, "launch"))]
        yield made


async def test_signs_in_with_what_is_needed(there: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    """The bot asks for servers and reactions only, keeps no members, and its token is in no log line."""
    caplog.set_level(logging.DEBUG)
    async with served() as (ear, running):
        assert ear.line.trouble == "Discord is not connected yet"
        await there.until(lambda: ear.looked)
        assert ear.line.trouble == ""
        assert [each["intents"] for each in there.identified] == [1025]
        assert INTENTS.value == 1025
        assert there.heartbeats
        studio = ear.client.get_guild(GUILD)
        assert studio is not None
        assert [each.id for each in studio.members] == [ear.client.user.id if ear.client.user else 0]
        ear.stop.set()
        await running
        assert not there.is_open
    assert "Discord is heard" in caplog.text
    assert TOKEN not in caplog.text


async def test_comes_back_to_its_session(there: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    """After a broken connection and after Discord's own wish the session goes on, and what was missed is looked up."""
    caplog.set_level(logging.INFO)
    async with served() as (ear, _):
        await there.until(lambda: ear.looked == 1)
        await there.drop()
        await there.until(lambda: ear.looked == 2)
        await there.ask_back()
        await there.until(lambda: ear.looked == 3)
        assert len(there.identified) == 1
        assert [each["session_id"] for each in there.resumed] == ["session-0", "session-0"]
        assert ear.line.trouble == ""
    assert "Discord cannot be heard" in caplog.text
    assert "Discord is heard again" in caplog.text
    assert "Traceback" not in caplog.text


async def test_an_ended_session_begins_anew(there: Gateway) -> None:
    """A session that Discord has forgotten is begun anew at the same address, and what was missed is looked up."""
    async with served() as (ear, _):
        await there.until(lambda: ear.looked == 1)
        ear.client.before_identify_hook = _at_once  # type: ignore[method-assign]  # Discord takes one in five seconds
        there.forget = True
        await there.drop()
        await there.until(lambda: ear.looked == 2)
        assert len(there.identified) == 2
        assert ear.line.trouble == ""


async def test_looking_up_that_fails_is_done_again(there: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    """While the rows cannot be read what was missed is looked up again and again, until it can."""
    async with served() as (ear, _):
        ear.failing = 2
        await there.until(lambda: ear.looked == 3)
    assert "what was missed in Discord could not be looked up" in caplog.text


async def test_a_token_that_is_not_taken(there: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    """A token that is refused from the first ends the serving with the remedy, and is not shown."""
    there.wire.trouble("GET", "/users/@me", 401, times=5)
    async with served() as (_, running):
        with pytest.raises(TokenRefused, match="Reset Token"):
            await running
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(("code", "said"), [(4004, "DISCORD_BOT_TOKEN any more"), (4014, "4014"), (4013, "4013")])
async def test_refused_for_good(there: Gateway, caplog: pytest.LogCaptureFixture, code: int, said: str) -> None:
    """A token that was reset, or whatever else only a person mends, is said once; the process goes on until its end."""
    there.refuse = code
    async with served() as (ear, running):
        await asyncio.wait_for(ear.line.given_up.wait(), 30)
        assert said in ear.line.trouble
        await asyncio.sleep(0)
        assert not running.done()
        ear.stop.set()
        await running
    assert [said in each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == [True]
    assert "Traceback" not in caplog.text


async def test_discord_that_is_away_is_asked_again(there: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    """A start while Discord is away is no failure: it is said once, and heard once it is back."""
    there.wire.trouble("GET", "/users/@me", 400, times=2)
    there.wire.trouble("GET", "/oauth2", 0, times=1, cut=True)
    there.wire.trouble("GET", "/gateway/bot", 400, times=2)
    async with served() as (ear, _):
        with pytest.raises(aiohttp.ClientConnectionError, match="not connected"):
            await ear.client.fetch_channel(LAUNCH)
        await there.until(lambda: ear.looked)
        assert ear.line.trouble == ""
    assert caplog.text.count("Discord cannot be heard") == 1
    assert "Unclosed" not in caplog.text


async def test_an_event_that_cannot_be_read_is_passed_over(there: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    """An event that the vendor cannot read ends nothing: it is logged without its token, and the next is heard."""
    async with served() as (ear, running):
        await there.until(lambda: ear.looked)
        await there.tell(
            "INTERACTION_CREATE", {"id": "1", "type": 2, "token": "aW50ZXJhY3Rpb24", "application_id": "1"}
        )
        await there.tell("CHANNEL_CREATE", text_channel(LAUNCH + 1, "new") | {"guild_id": str(GUILD)})
        await there.until(lambda: running.done() or ear.client.get_channel(LAUNCH + 1))
        assert not running.done()
        assert ear.line.trouble == ""
    assert "INTERACTION_CREATE" in caplog.text
    assert "aW50ZXJhY3Rpb24" not in caplog.text
