"""Every statement that the store sends, built once for each table and shape and kept.

SQLAlchemy compiles a statement once as long as it is the same object with other values, so values are always
bound and never part of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.core.conditions import KeyValues, scalar
from bot.core.ports.store import Between, Row
from bot.core.rows import Line, Take
from storage.codec import Stored, encode
from storage.schema import NAMES, TABLE


class Write(Enum):
    """What becomes of a new row whose key, or unique index, is taken."""

    #: The statement fails.
    ADD = ""
    #: The row is not written.
    CLAIM = "ON CONFLICT DO NOTHING"
    #: The row with its key becomes the new one; a unique index lets the statement fail.
    PUT = "ON CONFLICT ({key}) DO UPDATE SET {rest}"


class Test(Enum):
    """What a condition asks of a column."""

    EQUAL = "equal"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    AT_LEAST_OR_EMPTY = "at_least_or_empty"
    AT_MOST_OR_EMPTY = "at_most_or_empty"


#: What a test is to a database; the bound value is called by the second argument.
CLAUSES: dict[Test, Callable[[sa.Column[Any], str], sa.ColumnElement[bool]]] = {
    Test.EQUAL: lambda column, name: column == sa.bindparam(name),
    Test.EMPTY: lambda column, _: column.is_(None),
    Test.NOT_EMPTY: lambda column, _: column.is_not(None),
    Test.ONE_OF: lambda column, name: column.in_(sa.bindparam(name, expanding=True)),
    Test.AT_LEAST: lambda column, name: column >= sa.bindparam(name),
    Test.AT_MOST: lambda column, name: column <= sa.bindparam(name),
    Test.AT_LEAST_OR_EMPTY: lambda column, name: sa.or_(column.is_(None), column >= sa.bindparam(name)),
    Test.AT_MOST_OR_EMPTY: lambda column, name: sa.or_(column.is_(None), column <= sa.bindparam(name)),
}
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
        return _sides(condition)
    if isinstance(condition, tuple | frozenset):
        return [(Test.ONE_OF, [scalar(value) for value in condition if value is not None])]
    return [(Test.EQUAL, scalar(condition))]


def _sides(range_: Between) -> list[tuple[Test, object]]:
    if range_.empty:
        sides = [(Test.AT_LEAST_OR_EMPTY, range_.low), (Test.AT_MOST_OR_EMPTY, range_.high)]
        return [(test, side) for test, side in sides if side is not None]
    sides = [(Test.AT_LEAST, range_.low), (Test.AT_MOST, range_.high)]
    return [(test, side) for test, side in sides if side is not None] or [(Test.NOT_EMPTY, None)]


def _matching(table: type[Row], shape: Shape) -> list[sa.ColumnElement[bool]]:
    return [CLAUSES[test](TABLE[table].c[column], f"{column}_{test.value}") for column, test in shape]


def by_key(table: type[Row], key: KeyValues) -> Values:
    """The values of ``one`` and ``delete``."""
    return dict(zip((f"{column}_key" for column in table.KEY), key, strict=True))


def _is_key(table: type[Row]) -> list[sa.ColumnElement[bool]]:
    return [TABLE[table].c[column] == sa.bindparam(f"{column}_key") for column in table.KEY]


@cache
def one(table: type[Row], *, lock: bool) -> sa.Select[Any]:
    """A row by its key; locked where the database has row locks (SQLite locks everything from the start).

    Against every change, but not against rows that name it as their parent: those look for it when they are
    committed, behind all the locks of their own, and would wait for it against the lock order.
    """
    query = sa.select(TABLE[table]).where(*_is_key(table))
    return query.with_for_update(key_share=True) if lock else query


@cache
def many(table: type[Row], shape: Shape, order: tuple[tuple[str, bool], ...], *, limited: bool) -> sa.Select[Any]:
    """The rows that meet the conditions; empty columns count as less than everything."""
    query = sa.select(TABLE[table]).where(*_matching(table, shape)).order_by(*(_by(table, *by) for by in order))
    if not limited:
        return query
    return query.limit(sa.bindparam("row_limit", type_=sa.Integer)).offset(sa.bindparam("row_skip", type_=sa.Integer))


@cache
def locking(table: type[Row], shape: Shape) -> sa.Select[Any]:
    """The rows that meet the conditions; PostgreSQL locks them one by one in the order of their keys."""
    by_key = [TABLE[table].c[column] for column in table.KEY]
    return sa.select(TABLE[table]).where(*_matching(table, shape)).order_by(*by_key).with_for_update(key_share=True)


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
def write(table: type[Row], way: Write, number: int) -> sa.TextClause:
    """So many new rows in one statement.

    Text, because it is the same on both databases, and SQLAlchemy would compile several rows anew each time.
    """
    names = [column.name for column in TABLE[table].c]
    rows = (", ".join(f":{name}_{place}" for name in names) for place in range(number))
    values = ", ".join(f"({row})" for row in rows)
    rest = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in table.KEY)
    taken = way.value.format(key=_quoted(table.KEY), rest=rest)
    text = f"INSERT INTO {NAMES[table]} ({_quoted(names)}) VALUES {values} {taken}"  # noqa: S608  # names of ours
    return sa.text(text).execution_options(preserve_rowcount=True)


@cache
def sums(table: type[Row], columns: tuple[str, ...], by: tuple[str, ...], shape: Shape) -> sa.Select[Any]:
    """The columns of each group that there is, then the sums of columns in it."""
    groups = [TABLE[table].c[name] for name in by]
    amounts = [sa.cast(sa.func.coalesce(sa.func.sum(TABLE[table].c[name]), 0), sa.BigInteger) for name in columns]
    return sa.select(*groups, *amounts).where(*_matching(table, shape)).group_by(*groups)


@cache
def least(table: type[Row], column: str, by: tuple[str, ...], shape: Shape) -> sa.Select[Any]:
    """The columns of each group that there is, then the least of a column in it."""
    groups = [TABLE[table].c[name] for name in by]
    query = sa.select(*groups, sa.func.min(TABLE[table].c[column]))
    return query.where(*_matching(table, shape)).group_by(*groups)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def write_values(rows: Sequence[Row]) -> Values:
    """The values of ``write``."""
    return {f"{name}_{place}": value for place, row in enumerate(rows) for name, value in encode(row).items()}


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
