"""Batches: one quote, one confirmation, one progress card, sheets of ten, a report."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.commands import AskOwner, Confirm, UseTip
from bot.core.errors import OrderRefused, PictureRefused, RefusedFor, StoreError
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.notices import Notice
from bot.core.ports import Charge, Job, JobStatus
from bot.core.ports.chat import Sent
from bot.core.rows import Asked, Batch, Card, Line, Shot, Slate, Take
from bot.jobs.restored import make_safe
from bot.jobs.story import stories
from tests.jobs.acts import (
    card_of,
    clip_of,
    declines,
    finals,
    presses,
    reacts,
    sets,
    submits,
    to_dana,
    types,
    votes,
)
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, ON_EVERY_STORE, RAVI, Office, make_office
from tests.jobs.meeting import meet

CAP = "budget set 50"
REFUSED = OrderRefused("a protected character", reason=RefusedFor.POLICY)


def listed(number: int, *more: str) -> str:
    """So many lines, labelled, and others."""
    return "\n".join(["/clip batch:", *(f"shot {each} | fox {each}" for each in range(1, number + 1)), *more])


async def quoted(office: Office, number: int = 12, *more: str, cap: str = "") -> Notice:
    """The answer to a list of so many lines."""
    if cap:
        await sets(office, f"budget set {cap} --approve off --warn off --tell off")
    return await types(office, listed(number, *more))


async def ordered(office: Office, number: int = 12, *more: str, cap: str = "") -> str:
    """The id of a batch that its maker has confirmed."""
    await presses(office, "Order", await quoted(office, number, *more, cap=cap))
    return (await batch(office)).id


async def batch(office: Office) -> Batch:
    found = await office.rows(Batch)
    assert len(found) == 1
    return found[0]


async def drafts(office: Office) -> list[Take]:
    """Every draft, in the order of the lines."""
    places = {slate.id: slate.sheet for slate in await office.rows(Slate) if slate.sheet}
    takes = await office.rows(Take, draft=None, card=tuple(places))
    return sorted(takes, key=lambda take: (places[take.card], take.number))


async def states(office: Office) -> Counter[State]:
    return Counter(take.state for take in await drafts(office))


async def progress(office: Office) -> Sent:
    return await card_of(office, (await batch(office)).id)


def cards(office: Office) -> list[str]:
    """The cards that stand, of batches and sheets."""
    return [sent.view.title for sent in office.chat.sent if sent.view.title.startswith("🎬")]


def reports(office: Office) -> list[Sent]:
    return [sent for sent in office.chat.sent if sent.view.title.startswith("Batch ")]


@ON_BOTH_STORES
async def test_a_list_becomes_a_quote(office: Office) -> None:
    """One private answer with the price of all, what is left, and two buttons; everything is held, nothing ordered."""
    notice = await quoted(office, 38, cap="50")
    assert notice.text == (
        "38 drafts of 4 s at 480p: $12.16 held for 15 minutes. Finals would be 5 s at 720p, $0.75 each. Order them?\n"
        "#launch has $37.84 of $50.00 left until 1 Dec."
    )
    assert [button.label for button in notice.buttons] == ["Order 38 · $12.16", "Never mind"]
    assert (notice.private, notice.card) == (True, None)
    takes = await drafts(office)
    assert {(take.state, take.asked, take.lane, take.held) for take in takes} == {
        (State.ASKED, Asked.CONFIRM, 2, Money.usd("0.32"))
    }
    assert [slate.count for slate in await office.rows(Slate, order=("sheet",))] == [10, 10, 10, 8]
    assert [(take.number, take.label) for take in takes[9:11]] == [(10, "shot 10"), (1, "shot 11")]
    assert (await office.budget()).held == Money.usd("12.16")
    await office.work(60)
    assert (submits(office), office.chat.sent) == (0, [])


@ON_BOTH_STORES
async def test_one_yes_orders_all_of_it(office: Office) -> None:
    """Confirmed it is queued at once, rendered, delivered sheet by sheet with labelled files, and reported once."""
    notice = await presses(office, "Order", await quoted(office, 12))
    name = (await batch(office)).id
    assert (notice.text, notice.card) == (f"{name} is ordered: 12 drafts · $3.84 held.", name)
    assert await states(office) == {State.QUEUED: 12}
    await office.work()
    takes = await drafts(office)
    assert {take.state for take in takes} == {State.DELIVERED}
    assert submits(office) == 12
    card = (await progress(office)).view
    assert (card.title, card.lines) == (f"🎬 {name} · batch of 12 for mina · done", ("12 done",))
    assert card.footer == "$3.84 spent · $46.16 left"
    assert {sent.file for sent in office.chat.sent if sent.file} == {
        f"{take.id}-{take.label.replace(' ', '-')}.mp4" for take in takes
    }
    sheet = (await card_of(office, takes[10])).view
    assert sheet.title == f"🎬 {takes[10].card} · 2 drafts for mina · sheet 2 of {name} · ready to choose"
    assert sheet.lines[0] == "1 shot 11 · 2 shot 12"
    assert [sent.view.title for sent in reports(office)] == [f"Batch {name}: 12 drafts are there. $3.84 spent."]
    assert reports(office)[0].thread == (await progress(office)).message
    assert [sent.view.title for sent in office.chat.sent if sent.view.mentions] == [reports(office)[0].view.title]


async def test_a_sheet_is_posted_when_one_can_choose(office: Office) -> None:
    """Until then only the progress card stands there, and says how far it is."""
    await ordered(office, 12)
    await office.work(5)
    titles = [sent.view.title for sent in office.chat.sent]
    assert titles == [f"🎬 {(await batch(office)).id} · batch of 12 for mina"]
    card = (await progress(office)).view
    assert card.lines == ("4 rendering · 8 waiting",)
    assert [button.label for button in card.buttons] == ["Cancel the 8 waiting · $2.56 back"]
    await office.work()
    assert sum(" ready to choose" in sent.view.title for sent in office.chat.sent) == 2


async def test_lines_that_cannot_be_ordered_are_named(office: Office) -> None:
    """Each with its sentence, the first ten of them; the others are ordered."""
    bad = ["# a comment", "x --ratio 5:4", *["a {b|c}"] * 12]
    notice = await quoted(office, 2, *bad)
    lines = notice.text.splitlines()
    assert lines[0].startswith("2 drafts of 4 s at 480p: $0.64 held")
    assert lines[2] == "Line 5: --ratio is 16:9, 9:16, 1:1, 3:4, 4:3 or 21:9; you asked for 5:4."
    assert lines[3] == "Line 6: a line is one draft; write a line for each variant."
    assert lines[-1] == "and 3 more lines that cannot be ordered"
    assert len(lines) == 13
    assert (await batch(office)).count == 2


async def test_a_list_without_a_good_line_is_refused(office: Office) -> None:
    """Nothing is written of it."""
    notice = await types(office, "/clip batch: x --ratio 5:4\ny --draft-seconds 16 --model mini\nz --look old")
    assert notice.text.startswith("Nothing of this list can be ordered.\nLine 1: --ratio is ")
    assert "Line 3: --look is new or match" in notice.text
    assert [*await office.rows(Batch), *await office.rows(Take), *await office.rows(Card)] == []


async def test_a_model_that_is_off_is_its_lines_problem(office: Office) -> None:
    """The catalogue's word stands with the line, and is asked for once."""
    models = tuple(replace(model, on=False) for model in office.kit.catalogue.models)
    object.__setattr__(office.kit, "catalogue", replace(office.kit.catalogue, models=models))
    notice = await quoted(office, 2)
    assert notice.text.startswith("Nothing of this list can be ordered.\nLine 2: ")
    assert await office.rows(Batch) == []


