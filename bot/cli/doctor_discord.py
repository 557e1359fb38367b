"""What the doctor asks Discord: whether it takes the token, what each server allows, and which commands it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.cli.doctor_checks import Check, Grade
from bot.cli.texts import counted
from bot.core.errors import ChatBusy, ChatError
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.discord.checkup import App, Server
    from adapters.discord.client import DailiesClient

MEND_REACH = "Look at DISCORD_API_URL and at this machine's network, and look again."
MEND_TOKEN = "Reset it under Bot in the app's settings (Reset Token), and set DISCORD_BOT_TOKEN to it."  # noqa: S105
MEND_INVITE = "Open the address that dailies discord invite prints once more: it grants what is missing."
MEND_SYNC = "dailies run tells it at its start; or dailies discord sync. Then reload Discord (Ctrl+R)."
MEGABYTE = 1024 * 1024


async def discord(settings: Settings) -> Sequence[Check]:
    """The token, the app, every server, the commands; nothing where Discord is not set up."""
    if settings.discord_bot_token is None:
        return ()
    # Imported only here, for it takes a third of a second.
    from adapters.discord import checkup  # noqa: PLC0415
    from bot.discord import describing  # noqa: PLC0415

    async with describing(settings) as client:
        try:
            app = await checkup.signed_in(client, settings.discord_bot_token.reveal())
        except ChatError as error:
            return (_not_taken(error),)
        try:
            servers = await checkup.servers(client)
            return (*_app(app), *_servers(servers, settings), *[each async for each in _commands(client, settings)])
        except ChatError as error:
            return (*_app(app), Check("Discord servers", Grade.BROKEN, f"cannot be read: {error}", MEND_REACH))


def _not_taken(error: ChatError) -> Check:
    if isinstance(error, ChatBusy):
        return Check("Discord", Grade.BROKEN, f"Discord cannot be asked: {error}", MEND_REACH)
    return Check("Discord", Grade.BROKEN, f"DISCORD_BOT_TOKEN is not taken: {error}", MEND_TOKEN)


def _app(app: App) -> Iterator[Check]:
    yield Check("Discord", Grade.OK, f"it knows me as @{app.bot}, the app {app.id}; no privileged intent is needed")
    if app.public:
        remedy = "Turn Public Bot off (Bot; before that, Installation, Install Link: None)."
        yield Check("Discord app", Grade.WARNING, "anybody can add the bot to a server of theirs", remedy)
    if not app.by_address:
        remedy = "Turn Requires OAuth2 Code Grant off (Bot)."
        yield Check("Discord app", Grade.BROKEN, "it cannot be added to a server by its address", remedy)
    if app.endpoint:
        remedy = "Empty Interactions Endpoint URL (General Information)."
        yield Check("Discord app", Grade.BROKEN, "commands and buttons go to another address, not to us", remedy)


def _servers(servers: Sequence[Server], settings: Settings) -> Iterator[Check]:
    if not servers:
        remedy = "Open the address that dailies discord invite prints."
        yield Check("Discord servers", Grade.WARNING, "the bot is in no server yet", remedy)
    for server in servers:
        lacking = ", ".join(f"{need.name} (to {need.what})" for need in server.lacking.values())
        own = settings.discord_file_limit_mb
        most = f"{own} MB by DISCORD_FILE_LIMIT_MB" if own else f"{server.most_bytes // MEGABYTE} MB"
        if lacking:
            yield Check("Discord server", Grade.BROKEN, f"{server.name} ({server.id}) lacks {lacking}", MEND_INVITE)
        else:
            says = f"{server.name} ({server.id}) allows what is needed, but for single channels; files up to {most}"
            yield Check("Discord server", Grade.OK, says)


async def _commands(client: DailiesClient, settings: Settings) -> AsyncIterator[Check]:
    """Whether Discord shows the commands as they are called here."""
    from adapters.discord import checkup  # noqa: PLC0415

    ours = frozenset(each.name for each in client.tree.get_commands())
    for guild in settings.discord_dev_guilds or (None,):
        where = f"in {guild}" if guild else "in every server"
        shown = await checkup.commands(client, guild=guild)
        if shown == ours:
            yield Check("Discord commands", Grade.OK, f"{counted(len(ours), 'command')} shown {where}")
        else:
            lacking = ", ".join(sorted(ours - shown)) or "none; it shows more than there are"
            yield Check("Discord commands", Grade.WARNING, f"Discord does not show {where}: {lacking}", MEND_SYNC)
