"""``dailies run``: serve the chats that have tokens; without any, work off what is open and end."""

from __future__ import annotations

import argparse
import asyncio
import logging

from adapters.local import LocalChat
from bot import logs
from bot.app import App, open_app
from bot.cli.serving import served
from bot.cli.stopping import stopped_by_signals
from bot.serving import require_servable, serving
from bot.settings import Settings, SettingsError, load

NO_KEY = ("MUAPI_API_KEY is not set: nothing can be ordered or polled without the provider's key.",)
log = logging.getLogger(__name__)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "run",
        description="Serve the chats that have tokens. Without any, bring every open take to its end and stop.",
    )
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Run until a signal, or until nothing is in flight where no chat is served."""
    del args
    settings = load()
    if settings.muapi_api_key is None:
        raise SettingsError(NO_KEY)
    logs.configure(level=settings.log_level, log_format=settings.log_format, secrets=settings.secrets)
    for name in _not_served(settings):
        log.warning("%s is set, but this version serves the terminal only: dailies local", name)
    chats = [LocalChat(settings.home / "local")]
    require_servable(settings)
    async with open_app(settings, chats=chats) as app, serving(settings, app), served(app, settings):
        with stopped_by_signals() as stop:
            working = asyncio.create_task(app.run(stop))
            idle = asyncio.create_task(_worked_off(app))
            log.info("no chat has a token: working off what is open")
            await asyncio.wait({working, idle}, return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            idle.cancel()
            await working
    return 0


async def _worked_off(app: App) -> None:
    """Until everything that was open has been looked at, and nothing goes on by itself."""
    await app.taken_up.wait()
    await app.until_idle()


def _not_served(settings: Settings) -> list[str]:
    """The tokens of chats that there is no adapter for yet."""
    tokens = {"SLACK_BOT_TOKEN": settings.slack_bot_token, "DISCORD_BOT_TOKEN": settings.discord_bot_token}
    return [name for name, token in tokens.items() if token is not None]
