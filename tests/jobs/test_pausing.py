"""Pause and resume: nothing new, what waits keeps its place and its money, what is submitted goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import ChatError, Refusal
from bot.core.lifecycle import State
from bot.core.moments import worded
from bot.core.money import Money
from bot.core.ports import Message, Reaction
from bot.core.rows import Take
from bot.jobs.audit import audit
from tests.jobs.acts import (
    card_of,
    declines,
    drafted,
    finals,
    presses,
    reacts,
    sets,
    state_of,
    submits,
    types,
    unreacts,
    votes,
)
from tests.jobs.conftest import DANA, JO, LAUNCH, ON_BOTH_STORES, TEAM, Office, make_office
from tests.jobs.test_owner_rules import asked

HOUR_S = 3600


@ON_BOTH_STORES
async def test_nothing_is_ordered_while_it_is_paused(office: Office) -> None:
    """Who orders reads who paused it and since when; what is queued waits with its hold; what is submitted goes on."""
    submitted = (await office.order("a dog"))[0]
    await office.work(5)
    queued = (await office.order("a fox", JO))[0]
    notice = await types(office, "/dailies pause the client calls", DANA)
    assert notice.text.startswith("Ordering in #launch is paused. What is queued or approved waits")
    refused = (await types(office, "/clip a cat")).text
    assert worded(refused).startswith("Not ordered: dana paused ordering in #launch on 2 Nov, 09:00. What is submitted")
    await office.work(HOUR_S)
    assert (await state_of(office, submitted), await state_of(office, queued)) == (State.DELIVERED, State.QUEUED)
    assert (await office.budget()).held == Money.usd("0.32")
    assert "paused" not in (await types(office, "/clip a cat", place=TEAM)).text


async def test_everyone_reads_it_once(office: Office) -> None:
    """The channel is told of the pause, with its reason, and of its end; cards and status say what waits and why."""
    take = (await office.order())[0]
    await sets(office, "pause the client calls")
    await office.work(1)
    told = next(sent for sent in office.chat.sent if "paused ordering" in sent.view.title)
    assert told.view.title.startswith("dana paused ordering in #launch. What waits keeps its place and its money;")
    assert (told.view.quote, told.to) == ("the client calls", None)
    card = await card_of(office, take)
    assert "Waiting: dana paused ordering on 2 Nov, 09:00; nothing is ordered until it goes on." in map(
        worded, card.view.lines
    )
    status = worded((await types(office, "/clip status")).text)
    assert f"{take.id} waiting, paused · for mina" in status
    assert "dana paused ordering on 2 Nov, 09:00;" in status
    assert "paused already, by dana since" in (await types(office, "/dailies pause", DANA)).text
    await sets(office, "resume")
    await office.work()
    assert office.lines().count("Ordering in #launch goes on; dana said so.") == 1
    assert len([line for line in office.lines() if "paused ordering" in line]) == 1
    assert await state_of(office, take) is State.DELIVERED


@ON_BOTH_STORES
async def test_everywhere(office: Office) -> None:
    """The workspace's pause holds in every channel, is told where something waits, and outlasts a channel's."""
    waiting = (await office.order(place=TEAM))[0]
    await sets(office, "pause")
    await sets(office, "pause --everywhere")
    assert "Not ordered: dana paused ordering in #launch on" in (await types(office, "/clip a fox")).text
    assert "Not ordered: dana paused ordering everywhere on" in (await types(office, "/clip a fox", place=TEAM)).text
    assert "everywhere it is paused by dana" in (await types(office, "/dailies resume", DANA)).text
    await office.work(60)
    assert await state_of(office, waiting) is State.QUEUED
    notice = await types(office, "/dailies resume --everywhere", DANA)
    assert notice.text == "Ordering everywhere goes on; what waited starts by itself."
    await office.work()
    assert await state_of(office, waiting) is State.DELIVERED
    told = [sent.message.channel for sent in office.chat.sent if "ordering everywhere" in sent.view.title]
    assert sorted(told) == [LAUNCH.channel, TEAM.channel]


@pytest.mark.parametrize("line", ["pause", "pause --everywhere", "resume", "resume --everywhere"])
async def test_only_owners_pause(office: Office, line: str) -> None:
    """Who does not pay is refused; what is not paused cannot go on."""
    assert (await types(office, f"/dailies {line}")).text == "In #launch only an owner decides that."
    if line.startswith("resume"):
        assert "is not paused; nothing was changed" in (await types(office, f"/dailies {line}", DANA)).text


async def test_a_channel_goes_on_only_with_everywhere(office: Office) -> None:
    """Who resumes a channel that is paused everywhere alone reads what ends that."""
    await sets(office, "pause --everywhere")
    said = (await types(office, "/dailies resume", DANA)).text
    assert worded(said) == (
        "Ordering in #launch is paused everywhere by dana since 2 Nov, 09:00: /dailies resume --everywhere ends that."
    )


async def test_an_armed_final_waits_out_the_pause(office: Office) -> None:
    """Its grace ends meanwhile, its money stays held; after the pause its votes are counted again and it is ordered."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await sets(office, "pause")
    await office.work(3 * HOUR_S)
    final = (await finals(office))[0]
    assert (final.state, final.held) == (State.ARMED, Money.usd("0.75"))
    card = await card_of(office, draft)
    assert f"{draft.id}: approved by jo · paused" in card.view.lines
    await office.work(HOUR_S)
    assert (await card_of(office, draft)).edits == card.edits
    assert (await audit(office.store, archive=office.archive, answers=office.kit.answers)).findings == ()
    await sets(office, "resume")
    await office.work()
    assert await state_of(office, final) is State.DELIVERED


