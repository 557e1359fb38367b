"""Rows for every table of a database, made from the tables as they are found there: whatever version it has."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from storage.migrate import VERSION_TABLE

#: Enough that an enum with twenty values has each of them.
ROWS = 24
#: What stands in columns that hold JSON.
JSON = {"policy": "{}", "facts": '{"why": "no"}', "pictures": '["a.png"]'}
LITERAL = re.compile(r"'(\w+)'|\b(\d+)\b")
Books = dict[str, Any]


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """The tables that are there, parents first."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def fill(connection: sa.Connection) -> None:
    """Put ``ROWS`` rows into every table: each value of each enum, empty columns, parents, large numbers."""
    made: dict[str, list[dict[str, Any]]] = {}
    for table in tables_of(connection):
        known = _known(connection, table)
        made[table.name] = [_row(table, number, known, made) for number in range(ROWS)]
        connection.execute(sa.insert(table), made[table.name])


def _known(connection: sa.Connection, table: sa.Table) -> dict[str, list[str | int]]:
    """The values that a column's CHECK allows, by column."""
    checks = {check["name"]: check["sqltext"] for check in sa.inspect(connection).get_check_constraints(table.name)}
    return {
        column.name: [text or int(number) for text, number in LITERAL.findall(checks[name])]
        for column in table.c
        if (name := f"{table.name}_{column.name}_known") in checks
    }


def _row(table: sa.Table, number: int, known: dict[str, list[str | int]], made: dict[str, Any]) -> dict[str, Any]:
    return {column.name: _value(table, column, number, known, made) for column in table.c}


def _value(table: sa.Table, column: sa.Column[Any], number: int, known: dict[str, Any], made: dict[str, Any]) -> Any:
    for key in column.foreign_keys:
        if key.column.table.name != table.name:
            return made[key.column.table.name][number][key.column.name]
        return _word(key.column, number - 1) if number else None
    if column.nullable and number % 3 == 2:
        return None
    if column.name in known:
        return known[column.name][number % len(known[column.name])]
    if isinstance(column.type, sa.Integer):
        return number % 2 if number % 5 else 2**62 // ROWS + number
    return JSON.get(column.name) or _word(column, number)


def _word(column: sa.Column[Any], number: int) -> str:
    return f"{column.name}-{number} Ü"


def books_of(connection: sa.Connection) -> Books:
    """The rows of every table, and what ledger and budgets sum up to, by scope and period."""
    tables = {table.name: table for table in tables_of(connection)}
    books: Books = {name: connection.execute(_count(table)).scalar_one() for name, table in tables.items()}
    for name, columns in {"ledger": ("amount", "held"), "budgets": ("used", "held", "used_finals")}.items():
        place = [tables[name].c.scope, tables[name].c.period_start]
        sums = [sa.cast(sa.func.sum(tables[name].c[column]), sa.BigInteger) for column in columns]
        query = sa.select(*place, *sums).group_by(*place).order_by(*place)
        books[f"sums of {name}"] = [tuple(row) for row in connection.execute(query)]
    return books


def _count(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(table)
