"""``dailies demo``: the whole product in half a minute, on this machine alone."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Coroutine, Sequence
from functools import partial
from pathlib import Path

from adapters.local import LocalChat, Transcript
from adapters.muapi.simulator import Simulator
from adapters.muapi.simulator.plan import LARGEST_SCALE, SMALLEST_SCALE
from bot.app import open_app
from bot.cli.demo_folder import CLIPS, REPORT, STATE, TRANSCRIPT, FolderTaken, start_afresh
from bot.cli.demo_report import Books, as_json, disagreements, read_books
from bot.cli.demo_story import ENDS, GRACE_S, OWNER, QUORUM, StoryLost, play
from bot.cli.local import LOCAL_FOLDER, alongside, desk_of, log_to_file, practice
from bot.cli.stopping import stopped_by_signals
from bot.settings import Settings

DEFAULT_FOLDER = Path("dailies-demo")
#: Real seconds in a second of the provider's.
DEFAULT_SCALE = 0.08
#: At scale 1 a provider's minute is a minute.
LONGEST_S = 60.0
LONGEST_PROVIDER_S = 1_200.0
INTRODUCTION = (
    "A story on a simulated provider, in about half a minute: mina, jo and ravi make clips in #launch,\n"
    "dana looks after the money.\n"
)
#: The endings of sheets, side by sides and charts.
PICTURES = frozenset({".jpg", ".png"})
EXIT_DISAGREES = 1
EXIT_BAD_SETTING = 2
EXIT_STOPPED = 130


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "demo",
        description="Four people order drafts, keep a look, vote, undo a slip, get a final, meet a refusal and a cap. "
        f"It leaves {CLIPS}/ with the pictures of the clips, {TRANSCRIPT} and {REPORT} in the folder; exit status 0 "
        "means that every figure agrees.",
    )
    add = parser.add_argument
    add("--folder", type=Path, default=DEFAULT_FOLDER, help=f"where (default: ./{DEFAULT_FOLDER})")
    add("--scale", type=_scale, default=DEFAULT_SCALE, help="real seconds per provider second (default: 0.08)")
    add("--seed", type=int, default=0, help="decides how long each clip takes (default: 0)")
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Play the story; 0 when everything agrees, 1 when not, 2 for a folder that cannot be used, 130 when stopped."""
    folder: Path = args.folder.absolute()
    try:
        await asyncio.to_thread(start_afresh, folder)
    except FolderTaken as error:
        return _fail(str(error), EXIT_BAD_SETTING)
    except OSError as error:
        return _fail(f"{error.filename or folder} cannot be written: {error.strerror or error}", EXIT_BAD_SETTING)
    settings = Settings(home=folder / STATE, owners=(OWNER,), quorum=QUORUM, grace_s=GRACE_S)
    sys.stdout.write(INTRODUCTION)
    try:
        with log_to_file(settings):
            async with practice(settings, scale=args.scale, seed=args.seed) as (simulator, own):
                books = await _played(simulator, own, folder, scale=args.scale)
    except (StoryLost, TimeoutError) as error:
        return _fail(f"The story came to no end: {error or 'it took too long'}", EXIT_DISAGREES)
    if books is None:
        return _fail("Stopped.", EXIT_STOPPED)
    return await asyncio.to_thread(_close, books, folder)


async def _played(simulator: Simulator, settings: Settings, folder: Path, *, scale: float) -> Books | None:
    """Play, and read what it has come to; ``None`` when somebody stopped it."""
    with (folder / TRANSCRIPT).open("w", encoding="utf-8", errors="replace") as transcript:
        screen = Transcript(sys.stdout, transcript)
        chat = LocalChat(settings.home / LOCAL_FOLDER, clips=folder / CLIPS, screen=screen)
        async with open_app(settings, chats=[chat]) as app:
            desk = desk_of(app, chat, screen)
            with stopped_by_signals() as stop:
                story = play(desk, refuse_next=partial(simulator.arm, "refuse"))
                if not await alongside(app, stop, _within(story, scale)):
                    return None
            screen.settle()
            return await app.kit.store.transact(lambda tx: read_books(tx, simulator.bills()))


async def _within(story: Coroutine[object, object, None], scale: float) -> None:
    async with asyncio.timeout(LONGEST_S + LONGEST_PROVIDER_S * scale):
        await story


def _close(books: Books, folder: Path) -> int:
    """Write the report, and say in a few lines what it says."""
    problems = list(disagreements(books, ends=ENDS, clips=folder / CLIPS))
    report = json.dumps(as_json(books, problems), indent=2, ensure_ascii=False)
    (folder / REPORT).write_text(f"{report}\n", encoding="utf-8")
    sys.stdout.write(_summary(books, problems, folder))
    return EXIT_DISAGREES if problems else 0


def _summary(books: Books, problems: Sequence[str], folder: Path) -> str:
    clips = len(list((folder / CLIPS).glob("*.mp4")))
    drawn = (path for path in (folder / CLIPS).iterdir() if path.suffix in PICTURES)
    pictures = sorted(drawn, key=lambda path: path.stat().st_mtime_ns)
    agree = f"Everything agrees: the provider billed {books.billed}, the ledger has {books.charged}."
    said = [f"Not in order: {problem}." for problem in problems] or [agree]
    files = [
        f"  {clips} clips     {folder / CLIPS}",
        *(f"  picture     {path}" for path in pictures),
        f"  transcript  {folder / TRANSCRIPT}",
        f"  report      {folder / REPORT}",
    ]
    more = [] if problems else ["Now you: dailies local --practice"]
    return "\n".join(["", *said, *files, *more, ""])


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        msg = f"{text!r} is not a number from {SMALLEST_SCALE} to {LARGEST_SCALE:g}"
        raise argparse.ArgumentTypeError(msg)
    return scale


def _fail(text: str, status: int) -> int:
    sys.stderr.write(f"{text}\n")
    return status