async def test_lengths_and_prices_may_differ(office: Office) -> None:
    """The quote gives their ranges; the sheet says of each number what its final is; a vote orders that one."""
    await quoted(office, 0, "a fox --seconds 10", "a dog --draft-seconds 8 --ratio 9:16", "a cat --seconds 10")
    answer = await types(office, "/clip batch: a --seconds 10\nb --draft-seconds 8 --ratio 9:16\nc --seconds 10")
    assert answer.text.startswith(
        "3 drafts of 4–8 s at 480p: $1.28 held for 15 minutes. Finals would be 5–10 s at 720p, $0.75 to $1.50 each."
    )
    await presses(office, "Order", answer)
    await office.work(100)
    takes = [take for take in await office.rows(Take, order=("number",)) if take.state is State.DELIVERED]
    sheet = await card_of(office, takes[0])
    assert "React 1️⃣ or 3️⃣ for 10 s at 720p, $1.50; 2️⃣ for 5 s at 720p, $0.75. " in sheet.view.lines[1]
    await sets(office, "settings quorum=2")
    await reacts(office, "2️⃣", sheet.message, JO)
    assert "2 line 2: 1 of 2 approvals · final 5 s 720p, $0.75" in (await card_of(office, takes[0])).view.lines
    await votes(office, takes[1].id, RAVI)
    await office.work(600)
    made = (await finals(office))[0]
    assert (made.state, made.seconds, made.charged) == (State.DELIVERED, 5, Money.usd("0.75"))
    assert f"{made.id}-line-2.mp4" in [sent.file for sent in office.chat.sent]


