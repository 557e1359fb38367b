"""One table of the store in memory: rows by key, and the unique indexes over them."""

from __future__ import annotations

from bot.core.conditions import KeyValues, Scalar, key_name, key_of, unique_values, uniques
from bot.core.ports.store import Row


class MemoryTable:
    """The rows of one class."""

    def __init__(self, kind: type[Row]) -> None:
        """An empty table for rows of ``kind``."""
        self.kind = kind
        self.rows: dict[KeyValues, Row] = {}
        self._indexes: dict[str, dict[tuple[Scalar, ...], KeyValues]] = {unique.name: {} for unique in uniques(kind)}

    def refuses(self, row: Row, *, replacing: bool) -> str | None:
        """The name of the key or unique index that another row keeps from this one."""
        key = key_of(row)
        if key in self.rows and not replacing:
            return key_name(self.kind)
        for unique in uniques(self.kind):
            values = unique_values(unique, row)
            if values is not None and self._indexes[unique.name].get(values, key) != key:
                return unique.name
        return None

    def set(self, key: KeyValues, row: Row | None) -> Row | None:
        """Write the row under its key, or remove it; gives what was there before."""
        before = self.rows.pop(key, None)
        if before is not None:
            self._reindex(before, None)
        if row is not None:
            self.rows[key] = row
            self._reindex(row, key)
        return before

    def _reindex(self, row: Row, key: KeyValues | None) -> None:
        for unique in uniques(self.kind):
            if (values := unique_values(unique, row)) is None:
                continue
            if key is None:
                del self._indexes[unique.name][values]
            else:
                self._indexes[unique.name][values] = key