async def test_a_vote_taken_back_during_the_pause(office: Office) -> None:
    """Nobody was told of it but the platform: the final is not ordered after the pause."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    await office.work(1)
    await sets(office, "pause")
    await office.work(60)
    office.chat.react(message)
    await sets(office, "resume")
    await office.work()
    final = (await finals(office))[0]
    assert (final.state, final.held, submits(office)) == (State.CANCELLED, Money(0), 1)
    await unreacts(office, "✅", message, JO)


async def test_a_pause_between_reading_and_counting_the_votes(office: Office) -> None:
    """What was read is read again when it goes on."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    reactions = office.chat.reactions

    async def paused_meanwhile(message: Message) -> list[Reaction]:
        await sets(office, "pause")
        return await reactions(message)

    office.chat.reactions = paused_meanwhile  # type: ignore[method-assign]
    await office.work(60)
    assert (await finals(office))[0].state is State.ARMED
    office.chat.reactions = reactions  # type: ignore[method-assign]
    await sets(office, "resume")
    await office.work()
    assert (await finals(office))[0].state is State.DELIVERED


async def test_the_hour_for_reading_votes_begins_with_the_end_of_the_pause(office: Office) -> None:
    """A chat that does not answer just then does not end a final that has waited for hours."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await sets(office, "pause")
    await office.work(3 * HOUR_S)
    await sets(office, "resume")
    office.chat.script.add("reactions", ChatError("busy"))
    await office.work()
    assert (await finals(office))[0].state is State.DELIVERED


async def test_an_armed_final_can_be_undone_while_it_is_paused(office: Office) -> None:
    """The pause takes nobody's Undo away; what has ended is not woken by its end."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await sets(office, "pause")
    await office.work(60)
    await presses(office, "Undo", await card_of(office, draft), JO)
    await sets(office, "resume")
    await office.work()
    assert (await finals(office))[0].state is State.CANCELLED


async def test_a_question_can_be_declined_and_not_allowed_while_it_is_paused(office: Office) -> None:
    """The owner reads that it is paused; her no counts."""
    sent = await asked(office)
    await sets(office, "pause")
    assert "Not ordered: dana paused" in (await presses(office, "Allow", sent, DANA)).text
    assert "is declined" in (await declines(office, sent, DANA)).text
    assert (await office.rows(Take))[0].state is State.DECLINED


async def test_what_waits_is_found_again_after_a_restart(office: Office, tmp_path: Path) -> None:
    """A process that begins during the pause lets it wait, and orders it when it goes on."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await office.work(1)
    await sets(office, "pause")
    await office.work(60)
    second = make_office(tmp_path / "second", store=office.store, clock=office.clock)
    for part in ("ids", "provider", "chats"):
        object.__setattr__(second.kit, part, getattr(office.kit, part))
    second.engine.due = {take.id: take.due_at for take in await office.rows(Take) if take.due_at is not None}
    await second.work(HOUR_S)
    assert (await finals(second))[0].state is State.ARMED
    await sets(second, "resume")
    await second.work()
    assert (await finals(second))[0].state is State.DELIVERED


async def test_a_private_message_pauses_nothing(office: Office) -> None:
    """Not even everywhere: who stands there to read it."""
    private = replace(LAUNCH, channel="local:dana", direct=True)
    for line in ("pause", "pause --everywhere", "resume"):
        assert "in private" in (await types(office, f"/dailies {line}", DANA, private)).text


async def test_words_after_resume(office: Office) -> None:
    """They are no reason, and not taken for one."""
    with pytest.raises(Refusal, match="resume stands alone, or with --everywhere; you added now"):
        await types(office, "/dailies resume now", DANA)