@ON_BOTH_STORES
async def test_lines_beyond_the_cap_are_asked_in_order(office: Office) -> None:
    """The first lines that fit are held, from the first that does not on all wait without a hold; nothing is lost."""
    notice = await quoted(office, 13, cap="2.00")
    assert notice.text.splitlines()[1:] == [
        "Lines 8–14, $2.24, do not fit the cap; they are kept, and you can ask for more.",
        "#launch has $0.08 of $2.00 left until 1 Dec.",
    ]
    assert [button.label for button in notice.buttons] == ["Order 6 · $1.92", "Never mind"]
    takes = await drafts(office)
    assert [take.asked for take in takes] == [Asked.CONFIRM] * 6 + [Asked.CAP] * 7
    assert {take.held for take in takes[6:]} == {ZERO}
    notice = await presses(office, "Order", notice)
    assert notice.text.endswith("7 lines more, $2.24, are beyond the cap and kept for 72 hours.")
    await office.work()
    assert await states(office) == {State.DELIVERED: 6, State.ASKED: 7}
    name = (await batch(office)).id
    assert reports(office)[0].view.title == (
        f"Batch {name}: 6 drafts are there, 7 beyond the cap (kept for 72 hours). $1.92 spent."
    )
    assert (await progress(office)).view.lines == ("6 done · 7 beyond the cap",)
    await office.work(73 * 3600)
    assert office.lines("mina")[-1].startswith(f"What waited of {name} was not answered in time and has ended.")


async def test_the_cap_may_end_in_mid_sheet(office: Office) -> None:
    """A sheet has lines of both kinds; a cheaper line behind one that does not fit waits too, so that order holds."""
    notice = await quoted(office, 3, "dear --draft-seconds 15", "cheap", cap="1.50")
    assert "Lines 5–6, $1.52, do not fit the cap" in notice.text
    await presses(office, "Order", notice)
    await office.work()
    assert await states(office) == {State.DELIVERED: 3, State.ASKED: 2}
    sheet = (await card_of(office, (await drafts(office))[0])).view
    assert sheet.lines[0] == (
        "1 shot 1 · 2 shot 2 · 3 shot 3 · 4 line 5 not ordered, the budget is short · "
        "5 line 6 not ordered, the budget is short"
    )


async def test_the_owner_is_asked_once_for_all_of_them(office: Office) -> None:
    """The question names the batch and how many; one yes holds and orders all of them."""
    name = await ordered(office, 12, cap="3.30")
    card = await progress(office)
    await presses(office, "Ask for more", card)
    assert "one question is enough" in (await presses(office, "Ask for more", card)).text
    await office.work(1)
    question = to_dana(office, "asks for")
    assert question.view.title.startswith(f"mina asks for $0.64 for 2 more of batch {name} in #launch. ")
    notice = await presses(office, "Raise by $10", question, DANA)
    assert notice.text == f"#launch was raised to $13.30. The rest of {name} (2 drafts) is ordered."
    await office.work()
    assert await states(office) == {State.DELIVERED: 12}
    assert len(reports(office)) == 1
    assert "no longer waits" in (await declines(office, question, DANA)).text


@ON_BOTH_STORES
async def test_a_raise_that_is_not_enough_for_all_orders_none(office: Office) -> None:
    """It is all of them or the sentence; what was confirmed is not touched."""
    await ordered(office, 1, *["dear --draft-seconds 15"] * 30, cap="0.40")
    await presses(office, "Ask for more", await progress(office))
    await office.work(300)
    question = to_dana(office, "asks for")
    assert "That is not enough for $36.00" in (await presses(office, "Raise by $25", question, DANA)).text
    assert await states(office) == {State.DELIVERED: 1, State.ASKED: 30}
    await declines(office, question, DANA)
    assert await states(office) == {State.DELIVERED: 1, State.DECLINED: 30}


async def test_a_batch_of_which_nothing_fits_waits_for_the_owner(office: Office) -> None:
    """There is nothing to confirm: it says what it needs, may be asked for, and is kept for 72 hours."""
    notice = await quoted(office, 12, "x --ratio 5:4", cap="0.10")
    assert notice.text.startswith("Not ordered: 12 drafts of 4 s at 480p need $3.84, #launch has $0.10 left until")
    assert "Line 14: --ratio" in notice.text
    await office.work(71 * 3600)
    assert await states(office) == {State.ASKED: 12}
    await presses(office, "Ask for more", notice)
    await office.work(1)
    await presses(office, "This one only", to_dana(office, "asks for"), DANA)
    await office.work()
    assert await states(office) == {State.DELIVERED: 12}
    assert len(reports(office)) == 1


