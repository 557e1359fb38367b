"""``dailies run`` and Discord: the script itself, as a process, against a gateway and a REST server on loopback."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import needs
from tests.adapters.discord.gateway import Gateway, gateway, guild, text_channel
from tests.adapters.discord.wire import API, TOKEN
from tests.adapters.slack.fake.server import FakeSlack
from tests.cli.conftest import COMMAND, clean

Running = Callable[..., AbstractAsyncContextManager[asyncio.subprocess.Process]]
GUILD, LAUNCH, MINA = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002, 1_100_000_000_000_000_003


@pytest.fixture
async def there() -> AsyncIterator[Gateway]:
    async with gateway() as made:
        made.guilds = [guild(GUILD, "Studio", text_channel(LAUNCH, "launch"))]
        yield made


@pytest.fixture
def running(tmp_path: Path, there: Gateway) -> Running:
    """Starts the script in a folder with this ``.env``, and ends it as an operator does."""

    @asynccontextmanager
    async def start(*words: str, **lines: str) -> AsyncIterator[asyncio.subprocess.Process]:
        given = {"DISCORD_BOT_TOKEN": TOKEN, "DISCORD_API_URL": there.wire.base_url + API} | lines
        env_file = tmp_path / ".env"
        env_file.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
        env_file.chmod(0o600)
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *words, cwd=tmp_path, env=clean(tmp_path / "home"),
            stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    return start


async def stopped(process: asyncio.subprocess.Process) -> str:
    """What it has logged, once it has ended gracefully."""
    process.send_signal(signal.SIGTERM)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


def typed(command: str, verb: str, **options: str) -> dict[str, Any]:
    """What the gateway tells of a slash command."""
    person = {"id": str(MINA), "username": "mina", "discriminator": "0", "avatar": None, "global_name": "mina"}
    member = {"user": person, "roles": [], "joined_at": "2026-11-01T00:00:00+00:00", "deaf": False, "mute": False}
    given = [{"type": 3, "name": name, "value": value} for name, value in options.items()]
    data = {"id": "1", "type": 1, "name": command, "options": [{"type": 1, "name": verb, "options": given}]}
    return {
        "id": "1300000000000000900",
        "application_id": "1000000000000000000",
        "type": 2,
        "data": data,
        "guild_id": str(GUILD),
        "channel_id": str(LAUNCH),
        "channel": text_channel(LAUNCH, "launch") | {"guild_id": str(GUILD), "permissions": "274878024768"},
        "member": member | {"permissions": "274878024768", "flags": 0},
        "token": "an-interactions-token-of-many-letters",
        "version": 1,
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(GUILD)},
        "context": 0,
        "app_permissions": "274878024768",
        "attachment_size_limit": 10 * 1024 * 1024,
    }


async def test_from_nothing_to_the_first_clip_in_practice(there: Gateway, running: Running, tmp_path: Path) -> None:
    """A token in .env, --practice, one command: commands are told, a welcome, a card, a clip, all of it marked."""
    async with running("run", "--practice") as process:
        await there.until(lambda: there.wire.said(LAUNCH), within_s=60)
        assert there.wire.requests("PUT", "/commands")
        await there.tell("INTERACTION_CREATE", typed("clip", "draft", prompt="a fox in snow"))
        await there.until(lambda: there.wire.requests("POST", "/callback"))
        await there.until(lambda: any(each["attachments"] for each in there.wire.said(LAUNCH)), within_s=60)
        said = await stopped(process)
    welcome = there.wire.said(LAUNCH)[0]
    assert "PRACTICE · $0.00 · I make short video clips here." in f"{welcome['content']}{welcome['embeds']}"
    assert (tmp_path / "home" / "practice" / "dailies.db").exists()
    assert not (tmp_path / "home" / "dailies.db").exists()
    assert "Discord is heard" in said
    assert TOKEN not in said
    assert "Traceback" not in said


async def test_a_token_that_discord_does_not_take(there: Gateway, running: Running) -> None:
    """It ends with one line that names the setting and the remedy, and no token."""
    there.wire.trouble("GET", "/users/@me", 401, times=5)
    async with running("run", "--practice") as process:
        _, said = await process.communicate()
    assert process.returncode == 2
    last = said.decode().splitlines()[-1]
    assert last.startswith("DISCORD_BOT_TOKEN: Discord does not take it: reset it under Bot")
    assert TOKEN not in said.decode()


async def test_invites_with_what_is_used(running: Running) -> None:
    """The address has the app's id, both scopes and the permissions, and nothing is asked of Discord for it."""
    async with running("discord", "invite", DISCORD_API_URL="http://127.0.0.1:9") as process:
        said, _ = await process.communicate()
    assert process.returncode == 0
    assert said.decode() == (
        "https://discord.com/oauth2/authorize?client_id=1000000000000000000"
        "&scope=bot+applications.commands&permissions=274878024768\n"
    )


@pytest.mark.long
async def test_tells_of_the_commands(there: Gateway, running: Running) -> None:
    """``sync`` tells Discord once, and a second time only if it is forced; a refusal is one sentence."""
    for words, says in (
        ((), "Discord was told of the commands, for every server"),
        ((), "Discord knows the commands as they are"),
        (("--force", "--guild", str(GUILD)), f"Discord was told of the commands, for the server {GUILD}"),
    ):
        async with running("discord", "sync", *words) as process:
            said, errors = await process.communicate()
        assert said.decode().startswith(says), errors.decode()
    there.wire.trouble("PUT", "/commands", 403, code=50001)
    async with running("discord", "sync", "--force") as process:
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert len(errors.decode().splitlines()) == 1
    async with running("discord", "sync", DISCORD_BOT_TOKEN="") as process:
        _, errors = await process.communicate()
    assert errors.decode().startswith("DISCORD_BOT_TOKEN: is not set")


@pytest.mark.long
async def test_beside_slack(there: Gateway, running: Running) -> None:
    """Both chats are served by one process, and end together; a token that one refuses ends the other gracefully."""
    async with FakeSlack() as slack:
        slack.teams["T1"].scopes = set(needs.scopes())
        both = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url, "SLACK_APP_TOKEN": slack.app_token}
        async with running("run", "--practice", **both) as process:
            await there.until(lambda: there.wire.requests("PUT", "/commands") and slack.connections, within_s=60)
            said = await stopped(process)
        assert "Slack is heard" in said
        assert "Discord is heard" in said
        there.wire.trouble("GET", "/users/@me", 401, times=5)
        async with running("run", "--practice", **both) as process:
            _, errors = await process.communicate()
        assert process.returncode == 2
        assert errors.decode().splitlines()[-1].startswith("DISCORD_BOT_TOKEN: Discord does not take it")
        assert "Traceback" not in errors.decode()


@pytest.mark.long
async def test_discord_that_cannot_be_reached_is_asked_again(running: Running) -> None:
    """A start while Discord is away is no failure: the rest goes on, and a signal ends the waiting."""
    async with running("run", "--practice", DISCORD_API_URL="http://127.0.0.1:9") as process:
        assert process.stderr is not None
        while b"is tried again until it can" not in (line := await process.stderr.readline()):
            assert line
        await stopped(process)
