"""The order in which a transaction locks rows, checked while it runs.

Keys, then budgets (channel, workspace, person; then scope, period), then the slate, then takes by id, then
slots. Two transactions that keep this order cannot wait for each other, so a breach is a defect of ours, and
it is found on one machine and one connection, long before two of them would meet.
"""

from __future__ import annotations

from bot.core.rows import Budget, Key, Slate, Slot, Take

#: What a lock's place in the order is: its table's rank, the rank inside the table, and the row's key.
Place = tuple[int, int, tuple[str | int, ...]]

RANKS: dict[type, int] = {Key: 0, Budget: 1, Slate: 2, Take: 3, Slot: 4}
#: By what a budget's scope begins with.
SCOPES = ("channel:", "workspace:", "person:")


class LockOrderError(AssertionError):
    """A row was locked, changed or removed after one that comes later in the order; always a defect of ours."""


def place(table: type, key: tuple[str | int, ...]) -> Place | None:
    """A row's place in the order; ``None`` for a table that may be locked at any time.

    Raises:
        LockOrderError: a budget of a scope that the order does not know.
    """
    rank = RANKS.get(table)
    if rank is None:
        return None
    return (rank, _scope_rank(str(key[0])) if table is Budget else 0, key)


def _scope_rank(scope: str) -> int:
    for rank, prefix in enumerate(SCOPES):
        if scope.startswith(prefix):
            return rank
    msg = f"the lock order knows no scope like {scope!r}"
    raise LockOrderError(msg)


class LockOrder:
    """The locks that one transaction has taken so far."""

    def __init__(self) -> None:
        """No lock yet."""
        self._held: set[Place] = set()
        self._last: Place | None = None

    def take(self, table: type, key: tuple[str | int, ...]) -> None:
        """Note a lock; one that is held already may be taken again at any time.

        Raises:
            LockOrderError: the transaction holds a lock that comes later.
        """
        wanted = place(table, key)
        if wanted is None or wanted in self._held:
            return
        if self._last is not None and wanted < self._last:
            msg = f"{table.__name__} {key} is locked too late: rank {wanted}, after {self._last}"
            raise LockOrderError(msg)
        self._held.add(wanted)
        self._last = wanted
