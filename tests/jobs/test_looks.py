"""The look of finals: new rolls, or started from their draft's frame; as it is asked for, and as the card says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.core.commands import BatchLine, Draft, OrderBatch, OrderOptions, SetLook, Settings, Undo
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Card, Line, Shot, Take
from tests.jobs.acts import (
    button_of,
    card_of,
    clip_of,
    drafted,
    finals,
    models,
    presses,
    reacts,
    sets,
    submits,
    types,
    votes,
)
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, RAVI, Office, keep_posters
from tests.jobs.worker.conftest import restart

ANEW, FROM_FRAME = "Mini renders it anew", "Mini starts from the draft's frame"


async def pictured(office: Office, prompt: str = "a fox in snow", **options: Any) -> list[Take]:
    """Drafts that are there, each with its picture."""
    takes = await drafted(office, prompt, **options)
    await keep_posters(office, *takes)
    return takes


async def look_of(office: Office, final: Take | str) -> str:
    """The look that a take was written with."""
    take = await office.take(final if isinstance(final, str) else final.id)
    return (await office.rows(Shot, id=take.shot))[0].look


def endpoint(office: Office) -> str:
    """Of the newest order."""
    return str(office.provider.script.called("submit")[-1]["order"].endpoint)


@ON_BOTH_STORES
async def test_keep_this_look_from_press_to_clip(office: Office) -> None:
    """The card says it before the vote, the final is made from the draft's frame, at the same price, and says so."""
    draft = (await pictured(office))[0]
    card = await card_of(office, draft)
    assert any(ANEW in line for line in card.view.lines)
    notice = await presses(office, "Keep this look", card)
    assert notice.text == f"Finals of {draft.id} start from the draft's frame from now on."
    card = await card_of(office, draft)
    assert any(FROM_FRAME in line for line in card.view.lines)
    await votes(office, draft.id, JO)
    assert any("from the draft's frame · ordering in" in line for line in (await card_of(office, draft)).view.lines)
    await office.work()
    final = (await finals(office))[0]
    assert (final.state, final.price, await look_of(office, final)) == (State.DELIVERED, Money.usd("0.75"), "match")
    assert endpoint(office) == "seedance-2-mini-image-to-video"
    assert "5 s at 720p · made from the draft's frame · approved by jo" in clip_of(office, final).view.lines
    assert "· look match" in (await types(office, f"/clip show {final.id}")).text
    assert await look_of(office, draft) == "new"


@ON_BOTH_STORES
async def test_a_new_roll_takes_it_back(office: Office) -> None:
    """The button turns into the other; pressed again, or by a stale one, nothing changes and nothing is redrawn."""
    draft = (await pictured(office))[0]
    old = await card_of(office, draft)
    await presses(office, "Keep this look", old)
    version = (await office.rows(Card))[0].version
    assert "already" in (await presses(office, "Keep this look", old, JO)).text
    assert (await office.rows(Card))[0].version == version
    notice = await presses(office, "A new roll", await card_of(office, draft), RAVI)
    assert notice.text == f"Finals of {draft.id} are new rolls from now on."
    assert button_of(await card_of(office, draft), "Keep this look")
    await votes(office, draft.id, JO)
    await office.work()
    assert endpoint(office) == "seedance-2-mini-text-to-video"


@pytest.mark.parametrize(("where", "said"), [("option", "match"), ("setting", "match"), ("both", "new")])
async def test_match_as_option_and_as_setting(office: Office, where: str, said: str) -> None:
    """The drafts are made as ever, and say from what their finals start; what is typed goes before the setting."""
    if where != "option":
        await sets(office, "settings look match")
    option = {"option": " --look match", "both": " --look new"}.get(where, "")
    notice = await types(office, f"/clip a fox in snow{option}")
    assert ("from the draft's frame" in notice.text) == (said == "match")
    await office.work()
    draft = (await office.rows(Take))[0]
    assert endpoint(office) == "seedance-2-mini-text-to-video"
    assert button_of(await card_of(office, draft), "A new roll" if said == "match" else "Keep this look")
    assert f"look {said}" in (await types(office, f"/clip show {draft.id}")).text
    await keep_posters(office, draft)
    await votes(office, draft.id, JO)
    assert await look_of(office, (await finals(office))[0]) == said


