"""``dailies move``: copy a stopped installation into another, empty database."""

from __future__ import annotations

import argparse
import sys

from bot.cli.texts import counted
from bot.core.clock import SystemClock
from bot.settings import load
from storage import StoreClock
from storage.moving import Books, move

AFTER = """Now set DAILIES_DATABASE_URL to that address and start Dailies again. The old database is as it was; do not
start Dailies on it any more, or both would order. Clips, pictures and answers stay in DAILIES_HOME: {home}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "move",
        help="copy a stopped installation into another database",
        description="Copy every row of the database that DAILIES_DATABASE_URL names into an empty one, from SQLite to "
        "PostgreSQL or back, in one transaction; then compare the rows of every table, the ledger's sums and the open "
        "takes. Stop Dailies first. The old database is only read. The exit status is 0, or 1 when nothing was moved.",
    )
    parser.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help="the empty database: postgresql+psycopg://user:password@host/database, or sqlite+aiosqlite:///file",
    )
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Move, say what was moved and what is to do next; 0."""
    settings = load()
    books = await move(settings.database_url.reveal(), args.to, StoreClock(SystemClock()))
    sys.stdout.write(f"{_moved(books)}\n{AFTER.format(home=settings.home)}")
    return 0


def _moved(books: Books) -> str:
    rows = ", ".join(f"{name} {number}" for name, number in books.rows.items() if number)
    waiting = sum(books.open_takes.values())
    return (
        f"Copied and compared: {sum(books.rows.values())} rows ({rows or 'none'}); "
        f"{books.used} used, of which {books.held} is held; {counted(waiting, 'take')} open."
    )
