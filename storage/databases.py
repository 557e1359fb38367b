"""What a database is to the rest of the storage: a name for sentences, a lock, and two kinds of connections."""

from __future__ import annotations

import asyncio
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.core.ports.clock import Clock


class Held(Protocol):
    """What keeps every other process away from the rows for as long as the store is open."""

    #: Set once it keeps nobody away any more; nothing may be written after that.
    lost: asyncio.Event

    def require(self) -> None:
        """Refuse to go on once the lock is lost.

        Raises:
            LockLost
        """
        ...

    async def let_go(self) -> None:
        """Let others in; again is not an error."""
        ...


class Database(Protocol):
    """A database by its address."""

    @property
    def name(self) -> str:
        """What sentences call it; no user and no password."""
        ...

    @property
    def at_once(self) -> int:
        """Transactions that run at once."""
        ...

    async def hold(self) -> Held:
        """Keep every other process away.

        Raises:
            StoreError: another one is there, or the lock cannot be taken.
        """
        ...

    def migrating_engine(self) -> sa.Engine:
        """Connections in this thread, whose transactions include changes of tables; one migrates at a time."""
        ...

    def serving_engine(self, clock: Clock) -> AsyncEngine:
        """Connections for the store; they tell a ``StoreClock`` the database's time."""
        ...

    def check(self, connection: sa.Connection) -> None:
        """Look at the database before anything is done with it; leaves no transaction open.

        Raises:
            StoreError: it is damaged, or not fit for text of every kind.
        """
        ...

    def check_parents(self, connection: sa.Connection) -> bool:
        """Whether, after a migration, every row's parent is there."""
        ...
