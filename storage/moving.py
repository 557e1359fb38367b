"""Copy every row of one database into another that is empty, and see that the books are the same there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from bot.core.errors import StoreError
from bot.core.lifecycle import OPEN
from bot.core.money import Money
from bot.core.ports.clock import Clock
from bot.core.ports.store import Row, Transaction
from bot.core.rows import TABLES, Budget, Line, Take
from storage.codec import without_nul
from storage.databases import Database
from storage.migrate import VERSION_TABLE, migrate, versions
from storage.opening import database_at
from storage.schema import NAMES, TABLE
from storage.sqlite import SqliteFile
from storage.store import SHARED, SqlStore
from storage.translation import FAILURES, translate

#: Rows that are read and written at once.
PAGE_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What a database holds, as far as two can be compared by it."""

    #: By table.
    rows: Mapping[str, int]
    used: Money
    held: Money
    #: Takes that are not at their end, by state.
    open_takes: Mapping[str, int]
    #: Budgets that do not say what the ledger sums up to: scope and beginning of the period.
    wrong: tuple[str, ...]


async def books_of(tx: Transaction) -> Books:
    """Count every table, and hold every budget against the sum of its ledger lines."""
    wrong = []
    for budget in await tx.rows(Budget, order=("scope", "period_start")):
        here = {"scope": budget.scope, "period_start": budget.period_start}
        booked = Money(await tx.total(Line, "amount", **here)), Money(await tx.total(Line, "held", **here))
        if booked != (budget.used, budget.held):
            wrong.append(f"{budget.scope} from {budget.period_start}")
    return Books(
        rows={NAMES[kind]: await tx.count(kind) for kind in cast("tuple[type[Row], ...]", TABLES)},
        used=Money(await tx.total(Line, "amount")),
        held=Money(await tx.total(Line, "held")),
        open_takes={state.value: await tx.count(Take, state=state) for state in sorted(OPEN, key=lambda s: s.value)},
        wrong=tuple(wrong),
    )


async def move(source_url: str, target_url: str, clock: Clock) -> Books:
    """Copy every row in one transaction, and give the books, which are the same on both sides.

    The source is only read. Nothing else may use either database meanwhile: both are locked.

    Raises:
        StoreError: one of them is in use, the target is not empty, the source is not of this version or its books
            do not balance, or the copy differs.
    """
    source, target = database_at(source_url), database_at(target_url)
    _require_two(source, target)
    async with _alone(source), _alone(target):
        await asyncio.to_thread(_require_movable, source)
        books = await _audit(source, clock)
        if books.wrong:
            msg = f"The budget {books.wrong[0]} in {source.name} is not what its ledger sums up to; nothing was copied."
            raise StoreError(msg)
        await asyncio.to_thread(_copy, source, target)
        if (copied := await _audit(target, clock)) != books:
            msg = f"The copy in {target.name} differs from {source.name}; do not use it. {copied}, not {books}."
            raise StoreError(msg)
    return books


def _require_two(source: Database, target: Database) -> None:
    if source.name == target.name:
        msg = f"Both addresses name the database {source.name}; it can only be copied into another one."
        raise StoreError(msg)


@contextlib.asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    """Meanwhile every other process is kept away."""
    held = await database.hold()
    try:
        yield
    finally:
        await held.let_go()


def _require_movable(source: Database) -> None:
    """Refuse a source without rows of this version."""
    there = not isinstance(source, SqliteFile) or source.path.is_file()
    found = versions(source) if there else None
    if found is None or found.found is None:
        msg = f"The database {source.name} is empty: there is nothing to move."
        raise StoreError(msg)
    if not found.current:
        msg = (
            f"The database {source.name} has the tables of version {found.found}, this program those of "
            f"{found.wanted}; run dailies migrate first."
        )
        raise StoreError(msg)


async def _audit(database: Database, clock: Clock) -> Books:
    store = SqlStore(database.serving_engine(clock), clock, held=SHARED, newest=0, at_once=1)
    try:
        return await store.transact(books_of)
    finally:
        await store.close()


def _copy(source: Database, target: Database) -> None:
    """Every table, parents first, in one transaction of the target."""
    try:
        with _connected(target) as into:
            _require_empty(into, target)
        migrate(target)
        with _connected(source) as from_, _connected(target) as into, from_.begin(), into.begin():
            for kind in TABLES:
                _copy_table(from_, into, TABLE[cast("type[Row]", kind)])
            if not target.check_parents(into):
                msg = f"Rows of {source.name} have no parents; nothing was copied."
                raise StoreError(msg)
    except FAILURES as error:
        raise translate(error) from error


@contextlib.contextmanager
def _connected(database: Database) -> Iterator[sa.Connection]:
    engine = database.migrating_engine()
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _require_empty(connection: sa.Connection, target: Database) -> None:
    for name in sa.inspect(connection).get_table_names():
        table = sa.table(name)
        if name != VERSION_TABLE and connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            msg = f"The database {target.name} is not empty: {name} has rows. Name an empty one; nothing was copied."
            raise StoreError(msg)


def _copy_table(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    for page in _pages(source, table):
        target.execute(sa.insert(table), page)
    wanted, copied = (connection.execute(_how_many(table)).scalar_one() for connection in (source, target))
    if wanted != copied:
        msg = f"Of {wanted} rows of {table.name} {copied} were copied; everything was undone."
        raise StoreError(msg)


def _how_many(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(table)


def _pages(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    """The rows in the order of their keys, as they are stored."""
    key = list(table.primary_key.columns)
    query, page = sa.select(table).order_by(*key).limit(PAGE_ROWS), True
    after: tuple[Any, ...] = ()
    while page:
        rows = connection.execute(query.where(_behind(key, after)) if after else query).mappings().all()
        page = len(rows) == PAGE_ROWS
        if rows:
            after = tuple(rows[-1][column] for column in key)
            yield [{name: without_nul(value) for name, value in row.items()} for row in rows]


def _behind(key: list[sa.Column[Any]], last: tuple[Any, ...]) -> sa.ColumnElement[bool]:
    """The keys that come after this one."""
    values = (sa.literal(value, column.type) for value, column in zip(last, key, strict=True))
    return sa.tuple_(*key) > sa.tuple_(*values)
