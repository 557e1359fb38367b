"""Windows, opened and submitted in an office: what they begin with, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import Actor, OpenModal, OrderOptions
from bot.core.errors import OrderRefused, RefusedFor
from bot.core.lifecycle import State
from bot.core.modals import (
    ACTION_CHARACTERS,
    CHOICE_CHARACTERS,
    HINT_CHARACTERS,
    LABEL_CHARACTERS,
    TITLE_CHARACTERS,
    FieldKind,
    Form,
    Modal,
)
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.rows import Shot, Take
from tests.jobs.acts import (
    card_of,
    declines,
    drafted,
    fills_in,
    models,
    presses,
    sends_in,
    sets,
    to_dana,
    types,
)
from tests.jobs.conftest import DANA, JO, LAUNCH, MINA, Office

PNG = "https://pictures.example/a.png"


def window(notice: Notice) -> Modal:
    """The window that an answer opens."""
    assert notice.modal is not None, notice.text
    return notice.modal


def begun(notice: Notice) -> dict[str, str]:
    """What its fields begin with, where that is something."""
    return {field.name: field.value for field in window(notice).fields if field.value}


async def newest_shot(office: Office) -> Shot:
    takes = await office.rows(Take, order=("-created_at", "-id"), limit=1)
    return (await office.rows(Shot, id=takes[0].shot))[0]


def require_fits(modal: Modal) -> None:
    """Within the limits of every chat."""
    assert len(modal.action) <= ACTION_CHARACTERS
    assert all(0 < len(text) <= TITLE_CHARACTERS for text in (modal.title, modal.submit))
    assert len({field.name for field in modal.fields}) == len(modal.fields)
    for field in modal.fields:
        assert 0 < len(field.label) <= LABEL_CHARACTERS
        assert len(field.hint) <= HINT_CHARACTERS
        assert bool(field.choices) == (field.kind is FieldKind.CHOICE)
        assert not field.choices or field.value in ("", *(choice.value for choice in field.choices))
        assert all(0 < len(choice.label) <= CHOICE_CHARACTERS for choice in field.choices)
        assert "." not in field.name


@pytest.mark.parametrize("form", [form for form in Form if form not in (Form.EDIT, Form.DECLINE)])
async def test_every_window_fits(office: Office, form: Form) -> None:
    """On Slack and on Discord, with more than one model on too; and says how to type the same."""
    for _ in range(2):
        notice = await office.handle(OpenModal, DANA, form=form, pictures=(PNG,) if form is Form.IMAGE else ())
        require_fits(window(notice))
        assert notice.text
        models(office, pro=("text", "image"))


async def test_a_built_prompt_is_ordered(office: Office) -> None:
    """The parts are one prompt; the options are the channel's until they are changed, and the price is said."""
    await sets(office, "settings ratio=9:16 audio=off")
    opened = await types(office, "/clip build")
    assert window(opened).about == "A draft of 4 s at 480p costs $0.32. #launch has $50.00 of $50.00 left until 1 Dec."
    assert begun(opened) == {
        "ratio": "9:16",
        "seconds": "5",
        "count": "1",
        "draft-seconds": "4",
        "audio": "off",
        "look": "new",
        "bitrate": "normal",
    }
    said = await fills_in(office, opened, subject="a mug", action="steams", seconds="9")
    assert "$0.32 held. The final will be 9 s" in said.text
    shot = await newest_shot(office)
    assert (shot.prompt, shot.ratio, shot.seconds, shot.audio) == ("a mug steams", "9:16", 9, False)


async def test_a_window_that_is_submitted_twice_orders_once(office: Office) -> None:
    """The event is the window's and the person's."""
    opened = await types(office, "/clip build")
    values = {field.name: field.value for field in window(opened).fields} | {"subject": "a mug"}
    first = await sends_in(office, window(opened).action, values, event="slack:V1:mina")
    second = await sends_in(office, window(opened).action, values, event="slack:V1:mina")
    assert ("held" in first.text, second.text) == (True, "")
    assert len(await office.rows(Take)) == 1


async def test_what_was_typed_stands_in_the_picture_window(office: Office) -> None:
    """A prompt without its picture is not lost."""
    opened = await types(office, "/clip image: a fox in snow --seconds 7")
    assert window(opened).title == "Animate a picture"
    assert (begun(opened)["prompt"], begun(opened)["seconds"]) == ("a fox in snow", "7")
    await fills_in(office, opened, addresses=PNG)
    shot = await newest_shot(office)
    assert (shot.mode, shot.prompt, shot.seconds, len(shot.pictures)) == ("image", "a fox in snow", 7, 1)


async def test_a_given_picture_is_animated(office: Office) -> None:
    """Only the prompt is asked for then."""
    opened = await office.handle(OpenModal, form=Form.IMAGE, pictures=(PNG,))
    assert window(opened).pictures == (PNG,)
    assert "1 picture given already." in window(opened).about
    assert not any(field.kind is FieldKind.PICTURES for field in window(opened).fields)
    await fills_in(office, opened, prompt="it runs")
    assert (await newest_shot(office)).mode == "image"


