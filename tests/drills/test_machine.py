"""Whatever people do and whatever befalls the bot, in any order: no second bill, no cap exceeded, no paid clip lost.

The long form takes ``DAILIES_MACHINE_MINUTES``, an hour unless it says otherwise.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.core import ledger
from bot.core.fakes import FakeClock
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import Transaction
from bot.core.rows import Inbound, Take
from storage import open_store
from tests.drills.machine.fate import HOUR_S, MONTH_S, Fate, Time
from tests.drills.machine.gate import Life
from tests.drills.machine.moods import BUSY, chat_trouble
from tests.drills.machine.people import People
from tests.drills.machine.voting import Voting
from tests.drills.vendor import Behaviour
from tests.jobs.conftest import MINA


class Machine(People, Fate):
    """The whole."""


class Together(Machine):
    """On a chat that shows a slate's clips in one message."""

    clips_together = True


class Voters(Voting, Time):
    """People who approve and think again, and time that passes."""


SHORT = settings(deadline=None, print_blob=True, database=None, suppress_health_check=list(HealthCheck))
#: A round of the long form, with as many steps as the laws are worth.
LONG = settings(SHORT, max_examples=50, stateful_step_count=80)
#: A planted fault is found within so many examples; what it was found by need not be small.
PLANTED = settings(SHORT, max_examples=400, stateful_step_count=20, phases=[Phase.generate], derandomize=True)
MINUTES = float(os.environ.get("DAILIES_MACHINE_MINUTES", "60"))


@pytest.fixture(scope="module")
def no_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row."""
    path = tmp_path_factory.mktemp("template") / "dailies.db"

    async def make() -> None:
        await (await open_store(f"sqlite+aiosqlite:///{path}", FakeClock())).close()

    asyncio.run(make())
    return path


def play(drill: bool, machine: type[Machine], *, examples: int, share: float) -> None:  # noqa: FBT001  # the fixture
    """A few examples; in the long form, rounds of many for this share of its time."""
    if not drill:
        short = settings(SHORT, max_examples=examples, stateful_step_count=30, derandomize=True)
        run_state_machine_as_test(machine, settings=short)
        return
    end = time.monotonic() + share * MINUTES * 60
    while time.monotonic() < end:
        run_state_machine_as_test(machine, settings=LONG)


def test_anything_in_any_order(drill: bool) -> None:  # noqa: FBT001
    """Events, crashes, freezes and wrong clocks, on rows in memory."""
    play(drill, Machine, examples=11, share=0.5)


@pytest.mark.long
def test_anything_in_any_order_on_a_file(drill: bool, no_rows: Path) -> None:  # noqa: FBT001
    """The same where locks, orders and types are a database's own."""

    class OnFile(Machine):
        database = no_rows

    play(drill, OnFile, examples=2, share=0.3)


@pytest.mark.long
def test_anything_in_any_order_with_clips_together(drill: bool) -> None:  # noqa: FBT001
    """The same where clips wait for each other and share a message."""
    play(drill, Together, examples=4, share=0.2)


@pytest.mark.parametrize("set_s", [-HOUR_S, -MONTH_S])
def test_a_clock_that_is_set_back_holds_up_nothing(set_s: float) -> None:
    """What renders when the clock is set back is fetched and posted long before its address expires."""
    machine = Machine()
    machine.open(alone=True, slots=2, quorum=1, resend="careful", cap=50, whole=50, ready=False)
    try:
        machine.set_the_clock(set_s)
        machine.work(150)
        assert {take.state for take in machine.takes()} == {State.DELIVERED}
    finally:
        machine.teardown()


def test_two_processes_that_send_a_line_at_once_say_it_once() -> None:
    """It is one message, which whoever comes second finds; so it counts as said once."""
    machine = Machine()
    machine.open(alone=False, slots=2, quorum=1, resend="careful", cap=1, whole=50, ready=True)
    try:
        machine.start()
        machine.change_mood(chat_trouble("say", BUSY))
        machine.order(who=MINA, prompt="a fox", count=1, treated=[])
        machine.sleep(2)
    finally:
        machine.teardown()


def test_a_process_that_froze_while_it_stopped_gives_way_to_the_next() -> None:
    """It goes on, ends as it was told, and the next event finds a new one in its place."""
    machine = Machine()
    machine.open(alone=True, slots=2, quorum=1, resend="careful", cap=50, whole=50, ready=False)
    try:
        machine.strike(Life.FROZEN, 0, before=True)
        machine.strike(Life.RUNNING, 0, before=True)
        machine.thaw(0)
        machine.work(100)
        machine.order(who=MINA, prompt="a dog", count=1, treated=[])
        assert len(machine.there.processes) == 2
    finally:
        machine.teardown()


def forgotten(*, at: int, **row: str) -> Inbound:
    """An event that a moment later is not known any more."""
    return Inbound(id=f"{row['id']}:{at}", at=at)


def test_a_line_that_is_put_into_the_outbox_again_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chat would not show it twice for as long as it remembers it; the law does not wait for that."""
    monkeypatch.setattr("bot.jobs.steps.Inbound", forgotten)
    machine = Machine()
    machine.open(alone=True, slots=2, quorum=1, resend="careful", cap=50, whole=50, ready=True)
    try:
        machine.order(who=MINA, prompt="a dog", count=1, treated=[Behaviour.CREDIT] * 3)
        machine.work(100)
        machine.work(100)
        breaches = machine.there.site.laws.breaches
        assert any(each.startswith("credit:muapi:") and each.endswith("into the outbox 2 times") for each in breaches)
    finally:
        machine.teardown()


async def settle_twice(tx: Transaction, take: Take, charge: Money, *, by: str, evidence: str) -> Take:
    """As ``ledger.settle``, and what it books is booked again."""
    settled = await ledger.settle(tx, take, charge, by=by, evidence=evidence)
    return await ledger.settle(tx, replace(settled, charged=ZERO), charge, by=by, evidence=f"{evidence} again")


async def forget_hold(_tx: Transaction, take: Take, _purses: Any, *, by: str) -> Take:
    """As ``ledger.hold``, without a line."""
    del by
    return replace(take, held=take.price)


async def believe_events(*_arguments: object) -> None:
    """Instead of the votes that stand on the platform, those that were heard of."""


@pytest.mark.parametrize(
    ("place", "fault", "machine"),
    [
        ("bot.jobs.worker.terminal.settle", settle_twice, Machine),
        ("bot.jobs.accept.hold", forget_hold, Machine),
        ("bot.jobs.recounting.read_again", believe_events, Voters),
    ],
)
def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, place: str, fault: Callable[..., Any], machine: type[Machine | Voters]
) -> None:
    """Money booked twice, a hold that is forgotten, votes that are not counted again: the machine goes red."""
    monkeypatch.setattr(place, fault)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=PLANTED)