async def test_what_no_owner_answers_ends_without_a_report(office: Office) -> None:
    """A batch of which nothing was ever ordered has no card and no report; its maker is told once."""
    await quoted(office, 12, cap="0.10")
    await office.work(73 * 3600)
    assert await states(office) == {State.EXPIRED: 12}
    assert office.lines("mina") == [
        f"What waited of {(await batch(office)).id} was not answered in time and has ended. Nothing was charged."
    ]
    assert office.lines() == []


@ON_BOTH_STORES
async def test_it_is_confirmed_once(office: Office) -> None:
    """Of ten presses at once one orders; later ones, and a late no, change nothing."""
    notice = await quoted(office, 12)
    said = await asyncio.gather(*(presses(office, "Order", notice) for _ in range(10)))
    assert sum("is ordered" in each.text for each in said) == 1
    assert "no longer waits for an answer" in (await presses(office, "Never mind", notice)).text
    assert await states(office) == {State.QUEUED: 12}


async def test_the_same_list_sent_twice_by_the_platform_is_one_batch(office: Office) -> None:
    """The event's second arrival is silence, whatever it meets."""
    line = listed(12)
    said = await asyncio.gather(*(types(office, line, event="e1") for _ in range(3)))
    assert sum(bool(each.text) for each in said) == 1
    assert (await batch(office)).count == len(await drafts(office)) == 12
    press = [presses(office, "Order", next(each for each in said if each.text), event="e2") for _ in range(3)]
    assert sum(bool(each.text) for each in await asyncio.gather(*press)) == 1


@ON_BOTH_STORES
async def test_never_mind_gives_all_of_it_back(office: Office) -> None:
    """Nothing is ordered, nobody else hears of it, and a yes comes too late."""
    notice = await quoted(office, 25, cap="6.50")
    answer = await presses(office, "Never mind", notice)
    assert answer.text == f"{(await batch(office)).id} is cancelled · $6.40 is back."
    assert await states(office) == {State.CANCELLED: 25}
    assert (await office.budget()).used == ZERO
    assert "no longer waits for an answer" in (await presses(office, "Order", notice)).text
    await office.work(100 * 3600)
    assert (submits(office), cards(office)) == (0, [])


@ON_BOTH_STORES
async def test_unanswered_it_ends_after_fifteen_minutes(office: Office) -> None:
    """All of it, the lines beyond the cap too; the money is back, and it is said once."""
    notice = await quoted(office, 12, cap="3.30")
    await office.work(14 * 60)
    assert await states(office) == {State.ASKED: 12}
    await office.work(60)
    assert "no longer waits for an answer" in (await presses(office, "Order", notice)).text
    await office.work(60)
    assert await states(office) == {State.EXPIRED: 12}
    assert (await office.budget()).used == ZERO
    name = (await batch(office)).id
    assert office.lines("mina") == [
        f"{name} was not answered in time and has ended. Nothing was charged; what was held is back."
    ]
    assert cards(office) == []


async def test_a_yes_in_the_moment_of_its_end_is_too_late(office: Office) -> None:
    """A batch whose time is over is not ordered in part, although some of its takes still wait."""
    notice = await quoted(office, 12)
    await office.clock.advance(15 * 60)
    assert "no longer waits for an answer" in (await presses(office, "Order", notice)).text
    await office.work(60)
    assert await states(office) == {State.EXPIRED: 12}


async def test_what_waits_can_be_cancelled(office: Office) -> None:
    """By its id, by the card's button, by ❌ on the card: what renders goes on, the rest's money is back."""
    name = await ordered(office, 12)
    await office.work(5)
    notice = await types(office, f"/clip cancel {name}")
    assert notice.text == f"8 takes of {name} cancelled · $2.56 is back."
    await office.work()
    assert await states(office) == {State.DELIVERED: 4, State.CANCELLED: 8}
    assert reports(office)[0].view.title == f"Batch {name}: 4 drafts are there, 8 cancelled. $1.28 spent."
    assert f"Nothing of {name} waits any more" in (await types(office, f"/clip cancel {name}")).text


