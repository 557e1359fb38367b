"""The order itself: T2 is on disk before the POST, the answer before T3; nothing is ever sent blindly.

This is the one place that spends money.
"""

from __future__ import annotations

import asyncio
import hashlib
import json

from bot.core.errors import NotSent, NotSentFor, ProviderError
from bot.core.lifecycle import State
from bot.core.ports import Order, Transaction
from bot.core.rows import Attempt, AttemptKind, Key, Outcome, Take
from bot.jobs.answers import Answer, Verdict
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move
from bot.jobs.worker.repeat import Repeat
from bot.jobs.worker.verdict import record, to_unknown

#: The POST's own time limit; provider.md, "Submit", rule 8.
POST_TIMEOUT_S = 60.0
MARGIN_S = 30.0
#: A POST that has not begun so long after T2 is abandoned as not sent.
STALE_INTENT_S = 5.0


class Submit:
    """The state submitting."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit
        self._repeat = Repeat(kit)
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, take: Take, order: Order) -> Wake | Done:
        """T2, the POST, T3. Once T2 is committed a cancellation waits until the answer is in the rows."""
        attempt = await self._intent(take, order)
        if attempt is None:
            return DONE
        task = asyncio.create_task(self._post(attempt, order), name=f"submit {take.id}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await task
            raise
        return DONE

    async def judge(self, take: Take) -> Wake | Done:
        """A take found in submitting: its attempt is under way, was abandoned by a crash, or waits to be repeated."""
        attempts = await self._kit.store.transact(lambda tx: submits_of(tx, take.id))
        latest = attempts[-1] if attempts else None
        if latest is None:
            return DONE
        if latest.outcome is Outcome.SENDING:
            return await self._judge_sending(latest)
        if latest.outcome is not Outcome.CLOSED:
            return DONE
        order = await self._repeat.step(take, attempts)
        return await self.send(take, order) if isinstance(order, Order) else order

    async def _judge_sending(self, attempt: Attempt) -> Wake | Done:
        """Another process's attempt is judged when it has expired; at start the single-process lock is proof enough."""
        if attempt.owner == self._kit.owner:
            return Wake(attempt.expires_at)
        if self._kit.clock.now() < attempt.expires_at and not self._kit.alone:
            return Wake(attempt.expires_at)
        await self._kit.store.transact(
            lambda tx: to_unknown(self._kit, tx, attempt, "the bot stopped while it was ordered")
        )
        return DONE

    async def _intent(self, take: Take, order: Order) -> Attempt | None:
        """T2: the take is submitting and its attempt is on disk; ``None`` when the take is somewhere else by now."""

        async def work(tx: Transaction) -> Attempt | None:
            row = await locked(tx, take.id, with_key=True)
            key = await tx.get(Key, row.key)
            if row.ver != take.ver:
                return None
            if row.state is State.ADMITTED and key is not None and key.paused_for:
                await move(self._kit, tx, row, State.QUEUED, at=tx.now)
                return None
            attempt = _attempt(self._kit, row, order, tx.now, key)
            await tx.add(attempt)
            await move(
                self._kit,
                tx,
                row,
                State.SUBMITTING,
                at=attempt.expires_at,
                submitted_at=row.submitted_at or tx.now,
                missing_since=None,
            )
            return attempt

        return await self._kit.store.transact(work)

    async def _post(self, attempt: Attempt, order: Order) -> None:
        """Send once; write the answer to disk, then into the rows."""
        verdict = await self._ask(attempt, order)
        answer = Answer(attempt=attempt.id, take=attempt.take, verdict=verdict)
        await self._kit.answers.write(answer)
        await self.take_in(answer)

    async def _ask(self, attempt: Attempt, order: Order) -> Verdict:
        if self._kit.clock.now() - attempt.started_at > STALE_INTENT_S * 1000:
            return NotSent("the order was not begun in time", reason=NotSentFor.NETWORK)
        try:
            return await self._kit.provider.submit(order)
        except ProviderError as error:
            return error

    async def take_in(self, answer: Answer) -> None:
        """T3: bring an answer into the rows, then forget its file; also for the files found at start."""
        await self._kit.store.transact(lambda tx: record(self._kit, tx, answer))
        await self._kit.answers.remove(answer.attempt)

    async def wait_for_orders(self) -> None:
        """Until every order under way has its answer."""
        while self._under_way:
            await asyncio.wait(self._under_way)


async def submits_of(tx: Transaction, take: str) -> list[Attempt]:
    """The take's submits, oldest first."""
    return await tx.rows(Attempt, take=take, kind=AttemptKind.SUBMIT, order=("started_at", "id"))


def fingerprint(endpoint: str, payload: dict[str, object]) -> str:
    """Identical orders have the same; provider.md, "Evidence"."""
    text = json.dumps([endpoint, payload], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _attempt(kit: Kit, take: Take, order: Order, now: int, key: Key | None) -> Attempt:
    return Attempt(
        id=kit.ids.unique(),
        take=take.id,
        kind=AttemptKind.SUBMIT,
        owner=kit.owner,
        started_at=now,
        expires_at=now + round((POST_TIMEOUT_S + MARGIN_S) * 1000),
        endpoint=order.endpoint,
        order_sha256=fingerprint(order.endpoint, dict(order.payload)),
        payload=json.dumps(dict(order.payload), ensure_ascii=False, sort_keys=True),
        balance=key.balance if key else None,
    )
