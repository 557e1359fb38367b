"""``/dailies spend plot``: the report's figures as a picture, for whom the report shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core import ledger
from bot.core.charts import Chart, Plot, Theme
from bot.core.commands import Place, SpendPlot
from bot.core.lifecycle import Stage
from bot.core.money import Money, total
from bot.core.notices import Notice
from bot.core.ports import Transaction
from bot.core.rows import Line
from bot.media.errors import MediaUnavailable
from tests.jobs.acts import charges, drafted, presses, sets, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, ON_BOTH_STORES, Office

DAY_S = 24 * 3600.0
DRAFT, FINAL = 320_000, 750_000


async def plots(office: Office, line: str = "", **where: Any) -> Notice:
    """What somebody is answered, in private."""
    notice = await types(office, f"/dailies spend plot {line}", **where)
    assert notice.private
    return notice


async def chart(office: Office, line: str = "", **where: Any) -> Chart:
    """What was drawn for it."""
    notice = await plots(office, line, **where)
    assert notice.picture is not None, notice.text
    assert notice.picture.path.read_bytes() == b"a chart"
    return office.media.charts[-1]


async def finishes(office: Office, prompt: str = "a fox") -> str:
    """A draft and its final."""
    draft = (await drafted(office, prompt))[0]
    await votes(office, draft.id, JO)
    await office.work()
    return draft.id


async def test_spending_by_day(office: Office) -> None:
    """Drafts and finals of each day until today, the cap with what is held, and the same in words."""
    await finishes(office)
    await office.clock.advance(DAY_S)
    await drafted(office, "a dog")
    await office.order("a cat")
    notice = await plots(office)
    assert notice.text.splitlines() == [
        "#launch: $1.39 spent, $0.32 held, $48.29 left of $50.00 until 1 Dec",
        "3 drafts: $0.64 spent, $0.32 held",
        "1 final: $0.75 spent",
    ]
    drawn = office.media.charts[-1]
    assert [bar.parts for bar in drawn.bars] == [(0, 0), (DRAFT, FINAL), (DRAFT, 0)]
    assert (drawn.days, drawn.series) == (30, ("drafts $0.64", "finals $0.75", "held $0.32"))
    assert drawn.level is not None
    assert (drawn.level.cap, drawn.level.spent, drawn.level.held) == (50_000_000, 2 * DRAFT + FINAL, DRAFT)
    assert drawn.level.full is None
    assert notice.picture is not None
    assert notice.picture.about == (
        "#launch: spending by day. 1 Nov 2026 to 30 Nov 2026 · $1.39 of $50.00 spent, $0.32 held. "
        "drafts $0.64, finals $0.75 and held $0.32. The day with the most: 2 Nov 2026, $1.07."
    )


async def test_spending_by_person(office: Office) -> None:
    """Those who have most first, ten at most; drafts, finals and what is held of each."""
    await finishes(office)
    for number in range(12):
        await office.order("a dog", replace(JO, id=f"p{number:02}", name=f"p{number}"))
    notice = await plots(office, "people")
    drawn = office.media.charts[-1]
    assert [(bar.name, bar.parts) for bar in drawn.bars[:2]] == [("mina", (DRAFT, FINAL, 0)), ("p0", (0, 0, DRAFT))]
    assert (len(drawn.bars), drawn.bars[-1].name, drawn.bars[-1].parts) == (11, "3 others", (0, 0, 3 * DRAFT))
    assert drawn.bars[-1].note == "$0.00, $0.96 held"
    assert notice.text.splitlines()[1].startswith("mina $1.07; p0 $0.00, $0.32 held; ")
    await sets(office, "budget set off")
    assert (await chart(office, "people today")).level is None


@ON_BOTH_STORES
async def test_drafts_and_finished(office: Office) -> None:
    """By the week of the draft; a final counts once its clip is there, and one without a draft never."""
    await finishes(office)
    await drafted(office, "a dog")
    await votes(office, (await drafted(office, "a cat"))[0].id, JO)
    drawn = await chart(office, "finished")
    assert [(bar.parts, bar.note) for bar in drawn.bars if bar.note] == [((1, 2), "33 %")]
    assert drawn.series == ("finished 1", "not finished 2")
    await office.work()
    taken = (await office.order("a bird"))[0]
    await types(office, f"/clip cancel {taken.id}")
    notice = await plots(office, "finished")
    assert notice.text.splitlines()[1:] == ["2 of 3 drafts finished, 66 %", "Each bar is a week."]


async def test_too_many_drafts_are_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their ids are held in memory; the sentence asks for a shorter period."""
    await drafted(office)
    monkeypatch.setattr("bot.jobs.spending.drafting.MOST_TAKES", 0)
    notice = await plots(office, "finished")
    assert notice.text.startswith("Those are more than 0 takes; ask for a shorter period")


async def test_finals_alone_have_no_bar_of_drafts(office: Office) -> None:
    """The answer says so, without a picture; by day they have their bar."""
    await presses(office, "Order", await types(office, "/clip final: a race car", JO), JO)
    await office.work()
    notice = await plots(office, "finished")
    assert notice.text.splitlines()[1:] == ["No draft was made, so there is nothing to draw."]
    assert notice.picture is None
    assert sum(bar.parts[1] for bar in (await chart(office)).bars) > 0


async def test_an_empty_period_says_so(office: Office) -> None:
    """In words, without a picture."""
    notice = await plots(office)
    assert notice.text.splitlines() == [
        "#launch: $0.00 spent, $50.00 left of $50.00 until 1 Dec",
        "Nothing was spent or held in this period.",
    ]
    assert notice.picture is None
    assert (await plots(office, "yesterday people")).picture is None


