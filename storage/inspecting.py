"""Looking at a database file without touching it, whoever uses it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def damage_of(database: Path) -> str | None:
    """What is wrong with a database file, or ``None``; blocks, for a second or so per gigabyte."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return None if found == "ok" else found
