"""Database errors as the product's: a clear sentence, once, here, and nothing of the values that were written."""

from __future__ import annotations

from typing import Any

import sqlalchemy.exc as sa_exc

from bot.core.conditions import fits, key_name, uniques
from bot.core.errors import Conflict, StoreError, Taken
from bot.core.parents import PARENTS, orphaned
from bot.core.ports.store import Row
from storage.schema import NAMES, ROW

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
#: PostgreSQL's, by the beginning of their SQLSTATE; the longest that fits is taken.
STATES = {
    "08": "the connection to the server was lost",
    "25006": "it takes no changes: the server is a replica, or set to read-only",
    "25P03": "the server ended the connection, because the program was not heard of for too long",
    "42501": "its user may not do that; the user must own the tables, or the schema that they are made in",
    "42P01": "a table is missing; restore the last backup",
    "42703": "a column is missing; restore the last backup",
    "53100": "the server's disk is full; free some space",
    "53300": "the server takes no more connections; end some, or raise its max_connections",
    "55P03": "other transactions held its rows for too long; look at what else uses it",
    "57014": "the server took too long; look at what else it does",
    "57P": "the server ended the connection: it was stopped, or told to",
    "58": "the server's disk failed; look at its health",
    "XX": "it is damaged; restore the last backup",
}
UNIQUE_REFUSES = "23505"
PARENT_REFUSES = "23503"
PRIMARY_CODE = 0xFF
UNIQUE_FAILED = "UNIQUE constraint failed: "
#: SQLITE_CONSTRAINT_FOREIGNKEY.
PARENT_MISSING = 787


def translate(error: Exception, *, row: Row | None = None) -> StoreError:
    """The error as a StoreError; ``row`` is the one that was being written, if any, or the first of several alike."""
    cause: Any = error.orig if isinstance(error, sa_exc.DBAPIError) and error.orig is not None else error
    state = getattr(cause, "sqlstate", None) or ""
    if state in CONFLICTS:
        return Conflict()
    if row is not None and (constraint := _constraint(cause, row)) is not None:
        return Taken(constraint)
    if state == PARENT_REFUSES:
        return StoreError(_orphaned(cause))
    if isinstance(error, OverflowError | UnicodeError | sa_exc.DataError):
        return StoreError("A number or a text is beyond what the database can hold; nothing was written.")
    if isinstance(error, sa_exc.TimeoutError):
        return StoreError("The database cannot be used: every connection was busy for too long. Nothing was written.")
    return StoreError(f"The database cannot be used: {reason(cause)}. Nothing was written.")


def parent_missing(error: Exception) -> bool:
    """Whether a commit failed because a row's parent is not there."""
    return getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == PARENT_MISSING


def reason(cause: Any) -> str:
    """Why, in words that complete a sentence; nothing of any row, and nothing of the address but its host."""
    code = getattr(cause, "sqlite_errorcode", None)
    known = None if code is None else SENTENCES.get(code & PRIMARY_CODE)
    state = getattr(cause, "sqlstate", None) or ""
    known = known or next((STATES[state[:size]] for size in (5, 3, 2) if state[:size] in STATES), None)
    return known or " ".join(str(cause).split()).rstrip(".") or type(cause).__name__


def _orphaned(cause: Any) -> str:
    """The sentence for a parent that is missing, by the name of the constraint: ``takes_shot_there``."""
    child = ROW[cause.diag.table_name]
    column = cause.diag.constraint_name.removeprefix(f"{cause.diag.table_name}_").removesuffix("_there")
    return orphaned(child, PARENTS[child][column])


def _constraint(cause: Any, row: Row) -> str | None:
    """The name of the unique index that refused the row, if one did.

    PostgreSQL says it. SQLite names the columns only, and several partial indexes may stand on the same
    columns: the one that speaks of this row is meant.
    """
    if getattr(cause, "sqlstate", None) == UNIQUE_REFUSES:
        return str(cause.diag.constraint_name)
    text = str(cause)
    if not text.startswith(UNIQUE_FAILED):
        return None
    kind, table = type(row), NAMES[type(row)]
    columns = tuple(part.removeprefix(f"{table}.") for part in text.removeprefix(UNIQUE_FAILED).split(", "))
    speaking = (unique.name for unique in uniques(kind) if unique.columns == columns and fits(row, unique.when))
    return key_name(kind) if columns == kind.KEY else next(speaking, None)