@ON_BOTH_STORES
async def test_reactions_on_the_progress_card(office: Office) -> None:
    """❌ cancels what waits; a choice is made on the sheets, which is said once; applause is applause."""
    name = await ordered(office, 12)
    await office.work(5)
    message = (await progress(office)).message
    assert (await reacts(office, "2️⃣", message)).text == f"{name} is a batch: react under its sheets, with a number."
    for emoji in ("✅", "👍", "🔁", "🦊"):
        assert not (await reacts(office, emoji, message)).text
    await reacts(office, "❌", message)
    assert (await states(office))[State.CANCELLED] == 8
    assert await office.rows(Take, stage=(await drafts(office))[0].stage, lane=0) == []


async def test_cancelling_before_the_yes_is_a_no(office: Office) -> None:
    """The quote's buttons do nothing after it."""
    notice = await quoted(office, 12)
    name = (await batch(office)).id
    assert "12 takes of" in (await types(office, f"/clip cancel {name}")).text
    assert "no longer waits" in (await presses(office, "Order", notice)).text
    assert (await office.budget()).used == ZERO


async def test_what_the_provider_refuses_is_told_line_by_line(office: Office) -> None:
    """On the card and in the report, with label, id and reason; its money is back."""
    office.provider.script.add("submit", *[REFUSED] * 12)
    name = await ordered(office, 14)
    await office.work()
    assert await states(office) == {State.REFUSED: 12, State.DELIVERED: 2}
    for view in ((await progress(office)).view, reports(office)[0].view):
        told = [line for line in view.lines if line.startswith("shot ")]
        assert len(told) == 10
        assert "shot 1 (" in told[0]
        assert told[0].endswith("): Refused by the provider: a protected character.")
        assert view.lines[-1] == "and 2 more"
    assert reports(office)[0].view.title == f"Batch {name}: 2 drafts are there, 12 refused. $0.64 spent."
    assert (await progress(office)).view.footer == "$0.64 spent · $49.36 left"


async def test_a_sheet_of_which_nothing_came_is_not_posted(office: Office) -> None:
    """The report says why."""
    office.provider.script.always("submit", REFUSED)
    await ordered(office, 2)
    await office.work()
    assert [sent.view.title.split(" · ")[-1] for sent in office.chat.sent if sent.to is None] == [
        "done",
        reports(office)[0].view.title,
    ]


@ON_BOTH_STORES
async def test_a_rule_that_wants_the_owners_yes(office: Office) -> None:
    """Above the owner's limit the maker's yes asks her, once, for all that is held; hers orders it."""
    await sets(office, "settings owner=2")
    notice = await presses(office, "Order", await quoted(office, 12, cap="3.60"))
    name = (await batch(office)).id
    assert notice.text.startswith(f"{name} waits for")
    assert notice.text.endswith("1 line more, $0.32, is beyond the cap and kept for 72 hours.")
    assert {(take.asked, take.held) for take in (await drafts(office))[:11]} == {(Asked.OWNER, Money.usd("0.32"))}
    await office.work(3600)
    assert (submits(office), reports(office)) == (0, [])
    assert (await progress(office)).view.lines == ("1 beyond the cap · 11 waiting for an owner's yes",)
    await presses(office, "Allow", to_dana(office, f"asks for $3.52 for 11 drafts in #launch, {name}"), DANA)
    await office.work()
    assert await states(office) == {State.DELIVERED: 11, State.ASKED: 1}
    assert len(reports(office)) == 1


@ON_EVERY_STORE
async def test_a_line_cancelled_in_the_moment_of_the_yes(office: Office) -> None:
    """It stays cancelled; the others wait for the owner at their own price."""
    await sets(office, "settings owner=2")
    notice = await quoted(office, 12)
    line = (await drafts(office))[0]

    _, said = await meet(
        office,
        await office.budget(),
        lambda: types(office, f"/clip cancel {line.id}"),
        lambda: presses(office, "Order", notice),
    )
    assert "$3.52" in said.text
    assert await states(office) == {State.ASKED: 11, State.CANCELLED: 1}


async def test_an_owner_needs_nobodys_yes(office: Office) -> None:
    """Her own batch is ordered by her own confirmation."""
    await sets(office, "settings owner=2")
    notice = await types(office, listed(12), DANA)
    await presses(office, "Order", notice, DANA)
    assert await states(office) == {State.QUEUED: 12}


async def test_an_owner_declines_a_batch(office: Office) -> None:
    """All of it ends with its money back."""
    await sets(office, "settings owner=2")
    await presses(office, "Order", await quoted(office, 12))
    await office.work(1)
    await declines(office, to_dana(office, "asks for"), DANA)
    await office.work(1)
    assert await states(office) == {State.DECLINED: 12}
    assert (await office.budget()).used == ZERO


