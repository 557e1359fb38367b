"""Sums of ledger lines: of all of them, and of those that agree in a day, a person, a stage or a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money


class Part(Enum):
    """What a report is broken down by."""

    DAY = "day"
    PERSON = "person"
    STAGE = "stage"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What some lines add up to."""

    #: Spent and held together.
    amount: Money = ZERO
    #: Negative where the lines give back, or turn into a charge, what others have set aside.
    held: Money = ZERO
    #: How many takes came to cost or hold anything, less those that ceased to.
    takes: int = 0

    @property
    def spent(self) -> Money:
        """What is charged."""
        return self.amount - self.held

    def __add__(self, other: Sum) -> Sum:
        """Both together."""
        return Sum(amount=self.amount + other.amount, held=self.held + other.held, takes=self.takes + other.takes)

    def __bool__(self) -> bool:
        """Whether there is anything to say of it."""
        return bool(self.amount or self.held or self.takes)


class Sums:
    """Every line is in the total, and once in each part."""

    def __init__(self) -> None:
        """No lines yet."""
        self.total = Sum()
        #: By a part, and in it by its ``date``, person (the platform's id), ``Stage`` or model.
        self.parts: dict[Part, dict[Any, Sum]] = {part: {} for part in Part}

    def add(self, some: Sum, *, day: date, person: str, stage: Stage, model: str) -> None:
        """Lines that agree in all four."""
        self.total += some
        for part, key in zip(Part, (day, person, stage, model), strict=True):
            of_part = self.parts[part]
            of_part[key] = of_part.get(key, Sum()) + some

    def of(self, part: Part) -> dict[Any, Sum]:
        """What there is to say of each day, person, stage or model."""
        return {key: each for key, each in self.parts[part].items() if each}


class SumsByStage(Sums):
    """Sums whose days and persons are told apart by stage as well."""

    def __init__(self) -> None:
        """No lines yet."""
        super().__init__()
        self._stages: dict[tuple[Any, Stage], Sum] = {}

    def add(self, some: Sum, *, day: date, person: str, stage: Stage, model: str) -> None:
        """Lines that agree in all four."""
        super().add(some, day=day, person=person, stage=stage, model=model)
        for key in ((day, stage), (person, stage)):
            self._stages[key] = self.at(*key) + some

    def at(self, key: date | str, stage: Stage) -> Sum:
        """What a day or a person has of a stage."""
        return self._stages.get((key, stage), Sum())