async def test_a_take_is_edited_from_its_card(office: Office) -> None:
    """*Edit* begins with the prompt and options that it has; pictures stay unless others come."""
    draft = (await drafted(office, "a fox in snow", seconds=8, ratio="1:1", refs=(PNG,)))[0]
    opened = await presses(office, "Edit", await card_of(office, draft))
    assert opened.text == f"Write /clip remix {draft.id}: and the new prompt. Now it is:\n“a fox in snow”"
    require_fits(window(opened))
    found = begun(opened)
    assert (found["prompt"], found["seconds"], found["ratio"]) == ("a fox in snow", "8", "1:1")
    assert window(opened).about.endswith("Its 1 picture stays, unless others are given.")
    await fills_in(office, opened, prompt="a fox in rain", ratio="4:3")
    shot = await newest_shot(office)
    assert (shot.prompt, shot.seconds, shot.ratio, shot.mode) == ("a fox in rain", 8, "4:3", "omni")


async def test_a_slate_is_edited_as_it_was_typed(office: Office) -> None:
    """With its variants in braces and its count."""
    takes = await drafted(office, "a mug on {oak|steel}", count=2)
    opened = await types(office, f"/clip remix {takes[0].card} --seconds 6")
    found = begun(opened)
    assert (found["prompt"], found["count"], found["seconds"]) == ("a mug on {oak|steel}", "2", "6")
    opened = await types(office, f"/clip remix {takes[0].card}: --count 3")
    assert begun(opened)["count"] == "3"


async def test_a_refused_take_is_edited_and_tried_again(office: Office) -> None:
    """Its maker's line and its card have the button."""
    office.provider.script.add("submit", OrderRefused("a protected character", reason=RefusedFor.POLICY))
    take = (await office.order("a mouse in a hat"))[0]
    await office.work(60)
    line = next(sent for sent in office.chat.sent if sent.to == MINA.id)
    assert begun(await presses(office, "Edit and try again", line))["prompt"] == "a mouse in a hat"
    opened = await presses(office, "Edit and try again", await card_of(office, take))
    said = await fills_in(office, opened, prompt="a fox in a hat")
    assert "$0.32 held" in said.text


async def test_an_edit_of_a_model_that_is_off_takes_the_channels(office: Office) -> None:
    """The window opens all the same, and the model is left to be chosen."""
    models(office, pro=("text",))
    draft = (await drafted(office, model="pro"))[0]
    mini = tuple(model for model in office.kit.catalogue.models if model.name != "pro")
    object.__setattr__(office.kit, "catalogue", replace(office.kit.catalogue, models=mini))
    opened = await types(office, f"/clip remix {draft.id}")
    assert "model" not in begun(opened)
    assert "costs $0.32" in window(opened).about


async def test_a_list_is_pasted(office: Office) -> None:
    """The window's answer is the quote."""
    opened = await types(office, "/clip batch")
    said = await fills_in(office, opened, list="hero | a fox\na dog")
    assert [button.label for button in said.buttons] == ["Order 2 · $0.64", "Never mind"]


async def test_an_owner_changes_settings(office: Office) -> None:
    """The answer that shows them has the button for owners; only what was changed is set."""
    await sets(office, "settings approvers=ravi quorum=1")
    shown = await types(office, "/dailies settings", DANA)
    opened = await presses(office, "Change settings", shown, DANA)
    found = begun(opened)
    assert (found["approvers"], found["approvers-named"], found["makers"]) == ("named", "ravi", "everyone")
    assert (found["grace"], found["quorum"], found["hour"], found["confirm-above"]) == ("15 s", "1", "off", "$5.00")
    await sets(office, "settings ratio=9:16")
    said = await fills_in(office, opened, DANA, quorum="2", approvers_named="ravi jo")
    assert said.text == "quorum: 2\napprovers: ravi, jo"
    assert "ratio: 9:16" in (await types(office, "/dailies settings", DANA)).text
    assert (await types(office, "/dailies settings", JO)).buttons == ()


async def test_a_named_group_stays_in_the_settings(office: Office) -> None:
    """No picker of people has it: it stands in a field of its own, while one is named."""
    await sets(office, "settings approvers=<!subteam^S1|@designers>,ravi")
    shown = await types(office, "/dailies settings", DANA)
    assert "approvers: @designers (&S1), ravi (" in shown.text
    opened = await presses(office, "Change settings", shown, DANA)
    require_fits(window(opened))
    assert (begun(opened)["approvers-named"], begun(opened)["approvers-groups"]) == ("ravi", "&S1|designers")
    assert "makers-groups" not in {field.name for field in window(opened).fields}
    said = await fills_in(office, opened, DANA, quorum="4", approvers_named="ravi jo")
    assert said.text == "quorum: 4\napprovers: ravi, jo, @designers (&S1)"


