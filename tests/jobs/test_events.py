"""One event, one effect; foreign ids; a second workspace; a clock that is behind; rows that cannot be written."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.core import commands
from bot.core.commands import Command, Place
from bot.core.errors import ChatBusy, StoreError
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import Budget, Channel, Inbound, Meaning, Source, Take, Vote, Workspace
from bot.jobs.steps import named
from tests.jobs.acts import card_of, drafted, finals, presses, reacts, sets, state_of, submits, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, Office

ELSEWHERE = Place(workspace="other", channel="local:other/general", name="general")


def every_kind() -> list[type[Command]]:
    return [kind for kind in vars(commands).values() if isinstance(kind, type) and issubclass(kind, Command)]


async def test_every_command_has_a_handler(office: Office) -> None:
    """Whatever an adapter can build is answered by the manager."""
    handled = set(office.manager._handlers)  # noqa: SLF001 - the one table that says it
    assert handled == {*every_kind()} - {Command}


@pytest.mark.parametrize("at_once", [False, True])
@ON_BOTH_STORES
async def test_the_same_order_twice_orders_once(office: Office, at_once: bool) -> None:  # noqa: FBT001
    """A platform that sends an event again, later or in parallel, gets silence for it."""
    lines = [types(office, "/clip a fox", event="e1") for _ in range(4)]
    said = await asyncio.gather(*lines) if at_once else [await line for line in lines]
    assert sum(bool(notice.text) for notice in said) == 1
    assert len(await office.rows(Take)) == 1
    await office.work()
    assert submits(office) == 1


@ON_BOTH_STORES
async def test_every_act_is_done_once_for_its_event(office: Office) -> None:
    """Whatever is done by an event is not done again by the same event in parallel."""
    draft, other = (await drafted(office))[0], (await drafted(office, "a dog"))[0]
    negative = (await office.order("a fox, no motion blur"))[0]
    await sets(office, "settings quorum=2")
    vote: dict[str, Any] = {"meaning": Meaning.APPROVE, "source": Source.BUTTON, "at": office.clock.now()}
    acts: list[tuple[type[Command], dict[str, Any]]] = [
        (commands.Again, {"subject": draft.id}),
        (commands.Remix, {"subject": draft.id, "prompt": "a fox in rain"}),
        (commands.DirectFinal, {"prompt": "a race car"}),
        (commands.CastVote, {"subject": draft.id, **vote}),
        (commands.CastVote, {"subject": other.id, **vote, "meaning": Meaning.REJECT}),
        (commands.Keep, {"subject": draft.id}),
        (commands.Link, {"subject": draft.id}),
        (commands.Hide, {"subject": other.id}),
        (commands.UseTip, {"subject": negative.id}),
        (commands.Cancel, {"subject": negative.id}),
        (commands.Rescue, {"subject": other.id}),
        (commands.BudgetSet, {"amount": Money.usd(40)}),
        (commands.Settings, {"changes": (("grace", "20"),)}),
        (commands.LookAfter, {}),
    ]
    for number, (kind, facts) in enumerate(acts):
        events = [office.handle(kind, DANA, event=f"once-{number}", **facts) for _ in range(3)]
        said = await asyncio.gather(*events)
        assert sum(bool(notice.text) for notice in said) == 1, kind


@ON_BOTH_STORES
async def test_a_reaction_twice_in_parallel_is_one_vote(office: Office) -> None:
    """The same reaction event three times at once votes once, and its refusal is said once."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await asyncio.gather(*(reacts(office, "✅", message, JO, event="e1") for _ in range(3)))
    assert len(await office.rows(Vote)) == 1
    assert len(await finals(office)) == 1
    said = await asyncio.gather(*(reacts(office, "❌", message, GUEST, event="e2") for _ in range(3)))
    assert sum(bool(notice.text) for notice in said) == 1


@ON_BOTH_STORES
async def test_a_button_twice_in_parallel_is_one_yes(office: Office) -> None:
    """Two presses that are one event confirm once; two that are two events also order once."""
    notice = await types(office, "/clip final: a race car")
    said = await asyncio.gather(
        *(presses(office, "Order", notice, event="e1") for _ in range(2)), presses(office, "Order", notice, event="e2")
    )
    assert sum("is ordered" in each.text for each in said) == 1
    await office.work()
    assert submits(office) == 1


