"""``dailies discord``: the address that lets the bot into a server, and telling Discord of the commands."""

from __future__ import annotations

import argparse
import sys

from bot.cli import codes
from bot.cli.asking import add_where, settings_of
from bot.core.clock import SystemClock
from bot.core.errors import ChatError, StoreError
from bot.settings import Secret, Settings, SettingsError
from bot.settings.discord import application_of
from storage import StoreClock, open_store

NO_TOKEN = "DISCORD_BOT_TOKEN: is not set; make an app, and set it to its token (Bot, Reset Token)"  # noqa: S105


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "discord",
        help="the bot's address for an invitation; telling Discord of its commands",
        description="invite prints the address at which an admin lets the bot into a server, with exactly the "
        "permissions that it uses. sync tells Discord of the commands; dailies run does so at its start, too.",
    )
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    invite = acts.add_parser("invite", help="print the address at which an admin adds the bot to a server")
    invite.set_defaults(run=run_invite)
    sync = acts.add_parser("sync", help="tell Discord of the commands, where they have changed")
    sync.add_argument("--guild", type=int, metavar="ID", help="only for this server, where they are shown at once")
    sync.add_argument("--force", action="store_true", help="even where they have not changed")
    add_where(sync, with_json=False)
    sync.set_defaults(run=run_sync)


async def run_invite(args: argparse.Namespace) -> int:
    """Print the address; nothing is asked of Discord."""
    del args
    from adapters.discord.needs import invite_url  # noqa: PLC0415  # discord.py takes a third of a second
    from bot.settings import load  # noqa: PLC0415

    application = application_of(_token(load()).reveal())
    sys.stdout.write(f"{invite_url(application or 0)}\n")
    return codes.DONE


async def run_sync(args: argparse.Namespace) -> int:
    """Tell Discord; the rows remember what it was told.

    Raises:
        StoreError: it was not told, in a sentence.
    """
    from bot.discord import tell  # noqa: PLC0415  # discord.py takes a third of a second

    settings = settings_of(args)
    token = _token(settings)
    store = await open_store(settings.database_url.reveal(), StoreClock(SystemClock()))
    guilds = (args.guild,) if args.guild else settings.discord_dev_guilds or (None,)
    try:
        for guild in guilds:
            told = await tell(settings, store, token.reveal(), guild=guild, force=args.force)
            where = f"the server {guild}" if guild else "every server"
            what = "Discord was told of the commands" if told else "Discord knows the commands as they are"
            sys.stdout.write(f"{what}, for {where}. Whoever does not see them reloads Discord (Ctrl+R).\n")
    except ChatError as error:
        raise StoreError(str(error)) from error
    finally:
        await store.close()
    return codes.DONE


def _token(settings: Settings) -> Secret:
    """The bot's token.

    Raises:
        SettingsError: it is not set.
    """
    if settings.discord_bot_token is None:
        raise SettingsError((NO_TOKEN,))
    return settings.discord_bot_token
