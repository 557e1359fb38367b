"""The words that migrations are written in; never changed, since released migrations are read with them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A table that takes nothing but its columns' types."""
    op.create_table(name, *parts, sqlite_strict=True)


def text(*names: str, null: bool = False) -> Iterator[sa.Column[str]]:
    """Columns of text."""
    return (sa.Column(name, TEXT, nullable=null, autoincrement=False) for name in names)


def number(*names: str, null: bool = False) -> Iterator[sa.Column[int]]:
    """Columns of whole numbers."""
    return (sa.Column(name, NUMBER, nullable=null, autoincrement=False) for name in names)


def altering(of: str) -> AbstractContextManager[BatchOperations]:
    """What is changed of a table; SQLite makes it anew. Those that it refers to need not be read for that."""
    return op.batch_alter_table(of, table_kwargs={"sqlite_strict": True}, reflect_kwargs={"resolve_fks": False})


def added(of: str, name: str, value: str | int) -> None:
    """A further column that every row of a table has; the rows of before have ``value``."""
    is_number = isinstance(value, int)
    with altering(of) as altered:
        for column in number(name, null=True) if is_number else text(name, null=True):
            altered.add_column(column)
    literal = value if is_number else f"'{value}'"
    op.execute(f"UPDATE {of} SET {name} = {literal}")  # noqa: S608  # names of ours
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # it alters no table whose rows it has still to check
    with altering(of) as altered:
        altered.alter_column(name, existing_type=NUMBER if is_number else TEXT, nullable=False)


def key(name: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """The primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=name)


def known(of: str, column: str, *values: str | int) -> sa.CheckConstraint:
    """The values that an enum's column may have."""
    allowed = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=f"{of}_{column}_known")


def there(of: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """The parent that a row must have when the transaction commits."""
    name = f"{of}_{column}_there"
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, deferrable=True, initially="DEFERRED")


def unique(name: str, of: str, *columns: str, when: str | None = None) -> None:
    """A unique index over the rows that meet a condition."""
    where = None if when is None else sa.text(when)
    op.create_index(name, of, list(columns), unique=True, sqlite_where=where, postgresql_where=where)


def index(of: str, *columns: str) -> None:
    """An index to search by."""
    op.create_index(f"{of}_by_{'_'.join(columns)}", of, list(columns))
