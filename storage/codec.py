"""Between a row and its columns: scalars as they are, lists and policies as JSON text.

What is read may have been written by an earlier or a later version: a key that is missing from the JSON has
its default, a key that is not known is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin

from bot.core.conditions import hints, is_number, is_plain, scalar, without_none
from bot.core.errors import StoreError
from bot.core.money import Money
from bot.core.ports.store import Row

R = TypeVar("R", bound=Row)
Stored = str | int | None
#: Stands for a letter that cannot be kept.
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one field is stored."""

    name: str
    #: A whole number rather than text.
    number: bool
    optional: bool
    #: The values that an enum's column may have, in the order of its members; empty for the rest.
    allowed: tuple[str | int, ...]
    encode: Callable[[Any], Stored]
    #: ``None`` where the value is read as it is stored; never called with NULL.
    decode: Callable[[Any], Any] | None


@cache
def columns(table: type[Row]) -> tuple[Column, ...]:
    """The columns of a table, in the order of its fields."""
    defaults = {field.name: _default(field) for field in fields(cast("Any", table))}
    return tuple(_column(name, hint, defaults[name]) for name, hint in hints(table).items())


def encode(row: Row) -> dict[str, Stored]:
    """The row as a database has it."""
    return {column.name: column.encode(getattr(row, column.name)) for column in columns(type(row))}


def decode(table: type[R], values: Sequence[Any]) -> R:
    """The row of the columns' values, in the order of ``columns``.

    Raises:
        StoreError: a value that no version could have written.
    """
    names, converted = _layout(table)
    row = dict(zip(names, values, strict=True))
    try:
        for name, convert in converted:
            if (value := row[name]) is not None:
                row[name] = convert(value)
        return table(**row)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        msg = f"A row of {table.__name__} cannot be read: the database is damaged, or was changed by hand."
        raise StoreError(msg) from error


@cache
def _layout(table: type[Row]) -> tuple[tuple[str, ...], tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The columns' names, and those that are not read as they are stored."""
    known = columns(table)
    return tuple(column.name for column in known), tuple((c.name, c.decode) for c in known if c.decode is not None)


def without_nul(value: Stored) -> Stored:
    """PostgreSQL's text has no NUL; what others wrote is kept without it, rather than refused again and again."""
    return value.replace("\0", REPLACEMENT) if isinstance(value, str) and "\0" in value else value


def decode_all(table: type[R], rows: Iterable[Sequence[Any]]) -> list[R]:
    """Every row."""
    return [decode(table, row) for row in rows]


def _column(name: str, hint: Any, default: Any) -> Column:
    bare, optional = without_none(hint)
    plain = is_plain(bare)
    return Column(
        name=name,
        number=plain and is_number(bare),
        optional=optional,
        allowed=tuple(member.value for member in bare) if plain and issubclass(bare, Enum) else (),
        encode=_encoder(without_nul if bare is str else scalar if plain else _to_json),
        decode=_decoder(bare, default),
    )


def _encoder(encode_value: Callable[[Any], Stored]) -> Callable[[Any], Stored]:
    def encode_optional(value: Any) -> Stored:
        return None if value is None else encode_value(value)

    return encode_optional


def _decoder(hint: Any, default: Any) -> Callable[[Any], Any] | None:
    if hint in (str, int):
        return None
    if not is_plain(hint):
        return lambda value: _build(hint, json.loads(value), default)
    if issubclass(hint, Enum):
        return {member.value: member for member in hint}.__getitem__
    return cast("Callable[[Any], Any]", hint)


def _to_json(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """What JSON can say, of a value made of policies, tuples, dicts and scalars."""
    if is_dataclass(value) and not isinstance(value, Money):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, bool) else scalar(value)


def _build(hint: Any, data: Any, default: Any = MISSING) -> Any:
    """The value that ``_plain`` was given, by its type."""
    bare, optional = without_none(hint)
    if data is None and optional:
        return None
    origin = get_origin(bare)
    if origin is tuple:
        return tuple(_build(get_args(bare)[0], item) for item in data)
    if origin is dict:
        return {key: _build(get_args(bare)[1], item) for key, item in data.items()}
    if is_dataclass(bare) and bare is not Money:
        return _build_policy(cast("Any", bare), data, default)
    return bare(data)


def _build_policy(policy: type[Any], data: Any, default: Any) -> Any:
    """A policy; what is missing comes from the default of the whole, then from the field's own."""
    if not isinstance(data, dict):
        msg = f"{policy.__name__} is written as an object"
        raise TypeError(msg)
    known = hints(cast("type[Row]", policy))
    values = {} if default is MISSING else {field.name: getattr(default, field.name) for field in fields(policy)}
    for field in fields(policy):
        if field.name in data:
            values[field.name] = _build(known[field.name], data[field.name], _default(field))
    return policy(**values)


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()
