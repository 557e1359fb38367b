"""The order in which a transaction locks rows, checked while it runs.

Keys, then budgets by scope and period, then the slate, then takes by id, then slots. Inside a table the order is
that of the keys, byte by byte, so that one statement can lock several rows; of a budget's scopes, channels come
before people, and people before workspaces. Two transactions that keep this order cannot wait for each other, so
a breach is a defect of ours, and it is found on one machine and one connection, long before two of them would
meet. A row that the transaction itself has made is nobody else's to wait for: it may be changed at any time.
"""

from __future__ import annotations

from bot.core.rows import Budget, Key, Slate, Slot, Take

#: What a lock's place in the order is: its table's rank, and the row's key.
Place = tuple[int, tuple[str | int, ...]]

#: Tables that are not named here may be locked at any time.
RANKS: dict[type, int] = {Key: 0, Budget: 1, Slate: 2, Take: 3, Slot: 4}
#: What a budget's scope begins with.
SCOPES = ("channel:", "person:", "workspace:")


class LockOrderError(AssertionError):
    """A row was locked, changed or removed after one that comes later in the order; always a defect of ours."""


class LockOrder:
    """The locks that one transaction has taken so far."""

    def __init__(self) -> None:
        """No lock yet."""
        self._held: set[Place] = set()
        self._last: Place | None = None

    def take(self, table: type, key: tuple[str | int, ...]) -> None:
        """Note a lock; one that is held already may be taken again at any time.

        Raises:
            LockOrderError: the transaction holds a lock that comes later, or a budget's scope is of no known kind.
        """
        if table is Budget and not str(key[0]).startswith(SCOPES):
            msg = f"the lock order knows no scope like {key[0]!r}"
            raise LockOrderError(msg)
        if table not in RANKS or (RANKS[table], key) in self._held:
            return
        wanted = (RANKS[table], key)
        if self._last is not None and wanted < self._last:
            msg = f"{table.__name__} {key} is locked too late: rank {wanted}, after {self._last}"
            raise LockOrderError(msg)
        self._held.add(wanted)
        self._last = wanted

    def made(self, table: type, key: tuple[str | int, ...]) -> None:
        """Note a row that the transaction itself has made; it is locked from then on, wherever its place is."""
        if table in RANKS:
            self._held.add((RANKS[table], key))
