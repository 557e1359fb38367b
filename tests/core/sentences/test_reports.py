from __future__ import annotations

from datetime import date

import pytest

from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.periods import Days
from bot.core.sentences import reports
from bot.core.sums import Part, Sum, Sums
from tests.core.builders import make_final, make_purse, make_take

DAY = date(2026, 11, 2)
NOVEMBER = Days(date(2026, 11, 1), date(2026, 11, 30))


def some(amount: str, held: str = "0", takes: int = 1) -> Sum:
    return Sum(amount=Money.usd(amount), held=Money.usd(held), takes=takes)


def of_people(*amounts: str, model: str = "mini") -> Sums:
    """A draft for each, by people named p0, p1, …; each a day later."""
    sums = Sums()
    for place, amount in enumerate(amounts):
        day = date.fromordinal(DAY.toordinal() + place)
        sums.add(some(amount), day=day, person=f"p{place}", stage=Stage.DRAFT, model=model)
    return sums


def test_the_first_line() -> None:
    """Spent, held and what is left of the current period; a cap that was set too low shows the excess."""
    purse, sums = make_purse("10", "13", "1"), Sums()
    sums.add(some("13", "1"), day=DAY, person="U1", stage=Stage.DRAFT, model="mini")
    assert reports.totals(purse, sums, NOVEMBER, current=True) == (
        "#launch: $12.00 spent, $1.00 held, $0.00 left of $10.00, $3.00 over it until 1 Dec"
    )
    assert reports.totals(make_purse(None), Sums(), NOVEMBER, current=True) == "#launch: $0.00 spent until 1 Dec"
    assert reports.totals(purse, sums, NOVEMBER, current=False) == (
        "#launch, 1 Nov 2026 to 30 Nov 2026: $12.00 spent, $1.00 held"
    )


@pytest.mark.parametrize(
    ("days", "current", "says"),
    [
        (NOVEMBER, True, "Nothing was spent or held in this period."),
        (NOVEMBER, False, "Nothing was booked from 1 Nov 2026 to 30 Nov 2026."),
        (Days(DAY, DAY), False, "Nothing was booked on 2 Nov 2026."),
        (None, False, "Nothing was booked yet."),
    ],
)
def test_nothing(days: Days | None, current: bool, says: str) -> None:  # noqa: FBT001
    """Said in words, so that nobody looks for more."""
    assert reports.nothing(days, current=current) == says


def test_in_short_the_first_are_named() -> None:
    """By stage in their order, by person and model by what they cost; the others are one figure."""
    sums = of_people("1", "7", "3", "4", "5", "6", "2")
    sums.add(some("8", "3"), day=DAY, person="p0", stage=Stage.FINAL, model="pro")
    sums.add(some("0", takes=0), day=DAY, person="nobody", stage=Stage.DRAFT, model="none")
    stages, finals, people, models = reports.in_short(sums, {"p0": "mina", "p1": "jo\n<!here>"})
    assert (stages, finals) == ("7 drafts: $28.00 spent", "1 final: $5.00 spent, $3.00 held")
    assert people.split(" · ") == [
        "mina $6.00, $3.00 held (2)",
        "jo \u2039!here\u203a $7.00 (1)",
        "p5 $6.00 (1)",
        "p4 $5.00 (1)",
        "p3 $4.00 (1)",
        "2 others $5.00 (2)",
    ]
    assert models == "mini $28.00 (7) · pro $5.00, $3.00 held (1)"
    assert reports.in_short(of_people("1"), {})[-1] == ""


def test_people_whose_names_are_needed() -> None:
    """As many as are named."""
    sums = of_people(*(["1"] * 50))
    assert len(reports.people_in(None, sums)) == 5
    assert len(reports.people_in(Part.PERSON, sums)) == 40
    assert reports.people_in(Part.DAY, sums) == []


def test_the_newest_takes() -> None:
    """Each with its stage, state, money and what marks it; of a full list it is said that there are more."""
    takes = [
        make_take(State.QUEUED, id="B7K"),
        make_final(State.WRITTEN_OFF, overrun=True),
        make_take(State.FAILED, id="C7K", unverified=True, charged=Money.usd("0.32")),
    ]
    listed = [
        "B7K · draft · queued · $0.32 held · mina",
        "A7K-2F · final · written off · $1.50 · mina · overrun",
        "C7K · draft · failed · $0.32 · mina · unverified",
    ]
    assert reports.newest(takes, 10) == ["", *listed]
    assert reports.newest(takes, 3) == ["The newest 3:", *listed]


def test_a_table_fits_a_phone() -> None:
    """Aligned by columns, also with names that are wide or too long, and never wider than a phone."""
    sums = of_people("1234.5", "0.000001", "3")
    table = reports.table(Part.PERSON, sums, {"p0": "Bartholomew of the north", "p1": "田中さん", "p2": "Zoe\u0308"})
    assert table.splitlines() == [
        "person          takes          spent   held",
        "Bartholomew o…      1      $1,234.50  $0.00",
        "Zoe\u0308                 1          $3.00  $0.00",
        "田中さん            1      $0.000001  $0.00",
        "total               3  $1,237.500001  $0.00",
    ]


def test_a_long_table_is_cut() -> None:
    """The last days and the people who cost most have a row each; all others one, and the total counts them."""
    sums = of_people(*(["1"] * 45))
    days = reports.table(Part.DAY, sums, {}).splitlines()
    assert days[1].split() == ["earlier", "5", "$5.00", "$0.00"]
    assert days[2].startswith("2026-11-07")
    assert (len(days), days[-1].split()) == (43, ["total", "45", "$45.00", "$0.00"])
    people = reports.table(Part.PERSON, sums, {}).splitlines()
    assert people[-2].split() == ["5", "others", "5", "$5.00", "$0.00"]
    assert reports.table(Part.STAGE, sums, {}).splitlines()[1].startswith("draft")
