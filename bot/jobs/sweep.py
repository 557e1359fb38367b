"""What nobody asks for: taking up the rows at start, retention, and tidying what is no longer needed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.core.errors import ArchiveError
from bot.core.lifecycle import OPEN, Stage, State
from bot.core.ports import Between, Transaction
from bot.core.rows import Inbound, Key, Shot, Take
from bot.jobs.batches.confirmed import look_after_batches
from bot.jobs.bell import until
from bot.jobs.clip_pictures import drop_pictures, files_of
from bot.jobs.hiding import Shown, remove, shown_of
from bot.jobs.kit import Kit
from bot.jobs.paging import pages
from bot.jobs.redrawing import Redrawing
from bot.jobs.steps import wake_queue
from bot.jobs.worker.advance import Worker
from bot.jobs.worker.fetch import keep_fresh
from bot.jobs.worker.strays import book_strays

log = logging.getLogger(__name__)
#: The modes of shots that have pictures.
PICTURED = ("image", "omni", "first-last")
SWEEP_S = 3600.0
DAY_MS = 24 * 3600 * 1000
#: Event ids are remembered for so long. Platforms send an event again within hours; but a clock that is set on by a
#: month would have all of them forgotten, and each event that comes again then be carried out again.
INBOUND_MS = 90 * DAY_MS
PAGE = 200
#: After a verdict on an unknown evidence is looked for, for so long.
LATE_MS = 24 * 3600 * 1000
#: What has been due for so long is woken by the sweep.
DUE_MS = 3600 * 1000
#: At start these wait for their time; all others are looked at now.
WAIT = (State.ASKED, State.ARMED, State.RENDERING)


class Sweep:
    """Runs at start and every hour."""

    def __init__(self, kit: Kit, worker: Worker) -> None:
        """``worker`` takes in the answers that were found on disk."""
        self._kit = kit
        self._worker = worker
        self._redrawing = Redrawing(kit)

    async def take_up(self) -> int:
        """At start, before anything else: answers on disk, then an alarm for every open take. How many there are."""
        await self._take_in_answers()
        await self._kit.store.transact(self._fit_key)
        await self._look_after_batches()
        late = await self._kit.store.transact(
            lambda tx: tx.rows(Take, state=(State.RELEASED, State.WRITTEN_OFF), state_at=Between(low=tx.now - LATE_MS))
        )
        self._wake(late)
        number = await self._kit.store.transact(self._wake_queues)
        for state in sorted(OPEN - {State.QUEUED}, key=lambda state: state.value):
            number += await self._take_up(by="due_at", state=state)
            number += await self._take_up(by="state_at", state=state, due_at=None)
        self._kit.outbox_bell.ring()
        return number

    async def _wake_queues(self, tx: Transaction) -> int:
        """Each key's queue is looked at: whoever rings, admission chooses among all; how many wait."""
        for key in await tx.rows(Key):
            await wake_queue(self._kit, tx, key.id)
        return await tx.count(Take, state=State.QUEUED)

    async def _take_up(self, *, by: str, **where: Any) -> int:
        """Page by page, so that whoever orders meanwhile is not held up; how many there are."""
        number = 0
        async for page in pages(self._kit.store, Take, by=by, **where):
            self._wake(page)
            number += len(page)
        return number

    def _wake(self, takes: list[Take]) -> None:
        now = self._kit.clock.now()
        for take in takes:
            at = take.due_at if take.state in WAIT and take.due_at else now
            if take.state is State.RENDERING:
                self._worker.render.known.keep(take, at)
            self._kit.engine.wake_now(take.id, at)

    async def _take_in_answers(self) -> None:
        """One that cannot be taken in stays on disk, and is tried again when its take is looked at."""
        for answer in await self._kit.answers.read():
            log.warning("an answer to %s was found on disk and is taken in", answer.take)
            try:
                await self._worker.submit.take_in(answer)
            except Exception:
                log.exception("the answer to %s cannot be taken in", answer.take)

    async def _fit_key(self, tx: Transaction) -> None:
        """The key has as many slots as the settings say now."""
        key = await tx.lock(Key, self._kit.key)
        if key is not None and key.slots != self._kit.rules.slots:
            await tx.put(replace(key, slots=self._kit.rules.slots))

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``."""
        while not stop.is_set():
            await self.once()
            await until(stop, self._kit.clock, SWEEP_S)

    async def once(self) -> None:
        """Ring for what is overdue, book jobs that no take has; remove what is old or hidden."""
        tasks: tuple[Callable[[], Awaitable[None]], ...] = (
            self._ring,
            self._look_after_batches,
            self._book_strays,
            self._purge,
            self._take_down,
            self._tidy_pictures,
            self._tidy_exports,
            self._tidy_drawn,
            self._tidy_archive,
            self._forget_events,
            self._redrawing.once,
        )
        for task in tasks:
            try:
                await task()
            except Exception:
                log.exception("the sweep could not be finished; swept again in an hour")

    async def _ring(self) -> None:
        """Wake what has been due for an hour.

        A connection that breaks in a commit takes the alarms with it, although the rows may be written.
        """
        await self._kit.store.transact(self._wake_queues)
        now = self._kit.clock.now()
        for state in sorted(OPEN - {State.QUEUED}, key=lambda state: state.value):
            async for page in pages(self._kit.store, Take, by="due_at", state=state):
                due = [take for take in page if (take.due_at or 0) <= now - DUE_MS]
                for take in due:
                    self._kit.engine.wake_now(take.id, now)
                if len(due) < len(page):
                    break

    async def _look_after_batches(self) -> None:
        await look_after_batches(self._kit)

    async def _book_strays(self) -> None:
        await book_strays(self._kit)

    async def _purge(self) -> None:
        """Old drafts with their pictures; never what is kept, undelivered, or the draft of an open final."""
        for take in await self._kit.store.transact(self._old_drafts):
            try:
                for name in await self._kit.store.transact(lambda tx, take=take: files_of(tx, take)):  # type: ignore[misc]
                    await self._kit.archive.delete(name)
            except ArchiveError:
                log.exception("the old draft %s could not be removed from the archive", take.id)
                continue
            await self._mark(take.id)

    async def _old_drafts(self, tx: Transaction) -> list[Take]:
        oldest = tx.now - self._kit.rules.draft_retention_days * DAY_MS
        old = await tx.rows(
            Take,
            stage=Stage.DRAFT,
            state=(State.DELIVERED, State.SHELVED),
            kept=False,
            purged_at=None,
            created_at=Between(high=oldest),
        )
        purgeable = (take for take in old if take.clip is not None)
        return [take for take in purgeable if not await tx.count(Take, draft=take.id, state=tuple(OPEN))][:PAGE]

    async def _mark(self, take_id: str) -> None:
        async def work(tx: Transaction) -> None:
            row = await tx.lock(Take, take_id)
            if row is not None:
                await tx.step(row, replace(row, purged_at=tx.now))
                await drop_pictures(tx, take_id)

        await self._kit.store.transact(work)

    async def _tidy_pictures(self) -> None:
        """Reference pictures that no shot within the drafts' time has; a picture given again is fetched again."""
        before = self._kit.clock.now() - self._kit.rules.draft_retention_days * DAY_MS
        shots = await self._kit.store.transact(lambda tx: tx.rows(Shot, mode=PICTURED, created_at=Between(low=before)))
        await self._kit.pictures.tidy(keep=frozenset(name for shot in shots for name in shot.pictures), before=before)

    async def _tidy_exports(self) -> None:
        await self._kit.exports.tidy(self._kit.clock.now())

    async def _tidy_drawn(self) -> None:
        await self._kit.drawn.tidy(self._kit.clock.now())

    async def _tidy_archive(self) -> None:
        """Never a clip that waits for the archive, for days if need be: its address may be dead by then."""
        await keep_fresh(self._kit)
        await self._kit.archive.tidy(self._kit.clock.now())

    async def _take_down(self) -> None:
        """What the chat still shows of hidden clips, since it did not answer or the bot stopped."""
        for shown in await self._kit.store.transact(_still_shown):
            await remove(self._kit, shown)

    async def _forget_events(self) -> None:
        forgotten = PAGE
        while forgotten == PAGE:
            forgotten = await self._kit.store.transact(_forget_page)


async def _still_shown(tx: Transaction) -> list[Shown]:
    return [shown for take in await tx.rows(Take, hidden=True) for shown in await shown_of(tx, take)]


async def _forget_page(tx: Transaction) -> int:
    old = await tx.rows(Inbound, at=Between(high=tx.now - INBOUND_MS), order=("at",), limit=PAGE)
    for event in old:
        await tx.delete(Inbound, event.id)
    return len(old)
