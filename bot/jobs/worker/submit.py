"""The order itself: T2 is on disk before the POST, the answer before T3; nothing is ever sent blindly.

This is the one place that spends money.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass, replace

from bot.core.errors import NotSent, NotSentFor, OutcomeUnknown, ProviderError, StoreError
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Order, Transaction
from bot.core.rows import Attempt, AttemptKind, Key, Outcome, Take
from bot.jobs.answers import Answer, Verdict
from bot.jobs.ending import to_its_end
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.keys import probe
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move
from bot.jobs.worker.repeat import Repeat
from bot.jobs.worker.verdict import abandon, record

log = logging.getLogger(__name__)

#: The POST's own time limit, and when another owner may judge it; provider.md, "Submit", rule 8.
POST_TIMEOUT_S = 60.0
MARGIN_S = 30.0
#: A POST that has not begun so long after T2 is abandoned as not sent.
STALE_INTENT_S = 5.0
#: The wallet is read before an order, for the person who may have to judge it; it does not hold the order up.
WALLET_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """T2, committed."""

    attempt: Attempt
    #: When, on the monotonic clock, in seconds.
    begun: float


class Submit:
    """The state submitting."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit
        self._repeat = Repeat(kit)
        self._under_way: dict[str, asyncio.Task[object]] = {}
        #: Answers that are not in the rows yet, by attempt: on disk too, unless the disk is full.
        self._heard: dict[str, Answer] = {}

    async def send(self, take: Take, order: Order) -> Wake | Done:
        """T2, the POST, T3; once begun it comes to its end, whatever stops around it."""
        balance = await self._wallet()
        return await to_its_end(self._order(take, order, balance), name=f"submit {take.id}")

    async def judge(self, take: Take) -> Wake | Done:
        """A take found in submitting: its attempt is under way, was abandoned by a crash, or waits to be repeated."""
        attempts = await self._kit.store.transact(lambda tx: submits_of(tx, take.id))
        latest = attempts[-1] if attempts else None
        if latest is not None and latest.outcome is Outcome.SENDING:
            return await self._judge_sending(latest)
        if latest is not None and latest.outcome is Outcome.CLOSED:
            return await self._judge_closed(take, attempts)
        return DONE

    async def take_in(self, answer: Answer) -> None:
        """T3: bring an answer into the rows, then forget its file; also for the files found at start.

        The file of an order that the rows do not know is kept: it may be the only proof of a job.
        """
        known = await self._kit.store.transact(lambda tx: record(self._kit, tx, answer))
        self._heard.pop(answer.attempt, None)
        if known:
            await self._kit.answers.remove(answer.attempt)

    async def wait_for_orders(self) -> None:
        """Until every order under way has its answer."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def _order(self, take: Take, order: Order, balance: Money | None) -> Wake | Done:
        intent = await self._intend(take, order, balance)
        if intent is None:
            return Wake(self._kit.clock.now())
        task = asyncio.current_task()
        if task is not None:
            self._under_way[intent.attempt.id] = task
        try:
            verdict = await self._ask(intent, order)
            await self._hear(Answer(attempt=intent.attempt.id, take=take.id, verdict=verdict))
        finally:
            self._under_way.pop(intent.attempt.id, None)
        return DONE

    async def _intend(self, take: Take, order: Order, balance: Money | None) -> Intent | None:
        """T2: the take is submitting and its attempt is on disk; ``None`` when the take is somewhere else by now."""

        async def work(tx: Transaction) -> Intent | None:
            begun = self._kit.clock.monotonic()
            row = await locked(tx, take.id, with_key=True)
            if row.state is not take.state or (row.state is State.SUBMITTING and row.ver != take.ver):
                return None
            if await _is_paused(tx, row) and row.state is State.ADMITTED:
                await move(self._kit, tx, row, State.QUEUED, at=tx.now)
                return None
            attempt = _attempt(self._kit, row, order, tx.now, balance)
            await tx.add(attempt)
            at = attempt.expires_at
            await move(self._kit, tx, row, State.SUBMITTING, at=at, submitted_at=tx.now, missing_since=None)
            return Intent(attempt=attempt, begun=begun)

        return await self._kit.store.transact(work)

    async def _ask(self, intent: Intent, order: Order) -> Verdict:
        """Send, once."""
        if self._kit.clock.monotonic() - intent.begun > STALE_INTENT_S:
            return NotSent("the order was not begun in time", reason=NotSentFor.NETWORK)
        if not self._kit.may_order():
            return NotSent("another process may be at work by now", reason=NotSentFor.NETWORK)
        try:
            return await self._kit.provider.submit(self._addressed(order, intent.attempt))
        except ProviderError as error:
            return error
        except Exception as error:
            # Whether anything was sent is not known of a fault that nobody foresaw.
            log.exception("the provider's client failed at the order of %s", intent.attempt.take)
            return OutcomeUnknown(f"the order ended in an error of ours ({type(error).__name__})")

    def _addressed(self, order: Order, attempt: Attempt) -> Order:
        """The order with the webhook of this attempt, where the provider can call us."""
        calls = self._kit.callbacks
        return order if calls is None else replace(order, webhook=calls.address(attempt.id))

    async def _hear(self, answer: Answer) -> None:
        """Write the answer to disk, then into the rows; a full disk keeps neither from the other."""
        self._heard[answer.attempt] = answer
        try:
            await self._kit.answers.write(answer)
        except StoreError:
            log.exception("the answer to %s is in memory only until it is in the rows", answer.take)
        await self.take_in(answer)

    async def _judge_sending(self, attempt: Attempt) -> Wake | Done:
        """Another process's attempt is judged when it has expired; at start the single-process lock is proof enough."""
        now = self._kit.clock.now()
        answer = self._heard.get(attempt.id) or await self._kit.answers.find(attempt.id)
        if answer is not None:
            await self.take_in(answer)
            return DONE
        others = attempt.owner != self._kit.owner and not self._kit.alone
        if attempt.id in self._under_way or (others and now < attempt.expires_at):
            return Wake(max(attempt.expires_at, now + round(MARGIN_S * 1000)))
        why = "the bot stopped while it was ordered"
        await self._kit.store.transact(lambda tx: abandon(self._kit, tx, attempt, why))
        return DONE

    async def _judge_closed(self, take: Take, attempts: list[Attempt]) -> Wake | Done:
        """After a 5xx; while the key is paused nothing is repeated, for its answer would prove nothing."""
        await probe(self._kit, take.key)
        key = await self._kit.store.transact(lambda tx: tx.get(Key, take.key))
        order = await self._repeat.step(take, attempts)
        if not isinstance(order, Order):
            return order
        if key is not None and key.paused_for:
            return Wake(max(key.paused_until or 0, self._kit.clock.now() + 1))
        return await self.send(take, order)

    async def _wallet(self) -> Money | None:
        """What the wallet holds, where it can be read quickly."""
        try:
            async with asyncio.timeout(WALLET_S):
                return (await self._kit.provider.balance()).amount
        except (ProviderError, TimeoutError):
            return None


async def submits_of(tx: Transaction, take: str) -> list[Attempt]:
    """The take's submits, oldest first."""
    return await tx.rows(Attempt, take=take, kind=AttemptKind.SUBMIT, order=("started_at", "id"))


def fingerprint(endpoint: str, payload: dict[str, object]) -> str:
    """Identical orders have the same; provider.md, "Evidence"."""
    text = json.dumps([endpoint, payload], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


async def _is_paused(tx: Transaction, take: Take) -> bool:
    key = await tx.get(Key, take.key)
    return key is not None and bool(key.paused_for)


def _attempt(kit: Kit, take: Take, order: Order, now: int, balance: Money | None) -> Attempt:
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
        balance=balance,
    )
