"""Budgets, the ledger, and the alerts that were given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.rows.base import Unique


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a scope may spend in a period, and what of it is used."""

    KEY: ClassVar[tuple[str, ...]] = ("scope", "period_start")
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("scope", "period_end"),)
    #: ``channel:…``, ``workspace:…``, ``person:…``.
    scope: str
    period_start: int
    #: Exclusive; ``None`` for a budget without periods.
    period_end: int | None
    #: ``None``: no cap.
    cap: Money | None
    cap_version: int = 1
    #: Spent and held together; this decides.
    used: Money = ZERO
    held: Money = ZERO
    #: The part of ``used`` that is finals'.
    used_finals: Money = ZERO
    #: ``overrun:<take>`` while the scope is stopped until an owner says to go on.
    stopped_by: str | None = None


class LineKind(Enum):
    """What a ledger line does."""

    HOLD = "hold"
    SETTLE = "settle"
    RELEASE = "release"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the ledger; added, never edited. A take writes one into every scope that it belongs to."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    UNIQUE: ClassVar[tuple[Unique, ...]] = (
        Unique("one_hold", ("take", "scope"), {"kind": LineKind.HOLD}),
        Unique("one_settle", ("take", "scope"), {"kind": LineKind.SETTLE}),
        Unique("one_release", ("take", "scope"), {"kind": LineKind.RELEASE}),
        Unique("one_adjust", ("take", "scope", "reason", "evidence"), {"kind": LineKind.ADJUST}),
    )
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("scope", "period_start", "at"), ("take",))
    id: str
    take: str
    #: The take's maker, stage and model, so that sums by them need no other table.
    person: str
    stage: Stage
    model: str
    scope: str
    period_start: int
    kind: LineKind
    #: What it adds to ``used``.
    amount: Money
    #: What it adds to ``held``.
    held: Money
    #: What it adds to the number of takes that cost or hold anything: 1, 0 or -1.
    takes: int
    reason: str = ""
    evidence: str = ""
    at: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A step of a cap's ladder that was told; each once per scope, period and version of the cap."""

    KEY: ClassVar[tuple[str, ...]] = ("scope", "period_start", "cap_version", "step")
    scope: str
    period_start: int
    cap_version: int
    #: Percent of the cap.
    step: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that an owner has set: who, when, from what to what. Added, never edited."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("scope", "at"),)
    id: str
    #: ``channel:…`` or ``workspace:…``; a cap for each person is the workspace's.
    scope: str
    #: ``cap``, ``period``, ``zone``, ``pause``, ``quorum``, ….
    what: str
    before: str
    after: str
    at: int
    by: str
    by_name: str
