"""What is sent to a database while something happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from storage import SqlStore


@dataclass(slots=True)
class Tally:
    """Statements in order, each with its values; what begins and ends a transaction is counted beside them."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    begins: int = 0
    commits: int = 0

    @property
    def tables(self) -> list[str]:
        """What each statement does, in short: ``INSERT ledger``."""
        words = [text.replace('"', "").split() for text, _ in self.statements]
        after = {"SELECT": "FROM", "DELETE": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE"}
        return [f"{each[0]} {each[each.index(after[each[0]]) + 1]}" for each in words]


@contextmanager
def tallied(store: SqlStore) -> Iterator[Tally]:
    """Count until the end of the block."""
    tally, engine = Tally(), store.engine.sync_engine

    def sent(_connection: object, _cursor: object, text: str, values: Any, *_: object) -> None:
        if text.startswith("BEGIN") or text.endswith("BEGIN"):
            tally.begins += 1
        else:
            tally.statements.append((text, values))

    def committed(_: object) -> None:
        tally.commits += 1

    sa.event.listen(engine, "before_cursor_execute", sent)
    sa.event.listen(engine, "commit", committed)
    try:
        yield tally
    finally:
        sa.event.remove(engine, "before_cursor_execute", sent)
        sa.event.remove(engine, "commit", committed)
