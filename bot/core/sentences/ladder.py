"""What is said at the steps of a cap's ladder: totals to the channel, names and sums to the contact alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core import ladder
from bot.core.budgets import Purse, Scope
from bot.core.forecast import LONGEST_DAY_MS
from bot.core.money import Money
from bot.core.parsing.actions import action, raise_cap_action
from bot.core.policy import Ladder
from bot.core.ports.chat import Button, CardView
from bot.core.sentences.answers.purses import begin, until
from bot.core.sentences.numbers import dollars, joined, spaced
from bot.core.sentences.plain import capital, sentence
from bot.core.sentences.spenders import takes

#: By how much an owner raises with one press.
RAISES = (Money.usd(10), Money.usd(25))
#: The days of a month whose ordinals are not written with "th".
_ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def used(purse: Purse) -> str:
    """``#launch: $40.10 of $50.00 used``."""
    return f"{begin(purse)}: {purse.budget.used} of {purse.budget.cap} used"


def with_takes(said: str, drafts: int, finals: int) -> str:
    """``#launch: $40.10 of $50.00 used (55 drafts, 15 finals).``, without what there is none of."""
    counted = takes(drafts, finals)
    return f"{said}{f' ({counted})' if counted else ''}."


def forecast(at: int | None, purse: Purse, now: int) -> str:
    """When the cap will be full: ``At this pace it is full on the 23rd.``; nothing where nothing can be said."""
    if at is None:
        return ""
    zone = ZoneInfo(purse.zone)
    full, today = (datetime.fromtimestamp(each / 1000, zone) for each in (at, now))
    hour = f"at {full:%H:%M}"
    if full.date() == today.date():
        of_a_day = (purse.budget.period_end or 0) - purse.budget.period_start <= LONGEST_DAY_MS
        return f"At this pace it is full {hour if of_a_day else f'today {hour}'}."
    return f"At this pace it is full on the {full.day}{_ORDINALS.get(full.day, 'th')}."


def still_works(purse: Purse, step: int) -> str:
    """What may still be ordered, once a step is reached."""
    now, steps = in_force(purse), purse.scope.policy.ladder
    if step == ladder.FULL or ladder.owner_approves(purse):
        return sentence(now)
    coming = f"; from {steps.approve} % the owner approves each order" if steps.approve and step != steps.tell else ""
    return f"{capital(now or 'everything goes on')}{coming}."


def in_force(purse: Purse) -> str:
    """What the steps that are reached have brought about, as a clause; empty while everything goes on."""
    if purse.left is not None and not purse.left:
        return f"nothing more is ordered{_until_or(purse)} until the cap is raised"
    if ladder.owner_approves(purse):
        return "the owner approves each order now"
    return "drafts go on, finals need the owner's yes" if ladder.drafts_only(purse) else ""


def _until_or(purse: Purse) -> str:
    return "" if purse.budget.period_end is None else f"{until(purse)} or"


def steps_set(scope: Scope, steps: Ladder) -> str:
    """Which steps are set: ``Steps: 50 % told here · 80 % contact told · 95 % owner approves each``."""
    here = scope.id.startswith("channel:")
    named = (
        (steps.tell, "told here" if here else "owner told"),
        (steps.warn, "contact told" if here else "owner told"),
        (steps.warn if steps.drafts_only else None, "drafts only"),
        (steps.approve, "owner approves each"),
    )
    said = joined(*(f"{step} % {what}" for step, what in named if step is not None))
    return f"Steps: {said or 'none before 100 %'}"


def to_channel(facts: Mapping[str, str]) -> CardView:
    """A step that everybody hears of: totals and what still works."""
    return CardView(title=_said(facts))


def to_contact(facts: Mapping[str, str]) -> CardView:
    """A step that the contact hears of: the same, who has spent what, and what can be done about it."""
    scope, version = facts["scope"], int(facts["version"])
    raises = tuple(
        Button(label=f"Raise by {dollars(by)}", action=raise_cap_action(scope, by, version)) for by in RAISES
    )
    report = Button(label="Report", action=action("report-of", argument=scope))
    return CardView(title=_said(facts), lines=(facts["people"],), buttons=(*raises, report))


def _said(facts: Mapping[str, str]) -> str:
    return spaced(facts["used"], facts["forecast"], facts["works"])
