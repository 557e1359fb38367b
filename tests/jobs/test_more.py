"""*More…* and *Full prompt*."""

from __future__ import annotations

from bot.core.commands import FullPrompt, More
from bot.core.lifecycle import State
from bot.core.rows import Take
from tests.jobs.acts import card_of, drafted, presses, state_of, types, votes
from tests.jobs.conftest import Office


async def test_a_draft_has_its_rare_acts_behind_more(office: Office) -> None:
    """As buttons of a private answer; each does what it says."""
    draft = (await drafted(office))[0]
    more = await presses(office, "More", await card_of(office, draft))
    assert more.private
    assert [button.label for button in more.buttons] == [
        "Reject",
        "Keep for ever",
        "Take down",
        "Link",
        "Take info",
        "Full prompt",
    ]
    assert "draft for mina" in (await presses(office, "Take info", more)).text
    assert (await presses(office, "Full prompt", more)).text == f"{draft.id}: “a fox in snow”"
    assert "kept for ever" in (await presses(office, "Keep", more)).text
    assert "set aside" in (await presses(office, "Reject", more)).text
    again = await office.handle(More, subject=draft.id)
    assert [button.label for button in again.buttons] == ["Take down", "Link", "Take info", "Full prompt"]
    assert "taken down" in (await presses(office, "Take down", again)).text
    gone = await office.handle(More, subject=draft.id)
    assert [button.label for button in gone.buttons] == ["Take info", "Full prompt"]


async def test_of_a_slate_each_draft_is_rejected_alone(office: Office) -> None:
    """The rest is for all of it, and it says so."""
    takes = await drafted(office, "a mug on {oak|steel}")
    more = await presses(office, "More", await card_of(office, takes[0]))
    assert more.text.startswith(f"{takes[0].card}, 2 drafts for mina. ")
    assert [button.label for button in more.buttons] == [
        "Reject 1",
        "Reject 2",
        "Keep all for ever",
        "Take all down",
        "Links",
        "Take info",
        "Full prompt",
    ]
    await presses(office, "Reject 2", more)
    assert (await office.take(takes[1].id)).rejected_by
    assert (await presses(office, "Full prompt", more)).text == f"{takes[0].card}: “a mug on {{oak|steel}}”"


async def test_a_final_is_not_rejected(office: Office) -> None:
    """It can be kept, taken down and read about."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    await office.work(300)
    assert await state_of(office, f"{draft.id}-F") is State.DELIVERED
    labels = [button.label for button in (await office.handle(More, subject=f"{draft.id}-F")).buttons]
    assert labels == ["Keep for ever", "Take down", "Link", "Take info", "Full prompt"]


async def test_what_is_not_made_yet_can_be_read_about(office: Office) -> None:
    """There is nothing to keep, to take down or to link."""
    take = (await office.order())[0]
    assert [button.label for button in (await office.handle(More, subject=take.id)).buttons] == [
        "Take info",
        "Full prompt",
    ]


async def test_a_sheet_shows_the_prompt_of_each_of_its_takes(office: Office) -> None:
    """They have no one prompt."""
    quote = await types(office, "/clip batch:\na fox\na dog")
    await presses(office, "Order", quote)
    await office.work()
    sheet = (await office.rows(Take))[0].card
    assert (await office.handle(FullPrompt, subject=sheet)).text == f"{sheet}-1: “a fox”\n{sheet}-2: “a dog”"


async def test_an_address_in_a_prompt_leads_nowhere(office: Office) -> None:
    """Whoever looks at a prompt, or edits one in a chat without windows, reads it and follows nothing."""
    (draft,) = await drafted(office, "a fox like https://a.example")
    card = await card_of(office, draft.card)
    more = await presses(office, "More…", card)
    for said in [
        await presses(office, label, at) for label, at in (("Full", more), ("Take info", more), ("Edit", card))
    ]:
        assert "a fox like https:\u200b//a.example" in said.text
