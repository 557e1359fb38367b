"""Open the store: the address, the lock, the tables, the connections."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.core.errors import StoreError
from bot.core.ports.clock import Clock
from storage import statements
from storage.databases import Database, Held
from storage.migrate import migrate
from storage.postgres import PostgresServer
from storage.sqlite import SqliteFile
from storage.store import SHARED, SqlStore, begun
from storage.translation import FAILURES, translate

#: What an address may begin with; the driver need not be named.
SQLITE, POSTGRES = "sqlite", "postgresql"
DRIVERS = {SQLITE: {"", "aiosqlite", "pysqlite"}, POSTGRES: {"", "psycopg"}}
FORMS = "sqlite:///, and goes on with a path, or with postgresql+psycopg://user:password@host/database"


async def open_store(url: str, clock: Clock, *, alone: bool = True) -> SqlStore:
    """Open the database at ``url``, making its tables and migrating them where needed.

    ``url`` is ``sqlite+aiosqlite:///path`` or ``postgresql+psycopg://user:password@host/database``. Give a
    ``StoreClock``, and on PostgreSQL the database's clock decides; any other clock decides itself. ``alone``
    keeps every other process away for as long as the store is open; a SQLite file always does.

    Raises:
        StoreError: a sentence that says what is wrong and what to do: no such address, a network file system,
            another process, a damaged or foreign database, no space, no permission, no server.
    """
    database = database_at(url)
    held = await database.hold() if alone or isinstance(database, SqliteFile) else SHARED
    try:
        return await _opened(database, clock, held)
    except BaseException:
        await held.let_go()
        raise


async def _opened(database: Database, clock: Clock, held: Held) -> SqlStore:
    await asyncio.to_thread(migrate, database)
    engine = database.serving_engine(clock)
    try:
        newest = await _newest(engine)
    except BaseException:
        await engine.dispose()
        raise
    return SqlStore(engine, clock, held=held, newest=newest, at_once=database.at_once)


async def _newest(engine: AsyncEngine) -> int:
    try:
        async with begun(engine) as connection:
            return int((await connection.execute(statements.newest())).scalar_one())
    except FAILURES as error:
        raise translate(error) from error


def database_at(url: str) -> Database:
    """The database that an address names.

    Raises:
        StoreError: not an address, one of another kind of database, or without a name.
    """
    address = _address(url)
    if address.get_backend_name() == POSTGRES:
        return PostgresServer(address)
    return SqliteFile(_path(address))


def database_path(url: str) -> Path:
    """The file that a database address names, with every link followed.

    Raises:
        StoreError: not an address, not SQLite, or no file.
    """
    address = _address(url)
    if address.get_backend_name() != SQLITE:
        msg = "This database is on a server and not in a file."
        raise StoreError(msg)
    return _path(address)


def _address(url: str) -> sa.URL:
    """Never says what the address is: it may hold a password."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        msg = f"This is not a database address: one begins with {FORMS}."
        raise StoreError(msg) from None
    backend, _, driver = address.drivername.partition("+")
    if driver not in DRIVERS.get(backend, ()):
        msg = f"Databases of {address.drivername} are not supported; the address begins with {FORMS}."
        raise StoreError(msg)
    return address


def _path(address: sa.URL) -> Path:
    if address.database in (None, "", ":memory:"):
        msg = "The database address names no file; what is only in memory would forget what was paid for."
        raise StoreError(msg)
    return Path(str(address.database)).expanduser().resolve()
