"""``dailies backup FILE``: a whole copy of the rows, also while Dailies runs."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

import sqlalchemy as sa

from bot.cli import codes
from bot.cli.asking import add_where, ask, settings_of, write
from bot.core.errors import StoreError
from bot.settings import Settings

ALSO = (
    "It has the rows only. Keep beside it: {clips} (the clips), in {home} pictures and answers, and your settings and "
    "keys."
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "backup",
        help="copy the rows to a file, also while Dailies runs",
        description="Write a whole, consistent copy of the database to FILE, which is there only when it is complete. "
        "Clips, pictures, answers and secrets are not in it: copy those folders with a tool of yours.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; it must not be there yet")
    parser.add_argument("--force", action="store_true", help="replace FILE")
    add_where(parser)
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Back up; what is wrong is one sentence, and no half file is left."""
    settings = settings_of(args)
    url = settings.database_url.reveal()
    if (command := pg_dump(url, args.file)) is not None:
        msg = f"The rows are in PostgreSQL, which has its own backups: {command}"
        raise StoreError(msg)
    answer = await ask(settings, "backup", {"file": str(args.file.absolute()), "force": args.force})
    text = f"The rows are copied to {answer['file']} ({answer['bytes']:,} bytes).\n{_also(settings)}\n"
    write(answer, text, as_json=args.json)
    return codes.DONE


def _also(settings: Settings) -> str:
    clips = f"{settings.home}/archive" if settings.archive is None else settings.archive
    return ALSO.format(home=settings.home, clips=clips)


def pg_dump(url: str, file: Path) -> str | None:
    """The command that backs a PostgreSQL up, without its password; ``None`` for a database file."""
    address = sa.make_url(url)
    if address.get_backend_name() != "postgresql":
        return None
    # Made anew: URL.set takes None for "as it was", and would keep the password.
    plain = sa.URL.create(
        "postgresql",
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query={name: value for name, value in address.query.items() if name != "password"},
    ).render_as_string(hide_password=False)
    return f"pg_dump --format=custom --file={shlex.quote(str(file))} {shlex.quote(plain)}"
