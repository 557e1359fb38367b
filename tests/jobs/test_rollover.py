"""A new month between an order and what becomes of it: each take stays in the period of its first hold."""

from __future__ import annotations

from bot.core.errors import NotSent, NotSentFor
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Budget, Take
from tests.jobs.acts import drafted, finals, presses, sets, state_of, types, votes
from tests.jobs.conftest import DANA, JO, ON_BOTH_STORES, RAVI, Office

pytestmark = ON_BOTH_STORES
MONTH_S = 40 * 24 * 3600
LAUNCH_SCOPE = "channel:local:launch"


async def used(office: Office) -> list[Money]:
    """What is used in each period of the channel, the oldest first."""
    return [budget.used for budget in await office.rows(Budget, scope=LAUNCH_SCOPE, order=("period_start",))]


async def test_a_cancel_gives_back_where_it_was_held(office: Office) -> None:
    """Held last month, cancelled this month: last month's budget has its money back."""
    takes = await office.order("a mug on {oak|steel}")
    await office.clock.advance(MONTH_S)
    await office.order()
    await types(office, f"/clip cancel {takes[0].card}")
    assert await used(office) == [Money(0), Money.usd("0.32")]


async def test_a_final_is_held_in_the_month_of_its_approval(office: Office) -> None:
    """The draft was last month's, its final is this month's; undone, ordered again and finished."""
    draft = (await drafted(office))[0]
    await office.clock.advance(MONTH_S)
    await votes(office, draft.id, JO)
    assert await used(office) == [Money.usd("0.32"), Money.usd("0.75")]
    await votes(office, draft.id, JO, given=False)
    await votes(office, draft.id, RAVI)
    await office.work()
    assert [final.state for final in await finals(office)] == [State.CANCELLED, State.DELIVERED]
    await office.clock.advance(MONTH_S)
    notice = await types(office, f"/clip again {draft.id}-F", JO)
    await presses(office, "Order", notice, JO)
    await office.work()
    assert await used(office) == [Money.usd("0.32"), Money.usd("0.75"), Money.usd("0.75")]


async def test_rejecting_last_months_armed_final(office: Office) -> None:
    """Armed before midnight, rejected after it: the old month has its money back."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await office.clock.advance(MONTH_S)
    await office.order()
    await types(office, f"/clip reject {draft.id}", JO)
    assert [final.state for final in await finals(office)] == [State.CANCELLED]
    assert await used(office) == [Money.usd("0.32"), Money.usd("0.32")]


async def test_a_question_from_last_month_is_answered_from_this_months_cap(office: Office) -> None:
    """Asked before the reset, allowed after it: it is held, and belongs, where there is room now."""
    await sets(office, "budget set 0.10")
    notice = await types(office, "/clip a fox")
    take = (await office.rows(Take))[0]
    await office.clock.advance(2 * 24 * 3600)
    assert notice.buttons
    await sets(office, "budget set 0.40 --period day")
    await presses(office, "Ask for more", notice)
    await office.work(1)
    question = next(sent for sent in office.chat.sent if sent.to == "dana")
    await presses(office, "This one only", question, DANA)
    assert await state_of(office, take) is State.QUEUED


async def test_a_queued_take_waits_over_the_reset(office: Office) -> None:
    """While the key is paused the month ends; the take keeps its hold, and its cancel finds it."""
    office.provider.script.always("submit", NotSent("no credit", reason=NotSentFor.CREDIT))
    office.provider.wallet = Money(0)
    take = (await office.order())[0]
    await office.work(60)
    await office.clock.advance(MONTH_S)
    await office.order(actor=JO)
    await types(office, f"/clip cancel {take.id}")
    assert await used(office) == [Money(0), Money.usd("0.32")]
