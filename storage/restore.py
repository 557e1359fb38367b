"""From a backup file to the database: checked beside it first, and put in its place in one step."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.script import ScriptDirectory

from bot.core.errors import StoreError
from storage.migrate import migrations

#: What every database file begins with (sqlite.org/fileformat.html).
MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")
SUFFIX = ".restoring"


def copy_for_restore(backup: Path, database: Path) -> Path:
    """Copy a backup beside the database, and check the copy; blocks. The copy's path.

    Raises:
        StoreError: not there, damaged, another program's, of a later version, or there is no space.
    """
    copy = database.with_name(f"{database.name}{SUFFIX}")
    try:
        if _is_same(backup, database):
            msg = f"{backup} is the database itself; name a backup of it."
            raise StoreError(msg)
        _require_sqlite(backup)
        forget(copy)
        _copy(backup, copy)
    except OSError as error:
        forget(copy)
        msg = f"The backup {backup} cannot be copied to {copy}: {error.strerror}."
        raise StoreError(msg) from error
    try:
        _check(copy, backup)
    except BaseException:
        forget(copy)
        raise
    return copy


def forget(copy: Path) -> None:
    """Remove a copy with what belongs to it."""
    for suffix in ("", *BESIDE, ".lock"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


def put_in_place(copy: Path, database: Path, *, stamp: str) -> Path | None:
    """Make the copy the database; the present one is kept beside it, under a dated name, which is given.

    The caller has the database's lock. A crash leaves the one or the other, whole.

    Raises:
        StoreError
    """
    kept = _free_name(database.with_name(f"{database.name}.before-restore-{stamp}"))
    try:
        _sync(copy)
        if not database.exists():
            kept_as = None
        else:
            _settle(database)
            _keep(database, kept)
            kept_as = kept
        for suffix in BESIDE:
            rest = Path(f"{database}{suffix}")
            if rest.exists():
                rest.replace(f"{kept}{suffix}")
        copy.replace(database)
        _sync(database.parent)
    except OSError as error:
        msg = f"The database {database} cannot be replaced: {error.strerror}; nothing was changed."
        raise StoreError(msg) from error
    return kept_as


def _free_name(wanted: Path) -> Path:
    """The name, or the next one that nothing has: restores may follow each other within a second."""
    others = (wanted.with_name(f"{wanted.name}-{number}") for number in itertools.count(2))
    return next(name for name in itertools.chain([wanted], others) if not name.exists())


def _keep(database: Path, kept: Path) -> None:
    """A second name, so that the first is never without a file; a copy where there are no links."""
    try:
        os.link(database, kept)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(database, kept)
        _sync(kept)


def _settle(database: Path) -> None:
    """Bring what stands beside the database into it, as far as it can be read at all."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        return  # damaged: it is kept as it is, with what stands beside it


def _is_same(backup: Path, database: Path) -> bool:
    return database.exists() and backup.exists() and backup.samefile(database)


def _require_sqlite(backup: Path) -> None:
    with backup.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            msg = f"{backup} is no backup of Dailies: it is no SQLite database."
            raise StoreError(msg)


def _copy(backup: Path, copy: Path) -> None:
    """The file, and what another program's copy may have left beside it."""
    for suffix in ("", "-wal"):
        source = Path(f"{backup}{suffix}")
        if suffix and not source.is_file():
            continue
        with (
            source.open("rb") as old,
            os.fdopen(os.open(f"{copy}{suffix}", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as new,
        ):
            shutil.copyfileobj(old, new)
            new.flush()
            os.fsync(new.fileno())


def _check(copy: Path, backup: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as connection:
            _require_ours(connection, backup)
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        msg = f"The backup {backup} is damaged ({error}); take another one."
        raise StoreError(msg) from error
    if found != "ok":
        msg = f"The backup {backup} is damaged ({found}); take another one."
        raise StoreError(msg)
    if orphan is not None:
        msg = f"The backup {backup} is damaged: a row of {orphan[0]} names one of {orphan[2]} that is not there."
        raise StoreError(msg)


def _require_ours(connection: sqlite3.Connection, backup: Path) -> None:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    versions = (
        [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]
        if ("alembic_version" in tables)
        else []
    )
    if not versions or not {"takes", "ledger", "budgets"} <= tables:
        msg = f"{backup} is no backup of Dailies: it is the database of another program, or empty."
        raise StoreError(msg)
    known = {revision.revision for revision in ScriptDirectory.from_config(migrations()).walk_revisions()}
    if versions[0] not in known:
        msg = f"The backup {backup} was made by a later version of Dailies ({versions[0]}); install that version first."
        raise StoreError(msg)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
