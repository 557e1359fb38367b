"""Caps, questions to the owner, reports, settings."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.charts import Plot, Theme
from bot.core.commands.base import Command
from bot.core.money import Money
from bot.core.periods import Days, Reach
from bot.core.policy import Period
from bot.core.sums import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOwner(Command):
    """Ask the budget contact for an order that the cap has no room for."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAsk(Command):
    """The owner's answer: raise the caps that are short by an amount, allow this one only, or decline."""

    subject: str
    yes: bool
    #: ``None`` with yes: this one only.
    raise_by: Money | None = None
    #: When the question was put, UTC milliseconds: an old button cannot answer a later one. ``None``: whatever waits.
    asked_at: int | None = None
    #: With no: in the owner's own words; shown as a quote.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(Command):
    """The owner's answer about an unknown: look again, it was lost, or it was made."""

    subject: str
    #: ``check``, ``lost`` or ``made``, for every take of the question; ``each``: ask about each alone.
    verdict: str
    #: The take's version that the question was about; an old button cannot answer a new incident.
    ver: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn(Command):
    """The owner lets a scope that an overrun has stopped go on; the subject is the take that overran."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetShow(Command):
    """The cap, what is used of it, and when it resets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSet(Command):
    """Set a cap; only what is given changes."""

    #: ``channel``, ``workspace`` or ``person``.
    scope: str = "channel"
    amount: Money | None = None
    #: Remove the cap.
    uncapped: bool = False
    period: Period | None = None
    zone: str | None = None
    envelope: Money | None = None
    #: The steps of the ladder, in percent of the cap; 0: no such step any more.
    tell: int | None = None
    warn: int | None = None
    approve: int | None = None
    drafts_only: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseCap(Command):
    """Raise a cap by an amount: by the verb, or by the button of an alert or a question."""

    by: Money
    #: ``channel:…``, ``workspace:…`` or ``person:…``; empty: the cap of the channel where it is said.
    scope: str = ""
    #: The cap's version that the button was made for: the first answer wins. ``None``: whatever it is now.
    cap_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMore(Command):
    """A maker asks whoever looks after the channel's budget for more, without an order."""

    amount: Money | None = None
    #: In the person's own words; shown as a quote.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Command):
    """Stop ordering in the channel, or everywhere in its workspace; what is submitted goes on."""

    everywhere: bool = False
    #: In the person's own words; shown as a quote.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """Let ordering go on that was paused."""

    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAfter(Command):
    """Become the channel's budget contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Command):
    """Show the channel's settings, or change those that are given: name → text as typed."""

    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendReport(Command):
    """Where the money went: totals and the newest takes, or a table."""

    #: ``channel:…``, ``workspace:…`` or ``person:…``; empty: the channel where it is asked.
    scope: str = ""
    reach: Reach | Days = Reach.PERIOD
    #: ``None``: all of it in short.
    by: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendPlot(Command):
    """Where the money went, as a picture."""

    scope: str = ""
    reach: Reach | Days = Reach.PERIOD
    plot: Plot = Plot.DAYS
    #: ``None``: as the platform usually looks.
    theme: Theme | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendExport(Command):
    """Every line of the ledger, as a file."""

    scope: str = ""
    reach: Reach | Days = Reach.PERIOD
    #: ``csv`` or ``json``.
    form: str = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings(Command):
    """What was spent against rendering everything at the final's resolution at once."""

    scope: str = ""
    reach: Reach | Days = Reach.PERIOD


#: Each question about money that was spent.
OfMoney = SpendReport | SpendPlot | SpendExport | Savings
