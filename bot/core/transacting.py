"""What every store does the same way around a transaction: a task of its own, one time, no nesting."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.core.errors import Stale, StoreError, Taken
from bot.core.lifecycle import require_step
from bot.core.lock_order import LockOrder
from bot.core.ports.clock import Clock
from bot.core.ports.store import Row, Work
from bot.core.rows import Line, Take
from bot.core.steady import SteadyClock

T = TypeVar("T")
log = logging.getLogger(__name__)


class OpenTransaction:
    """One transaction's time, its locks, and what is called when it is committed."""

    def __init__(self, now: int) -> None:
        """``now`` is UTC milliseconds."""
        self.now = now
        self.open = True
        self.locks = LockOrder()
        self._spoiled: StoreError | None = None
        self._callbacks: list[Callable[[], None]] = []

    def after(self, callback: Callable[[], None]) -> None:
        """Call back once the transaction is committed; never if it is not."""
        self.require_usable()
        self._callbacks.append(callback)

    def require_usable(self) -> None:
        """Refuse to go on after the end, or after an error that only a rollback can follow.

        Raises:
            RuntimeError: the transaction is over.
            StoreError: the earlier error, again.
        """
        if not self.open:
            msg = "this transaction is over; what it read may no longer be true"
            raise RuntimeError(msg)
        self.require_unspoiled()

    def require_unspoiled(self) -> None:
        """Raise the error that a database would answer every further statement with, commit included."""
        if self._spoiled is not None:
            raise self._spoiled

    def spoil(self, error: StoreError) -> StoreError:
        """Note that a statement failed: PostgreSQL takes no other after that, so no store does."""
        self._spoiled = error
        return error

    def called_back(self) -> None:
        """Call every callback; one that fails is logged, since the rows are written already."""
        for callback in self._callbacks:
            try:
                callback()
            except Exception:
                log.exception("a callback after a commit failed")


def stepped(old: Take, new: Take, now: int) -> Take:
    """The take as it is written by a step.

    Raises:
        IllegalStep: the lifecycle has no such step.
        ValueError: not the same take.
    """
    if old.id != new.id:
        msg = f"a step of {old.id} cannot write {new.id}"
        raise ValueError(msg)
    require_step(old.state, new.state)
    return replace(new, ver=old.ver + 1, state_at=old.state_at if new.state is old.state else now)


def require_replaceable(table: type[Row]) -> None:
    """Refuse to overwrite what moves by ``step`` only, or is never edited.

    Raises:
        TypeError
    """
    if table is Take:
        msg = "a take is added once and then moves by step; put would lose another's step"
        raise TypeError(msg)
    require_removable(table)


def require_removable(table: type[Row]) -> None:
    """Refuse to edit the ledger.

    Raises:
        TypeError
    """
    if table is Line:
        msg = "ledger lines are added, never edited"
        raise TypeError(msg)


_current: ContextVar[OpenTransaction | None] = ContextVar("transaction", default=None)


@dataclass(slots=True)
class Tally:
    """What a store has done since it was opened."""

    #: Works that were begun.
    transactions: int = 0
    #: Those that ended in a StoreError other than a compare-and-set or a unique index that said no.
    failures: int = 0


class Transactor(ABC):
    """Runs works, each as a task of its own that its caller's cancellation does not reach."""

    def __init__(self, clock: Clock, *, newest: int = 0) -> None:
        """``newest`` is the latest time in the rows, UTC milliseconds."""
        self._clock = clock if isinstance(clock, SteadyClock) else SteadyClock(clock)
        self._clock.not_before(newest)
        self._running: set[asyncio.Task[object]] = set()
        self._closing = False
        #: For the operator's figures.
        self.tally = Tally()

    @property
    def behind_ms(self) -> int:
        """How far the wall clock is behind the newest time given or found in the rows, in milliseconds."""
        return self._clock.behind_ms

    async def transact(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction and commit; any exception rolls back and comes out.

        Raises:
            StoreError: the rows cannot be read or written, or the store is closed.
            RuntimeError: called from inside a work.
        """
        current = _current.get()
        if current is not None and current.open:
            msg = "a transaction inside a transaction would wait for itself for ever"
            raise RuntimeError(msg)
        if self._closing:
            msg = "The store is closed; nothing can be read or written any more."
            raise StoreError(msg)
        task = asyncio.get_running_loop().create_task(self._counted(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_report)
            raise

    async def _counted(self, work: Work[T]) -> T:
        self.tally.transactions += 1
        try:
            return await self._run(work)
        except StoreError as error:
            self.tally.failures += not isinstance(error, Stale | Taken)
            raise

    async def idle(self) -> None:
        """Wait until no transaction runs."""
        while self._running:
            await asyncio.wait(self._running)

    @abstractmethod
    async def close(self) -> None:
        """Wait for every transaction that runs, then let go of the rows."""

    @abstractmethod
    async def _run(self, work: Work[T]) -> T:
        """Run the work in a transaction."""

    def _now(self) -> int:
        """UTC milliseconds, never earlier than before."""
        return self._clock.now()


@contextmanager
def inside(transaction: OpenTransaction) -> Iterator[None]:
    """Mark what runs in here, and every task that it starts, as inside the transaction until its end."""
    token = _current.set(transaction)
    try:
        yield
    finally:
        transaction.open = False
        _current.reset(token)


def _report(task: asyncio.Task[T]) -> None:
    """Log what nobody waits for any more."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("a transaction failed after its caller was cancelled", exc_info=error)
