"""Hold, settle, release, adjust."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core import ledger
from bot.core.errors import StoreError, Taken
from bot.core.lifecycle import Stage, State
from bot.core.money import ZERO, Money
from bot.core.policy import CapPolicy
from bot.core.ports import Transaction
from bot.core.rows import Budget, Take
from tests.core.builders import make_take
from tests.core.conftest import Books

MONTH_S = 30 * 24 * 3600.0
SCOPES = ("channel:local:launch", "workspace:T1", "person:T1/U1")
NOVEMBER = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
Booking = Callable[[Transaction, Take], Awaitable[Take]]


def settle(charge: str, evidence: str = "job-1") -> Booking:
    return lambda tx, take: ledger.settle(tx, take, Money.usd(charge), by="provider", evidence=evidence)


def release(reason: str = "cancelled") -> Booking:
    return lambda tx, take: ledger.release(tx, take, by="U1", reason=reason)


def reprice(price: str) -> Booking:
    return lambda tx, take: ledger.reprice(tx, take, Money.usd(price), by="prices")


def recommit(evidence: str = "history job-1") -> Booking:
    return lambda tx, take: ledger.recommit(tx, take, by="provider", evidence=evidence)


def second_job(job: str = "job-2") -> Booking:
    return lambda tx, take: ledger.book_second_job(tx, take, by="provider", job=job)


async def book(books: Books, take: Take, *bookings: Booking) -> Take:
    """Each booking in a transaction of its own, as steps of the take are, a second apart."""
    for booking in bookings:
        await books.clock.advance(1)
        take = replace(await books.do(lambda tx, booking=booking, take=take: booking(tx, take)), ver=take.ver + 1)  # type: ignore[misc]
        await books.require_balanced(take)
    return take


@pytest.mark.parametrize(
    ("bookings", "held", "charged", "overrun", "lines"),
    [
        ([], "0.32", "0", False, "hold $0.32"),
        ([settle("0.32")], "0", "0.32", False, "hold $0.32, settle $0.00"),
        ([settle("0.30")], "0", "0.30", False, "hold $0.32, settle -$0.02"),
        ([settle("0.50")], "0", "0.50", True, "hold $0.32, settle $0.18"),
        ([settle("0")], "0", "0", False, "hold $0.32, settle -$0.32"),
        ([release()], "0", "0", False, "hold $0.32, release -$0.32"),
        ([release(), release()], "0", "0", False, "hold $0.32, release -$0.32"),
        ([reprice("0.40")], "0.40", "0", False, "hold $0.32, adjust $0.08"),
        ([reprice("0.32")], "0.32", "0", False, "hold $0.32"),
        ([reprice("0.40"), settle("0.40")], "0", "0.40", False, "hold $0.32, adjust $0.08, settle $0.00"),
        # Made after all: booked again, settled by an adjust line, whatever was said before.
        ([release(), recommit()], "0.32", "0", True, "hold $0.32, release -$0.32, adjust $0.32"),
        (
            [release(), recommit(), settle("0.35")],
            "0",
            "0.35",
            True,
            "hold $0.32, release -$0.32, adjust $0.32, adjust $0.03",
        ),
        ([settle("0.32", "judged made"), recommit()], "0", "0.32", False, "hold $0.32, settle $0.00"),
        (
            [settle("0.32", "judged made"), recommit(), settle("0.30")],
            "0",
            "0.30",
            False,
            "hold $0.32, settle $0.00, adjust -$0.02",
        ),
        ([recommit()], "0.32", "0", False, "hold $0.32"),
        # The same verdict and the same evidence a second time are another incident.
        (
            [release(), recommit(), release(), recommit(), release()],
            "0",
            "0",
            True,
            "hold $0.32, release -$0.32, adjust $0.32, adjust -$0.32, adjust $0.32, adjust -$0.32",
        ),
        (
            [settle("0.32", "judged made"), settle("0", "refused"), settle("0.32", "judged made")],
            "0",
            "0.32",
            False,
            "hold $0.32, settle $0.00, adjust -$0.32, adjust $0.32",
        ),
        # A second job's charge stays beside whatever becomes of the first.
        ([second_job()], "0.32", "0.32", True, "hold $0.32, adjust $0.32"),
        ([second_job(), second_job()], "0.32", "0.32", True, "hold $0.32, adjust $0.32"),
        ([second_job(), settle("0.30")], "0", "0.62", True, "hold $0.32, adjust $0.32, settle -$0.02"),
        ([second_job(), release()], "0", "0.32", True, "hold $0.32, adjust $0.32, release -$0.32"),
        (
            [release(), second_job(), recommit(), settle("0.32")],
            "0",
            "0.64",
            True,
            "hold $0.32, release -$0.32, adjust $0.32, adjust $0.32, adjust $0.00",
        ),
    ],
)
async def test_every_way_of_a_takes_money(
    books: Books, bookings: list[Booking], held: str, charged: str, *, overrun: bool, lines: str
) -> None:
    """What is held and charged after each way, and the lines that were written for it in every scope."""
    take = await book(books, await books.held(), *bookings)
    assert (take.held, take.charged, take.overrun) == (Money.usd(held), Money.usd(charged), overrun)
    for scope in SCOPES:
        assert ", ".join(f"{kind} {amount}" for kind, amount, _ in await books.lines(scope=scope)) == lines
        assert (await books.budget(scope)).used == take.held + take.charged


async def test_a_take_is_held_once(books: Books) -> None:
    """A second hold of the same take is refused by the ledger itself."""
    take = await books.held()

    async def again(tx: Transaction) -> Take:
        return await ledger.hold(tx, take, await books.purses(tx), by="U1")

    with pytest.raises(Taken, match="line_key"):
        await books.do(again)
    await books.require_balanced(take)


async def test_everything_is_booked_in_the_period_of_the_first_hold(books: Books) -> None:
    """A take that is held in November and charged in December spends November's money."""
    take = await books.held()
    await books.clock.advance(MONTH_S)
    await books.do(books.purses)
    take = await book(books, take, settle("0.50"), recommit(), second_job())
    december = await books.budget()
    november = await books.do(lambda tx: tx.get(Budget, "channel:local:launch", NOVEMBER))
    assert november is not None
    assert (december.used, november.used) == (ZERO, Money.usd("0.82"))


