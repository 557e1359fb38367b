"""``dailies migrate``: bring the database to the tables of this version."""

from __future__ import annotations

import argparse
import asyncio
import sys

from bot.cli.codes import FOUND
from bot.settings import load
from storage.databases import Database
from storage.migrate import Versions, migrate, versions
from storage.opening import database_at


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "migrate",
        help="bring the database to the tables of this version",
        description="Bring the database that DAILIES_DATABASE_URL names to the tables of this version, in one "
        "transaction or not at all. dailies run does the same when it starts. The exit status is 0, or 1 when the "
        f"database is in use, damaged, or cannot be reached; with --check {FOUND} when something is to do.",
    )
    parser.add_argument("--check", action="store_true", help="only say what is to do, and change nothing")
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Say from which version to which; 0, or ``FOUND`` when it was only to be said and there is something."""
    database = database_at(load().database_url.reveal())
    if args.check:
        found = await asyncio.to_thread(versions, database)
        return _say(found.current, _to_do(database, found))
    held = await database.hold()
    try:
        found = await asyncio.to_thread(migrate, database)
    finally:
        await held.let_go()
    _say(found.current, f"The database {database.name} was brought from {_named(found)} to version {found.wanted}.")
    return 0


def _to_do(database: Database, found: Versions) -> str:
    return f"The database {database.name} is to be brought from {_named(found)} to version {found.wanted}."


def _named(found: Versions) -> str:
    return "nothing" if found.found is None else f"version {found.found}"


def _say(current: bool, otherwise: str) -> int:  # noqa: FBT001  # the one thing that it is about
    sys.stdout.write(f"{'The database has the tables of this version: nothing to do.' if current else otherwise}\n")
    return 0 if current else FOUND
