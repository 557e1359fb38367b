"""aiosqlite with one trip to its thread for each statement.

Its own cursor makes four (open, execute, fetch, close), and each trip costs more than most statements: a read
by key takes a third of the time this way. And what is one trip cannot be cancelled half-way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self

import aiosqlite


class OneTripCursor:
    """A cursor that has all its rows as soon as it has executed; what SQLAlchemy's adapter asks of one."""

    def __init__(self, connection: OneTripConnection) -> None:
        """Nothing happens before ``execute``."""
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Nothing to open."""
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Run a statement and fetch what it gives.

        Raises:
            sqlite3.Error
        """
        await self._connection.trip(self._run, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """The rows, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing to close."""

    def _run(self, connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> None:
        cursor = connection.execute(sql, parameters)
        try:
            self.description = cursor.description
            self._rows = cursor.fetchall()
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class OneTripConnection(aiosqlite.Connection):
    """A connection whose cursors make one trip."""

    def __init__(self, database: str, **options: Any) -> None:
        """``options`` are those of ``sqlite3.connect``; the driver begins no transaction by itself."""

        def connect() -> sqlite3.Connection:
            opened: sqlite3.Connection = sqlite3.connect(database, isolation_level=None, **options)
            return opened

        super().__init__(connect, iter_chunk_size=1)
        self._thread.daemon = True  # a store that was not closed must not keep the process alive

    def cursor(self) -> OneTripCursor:  # type: ignore[override]  # SQLAlchemy awaits what aiosqlite gives
        """A cursor."""
        return OneTripCursor(self)

    async def trip(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call ``function`` with the connection and the arguments, in the connection's thread."""
        await self._execute(lambda: function(self._conn, *arguments))  # type: ignore[no-untyped-call]
