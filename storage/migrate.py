"""Bring a database file to the tables of this version, in one transaction or not at all."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.core.errors import StoreError
from storage.sqlite import migrating_engine
from storage.translation import FAILURES, translate

MIGRATIONS = Path(__file__).parent / "migrations"
#: SQLite opens a file that it cannot write without a word, BEGIN IMMEDIATE included; better now than at an order.
WRITE_NOTHING = "UPDATE alembic_version SET version_num = version_num"


def migrations() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(path: Path) -> None:
    """Check the file and run what is missing.

    Raises:
        StoreError: the file is another program's, damaged, of a later version, or cannot be written.
    """
    engine = migrating_engine(path)
    try:
        with engine.connect() as connection:
            _check(connection, path)
            with connection.begin():
                _upgrade(connection, path)
    except FAILURES as error:
        raise translate(error) from error
    finally:
        engine.dispose()


def _check(connection: sa.Connection, path: Path) -> None:
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    connection.rollback()
    if found != "ok":
        msg = f"The database {path} is damaged ({found}); restore the last backup."
        raise StoreError(msg)


def _upgrade(connection: sa.Connection, path: Path) -> None:
    config = migrations()
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == script.get_current_head():
        connection.exec_driver_sql(WRITE_NOTHING)
        return
    _require_ours(connection, path, current, {revision.revision for revision in script.walk_revisions()})
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        msg = f"The database {path} holds rows whose parents are gone; it was left as it was. Restore the last backup."
        raise StoreError(msg)


def _require_ours(connection: sa.Connection, path: Path, current: str | None, known: set[str]) -> None:
    if current is None and sa.inspect(connection).get_table_names():
        msg = f"The file {path} is the database of another program; name another file."
        raise StoreError(msg)
    if current is not None and current not in known:
        msg = f"The database {path} was written by a later version of Dailies ({current}); install that version."
        raise StoreError(msg)
