"""Reading everything in pages: no transaction holds the rows for longer than one page takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.core.ports import Between, Store, Transaction
from bot.core.rows import Attempt, Budget, Channel, ClipPicture, Key, Line, Post, Slot, Take, Workspace
from bot.jobs.steps import named

R = TypeVar("R", Line, Attempt, Post, ClipPicture)

#: Takes of a page: with their lines and attempts some 15 ms on a small machine.
PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A take with everything that hangs from it, as of one moment."""

    take: Take
    lines: Sequence[Line]
    attempts: Sequence[Attempt]
    posts: Sequence[Post]
    pictures: Sequence[ClipPicture]
    slot: Slot | None
    key: Key | None
    #: Ordering is paused in its channel or everywhere.
    paused: bool
    #: UTC milliseconds.
    now: int


async def takes_of(store: Store) -> AsyncIterator[list[Whole]]:
    """Every take, page by page; one that is written meanwhile may be missing."""
    for channel in await store.transact(lambda tx: tx.rows(Channel)):
        after, seen, size = 0, set[str](), PAGE
        while True:
            page = await store.transact(lambda tx, a=(channel.id, after, size): _page(tx, *a))  # type: ignore[misc]
            new = [whole for whole in page if whole.take.id not in seen]
            yield new
            if len(page) < size:
                break
            # Those of one millisecond may be more than a page: then it grows until there are others in it.
            size = PAGE if new else size * 2
            last = page[-1].take.created_at
            seen = {whole.take.id for whole in page} | (seen if last == after else set())
            after = last


async def _page(tx: Transaction, channel: str, after: int, size: int) -> list[Whole]:
    takes = await tx.rows(Take, channel=channel, created_at=Between(low=after), order=("created_at", "id"), limit=size)
    ids = tuple(take.id for take in takes)
    lines = _by_take(ids, await tx.rows(Line, take=ids))
    attempts = _by_take(ids, await tx.rows(Attempt, take=ids))
    posts = _by_take(ids, await tx.rows(Post, take=ids))
    pictures = _by_take(ids, await tx.rows(ClipPicture, take=ids))
    slots = {slot.take: slot for slot in await tx.rows(Slot, take=ids)}
    keys = {key.id: key for key in await tx.rows(Key)}
    home = await named(tx, Channel, channel)
    paused = bool(home.paused_by or (await named(tx, Workspace, home.workspace)).paused_by)
    return [
        Whole(
            take=take,
            lines=lines[take.id],
            attempts=attempts[take.id],
            posts=posts[take.id],
            pictures=pictures[take.id],
            slot=slots.get(take.id),
            key=keys.get(take.key),
            paused=paused,
            now=tx.now,
        )
        for take in takes
    ]


def _by_take(ids: Sequence[str], rows: Sequence[R]) -> Mapping[str, list[R]]:
    found: dict[str, list[R]] = {take: [] for take in ids}
    for row in rows:
        found[row.take].append(row)
    return found


async def budgets_of(store: Store) -> AsyncIterator[Budget]:
    """Every budget, each as of a moment of its own."""
    after: int = 0
    seen: set[tuple[str, int]] = set()
    size = PAGE
    while True:
        page = await store.transact(
            lambda tx, low=after, limit=size: tx.rows(  # type: ignore[misc]
                Budget, period_start=Between(low=low), order=("period_start", "scope"), limit=limit
            )
        )
        new = [budget for budget in page if (budget.scope, budget.period_start) not in seen]
        for budget in new:
            yield budget
        if len(page) < size:
            return
        size = PAGE if new else size * 2
        seen |= {(budget.scope, budget.period_start) for budget in new}
        after = page[-1].period_start
