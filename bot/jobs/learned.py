"""What this process has read from past takes and does not read again for every order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.core.ports import Transaction

T = TypeVar("T")

#: What another machine has learned since is noticed after so long.
KEPT_MS = 60_000


class Learned:
    """Figures by model, each until a job of the model ends here, and for a minute at most; and the keys that are there.

    Times are those of the transactions, so nothing is kept across a clock that jumps.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._figures: dict[tuple[str, tuple[object, ...]], tuple[int, Any]] = {}
        self._forgotten = 0
        #: Names of provider keys that have their row; rows of keys are never removed.
        self.keys: set[str] = set()

    async def figure(
        self, tx: Transaction, model: str, what: tuple[object, ...], read: Callable[[], Awaitable[T]]
    ) -> T:
        """A figure of the model, from memory or as ``read`` finds it in the rows."""
        at, known = self._figures.get((model, what), (tx.now - KEPT_MS, None))
        if 0 <= tx.now - at < KEPT_MS:
            return known  # type: ignore[no-any-return]  # written by the call that read it
        before = self._forgotten
        found = await read()
        if self._forgotten == before:  # else it was read while a job ended, perhaps just before
            self._figures[model, what] = tx.now, found
        return found

    def forget(self, model: str) -> None:
        """A job of the model has ended: everything that past takes say of it is read anew."""
        self._forgotten += 1
        self._figures = {key: figure for key, figure in self._figures.items() if key[0] != model}
