"""Answers to interactions, as people see them."""

from __future__ import annotations

import asyncio
import copy
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.core.errors import Refusal
from bot.core.lifecycle import State
from bot.core.notices import Document, Notice
from bot.core.ports import Picture
from tests.adapters.discord.counter import counter
from tests.adapters.discord.server import until

#: Where an interaction is answered.
CALLBACK = "/interactions/*/callback"
#: Of answers that a test makes late.
PATIENCE_S = 0.1
SHORT_S = 0.05


async def test_a_private_answer(tmp_path: Path) -> None:
    """What was looked up is for whoever asked alone."""
    async with counter(tmp_path) as here:
        seen = await here.clip("help")
        assert seen.response is not None
        assert seen.response.ephemeral
        assert "/clip" in seen.response.content


async def test_the_card_is_the_answer(tmp_path: Path) -> None:
    """Whoever orders is answered by the card itself, for everyone, and by nothing else."""
    async with counter(tmp_path) as here, here.drawing():
        seen = await here.clip("a fox in snow")
        assert seen.response is not None
        assert not seen.response.ephemeral
        assert here.callbacks() == [4]
        assert "a fox in snow" in str(seen.response.embeds[0].description)
        assert not seen.followups
        assert here.chat.alone == []


async def test_advice_stands_beside_the_card(tmp_path: Path) -> None:
    """A tip on the prompt is said privately beside the card, with its button; the price is the card's alone."""
    async with counter(tmp_path) as here, here.drawing():
        seen = await here.clip("a street at night, no people")
        (tip,) = seen.followups
        assert tip.ephemeral
        assert "held" not in tip.content
        assert seen.response is not None
        await here.at.mina.click(tip.message, label="Use it")
        assert len(await here.takes()) == 2
        assert not tip.components


async def test_a_card_that_is_drawn_before_its_order_is_heard_of(tmp_path: Path) -> None:
    """A card that the outbox draws before the handler knows which one it is answers the interaction all the same."""
    async with counter(tmp_path) as here, here.drawing():
        go_on = asyncio.Event()
        here.slow(go_on)
        asyncio.get_running_loop().call_later(0.1, go_on.set)
        seen = await here.clip("a fox in snow")
        assert here.callbacks() == [4]
        assert seen.response is not None
        assert seen.response.embeds
        assert here.chat.alone == []


async def test_a_late_order_is_deferred_for_everyone(tmp_path: Path) -> None:
    """An order that takes longer than Discord waits is acknowledged, and its card takes that place."""
    async with counter(tmp_path, patience_s=PATIENCE_S) as here, here.drawing():
        here.late()
        seen, _ = await here.typed("a fox in snow")
        assert here.callbacks() == [5]
        assert seen.response is not None
        assert not seen.response.ephemeral
        assert seen.response.embeds
        assert not seen.followups


async def test_a_late_refusal_stays_private(tmp_path: Path) -> None:
    """What was deferred for everyone and then refused is told to whoever asked alone."""
    async with counter(tmp_path, patience_s=PATIENCE_S) as here:
        here.late()
        seen, _ = await here.typed("show ZZ9")
        assert seen.response is None
        (refusal,) = seen.followups
        assert refusal.ephemeral
        assert "ZZ9" in refusal.content


async def test_a_card_that_does_not_come(tmp_path: Path) -> None:
    """Where the card cannot be shown for long, the order's own sentence is the answer, and the order stands."""
    async with counter(tmp_path, patience_s=PATIENCE_S, card_s=SHORT_S) as here:
        seen, _ = await here.typed("a fox in snow")
        (said,) = seen.followups
        assert said.ephemeral
        assert "held" in said.content
        assert [take.state for take in await here.takes()] == [State.QUEUED]
        await here.office.outbox.once()
        assert len(here.chat.alone) == 1


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (404, 10015), (401, 50027), (400, 40060), (500, 0)])
async def test_a_token_that_is_dead(tmp_path: Path, status: int, code: int) -> None:
    """What a person has to know is said in a direct message where Discord takes no answer any more."""
    async with counter(tmp_path) as here:
        here.env.inject_error("POST", CALLBACK, status=status, code=code, times=None)
        await here.clip("show ZZ9")
        (said,) = here.at.direct(here.at.mina)
        assert "ZZ9" in said.content


async def test_a_question_that_cannot_be_put_privately(tmp_path: Path) -> None:
    """A question to a maker whose token is dead is put in the channel, to them, where it can be answered."""
    async with counter(tmp_path) as here:
        here.env.inject_error("POST", CALLBACK, status=404, code=10062)
        await here.clip("final: a fox in snow")
        (asked,) = here.at.shown(here.at.launch)
        assert asked.content.startswith(f"<@{here.at.mina.id}> ")
        (row,) = asked.components
        assert isinstance(row, discord.ActionRow)
        assert isinstance(row.children[0], discord.Button)
        async with here.drawing():
            await here.at.mina.click(asked, label=row.children[0].label)
        assert [take.state for take in await here.takes()] == [State.QUEUED]


async def test_a_question_where_nothing_may_be_said(tmp_path: Path) -> None:
    """Where the channel is closed, too, a direct message has its buttons, which say which server they are about."""
    async with counter(tmp_path) as here:
        here.env.inject_error("POST", CALLBACK, status=404, code=10062)
        here.env.inject_error("POST", f"/channels/{here.at.launch.id}/messages", status=403, code=50013)
        await here.clip("final: a fox in snow")
        (asked,) = here.at.direct(here.at.mina)
        assert f"@{here.at.guild.id} confirm:" in str(asked.components[0].to_dict())


