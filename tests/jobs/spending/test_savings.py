"""``/dailies savings``: what drafting has saved, against everything at the final's resolution at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import Actor
from bot.core.ports import Transaction
from bot.core.rows import Shot
from bot.jobs.spending import saving
from bot.jobs.steps import named
from tests.jobs.acts import charges, drafted, presses, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, MINA, ON_BOTH_STORES, TEAM, Office

NOVEMBER = "#launch, 1 Nov 2026 to 30 Nov 2026:"


async def savings(office: Office, words: str = "", actor: Actor = MINA) -> list[str]:
    notice = await types(office, f"/dailies savings {words}", actor)
    assert notice.private
    return notice.text.splitlines()


@ON_BOTH_STORES
async def test_drafting_saves(office: Office) -> None:
    """Four drafts and one final against four finals; another channel's count only in the workspace's."""
    drafts = await drafted(office, count=4, seconds=10)
    await votes(office, drafts[1].id, JO)
    await office.work()
    await office.order("a cat", MINA, TEAM)
    await office.work()
    assert await savings(office) == [
        NOVEMBER,
        "4 drafts cost $1.28, 1 final $1.50: $2.78.",
        "All 4 at 720p would be $6.00.",
        "Drafting saved $3.22.",
    ]
    assert (await savings(office, "--scope workspace", DANA))[1] == "5 drafts cost $1.60, 1 final $1.50: $3.10."
    assert await savings(office, actor=GUEST) == await savings(office)


async def test_drafting_costs_more_than_it_saves(office: Office) -> None:
    """Where nearly every draft is finished; the answer says up to which share it pays."""
    drafts = await drafted(office, count=2, seconds=5)
    for draft in drafts:
        await votes(office, draft.id, JO)
    await office.work()
    assert await savings(office) == [
        NOVEMBER,
        "2 drafts cost $0.64, 2 finals $1.50: $2.14.",
        "All 2 at 720p would be $1.50.",
        "Drafting cost $0.64 more than it saved.",
        "You finish 2 of 2; drafting pays while fewer than 57 % are finished.",
    ]


async def test_direct_finals_are_the_same_on_both_sides(office: Office) -> None:
    """A final without a draft neither saves nor costs anything by drafting."""
    asked = await types(office, "/clip final: a race car")
    await presses(office, "Order", asked)
    await office.work()
    assert await savings(office) == [f"{NOVEMBER} no draft was charged."]
    await drafted(office)
    assert (await savings(office))[1:] == [
        "1 draft cost $0.32, 1 final $0.75: $1.07.",
        "At 720p it, with 1 direct final as it was, would be $1.50.",
        "Drafting saved $0.43.",
    ]


async def test_without_data_there_is_nothing_to_say(office: Office) -> None:
    """What is only held, given back, or booked in other days does not count."""
    await office.order()
    assert await savings(office) == [f"{NOVEMBER} no draft was charged."]
    await office.work()
    assert await savings(office, "yesterday") == ["#launch, 1 Nov 2026: no draft was charged."]
    assert len(await savings(office, "today")) == 4


async def test_what_a_take_was_charged_counts_once(office: Office) -> None:
    """As the provider has charged it; today's price only for what was not rendered."""
    charges(office, "0.1")
    await drafted(office)
    assert (await savings(office))[1:] == [
        "1 draft cost $0.10.",
        "At 720p it would be $0.75.",
        "Drafting saved $0.65.",
    ]


async def test_a_draft_without_a_price_today(office: Office) -> None:
    """One of a model or a length that is no longer sold is left out on both sides, and said."""
    draft = (await drafted(office))[0]

    async def lengthen(tx: Transaction) -> None:
        await tx.put(replace(await named(tx, Shot, draft.shot), seconds=90))

    await office.store.transact(lengthen)
    assert await savings(office) == [
        f"{NOVEMBER} no draft was charged.",
        "1 draft for $0.32 is left out: there is no price today for the final.",
    ]


async def test_too_many_takes_for_one_answer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused with a way out."""
    monkeypatch.setattr(saving, "MOST_TAKES", 1)
    await drafted(office, count=2)
    assert await savings(office) == [
        "Those are more than 1 takes; ask for a shorter period, as in /dailies savings 2026-11."
    ]
