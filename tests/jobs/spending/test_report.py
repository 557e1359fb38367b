"""``/dailies spend report``: totals, tables, periods, and who sees how much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import SpendReport
from bot.core.money import Money
from bot.core.parsing import action, parse_action
from bot.core.rows import Channel, Line
from tests.jobs.acts import charges, drafted, sets, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, RAVI, TEAM, Office

DAY_S = 24 * 3600.0
PRIVATE = replace(LAUNCH, channel="local:dana", name="dana", direct=True)


async def lines(office: Office, line: str = "", **where: object) -> list[str]:
    """The report that somebody gets, line by line, with its table."""
    notice = await types(office, f"/dailies spend report {line}", **where)  # type: ignore[arg-type]
    assert notice.private
    return [*notice.text.splitlines(), *notice.table.splitlines()]


@ON_BOTH_STORES
async def test_a_report_has_totals_and_the_newest_takes(office: Office) -> None:
    """In short: what is spent, held and left; by stage, by person; and the newest takes, the newest first."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await office.work()
    dog = (await office.order("a dog", JO))[0]
    await office.order("a cat", MINA, TEAM)
    assert await lines(office) == [
        "#launch: $1.07 spent, $0.32 held, $48.61 left of $50.00 until 1 Dec",
        "2 drafts: $0.32 spent, $0.32 held",
        "1 final: $0.75 spent",
        "mina $1.07 (2) · jo $0.00, $0.32 held (1)",
        f"{dog.id} · draft · queued · $0.32 held · jo",
        f"{draft.id}-F · final · delivered · $0.75 · mina",
        f"{draft.id} · draft · delivered · $0.32 · mina",
    ]


async def test_a_long_report_lists_ten(office: Office) -> None:
    """The totals count every take; the list is as long as a phone is high."""
    for _ in range(12):
        await office.order()
    said = await lines(office)
    assert said[1] == "12 drafts: $0.00 spent, $3.84 held"
    assert sum("queued" in line for line in said) == 10


async def test_a_report_of_nothing_says_so(office: Office) -> None:
    """A period without a line, and days without one."""
    assert await lines(office) == [
        "#launch: $0.00 spent, $50.00 left of $50.00 until 1 Dec",
        "Nothing was spent or held in this period.",
    ]
    assert (await lines(office, "yesterday"))[1] == "Nothing was booked on 1 Nov 2026."


@ON_BOTH_STORES
async def test_tables_have_aligned_rows_and_a_total(office: Office) -> None:
    """By day, person, stage and model: the same total, and what the days have added to what is held."""
    await drafted(office)
    await office.order("a dog", JO)
    await office.clock.advance(DAY_S)
    await office.work()
    assert await lines(office, "day") == [
        "#launch: $0.64 spent, $49.36 left of $50.00 until 1 Dec",
        "Held is what a day has added to what is held; with a minus it was charged or given back that day.",
        "day         takes  spent    held",
        "2026-11-02      2  $0.32   $0.32",
        "2026-11-03      0  $0.32  -$0.32",
        "total           2  $0.64   $0.00",
    ]
    assert (await lines(office, "by person"))[1:] == [
        "person  takes  spent   held",
        "jo          1  $0.32  $0.00",
        "mina        1  $0.32  $0.00",
        "total       2  $0.64  $0.00",
    ]
    assert (await lines(office, "stage"))[2:] == ["draft      2  $0.64  $0.00", "total      2  $0.64  $0.00"]
    assert (await lines(office, "model month"))[0] == "#launch, 1 Nov 2026 to 30 Nov 2026: $0.64 spent"


@ON_BOTH_STORES
async def test_periods(office: Office) -> None:
    """The previous period, and calendar days by when a line was booked; a take's money stays in its own period."""
    assert (await lines(office, "last"))[0] == "#launch has no earlier period; all is everything there is."
    await sets(office, "budget set 50 --period day")
    await office.clock.advance(30 * DAY_S)
    await office.order()
    await office.clock.advance(DAY_S)
    charges(office, "0.3")
    await office.work()
    await drafted(office, "a dog")
    assert (await lines(office))[0].startswith("#launch: $0.32 spent, ")
    assert (await lines(office, "last"))[:2] == ["#launch, 2 Dec 2026: $0.30 spent", "1 draft: $0.30 spent"]
    assert (await lines(office, "2026-12-02"))[0] == "#launch, 2 Dec 2026: $0.00 spent, $0.32 held"
    assert (await lines(office, "today stage"))[0] == "#launch, 3 Dec 2026: $0.62 spent, -$0.32 held"
    assert (await lines(office, "all"))[0] == "#launch, since the beginning: $0.62 spent"
    assert len([line for line in await lines(office, "all") if "delivered" in line]) == 2


