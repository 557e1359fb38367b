"""``dailies restore FILE``: the rows as they were in a backup, in a state in which nothing is bought twice."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.archive.folder import FolderArchive
from bot.app import KEY
from bot.archives import FOLDER, open_archive, place_of
from bot.cli import codes
from bot.cli.asking import SQLITE, add_where, ask, settings_of, write
from bot.cli.texts import moment
from bot.core.clock import SystemClock
from bot.core.errors import StoreError
from bot.jobs.answers import Answers
from bot.jobs.audit import audit
from bot.jobs.audit.reading import takes_of
from bot.jobs.restored import Restored, make_safe
from bot.settings import Settings
from storage import SqlStore, StoreClock, open_store
from storage.lock_file import LockFile
from storage.opening import database_at, database_path
from storage.restore import copy_for_restore, forget, put_in_place

#: What makes a backup unfit: its books do not agree.
UNFIT = frozenset({"budget_sum", "budget_missing", "take_sum", "lines_twice", "two_finals", "job_twice"})
ABOUT = """Put the rows of a backup in the place of the database; the present one is kept beside it.

Orders that were made after the backup are unknown to it: their clips stay in the archive, set aside, and their
cost is not in its ledger. So that nothing is bought twice, what had not been ordered by then is cancelled, what
was being ordered becomes unknown, and approvals are to be given anew. Nothing is ordered before you say
"dailies restore --go-on", which first reads the provider's own list back to the backup.

Rows in PostgreSQL are put back with pg_restore, while no Dailies runs; then, before one does, say
"dailies restore --put-back", which brings them into the same state."""
SERVERS_ROWS = (
    "The rows are in PostgreSQL: put them back with pg_restore, while no Dailies runs. Then, before one does, say "
    "dailies restore --put-back: without it, what was ordered after the backup would be ordered again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A copy that is fit to be put in place."""

    backup_at: int
    done: Restored
    takes: frozenset[str]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "restore",
        help="put a backup in the database's place; --go-on lets it order again",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="what dailies backup has written")
    parser.add_argument("--put-back", action="store_true", help="pg_restore has put the rows of a backup back")
    parser.add_argument("--go-on", action="store_true", help="after a restore: order again")
    parser.add_argument(
        "--unread", action="store_true", help="with --go-on: although the provider's list cannot be read back so far"
    )
    add_where(parser)
    parser.set_defaults(run=run, parser=parser)


async def run(args: argparse.Namespace) -> int:
    """Restore, or go on after it."""
    if [args.go_on, args.put_back, args.file is not None].count(True) != 1 or (args.unread and not args.go_on):
        args.parser.error("name a FILE to restore, or say --put-back, or --go-on after it, with or without --unread")
    settings = settings_of(args)
    if args.go_on:
        answer = await ask(settings, "go on", {"unread": args.unread})
        write(answer, "".join(f"{line}\n" for line in _gone_on(answer, settings)), as_json=args.json)
        return codes.DONE
    now = datetime.now(UTC)
    answer = await (put_back(settings, now=now) if args.put_back else restore(settings, args.file.absolute(), now=now))
    write(answer, "".join(f"{line}\n" for line in _restored(answer, settings)), as_json=args.json)
    return codes.DONE


async def restore(settings: Settings, file: Path, *, now: datetime) -> dict[str, Any]:
    """Put a backup in place; what was done, as JSON.

    Raises:
        StoreError: Dailies runs, the file is not fit, or the disk is full; then nothing was changed.
        ArchiveError: the bucket cannot be used; then nothing was changed.
    """
    url, stamp = settings.database_url.reveal(), now.strftime("%Y%m%d-%H%M%S")
    if not url.startswith(SQLITE):
        raise StoreError(SERVERS_ROWS)
    database = database_path(url)
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    await _require_archive(settings)
    held = LockFile(database.with_name(f"{database.name}.lock"))
    try:
        copy = await asyncio.to_thread(copy_for_restore, file, database)
        try:
            fit = await _make_fit(settings, f"sqlite+aiosqlite:///{copy}", str(file))
            kept = await asyncio.to_thread(put_in_place, copy, database, stamp=stamp)
        finally:
            forget(copy)
    finally:
        held.release()
    return await _done(settings, fit, stamp, file=str(file), database=str(database), kept=kept)