async def test_an_overrun_is_named(office: Office) -> None:
    """What is used beyond the cap, as the report has it."""
    await sets(office, "budget set 0.40")
    charges(office, "1.00")
    await drafted(office)
    drawn = await chart(office)
    assert drawn.level is not None
    assert (drawn.level.spent, drawn.level.over_name) == (1_000_000, "$0.60 over the cap")
    assert "$0.60 over it" in (await plots(office)).text


async def test_the_forecast_is_the_reports(office: Office) -> None:
    """Where the report says when the cap is full, the picture shows it."""
    await sets(office, "budget set 10")
    for hours in (0, 20, 20, 20, 2):
        await office.clock.advance(hours * 3600)
        await drafted(office, count=2)
    notice = await plots(office)
    level = office.media.charts[-1].level
    assert level is not None
    assert level.full is not None
    assert level.now < level.full < 30
    assert f"{level.full_name}." == notice.text.splitlines()[1]
    assert notice.picture is not None
    assert level.full_name in notice.picture.about


@pytest.mark.parametrize("reach", ["", "all", "month", "2026-11-02..2026-11-03"])
async def test_a_chart_adds_up_to_the_report(office: Office, reach: str) -> None:
    """Its bars have exactly what the ledger's lines have, and its key what the report says of each stage."""
    await finishes(office)
    await office.clock.advance(DAY_S)
    charges(office, "0.2815")
    await drafted(office, "a dog", JO)
    await office.order("a cat")
    lines = await office.rows(Line, scope="channel:local:launch")
    said = (await types(office, f"/dailies spend report stage {reach}")).table
    for what in ("days", "people"):
        drawn = await chart(office, f"{what} {reach}")
        for place, stage in enumerate(Stage):
            spent = total(line.amount - line.held for line in lines if line.stage is stage)
            assert Money(sum(bar.parts[place] for bar in drawn.bars)) == spent
            assert drawn.series[place] == f"{stage.value}s {spent}"
            assert any(row.startswith(stage.value) and f" {spent} " in row for row in said.splitlines())
    drafts = await chart(office, f"finished {reach}")
    assert sum(sum(bar.parts) for bar in drafts.bars) == sum(line.takes for line in lines if line.stage is Stage.DRAFT)


async def test_a_refund_goes_down_from_zero(office: Office) -> None:
    """On its own day, which then has less than nothing; the report's days have the same."""
    draft = (await drafted(office))[0]
    await office.clock.advance(DAY_S)

    async def give_back(tx: Transaction) -> None:
        newer = replace(draft, ver=draft.ver + 1)
        await tx.step(draft, await ledger.settle(tx, newer, Money(0), by="provider", evidence="refund"))

    await office.store.transact(give_back)
    drawn = await chart(office)
    assert [bar.parts for bar in drawn.bars] == [(0, 0), (DRAFT, 0), (-DRAFT, 0)]


async def test_dark_where_the_platform_is(office: Office) -> None:
    """Discord's charts are dark unless the person asks for light."""
    await drafted(office)
    place = Place(workspace="local", channel="discord:launch", name="launch")
    for theme, expected in ((None, Theme.DARK), (Theme.LIGHT, Theme.LIGHT)):
        await office.handle(SpendPlot, DANA, place, scope="workspace:local", plot=Plot.PEOPLE, theme=theme)
        assert office.media.charts[-1].theme is expected


async def test_guests_see_the_total_alone(office: Office) -> None:
    """No picture, however they ask."""
    await drafted(office)
    for line in ("", "people", "finished"):
        notice = await plots(office, line, actor=GUEST)
        assert notice.text == "#launch: $0.32 spent, $49.68 left of $50.00 until 1 Dec"
        assert notice.picture is None
    assert not office.media.charts


async def test_what_is_not_theirs_is_not_drawn(office: Office) -> None:
    """The workspace's money is its owners', in private too."""
    await drafted(office)
    refused = await plots(office, "people --scope workspace")
    assert refused.text == "What the workspace has spent is shown to its owners."
    private = replace(LAUNCH, channel="local:dana", name="dana", direct=True)
    drawn = await chart(office, "--scope workspace", actor=DANA, place=private)
    assert drawn.title == "The workspace: spending by day"


async def test_one_picture_of_the_same_figures(office: Office) -> None:
    """Asked twice it is drawn once; another theme or another figure is another picture."""
    await drafted(office)
    first, again = (await plots(office, "people")).picture, (await plots(office, "people")).picture
    assert first is not None
    assert first == again
    assert len(office.media.charts) == 1
    by_day = (await plots(office)).picture
    await office.clock.advance(60)
    assert (await plots(office)).picture == by_day
    office.media.charts.pop()
    dark = (await plots(office, "people --theme dark")).picture
    await drafted(office, "a dog")
    later = (await plots(office, "people")).picture
    assert dark is not None
    assert later is not None
    assert len({first.name, dark.name, later.name}) == 3
    assert [each.theme for each in office.media.charts] == [Theme.LIGHT, Theme.DARK, Theme.LIGHT]


@pytest.mark.parametrize("trouble", [MediaUnavailable("no process can be started"), OSError(28, "No space left")])
async def test_without_a_picture_the_words_stand(office: Office, trouble: Exception) -> None:
    """A picture that cannot be drawn costs a sentence; the figures are there."""
    await drafted(office)
    office.media.cannot_draw = trouble
    notice = await plots(office)
    assert notice.picture is None
    assert notice.text.splitlines() == [
        "#launch: $0.32 spent, $49.68 left of $50.00 until 1 Dec",
        "1 draft: $0.32 spent",
        "The picture could not be drawn just now; ask again in a minute. These are its figures.",
    ]