async def test_a_refused_event_stays_refused(office: Office) -> None:
    """Once refused, an event that comes again orders nothing, although by now it would be allowed."""
    await sets(office, "settings makers=@jo")
    assert "makers" in (await types(office, "/clip a fox", event="e1")).text
    await sets(office, "settings makers=everyone")
    assert not (await types(office, "/clip a fox", event="e1")).text
    assert await office.rows(Take) == []


@ON_BOTH_STORES
async def test_refused_reactions_of_one_person_stay_refused(office: Office) -> None:
    """A second refused reaction is silent, and its event is as done as the first one's."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await sets(office, "settings makers=@mina")
    await reacts(office, "🔁", message, JO, event="e1")
    assert not (await reacts(office, "🔁", message, JO, event="e2")).text
    await sets(office, "settings makers=everyone")
    for event in ("e1", "e2"):
        assert not (await reacts(office, "🔁", message, JO, event=event)).text
    assert await office.rows(Take, person="jo") == []


async def test_an_unknown_id_is_refused(office: Office) -> None:
    """An id that nothing has is said back, by every verb that takes one; nothing is held."""
    for verb in ("show", "cancel", "again", "hide", "rescue", "keep", "promote", "reject"):
        assert "There is no ZZ9 here." in (await types(office, f"/clip {verb} zz9")).text
    assert "There is no ZZ9 here." in (await types(office, "/clip remix zz9: a dog")).text


async def test_case_and_dashes_do_not_matter(office: Office) -> None:
    """An id is found in small letters, and without its dash while only one fits; for a vote a slate asks which."""
    takes = await drafted(office, "a mug on {oak|steel}")
    assert takes[1].id in (await types(office, f"/clip keep {takes[1].id.lower().replace('-', '')}")).text
    assert f"Which one? {takes[0].id}, {takes[1].id}" in (await types(office, f"/clip promote {takes[0].card}")).text
    assert (await office.take(takes[1].id)).kept


async def test_an_id_that_could_be_two(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its dash it fits a slate's final and a single take's: the answer asks which."""
    words = iter(["A7K", "A7K2"])
    monkeypatch.setattr(office.kit.ids, "word", lambda _: next(words))
    await drafted(office, "a mug on {oak|steel}")
    await drafted(office, "a dog")
    for subject in ("A7K-2", "A7K2"):
        await votes(office, subject)
    assert (await types(office, "/clip show a7k2f")).text == "Which one? A7K-2F, A7K2-F"


async def test_a_defect_is_said_and_orders_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody thought of is logged, and answered without its details."""
    monkeypatch.setattr(office.kit.catalogue.__class__, "model", lambda *_: 1 / 0)
    notice = await types(office, "/clip a fox")
    assert notice.needed
    assert "division" not in notice.text
    assert "a defect: Draft of mina" in caplog.text
    caplog.clear()
    assert await office.rows(Take) == []


async def second_workspace(office: Office) -> None:
    """The operator adds another one."""
    await types(office, "/clip help", place=ELSEWHERE)

    async def add(tx: Transaction) -> None:
        workspace = await tx.get(Workspace, "other")
        assert workspace is not None
        await tx.put(replace(workspace, active=True))

    await office.store.transact(add)


@ON_BOTH_STORES
async def test_a_foreign_id_is_as_unknown(office: Office) -> None:
    """A take of one workspace does not exist in another, for nobody and no verb."""
    take = (await drafted(office))[0]
    await second_workspace(office)
    for line in ("show", "cancel", "again", "hide", "rescue", "keep", "promote", "reject"):
        notice = await types(office, f"/clip {line} {take.id}", DANA, ELSEWHERE)
        assert f"There is no {take.id} here." in notice.text
    forged = commands.AnswerAsk(
        actor=DANA, place=ELSEWHERE, event="f", subject=take.id, yes=True, raise_by=Money.usd(10)
    )
    assert "There is no" in (await office.manager.handle(forged)).text
    assert await state_of(office, take) is State.DELIVERED
    assert len(await office.rows(Take)) == 1


@ON_BOTH_STORES
async def test_a_second_workspace_gets_one_sentence_and_no_budget(office: Office) -> None:
    """The first is the bot's place; any other is answered so until the operator adds it, reactions not at all."""
    await types(office, "/clip help")
    for line in ("/clip a fox", "/clip help", "/dailies budget", "/dailies settings"):
        assert (await types(office, line, DANA, ELSEWHERE)).text.startswith("I am not set up for this place yet")
    react = commands.React(actor=JO, place=ELSEWHERE, event="r", message="m1", emoji="✅", added=True, at=1)
    assert not (await office.manager.handle(react)).text
    assert [(workspace.id, workspace.active) for workspace in await office.rows(Workspace, order=("id",))] == [
        ("local", True),
        ("other", False),
    ]
    assert await office.rows(Budget) == []
    assert [channel.id for channel in await office.rows(Channel)] == [LAUNCH.channel]
    await second_workspace(office)
    assert "held" in (await types(office, "/clip a fox", JO, ELSEWHERE)).text


