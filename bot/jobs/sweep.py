"""What nobody asks for: taking up the rows at start, retention, and tidying what is no longer needed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from bot.core.errors import ArchiveError, ChatError
from bot.core.lifecycle import OPEN, Stage, State
from bot.core.ports import Between, Message, Transaction
from bot.core.rows import Inbound, Post, PostState, Take
from bot.jobs.kit import Kit
from bot.jobs.worker.advance import Worker

log = logging.getLogger(__name__)
SWEEP_S = 3600.0
DAY_MS = 24 * 3600 * 1000
#: Event ids are remembered for so long; platforms send an event again within hours.
INBOUND_MS = 30 * DAY_MS
PAGE = 200
#: After a verdict on an unknown evidence is looked for, for so long.
LATE_MS = 24 * 3600 * 1000


class Sweep:
    """Runs at start and every hour."""

    def __init__(self, kit: Kit, worker: Worker) -> None:
        """``worker`` takes in the answers that were found on disk."""
        self._kit = kit
        self._worker = worker

    async def take_up(self) -> int:
        """At start, before anything else: answers on disk, then an alarm for every open take. How many there are."""
        for answer in await self._kit.answers.read():
            log.warning("an answer to %s was found on disk and is taken in", answer.take)
            await self._worker.submit.take_in(answer)
        takes = await self._kit.store.transact(lambda tx: tx.rows(Take, state=tuple(OPEN)))
        late = await self._kit.store.transact(
            lambda tx: tx.rows(Take, state=(State.RELEASED, State.WRITTEN_OFF), state_at=Between(low=tx.now - LATE_MS))
        )
        now = self._kit.clock.now()
        for take in (*takes, *late):
            waits = take.state in (State.ASKED, State.ARMED, State.RENDERING)
            self._kit.engine.wake_now(take.id, take.due_at if waits and take.due_at else now)
        self._kit.outbox_bell.ring()
        return len(takes)

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``."""
        while not stop.is_set():
            await self.once()
            try:
                async with asyncio.timeout(SWEEP_S):
                    await stop.wait()
            except TimeoutError:
                continue

    async def once(self) -> None:
        """Remove old drafts from the archive, hidden clips from the chat, and old event ids."""
        await self._purge()
        await self._take_down()
        await self._kit.store.transact(self._forget_events)

    async def _purge(self) -> None:
        """Drafts past their time; never what is kept, undelivered, or the draft of an open final."""
        for take in await self._kit.store.transact(self._old_drafts):
            if await self._kit.store.transact(lambda tx, take=take: self._purgeable(tx, take)):  # type: ignore[misc]
                try:
                    await self._kit.archive.delete(take.clip or "")
                except ArchiveError:
                    log.exception("the old draft %s could not be removed from the archive", take.id)
                    continue
                await self._kit.store.transact(lambda tx, take=take: _mark(tx, take))  # type: ignore[misc]

    async def _old_drafts(self, tx: Transaction) -> list[Take]:
        oldest = tx.now - self._kit.rules.draft_retention_days * DAY_MS
        return await tx.rows(
            Take,
            stage=Stage.DRAFT,
            state=(State.DELIVERED, State.SHELVED),
            kept=False,
            purged_at=None,
            created_at=Between(high=oldest),
            limit=PAGE,
        )

    async def _purgeable(self, tx: Transaction, take: Take) -> bool:
        finals = await tx.rows(Take, draft=take.id)
        return take.clip is not None and not any(final.state in OPEN for final in finals)

    async def _take_down(self) -> None:
        """Messages of hidden clips that were still there when the bot stopped."""
        hidden = await self._kit.store.transact(lambda tx: tx.rows(Take, hidden=True))
        for take in hidden:
            posts = await self._kit.store.transact(
                lambda tx, take=take: tx.rows(Post, take=take.id, state=PostState.POSTED)  # type: ignore[misc]
            )
            for post in posts:
                try:
                    message = Message(channel=post.channel, id=post.message or "")
                    await self._kit.chat_of(post.channel).take_down(message)
                except ChatError:
                    continue
                gone = replace(post, state=PostState.GONE)
                await self._kit.store.transact(lambda tx, gone=gone: tx.put(gone))  # type: ignore[misc]

    async def _forget_events(self, tx: Transaction) -> None:
        old = Between(high=tx.now - INBOUND_MS)
        for event in await tx.rows(Inbound, at=old, order=("at",), limit=PAGE):
            await tx.delete(Inbound, event.id)


async def _mark(tx: Transaction, take: Take) -> None:
    row = await tx.lock(Take, take.id)
    if row is not None:
        await tx.step(row, replace(row, purged_at=tx.now))
