"""Before the order: waiting for a yes, and the grace of an armed final."""

from __future__ import annotations

from bot.core.errors import ChatError
from bot.core.ledger import release
from bot.core.lifecycle import State
from bot.core.ports import Transaction
from bot.core.rows import Asked, Batch, Rank, Take
from bot.core.sentences import answers, batches
from bot.jobs.asking.question import Question
from bot.jobs.asking.rules import wait_for_owner, without
from bot.jobs.ballots import carry_over
from bot.jobs.batches.confirmed import batch_of, go_on_with
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.finals import rule_for_votes
from bot.jobs.kit import Kit
from bot.jobs.places import home_of
from bot.jobs.recounting import Readings, Voted, read_votes, recount, voted
from bot.jobs.steps import locked, move, say
from bot.jobs.votes import disarm

#: While the votes cannot be read, the order waits and they are read again after so long.
READ_AGAIN_MS = 5_000
#: While ordering is paused an armed final looks after so long whether it still is; the end of the pause wakes it.
PAUSED_LOOK_MS = 60_000
#: So long after its grace a final whose votes cannot be read is not ordered.
READABLE_WITHIN_MS = 3600 * 1000
#: Votes that were read so long ago are read anew: the machine slept, or its process was frozen, over them.
READING_GOOD_S = 30.0


class Wait:
    """The states before a take is queued."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    async def asked(self, take: Take) -> Wake | Done:
        """An order that nobody has answered in time ends, and says so."""
        now = self._kit.clock.now()
        if take.asked_until is not None and now < take.asked_until:
            return Wake(take.asked_until)

        async def work(tx: Transaction) -> None:
            row = await locked(tx, take.id)
            if row.state is State.ASKED and row.asked_until == take.asked_until:
                batch = await batch_of(tx, row)
                if batch is not None and await go_on_with(self._kit, tx, batch, row):
                    return
                if row.draft is not None and row.asked is not Asked.CONFIRM:
                    await carry_over(tx, row)
                back = await release(tx, row, by="time", reason="not answered")
                await move(self._kit, tx, back, State.EXPIRED, rank=Rank.OUTCOME, problem=answers.not_answered())
                of_slate = row.slate is not None and row.draft is None
                subject = _named(batch) if batch is not None else row.card if of_slate else row.id
                about = f"{subject}:{take.asked_until}"
                held = "yes" if row.held else ""
                facts = {"subject": subject, "held": held}
                await say(self._kit, tx, "expired", about=about, channel=row.channel, to=row.person, **facts)

        await self._kit.store.transact(work)
        return DONE

    async def armed(self, take: Take) -> Wake | Done:
        """Once the grace is over the votes are read and counted again; only then it is queued.

        While ordering is paused it waits, and can be undone.
        """
        now = self._kit.clock.now()
        if take.order_at is None:
            if take.due_at is not None and now < take.due_at:
                return Wake(take.due_at)
            await self._kit.store.transact(lambda tx: self._never_shown(tx, take))
            return DONE
        if now < take.order_at:
            return Wake(take.order_at)
        return await self._grace_is_over(take, take.order_at)

    async def _grace_is_over(self, take: Take, order_at: int) -> Wake | Done:
        now = self._kit.clock.now()
        begun = self._kit.clock.monotonic()
        try:
            readings = await self._read(take)
        except ChatError:
            if now - order_at < READABLE_WITHIN_MS:
                return Wake(now + READ_AGAIN_MS)
            return await self._not_readable(take)
        if readings is None:
            return Wake(now + PAUSED_LOOK_MS)
        counted = await self._kit.store.transact(lambda tx: self._count_again(tx, take, readings, begun))
        return DONE if counted else Wake(self._kit.clock.now())

    async def _never_shown(self, tx: Transaction, take: Take) -> None:
        final = await locked(tx, take.id)
        if final.state is State.ARMED and final.order_at is None:
            await disarm(self._kit, tx, final, by="time", why=answers.never_shown())

    async def _not_readable(self, take: Take) -> Done:
        """The votes could not be counted again for an hour: nothing is ordered on votes that may be gone."""

        async def work(tx: Transaction) -> None:
            final = await locked(tx, take.id)
            if final.state is State.ARMED:
                await disarm(self._kit, tx, final, by="time", why=answers.not_readable())

        await self._kit.store.transact(work)
        return DONE

    async def _read(self, take: Take) -> Readings | None:
        """What the platform says of the votes now; ``None`` while nothing is ordered there."""

        async def look(tx: Transaction) -> Voted | None:
            paused = (await home_of(self._kit, tx, take)).paused_by
            return None if paused else await voted(tx, take)

        found = await self._kit.store.transact(look)
        return None if found is None else await read_votes(self._kit, found)

    async def _count_again(self, tx: Transaction, take: Take, readings: Readings, begun: float) -> bool:
        """Order the final, or disarm it; whether the readings, begun at a monotonic time, are new enough for that."""
        if self._kit.clock.monotonic() - begun > READING_GOOD_S:
            return False
        at = await home_of(self._kit, tx, take)
        purses = await at.purses(self._kit, tx, take.person, take.person_name, takes=[take.id])
        final = await locked(tx, take.id)
        draft = await tx.get(Take, final.draft or "")
        if final.state is not State.ARMED or draft is None:
            return True
        if at.paused_by:
            return False
        standing = await recount(tx, at, final, draft, readings)
        if len(standing) < at.channel.policy.quorum:
            await disarm(self._kit, tx, final, by="votes", why=answers.withdrawn())
            return True
        purses = await without(tx, purses, [final])
        if rule := rule_for_votes(at, purses, final.price, standing):
            await wait_for_owner(self._kit, tx, Question(at=at, takes=(final,), purses=purses), rule)
        else:
            await move(self._kit, tx, final, State.QUEUED, at=tx.now, queued_at=tx.now)
        return True


def _named(batch: Batch) -> str:
    """A batch that ends unanswered: all of it, or what was left when the rest was ordered."""
    return batches.waited_of(batch.id) if batch.ordered else batch.id