async def test_a_list_says_from_what_its_finals_start(office: Office) -> None:
    """Where all of them do."""
    await sets(office, "settings look=match")
    quote = (await types(office, "/clip batch: a fox\na cat")).text
    assert "Finals would be 5 s at 720p, $0.75 each, from its draft's frame." in quote
    lines = tuple(
        BatchLine(number=number, label=look, prompt="a fox", options=OrderOptions(look=look))
        for number, look in enumerate(("new", "match"), start=1)
    )
    assert "$0.75 each." in (await office.handle(OrderBatch, lines=lines)).text


async def test_the_setting_is_listed(office: Office) -> None:
    """With what it may be; help and tips say what it does."""
    await sets(office, "settings look=match")
    assert "look: match (new or match)" in (await types(office, "/dailies settings")).text
    assert "--look new|match" in (await types(office, "/clip help")).text
    assert "Keep this look" in (await types(office, "/clip tips")).text


async def test_a_direct_final_has_no_draft_to_start_from(office: Office) -> None:
    """Asked for, it is refused; where only the setting says match, it is rolled anew."""
    notice = await types(office, "/clip final: a race car --look match")
    assert notice.text.startswith("A direct final has no draft to start from")
    assert await office.rows(Line) == []
    await sets(office, "settings look match")
    await presses(office, "Order", await types(office, "/clip final: a race car"))
    await office.work()
    take = (await office.rows(Take))[0]
    assert (take.state, await look_of(office, take), endpoint(office)) == (
        State.DELIVERED,
        "new",
        "seedance-2-mini-text-to-video",
    )
    assert "there is nothing to promote" in (await office.handle(SetLook, subject=take.id, look="match")).text


async def test_a_model_that_takes_no_picture(office: Office) -> None:
    """No button on its cards; the option and the setting are refused with the models that can."""
    models(office, textonly=("text",))
    refused = await office.handle(Draft, prompt="a fox", options=OrderOptions(model="textonly", look="match"))
    assert "textonly cannot; mini can" in refused.text
    await sets(office, "settings look match")
    refused = await office.handle(Settings, DANA, changes=(("model", "textonly"),))
    assert "textonly cannot; mini can" in refused.text
    draft = (await pictured(office, model="textonly", look="new"))[0]
    labels = [button.label for button in (await card_of(office, draft)).view.buttons]
    assert labels == ["Finish it", "Again · $0.32", "Edit", "More…"]
    notice = await office.handle(SetLook, subject=draft.id, look="match")
    assert notice.text == "textonly cannot start from a draft's frame."


async def test_nine_references_leave_no_room(office: Office) -> None:
    """The press says so, and the card goes on saying that finals are new rolls."""
    refs = tuple(f"https://pictures.invalid/{number}.png" for number in range(9))
    draft = (await pictured(office, refs=refs))[0]
    notice = await presses(office, "Keep this look", await card_of(office, draft))
    assert notice.text.startswith("mini takes 9 pictures, and the shot has 9")
    assert any(ANEW in line for line in (await card_of(office, draft)).view.lines)


@ON_BOTH_STORES
async def test_a_draft_without_a_picture(office: Office) -> None:
    """The press is refused, and so is a vote for a final that was asked to start from one; no money is held."""
    draft = (await drafted(office))[0]
    notice = await presses(office, "Keep this look", await card_of(office, draft))
    assert notice.text.startswith(f"{draft.id} has no picture to start from yet")
    asked = (await drafted(office, look="match"))[0]
    used = (await office.budget()).used
    assert "has no picture to start from yet" in (await votes(office, asked.id, JO)).text
    assert (await finals(office), (await office.budget()).used) == ([], used)
    await presses(office, "A new roll", await card_of(office, asked))
    assert "is approved" in (await votes(office, asked.id, JO)).text


async def test_votes_of_before_stand_and_arm_nothing_by_themselves(office: Office) -> None:
    """The answer counts them, the card says what they approve now, and the next vote completes the quorum."""
    await sets(office, "settings quorum=2")
    draft = (await pictured(office))[0]
    await votes(office, draft.id, JO)
    notice = await presses(office, "Keep this look", await card_of(office, draft))
    assert notice.text.endswith("The approval given already counts for that too.")
    said = f"{draft.id}: 1 of 2 approvals · final 5 s 720p from the draft's frame, $0.75"
    assert said in (await card_of(office, draft)).view.lines
    await sets(office, "settings quorum=1")
    await presses(office, "A new roll", await card_of(office, draft))
    await office.work()
    assert await finals(office) == []
    await votes(office, draft.id, RAVI)
    assert (await finals(office))[0].approved_by == "jo and ravi"


