"""What conditions, orders and unique indexes mean, the same in every store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.core.money import Money
from bot.core.ports.store import Between, Row
from bot.core.rows import Not, Unique

#: What a plain column's value is to a database.
Scalar = str | int
KeyValues = tuple[Scalar, ...]


@cache
def hints(table: type[Row]) -> dict[str, Any]:
    """The type of each column, in the order of the fields."""
    known = get_type_hints(table)
    return {field.name: known[field.name] for field in fields(table)}


def without_none(hint: Any) -> tuple[Any, bool]:
    """A column's type without ``None``, and whether it had it."""
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    rest = [part for part in get_args(hint) if part is not type(None)]
    return rest[0], True


def is_plain(hint: Any) -> bool:
    """Whether a type is one that can be compared and searched by: text, number, yes or no, enum, money."""
    return isinstance(hint, type) and (hint in (str, int, bool, Money) or issubclass(hint, Enum))


def is_number(hint: Any) -> bool:
    """Whether a plain type is stored as a whole number."""
    if issubclass(hint, Enum):
        return all(isinstance(member.value, int) for member in hint)
    return hint is not str


@cache
def plain_columns(table: type[Row]) -> dict[str, type]:
    """The columns that can be searched and ordered by, with their types."""
    bare = {name: without_none(hint)[0] for name, hint in hints(table).items()}
    return {name: hint for name, hint in bare.items() if is_plain(hint)}


def plain_type(table: type[Row], column: str) -> type:
    """The type of a column that is searched or ordered by.

    Raises:
        TypeError: there is no such column, or it holds a list or a policy.
    """
    if column not in hints(table):
        msg = f"{table.__name__} has no column {column!r}"
        raise TypeError(msg)
    if column not in plain_columns(table):
        msg = f"{table.__name__}.{column} cannot be searched, ordered or summed by"
        raise TypeError(msg)
    return plain_columns(table)[column]


def scalar(value: Any) -> Scalar:
    """A plain value as a database has it: an enum's value, micro-dollars, 0 and 1."""
    if isinstance(value, Enum):
        return scalar(value.value)
    if isinstance(value, Money):
        return value.micros
    return int(value) if isinstance(value, bool) else value


def key_values(table: type[Row], key: tuple[Any, ...]) -> KeyValues:
    """A key as scalars.

    Raises:
        TypeError: not as many values as the key has columns.
    """
    if len(key) != len(table.KEY):
        msg = f"{table.__name__} is found by {', '.join(table.KEY)}, not by {len(key)} values"
        raise TypeError(msg)
    return tuple(scalar(value) for value in key)


def key_of(row: Row) -> KeyValues:
    """The row's key as scalars."""
    return tuple(scalar(getattr(row, column)) for column in type(row).KEY)


def key_name(table: type[Row]) -> str:
    """What ``Taken`` calls the primary key."""
    return f"{table.__name__.lower()}_key"


def uniques(table: type[Row]) -> tuple[Unique, ...]:
    """The table's unique indexes."""
    return getattr(table, "UNIQUE", ())


def unique_values(unique: Unique, row: Row) -> tuple[Scalar, ...] | None:
    """What may be there only once; ``None`` where the index does not speak of the row."""
    if not fits(row, unique.when):
        return None
    values = [getattr(row, column) for column in unique.columns]
    return None if None in values else tuple(scalar(value) for value in values)


def fits(row: Row, where: Mapping[str, object]) -> bool:
    """Whether a row meets every condition."""
    return all(_meets(getattr(row, column), condition) for column, condition in where.items())


def _meets(value: Any, condition: object) -> bool:
    """As in SQL, an empty column meets only a condition that says so."""
    if value is None:
        return condition is None or (isinstance(condition, Between) and condition.empty)
    if condition is None:
        return False
    if isinstance(condition, Between):
        low, high = condition.low, condition.high
        number = int(scalar(value))
        return (low is None or number >= low) and (high is None or number <= high)
    if isinstance(condition, Not):
        return value not in condition.values
    if isinstance(condition, tuple | frozenset):
        return value in condition
    return bool(value == condition)


def check_conditions(table: type[Row], where: Mapping[str, object]) -> None:
    """Refuse a condition that no row could ever meet, because a name or a type is wrong.

    Raises:
        TypeError: no such column, not one to search by, or a value of another type.
    """
    for column, condition in where.items():
        wanted = plain_type(table, column)
        if isinstance(condition, Between) and not is_number(wanted):
            msg = f"{table.__name__}.{column} is no number; Between does not fit it"
            raise TypeError(msg)
        for value in _values(condition):
            if not isinstance(value, wanted):
                msg = f"a condition on {table.__name__}.{column} is a {wanted.__name__}, not {value!r}"
                raise TypeError(msg)


def _values(condition: object) -> Iterator[object]:
    if isinstance(condition, tuple | frozenset):
        yield from condition
    elif condition is not None and not isinstance(condition, Between):
        yield condition


def check_limit(limit: int | None, skip: int) -> None:
    """Refuse a limit that databases read in different ways.

    Raises:
        ValueError: below zero, or rows are passed over without one.
    """
    if limit is not None and limit < 0:
        msg = f"a limit is 0 or more, not {limit}"
        raise ValueError(msg)
    if skip < 0 or (skip and limit is None):
        msg = f"with a limit, 0 or more rows are passed over, not {skip}"
        raise ValueError(msg)


def ordering(table: type[Row], order: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """The columns to order by and whether each descends; the key comes last, so that no two rows are equal.

    Raises:
        TypeError: no such column, or not one to order by.
    """
    named = [(column.removeprefix("-"), column.startswith("-")) for column in order]
    for column, _ in named:
        plain_type(table, column)
    given = {column for column, _ in named}
    return (*named, *((column, False) for column in table.KEY if column not in given))


def ordered(rows: list[Any], by: tuple[tuple[str, bool], ...]) -> list[Any]:
    """The rows in that order; an empty column counts as less than everything."""
    for column, descends in reversed(by):
        rows = sorted(rows, key=lambda row, column=column: _sort_key(getattr(row, column)), reverse=descends)  # type: ignore[misc]
    return rows


def _sort_key(value: Any) -> tuple[bool, Scalar]:
    return (False, 0) if value is None else (True, scalar(value))


def addend(table: type[Row], column: str) -> None:
    """Refuse a column that is no number and no money.

    Raises:
        TypeError
    """
    if plain_type(table, column) not in (int, Money):
        msg = f"{table.__name__}.{column} cannot be summed"
        raise TypeError(msg)


def grouping(table: type[Row], by: tuple[str, ...]) -> tuple[str, ...]:
    """The columns to group by.

    Raises:
        TypeError: no such column, or not one to group by.
    """
    for column in by:
        plain_type(table, column)
    return by


def group(table: type[Row], by: tuple[str, ...], scalars: Iterable[Scalar | None]) -> tuple[Any, ...]:
    """What the rows of a group agree in, as the rows have it."""
    kinds = (plain_type(table, column) for column in by)
    return tuple(None if value is None else kind(value) for kind, value in zip(kinds, scalars, strict=True))
