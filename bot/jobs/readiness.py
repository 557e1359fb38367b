"""Whether this process can do its work: read and write rows, order, keep clips, and wake takes in time."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import StoreError
from bot.core.ports import Transaction
from bot.core.rows import Inbound, Key
from bot.jobs.kit import Kit

#: Rows that cannot be read and written within so long are no rows to work with.
ROWS_S = 5.0
#: A step that is due for so long is not late any more, it is lost.
HOPELESS_MS = 60_000
#: The event that stands for "it could be written".
MARK = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that has to be well."""

    name: str
    #: What is wrong; empty when it is well.
    wrong: str = ""


async def readiness(kit: Kit, home: Path) -> list[Check]:
    """Every check, none left out because another failed; ``home`` is where clips are downloaded to."""
    disk = await asyncio.to_thread(_room, home, kit.rules.clip_limit_bytes)
    return [*await _rows(kit), _lock(kit), disk, _engine(kit)]


async def _rows(kit: Kit) -> list[Check]:
    """Written and read, and what they say of the key."""
    try:
        async with asyncio.timeout(ROWS_S):
            key = await kit.store.transact(lambda tx: _write_and_read(tx, kit.key))
    except TimeoutError:
        return [Check(name="rows", wrong=f"no answer within {ROWS_S:g} s"), Check(name="key", wrong="not known")]
    except StoreError:
        return [Check(name="rows", wrong="cannot be read and written"), Check(name="key", wrong="not known")]
    refused = key is not None and key.paused_for == "key"
    return [Check(name="rows"), Check(name="key", wrong="the provider refuses it" if refused else "")]


async def _write_and_read(tx: Transaction, key: str) -> Key | None:
    await tx.put(Inbound(id=MARK, at=tx.now))
    return await tx.get(Key, key)


def _lock(kit: Kit) -> Check:
    """Nobody else can be at work on the rows, as far as is known."""
    return Check(name="lock", wrong="" if kit.may_order() else "lost: another process may be at work on the rows")


def _room(home: Path, needed: int) -> Check:
    """Room for the largest clip that may come."""
    try:
        there = next(folder for folder in (home, *home.parents) if folder.is_dir())
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Check(name="disk", wrong=error.strerror or "cannot be read")
    short = f"{free // 1_000_000} MB free, the largest clip has {needed // 1_000_000} MB"
    return Check(name="disk", wrong=short if free < needed else "")


def _engine(kit: Kit) -> Check:
    health = kit.engine.health()
    if not health.serving:
        return Check(name="engine", wrong="not running")
    late = health.overdue_ms > HOPELESS_MS
    return Check(name="engine", wrong=f"{health.overdue_ms // 1000} s late" if late else "")