async def test_the_part_of_finals_is_counted_apart(books: Books) -> None:
    """What finals use, held or spent, is known, so that the envelope can be."""
    await books.held()
    final = await books.held(id="A7K-F", stage=Stage.FINAL, price=Money.usd("1.50"))
    assert (await books.budget()).used_finals == Money.usd("1.50")
    await book(books, final, settle("1.60"))
    assert (await books.budget()).used_finals == Money.usd("1.60")


async def test_a_hold_may_exceed_a_cap_when_an_owner_allowed_it(books: Books) -> None:
    """The ledger books what it is told to; whether it fits was decided before."""
    books.channel = CapPolicy(amount=Money.usd("0.10"))
    await books.require_balanced(await books.held())
    assert (await books.do(books.purses))[0].excess == Money.usd("0.22")


async def test_a_line_without_its_budget_stops_everything(books: Books) -> None:
    """Money that is booked nowhere is a defect, and nothing is booked beside it."""
    take = await books.held()
    november = await books.budget()
    await books.do(lambda tx: tx.delete(Budget, november.scope, november.period_start))
    with pytest.raises(StoreError, match="A7K is booked in channel:local:launch"):
        await books.do(lambda tx: ledger.release(tx, take, by="U1", reason="cancelled"))


async def test_without_a_hold_there_is_nothing_to_lock_or_book(books: Books) -> None:
    """A take that was only asked has no budgets, and releasing it writes nothing."""
    asked = make_take(State.ASKED)
    assert await books.do(lambda tx: ledger.lock_budgets(tx, asked.id)) == []
    assert await book(books, asked, release()) == replace(asked, ver=2)
    assert not await books.do(lambda tx: ledger.is_stopped(tx, asked))


async def test_a_second_job_stops_every_scope_until_its_take_goes_on(books: Books) -> None:
    """All scopes of the take are stopped, for all takes that are booked there; only this take's stop is lifted."""
    take, other = await books.held(), await books.held(id="B7K")
    assert not await books.do(lambda tx: ledger.is_stopped(tx, other))
    take = await book(books, take, second_job())
    assert [(await books.budget(scope)).stopped_by for scope in SCOPES] == ["overrun:A7K"] * 3
    assert await books.do(lambda tx: ledger.is_stopped(tx, other))
    await books.do(lambda tx: ledger.let_go_on(tx, other))
    assert await books.do(lambda tx: ledger.is_stopped(tx, other))
    await books.do(lambda tx: ledger.let_go_on(tx, take))
    assert not await books.do(lambda tx: ledger.is_stopped(tx, other))
    assert [(await books.budget(scope)).stopped_by for scope in SCOPES] == [None] * 3


async def test_an_overrun_of_last_month_stops_this_months_orders(books: Books) -> None:
    """A stop stands on the current period, wherever the money is booked, and is lifted there."""
    take = await books.held()
    await books.clock.advance(MONTH_S)
    await books.do(books.purses)

    async def overrun(tx: Transaction) -> None:
        await ledger.lock_budgets(tx, take.id)
        await tx.lock(Take, take.id)
        await ledger.stop_scopes(tx, take)

    await books.do(overrun)
    assert [purse.budget.stopped_by for purse in await books.do(books.purses)] == ["overrun:A7K"] * 3
    assert await books.do(lambda tx: ledger.is_stopped(tx, take))
    await books.do(lambda tx: ledger.let_go_on(tx, take))
    assert [purse.budget.stopped_by for purse in await books.do(books.purses)] == [None] * 3


async def test_an_overrun_after_the_period_stops_the_one_that_has_not_begun(books: Books) -> None:
    """Where no order has opened the new period yet, the stop is handed on to it."""
    take = await books.held()
    await books.clock.advance(MONTH_S)
    await books.do(lambda tx: ledger.stop_scopes(tx, take))
    assert [purse.budget.stopped_by for purse in await books.do(books.purses)] == ["overrun:A7K"] * 3


async def test_budgets_are_locked_before_their_take_in_lock_order(books: Books) -> None:
    """In the order of scopes and periods: the store refuses any other order."""
    take = await books.held()
    await books.clock.advance(MONTH_S)
    await books.do(books.purses)
    locked = await books.do(lambda tx: ledger.lock_budgets(tx, take.id))
    assert [budget.scope for budget in locked] == sorted(SCOPES)
    assert {budget.period_start for budget in locked} == {NOVEMBER}
