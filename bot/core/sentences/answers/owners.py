"""Answers around the owner: questions, raises, verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.money import LARGEST_DOLLARS, Money
from bot.core.owner_rules import OwnerRule
from bot.core.rows import Take
from bot.core.sentences.answers.purses import begin, name, raised_to, room
from bot.core.sentences.numbers import count, listed
from bot.core.sentences.plain import NAME_CHARACTERS, capital, plain
from bot.core.sentences.states import is_


def owner_asked(channel: str, *, known: bool) -> str:
    """Ask for more."""
    where = f"#{plain(channel, NAME_CHARACTERS)}"
    if known:
        return f"Whoever looks after the budget of {where} has been asked. Your order keeps its place for 72 hours."
    return f"Nobody looks after the budget of {where} yet, so the question stands in the channel for 72 hours."


def owner_was_asked(subject: str) -> str:
    """Ask for more, pressed again."""
    return f"The owner has been asked for {subject} already; one question is enough."


def why_owner(rule: OwnerRule, channel: str, *, need: str = "an owner's yes") -> str:
    """The rule that wants an owner's yes, as a clause; ``need`` where whose yes it is was said before."""
    if rule.purse is None:
        return f"orders above {rule.above} in #{plain(channel, NAME_CHARACTERS)} need {need}"
    what = f"finals need {need} and drafts go on" if rule.finals_only else f"each order needs {need}"
    return f"{rule.step} % of the cap of {name(rule.purse)} is used, and from there {what}"


def waits_for_owner(subject: str, price: Money, why: str, contact: str, until: str) -> str:
    """An order that a rule keeps until an owner's yes; ``contact`` is who is asked, if there is somebody."""
    who = plain(contact, NAME_CHARACTERS)
    nobody = "Nobody looks after the budget yet, so the question stands in the channel."
    asked = f"{who} has been asked." if who else nobody
    return f"{subject} waits for an owner: {why}. {price} is held until {until}. {asked}"


def rose_above(subject: str, price: Money, short: Sequence[Purse]) -> str:
    """A yes to an order whose price has risen above what is left since it was asked."""
    rooms = listed(f"{name(purse)} has {room(purse, Stage.FINAL)} left" for purse in short)
    return f"{subject} costs {price} by now, and {rooms} besides what it holds. Nothing is ordered yet."


def answered_already(take: Take) -> str:
    """A button of a question that was answered; the take waits for another answer by now."""
    return f"That question was answered already; {take.id} waits for a newer one."


def too_late(take: Take) -> str:
    """An answer behind the time that was given for it, before the take's own end."""
    return f"{take.id} was not answered in time and ends now. Nothing is charged."


def no_cap_to_raise(purse: Purse) -> str:
    """A raise of what has no cap."""
    return f"{begin(purse)} has no cap, so there is nothing to raise."


def raised_too_far(purse: Purse, by: Money) -> str:
    """A raise beyond what any amount may be."""
    return f"A cap is at most ${LARGEST_DOLLARS:,}; {name(purse)} has {purse.budget.cap} and cannot be raised by {by}."


def raised_already(purse: Purse) -> str:
    """A button of an earlier version of the cap: somebody was first, or a new period has begun."""
    stands = "has no cap by now" if purse.budget.cap is None else f"has a cap of {purse.budget.cap} by now"
    return f"{begin(purse)} {stands}: that question was answered already, and nothing more was raised."


def not_our_budget() -> str:
    """A scope of another place, or of none."""
    return "That budget is not one of this place. /dailies budget shows those that count here."


def cap_raised(purse: Purse, waiting: int, *, this_period: bool) -> str:
    """A cap after a raise; ``waiting`` takes keep waiting for a yes of their own."""
    only = " for this period only" if this_period else ""
    waits = f" Still waiting for an owner's yes of their own: {count(waiting, 'take')}." if waiting else ""
    return f"{capital(raised_to(purse))}{only}.{waits}"


def asked_for_more(channel: str, *, known: bool) -> str:
    """A maker's wish for more."""
    where = f"#{plain(channel, NAME_CHARACTERS)}"
    if known:
        return f"Whoever looks after the budget of {where} has been asked."
    return f"Nobody looks after the budget of {where} yet, so the question stands in the channel."


def asked_for_more_already(channel: str) -> str:
    """The same within an hour."""
    return f"You have asked for more in #{plain(channel, NAME_CHARACTERS)} within this hour already; once is enough."


def not_waiting(take: Take) -> str:
    """The first answer won."""
    return f"{take.id} no longer waits for an answer: it {is_(take)}."


def declined(subject: str) -> str:
    """The owner's no."""
    return f"{capital(subject)} is declined; its maker is told."


def rest_of(batch: str, number: int) -> str:
    """What is left of a batch, inside a sentence."""
    return f"the rest of {batch} ({count(number, 'draft')})"


def allowed(subject: str, raised: Sequence[Purse]) -> str:
    """The owner's yes."""
    if not raised:
        return f"{capital(subject)} is ordered; the cap stays as it is."
    return f"{capital(listed(raised_to(purse) for purse in raised))}. {capital(subject)} is ordered."


def question_is_old(take: Take) -> str:
    """A button of an earlier incident."""
    return f"That question is settled: {take.id} {is_(take)}."


def released(takes: str, back: Money) -> str:
    """It was lost."""
    return f"Released: {takes} · {back} is back. What turns up within a day is booked and delivered after all."


def written_off(takes: str, charged: Money) -> str:
    """It was made."""
    return f"Written off: {takes} · {charged} charged. A clip that turns up within a day is delivered."


def looking_again(takes: str) -> str:
    """Check again."""
    return f"Looking again for {takes}; you are told only if that settles it."


def asked_one_by_one(number: int) -> str:
    """One by one."""
    return f"{number} questions come, one for each take."


def goes_on(channel: str) -> str:
    """After an overrun."""
    return f"Ordering in #{plain(channel, NAME_CHARACTERS)} goes on."


def looks_after(channel: str, name: str) -> str:
    """The new budget contact."""
    return f"{plain(name, NAME_CHARACTERS)} looks after the budget of #{plain(channel, NAME_CHARACTERS)} now."