async def test_it_is_listed_in_one_line_and_shown_in_full(office: Office) -> None:
    """``status`` stays readable; ``show`` has every line with its state, id and price; ``dailies show`` its story."""
    name = await ordered(office, 12, cap="3.60")
    await types(office, "/clip a dog", JO)
    await office.work(5)
    text = (await types(office, "/clip status")).text
    assert f"{name} batch of 12 · 4 rendering · 7 waiting · 1 beyond the cap · for mina" in text
    assert len(text.splitlines()) == 3
    lines = (await types(office, f"/clip show {name.lower()}")).text.splitlines()
    takes = await drafts(office)
    assert lines[0] == f"{name} · batch of 12 for mina · 4 rendering · 7 waiting · 1 beyond the cap"
    assert lines[5] == f"shot 5 · {takes[4].id} · waiting · $0.32"
    assert len(lines) == 13
    assert "draft for mina" in (await types(office, f"/clip show {takes[0].id}")).text
    assert {story.take.id for story in await stories(office.store, name)} == {take.id for take in takes}


async def test_pictures_are_fetched_once_each(office: Office) -> None:
    """A few at once; one that cannot be fetched is the problem of its lines alone."""
    fetched: list[str] = []
    at_once, most = 0, 0

    async def take(source: str) -> str:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        fetched.append(source)
        if "bad" in source:
            sentence = "The picture cannot be fetched: its host answers with HTTP 404."
            raise PictureRefused(sentence)
        return source.rpartition("/")[2]

    office.kit.pictures.take = take  # type: ignore[method-assign]
    rows = [f"fox {n},https://x.test/{n % 6}.png,," for n in range(12)]
    rows += ["dog,https://x.test/bad.png,,", "cat,,https://x.test/1.png,https://x.test/2.png"]
    notice = await types(office, "\n".join(["/clip batch", "prompt,image,ref1,ref2", *rows]))
    assert notice.text.startswith("13 drafts")
    assert "Line 15: The picture cannot be fetched: its host answers with HTTP 404." in notice.text
    assert (sorted(fetched), most) == (sorted(f"https://x.test/{name}.png" for name in (*range(6), "bad")), 4)
    shots = await office.rows(Shot, order=("prompt",))
    assert (shots[0].mode, shots[0].pictures) == ("omni", ("1.png", "2.png"))
    assert {shot.mode for shot in shots[1:]} == {"image"}


