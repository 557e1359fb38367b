"""The cancel row of product.md: what waits is dropped, what is under way is not."""

from __future__ import annotations

from bot.core.commands import AnswerAsk, Cancel
from bot.core.errors import NotSent, NotSentFor, OutcomeUnknown
from bot.core.lifecycle import State
from bot.core.money import ZERO
from bot.core.ports import Job, JobStatus
from bot.core.rows import Slot, Take
from tests.jobs.acts import card_of, clip_of, drafted, presses, sets, state_of, submits, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, ON_BOTH_STORES, RAVI, Office

RENDERING = JobStatus(job=Job.RUNNING, said="processing")


@ON_BOTH_STORES
async def test_what_waits_is_dropped_with_the_money_back(office: Office) -> None:
    """A queued take is cancelled, its money back, and never ordered."""
    take = (await office.order())[0]
    assert (await types(office, f"/clip cancel {take.id}")).text == f"{take.id} is cancelled · $0.32 is back."
    await office.work()
    assert await state_of(office, take) is State.CANCELLED
    assert submits(office) == 0
    assert not (await office.budget()).used


async def test_an_armed_final_is_cancelled_by_its_id(office: Office) -> None:
    """``cancel A7K-F`` within the grace is an undo."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    assert "$0.75 is back" in (await types(office, f"/clip cancel {draft.id}-F", JO)).text


async def test_an_asked_take_held_nothing(office: Office) -> None:
    """Over the cap nothing was held, and nothing is said to be back."""
    await sets(office, "budget set 0.10")
    notice = await types(office, "/clip a fox")
    take = (await office.rows(Take))[0]
    assert notice.buttons
    assert "nothing was held" in (await types(office, f"/clip cancel {take.id}")).text


@ON_BOTH_STORES
async def test_the_waiting_of_a_slate(office: Office) -> None:
    """Of a slate what waits is dropped, admitted ones with their slots; what is ordered goes on."""
    await sets(office, "settings confirm-above=10")
    office.provider.script.always("poll", RENDERING)
    takes = await office.order("a fox", count=7)
    await office.work(1)
    assert len(await office.rows(Take, state=State.RENDERING)) == 5
    notice = await types(office, f"/clip cancel {takes[0].card}")
    assert notice.text == f"2 takes of {takes[0].card} cancelled · $0.64 is back."
    assert len(await office.rows(Take, state=State.CANCELLED)) == 2
    assert "Nothing of" in (await types(office, f"/clip cancel {takes[0].card}")).text


@ON_BOTH_STORES
async def test_admitted_takes_leave_their_slots(office: Office) -> None:
    """Taken out of line after they were admitted, they leave their places to others."""
    takes = await office.order("a mug on {oak|steel|marble}")
    for take in takes:
        await office.worker.advance(take.id)
        if await state_of(office, take) is State.ADMITTED:
            break
    assert await office.rows(Slot)
    await types(office, f"/clip cancel {takes[0].card}")
    assert await office.rows(Slot) == []
    assert {take.state for take in await office.rows(Take)} == {State.CANCELLED}


@ON_BOTH_STORES
async def test_what_renders_cannot_be_stopped(office: Office) -> None:
    """It is paid, kept and not posted; *Post it anyway* posts it after all."""
    office.provider.script.add("poll", RENDERING)
    take = (await office.order())[0]
    await office.work(1)
    assert await state_of(office, take) is State.RENDERING
    notice = await types(office, f"/clip cancel {take.id}")
    assert notice.text == f"{take.id} is already being made; $0.32 stays committed. It will be kept, not posted."
    await office.work()
    assert await state_of(office, take) is State.SHELVED
    assert office.chat.files == {}
    assert "will be posted" in (await presses(office, "Post it anyway", notice)).text
    await office.work()
    assert clip_of(office, take)


async def test_post_it_anyway_while_it_still_renders(office: Office) -> None:
    """Pressed before the clip is there, it is posted as if nothing had been said."""
    office.provider.script.add("poll", RENDERING)
    take = (await office.order())[0]
    await office.work(1)
    notice = await types(office, f"/clip cancel {take.id}")
    await presses(office, "Post it anyway", notice)
    await office.work()
    assert await state_of(office, take) is State.DELIVERED


async def test_a_cancel_at_the_last_moment(office: Office) -> None:
    """What is on its way here is kept and not posted; the wish can be taken back until then."""
    take = (await office.order())[0]
    while await state_of(office, take) is not State.DELIVERING:
        await office.worker.advance(take.id)
        await office.clock.advance(10)
    assert "not posted if that is still possible" in (await types(office, f"/clip cancel {take.id}")).text
    assert "will be posted" in (await types(office, f"/clip rescue {take.id}")).text
    await types(office, f"/clip cancel {take.id}")
    await office.work()
    assert await state_of(office, take) is State.SHELVED


@ON_BOTH_STORES
async def test_a_cancel_while_it_is_ordered_is_remembered(office: Office) -> None:
    """Applied when the answer is in: not sent, so cancelled."""
    said = []

    async def not_sent(order: object) -> None:
        del order
        said.append((await types(office, f"/clip cancel {take.id}")).text)
        busy = "too many requests"
        raise NotSent(busy, reason=NotSentFor.RATE)

    office.provider.script.add("submit", not_sent)
    take = (await office.order())[0]
    await office.work()
    assert "is being ordered this moment" in said[0]
    assert await state_of(office, take) is State.CANCELLED
    assert not (await office.budget()).used


async def test_an_unknown_cannot_be_cancelled(office: Office) -> None:
    """Nothing changes, and the person is told why."""
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    take = (await office.order())[0]
    await office.work(1)
    before = await office.take(take.id)
    assert before.state is State.UNKNOWN
    assert (
        "whether the provider has it is not known yet. $0.32 stays held"
        in (await types(office, f"/clip cancel {take.id}")).text
    )
    assert await office.take(take.id) == before


async def test_what_has_ended_cannot_be_cancelled(office: Office) -> None:
    """A clip that is in the channel is hidden, not cancelled."""
    take = (await drafted(office))[0]
    assert "cannot be cancelled: it is in the channel" in (await types(office, f"/clip cancel {take.id}")).text


async def test_cancel_is_its_makers_an_approvers_and_an_owners(office: Office) -> None:
    """Others are told so; the button on the card does the same as the verb."""
    await sets(office, "settings approvers=@jo")
    first, second, third = [(await office.order())[0] for _ in range(3)]
    for actor in (GUEST, RAVI):
        assert "Only its maker" in (await types(office, f"/clip cancel {first.id}", actor)).text
    await presses(office, "Cancel", await card_of(office, first), JO)
    await types(office, f"/clip cancel {second.id}", DANA)
    await types(office, f"/clip cancel {third.id}")
    assert {take.state for take in await office.rows(Take)} == {State.CANCELLED}


@ON_BOTH_STORES
async def test_a_card_that_nobody_saw_is_not_posted_to_be_cancelled(office: Office) -> None:
    """An order that was never confirmed leaves nothing in the channel."""
    notice = await types(office, "/clip final: a race car")
    await presses(office, "Never mind", notice)
    await office.work(60)
    assert (await office.rows(Take))[0].state is State.CANCELLED
    assert office.chat.sent == []


async def test_a_slate_of_which_only_a_part_is_held(office: Office) -> None:
    """The owner has allowed its second take alone: both are dropped, and what was held is back."""
    await sets(office, "budget set 0.40")
    takes = await office.order("a mug", count=2)
    await office.handle(AnswerAsk, DANA, subject=takes[1].id, yes=True)
    assert [take.held for take in await office.rows(Take, order=("number",))] == [ZERO, takes[1].price]
    await office.handle(Cancel, subject=takes[0].card)
    after = await office.rows(Take)
    assert {(take.state, take.held) for take in after} == {(State.CANCELLED, ZERO)}
