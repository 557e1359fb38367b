"""The advisory lock on a PostgreSQL database: one process at a time, for as long as its connection lives.

The server lets go of it when the connection ends, however it ends; so the connection is watched, and a process
that has lost it must do nothing more. It gives up on a server that is silent for ``KEEPALIVE_S + ANSWER_S``; the
server gives up on a silent process later than that, so the next one never begins before the last has stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, Self

import psycopg

from bot.core.errors import LockLost, StoreError
from storage.translation import reason

if TYPE_CHECKING:
    from storage.postgres import PostgresServer

log = logging.getLogger(__name__)

#: The lock's two numbers, of our own choosing; the database is part of every advisory lock.
LOCK = (0x4461696C, 0x696573)
#: How long a new process waits for one that has just been killed: the server may not have noticed.
HANDOVER_MS = 1_000
#: The lock is asked for this often, and the answer waited for so long.
KEEPALIVE_S = 3.0
ANSWER_S = 5.0
#: The server lets go of the lock of a machine that is gone after 15 + 3 x 5 seconds.
SERVER_SIDE = {"tcp_keepalives_idle": 15, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}

TAKE = f"SELECT pg_advisory_lock({LOCK[0]}, {LOCK[1]})"
HELD = f"""
    SELECT a.pid, a.application_name, host(a.client_addr), l.pid = pg_backend_pid() AS ours
    FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {LOCK[0]} AND l.objid = {LOCK[1]}
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608  # two numbers of our own
TAKEN = "55P03"


class AdvisoryLock:
    """A lock that is held until ``let_go``, the end of the process, or the loss of its connection."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], name: str) -> None:
        """Watch a connection that has the lock; ``name`` is the database's."""
        self._connection = connection
        self._name = name
        self.lost = asyncio.Event()
        self._watching = asyncio.create_task(self._watch(), name="advisory lock")

    @classmethod
    async def take(cls, server: PostgresServer) -> Self:
        """Connect and take the lock.

        Raises:
            StoreError: another process has it, or the server cannot be reached.
        """
        try:
            connection = await _connected(server)
        except psycopg.Error as error:
            msg = f"The database {server.name} cannot be used: {reason(error)}."
            raise StoreError(msg) from error
        try:
            await connection.execute(TAKE)
        except psycopg.Error as error:
            async with connection:
                who = await _holder(connection) if error.sqlstate == TAKEN else None
            msg = f"The database {server.name} cannot be locked: {reason(error)}." if who is None else (
                f"Another Dailies ({who}) is using the database {server.name}: it holds its lock. "
                f"Stop that one first, or set DAILIES_DATABASE_URL to another database."
            )  # fmt: skip
            raise StoreError(msg) from None
        except BaseException:
            await connection.close()
            raise
        return cls(connection, server.name)

    def require(self) -> None:
        """Refuse to go on once the lock is lost.

        Raises:
            LockLost
        """
        if self.lost.is_set():
            msg = (
                f"The lock on the database {self._name} is lost, so another Dailies may have begun: this one ends, "
                f"and nothing more is ordered. Start it again; what is open goes on then."
            )
            raise LockLost(msg)

    async def let_go(self) -> None:
        """Let others in; again is not an error."""
        self._watching.cancel()
        await asyncio.wait([self._watching])
        await self._connection.close()

    async def _watch(self) -> None:
        """Until the lock is lost. The driver wakes at once when the connection ends; silence is asked about."""
        try:
            while await self._answered():
                async for _ in self._connection.notifies(timeout=KEEPALIVE_S):
                    pass
        except psycopg.Error as error:
            log.error("the connection that holds the database's lock has ended: %s", reason(error))  # noqa: TRY400
        self.lost.set()

    async def _answered(self) -> bool:
        """Whether the server says in time that the lock is ours; it is not waited for until it has given up itself."""
        asking = asyncio.create_task(_is_ours(self._connection))
        try:
            await asyncio.wait([asking], timeout=ANSWER_S)
            if asking.done():
                return asking.result()
        finally:
            asking.cancel()
        log.error("the database has not said for %.0f s that the lock is still ours", ANSWER_S)
        return False


async def _connected(server: PostgresServer) -> psycopg.AsyncConnection[Any]:
    _, given = server.address.get_dialect()().create_connect_args(server.address)
    arguments = {**given, **server.arguments({"lock_timeout": HANDOVER_MS, **SERVER_SIDE})}
    return await psycopg.AsyncConnection.connect(**arguments, autocommit=True)


async def _is_ours(connection: psycopg.AsyncConnection[Any]) -> bool:
    rows = await (await connection.execute(HELD)).fetchall()
    return any(ours for *_, ours in rows)


async def _holder(connection: psycopg.AsyncConnection[Any]) -> str | None:
    """Who has the lock, as far as this user may know; ``None`` when nobody has it any more."""
    with contextlib.suppress(psycopg.Error):
        for pid, name, address, _ in await (await connection.execute(HELD)).fetchall():
            return f"{name or 'unnamed'}, server process {pid}{f', from {address}' if address else ''}"
    return None
