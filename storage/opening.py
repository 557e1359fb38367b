"""Open the store: the folder, the lock, the tables, the connection."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.core.errors import StoreError
from bot.core.ports.clock import Clock
from storage import statements
from storage.lock_file import LockFile
from storage.migrate import migrate
from storage.mounts import refuse_network
from storage.sqlite import serving_engine
from storage.store import SqlStore, begun
from storage.translation import FAILURES, translate


async def open_store(url: str, clock: Clock) -> SqlStore:
    """Open the database at ``url`` (``sqlite+aiosqlite:///path``), making and migrating it where needed.

    Raises:
        StoreError: a sentence that says what is wrong and what to do: not an address of a SQLite file, a
            network file system, another process, a damaged or foreign file, no space, no permission.
    """
    path = database_path(url)
    held = await asyncio.to_thread(prepare, path)
    engine = serving_engine(path)
    try:
        newest = await _newest(engine)
    except BaseException:
        await engine.dispose()
        held.release()
        raise
    return SqlStore(engine, clock, held=held, newest=newest)


async def _newest(engine: AsyncEngine) -> int:
    try:
        async with begun(engine) as connection:
            return int((await connection.execute(statements.newest())).scalar_one())
    except FAILURES as error:
        raise translate(error) from error


def database_path(url: str) -> Path:
    """The file that a database address names, with every link followed.

    Raises:
        StoreError: not an address, not SQLite, or no file.
    """
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        msg = f"{url!r} is not a database address; it begins with sqlite:/// and goes on with a path."
        raise StoreError(msg) from error
    if address.get_backend_name() != "sqlite":
        msg = f"Databases of {address.get_backend_name()} are not supported; the address begins with sqlite:///."
        raise StoreError(msg)
    if address.database in (None, "", ":memory:"):
        msg = "The database address names no file; what is only in memory would forget what was paid for."
        raise StoreError(msg)
    return Path(str(address.database)).expanduser().resolve()


def prepare(path: Path) -> LockFile:
    """Make the folder, take the lock and bring the tables up to date.

    Raises:
        StoreError
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        msg = f"The folder {path.parent} cannot be made: {error.strerror}."
        raise StoreError(msg) from error
    refuse_network(path)
    held = LockFile(path.with_name(f"{path.name}.lock"))
    try:
        migrate(path)
    except BaseException:
        held.release()
        raise
    return held