async def test_a_budget_without_periods(office: Office) -> None:
    """Its current period is everything since it began."""
    await sets(office, "budget set 50 --period none")
    await drafted(office)
    assert (await lines(office))[0] == "#launch: $0.32 spent, $49.68 left of $50.00 until 1 Dec"
    await office.clock.advance(40 * DAY_S)
    await drafted(office)
    assert (await lines(office))[0] == "#launch: $0.32 spent, $49.68 left of $50.00"


async def test_guests_see_totals_only(office: Office) -> None:
    """Neither who nor which take, however they ask; nothing is exported."""
    await drafted(office)
    total = ["#launch: $0.32 spent, $49.68 left of $50.00 until 1 Dec"]
    assert await lines(office, actor=GUEST) == total
    assert await lines(office, "person", actor=GUEST) == total


async def test_the_workspace_is_its_owners(office: Office) -> None:
    """Asked in a channel or in private; others are refused."""
    await drafted(office)
    await office.order("a cat", MINA, TEAM)
    for place in (LAUNCH, PRIVATE):
        said = await lines(office, "--scope workspace", actor=DANA, place=place)
        assert said[0] == "The workspace: $0.32 spent, $0.32 held, $99.36 left of $100.00 until 1 Dec"
    assert await lines(office, "--scope workspace") == ["What the workspace has spent is shown to its owners."]
    assert "a cap belongs to one" in (await lines(office, actor=DANA, place=PRIVATE))[0]


async def presses_report(office: Office, scope: str, actor: object = DANA, place: object = PRIVATE) -> str:
    pressed = action("report-of", argument=scope)
    event = f"press-{next(office.events)}"
    command = parse_action(pressed, actor=actor, place=place, event=event, now=office.clock.now())  # type: ignore[arg-type]
    assert isinstance(command, SpendReport)
    return (await office.manager.handle(command)).text.partition("\n")[0]


async def test_an_alerts_button_works_in_private(office: Office) -> None:
    """For the owners of its scope and the channel's contact; not for whoever has forged it."""
    await drafted(office)
    launch = "#launch: $0.32 spent, $49.68 left of $50.00 until 1 Dec"
    assert await presses_report(office, "channel:local:launch") == launch
    assert await presses_report(office, "channel:local:launch", MINA, LAUNCH) == launch
    refused = "What #launch has spent is shown to its owners."
    assert await presses_report(office, "channel:local:launch", MINA, TEAM) == refused

    async def look_after(tx: object) -> None:
        channel = await tx.get(Channel, "local:launch")  # type: ignore[attr-defined]
        await tx.put(replace(channel, contact="ravi", contact_name="ravi"))  # type: ignore[attr-defined]

    await office.store.transact(look_after)
    assert await presses_report(office, "channel:local:launch", RAVI) == launch
    assert await presses_report(office, "workspace:local") == (
        "The workspace: $0.32 spent, $99.68 left of $100.00 until 1 Dec"
    )
    assert (
        await presses_report(office, "workspace:local", RAVI) == "What the workspace has spent is shown to its owners."
    )
    assert await presses_report(office, "person:local/mina") == "mina: $0.32 spent until 1 Dec"
    assert await presses_report(office, "person:local/mina", MINA) == "mina: $0.32 spent until 1 Dec"
    assert await presses_report(office, "person:local/mina", JO) == "What mina has spent is shown to its owners."


@pytest.mark.parametrize("scope", ["channel:local:nowhere", "workspace:other", "person:other/mina"])
async def test_what_is_not_here_is_not_shown(office: Office, scope: str) -> None:
    """Another place's money, or none at all."""
    await office.order()
    assert "I know no such budget here" in await presses_report(office, scope, DANA, LAUNCH)


async def test_a_released_take_costs_nothing(office: Office) -> None:
    """Its lines are in the ledger and add up to nothing, so the report does not count it."""
    take = (await office.order())[0]
    await types(office, f"/clip cancel {take.id}")
    assert len(await office.rows(Line, take=take.id, scope="channel:local:launch")) == 2
    assert await lines(office) == [
        "#launch: $0.00 spent, $50.00 left of $50.00 until 1 Dec",
        "Nothing was spent or held in this period.",
    ]
    assert Money(0) == (await office.budget()).used


@ON_BOTH_STORES
async def test_a_report_has_the_forecast_of_budget_show(office: Office) -> None:
    """Of the current period, where there is enough to say it by; the same to the minute."""
    await sets(office, "budget set 10")
    for hours in (0, 20, 20, 20, 2):
        await office.clock.advance(hours * 3600)
        await drafted(office, count=2)
    shown = (await types(office, "/dailies budget")).text
    forecast = (await lines(office, "stage"))[1]
    assert forecast.startswith("At this pace it is full ")
    assert forecast in shown
    assert not any("At this pace" in line for line in await lines(office, "month"))
