"""Whatever is ordered, charged and set, at once and in any order: no hold exceeds a cap, each step is told once.

The long form takes ``DAILIES_BUDGET_MINUTES``, twenty unless it says otherwise.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.core import ledger
from bot.core.budgets import Purse
from bot.core.commands import Actor, AnswerAsk, AskOwner, Cancel, Confirm, DirectFinal, Draft, Fewer, GoOn, OrderOptions
from bot.core.fakes import FakeClock, MemoryStore
from bot.core.ladder import reached
from bot.core.lifecycle import CLIP, Stage, State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import Alert, Asked, Take
from bot.jobs.steps import locked
from tests.jobs.acts import charges, types, votes
from tests.jobs.budget_model import Model, WatchedStore
from tests.jobs.conftest import DANA, JO, LAUNCH, MINA, RAVI, TEAM, Office, make_office

T = TypeVar("T")
DAY_S = 24 * 3600.0
PEOPLE = st.sampled_from([MINA, JO, RAVI])
PLACES = st.sampled_from([LAUNCH, LAUNCH, TEAM])
SCOPES = st.sampled_from(["channel", "channel", "workspace", "person"])
#: Mostly room for a few orders; also none, and a cap of nothing.
CENTS = st.integers(64, 400) | st.sampled_from([0, 32, 64, 107])
ORDERS = st.lists(st.tuples(PEOPLE, PLACES, st.integers(1, 4)), min_size=1, max_size=4)
#: In this time an order is made and shown, in seconds.
MADE_S = 600.0
WHICH = st.integers(0, 50)
STEPS = st.sampled_from(["off", "20", "40", "60", "75", "90"])
SHORT = settings(deadline=None, print_blob=True, database=None, suppress_health_check=list(HealthCheck))
LONG = settings(SHORT, max_examples=50, stateful_step_count=60)
#: A planted fault is found within so many examples; what it was found by need not be small.
PLANTED = settings(SHORT, max_examples=50, stateful_step_count=30, phases=[Phase.generate], derandomize=True)
MINUTES = float(os.environ.get("DAILIES_BUDGET_MINUTES", "20"))


class Complaints(logging.Handler):
    """Everything that the product calls a defect."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


