"""The store: rows in, rows out, in short transactions with no network inside.

A row is a frozen dataclass of ``bot.core.rows``; its class names the table, its fields the columns.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import Field, dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from bot.core.rows import Take


class Row(Protocol):
    """What every row class says of itself."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    #: The fields of the primary key, in order.
    KEY: ClassVar[tuple[str, ...]]


R = TypeVar("R", bound=Row)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Between:
    """A condition on a number: ``low <= column <= high``; ``None`` leaves a side open.

    NULL matches only with ``empty``: a period without an end has not ended by any time.
    """

    low: int | None = None
    high: int | None = None
    empty: bool = False


class Transaction(Protocol):
    """One transaction. Locks are taken in the order key, budget, slate, take (by id), slot; every store checks it.

    Conditions are given by column: a plain value is equality, ``None`` is NULL, a tuple or frozenset is
    membership, ``Between`` is a range.

    What ``add`` and ``put`` write may reach the database as late as the commit, and always before an answer
    that it could change. So a refusal by a key or a unique index comes from that call or from any later one, at
    the latest from ``transact``, and no work may go on after it.
    """

    #: UTC milliseconds, the same in the whole transaction.
    now: int

    async def get(self, table: type[R], *key: str | int) -> R | None:
        """The row, as it is, without a lock; as it is here, when this transaction has locked or written it."""
        ...

    async def lock(self, table: type[R], *key: str | int) -> R | None:
        """The row, locked until the end of the transaction."""
        ...

    async def lock_all(self, table: type[R], **where: object) -> list[R]:
        """The rows that meet every condition, locked until the end of the transaction; in the order of their keys."""
        ...

    async def rows(
        self, table: type[R], *, order: tuple[str, ...] = (), limit: int | None = None, skip: int = 0, **where: object
    ) -> list[R]:
        """The rows that meet every condition; ``order`` names columns, ``-column`` for descending.

        With a limit, the first ``skip`` of them are passed over.
        """
        ...

    async def count(self, table: type[Row], **where: object) -> int:
        """How many rows meet every condition."""
        ...

    async def total(self, table: type[Row], column: str, **where: object) -> int:
        """The sum of a number or money column over the rows that meet every condition; 0 for none."""
        ...

    async def sums(
        self, table: type[Row], columns: tuple[str, ...], *, by: tuple[str, ...], **where: object
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """The sums of number or money columns in each group of matching rows that agree in ``by``.

        Without ``by`` all rows are one group, even where there are none.
        """
        ...

    async def least(
        self, table: type[Row], column: str, *, by: tuple[str, ...], **where: object
    ) -> dict[tuple[Any, ...], int | None]:
        """The least of a number column in each group of matching rows that agree in ``by``; ``None``: all are empty."""
        ...

    async def add(self, row: Row) -> None:
        """Insert.

        Raises:
            Taken: a key or unique index refuses it, as late as by the commit; the transaction is rolled back.
        """
        ...

    async def claim(self, row: Row) -> bool:
        """Insert unless a row with this key or in this unique index is there; whether it was inserted."""
        ...

    async def put(self, row: Row) -> None:
        """Insert, or replace the row with the same key.

        Raises:
            Taken: a unique index refuses it, as late as by the commit; the transaction is rolled back.
        """
        ...

    async def step(self, old: Take, new: Take) -> Take:
        """Replace a take by compare-and-set on id, state and version; gives it with its version counted up.

        Raises:
            Stale: the take is not (or no longer) what ``old`` says.
        """
        ...

    async def delete(self, table: type[Row], *key: str | int) -> None:
        """Remove a row; one that is not there is not an error."""
        ...

    def after(self, callback: Callable[[], None]) -> None:
        """Call back once the transaction is committed; never if it is not."""
        ...


Work = Callable[[Transaction], Awaitable[T]]


class Store(Protocol):
    """Where the rows live."""

    @property
    def behind_ms(self) -> int:
        """How far the wall clock is behind the newest time in the rows, in milliseconds; 0 when it is not."""
        ...

    async def transact(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction and commit; any exception rolls back and comes out.

        The work runs as a task of the store's own, shielded from the caller's cancellation, never nested.

        Raises:
            StoreError: the rows cannot be read or written.
        """
        ...

    async def close(self) -> None:
        """Wait for every transaction that runs, then let go of the rows and the lock file."""
        ...
