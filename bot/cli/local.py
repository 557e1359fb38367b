"""``dailies local``: a channel in this terminal; lines are typed, or read from a pipe or a file."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import re
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.local import Desk, EndOfSession, LocalChat, Screen, Session
from adapters.local.console import Console, opened
from adapters.local.screen import PRACTICE
from adapters.local.session import PATIENCE_S
from bot import logs
from bot.app import IN_MOTION, App, open_app
from bot.cli.asking import PRACTICE_FOLDER
from bot.cli.serving import served
from bot.cli.stopping import stopped_by_signals
from bot.core.errors import Refusal
from bot.core.rows import Take
from bot.settings import Secret, Settings, SettingsError, load

if TYPE_CHECKING:
    from adapters.muapi.simulator import Simulator

DEFAULT_CHANNEL = "launch"
#: Inside DAILIES_HOME: the channel's messages and clips; and everything that is practice.
LOCAL_FOLDER = "local"
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
        description="A channel in this terminal: type /clip a fox in snow; help lists the rest. At the end of the "
        "input it waits until nothing is in flight. Ctrl-C stops it gracefully, a second one at once.",
    )
    add = parser.add_argument
    add("--folder", type=Path, help="where clips are saved (default: local/clips in DAILIES_HOME)")
    add("--as", dest="person", metavar="NAME", help="who types at first (default: your user name)")
    add("--in", dest="channel", metavar="CHANNEL", default=DEFAULT_CHANNEL, help="the channel (default: launch)")
    add("--practice", action="store_true", help="with the built-in provider: no key, no cost, a database of its own")
    add("--largest", type=_kilobytes, metavar="KB", help="the largest clip that the channel takes (default: any)")
    parser.set_defaults(run=run)


def _kilobytes(text: str) -> int:
    """A size in bytes, from a number of kilobytes.

    Raises:
        argparse.ArgumentTypeError: it is no whole number above zero.
    """
    if not text.isascii() or not text.isdecimal() or not int(text):
        msg = f"{text!r} is not a whole number of kilobytes above 0"
        raise argparse.ArgumentTypeError(msg)
    return int(text) * 1024


async def run(args: argparse.Namespace) -> int:
    """Serve the terminal to its end; the exit status is 0, or 2 for a wrong setting or name."""
    # A terminal serves nothing over HTTP: nobody could be called.
    settings = replace(load(), public_url=None)
    if not args.practice and settings.muapi_api_key is None:
        return _fail(NO_KEY)
    async with contextlib.AsyncExitStack() as stack:
        if args.practice:
            own = replace(settings, home=settings.home / PRACTICE_FOLDER)
            _, settings = await stack.enter_async_context(practice(own, scale=settings.provider_scale))
        stack.enter_context(log_to_file(settings))
        console = stack.enter_context(opened(mark=PRACTICE if args.practice else ""))
        chat = LocalChat(
            settings.home / LOCAL_FOLDER, clips=args.folder, screen=console.screen, largest_bytes=args.largest
        )
        app = await stack.enter_async_context(open_app(settings, chats=[chat]))
        await stack.enter_async_context(served(app, settings))
        try:
            session = _session(args, app, chat, console)
        except Refusal as refusal:
            return _fail(refusal.sentence)
        console.screen.note(_greeting(session, chat.clips))
        with stopped_by_signals() as stop:
            await alongside(app, stop, _converse(app, session, console, to_the_end=args.practice))
        await chat.close()
        if left := await app.kit.store.transact(lambda tx: tx.count(Take, state=IN_MOTION)):
            console.screen.note(_unfinished(left, practice=args.practice))
    return 0


async def alongside(app: App, stop: asyncio.Event, doing: Coroutine[object, object, None]) -> bool:
    """Do something while the app works; whichever of it, the app and ``stop`` ends first ends all, gracefully.

    Returns whether it was done to its end.
    """
    working, done = asyncio.create_task(app.run(stop)), asyncio.create_task(doing)
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, done, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finished = done.done()
    finally:
        stop.set()
        done.cancel()
        ended = await asyncio.gather(working, done, return_exceptions=True)
    for end in ended:
        if isinstance(end, Exception):
            raise end
    return finished


def desk_of(app: App, chat: LocalChat, screen: Screen, *, patience_s: float = PATIENCE_S) -> Desk:
    """What sessions work with."""
    return Desk(
        chat=chat,
        screen=screen,
        manager=app.manager,
        store=app.kit.store,
        clock=app.kit.clock,
        ids=app.kit.ids,
        models=tuple(model.name for model in app.kit.catalogue.on),
        until_idle=app.until_idle,
        patience_s=patience_s,
    )


async def _converse(app: App, session: Session, console: Console, *, to_the_end: bool) -> None:
    """Line by line; at the end of the input until nothing is in flight, after quit only if ``to_the_end``."""
    console.screen.prompt(session.actor, session.place.channel)
    try:
        async for line in console.lines:
            await session.type(line)
            console.screen.prompt(session.actor, session.place.channel)
    except EndOfSession:
        if not to_the_end:
            return
    await app.until_idle()
    console.screen.settle()


@contextlib.asynccontextmanager
async def practice(settings: Settings, *, scale: float, seed: int = 0) -> AsyncIterator[tuple[Simulator, Settings]]:
    """A provider of our own, and settings under which nothing else is reached."""
    from adapters.muapi.simulator import Simulator  # noqa: PLC0415  # a fifth of the start; only practice needs it

    async with Simulator(scale=scale, seed=seed) as simulator:
        yield (
            simulator,
            replace(
                settings,
                own_database_url=None,
                archive=None,
                muapi_api_key=Secret(simulator.plan.key),
                muapi_base_url=simulator.base_url,
                provider_scale=scale,
            ),
        )


@contextlib.contextmanager
def log_to_file(settings: Settings) -> Iterator[None]:
    """Meanwhile the screen is the chat's: what the log says goes beside the rows."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        log_file = (settings.home / LOG_NAME).open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        msg = f"DAILIES_HOME {settings.home} cannot be written: {error.strerror}."
        raise SettingsError((msg,)) from error
    configure = partial(
        logs.configure, level=settings.log_level, log_format=settings.log_format, secrets=settings.secrets
    )
    configure(stream=log_file)
    try:
        yield
    finally:
        configure(stream=sys.stderr)
        with contextlib.suppress(OSError):  # Its last lines find no space.
            log_file.close()


def _session(args: argparse.Namespace, app: App, chat: LocalChat, console: Console) -> Session:
    patience_s = TYPED_PATIENCE_S if console.typed else PATIENCE_S
    desk = desk_of(app, chat, console.screen, patience_s=patience_s)
    return Session(desk, person=args.person or _user(), channel=args.channel)


def _user() -> str:
    """The name of the machine's user, as far as a person can be called so."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = ""
    return re.sub(r"[^A-Za-z0-9_.-]", "", name) or "me"


def _greeting(session: Session, clips: Path) -> str:
    return (
        f"You are {session.actor.name} in #{session.place.name}. /clip a fox in snow makes a clip; help lists what can "
        f"be typed. Clips are saved in {clips}"
    )


def _unfinished(takes: int, *, practice: bool) -> str:
    then = "the practice provider forgets them" if practice else "they go on at the next start"
    return f"Not finished: {takes}; {then}."


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return EXIT_BAD_SETTING
