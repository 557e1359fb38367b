"""``budget show``: how each cap stands, who has spent what of it, and when it will be full."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import Actor, BudgetShow
from bot.core.rows import Change
from tests.jobs.acts import drafted, sets, types, votes
from tests.jobs.conftest import GUEST, JO, MINA, ON_BOTH_STORES, RAVI, TEAM, Office

HOUR_S = 3600.0
DAY_MS = 24 * 3600 * 1000


async def shown(office: Office, actor: Actor = MINA) -> list[str]:
    """The channel's part of the answer, line by line."""
    return (await office.handle(BudgetShow, actor)).text.split("\n\n")[0].splitlines()


@ON_BOTH_STORES
async def test_members_see_who_has_spent_what(office: Office) -> None:
    """Each person's sum with drafts and finals, what is held and what is kept for finals; another channel's are not."""
    await sets(office, "budget set 20 --envelope 5")
    draft = (await drafted(office, count=2))[0]
    await votes(office, draft.id, JO)
    await office.order("a dog", JO)
    await office.order("a cat", RAVI, TEAM)
    assert await shown(office) == [
        "#launch: $18.29 of $20.00 left until 1 Dec",
        "$0.64 spent · $1.07 held",
        "Kept for finals: $5.00, $4.25 of it unused",
        "Steps: 50 % told here · 80 % contact told · 95 % owner approves each",
        "mina $1.39 · 2 drafts, 1 final",
        "jo $0.32 · 1 draft",
        "dana lowered the cap from $50.00 to $20.00 on 2 Nov",
        "dana raised the envelope from $0.00 to $5.00 on 2 Nov",
    ]


async def test_what_was_spent_on_many_days_is_added_up(office: Office) -> None:
    """A person's takes of a week are one line, by the name that they have last; what was given back is not in it."""
    for day in range(4):
        await office.order("a fox", replace(MINA, name=f"mina the {day}th"), count=2)
        await types(office, f"/clip cancel {(await office.order('a dog', JO))[0].id}", JO)
        await office.clock.advance(40 * HOUR_S)
    assert (await shown(office))[-1] == "mina the 3th $2.56 · 8 drafts"


async def test_a_guest_sees_totals_only(office: Office) -> None:
    """No names: neither who has spent it nor who has changed it."""
    await office.order("a dog", JO)
    await office.store.transact(lambda tx: tx.add(_change(1)))
    text = (await office.handle(BudgetShow, GUEST)).text
    assert "$0.32 held" in text
    assert "jo" not in text
    assert "raised" not in text


async def test_the_last_three_changes_are_shown(office: Office) -> None:
    """The newest first, with who and when."""
    for day in range(5):
        await office.store.transact(lambda tx, day=day: tx.add(_change(day)))  # type: ignore[misc]
    assert (await shown(office))[-3:] == [
        "dana raised the cap from $14.00 to $24.00 on 6 Nov",
        "dana raised the cap from $13.00 to $23.00 on 5 Nov",
        "dana raised the cap from $12.00 to $22.00 on 4 Nov",
    ]


async def test_settings_push_no_change_of_money_out(office: Office) -> None:
    """The ratio and the grace are not shown; a pause, a cap and what wants the owner's yes are."""
    for line in (
        "budget set 20",
        "pause the invoice",
        "settings owner-above=2",
        "settings grace=0",
        "settings ratio=1:1",
    ):
        await sets(office, line)
        await office.clock.advance(1)
    assert (await shown(office))[-3:] == [
        "dana set owner-above to $2.00 (was off) on 2 Nov",
        "dana paused ordering on 2 Nov: the invoice",
        "dana lowered the cap from $50.00 to $20.00 on 2 Nov",
    ]


def _change(day: int) -> Change:
    return Change(
        id=str(day),
        scope="channel:local:launch",
        what="cap",
        before=f"${10 + day}.00",
        after=f"${20 + day}.00",
        at=1_793_610_000_000 + day * DAY_MS,
        by="dana",
        by_name="dana",
    )


async def test_what_a_step_has_brought_about_is_shown(office: Office) -> None:
    """Drafts alone from the warning on, the owner's yes from the step after it; and how far the cap is exceeded."""
    await sets(office, "budget set 1 --warn 60 --drafts-only on")
    await office.order("a fox", count=2)
    assert "Drafts go on, finals need the owner's yes." in await shown(office)
    await sets(office, "budget set 0.65")
    assert "The owner approves each order now." in await shown(office)
    await sets(office, "budget set 0.50")
    assert (await shown(office))[:3] == [
        "#launch: $0.00 of $0.50 left until 1 Dec",
        "$0.00 spent · $0.64 held · $0.14 over the cap",
        "Nothing more is ordered until 1 Dec or until the cap is raised.",
    ]


@ON_BOTH_STORES
async def test_the_forecast_is_shown_once_there_is_enough_to_go_by(office: Office) -> None:
    """From two days of bookings on; what is older than a week says nothing any more."""
    await sets(office, "budget set 5")
    await office.order("a fox", count=3)
    await office.clock.advance(47 * HOUR_S)
    await office.order("a dog", count=3)
    assert not _pace(await shown(office))
    await office.clock.advance(HOUR_S)
    assert _pace(await shown(office)) == ["At this pace it is full on the 7th."]
    assert _pace(await shown(office, GUEST)) == ["At this pace it is full on the 7th."]
    await office.clock.advance(6 * 24 * HOUR_S)
    assert not _pace(await shown(office))


async def test_the_forecast_stands_in_the_steps_too(office: Office) -> None:
    """When the warning comes, the channel reads when the cap will be full."""
    await sets(office, "budget set 3.20")
    await office.order("a fox", count=4)
    await office.clock.advance(50 * HOUR_S)
    await office.order("a dog", count=4)
    while await office.outbox.once():
        pass
    assert any("At this pace it is full today at 23:30. Everything goes on" in line for line in office.lines())


async def test_without_a_period_nothing_is_foretold(office: Office) -> None:
    """One budget for ever is full when it is full."""
    await sets(office, "budget set 5 --period none")
    await office.clock.advance(30 * 24 * HOUR_S)
    await office.order("a fox", count=3)
    await office.clock.advance(72 * HOUR_S)
    await office.order("a dog", count=3)
    assert (await shown(office))[:2] == ["#launch: $3.08 of $5.00 left, never resets", "$0.00 spent · $1.92 held"]
    assert not _pace(await shown(office))


def _pace(lines: list[str]) -> list[str]:
    return [line for line in lines if "pace" in line]
