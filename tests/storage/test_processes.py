"""What only a second process can show: the lock, a kill, a full disk, a folder that is not ours."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.core.fakes import FakeClock
from bot.core.rows import Inbound
from storage import open_store

ROOT = Path(__file__).parents[2]
#: What each child begins with: the store is open, and its parent is told.
OPEN = """
import asyncio, os, resource, signal, sys
from bot.core.errors import StoreError
from bot.core.fakes import FakeClock
from bot.core.rows import Inbound
from storage import open_store

def say(word):
    print(word, flush=True)

async def main():
    store = await open_store("sqlite+aiosqlite:///" + sys.argv[1], FakeClock())
"""
RUN = "\n\nasyncio.run(main())\n"


def child(body: str, database: Path) -> subprocess.Popen[str]:
    """Another process that opens the database and then does what the body says."""
    return subprocess.Popen(
        [sys.executable, "-c", OPEN + body + RUN, str(database)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def word(process: subprocess.Popen[str]) -> str:
    """The next line that the child says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    """Kill the child and wait for its end."""
    process.kill()
    process.communicate()


async def rows(database: Path) -> list[str]:
    """The ids that a new store finds in a file that is whole."""
    store = await open_store(f"sqlite+aiosqlite:///{database}", FakeClock())
    found = await store.transact(lambda tx: tx.rows(Inbound))
    await store.close()
    return [row.id for row in found]


async def test_a_second_process_is_refused_until_the_first_ends(database: Path) -> None:
    """While one process has the store open, another is told which one, by path and process id."""
    process = child("    say('open')\n    sys.stdin.read()", database)
    try:
        assert word(process) == "open"
        with pytest.raises(StoreError, match=rf"Another Dailies \(process {process.pid}\).*{database}\.lock"):
            await open_store(f"sqlite+aiosqlite:///{database}", FakeClock())
    finally:
        end(process)
    assert await rows(database) == []


async def test_a_kill_in_mid_transaction_leaves_a_clean_file(database: Path) -> None:
    """What was committed is there, what was under way is not, and the lock of the dead is free."""
    body = """
    await store.transact(lambda tx: tx.add(Inbound(id="committed", at=1)))
    async def work(tx):
        for number in range(500):
            await tx.add(Inbound(id=f"half {number}", at=number))
        say("inside")
        await asyncio.Event().wait()
    await store.transact(work)
"""
    process = child(body, database)
    try:
        assert word(process) == "inside"
        os.kill(process.pid, signal.SIGKILL)
    finally:
        end(process)
    assert await rows(database) == ["committed"]
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


async def test_a_disk_that_takes_no_more(database: Path) -> None:
    """When the file may not grow, the transaction fails with a sentence; when it may again, all goes on."""
    body = """
    await store.transact(lambda tx: tx.add(Inbound(id="before", at=1)))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, resource.RLIM_INFINITY))
    async def work(tx):
        for number in range(300):
            await tx.add(Inbound(id=f"{number}" * 4000, at=number))
    try:
        await store.transact(work)
    except StoreError as error:
        say(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await store.transact(lambda tx: tx.add(Inbound(id="later", at=2)))
    await store.close()
    say("closed")
"""
    process = child(body, database)
    try:
        assert word(process) == (
            "The database cannot be used: the disk failed to read or write it; "
            "look at the disk's health and the space and quota left. Nothing was written."
        )
        assert word(process) == "closed"
    finally:
        end(process)
    assert await rows(database) == ["before", "later"]


@pytest.fixture
def open_folder(database: Path) -> Iterator[Path]:
    """A database in a folder that every user may enter and write."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(database, name)
        Path(name).chmod(0o777)
        yield Path(name)
        Path(name).chmod(0o700)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (".", "The lock file {folder}/dailies.db.lock cannot be made: Permission denied."),
        ("dailies.db", "it cannot be written; the file, its folder or its disk is read-only"),
    ],
    ids=["folder", "file"],
)
async def test_a_disk_that_may_not_be_written(open_folder: Path, what: str, sentence: str) -> None:
    """A read-only folder and a read-only file are named for what they are when the store is opened."""
    body = f"""
    await store.close()
    folder = os.path.dirname(sys.argv[1])
    os.unlink(sys.argv[1] + ".lock")
    os.chmod(os.path.join(folder, {what!r}), 0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)  # root may write everywhere
    try:
        await open_store("sqlite+aiosqlite:///" + sys.argv[1], FakeClock())
    except StoreError as error:
        say(error)
"""
    process = child(body, open_folder / "dailies.db")
    try:
        assert sentence.format(folder=open_folder) in word(process)
    finally:
        end(process)
