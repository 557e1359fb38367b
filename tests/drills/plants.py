"""Faults as a tired programmer might make them, one at a time: each takes out a thing that a guarantee hangs on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core import ledger
from bot.core.errors import NotSent, NotSentFor
from bot.core.money import Money
from bot.core.ports import Order, Transaction
from bot.core.rows import Attempt, Outcome, Slot, Take
from bot.jobs import accept, recounting, steps, sweep
from bot.jobs.answers import Answer
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.worker import post, submit, terminal, verdict
from tests.drills.process import PlainAnswers


def no_intent_row(patch: pytest.MonkeyPatch) -> None:
    """The order is sent first, and its attempt is written when the answer is there."""

    async def order(self: Any, take: Take, order: Order, balance: Money | None) -> Wake | Done:
        now = self._kit.clock.now()
        unwritten = submit._attempt(self._kit, take, order, now, balance)  # noqa: SLF001  # the product's own
        said = await self._ask(submit.Intent(attempt=unwritten, begun=self._kit.clock.monotonic()), order)
        intent = await self._intend(take, order, balance)
        if intent is not None:
            await self._hear(Answer(attempt=intent.attempt.id, take=take.id, verdict=said))
        return DONE

    patch.setattr(submit.Submit, "_order", order)


def blind_resend(patch: pytest.MonkeyPatch) -> None:
    """An order that is found without an answer is taken for one that was never sent."""

    async def abandon(kit: Kit, tx: Transaction, attempt: Attempt, why: str) -> None:
        said = NotSent(why, reason=NotSentFor.NETWORK)
        await verdict.record(kit, tx, Answer(attempt=attempt.id, take=attempt.take, verdict=said))

    patch.setattr(submit, "abandon", abandon)


def settled_twice(patch: pytest.MonkeyPatch) -> None:
    """The charge is booked once when it is settled, and once more."""

    async def settle(tx: Transaction, take: Take, charge: Money, **named: Any) -> Take:
        paid = await ledger.settle(tx, take, charge, **named)
        return await ledger.book_second_job(tx, paid, by="provider", job=f"{take.job} again", charge=charge)

    patch.setattr(terminal, "settle", settle)


def hold_forgotten(patch: pytest.MonkeyPatch) -> None:
    """An order is accepted, and nothing is set aside for it."""

    async def hold(_tx: Transaction, take: Take, _purses: object, *, by: str) -> Take:
        del by
        return replace(take, held=take.price)

    patch.setattr(accept, "hold", hold)


def slot_of_an_unknown_freed(patch: pytest.MonkeyPatch) -> None:
    """An unknown gives its place up at once, although its job may be rendering."""

    async def leave(kit: Kit, tx: Transaction, take: Take) -> None:
        await tx.delete(Slot, take.id)
        await steps.wake_queue(kit, tx, take.key)

    patch.setattr(steps, "_leave_slot", leave)


def no_answer_file(patch: pytest.MonkeyPatch) -> None:
    """The answer goes into the rows without having been on the disk."""

    async def write(self: PlainAnswers, answer: Answer) -> None:
        job = getattr(answer.verdict, "job", None)
        if job is not None:
            self._answered.add(job)

    patch.setattr(PlainAnswers, "write", write)


def judged_too_early(patch: pytest.MonkeyPatch) -> None:
    """Whoever finds an order of another process under way takes it for abandoned."""

    async def judge(self: Any, attempt: Attempt) -> Wake | Done:
        if attempt.id in self._under_way:
            return Wake(self._kit.clock.now() + 1000)
        await self._kit.store.transact(lambda tx: verdict.abandon(self._kit, tx, attempt, "nobody makes it"))
        return DONE

    patch.setattr(submit.Submit, "_judge_sending", judge)


def post_without_attempt(patch: pytest.MonkeyPatch) -> None:
    """A clip is posted under a nonce that is nowhere on the disk."""
    begin = post.Posting._begin  # noqa: SLF001  # what is spoilt

    class Forgetful:
        def __init__(self, tx: Transaction) -> None:
            self._tx = tx

        def __getattr__(self, name: str) -> Any:
            return _nothing if name in ("put", "add") else getattr(self._tx, name)

    async def begun(self: Any, tx: Transaction, *arguments: Any) -> Any:
        return await begin(self, Forgetful(tx), *arguments)

    patch.setattr(post.Posting, "_begin", begun)


def votes_not_counted_again(patch: pytest.MonkeyPatch) -> None:
    """After the grace the votes are taken as they were."""
    patch.setattr(recounting, "read_again", _nothing)


def late_answers_ignored(patch: pytest.MonkeyPatch) -> None:
    """An answer to an order that was judged meanwhile is thrown away."""
    patch.setattr(verdict, "UNDECIDED", (Outcome.SENDING,))


def strays_not_booked(patch: pytest.MonkeyPatch) -> None:
    """What an order that was sent again has made at its first try is nobody's."""
    patch.setattr(sweep, "book_strays", _nothing)


async def _nothing(*_arguments: object) -> None:
    """Do nothing."""
