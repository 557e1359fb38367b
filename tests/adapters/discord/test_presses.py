"""Buttons, as people press them: at once, after a restart, after days, and where they do not belong."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest

from adapters.discord.buttons import MOST_BUTTONS, from_home, view_of
from bot.core.lifecycle import State
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Button
from tests.adapters.discord.counter import Counter, counter

WELL = "Well?"
#: Of an answer that a test makes late.
PATIENCE_S = 0.1


async def drafted(here: Counter) -> str:
    """The id of a draft whose clip is in the chat."""
    async with here.drawing():
        await here.clip("a fox in snow")
    await here.office.work()
    return (await here.takes())[0].id


async def test_a_press_is_carried_out_and_answered(tmp_path: Path) -> None:
    """*Finish it* arms the final; what it costs is said to whoever pressed, privately."""
    async with counter(tmp_path) as here:
        take = await drafted(here)
        message = await here.put(Button(label="Finish it", action=f"promote:{take}"))
        seen = await here.at.jo.click(message, label="Finish it")
        assert [each.state for each in await here.takes() if each.draft] == [State.ARMED]
        assert seen.response is None or seen.response.ephemeral


async def test_a_press_after_a_restart_and_after_days(tmp_path: Path) -> None:
    """A button is known by what it carries alone, so that another process knows it days later."""
    async with counter(tmp_path) as here:
        take = await drafted(here)
        message = await here.put(Button(label="Finish it", action=f"promote:{take}"))
        await here.env.advance_time(3 * 24 * 3600)
        await here.restart()
        await here.at.jo.click(message, label="Finish it")
        assert [each.state for each in await here.takes() if each.draft] == [State.ARMED]


async def test_an_order_by_a_press_is_answered_by_its_card(tmp_path: Path) -> None:
    """A press that orders is answered for everyone by the new card."""
    async with counter(tmp_path) as here, here.drawing():
        message = await here.put(Button(label="Try it", action="try"))
        seen = await here.at.mina.click(message, label="Try it")
        assert seen.response is not None
        assert not seen.response.ephemeral
        assert seen.response.embeds
        assert here.chat.alone == []


@pytest.mark.parametrize(
    "action",
    ["promote:ZZ9", "show:A7K", "explode:A7K", "raise:A7K:1", "x" * 100, "judge:A7K:made.1", "window:1", "link\nx"],
)
async def test_forged_and_foreign_buttons_are_answered(tmp_path: Path, action: str) -> None:
    """A button that no card of ours here has is answered privately with a sentence, and does nothing."""
    async with counter(tmp_path) as here:
        message = await here.put(Button(label=WELL, action=action))
        seen = await here.at.mina.click(message, label=WELL)
        assert seen.response is not None
        assert seen.response.ephemeral
        assert seen.response.content
        assert await here.takes() == []


async def test_buttons_of_what_is_gone(tmp_path: Path) -> None:
    """A take that was hidden or has ended answers a press privately."""
    async with counter(tmp_path) as here:
        take = await drafted(here)
        await here.clip(f"hide {take}")
        await here.office.work()
        message = await here.put(Button(label=WELL, action=f"promote:{take}"))
        seen = await here.at.jo.click(message, label=WELL)
        assert seen.response is not None
        assert seen.response.ephemeral
        assert not [each for each in await here.takes() if each.draft]


async def test_a_press_that_came_twice_says_nothing(tmp_path: Path) -> None:
    """A press with nothing to say is acknowledged, and the message stays as it is."""
    async with counter(tmp_path) as here:
        here.say(SILENCE)
        message = await here.put(Button(label=WELL, action="status"))
        seen = await here.at.mina.click(message, label=WELL)
        assert here.callbacks() == [6]
        assert not seen.followups


async def test_a_confirmed_order_has_no_buttons_any_more(tmp_path: Path) -> None:
    """The answer to a confirmation takes the place of the question, so that nobody confirms twice."""
    async with counter(tmp_path) as here:
        asked = await here.clip("final: a fox in snow")
        assert asked.response is not None
        label, *_ = (each["label"] for row in asked.response.components for each in row["components"])
        async with here.drawing():
            await here.at.mina.click(asked.response.message, label=label)
        assert asked.response.components == []
        assert [take.state for take in await here.takes()] == [State.QUEUED]


async def test_a_question_in_a_direct_message(tmp_path: Path) -> None:
    """What somebody was asked stays to be read, without its buttons once it was answered; a refusal leaves them."""
    async with counter(tmp_path) as here:
        dana = here.at.dana.user
        refused = await here.put(Button(label="Leave it", action="dismiss:ZZ9"), to=here.at.dana)
        await dana.click(refused, label="Leave it")
        assert here.at.direct(here.at.dana)[0].components
        here.say(Notice(text="It is done."))
        answered = await here.put(Button(label="Allow", action="allow:A7K:1"), to=here.at.dana)
        await dana.click(answered, label="Allow")
        question, answer = here.at.direct(here.at.dana)[-2:]
        assert (question.content, question.components) == (WELL, [])
        assert answer.content == "It is done."


async def test_buttons_of_an_answer_in_a_direct_message(tmp_path: Path) -> None:
    """A button that comes with an answer in a direct message says which server it is about, also behind a window."""
    async with counter(tmp_path) as here:
        dana = here.at.dana.user
        here.say(Notice(text="Sure?", buttons=(Button(label="Yes", action="confirm:A7K"),)))
        message = await here.put(from_home(Button(label="Well", action="show:A7K"), here.at.guild.id), to=here.at.dana)
        seen = await dana.click(message, label="Well")
        assert seen.response is not None
        (row,) = seen.response.components
        assert row["components"][0]["custom_id"] == f"@{here.at.guild.id} confirm:A7K"


async def test_a_late_answer_takes_the_place_of_its_question(tmp_path: Path) -> None:
    """A question stays as it is while its answer is looked for, and then is the answer."""
    async with counter(tmp_path, patience_s=PATIENCE_S) as here:
        here.say(Notice(text="Well?", buttons=(Button(label="Order", action="confirm:A7K"),)))
        seen = await here.clip("status")
        assert seen.response is not None
        here.say(Notice(text="Ordered.", card="A7K"), late=True)
        await here.left_to_test(here.at.mina.click(seen.response.message, label="Order"), for_good=True)
        assert here.callbacks() == [4, 6]
        assert (seen.response.content, seen.response.components) == ("Ordered.", [])


async def test_a_late_refusal_leaves_the_question(tmp_path: Path) -> None:
    """A press that comes to nothing, late, is answered beside the question."""
    async with counter(tmp_path, patience_s=PATIENCE_S) as here:
        here.say(Notice(text="Well?", buttons=(Button(label="Order", action="confirm:A7K"),)))
        seen = await here.clip("status")
        assert seen.response is not None
        here.say(Notice(text="Not now.", needed=True), late=True)
        pressed = await here.left_to_test(here.at.mina.click(seen.response.message, label="Order"), for_good=True)
        assert seen.response.components
        assert [each.content for each in pressed.followups] == ["Not now."]


async def test_a_press_that_is_silent_after_all(tmp_path: Path) -> None:
    """What was deferred and has nothing to say leaves nothing."""
    async with counter(tmp_path, patience_s=PATIENCE_S) as here:
        here.say(SILENCE, late=True)
        message = await here.put(Button(label=WELL, action="status"))
        seen = await here.left_to_test(here.at.mina.click(message, label=WELL))
        assert here.callbacks() == [5]
        assert seen.response is None
        assert not seen.followups


async def test_nothing_is_kept_for_each_message(tmp_path: Path) -> None:
    """The client's memory does not grow with the messages that are sent, pressed and edited."""
    async with counter(tmp_path) as here:
        views = here.client._connection._view_store  # noqa: SLF001 - where the vendor keeps them
        for _ in range(5):
            message = await here.put(Button(label=WELL, action="status"))
            await here.at.mina.click(message, label=WELL)
            await message.edit(view=view_of((Button(label="Again", action="help"),)))
            await here.clip("build")
        assert views._views == {}  # noqa: SLF001
        assert views._synced_message_views == {}  # noqa: SLF001
        assert views._modals == {}  # noqa: SLF001
        assert len(views._dynamic_items) == 1  # noqa: SLF001


async def test_links_and_limits() -> None:
    """An address opens by itself; what is more than Discord takes is left out."""
    link, *_ = view_of([Button(label="See it", action="https://discord.com/channels/1/2/3")]).children
    assert isinstance(link, discord.ui.Button)
    assert link.url == "https://discord.com/channels/1/2/3"
    many = view_of([Button(label="x" * 90, action=f"show:{number}") for number in range(30)])
    assert len(many.children) == MOST_BUTTONS
    assert many.is_finished()
