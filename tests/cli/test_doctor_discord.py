"""The doctor, the invitation and the commands, against Discord's REST on loopback."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import discord
import pytest

from adapters.discord import needs
from bot.cli.doctor_checks import Check, Grade
from bot.cli.doctor_discord import discord as ask
from bot.core.clock import SystemClock
from bot.core.errors import ChatError
from bot.core.fakes import MemoryStore
from bot.discord import tell
from bot.settings import Secret, Settings
from tests.adapters.discord.asked import Asked, Json
from tests.adapters.discord.gateway import guild
from tests.adapters.discord.routes import BOT
from tests.adapters.discord.wire import API, TOKEN, Wire, wire

GUILD = 1_100_000_000_000_000_001


@pytest.fixture
async def there() -> AsyncIterator[Wire]:
    async with wire() as made:
        join(made, permissions=needs.permissions().value)
        yield made


def answers(made: Wire, path: str, body: Any) -> None:
    """What is answered to a path from now on."""

    def answer(_wire: Wire, _asked: Asked) -> Any:
        return body

    made.routes = (("GET", re.compile(path), answer), *made.routes)


def join(made: Wire, *, permissions: int) -> None:
    """The bot is in a server, with these permissions."""
    answers(made, "/users/@me/guilds", [{"id": str(GUILD), "name": "Studio", "permissions": str(permissions)}])
    answers(made, f"/guilds/{GUILD}", guild(GUILD, "Studio"))
    answers(made, f"/applications/{BOT}/commands", [])


def app(**facts: Any) -> Json:
    """An app as Discord describes it."""
    bot = {"id": str(BOT), "username": "dailies", "discriminator": "0", "avatar": None}
    own = {"id": str(BOT), "name": "dailies", "icon": None, "description": "", "owner": bot, "verify_key": ""}
    return own | {"bot_public": False, "bot_require_code_grant": False, "team": None, "summary": ""} | facts


async def asked(made: Wire, **settings: Any) -> Mapping[str, list[Check]]:
    """What the doctor says, by check."""
    given: dict[str, Any] = {"discord_api_url": made.base_url + API, "discord_bot_token": Secret(TOKEN)}
    found: dict[str, list[Check]] = {}
    for check in await ask(Settings(**(given | settings))):
        found.setdefault(check.name, []).append(check)
    return found


async def told(made: Wire, store: MemoryStore, **options: Any) -> bool:
    settings = Settings(discord_api_url=made.base_url + API, discord_bot_token=Secret(TOKEN))
    return await tell(settings, store, TOKEN, **({"guild": None, "force": False} | options))


async def test_all_is_well(there: Wire) -> None:
    """The bot's name, the server with its limit, and that the commands are not told yet; nothing is posted."""
    found = await asked(there)
    assert found["Discord"][0].says.startswith(f"it knows me as @dailies, the app {BOT}")
    assert found["Discord server"][0].grade is Grade.OK
    assert "Studio" in found["Discord server"][0].says
    assert "files up to 10 MB" in found["Discord server"][0].says
    assert found["Discord commands"][0].grade is Grade.WARNING
    assert "does not show in every server: " in found["Discord commands"][0].says
    assert {each.method for each in there.asked} == {"GET"}
    (limit,) = (await asked(there, discord_file_limit_mb=20))["Discord server"]
    assert "20 MB by DISCORD_FILE_LIMIT_MB" in limit.says


async def test_commands_that_are_shown(there: Wire) -> None:
    """Once Discord was told of the commands all of them are shown, and it is not told again unless that is forced."""
    store = MemoryStore(SystemClock())
    assert await told(there, store)
    assert not await told(there, store)
    assert await told(there, store, force=True)
    assert await told(there, store, guild=GUILD)
    assert len(there.requests("PUT", "/commands")) == 3
    own = {"application_id": str(BOT), "version": "1", "default_member_permissions": None, "description": ""}
    shown = [own | {"id": str(number), "type": 1, **each} for number, each in enumerate(there.asked[-1].body)]
    answers(there, f"/applications/{BOT}/commands", shown)
    assert (await asked(there))["Discord commands"][0].grade is Grade.OK
    await store.close()


async def test_without_discord_nothing_is_asked() -> None:
    """Without a token there is nothing to say."""
    assert await ask(Settings()) == ()


async def test_a_permission_that_is_missing(there: Wire) -> None:
    """Each is named as Discord's settings call it, with what it is for and how it is granted."""
    lacking = discord.Permissions(attach_files=True, send_messages_in_threads=True)
    join(there, permissions=needs.permissions().value & ~lacking.value)
    (server,) = (await asked(there))["Discord server"]
    assert server.grade is Grade.BROKEN
    assert "lacks Attach Files (to attach clips), Send Messages in Threads (to post in threads)" in server.says
    assert "dailies discord invite" in server.remedy
    join(there, permissions=discord.Permissions(administrator=True).value)
    assert (await asked(there))["Discord server"][0].grade is Grade.OK


async def test_an_app_that_is_set_up_otherwise(there: Wire) -> None:
    """A public bot is warned of; a code grant and another address for commands keep it from working."""
    facts = {"bot_public": True, "bot_require_code_grant": True, "interactions_endpoint_url": "https://bot.example"}
    answers(there, "/oauth2/applications/@me", app(**facts))
    answers(there, "/users/@me/guilds", [])
    found = await asked(there)
    assert [each.grade for each in found["Discord app"]] == [Grade.WARNING, Grade.BROKEN, Grade.BROKEN]
    assert "Public Bot off" in found["Discord app"][0].remedy
    assert found["Discord servers"][0].says == "the bot is in no server yet"


async def test_a_token_that_is_not_taken(there: Wire) -> None:
    """It is named by its setting, with the remedy, and not shown."""
    there.trouble("GET", "/users/@me", 401, times=5)
    found = await asked(there)
    assert found["Discord"][0].says.startswith("DISCORD_BOT_TOKEN is not taken")
    assert "Reset Token" in found["Discord"][0].remedy
    assert TOKEN not in f"{found}"


async def test_nobody_there(there: Wire) -> None:
    """An address at which nobody answers, or servers that cannot be read, are another matter than a wrong token."""
    (bot,) = (await asked(there, discord_api_url="http://127.0.0.1:9/api"))["Discord"]
    assert bot.says.startswith("Discord cannot be asked")
    there.trouble("GET", "/users/@me/guilds", 403, code=50001)
    (servers,) = (await asked(there))["Discord servers"]
    assert servers.says.startswith("cannot be read")


async def test_commands_that_discord_does_not_take(there: Wire) -> None:
    """Where Discord refuses the commands the sentence says what to do."""
    there.trouble("PUT", "/commands", 403, code=50001)
    with pytest.raises(ChatError):
        await told(there, MemoryStore(SystemClock()), guild=GUILD)
