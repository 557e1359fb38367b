"""A copy of a database in use: whole, of one moment, in nobody's way; or not there at all."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.core.rows import Inbound
from storage import SqlStore

ROOT = Path(__file__).parents[2]
#: A child that may write 64 KiB into a file and no more.
FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from bot.core.errors import StoreError
from storage.backup import copy_database

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, resource.RLIM_INFINITY))
try:
    asyncio.run(copy_database(Path(sys.argv[1]), Path(sys.argv[2]), overwrite=True))
except StoreError as error:
    print(error)
"""


def ids(database: Path) -> list[str]:
    """The event ids in a copy, which has to be whole."""
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = [row[0] for row in connection.execute("SELECT id FROM inbound ORDER BY id")]
    connection.close()
    return found


async def fill(store: SqlStore, *numbers: int) -> None:
    for number in numbers:
        await store.transact(lambda tx, n=number: tx.add(Inbound(id=f"{n:06}", at=n)))  # type: ignore[misc]


async def test_a_copy_has_what_was_committed(sql_store: SqlStore, tmp_path: Path) -> None:
    """The copy is a whole database that nobody else may read, without any file beside it."""
    await fill(sql_store, 1, 2)
    target = tmp_path / "backup.db"
    assert await sql_store.copy_to(target) == target.stat().st_size
    await fill(sql_store, 3)
    assert ids(target) == ["000001", "000002"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("backup*")) == ["backup.db"]


async def test_a_copy_is_in_nobodys_way(sql_store: SqlStore, tmp_path: Path) -> None:
    """Transactions go on while a copy is written, and it has those of one moment without a gap."""
    await fill(sql_store, *range(20))
    copying = asyncio.create_task(sql_store.copy_to(tmp_path / "backup.db"))
    await fill(sql_store, *range(20, 40))
    await copying
    found = ids(tmp_path / "backup.db")
    assert len(found) >= 20
    assert found == [f"{number:06}" for number in range(len(found))]


async def test_what_is_there_is_kept(sql_store: SqlStore, tmp_path: Path) -> None:
    """A file of that name is replaced only when that is asked for."""
    target = tmp_path / "backup.db"
    target.write_text("mine")
    with pytest.raises(StoreError, match=r"backup\.db is there already; .* --force"):
        await sql_store.copy_to(target)
    assert target.read_text() == "mine"
    await sql_store.copy_to(target, overwrite=True)
    assert ids(target) == []


@pytest.mark.parametrize("name", ["dailies.db", "dailies.db-wal", "dailies.db.lock"])
async def test_never_over_the_database_itself(sql_store: SqlStore, tmp_path: Path, name: str) -> None:
    """Not even --force writes over the rows in use, or over what belongs to them."""
    with pytest.raises(StoreError, match="is the database itself"):
        await sql_store.copy_to(tmp_path / name, overwrite=True)


@pytest.mark.parametrize(("name", "said"), [("no/such/backup.db", "No such file"), ("folder", "is a folder")])
async def test_where_nothing_can_be(sql_store: SqlStore, tmp_path: Path, name: str, said: str) -> None:
    """A folder that is not there, and a folder in the file's place, are named."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match=said):
        await sql_store.copy_to(tmp_path / name, overwrite=True)


async def test_two_copies_at_once(sql_store: SqlStore, tmp_path: Path) -> None:
    """Of two copies to one file at once one is made and the other told so."""
    await fill(sql_store, *range(5))
    target = tmp_path / "backup.db"
    both = await asyncio.gather(*(sql_store.copy_to(target, overwrite=True) for _ in "12"), return_exceptions=True)
    failed = [end for end in both if isinstance(end, StoreError)]
    assert [str(end) for end in failed] == [
        f"Another backup is being written to {target}; wait for it, or name another file."
    ]
    assert len(ids(target)) == 5


async def test_what_a_crash_left_is_taken_over(sql_store: SqlStore, tmp_path: Path) -> None:
    """An unfinished copy of a process that died is written anew."""
    (tmp_path / "backup.db.part").write_bytes(b"half a file" * 1000)
    await sql_store.copy_to(tmp_path / "backup.db")
    assert ids(tmp_path / "backup.db") == []
    assert not (tmp_path / "backup.db.part").exists()


async def test_a_copy_that_is_cancelled(sql_store: SqlStore, tmp_path: Path) -> None:
    """Nothing is left of it."""
    copying = asyncio.create_task(sql_store.copy_to(tmp_path / "backup.db"))
    await asyncio.sleep(0)
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert list(tmp_path.glob("backup*")) == []


def test_a_full_disk(database: Path, tmp_path: Path) -> None:
    """Where no more fits, one sentence says so; an older copy is as it was and no half file is left."""
    target = tmp_path / "backup.db"
    target.write_text("an older one")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(database), str(target)],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.startswith(f"The backup {target} was not written: its disk ")
    assert target.read_text() == "an older one"
    assert sorted(path.name for path in tmp_path.glob("backup*")) == ["backup.db"]