@pytest.mark.parametrize("kind_of_store", ["postgres"])
async def test_a_press_and_a_vote_at_once(office: Office) -> None:
    """Whichever is first: the final has one look, its line on the card says which, and the next round the new one."""
    draft = (await pictured(office))[0]
    for number in range(4):
        looks = ("match", "new") if number % 2 == 0 else ("new", "match")
        press = office.handle(SetLook, subject=draft.id, look=looks[0])
        notice, voted = await asyncio.gather(press, votes(office, draft.id, JO))
        assert f"Finals of {draft.id}" in notice.text
        assert "is approved" in voted.text
        final = (await finals(office))[-1]
        armed = next(line for line in (await card_of(office, draft)).view.lines if "ordering in" in line)
        assert ("from the draft's frame" in armed) == (await look_of(office, final) == "match")
        assert (await office.rows(Card))[0].look == looks[0]
        await office.handle(Undo, subject=final.id)
        await votes(office, draft.id, JO, given=False)


@ON_BOTH_STORES
async def test_what_is_armed_keeps_its_look(office: Office) -> None:
    """Whatever is pressed while it waits; a restart changes nothing of it, and the next round has the new look."""
    one, two = await pictured(office, "a mug on {oak|steel}")
    await votes(office, one.id, JO)
    notice = await presses(office, "Keep this look", await card_of(office, one))
    assert f"{one.id}F stays as ordered." in notice.text
    office = await restart(office)
    await votes(office, two.id, JO)
    await office.work()
    assert [await look_of(office, final) for final in await finals(office)] == ["new", "match"]
    notice = await types(office, f"/clip again {one.id}F")
    assert notice.text.startswith("1 final of 5 s at 720p from the draft's frame: $0.75 held")
    await presses(office, "Order", notice)
    await office.work()
    assert await look_of(office, f"{one.id}F2") == "match"


async def test_from_a_final_of_this_look(office: Office) -> None:
    """Remix orders a draft whose finals start from its own frame; again of the draft is the shot as it was asked."""
    draft = (await pictured(office))[0]
    await presses(office, "Keep this look", await card_of(office, draft))
    await votes(office, draft.id, JO)
    await office.work()
    await types(office, f"/clip remix {draft.id}-F: a fox in rain")
    await types(office, f"/clip again {draft.id}")
    await office.work()
    _, remixed, again = [take for take in await office.rows(Take, order=("created_at", "id")) if take.draft is None]
    looks = {take.id: await look_of(office, take) for take in (remixed, again)}
    prompts = {(await office.rows(Shot, id=take.shot))[0].prompt: looks[take.id] for take in (remixed, again)}
    assert prompts == {"a fox in rain": "match", "a fox in snow": "new"}


async def test_a_sheet_of_which_one_cannot(office: Office) -> None:
    """The look is kept where it can be; the card says of each number how its final is made."""
    models(office, textonly=("text",))
    lines = tuple(
        BatchLine(number=number, label=model, prompt="a fox", options=OrderOptions(model=model))
        for number, model in enumerate(("mini", "textonly"), start=1)
    )
    await presses(office, "Order", await office.handle(OrderBatch, lines=lines))
    await office.work()
    one, two = await office.rows(Take, order=("number",))
    await keep_posters(office, one, two)
    await presses(office, "Keep this look", await card_of(office, one))
    says = "React 1️⃣ for 5 s at 720p, $0.75, from its frame; 2️⃣ for 5 s at 720p, $0.75, anew."
    assert any(says in line for line in (await card_of(office, one)).view.lines)
    for draft in (one, two):
        await votes(office, draft.id, JO)
    assert [await look_of(office, final) for final in await finals(office)] == ["match", "new"]


async def test_who_may_not_change_it(office: Office) -> None:
    """A guest is told; nothing of the card changes."""
    draft = (await pictured(office))[0]
    notice = await presses(office, "Keep this look", await card_of(office, draft), GUEST, LAUNCH)
    assert notice.text
    assert (await office.rows(Card))[0].look == ""


async def test_applause_for_a_draft_without_a_picture(office: Office) -> None:
    """The hint names the price, and does not refuse anything."""
    draft = (await drafted(office, look="match"))[0]
    await reacts(office, "👍", (await card_of(office, draft)).message, MINA)
    await office.work(1)
    assert any("$0.75" in line for line in office.lines())
    assert submits(office) == 1
