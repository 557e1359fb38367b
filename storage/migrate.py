"""Bring a database to the tables of this version, in one transaction or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.core.errors import StoreError
from storage.databases import Database
from storage.schema import metadata
from storage.translation import FAILURES, translate

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
#: SQLite opens a file that it cannot write without a word, BEGIN IMMEDIATE included, and so does PostgreSQL a
#: database that only takes questions; better now than at an order.
WRITE_NOTHING = f"UPDATE {VERSION_TABLE} SET version_num = version_num"  # noqa: S608  # a name of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Which tables a database has, and which this version of the program works with."""

    #: ``None`` for a database without any table.
    found: str | None
    wanted: str

    @property
    def current(self) -> bool:
        """Whether there is nothing to do."""
        return self.found == self.wanted


def migrations() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(database: Database) -> Versions:
    """Check the database and run what is missing; gives what was found before that.

    Raises:
        StoreError: the database is another program's, damaged, of a later version, or cannot be written.
    """
    return _look(database, change=True)


def versions(database: Database) -> Versions:
    """The same without changing anything.

    Raises:
        StoreError: as for ``migrate``.
    """
    return _look(database, change=False)


def _look(database: Database, *, change: bool) -> Versions:
    engine = database.migrating_engine()
    try:
        with engine.connect() as connection:
            database.check(connection)
            with connection.begin():
                found = _versions(connection, database)
                if change:
                    _upgrade(connection, database, found)
            return found
    except FAILURES as error:
        raise translate(error) from error
    finally:
        engine.dispose()


def _versions(connection: sa.Connection, database: Database) -> Versions:
    script = ScriptDirectory.from_config(migrations())
    current = MigrationContext.configure(connection).get_current_revision()
    found = Versions(found=current, wanted=script.get_current_head() or "")
    if not found.current:
        _require_ours(connection, database, current, {revision.revision for revision in script.walk_revisions()})
    return found


def _require_ours(connection: sa.Connection, database: Database, current: str | None, known: set[str]) -> None:
    if current is None and sa.inspect(connection).get_table_names():
        msg = f"The database {database.name} is the database of another program; name another one."
        raise StoreError(msg)
    if current is not None and current not in known:
        msg = f"The database {database.name} was written by a later version of Dailies ({current}); install that one."
        raise StoreError(msg)


def _upgrade(connection: sa.Connection, database: Database, found: Versions) -> None:
    if found.current:
        connection.exec_driver_sql(WRITE_NOTHING)
        _require_whole(connection, database)
        return
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if not database.check_parents(connection):
        msg = (
            f"The database {database.name} holds rows whose parents are gone; it was left as it was. "
            f"Restore the last backup."
        )
        raise StoreError(msg)


def _require_whole(connection: sa.Connection, database: Database) -> None:
    """Refuse a database in which a table or a column is missing that its version has."""
    columns = sa.inspect(connection).get_multi_columns()
    there = {name: {column["name"] for column in each} for (_, name), each in columns.items()}
    for table in metadata.sorted_tables:
        missing = sorted(set(table.c.keys()) - there.get(table.name, set()))
        if missing:
            what = f"{table.name}.{missing[0]}" if table.name in there else f"the table {table.name}"
            msg = f"The database {database.name} is damaged: {what} is missing; restore the last backup."
            raise StoreError(msg)
