from __future__ import annotations

from datetime import date

from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.sums import Part, Sum, Sums, SumsByStage

DAY = date(2026, 11, 2)
SOME = Sum(amount=Money(3), held=Money(1), takes=1)


def test_days_and_people_are_told_apart_by_stage() -> None:
    """Beside the sums of a report, which are the same; of what was not booked there is nothing."""
    plain, staged = Sums(), SumsByStage()
    for sums in (plain, staged):
        for stage in (Stage.DRAFT, Stage.DRAFT, Stage.FINAL):
            sums.add(SOME, day=DAY, person="mina", stage=stage, model="mini")
    assert (staged.total, staged.parts) == (plain.total, plain.parts)
    assert staged.at(DAY, Stage.DRAFT) == staged.at("mina", Stage.DRAFT) == SOME + SOME
    assert staged.at(DAY, Stage.FINAL) == SOME
    assert staged.at("jo", Stage.FINAL) == Sum()
    assert sum((staged.at(DAY, stage) for stage in Stage), Sum()) == plain.of(Part.DAY)[DAY]
