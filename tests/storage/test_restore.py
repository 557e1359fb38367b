"""A backup is checked before it takes the database's place, and takes it whole; what was there is kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.core.rows import Inbound
from storage import SqlStore
from storage.inspecting import damage_of
from storage.restore import copy_for_restore, put_in_place

ROOT = Path(__file__).parents[2]
FULL = """
import resource, signal, sys
from pathlib import Path
from bot.core.errors import StoreError
from storage.restore import copy_for_restore

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, resource.RLIM_INFINITY))
try:
    copy_for_restore(Path(sys.argv[1]), Path(sys.argv[2]))
except StoreError as error:
    print(error)
"""


@pytest.fixture
def backup(no_rows: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(no_rows, tmp_path / "backup.db"))


def mark(database: Path, word: str) -> None:
    """Write an event whose id tells this file from others."""
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO inbound (id, at) VALUES (?, 1)", (word,))
    connection.close()


def marks(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        found = [row[0] for row in connection.execute("SELECT id FROM inbound")]
    connection.close()
    return found


def test_a_backup_takes_the_place(backup: Path, database: Path) -> None:
    """The database is the backup, the present one stands beside it under its date, and nothing else is left."""
    mark(backup, "old")
    mark(database, "new")
    copy = copy_for_restore(backup, database)
    assert marks(database) == ["new"]
    kept = put_in_place(copy, database, stamp="20261125-180000")
    assert kept == database.with_name("dailies.db.before-restore-20261125-180000")
    assert (marks(database), marks(kept), marks(backup)) == (["old"], ["new"], ["old"])
    assert sorted(path.name for path in database.parent.iterdir()) == sorted([backup.name, database.name, kept.name])
    assert database.stat().st_mode & 0o777 == 0o600


def test_where_no_database_is(backup: Path, tmp_path: Path) -> None:
    """On a new machine the backup is simply put there."""
    database = tmp_path / "dailies.db"
    mark(backup, "old")
    assert put_in_place(copy_for_restore(backup, database), database, stamp="1") is None
    assert marks(database) == ["old"]


async def test_what_a_killed_process_left_is_kept(sql_store: SqlStore, backup: Path, tmp_path: Path) -> None:
    """Commits that stand beside the database only are in what is kept, and never reach the restored rows."""
    await sql_store.transact(lambda tx: tx.add(Inbound(id="committed", at=1)))
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{tmp_path / 'dailies.db'}{suffix}", crashed)
    kept = put_in_place(copy_for_restore(backup, crashed / "dailies.db"), crashed / "dailies.db", stamp="1")
    assert kept is not None
    assert marks(kept) == ["committed"]
    assert marks(crashed / "dailies.db") == []


def test_a_damaged_database_is_kept_as_it_is(backup: Path, database: Path) -> None:
    """What cannot be read any more is not lost, nor what stands beside it."""
    database.write_bytes(b"SQLite format 3\0" + b"rubbish" * 500)
    before = database.read_bytes()
    Path(f"{database}-wal").write_bytes(b"rest")
    kept = put_in_place(copy_for_restore(backup, database), database, stamp="1")
    assert kept is not None
    assert kept.read_bytes() == before
    assert Path(f"{kept}-wal").exists() or not Path(f"{database}-wal").exists()
    assert marks(database) == []


def test_a_backup_with_what_stands_beside_it(sql_store: SqlStore, tmp_path: Path) -> None:
    """A copy that another tool has made, with its write-ahead log, is read whole."""
    del sql_store
    source = tmp_path / "copied.db"
    with sqlite3.connect(tmp_path / "dailies.db") as connection:
        connection.execute("INSERT INTO inbound (id, at) VALUES ('in the log', 1)")
        connection.commit()
        shutil.copy(tmp_path / "dailies.db", source)
        shutil.copy(tmp_path / "dailies.db-wal", f"{source}-wal")
    connection.close()
    assert marks(copy_for_restore(source, tmp_path / "other.db")) == ["in the log"]


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()


def half_foreign(path: Path) -> None:
    """Another program that uses the same tool for its migrations."""
    foreign(path)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def orphaned(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO slots (take, key) VALUES ('A7K', 'muapi')")
    connection.close()


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:-4096] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


WRONG = [
    (lambda path: path.write_text("dear diary"), "it is no SQLite database"),
    (lambda path: path.write_bytes(b""), "it is no SQLite database"),
    (lambda path: path.unlink(), "No such file"),
    (lambda path: (path.unlink(), path.mkdir()), "Is a directory"),
    (foreign, "the database of another program"),
    (half_foreign, "the database of another program"),
    (newer, r"made by a later version of Dailies \(9999\)"),
    (orphaned, "a row of slots names one of"),
    (damaged, "is damaged"),
    (cut, "is damaged"),
]


@pytest.mark.parametrize(("spoil", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_no_backup(backup: Path, database: Path, spoil: object, said: str) -> None:
    """A foreign, damaged, cut or newer file is refused by its name; the database is untouched, and no copy left."""
    mark(database, "new")
    spoil(backup)  # type: ignore[operator]
    with pytest.raises(StoreError, match=said) as refused:
        copy_for_restore(backup, database)
    assert str(backup) in str(refused.value)
    assert marks(database) == ["new"]
    assert list(database.parent.glob("*restoring*")) == []


def test_the_database_itself(database: Path) -> None:
    """The database is no backup of itself, by whatever path."""
    link = database.with_name("link.db")
    link.symlink_to(database)
    for path in (database, link):
        with pytest.raises(StoreError, match="is the database itself"):
            copy_for_restore(path, database)


def test_a_full_disk(backup: Path, database: Path) -> None:
    """Where the copy does not fit, one sentence says so; nothing is changed, and nothing left."""
    mark(database, "new")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(backup), str(database)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stderr, "cannot be copied" in done.stdout) == ("", True)
    assert marks(database) == ["new"]
    assert list(database.parent.glob("*restoring*")) == []


def test_a_name_that_is_taken(backup: Path, database: Path) -> None:
    """Two restores of one second do not overwrite what the first has kept."""
    copy = copy_for_restore(backup, database)
    database.with_name("dailies.db.before-restore-1").write_text("kept")
    kept = put_in_place(copy, database, stamp="1")
    assert kept == database.with_name("dailies.db.before-restore-1-2")
    assert database.with_name("dailies.db.before-restore-1").read_text() == "kept"


def test_what_is_wrong_with_a_file(database: Path, tmp_path: Path) -> None:
    """A whole file has nothing wrong with it; a damaged one and one that is not there are told."""
    assert damage_of(database) is None
    damaged(database)
    assert damage_of(database)
    assert damage_of(tmp_path / "none.db")
