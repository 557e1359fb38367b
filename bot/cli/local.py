"""``dailies local``: a channel in this terminal; lines are typed, or read from a pipe or a file."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import re
import sys
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.local import Desk, EndOfSession, LocalChat, Session
from adapters.local.console import Console, opened
from adapters.local.screen import PRACTICE
from adapters.muapi.simulator import Simulator
from bot import logs
from bot.app import App, open_app
from bot.cli.stopping import stopped_by_signals
from bot.core.errors import Refusal
from bot.settings import Secret, Settings, load

DEFAULT_CHANNEL = "launch"
#: Inside DAILIES_HOME: the channel's messages and clips; and everything that is practice.
LOCAL_FOLDER = "local"
PRACTICE_FOLDER = "practice"
LOG_NAME = "dailies.log"
#: For one who types it takes too long until a wrong label is answered, for lines from a file it does not.
TYPED_PATIENCE_S = 0.5
EXIT_BAD_SETTING = 2
NO_KEY = (
    "MUAPI_API_KEY is not set, so nothing could be made. Set it to your provider key, or practise with the built-in "
    "provider, which costs nothing: dailies local --practice"
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "local",
        help="a channel in this terminal",
        description="A channel in this terminal: type /clip a fox in snow; help lists the rest. At the end of the input "
        "it waits until nothing is in flight. Ctrl-C stops it gracefully, a second one at once.",
    )
    add = parser.add_argument
    add("--folder", type=Path, help="where clips are saved (default: local/clips in DAILIES_HOME)")
    add("--as", dest="person", metavar="NAME", help="who types at first (default: your user name)")
    add("--in", dest="channel", metavar="CHANNEL", default=DEFAULT_CHANNEL, help="the channel (default: launch)")
    add("--practice", action="store_true", help="with the built-in provider: no key, no cost, a database of its own")
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Serve the terminal to its end; the exit status is 0, or 2 for a wrong setting or name."""
    settings = load()
    if not args.practice and settings.muapi_api_key is None:
        return _fail(NO_KEY)
    async with contextlib.AsyncExitStack() as stack:
        if args.practice:
            settings = await stack.enter_async_context(_practice(settings))
        _log_to_file(settings)
        console = stack.enter_context(opened(mark=PRACTICE if args.practice else ""))
        chat = LocalChat(settings.home / LOCAL_FOLDER, clips=args.folder, screen=console.screen)
        app = await stack.enter_async_context(open_app(settings, chats=[chat]))
        try:
            session = _session(args, app, chat, console)
        except Refusal as refusal:
            return _fail(refusal.sentence)
        console.screen.note(_greeting(session, chat))
        with stopped_by_signals() as stop:
            await alongside(app, stop, _converse(app, session, console, to_the_end=args.practice))
        await chat.close()
    return 0


async def alongside(app: App, stop: asyncio.Event, doing: Coroutine[object, object, None]) -> None:
    """Do something while the app works; whichever of it, the app and ``stop`` ends first ends all, gracefully."""
    working, done = asyncio.create_task(app.run(stop)), asyncio.create_task(doing)
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, done, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        done.cancel()
        ended = await asyncio.gather(working, done, return_exceptions=True)
    for end in ended:
        if isinstance(end, Exception):
            raise end


def desk_of(app: App, chat: LocalChat, console: Console) -> Desk:
    """What sessions work with."""
    return Desk(
        chat=chat,
        screen=console.screen,
        manager=app.manager,
        store=app.kit.store,
        clock=app.kit.clock,
        ids=app.kit.ids,
        models=tuple(model.name for model in app.kit.catalogue.on),
        until_idle=app.until_idle,
    )
