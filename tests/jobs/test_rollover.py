"""A new month between an order and what becomes of it: each take stays in the period of its first hold."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.core.commands import Judge
from bot.core.errors import NotSent, NotSentFor, OutcomeUnknown
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Charge, History, HistoryRow, Job, JobStatus
from bot.core.rows import Asked, Attempt, Budget, Change, Channel, Take
from tests.jobs.acts import card_of, clip_of, drafted, finals, presses, reacts, sets, state_of, types, votes
from tests.jobs.conftest import DANA, JO, LAUNCH, ON_BOTH_STORES, RAVI, TEAM, Office
from tests.jobs.test_over_cap import double_prices
from tests.jobs.test_owner_rules import asked, question

pytestmark = ON_BOTH_STORES
MONTH_S = 40 * 24 * 3600
#: From the beginning of the office's clock to the last second of November.
NOVEMBER_S = (28 * 24 + 15) * 3600 - 1
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


async def asked_for_its_price(office: Office, before_the_reset_s: float) -> Take:
    """A draft, held at $0.32 that long before December, that costs $0.64 before it gets its slot: November is full."""
    await office.clock.advance(NOVEMBER_S + 1 - before_the_reset_s)
    await sets(office, "budget set 0.40")
    take = (await office.order())[0]
    double_prices(office)
    await office.work(1)
    assert (await office.take(take.id)).asked is Asked.CAP
    return take


async def test_a_price_that_rose_is_raised_for_in_its_own_period(office: Office) -> None:
    """Answered after the reset: November's cap is raised, for it is booked there; December's stays as it is set."""
    take = await asked_for_its_price(office, 3600)
    await office.clock.advance(3600)
    await presses(office, "Ask for more", await card_of(office, take))
    said = await presses(office, "Raise by $10", await question(office), DANA)
    assert said.text == (f"#launch in the period until 1 Dec was raised to $10.40. {take.id} is ordered.")
    before, after = await office.rows(Budget, scope=LAUNCH_SCOPE, order=("period_start",))
    assert (before.cap, before.used) == (Money.usd("10.40"), Money.usd("0.64"))
    assert (after.cap, after.used) == (Money.usd("0.40"), Money(0))
    assert (await office.rows(Channel))[0].policy.cap.amount == Money.usd("0.40")
    change = (await office.rows(Change, scope=LAUNCH_SCOPE, order=("at",)))[-1]
    assert (change.what, change.before, change.after) == ("cap", "$0.40", "$10.40 in the period until 1 Dec")


async def test_a_price_that_rose_is_raised_for_before_the_reset(office: Office) -> None:
    """Answered in the same period: its cap is raised, and that of the periods to come with it."""
    take = await asked_for_its_price(office, 3600)
    await presses(office, "Ask for more", await card_of(office, take))
    sent = await question(office)
    assert sent.view.title == f"mina asks for $0.64 in #launch, {take.id}. $0.00 of $0.40 spent, $0.32 held."
    said = await presses(office, "Raise by $10", sent, DANA)
    assert said.text == f"#launch was raised to $10.40. {take.id} is ordered."
    assert (await office.budget()).used == Money.usd("0.64")
    assert (await office.rows(Channel))[0].policy.cap.amount == Money.usd("10.40")


async def test_a_full_new_period_is_no_room_for_an_older_hold_to_need(office: Office) -> None:
    """Held in November, which has room for the new price: it is ordered, however full December is."""
    await office.clock.advance(NOVEMBER_S - 3600)
    sent = await asked(office)
    take = (await office.rows(Take))[0]
    await office.clock.advance(3601)
    await office.order("a dog", DANA)
    await sets(office, "budget set 0.40")
    double_prices(office)
    assert (await presses(office, "Allow", sent, DANA)).text == f"{take.id} is ordered; the cap stays as it is."
    assert await used(office) == [Money.usd("0.64"), Money.usd("0.32")]


async def test_a_question_of_a_full_earlier_period_names_it(office: Office) -> None:
    """*Allow* does not exceed November's cap either, though December has room."""
    await office.clock.advance(NOVEMBER_S - 3600)
    sent = await asked(office)
    take = (await office.rows(Take))[0]
    await sets(office, "budget set 0.40")
    await office.clock.advance(3601)
    double_prices(office)
    again = await presses(office, "Allow", sent, DANA)
    rose = f"{take.id} costs $0.64 by now, and #launch in the period until 1 Dec has $0.08 left besides what it holds."
    assert again.text == f"{rose} Nothing is ordered yet."
    await presses(office, "Raise by $10", again, DANA)
    assert await used(office) == [Money.usd("0.64"), Money(0)]


