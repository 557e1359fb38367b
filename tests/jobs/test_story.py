"""The main job on fakes: draft, review, approve, deliver."""

from __future__ import annotations

from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Take
from tests.jobs.acts import (
    card_of,
    clip_of,
    drafted,
    finals,
    presses,
    reacts,
    sets,
    state_of,
    submits,
    to_dana,
    types,
    unreacts,
)
from tests.jobs.conftest import DANA, JO, MINA, ON_EVERY_STORE, RAVI, Office

pytestmark = ON_EVERY_STORE


async def test_a_slate_is_drafted_one_is_approved_and_its_final_is_posted(office: Office) -> None:
    """Four drafts, one vote, one final; every cent in the ledger."""
    takes = await drafted(office, "a mug on {marble|oak|steel|slate}", seconds=10)
    await types(office, f"/clip promote {takes[1].id}")
    await office.work()
    assert await state_of(office, f"{takes[1].id}F") is State.DELIVERED
    assert (await office.budget()).used == Money.usd("2.78")
    assert submits(office) == 5


async def test_the_story_of_the_demo(office: Office) -> None:
    """A slate, a vote with quorum two, a slip undone, a final, an order over the cap that the owner raises."""
    await sets(office, "settings quorum=2")
    await sets(office, "budget set 4")
    takes = await drafted(office, "a ceramic mug on {marble|oak|steel|slate}, steam rising", seconds=10)
    message = (await card_of(office, takes[0])).message
    await reacts(office, "2️⃣", message, JO)
    await reacts(office, "3️⃣", message, JO)
    await reacts(office, "3️⃣", message, RAVI)
    await presses(office, "Undo", await card_of(office, takes[0]), RAVI)
    await unreacts(office, "3️⃣", message, RAVI)
    await reacts(office, "2️⃣", message, RAVI)
    await office.work()
    assert [(final.id, final.state) for final in await finals(office)] == [
        (f"{takes[1].id}F", State.DELIVERED),
        (f"{takes[2].id}F", State.CANCELLED),
    ]
    assert clip_of(office, f"{takes[1].id}F").thread is None
    notice = await types(office, "/clip the oak mug on a rainy windowsill --count 4", MINA)
    await presses(office, "Ask for more", notice, MINA)
    await office.work(1)
    question = to_dana(office, "asks for")
    await presses(office, "Raise by $10", question, DANA)
    await office.work()
    assert {take.state for take in await office.rows(Take)} == {State.DELIVERED, State.CANCELLED}
    assert (await office.budget()).used == Money.usd("4.06")
    assert submits(office) == 9