class BudgetMachine(RuleBasedStateMachine):
    """Two channels, three people with caps of their own, one workspace; the real manager, worker and outbox."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.model = Model()
        self.complaints = Complaints()
        logging.getLogger("bot").addHandler(self.complaints)
        self.office: Office

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize(channel=st.integers(64, 400), workspace=st.integers(64, 400), person=st.integers(64, 400))
    def open(self, channel: int, workspace: int, person: int) -> None:
        clock = FakeClock()
        store = WatchedStore(MemoryStore(clock), self.model)
        self.office = make_office(self.folder, store=store, clock=clock)
        for scope, cents in (("channel", channel), ("workspace", workspace * 2), ("person", person)):
            self.set_cap(scope, LAUNCH, cents)

    @rule(orders=ORDERS, made=st.booleans())
    def order(self, orders: list[tuple[Actor, Any, int]], made: bool) -> None:  # noqa: FBT001  # drawn
        """Several at the same time; they may be made at once."""

        async def at_once() -> None:
            await asyncio.gather(
                *(
                    self.office.handle(Draft, who, where, prompt="a fox", options=OrderOptions(count=count))
                    for who, where, count in orders
                )
            )

        self.run(at_once())
        if made:
            self.work(MADE_S)

    @rule(person=PEOPLE, count=st.integers(1, 3))
    def order_and_see(self, person: Actor, count: int) -> None:
        """One order, which is made."""
        self.order([(person, LAUNCH, count)], made=True)

    @rule(person=PEOPLE, place=PLACES, yes=st.booleans())
    def order_a_final(self, person: Actor, place: Any, yes: bool) -> None:  # noqa: FBT001  # drawn
        """Straight to a final; its maker may say yes at once."""
        self.run(self.office.handle(DirectFinal, person, place, prompt="a fox"))
        if yes:
            self.confirm(-1, yes=True)

    @rule(which=WHICH, people=st.lists(PEOPLE, min_size=1, max_size=3))
    def approve(self, which: int, people: list[Actor]) -> None:
        """Votes at the same time; the one that completes the quorum arms the final, and it is made."""
        drafts = [take for take in self.takes() if take.stage is Stage.DRAFT and take.state in CLIP]
        if drafts:
            draft = drafts[which % len(drafts)]

            async def at_once() -> None:
                await asyncio.gather(*(votes(self.office, draft.id, person) for person in people))

            self.run(at_once())
            self.work(MADE_S)

    @rule(which=WHICH, yes=st.booleans())
    def confirm(self, which: int, yes: bool) -> None:  # noqa: FBT001  # drawn
        if take := self.asked(which, Asked.CONFIRM):
            self.say(Confirm, self.maker(take), subject=take.id, yes=yes)

    @rule(which=WHICH, count=st.integers(1, 4))
    def fewer(self, which: int, count: int) -> None:
        take = self.asked(which, Asked.CAP)
        if take and take.slate:
            self.say(Fewer, self.maker(take), subject=take.card, count=count)

    @rule(which=WHICH, cents=st.none() | st.integers(1, 300), yes=st.booleans(), asked=st.booleans())
    def answer(self, which: int, cents: int | None, yes: bool, asked: bool) -> None:  # noqa: FBT001  # drawn
        """The owner raises, allows this one only, or declines, asked or not."""
        take = self.asked(which, Asked.CAP, Asked.OWNER)
        if take is None:
            return
        subject = take.card if take.slate and take.draft is None else take.id
        if asked:
            self.say(AskOwner, self.maker(take), subject=subject)
        self.model.allowed = yes and cents is None
        raise_by = None if cents is None else Money(cents * 10_000)
        self.say(AnswerAsk, DANA, subject=subject, yes=yes, raise_by=raise_by)
        self.model.allowed = False

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        if takes := self.takes():
            take = takes[which % len(takes)]
            self.say(Cancel, self.maker(take), subject=take.id)

    @rule(cents=st.lists(st.integers(0, 200), min_size=1, max_size=4))
    def charge(self, cents: list[int]) -> None:
        """The next clips cost something else than was held for them: a settled charge below, above, or nothing."""
        charges(self.office, *(str(Money(each * 10_000).decimal) for each in cents))

    @rule(which=WHICH)
    def go_on(self, which: int) -> None:
        """The owner lets what an overrun has stopped go on."""
        overrun = [take for take in self.takes() if take.overrun]
        if overrun:
            self.say(GoOn, DANA, subject=overrun[which % len(overrun)].id)

    @rule(which=WHICH, cents=st.integers(1, 200))
    def second_job(self, which: int, cents: int) -> None:
        """The provider made something twice, and says so late."""
        self._book(
            which,
            lambda tx, take: ledger.book_second_job(
                tx, take, by="provider", job=f"second-{take.id}", charge=Money(cents * 10_000)
            ),
        )

    @rule(which=WHICH)
    def late_evidence(self, which: int) -> None:
        """What was given back, or cost less, turns out to cost its price."""

        async def booking(tx: Transaction, take: Take) -> Take:
            made = await ledger.recommit(tx, take, by="provider", evidence="history")
            return await ledger.settle(tx, made, made.price, by="provider", evidence="job") if made.held else made

        self._book(which, booking)

    def _book(self, which: int, booking: Callable[[Transaction, Take], Awaitable[Take]]) -> None:
        ended = [take for take in self.takes() if take.state in CLIP | {State.CANCELLED} and not take.held]
        ended = [take for take in ended if take.charged or take.state in CLIP]
        if not ended:
            return

        async def work(tx: Transaction) -> None:
            take = await locked(tx, ended[which % len(ended)].id)
            await tx.step(take, await booking(tx, take))

        self.run(self.office.kit.store.transact(work))

    @rule(scope=SCOPES, place=PLACES, cents=st.none() | CENTS)
    def set_cap(self, scope: str, place: Any, cents: int | None) -> None:
        amount = "none" if cents is None else str(Money(cents * 10_000).decimal)
        self.sets(f"{amount} --scope {scope}", place)

    @rule(scope=SCOPES, place=PLACES, steps=st.lists(STEPS, min_size=3, max_size=3), drafts_only=st.booleans())
    def set_ladder(self, scope: str, place: Any, steps: list[str], drafts_only: bool) -> None:  # noqa: FBT001  # drawn
        """Steps that do not rise are refused."""
        tell, warn, approve = steps
        switch = "on" if drafts_only else "off"
        self.sets(f"--scope {scope} --tell {tell} --warn {warn} --approve {approve} --drafts-only {switch}", place)

    @rule(scope=SCOPES, place=PLACES, period=st.sampled_from(["day", "week", "month", "none"]))
    def set_period(self, scope: str, place: Any, period: str) -> None:
        self.sets(f"--scope {scope} --period {period}", place)

    def sets(self, what: str, place: Any) -> None:
        self.run(types(self.office, f"/dailies budget set {what}", DANA, place))

    @rule(seconds=st.sampled_from([1.0, 60.0, 3600.0]))
    def work(self, seconds: float) -> None:
        """Everything that is due happens, and is shown."""
        self.run(self.office.work(seconds))

    @rule(days=st.sampled_from([1, 1, 1, 3, 40]))
    def wait(self, days: int) -> None:
        """Time passes in which nobody is at work; then much is due at once."""
        self.run(self.office.clock.advance(days * DAY_S))

    @rule(seconds=st.sampled_from([-2 * DAY_S, -3600.0, -30.0, 3600.0, DAY_S]))
    def set_the_clock(self, seconds: float) -> None:
        """The wall clock is set on or back: no period that is over opens again."""
        self.office.clock.jump(seconds)

    @invariant()
    def the_laws_hold(self) -> None:
        """No cap was exceeded by a hold, the books balance, and what was told is what the model says."""
        assert not self.model.breaches
        assert not self.complaints.said
        self.run(self.office.require_balanced())
        alerts = self.run(self.office.rows(Alert))
        assert {(each.scope, each.period_start, each.cap_version, each.step) for each in alerts} == self.model.told

    def teardown(self) -> None:
        """What was to be said was said once, and nothing else."""
        try:
            if hasattr(self, "office"):
                self.run(self._show())
                said = [call["nonce"] for call in self.office.chat.script.called("say")]
                steps = sorted(nonce for nonce in said if nonce.startswith("ladder"))
                assert steps == sorted(self.model.lines)
        finally:
            logging.getLogger("bot").removeHandler(self.complaints)
            self.run(self.loop.shutdown_default_executor())
            self.loop.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _show(self) -> None:
        self.office.clock.jump(60 * DAY_S)
        while await self.office.outbox.once():
            pass

    def say(self, kind: type[Any], actor: Actor, **facts: Any) -> None:
        self.run(self.office.handle(kind, actor, **facts))

    def takes(self) -> list[Take]:
        """Every take, oldest first."""
        return self.run(self.office.rows(Take, order=("created_at", "id")))

    def asked(self, which: int, *whose: Asked) -> Take | None:
        """One of the takes that wait for such a yes."""
        waiting = [take for take in self.takes() if take.state is State.ASKED and take.asked in whose]
        return waiting[which % len(waiting)] if waiting else None

    def maker(self, take: Take) -> Actor:
        return Actor(id=take.person, name=take.person_name)


def test_no_hold_exceeds_a_cap_and_each_step_is_told_once(drill: bool) -> None:  # noqa: FBT001  # the fixture
    """Orders at once, finals, raises, cancels, charges, second jobs, caps, ladders, resets and wrong clocks."""
    if not drill:
        short = settings(SHORT, max_examples=12, stateful_step_count=50, derandomize=True)
        run_state_machine_as_test(BudgetMachine, settings=short)
        return
    end = time.monotonic() + MINUTES * 60
    while time.monotonic() < end:
        run_state_machine_as_test(BudgetMachine, settings=LONG)


def no_cap_is_short(*_: object) -> tuple[()]:
    """As ``budgets.short``, whatever is left."""
    return ()


def is_a_channels(_: object, key: tuple[str, int]) -> bool:
    """As ``Seen._is_raised``, for one kind of cap alone."""
    return key[0].startswith("channel:")


def highest_alone(purse: Purse) -> tuple[int, ...]:
    """As ``ladder.reached``, and the lower steps are forgotten."""
    return reached(purse)[-1:]


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("bot.jobs.accept.short", no_cap_is_short),
        ("bot.jobs.budgets.seen.Seen._is_raised", is_a_channels),
        ("bot.core.ladder.reached", highest_alone),
    ],
)
def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch, place: str, fault: Callable[..., Any]) -> None:
    """A cap that nobody looks at, a cap whose steps nobody tells, steps that are not noted: the machine goes red."""
    monkeypatch.setattr(place, fault)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(BudgetMachine, settings=PLANTED)
