"""What may still be spent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.budgets import Purse, newest_budget, open_purses, scopes_of, see_purses, set_cap, short
from bot.core.errors import Conflict
from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.policy import CapPolicy, Period
from bot.core.ports import Transaction
from bot.core.rows import Budget
from tests.core.builders import CHANNEL, WORKSPACE, make_purse
from tests.core.conftest import Books

DAY_S = 24 * 3600.0
SCOPES = scopes_of(WORKSPACE, CHANNEL, "U1", "mina")


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("cap", "used", "left", "excess"),
    [
        ("50", "0", "50", "0"),
        ("50", "49.10", "0.90", "0"),
        ("50", "50", "0", "0"),
        ("50", "53", "0", "3"),
        (None, "53", None, "0"),
        ("0", "0", "0", "0"),
    ],
)
def test_left_is_the_cap_without_what_is_used_and_never_below_zero(
    cap: str | None, used: str, left: str | None, excess: str
) -> None:
    """A cap below what is used leaves nothing, and the excess is known; without a cap there is no such figure."""
    purse = make_purse(cap, used)
    assert purse.left == (None if left is None else Money.usd(left))
    assert purse.excess == Money.usd(excess)


def test_what_is_spent_is_what_is_used_and_no_longer_held() -> None:
    """Used is spent and held together."""
    assert make_purse(used="49.10", held="1.50").spent == Money.usd("47.60")


@pytest.mark.parametrize(
    ("purse", "stage", "room"),
    [
        (make_purse("50", "10", envelope="20"), Stage.DRAFT, "20"),
        (make_purse("50", "10", envelope="20"), Stage.FINAL, "40"),
        (make_purse("50", "10", envelope="20", used_finals=Money.usd(5)), Stage.DRAFT, "25"),
        (make_purse("50", "30", envelope="20", used_finals=Money.usd(25)), Stage.DRAFT, "20"),
        (make_purse("50", "40", envelope="20"), Stage.DRAFT, "0"),
        (make_purse("50", "60", envelope="20"), Stage.FINAL, "0"),
        (make_purse(None, "60", envelope="20"), Stage.DRAFT, None),
    ],
)
def test_drafts_do_not_touch_what_is_unused_of_the_finals_envelope(
    purse: Purse, stage: Stage, room: str | None
) -> None:
    """A draft leaves alone what is still unused of the envelope; a final may use all that is left."""
    assert purse.room(stage) == (None if room is None else Money.usd(room))


def test_a_price_fits_up_to_the_last_cent() -> None:
    """What is left may be used up exactly; no cap takes any price; every purse that is short is named."""
    full, ample, free = make_purse("50", "49.68"), make_purse("50"), make_purse(None)
    assert full.fits(Money.usd("0.32"), Stage.DRAFT)
    assert not full.fits(Money.usd("0.320001"), Stage.DRAFT)
    assert free.fits(Money.usd(10_000_000), Stage.DRAFT)
    assert short((full, ample, free), Money.usd(1), Stage.DRAFT) == (full,)


def test_an_order_counts_in_its_channel_its_workspace_and_its_person() -> None:
    """The three scopes of an order, as the chat names them."""
    assert [(scope.id, scope.name) for scope in SCOPES] == [
        ("channel:local:launch", "#launch"),
        ("workspace:T1", "the workspace"),
        ("person:T1/U1", "mina"),
    ]


async def test_a_period_begins_with_the_cap_that_is_set_then(books: Books) -> None:
    """The first order opens the month; the next month opens with the cap of then, and nothing is used of it."""
    first = (await books.do(books.purses))[0].budget
    assert (first.period_start, first.period_end) == (utc("2026-11-01"), utc("2026-12-01"))
    await books.held()
    books.channel = CapPolicy(amount=Money.usd(20))
    assert (await books.do(books.purses))[0].budget.cap == Money.usd(50)
    await books.clock.advance(30 * DAY_S)
    purse = (await books.do(books.purses))[0]
    assert (purse.budget.period_start, purse.budget.cap, purse.left) == (
        utc("2026-12-01"),
        Money.usd(20),
        purse.budget.cap,
    )


async def test_period_and_zone_change_at_the_next_reset_without_a_gap(books: Books) -> None:
    """A new zone and a shorter period count from where the running one ends; eight hours are no period of their own."""
    await books.do(books.purses)
    books.channel = CapPolicy(amount=Money.usd(50), period=Period.DAY, zone="America/Los_Angeles")
    running = (await books.do(books.purses))[0]
    assert running.budget.period_end == utc("2026-12-01")
    await books.clock.advance(28.7 * DAY_S)
    first = (await books.do(books.purses))[0]
    assert (first.budget.period_start, first.budget.period_end) == (utc("2026-12-01"), utc("2026-12-02T08:00"))
    assert first.zone == "America/Los_Angeles"


async def test_a_budget_without_periods_never_ends(books: Books) -> None:
    """A cap for ever has one budget."""
    books.channel = CapPolicy(amount=Money.usd(50), period=Period.NONE)
    await books.held()
    await books.clock.advance(400 * DAY_S)
    purse = (await books.do(books.purses))[0]
    assert (purse.budget.period_start, purse.budget.period_end, str(purse.left)) == (0, None, "$49.68")


async def test_looking_at_budgets_begins_no_period(books: Books) -> None:
    """What is only shown is not locked and not written, and shows what an order would find."""
    await books.held()
    seen = await books.do(lambda tx: see_purses(tx, SCOPES, "UTC"))
    assert [str(purse.left) for purse in seen] == ["$49.68", "$99.68", "None"]
    await books.clock.advance(30 * DAY_S)
    seen = await books.do(lambda tx: see_purses(tx, SCOPES, "UTC"))
    assert [str(purse.left) for purse in seen] == ["$50.00", "$100.00", "None"]
    assert await books.do(lambda tx: tx.count(Budget)) == 3
    opened = await books.do(books.purses)
    assert [purse.budget for purse in opened][:2] == [purse.budget for purse in seen][:2]


async def test_purses_lock_the_periods_that_older_takes_are_booked_in(books: Books) -> None:
    """A take of last month can be charged in the same transaction that looks at this month's budget."""
    take = await books.held()
    await books.clock.advance(30 * DAY_S)

    async def work(tx: Transaction) -> tuple[int, ...]:
        purses = await books.purses(tx, take.id)
        await tx.lock(type(take), take.id)
        await tx.lock(Budget, "channel:local:launch", utc("2026-11-01"))
        return tuple(purse.budget.period_start for purse in purses)

    assert await books.do(work) == (utc("2026-12-01"),) * 3