def ended(job: Job, *, charged: str | None = None, refunded: bool = False) -> JobStatus:
    charge = Charge(amount=Money.usd(charged) if charged else None, refunded=refunded)
    return JobStatus(job=job, said=job.value, output_url="https://files.invalid/clip.mp4", charge=charge)


@pytest.mark.parametrize(
    ("status", "november"),
    [
        (ended(Job.DONE), "0.32"),
        (ended(Job.DONE, charged="0.20"), "0.20"),
        (ended(Job.DONE, charged="0.40"), "0.40"),
        (ended(Job.FAILED), "0.32"),
        (ended(Job.FAILED, refunded=True), "0"),
    ],
)
async def test_what_was_held_in_november_is_settled_there(office: Office, status: JobStatus, november: str) -> None:
    """Ordered in its last second and done in December: charge, overrun and refund are November's."""
    await office.clock.advance(NOVEMBER_S)
    await office.order()
    await office.work(0.5)
    await office.clock.advance(1)
    await office.order("another", JO)
    office.provider.script.always("poll", lambda job: status if job == "job-1" else ended(Job.DONE))
    await office.work()
    assert await used(office) == [Money.usd(november), Money.usd("0.32")]


async def test_evidence_that_comes_in_december_is_booked_in_november(office: Office) -> None:
    """Judged lost in November, its money given back; found in December's history: November has spent it."""
    await office.clock.advance(NOVEMBER_S - 3600)
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    take = (await office.order())[0]
    await office.work(60)
    ver = (await office.take(take.id)).question_ver
    await office.handle(Judge, DANA, subject=take.id, verdict="lost", ver=ver)
    assert await used(office) == [Money(0)]
    await office.work(3600)
    await office.order("another", JO)
    attempt = next(each for each in await office.rows(Attempt, take=take.id))
    made = HistoryRow(job="job-x", endpoint=attempt.endpoint, payload=None, created_at=attempt.started_at)
    payload = json.loads(attempt.payload)
    office.provider.script.always("find_recent", History(rows=(replace(made, payload=payload),), complete=True))
    await office.work(2 * 3600)
    assert await state_of(office, take) is State.DELIVERED
    assert await used(office) == [Money.usd("0.32"), Money.usd("0.32")]


async def test_each_channel_resets_in_its_own_zone(office: Office) -> None:
    """On the evening of the 30th it is December in Tokyo and November in Los Angeles, for each channel's own cap."""
    for place, zone in ((LAUNCH, "Asia/Tokyo"), (TEAM, "America/Los_Angeles")):
        await types(office, f"/dailies budget set 5 --zone {zone}", DANA, place)
    await office.order(place=LAUNCH)
    await office.order(place=TEAM)
    await office.clock.advance(NOVEMBER_S)
    # The zone counts from the first reset on, and that one is still UTC's.
    assert "$4.36 of $5.00 left until 1 Dec" in (await types(office, "/clip a fox")).text
    await office.clock.advance(1)
    assert "$4.68 of $5.00 left until 1 Jan" in (await types(office, "/clip a fox")).text
    # In Los Angeles it is still November: what is left of it has no cap of its own.
    assert "$4.68 of $5.00 left until 1 Jan" in (await types(office, "/clip a fox", place=TEAM)).text
    await office.clock.advance(31 * 24 * 3600 - 3600)
    assert "$4.68 of $5.00 left until 1 Feb" in (await types(office, "/clip a fox")).text
    assert "$4.36 of $5.00 left until 1 Jan" in (await types(office, "/clip a fox", place=TEAM)).text


async def test_what_is_approved_in_a_thread_counts_on_its_channel(office: Office) -> None:
    """The clip hangs in the card's thread; a ✅ on it holds the final under the channel's cap."""
    draft = (await drafted(office))[0]
    clip = clip_of(office, draft)
    assert clip.thread is not None
    await reacts(office, "✅", clip.message, JO)
    assert await used(office) == [Money.usd("1.07")]
    assert {budget.scope for budget in await office.rows(Budget)} == {
        LAUNCH_SCOPE,
        "workspace:local",
        "person:local/mina",
    }


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
