"""Database errors as the product's: a clear sentence, once, here, and nothing of the values that were written."""

from __future__ import annotations

from typing import Any

import sqlalchemy.exc as sa_exc

from bot.core.conditions import fits, key_name, uniques
from bot.core.errors import Conflict, StoreError, Taken
from bot.core.ports.store import Row
from storage.schema import NAMES

#: What ``execute`` can raise: the driver's errors, and values that no database holds.
FAILURES = (sa_exc.SQLAlchemyError, OverflowError, UnicodeError)

#: Deadlock and serialisation failure (PostgreSQL, appendix A of its manual).
CONFLICTS = frozenset({"40001", "40P01"})
#: SQLite's primary result codes (sqlite.org/rescode.html) and what a person can do about each.
SENTENCES = {
    5: "it is locked by another program; close whatever has it open",
    6: "it is locked by another program; close whatever has it open",
    8: "it cannot be written; the file, its folder or its disk is read-only",
    10: "the disk failed to read or write it; look at the disk's health and the space and quota left",
    11: "it is damaged; restore the last backup",
    13: "the disk is full; free some space",
    14: "it cannot be opened; the folder must be there and be writable",
    26: "it is no SQLite database; restore the last backup, or name another file",
}
PRIMARY_CODE = 0xFF
UNIQUE_FAILED = "UNIQUE constraint failed: "
#: SQLITE_CONSTRAINT_FOREIGNKEY.
PARENT_MISSING = 787


def translate(error: Exception, *, row: Row | None = None) -> StoreError:
    """The error as a StoreError; ``row`` is the one that was being written, if any, or the first of several alike."""
    cause: Any = error.orig if isinstance(error, sa_exc.DBAPIError) and error.orig is not None else error
    if getattr(cause, "sqlstate", None) in CONFLICTS:
        return Conflict()
    if row is not None and (constraint := _constraint(cause, row)) is not None:
        return Taken(constraint)
    if isinstance(error, OverflowError | UnicodeError):
        return StoreError("A number or a text is beyond what the database can hold; nothing was written.")
    return StoreError(f"The database cannot be used: {_reason(cause)}. Nothing was written.")


def parent_missing(error: Exception) -> bool:
    """Whether a commit failed because a row's parent is not there."""
    return getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == PARENT_MISSING


def _reason(cause: Any) -> str:
    code = getattr(cause, "sqlite_errorcode", None)
    known = None if code is None else SENTENCES.get(code & PRIMARY_CODE)
    return known if known is not None else str(cause).strip().rstrip(".") or type(cause).__name__


def _constraint(cause: Any, row: Row) -> str | None:
    """The name of the unique index that refused the row, if one did.

    PostgreSQL says it. SQLite names the columns only, and several partial indexes may stand on the same
    columns: the one that speaks of this row is meant.
    """
    named: str | None = getattr(getattr(cause, "diag", None), "constraint_name", None)
    if named is not None:
        return named
    text = str(cause)
    if not text.startswith(UNIQUE_FAILED):
        return None
    kind, table = type(row), NAMES[type(row)]
    columns = tuple(part.removeprefix(f"{table}.") for part in text.removeprefix(UNIQUE_FAILED).split(", "))
    speaking = (unique.name for unique in uniques(kind) if unique.columns == columns and fits(row, unique.when))
    return key_name(kind) if columns == kind.KEY else next(speaking, None)