async def test_an_owner_changes_a_cap(office: Office) -> None:
    """Of a cap that another owner has raised meanwhile only what was changed is set."""
    shown = await types(office, "/dailies budget", DANA)
    opened = await presses(office, "Change budget", shown, DANA)
    assert begun(opened) == {
        "amount": "$50.00",
        "period": "month",
        "envelope": "none",
        "zone": "UTC",
        "tell": "50 %",
        "warn": "80 %",
        "approve": "95 %",
        "drafts-only": "off",
    }
    await sets(office, "budget raise 25")
    await fills_in(office, opened, DANA, envelope="20", approve="off")
    assert (await office.budget()).cap == Money.usd(75)
    policy = (await office.handle(OpenModal, DANA, form=Form.BUDGET)).modal
    assert policy is not None
    assert {field.name: field.value for field in policy.fields}["envelope"] == "$20.00"
    assert {field.name: field.value for field in policy.fields}["approve"] == "off"


async def test_a_cap_of_nothing_is_not_no_cap(office: Office) -> None:
    """The window says which it is."""
    for typed, shown in (("0", "$0.00"), ("none", "none")):
        await sets(office, f"budget set {typed}")
        assert begun(await office.handle(OpenModal, DANA, form=Form.BUDGET))["amount"] == shown


async def test_the_workspaces_cap_and_everybodys(office: Office) -> None:
    """Each window sets the cap that it shows."""
    shown = await types(office, "/dailies budget", DANA)
    opened = await presses(office, "Change the workspace's", shown, DANA)
    assert begun(opened)["amount"] == "$100.00"
    assert "of $70.00 left" in (await fills_in(office, opened, DANA, amount="70")).text
    everybodys = await office.handle(OpenModal, DANA, form=Form.BUDGET, scope="person")
    assert begun(everybodys)["amount"] == "none"
    assert "Each person may spend $5.00" in (await fills_in(office, everybodys, DANA, amount="5")).text


async def test_a_maker_asks_for_more(office: Office) -> None:
    """From the answer that shows the cap; with how much and what for."""
    shown = await types(office, "/dailies budget", JO)
    opened = await presses(office, "Ask for more", shown, JO)
    assert "has been asked" in (await fills_in(office, opened, JO, amount="20", why="the launch film")).text
    await office.work(1)
    sent = to_dana(office, "asks for $20.00 more")
    assert sent.view.quote == "the launch film"


async def test_an_order_is_declined_with_a_reason(office: Office) -> None:
    """The maker reads why, in the owner's own words."""
    await sets(office, "settings owner-above=0.30")
    await types(office, "/clip a fox")
    await office.work(1)
    sent = to_dana(office, "asks for")
    assert window(await presses(office, "Decline", sent, DANA)).about == (
        f"mina asks for {(await office.rows(Take))[0].id} at $0.32. Declined, it ends here and costs nothing."
    )
    assert "is declined" in (await declines(office, sent, DANA, why="not before Monday")).text
    await office.work(1)
    assert [each.view.quote for each in office.chat.sent if each.to == MINA.id] == ["not before Monday"]
    assert (await office.rows(Take))[0].state is State.DECLINED


async def test_where_there_are_no_windows_a_second_press_declines(office: Office) -> None:
    """The answer that stands for the window has the button; nothing was declined before."""
    await sets(office, "settings owner-above=0.30")
    await types(office, "/clip a mug on {oak|steel}")
    await office.work(1)
    opened = await presses(office, "Decline", to_dana(office, "asks for"), DANA)
    assert "mina asks for 2 takes of" in opened.text
    assert {take.state for take in await office.rows(Take)} == {State.ASKED}
    assert "is declined" in (await presses(office, "Decline", opened, DANA)).text


async def test_a_subject_that_was_typed(office: Office) -> None:
    """The six parts begin with the one that was given with the verb."""
    assert begun(await office.handle(OpenModal, form=Form.BUILD, prompt="a fox"))["subject"] == "a fox"
    assert "subject" not in begun(await office.handle(OpenModal, form=Form.BUILD))


async def test_nothing_is_asked_where_nothing_can_be_ordered(office: Office) -> None:
    """A paused channel says so before a form is filled in."""
    await sets(office, "pause")
    for form in (Form.BUILD, Form.BATCH):
        opened = await office.handle(OpenModal, form=form)
        assert (opened.modal, "dana paused ordering" in opened.text) == (None, True)


async def test_the_welcome_offers_the_windows(office: Office) -> None:
    """A prompt to build, and for owners the budget; a maker is told what they can do instead."""
    help_ = await types(office, "/clip help", JO)
    labels = [button.label for button in help_.buttons]
    assert labels == ["Try it · $0.32", "Build a prompt", "Change budget", "I look after this budget"]
    assert window(await presses(office, "Build", help_, JO)).title == "Build a prompt"
    assert "/dailies budget ask 10" in (await presses(office, "Change", help_, JO)).text


async def test_guests_are_offered_nothing(office: Office) -> None:
    """The cap is shown without a button that would refuse them."""
    zed = Actor(id="zed", name="zed", guest=True)
    assert (await types(office, "/dailies budget", zed)).buttons == ()


async def test_options_that_were_typed_are_kept(office: Office) -> None:
    """Over the channel's settings."""
    opened = await office.handle(
        OpenModal, place=LAUNCH, form=Form.REF, options=OrderOptions(audio=False, look="match")
    )
    assert (begun(opened)["audio"], begun(opened)["look"]) == ("off", "match")
