"""Whatever happens to takes, caps and calendars, in any order: the books balance and no hold exceeds a cap."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from bot.core import ledger
from bot.core.budgets import set_cap, short
from bot.core.lifecycle import Stage
from bot.core.money import MICROS_PER_CENT, ZERO, Money
from bot.core.policy import CapPolicy, Period
from bot.core.ports import Transaction
from bot.core.rows import Take
from tests.core.builders import make_take
from tests.core.conftest import Books, open_books

T = TypeVar("T")

CENTS = st.integers(0, 300).map(lambda cents: Money(cents * MICROS_PER_CENT))
PRICES = CENTS.filter(bool)
CAPS = st.none() | CENTS.map(lambda amount: amount * 5)
SCOPES = st.sampled_from(["channel", "workspace", "person"])
CAP_POLICIES = st.builds(
    CapPolicy,
    amount=CAPS,
    period=st.sampled_from(Period),
    zone=st.sampled_from([None, "Europe/Berlin", "America/Los_Angeles"]),
    envelope=CENTS,
)


class LedgerMachine(RuleBasedStateMachine):
    """Three scopes, many takes; every rule is one transaction, as a step of a take is."""

    takes = Bundle("takes")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.books: Books
        self.all: dict[str, Take] = {}

    def run(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        return self.loop.run_until_complete(self.books.do(work))

    @initialize(channel=CAP_POLICIES, workspace=CAP_POLICIES, person=CAP_POLICIES)
    def open(self, channel: CapPolicy, workspace: CapPolicy, person: CapPolicy) -> None:
        opening = open_books(channel=channel, workspace=workspace, person=person)
        self.books = self.loop.run_until_complete(opening)

    @rule(target=takes, price=PRICES, stage=st.sampled_from(Stage))
    def order(self, price: Money, stage: Stage) -> str:
        """Held when it fits everywhere, as an order is; then no cap is exceeded by it."""
        take = make_take(id=f"T{len(self.all)}", price=price, stage=stage, held=ZERO)

        async def work(tx: Transaction) -> Take | None:
            purses = await self.books.purses(tx)
            if short(purses, price, stage):
                return None
            held = await ledger.hold(tx, take, purses, by="U1")
            await tx.add(held)
            for purse in await self.books.purses(tx):
                assert purse.budget.cap is None or purse.budget.used <= purse.budget.cap
                assert stage is Stage.FINAL or purse.left is None or purse.left >= purse.reserved
            return held

        held = self.run(work)
        if held is None:
            return multiple()  # type: ignore[return-value]
        self.all[held.id] = held
        return held.id

    @rule(take=takes, price=PRICES)
    def reprice(self, take: str, price: Money) -> None:
        """The price rose or fell while it waited; topped up only where that fits."""
        if not self.all[take].held:
            return

        async def work(tx: Transaction, row: Take) -> Take:
            purses = await self.books.purses(tx, row.id)
            if short(purses, price - row.held, row.stage):
                return row
            changed = await ledger.reprice(tx, row, price, by="prices")
            for purse in await self.books.purses(tx, row.id):
                before = next(each for each in purses if each.scope == purse.scope)
                assert purse.excess <= before.excess
            return changed

        self._book(take, work)

    @rule(take=takes, charge=CENTS, evidence=st.sampled_from(["job", "judged made"]))
    def settle(self, take: str, charge: Money, evidence: str) -> None:
        self._book(take, lambda tx, row: ledger.settle(tx, row, charge, by="provider", evidence=evidence))

    @rule(take=takes, reason=st.sampled_from(["cancelled", "judged lost"]))
    def release(self, take: str, reason: str) -> None:
        self._book(take, lambda tx, row: ledger.release(tx, row, by="U1", reason=reason))

    @rule(take=takes, evidence=st.sampled_from(["history 1", "poll 1"]))
    def recommit(self, take: str, evidence: str) -> None:
        """Late evidence ignores every cap; its own job is then booked with its price at least."""
        self._book(take, lambda tx, row: ledger.recommit(tx, row, by="provider", evidence=evidence))
        row = self.all[take]
        assert row.held + row.charged >= row.price

    @rule(take=takes, job=st.sampled_from(["job-2", "job-3"]))
    def second_job(self, take: str, job: str) -> None:
        self._book(take, lambda tx, row: ledger.book_second_job(tx, row, by="provider", job=job))

    @rule(take=takes)
    def go_on(self, take: str) -> None:
        self.run(lambda tx: ledger.let_go_on(tx, self.all[take]))

    @rule(scope=SCOPES, amount=CAPS)
    def raise_or_lower(self, scope: str, amount: Money | None) -> None:
        """An owner sets a cap: it counts at once, and in the periods to come."""
        setattr(self.books, scope, replace(getattr(self.books, scope), amount=amount))
        place = ("channel", "workspace", "person").index(scope)

        async def work(tx: Transaction) -> None:
            await set_cap(tx, (await self.books.purses(tx))[place], amount)

        self.run(work)

    @rule(scope=SCOPES, policy=CAP_POLICIES)
    def change_policy(self, scope: str, policy: CapPolicy) -> None:
        """Another period, zone and envelope; the amount with the next period."""
        setattr(self.books, scope, policy)

    @rule(hours=st.integers(1, 24 * 40))
    def wait(self, hours: int) -> None:
        self.loop.run_until_complete(self.books.clock.advance(hours * 3600.0))

    def _book(self, take: str, booking: Callable[[Transaction, Take], Awaitable[Take]]) -> None:
        row = self.all[take]
        self.all[take] = replace(self.run(lambda tx: booking(tx, row)), ver=row.ver + 1)

    @invariant()
    def books_balance(self) -> None:
        """Budgets are the sums of their lines, takes are the sums of theirs, in one period for each scope."""
        self.loop.run_until_complete(self.books.require_balanced(*self.all.values()))

    def teardown(self) -> None:
        self.loop.close()


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