async def test_pictures_that_never_come(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole list waits for its pictures so long and no longer; the lines without one are ordered."""

    async def take(source: str) -> str:
        await asyncio.Event().wait()
        return source

    office.kit.pictures.take = take  # type: ignore[method-assign]
    monkeypatch.setattr("bot.jobs.batches.listed.LONGEST_FETCH_S", 0.01)
    notice = await types(office, "/clip batch\nprompt,image\nfox,https://x.test/a.png\ndog,")
    assert notice.text.startswith("1 draft of 4 s")
    assert "Line 3: Its picture was not here within 0 s" in notice.text


async def test_a_sheet_once_more(office: Office) -> None:
    """Again on a sheet makes each of its drafts anew, as it was asked for, behind a confirmation with the price."""
    await ordered(office, 0, "hero | a --draft-seconds 8 --seconds 10", "b --ratio 9:16")
    await office.work()
    first = (await drafts(office))[0]
    notice = await presses(office, "Again · $0.96", await card_of(office, first))
    assert notice.text == "2 drafts of 4–8 s at 480p: $0.96 held for 15 minutes. Order them?"
    await presses(office, "Order · $0.96", notice)
    await office.work()
    made = [take for take in await office.rows(Take, order=("number",)) if take.card != first.card]
    assert [(take.state, take.label, take.seconds, take.lane) for take in made] == [
        (State.DELIVERED, "hero", 8, 1),
        (State.DELIVERED, "line 3", 4, 1),
    ]
    assert clip_of(office, made[0])
    assert "sheet" not in (await card_of(office, made[0])).view.title
    await presses(office, "Never mind", await types(office, f"/clip again {made[0].card}"))
    await sets(office, "budget set 2")
    notice = await types(office, f"/clip again {first.card}")
    assert notice.text.startswith("Not ordered: 2 drafts of 4–8 s at 480p need $0.96, #launch has $0.08 left")
    assert [button.label for button in notice.buttons] == ["Ask for more"]


async def test_what_is_about_one_sheet_asks_which(office: Office) -> None:
    """A batch is no slate: again, remix, keep, hide and votes are told which sheets there are."""
    name = await ordered(office, 12)
    await office.work()
    sheets = [slate.id for slate in await office.rows(Slate, order=("sheet",))]
    which = f"Which one? {', '.join(sheets)}"
    for line in (f"again {name}", f"remix {name}: a dog", f"keep {name}", f"hide {name}", f"promote {name}"):
        assert (await types(office, f"/clip {line}")).text == which, line
    assert (await types(office, f"/clip remix {sheets[1]}: a dog")).text == f"Which one? {sheets[1]}-1, {sheets[1]}-2"
    assert "Which one?" in (await office.handle(UseTip, subject=sheets[0])).text
    assert "ordered" not in (await types(office, f"/clip keep {sheets[1]}")).text


@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("step", ["order", "confirm"])
async def test_a_stop_in_the_middle(tmp_path: Path, step: str, number: int) -> None:
    """Stopped behind any of its transactions: a batch is all ordered or not at all, and what is held comes back."""
    office = make_office(tmp_path)
    notice = await quoted(office, 12) if step == "confirm" else None
    dies(office, number)
    await (presses(office, "Order", notice) if notice else quoted(office, 12))
    lives(office)
    again = make_office(tmp_path, store=office.store, clock=office.clock)
    await again.sweep.take_up()
    await again.work(20 * 60)
    batches = await again.rows(Batch)
    done = {State.DELIVERED: 12} if batches and batches[0].ordered else {State.EXPIRED: len(await again.rows(Take))}
    assert await states(again) == {state: count for state, count in done.items() if count}
    assert submits(again) == (12 if done == {State.DELIVERED: 12} else 0)
    assert len(reports(again)) == (1 if submits(again) else 0)
    await again.require_balanced()
    if not submits(again) and await again.rows(Line):
        assert (await again.budget()).used == ZERO


def dies(office: Office, number: int) -> None:
    """The rows cannot be reached behind so many transactions."""
    whole, left = type(office.store).transact, [number]

    async def transact(work: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            sentence = "the disk is gone"
            raise StoreError(sentence)
        return await whole(office.store, work)

    object.__setattr__(office.store, "transact", transact)


def lives(office: Office) -> None:
    object.__delattr__(office.store, "transact")


async def test_a_batch_that_was_not_written_whole_is_not_confirmed(office: Office) -> None:
    """A forged yes finds out that lines are missing."""
    dies(office, 3)
    await quoted(office, 25)
    lives(office)
    name = (await batch(office)).id
    notice = await office.handle(Confirm, subject=name, yes=True)
    assert notice.text == f"{name} was not written whole and is not ordered; it ends by itself. Send the list again."
    await office.work(16 * 60)
    assert await states(office) == {State.EXPIRED: 10}


async def test_a_batch_whose_yes_was_not_carried_out_is_carried_out_at_its_time(office: Office) -> None:
    """Should nobody have gone on with it, its takes are queued where others would end."""
    await quoted(office, 12, cap="3.30")
    row = await batch(office)
    await office.store.transact(lambda tx: tx.put(replace(row, answered_at=tx.now, ordered=True)))
    await office.work(16 * 60)
    assert await states(office) == {State.DELIVERED: 10, State.ASKED: 2}
    assert {take.asked_until for take in await drafts(office) if take.asked_until} == {
        row.created_at + 72 * 3600 * 1000
    }


async def test_an_owner_answers_a_batch_whose_yes_was_not_carried_out(office: Office) -> None:
    """What is beyond the cap waits for 72 hours from the yes on, although the process has ended right behind it."""
    notice = await quoted(office, 12, cap="3.30")
    dies(office, 3)
    await presses(office, "Order", notice)
    lives(office)
    await office.clock.advance(20 * 60)
    row, beyond = await batch(office), (await drafts(office))[10:]
    assert row.ordered
    assert {take.asked_until for take in beyond} == {row.created_at + 15 * 60 * 1000}
    assert "has been asked" in (await office.handle(AskOwner, subject=row.id)).text
    while await office.outbox.once():
        pass
    said = await presses(office, "This one only", to_dana(office, "asks for"), DANA)
    assert said.text == f"The rest of {row.id} (2 drafts) is ordered; the cap stays as it is."
    await office.work()
    assert await states(office) == {State.DELIVERED: 12}


async def test_nobody_answers_a_batch_after_its_three_days(office: Office) -> None:
    """However late its yes is carried out; and without a yes its lines end with their quarter of an hour."""
    notice = await quoted(office, 12, cap="3.30")
    name = (await batch(office)).id
    await office.clock.advance(14 * 60)
    dies(office, 3)
    await presses(office, "Order", notice)
    lives(office)
    await office.clock.advance(72 * 3600 - 1)
    assert "has been asked" in (await office.handle(AskOwner, subject=name)).text
    await office.clock.advance(1)
    assert "not answered in time" in (await office.handle(AskOwner, subject=name)).text
    await sets(office, "budget set 4")
    await types(office, listed(12), JO)
    unanswered = next(row.id for row in await office.rows(Batch) if row.id != name)
    await office.clock.advance(16 * 60)
    assert "not answered in time" in (await office.handle(AskOwner, subject=unanswered)).text


async def test_a_batch_restored_from_a_backup(office: Office) -> None:
    """What waited is cancelled for good, whatever its yes; its card says so, and a quote cannot be answered."""
    notice = await quoted(office, 12)
    await presses(office, "Order", notice)
    await office.work(5)
    await make_safe(office.store, key="muapi", backup_at=office.clock.now())
    await office.sweep.take_up()
    await office.work(1)
    assert (await states(office))[State.CANCELLED] == 8
    assert (await progress(office)).view.lines[0].endswith("8 cancelled")
    again = await types(office, listed(2), JO)
    await make_safe(office.store, key="muapi", backup_at=office.clock.now())
    assert "no longer waits" in (await presses(office, "Order", again, JO)).text


async def test_a_report_that_is_due_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two takes that end at once may each see the other under way: the sweep says it then, once."""

    async def overlook(*_: object) -> None:
        return None

    with monkeypatch.context() as patch:
        patch.setattr("bot.jobs.steps.report_if_done", overlook)
        await ordered(office, 12)
        await office.work()
    assert reports(office) == []
    for _ in range(2):
        await office.sweep.once()
        await office.work(1)
    assert len(reports(office)) == 1


async def test_who_may_order_a_batch(office: Office) -> None:
    """Makers, in a channel that is open and takes files; and nobody confirms another's."""
    line = listed(3)
    assert "Guests" in (await types(office, line, GUEST)).text
    private = replace(LAUNCH, channel="local:mina", direct=True)
    assert "in private" in (await types(office, line, MINA, private)).text
    office.chat.closed_channels[LAUNCH.channel] = "I may not attach files."
    assert (await types(office, line)).text == "I may not attach files."
    del office.chat.closed_channels[LAUNCH.channel]
    notice = await types(office, line)
    assert "can confirm it" in (await presses(office, "Order", notice, JO)).text
    assert "in private" in (await presses(office, "Order", notice, MINA, private)).text
    await presses(office, "Never mind", notice, GUEST)
    assert await states(office) == {State.ASKED: 3}
    await presses(office, "Order", notice)
    assert await states(office) == {State.QUEUED: 3}


async def test_a_batch_leaves_a_slot_and_singles_go_first(office: Office) -> None:
    """It takes at most all slots but one, and a single draft is made before the rest of it."""
    await ordered(office, 12)
    await office.work(5)
    assert (await states(office))[State.RENDERING] == 4
    single = (await office.order("a dog", JO))[0]
    await office.work(1)
    assert (await office.take(single.id)).state is State.RENDERING


async def test_a_late_take_does_not_hold_its_sheet_back(office: Office) -> None:
    """With half of it in and the rest past twice its time the sheet is posted, and says which is late."""
    await ordered(office, 2)
    await office.work(1)
    late = (await drafts(office))[1]
    await hold_up(office, late)
    await office.work(late.usual_ms * 1.5 / 1000)
    sheet = (await drafts(office))[0].card
    card = await office.store.transact(lambda tx: tx.get(Card, sheet))
    assert card is not None
    assert card.message is None
    await office.work(60)
    assert any("rendering, late" in line for line in (await card_of(office, sheet)).view.lines)


async def hold_up(office: Office, take: Take) -> None:
    """The provider goes on rendering this one."""
    row = await office.take(take.id)
    usual = office.provider.poll

    async def poll(job: str) -> Any:
        if job == row.job:
            return JobStatus(job=Job.RUNNING, said="processing", charge=Charge())
        return await usual(job)

    office.provider.poll = poll  # type: ignore[method-assign]


async def test_asking_for_a_forged_batch(office: Office) -> None:
    """A batch of which nothing is beyond the cap has nothing to ask for."""
    name = await ordered(office, 2)
    assert "no longer waits for an answer" in (await office.handle(AskOwner, subject=name)).text
