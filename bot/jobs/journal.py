"""The journal: one log line for each step of a take, written when its transaction is committed, and only then.

It watches what is written, so that no place that writes has to log. Of what people wrote and of what the provider
said nothing stands in a line: neither prompt nor answer.
"""

from __future__ import annotations

import logging
from typing import Any, TypeVar

from bot.core.ports import Row, Store, Transaction, Work
from bot.core.rows import Attempt, Card, Line, Outcome, Post, Take

R = TypeVar("R", bound=Row)
T = TypeVar("T")
log = logging.getLogger(__name__)


class Journal:
    """A store whose transactions are told to the log."""

    def __init__(self, store: Store) -> None:
        """``store`` has the rows."""
        self._store = store

    @property
    def behind_ms(self) -> int:
        """How far the wall clock is behind the newest time in the rows, in milliseconds."""
        return self._store.behind_ms

    async def transact(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction, commit, and tell what it wrote."""
        return await self._store.transact(lambda tx: work(_Watched(tx)))

    async def close(self) -> None:
        """Wait for every transaction that runs, then let go of the rows."""
        await self._store.close()


class _Watched:
    """A transaction of which every write to a take, its attempts, money, posts and cards is noted."""

    def __init__(self, tx: Transaction) -> None:
        self.now = tx.now
        self._tx = tx
        self.rows, self.count, self.total = tx.rows, tx.count, tx.total
        self.claim, self.delete, self.after = tx.claim, tx.delete, tx.after
        self._channels: dict[str, str] = {}
        self._drawn: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        """Whatever else a transaction can do is not watched."""
        return getattr(self._tx, name)

    async def get(self, table: type[R], *key: str | int) -> R | None:
        return self._seen(await self._tx.get(table, *key))

    async def lock(self, table: type[R], *key: str | int) -> R | None:
        return self._seen(await self._tx.lock(table, *key))

    async def add(self, row: Row) -> None:
        await self._tx.add(row)
        self._wrote(row)

    async def put(self, row: Row) -> None:
        await self._tx.put(row)
        self._wrote(row)

    async def step(self, old: Take, new: Take) -> Take:
        written = await self._tx.step(old, new)
        self._seen(written)
        moved = written.state is not old.state
        level = logging.INFO if moved else logging.DEBUG
        step = f"{old.state.value} → {written.state.value}" if moved else written.state.value
        self._tell("take", written.id, step=step, level=level, ver=written.ver)
        return written

    def _seen(self, row: R | None) -> R | None:
        """Remember what later lines need."""
        if isinstance(row, Take):
            self._channels[row.id] = row.channel
        elif isinstance(row, Card):
            self._drawn.setdefault(row.id, row.drawn)
        return row

    def _wrote(self, row: Row) -> None:
        match row:
            case Take():
                self._seen(row)
                self._tell("take", row.id, step=f"new → {row.state.value}", ver=row.ver, price=str(row.price))
            case Attempt():
                self._attempt(row)
            case Line():
                self._line(row)
            case Post():
                self._tell("post", row.take, step=row.state.value, nonce=row.nonce, posted=row.message)
            case Card() if row.drawn > self._drawn.get(row.id, row.drawn):
                self._tell("card", row.id, step="drawn", channel=row.channel, ver=row.drawn)

    def _line(self, row: Line) -> None:
        """An amount that was booked, and where."""
        self._tell(
            "money",
            row.take,
            step=row.kind.value,
            amount=str(row.amount),
            held=str(row.held),
            scope=row.scope,
            reason=row.reason,
            by=row.by,
        )

    def _attempt(self, row: Attempt) -> None:
        """Opened, or closed with its outcome."""
        step = f"{row.kind.value} begun" if row.outcome is Outcome.SENDING else f"{row.kind.value} {row.outcome.value}"
        self._tell("attempt", row.take, step=step, attempt=row.id)

    def _tell(self, event: str, take: str, *, step: str, level: int = logging.INFO, **facts: Any) -> None:
        """A line, once the transaction is committed."""
        if not log.isEnabledFor(level):
            return
        facts = {"take": take, "channel": self._channels.get(take), "step": step, **facts}
        known = {name: value for name, value in facts.items() if value not in (None, "")}
        self._tx.after(lambda: log.log(level, event, extra=known))