async def test_a_token_that_is_dead_and_nobody_to_write_to(tmp_path: Path) -> None:
    """Where direct messages are closed it is said in the channel, without whatever was meant for one alone."""
    async with counter(tmp_path) as here:
        here.env.inject_error("POST", CALLBACK, status=404, code=10062, times=None)
        here.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
        await here.clip("show ZZ9")
        assert "ZZ9" in here.at.shown(here.at.launch)[-1].content


async def test_an_answer_that_nobody_needs(tmp_path: Path) -> None:
    """What was only looked up is not said elsewhere."""
    async with counter(tmp_path) as here:
        here.env.inject_error("POST", CALLBACK, status=404, code=10062, times=None)
        await here.clip("status")
        assert here.at.shown(here.at.launch) == []


async def test_a_dead_token_loses_no_order(tmp_path: Path) -> None:
    """An order whose card cannot be its answer stands, its card is posted, and advice is not said out of place."""
    async with counter(tmp_path) as here, here.drawing():
        here.env.inject_error("POST", CALLBACK, status=404, code=10062, times=None)
        here.env.inject_error("POST", "/webhooks/*", status=404, code=10015, times=None)
        await here.clip("a street at night, no people")
        assert len(await here.takes()) == 1
        assert len(here.chat.alone) == 1
        assert here.at.shown(here.at.launch) == []


async def test_what_is_fetched_is_acknowledged_first(tmp_path: Path) -> None:
    """Where something has to be fetched first, Discord is told so at once, and the card takes that place."""
    async with counter(tmp_path) as here, here.drawing():
        seen, _ = await here.typed("a fox in snow", fetching=True)
        assert here.callbacks() == [5]
        assert seen.response is not None
        assert seen.response.embeds


async def test_files_go_with_the_answer(tmp_path: Path) -> None:
    """A document and a picture hang at the private answer, with what they show in words."""
    async with counter(tmp_path) as here:
        for name in ("report.csv", "chart.png"):
            (tmp_path / name).write_bytes(b"content")
        picture = Picture(path=tmp_path / "chart.png", name="chart.png", about="What was spent")
        document = Document(path=tmp_path / "report.csv", name="report.csv", about="A report")
        here.say(Notice(text="Here it is.", table="a  1", picture=picture, document=document))
        seen = await here.clip("status")
        assert seen.response is not None
        assert seen.response.ephemeral
        assert [each.filename for each in seen.response.attachments] == ["chart.png", "report.csv"]


async def test_a_file_that_cannot_be_sent(tmp_path: Path) -> None:
    """An answer whose file is too large, or gone, is given without it, and says so."""
    async with counter(tmp_path) as here:
        document = Document(path=tmp_path / "report.csv", name="report.csv", about="A report")
        here.say(Notice(text="Here it is.", document=document))
        seen = await here.clip("status")
        assert seen.response is not None
        assert "Here it is." in seen.response.content
        assert "report.csv could not be sent" in seen.response.content
        document.path.write_bytes(b"content")
        here.env.inject_error("POST", CALLBACK, status=413, code=40005)
        seen = await here.clip("status")
        assert seen.response is not None
        assert "report.csv could not be sent" in seen.response.content


async def test_a_place_that_is_not_known(tmp_path: Path) -> None:
    """Where Discord does not say where something was asked, nothing is done and that is said."""
    async with counter(tmp_path) as here:
        seen = await here.at.mina.slash(here.at.launch, "clip", text="later")
        interaction = here.later.pop()
        channel, interaction.channel = interaction.channel, None
        with pytest.raises(Refusal):
            await here.desk.origin(interaction)
        await here.desk.answering.carry_out(interaction, here.work(interaction, "help"))
        interaction.channel = channel
        assert seen.response is not None
        assert "could not read this channel" in seen.response.content


async def test_what_is_under_way_is_finished(tmp_path: Path) -> None:
    """At the end nobody waits for a card any more: the order's own sentence is said."""
    async with counter(tmp_path, patience_s=PATIENCE_S) as here:
        seen = await here.at.mina.slash(here.at.launch, "clip", text="later")
        interaction = here.later.pop()
        answer = here.desk.answering.carry_out(interaction, here.work(interaction, "a fox in snow"))
        task = asyncio.create_task(answer)
        await until(here.pending.waiting)
        await asyncio.sleep(0.1)
        await here.desk.answering.finish()
        await task
        assert "held" in seen.followups[0].content


async def test_in_a_thread(tmp_path: Path) -> None:
    """An order in a thread is answered there by its card."""
    async with counter(tmp_path) as here, here.drawing():
        seen = await here.clip("a fox in snow", channel=here.at.thread)
        assert seen.response is not None
        assert seen.response.embeds
        assert seen.response.channel_id == here.at.thread.id
        assert here.chat.alone == []


async def test_a_defect_is_answered(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A handler that breaks is logged and answered, and no secret is in the log."""
    async with counter(tmp_path) as here:

        async def broken(command: object) -> object:
            raise ZeroDivisionError(str(command))

        object.__setattr__(here.desk.manager, "handle", broken)
        seen = await here.clip("status")
        assert seen.response is not None
        assert seen.response.ephemeral
        assert "a defect" in caplog.text


async def test_an_event_that_is_heard_twice_is_answered_once(tmp_path: Path) -> None:
    """An interaction that Discord tells of twice, as where a session is resumed, orders once and is answered once."""
    async with counter(tmp_path) as here, here.drawing():
        _, interaction = await here.typed("a fox")
        again: Any = copy.copy(interaction)
        del again._cs_response  # noqa: SLF001 - as a copy that has answered nothing
        await here.desk.answering.carry_out(again, here.work(again, "a fox"))
        assert len(await here.takes()) == 1
        assert [each.content for each in here.at.direct(here.at.mina)] == []
        assert len(here.at.shown(here.at.launch)) == 1