async def put_back(settings: Settings, *, now: datetime) -> dict[str, Any]:
    """Make rows safe that another tool has put back; what was done, as JSON. Again is the same as once.

    Raises:
        StoreError: Dailies runs, the rows are not fit, or they are in a file.
        ArchiveError: the bucket cannot be used; then nothing was changed.
    """
    url, stamp = settings.database_url.reveal(), now.strftime("%Y%m%d-%H%M%S")
    if url.startswith(SQLITE):
        msg = "The rows are in a file: name a backup of it, as in dailies restore FILE."
        raise StoreError(msg)
    name = database_at(url).name
    await _require_archive(settings)
    fit = await _make_fit(settings, url, name)
    return await _done(settings, fit, stamp, file=None, database=name, kept=None)


async def _done(
    settings: Settings, fit: Fit, stamp: str, *, file: str | None, database: str, kept: Path | None
) -> dict[str, Any]:
    """Set aside the clips that the rows do not know; all that was done."""
    async with open_archive(settings) as archive:
        where, aside = str(archive), await archive.set_aside(stamp, unless=lambda name: _take(name) in fit.takes)
    return {
        "file": file,
        "database": database,
        "kept": None if kept is None else str(kept),
        "backup_at": fit.backup_at,
        "cancelled": list(fit.done.cancelled),
        "unknown": list(fit.done.unknown),
        "set_aside": aside,
        "archive": where,
        "answers": len(await Answers(settings.home / "answers").waiting()),
    }


async def _require_archive(settings: Settings) -> None:
    """Find out that a bucket can be used before anything is changed, since clips are set aside in it at the end.

    Raises:
        ArchiveError
    """
    if place_of(settings) is not None:
        async with open_archive(settings) as archive:
            await archive.probe()


async def _make_fit(settings: Settings, url: str, backup: str) -> Fit:
    """Bring the rows to the tables of this version, check their books, make them safe."""
    store = await open_store(url, StoreClock(SystemClock()))
    try:
        await _require_books(settings, store, backup)
        done = await make_safe(store, key=KEY, backup_at=store.newest_found)
        takes = frozenset([whole.take.id async for page in takes_of(store) for whole in page])
        return Fit(backup_at=store.newest_found, done=done, takes=takes)
    finally:
        await store.close()


async def _require_books(settings: Settings, store: SqlStore, backup: str) -> None:
    # What is looked at is the books; the clips are where they are, and a bucket is not asked for each of them.
    folder = FolderArchive(settings.home / FOLDER)
    found = await audit(store, archive=folder, answers=Answers(settings.home / "answers"))
    wrong = [finding for finding in found.findings if finding.code in UNFIT]
    if wrong:
        msg = (
            f"The books of the backup {backup} do not agree ({len(wrong)} findings; the first: {wrong[0].subject}: "
            f"{wrong[0].says}); take another one."
        )
        raise StoreError(msg)


def _take(name: str) -> str:
    """The take whose clip has this name in the archive."""
    return name.rpartition("/")[2].partition(".")[0]


def _restored(answer: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    at = moment(answer["backup_at"], settings.timezone)
    where = f"in {answer['database']}" if answer["file"] is None else f"from {answer['file']}"
    yield f"The rows are those of {at}, {where}."
    if answer["kept"]:
        yield f"The rows that were there are kept as {answer['kept']}."
    if answer["cancelled"]:
        yield f"Not ordered by then, cancelled now with the money back: {', '.join(answer['cancelled'])}."
    if answer["unknown"]:
        yield f"Being ordered by then, unknown now with the money held: {', '.join(answer['unknown'])}."
    if answer["set_aside"]:
        yield f"{answer['set_aside']} files that these rows do not know were set aside in {answer['archive']}."
    if answer["answers"]:
        yield (
            f"{answer['answers']} answers of the provider wait in {settings.home / 'answers'}: those that belong to "
            "these rows are read at the next start; dailies audit names the others."
        )
    yield (
        "What was ordered after the backup is in no ledger: the caps do not count it. Nothing new is ordered until "
        "you say: dailies restore --go-on"
    )


def _gone_on(answer: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    if not answer["restored"]:
        yield "No restore waits for this; ordering goes on as it did."
        return
    since = moment(answer["since"], settings.timezone)
    if not answer["complete"]:
        yield f"The provider's list was not read back to {since}: what was ordered since is not known."
    elif answer["jobs"]:
        yield f"{len(answer['jobs'])} jobs were made since {since} that no take has; they are not in the ledger:"
        for job in answer["jobs"]:
            at = "at an unknown time" if job["at"] is None else moment(job["at"], settings.timezone)
            yield f"  {job['job']}  {at}  {job['endpoint'] or ''}".rstrip()
        yield "Lower the caps of this period by what they cost, if they are to hold: /dailies budget set."
    else:
        yield f"No job was made since {since} that no take has."
    yield f"Ordering goes on; {answer['waiting']} wait."
