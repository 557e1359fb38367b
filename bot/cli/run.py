"""``dailies run``: serve the chats that have tokens; without any, work off what is open and end."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.local import LocalChat
from bot import logs
from bot.app import FETCHED_FOLDER, App, MakeChat, open_app
from bot.cli.asking import PRACTICE_FOLDER
from bot.cli.local import practice
from bot.cli.serving import served
from bot.cli.stopping import stopped_by_signals
from bot.core.ports import Chat
from bot.serving import require_servable, serving
from bot.settings import Settings, SettingsError, exposed, load

if TYPE_CHECKING:
    from bot.discord import Discord
    from bot.slack import Slack

NO_KEY = (
    "MUAPI_API_KEY is not set: nothing can be ordered or polled without the provider's key. "
    "With the built-in provider, at no cost: dailies run --practice"
)
NO_CHAT = (
    "No chat has a token, so there is nobody to practise with: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or "
    "DISCORD_BOT_TOKEN, or practise in this terminal: dailies local --practice"
)
log = logging.getLogger(__name__)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "run",
        description="Serve the chats that have tokens, until Ctrl-C or SIGTERM. Without any, bring every open take to "
        "its end and stop.",
    )
    parser.add_argument(
        "--practice",
        action="store_true",
        help="the real chat with the built-in provider: no key, no cost, every card marked, a database of its own",
    )
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Run until a signal, or until nothing is in flight where no chat is served."""
    async with contextlib.AsyncExitStack() as stack:
        settings = await _settings(args, stack)
        logs.configure(level=settings.log_level, log_format=settings.log_format, secrets=settings.secrets)
        for path in exposed(settings):
            log.warning("%s can be read by other users of this machine, and may hold tokens: chmod 600 it", path)
        require_servable(settings)
        rooms: list[Slack | Discord] = [*await _slack(settings, stack), *await _discord(settings, stack)]
        chats: list[Chat | MakeChat] = [LocalChat(settings.home / "local"), *(room.make_chat for room in rooms)]
        fetched = settings.home / FETCHED_FOLDER if rooms else None
        app = await stack.enter_async_context(
            open_app(settings, chats=chats, pictures_from=fetched, practice=args.practice)
        )
        heard = {room.platform: room.not_heard for room in rooms}
        await stack.enter_async_context(serving(settings, app, heard=heard))
        await stack.enter_async_context(served(app, settings))
        with stopped_by_signals() as stop:
            await (_until_stopped(app, rooms, stop) if rooms else _until_worked_off(app, stop))
    return 0


async def _settings(args: argparse.Namespace, stack: contextlib.AsyncExitStack) -> Settings:
    """The settings; in practice those of the practice, whose provider runs until the end.

    Raises:
        SettingsError
    """
    settings = load()
    if not args.practice:
        if settings.muapi_api_key is None:
            raise SettingsError((NO_KEY,))
        return settings
    if settings.slack_bot_token is None and settings.discord_bot_token is None:
        raise SettingsError((NO_CHAT,))
    # Nobody outside could call for a provider that is in this process.
    own = replace(settings, home=settings.home / PRACTICE_FOLDER, public_url=None)
    _, practised = await stack.enter_async_context(practice(own, scale=settings.provider_scale))
    return practised


async def _slack(settings: Settings, stack: contextlib.AsyncExitStack) -> Sequence[Slack]:
    """Slack, where it has a token."""
    if settings.slack_bot_token is None:
        return ()
    from bot.slack import opened  # noqa: PLC0415  # bolt and slack_sdk: only Slack needs them

    return (await stack.enter_async_context(opened(settings)),)


async def _discord(settings: Settings, stack: contextlib.AsyncExitStack) -> Sequence[Discord]:
    """Discord, where it has a token."""
    if settings.discord_bot_token is None:
        return ()
    from bot.discord import opened  # noqa: PLC0415  # discord.py: only Discord needs it

    return (await stack.enter_async_context(opened(settings)),)


async def _until_stopped(app: App, rooms: Sequence[Slack | Discord], stop: asyncio.Event) -> None:
    """Work and hear the chats until a signal; what ends one of them ends all, gracefully."""
    await _together(stop, app.run(stop), *(room.serve(app, stop) for room in rooms))


async def _until_worked_off(app: App, stop: asyncio.Event) -> None:
    log.info("no chat has a token: working off what is open")
    working = asyncio.create_task(app.run(stop))
    idle = asyncio.create_task(_worked_off(app))
    await asyncio.wait({working, idle}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    idle.cancel()
    await working


async def _together(stop: asyncio.Event, *deeds: Coroutine[object, object, None]) -> None:
    """Do them side by side; the first that ends stops the others, and its error is the run's."""
    tasks = [asyncio.create_task(deed) for deed in deeds]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ended:
        if isinstance(end, BaseException):
            raise end


async def _worked_off(app: App) -> None:
    """Until everything that was open has been looked at, and nothing goes on by itself."""
    await app.taken_up.wait()
    await app.until_idle()