@pytest.mark.parametrize("blind", [True, False], ids=["until the claim", "until the newest is looked for"])
async def test_a_period_that_another_begins_meanwhile_is_a_conflict(books: Books, blind: bool) -> None:  # noqa: FBT001
    """Of two orders that open the same period at once, one gives way and is run again: there is one budget."""

    class Late:
        """A transaction that does not see yet what another has just written."""

        def __init__(self, tx: Transaction) -> None:
            self.now = tx.now
            self.claim = tx.claim
            self._tx = tx

        async def lock_all(self, *_: object, **__: object) -> list[Budget]:
            return []

        async def rows(self, table: type[Budget], **conditions: Any) -> list[Budget]:
            return [] if blind else await self._tx.rows(table, **conditions)

    await books.held()
    with pytest.raises(Conflict):
        await books.do(lambda tx: open_purses(Late(tx), SCOPES, "UTC"))  # type: ignore[arg-type]
    assert await books.do(lambda tx: tx.count(Budget)) == 3


async def test_every_change_of_a_cap_is_a_new_version(books: Books) -> None:
    """Holds stand when a cap is set below them, nothing more fits, and its alerts may speak again."""
    await books.held()

    async def work(tx: Transaction) -> Purse:
        return await set_cap(tx, (await books.purses(tx))[0], Money.usd("0.10"))

    purse = await books.do(work)
    assert purse.budget == await books.budget()
    assert (purse.budget.cap_version, str(purse.left), str(purse.excess)) == (2, "$0.00", "$0.22")
    assert not purse.fits(Money(1), Stage.FINAL)


async def test_a_stop_outlives_its_period(books: Books) -> None:
    """A scope that an overrun has stopped is still stopped after the reset."""
    await books.do(books.purses)
    stopped = replace(await books.budget(), stopped_by="overrun:A7K")
    await books.do(lambda tx: tx.put(stopped))
    await books.clock.advance(30 * DAY_S)
    purse = (await books.do(books.purses))[0]
    assert (purse.budget.period_start, purse.budget.stopped_by) == (utc("2026-12-01"), "overrun:A7K")


async def test_a_scope_without_orders_has_no_budget_yet(books: Books) -> None:
    """Before its first order a scope has no period."""
    assert await books.do(lambda tx: newest_budget(tx, "channel:local:launch")) is None