@ON_BOTH_STORES
async def test_a_clock_that_is_behind_orders_nothing(office: Office) -> None:
    """A jump back of over a minute stops new orders, confirmations and approvals; what is known can be looked at."""
    draft = (await drafted(office))[0]
    confirm = await types(office, "/clip final: a race car")
    office.clock.jump(-120)
    for notice in (
        await types(office, "/clip a fox"),
        await types(office, f"/clip again {draft.id}"),
        await presses(office, "Order", confirm),
        await votes(office, draft.id, JO),
    ):
        assert "this machine's clock is" in notice.text
    assert await finals(office) == []
    assert draft.id in (await types(office, f"/clip show {draft.id}")).text
    office.clock.jump(120)
    assert "held" in (await types(office, "/clip a fox")).text


async def test_without_rows_nothing_is_ordered(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the database cannot be read or written the answer says that ordering is stopped."""

    async def broken(_: object) -> None:
        disk = "the disk is full"
        raise StoreError(disk)

    with monkeypatch.context() as broken_store:
        broken_store.setattr(office.store, "transact", broken)
        assert "ordering is stopped" in (await types(office, "/clip a fox")).text
    assert await office.rows(Take) == []


async def test_a_chat_that_does_not_answer(office: Office) -> None:
    """Whether clips may be posted is not known: nothing is ordered, and the same event may come again."""
    office.chat.script.add("may_post", ChatBusy("too many requests"))
    assert "the chat did not answer (too many requests)" in (await types(office, "/clip a fox", event="e1")).text
    assert await office.rows(Take) == []
    assert "held" in (await types(office, "/clip a fox", event="e1")).text


async def test_a_chat_is_not_asked_about_who_may_order(office: Office) -> None:
    """Whoever may not order is told so, also while the chat does not answer: what the rows refuse comes first."""
    await sets(office, "settings makers=@jo")
    office.chat.script.add("may_post", ChatBusy("too many requests"), ChatBusy("too many requests"))
    assert "makers" in (await types(office, "/clip a fox")).text
    assert "not set up for this place" in (await types(office, "/clip a fox", DANA, ELSEWHERE)).text


async def test_a_chat_that_is_not_there(office: Office) -> None:
    """An order from a platform whose adapter does not run is answered, not carried out."""
    place = replace(LAUNCH, workspace="w2", channel="slack:w2/c1")
    assert "the slack adapter is not running" in (await types(office, "/clip a fox", MINA, place)).text


async def test_rows_that_name_each_other_are_there(office: Office) -> None:
    """A row that another row names and that is not there is a defect, and stops the transaction."""
    with pytest.raises(StoreError, match="Workspace"):
        await office.store.transact(lambda tx: named(tx, Workspace, "nowhere"))


async def test_only_what_was_done_is_remembered(office: Office) -> None:
    """Looking leaves no trace, so the same event looks again."""
    for _ in range(2):
        assert (await types(office, "/clip status", event="e1")).text
    assert await office.rows(Inbound) == []
