"""Every statement that the store sends, built once for each table and shape and kept.

SQLAlchemy compiles a statement once as long as it is the same object with other values, so values are always
bound and never part of the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.conditions import KeyValues, scalar
from bot.core.ports.store import Between, Row
from bot.core.rows import Line, Take
from storage.codec import Stored, encode
from storage.schema import TABLE

#: ``INSERT … ON CONFLICT`` is the same on both, but each has a class of its own for it.
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Test(Enum):
    """What a condition asks of a column."""

    EQUAL = "equal"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


#: The conditions without their values.
Shape = tuple[tuple[str, Test], ...]
Values = dict[str, Any]


def shape_of(where: Mapping[str, object]) -> tuple[Shape, Values]:
    """Take conditions apart into what is compiled and what is bound."""
    shape: list[tuple[str, Test]] = []
    values: Values = {}
    for column, condition in where.items():
        for test, value in _tests(condition):
            shape.append((column, test))
            values[f"{column}_{test.value}"] = value
    return tuple(shape), values


def _tests(condition: object) -> list[tuple[Test, object]]:
    if condition is None:
        return [(Test.EMPTY, None)]
    if isinstance(condition, Between):
        sides = [(Test.AT_LEAST, condition.low), (Test.AT_MOST, condition.high)]
        return [(test, side) for test, side in sides if side is not None] or [(Test.NOT_EMPTY, None)]
    if isinstance(condition, tuple | frozenset):
        return [(Test.ONE_OF, [scalar(value) for value in condition if value is not None])]
    return [(Test.EQUAL, scalar(condition))]


def _clause(column: sa.Column[Any], test: Test) -> sa.ColumnElement[bool]:
    name = f"{column.name}_{test.value}"
    match test:
        case Test.EQUAL:
            return column == sa.bindparam(name)
        case Test.EMPTY:
            return column.is_(None)
        case Test.NOT_EMPTY:
            return column.is_not(None)
        case Test.ONE_OF:
            return column.in_(sa.bindparam(name, expanding=True))
        case Test.AT_LEAST:
            return column >= sa.bindparam(name)
        case Test.AT_MOST:
            return column <= sa.bindparam(name)


def _matching(table: type[Row], shape: Shape) -> list[sa.ColumnElement[bool]]:
    return [_clause(TABLE[table].c[column], test) for column, test in shape]


def by_key(table: type[Row], key: KeyValues) -> Values:
    """The values of ``one`` and ``delete``."""
    return dict(zip((f"{column}_key" for column in table.KEY), key, strict=True))


def _is_key(table: type[Row]) -> list[sa.ColumnElement[bool]]:
    return [TABLE[table].c[column] == sa.bindparam(f"{column}_key") for column in table.KEY]


@cache
def one(table: type[Row], *, lock: bool) -> sa.Select[Any]:
    """A row by its key; locked where the database has row locks (SQLite locks everything from the start)."""
    query = sa.select(TABLE[table]).where(*_is_key(table))
    return query.with_for_update() if lock else query


@cache
def many(table: type[Row], shape: Shape, order: tuple[tuple[str, bool], ...], *, limited: bool) -> sa.Select[Any]:
    """The rows that meet the conditions; empty columns count as less than everything."""
    query = sa.select(TABLE[table]).where(*_matching(table, shape)).order_by(*(_by(table, *by) for by in order))
    return query.limit(sa.bindparam("row_limit", type_=sa.Integer)) if limited else query


def _by(table: type[Row], name: str, descends: bool) -> sa.ColumnElement[Any]:  # noqa: FBT001  # unpacked from a pair
    column = TABLE[table].c[name]
    if not column.nullable:
        return column.desc() if descends else column.asc()
    return column.desc().nulls_last() if descends else column.asc().nulls_first()


@cache
def how_many(table: type[Row], shape: Shape) -> sa.Select[Any]:
    """How many rows meet the conditions."""
    return sa.select(sa.func.count()).select_from(TABLE[table]).where(*_matching(table, shape))


@cache
def summed(table: type[Row], column: str, shape: Shape) -> sa.Select[Any]:
    """The sum of a column; 0 for no rows."""
    amount = sa.func.coalesce(sa.func.sum(TABLE[table].c[column]), 0)
    return sa.select(sa.cast(amount, sa.BigInteger)).where(*_matching(table, shape))


@cache
def least(table: type[Row], column: str, by: tuple[str, ...], shape: Shape) -> sa.Select[Any]:
    """The columns of each group that there is, then the least of a column in it."""
    groups = [TABLE[table].c[name] for name in by]
    query = sa.select(*groups, sa.func.min(TABLE[table].c[column]))
    return query.where(*_matching(table, shape)).group_by(*groups)


@cache
def insert(table: type[Row]) -> sa.Insert:
    """A new row."""
    return sa.insert(TABLE[table])


@cache
def claim(table: type[Row], dialect: str) -> sa.Insert:
    """A new row, unless its key or a unique index is taken."""
    statement: sa.Insert = INSERTS[dialect](TABLE[table]).on_conflict_do_nothing()
    return statement


@cache
def put(table: type[Row], dialect: str) -> sa.Insert:
    """A new row, or the new values of the row with this key."""
    statement = INSERTS[dialect](TABLE[table])
    rest = {column.name: statement.excluded[column.name] for column in TABLE[table].c if column.name not in table.KEY}
    replaced: sa.Insert = statement.on_conflict_do_update(index_elements=list(table.KEY), set_=rest)
    return replaced


@cache
def step() -> sa.Update:
    """A take's step: id, state and version must be what they were."""
    takes = TABLE[Take]
    unchanged = (
        takes.c.id == sa.bindparam("old_id"),
        takes.c.state == sa.bindparam("old_state"),
        takes.c.ver == sa.bindparam("old_ver"),
    )
    written: Values = {name: sa.bindparam(f"new_{name}") for name in takes.c.keys() if name not in Take.KEY}  # noqa: SIM118
    return sa.update(takes).where(*unchanged).values(written)


def step_values(old: Take, new: Take) -> Values:
    """The values of ``step``."""
    written: dict[str, Stored] = {f"new_{name}": value for name, value in encode(new).items() if name not in Take.KEY}
    return {**written, "old_id": old.id, "old_state": old.state.value, "old_ver": old.ver}


@cache
def delete(table: type[Row]) -> sa.Delete:
    """Remove a row by its key."""
    return sa.delete(TABLE[table]).where(*_is_key(table))


def newest() -> sa.Select[Any]:
    """The latest time in the rows, UTC milliseconds; 0 for none."""
    takes, ledger = TABLE[Take], TABLE[Line]
    times = sa.union_all(
        sa.select(sa.func.max(takes.c.created_at).label("at")),
        sa.select(sa.func.max(takes.c.state_at)),
        sa.select(sa.func.max(ledger.c.at)),
    ).subquery()
    return sa.select(sa.func.coalesce(sa.func.max(times.c.at), 0))
