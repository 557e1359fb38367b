"""Lost answers: what the history, the wallet, the webhook and the owner know between them."""

from __future__ import annotations

import pytest

from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Outcome
from tests.end_to_end.conftest import Studio, until

PRICE = Money.usd("0.32")
#: The history is down for longer than any test.
DOWN = 10_000
WITHOUT_CALLS = "[[call-never]]"


async def test_an_answer_that_was_dropped_is_found_by_the_history(studio: Studio) -> None:
    """One job, one bill, one clip, and nobody is asked."""
    take = await studio.order(f"a fox [[drop]] {WITHOUT_CALLS}")
    take = await studio.comes_to(take, State.DELIVERED)
    assert (take.charged, len(studio.simulator.bills()), len(studio.chat.files)) == (PRICE, 1, 1)
    assert [attempt.outcome for attempt in await studio.orders(take)] == [Outcome.ACCEPTED]
    assert studio.told("dana") == []
    await studio.require_books()


@pytest.mark.parametrize("scale", [0.001])
async def test_a_history_that_lags_is_believed_late(studio: Studio) -> None:
    """The owner is asked once, with the wallet before and now, and says that it was lost; then it turns up.

    It is booked, delivered, and the owner told.
    """
    take = await studio.order(f"a fox [[drop]] [[unlisted=2500]] {WITHOUT_CALLS}")
    take = await studio.comes_to(take, State.UNKNOWN, asked=True)
    assert take.held == PRICE
    await studio.judge(take, "lost")
    take = await studio.comes_to(take, State.RELEASED)
    assert take.held == Money(0)
    (question,) = [said for said in studio.told("dana") if "$100.00" in said]
    assert "$99.68" in question
    take = await studio.comes_to(take, State.DELIVERED)
    assert (take.late, take.charged) == (True, PRICE)
    assert len(studio.simulator.bills()) == len(studio.chat.files) == 1
    assert len([said for said in studio.told("dana") if take.id in said]) == 2
    await studio.require_books()


async def test_a_webhook_makes_up_for_the_answer_at_once(studio: Studio) -> None:
    """With the history down the call alone names the take, before anybody is asked."""
    studio.simulator.arm("history-status", times=DOWN)
    take = await studio.order("a fox [[drop]] [[latency=5]]")
    take = await studio.comes_to(take, State.DELIVERED)
    assert (take.charged, take.late, len(studio.chat.files)) == (PRICE, False, 1)
    assert studio.told("dana") == []
    assert [call.status for call in studio.simulator.calls()] == [204]
    await studio.require_books()


async def test_calls_that_are_late_doubled_and_out_of_order(studio: Studio) -> None:
    """However the calls come, the clip is there once and paid once."""
    studio.simulator.arm("history-status", times=DOWN)
    take = await studio.order("a fox [[drop]] [[call-twice]] [[call-stale]] [[call-late=50]]")
    await studio.comes_to(take, State.DELIVERED)
    await until(lambda: len(studio.simulator.calls()) == 3, what="three calls")
    assert [call.said for call in studio.simulator.calls()] == ["succeeded", "succeeded", "processing"]
    assert len(studio.simulator.bills()) == len(studio.chat.files) == 1
    await studio.require_books()


async def test_a_call_after_the_verdict(studio: Studio) -> None:
    """What was given up is booked and delivered when the call comes after all."""
    studio.simulator.arm("history-status", times=DOWN)
    take = await studio.order("a fox [[drop]] [[call-late=150]]")
    take = await studio.comes_to(take, State.UNKNOWN, asked=True)
    await studio.judge(take, "lost")
    take = await studio.comes_to(take, State.DELIVERED)
    assert (take.late, take.charged) == (True, PRICE)
    await studio.require_books()


async def test_a_5xx_before_the_order_is_repeated(studio: Studio) -> None:
    """After two complete readings without a match the order is sent again: two attempts, one bill."""
    studio.simulator.arm("fault-before", times=1)
    take = await studio.order("a fox")
    take = await studio.comes_to(take, State.DELIVERED)
    assert [attempt.outcome for attempt in await studio.orders(take)] == [Outcome.CLOSED, Outcome.ACCEPTED]
    assert len(studio.simulator.bills()) == 1
    await studio.require_books()


@pytest.mark.parametrize("seen_by", ["history", "webhook"])
async def test_a_5xx_after_the_order_is_not_repeated(studio: Studio, seen_by: str) -> None:
    """The job that was made all the same is found, by the history or by the call, and nothing is bought twice."""
    if seen_by == "webhook":
        studio.simulator.arm("history-status", times=DOWN)
    take = await studio.order("a fox [[fault-after]]" + (WITHOUT_CALLS if seen_by == "history" else ""))
    take = await studio.comes_to(take, State.DELIVERED)
    assert [attempt.outcome for attempt in await studio.orders(take)] == [Outcome.ACCEPTED]
    assert (len(studio.simulator.bills()), studio.simulator.report().submits) == (1, 1)
    await studio.require_books()
