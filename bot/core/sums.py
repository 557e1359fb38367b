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
