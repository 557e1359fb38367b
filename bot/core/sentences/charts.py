"""What stands on a chart and beside it: titles, names of bars, and the words for whoever does not see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.core.buckets import Bucket, Step
from bot.core.budgets import Purse
from bot.core.charts import Bar, Chart, Plot
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.periods import Days
from bot.core.sentences.answers.purses import begin
from bot.core.sentences.numbers import count, joined, listed
from bot.core.sentences.plain import NAME_CHARACTERS, plain
from bot.core.sentences.reports import when
from bot.core.sums import Sum

#: What an alt text has room for.
ABOUT_CHARACTERS = 1_000

_TITLES = {Plot.DAYS: "spending by {step}", Plot.PEOPLE: "spending by person", Plot.FINISHED: "drafts and finished"}

#: Below an answer whose picture could not be made.
NOT_DRAWN = "The picture could not be drawn just now; ask again in a minute. These are its figures."
#: An answer without a bar: money went into finals alone.
NO_DRAFTS = "No draft was made, so there is nothing to draw."
#: Above the running total.
SO_FAR = "Total so far"


def title(plot: Plot, purse: Purse, step: Step = Step.DAY) -> str:
    """``#launch: spending by day``."""
    return f"{begin(purse)}: {_TITLES[plot].format(step=step.value)}"


def time(days: Days | None, first: date) -> str:
    """``1 Nov 2026 to 30 Nov 2026``; without days ``since 1 Nov 2026``, the first on which anything was booked."""
    return when(days) if days else f"since {when(Days(first, first))}"


def spending(total: Sum, time: str, cap: Money | None) -> str:
    """``1 Nov 2026 to 30 Nov 2026 · $28.10 of $50.00 spent, $1.50 held``."""
    of = "" if cap is None else f" of {cap}"
    held = f", {total.held} held" if total.held else ""
    return joined(time, f"{total.spent}{of} spent{held}")


def stage(of: Stage, spent: Money) -> str:
    """A part of each bar, with what all of them have of it: ``drafts $12.10``."""
    return f"{of.value}s {spent}"


def held(amount: Money) -> str:
    """What is held beside what is spent."""
    return f"held {amount}"


def bars(step: Step) -> str:
    """Above bars of spending."""
    return f"Each {step.value}"


def cap(amount: Money) -> str:
    """On the line of a cap."""
    return f"cap {amount}"


def over(excess: Money) -> str:
    """What is used beyond a cap; nothing where nothing is."""
    return f"{excess} over the cap" if excess > ZERO else ""


def person(name: str) -> str:
    """Whose bar it is."""
    return plain(name, NAME_CHARACTERS)


def others(number: int) -> str:
    """The bar of everybody who has none."""
    return count(number, "other")


def share(some: Sum) -> str:
    """Behind a person's bar: ``$23.42, $0.32 held``."""
    return f"{some.spent}, {some.held} held" if some.held else str(some.spent)


def finished(done: int, made: int) -> str:
    """``12 of 60 drafts finished, 20 %``."""
    return f"{done} of {count(made, 'draft')} finished, {percent(done, made)}"


def drafting(done: int, made: int, time: str) -> str:
    """``1 Nov 2026 to 30 Nov 2026 · 12 of 60 drafts finished, 20 %``."""
    return joined(time, finished(done, made))


def percent(done: int, made: int) -> str:
    """A share, rounded down, so that 100 % are all."""
    return f"{done * 100 // made} %"


def parts_of_drafts(done: int, made: int) -> tuple[str, str]:
    """The parts of each bar of drafts, with what all of them have of it."""
    return f"finished {done}", f"not finished {made - done}"


def drafts(step: Step) -> str:
    """Above bars of drafts."""
    return f"Drafts made each {step.value}, with the share that was finished"


def grouped(step: Step) -> str:
    """Below the answer, where a bar is of more than a day."""
    return "" if step is Step.DAY else f"Each bar is a {step.value}."


def bucket(of: Bucket, step: Step) -> str:
    """The name of a bar, below it: ``3 Nov``, ``Nov 2026``, ``2026``."""
    match step:
        case Step.DAY | Step.WEEK:
            return f"{of.first.day} {of.first:%b}"
        case Step.MONTH:
            return f"{of.first:%b %Y}"
        case Step.YEAR:  # pragma: no branch - the last of all steps
            return f"{of.first.year}"


def about(chart: Chart, *further: str) -> str:
    """The alt text: what the picture shows and its main figures."""
    parts = (f"{chart.title}. {chart.subtitle}", listed(chart.series), *further)
    return plain(". ".join(part.rstrip(".") for part in parts if part) + ".", ABOUT_CHARACTERS)


def highest(of: Bucket, step: Step, spent: Money) -> str:
    """The longest bar of spending."""
    return f"The {step.value} with the most: {on(of, step)}, {spent}"


def on(of: Bucket, step: Step) -> str:
    """A bar's days in a sentence."""
    return when(Days(of.first, of.last)) if step in (Step.DAY, Step.WEEK) else bucket(of, step)


def people(bars: Sequence[Bar]) -> str:
    """The people of a chart with what each has spent."""
    return "; ".join(f"{bar.name} {bar.note}" for bar in bars)
