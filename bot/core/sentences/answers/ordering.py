"""Answers to an order: what it costs, what is left, or why it is not ordered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.parsing.actions import action
from bot.core.policy import MATCH
from bot.core.ports.chat import Button
from bot.core.rows import Take
from bot.core.sentences.answers.purses import name, room, standing, tightest, too_little
from bot.core.sentences.numbers import count, listed

Said = tuple[str, tuple[Button, ...]]


class Quoted(Protocol):
    """What the sentences need of a plan."""

    @property
    def stage(self) -> Stage:
        """Draft or final."""
        ...

    @property
    def length(self) -> int:
        """Seconds of each take."""
        ...

    @property
    def resolution(self) -> str:
        """``480p``."""
        ...

    @property
    def seconds(self) -> int:
        """Seconds of a final."""
        ...

    @property
    def final_price(self) -> Money:
        """A final's price."""
        ...

    @property
    def look(self) -> str:
        """How a final is made: ``new`` or ``match``."""
        ...


def ordered(plan: Quoted, price: Money, purses: Sequence[Purse], number: int) -> str:
    """``4 drafts of 4 s at 480p: $1.28 held. Finals will be 10 s at 720p, $1.50 each.``, and what is left."""
    held = f"{_what(plan, number)}: {price} held."
    if plan.stage is Stage.DRAFT:
        one, each = ("The final will be", "") if number == 1 else ("Finals will be", " each")
        frame = f", from {'the' if number == 1 else 'its'} draft's frame" if plan.look == MATCH else ""
        held = f"{held} {one} {plan.seconds} s at 720p, {plan.final_price}{each}{frame}."
    return f"{held}\n{standing(tightest(purses, price))}"


def _what(plan: Quoted, number: int) -> str:
    frame = " from the draft's frame" if plan.stage is Stage.FINAL and plan.look == MATCH else ""
    return f"{count(number, plan.stage.value)} of {plan.length} s at {plan.resolution}{frame}"


def over_cap(subject: str, price: Money, short: Sequence[Purse], each: Money, number: int, stage: Stage) -> Said:
    """Not ordered, with every figure; and what can be done."""
    where = "; ".join(too_little(purse, stage) for purse in short)
    fit = min(number - 1, *(room(purse, stage).micros // max(1, each.micros) for purse in short))
    buttons = [Button(label="Ask for more", action=action("ask", subject))]
    if fit >= 1:
        label = f"{count(fit, stage.value)} instead · {each * fit}"
        buttons.append(Button(label=label, action=action("fewer", subject, str(fit))))
    return f"Not ordered: this needs {price}, {where}.", tuple(buttons)


def final_over_cap(final: Take, purses: Sequence[Purse]) -> Said:
    """The quorum is there, the money is not."""
    short = [purse for purse in purses if not purse.fits(final.price, Stage.FINAL)]
    return over_cap(final.id, final.price, short, final.price, 1, Stage.FINAL)


def still_over(short: Sequence[Purse], price: Money) -> str:
    """Fewer takes, and still too many."""
    return f"Not ordered: this still needs {price}, {'; '.join(too_little(purse, Stage.DRAFT) for purse in short)}."


def still_short(short: Sequence[Purse], price: Money) -> str:
    """A raise that is not enough."""
    rooms = listed(f"{name(purse)} has {room(purse, Stage.FINAL)} left" for purse in short)
    return f"That is not enough for {price}: {rooms}. Raise by more, or allow this one only."


def confirm_order(subject: str, price: Money, purses: Sequence[Purse], number: int, plan: Quoted) -> Said:
    """An order that its maker has to confirm; ``purses`` as they were before it."""
    text = f"{_what(plan, number)}: {price} held for 15 minutes. Order {'it' if number == 1 else 'them'}?"
    return f"{text}\n{standing(tightest(purses, price))}", (
        Button(label=f"Order · {price}", action=action("confirm", subject)),
        Button(label="Never mind", action=action("dismiss", subject)),
    )


def confirmed(card: str, price: Money) -> str:
    """The maker's yes."""
    return f"{card} is ordered · {price} held."


def no_draft_to_match() -> str:
    """A direct final that is to start from its draft's frame."""
    return "A direct final has no draft to start from: order a draft with --look match, or leave the option out."


def no_frame(draft: str, *, kept: bool) -> str:
    """A final that is to start from a frame which is not there; ``kept``: its clip still is."""
    if kept:
        return (
            f"{draft} has no picture to start from yet; missing ones are drawn within the hour. Vote again then, or "
            "press A new roll on its card."
        )
    return f"The clip of {draft} is no longer kept, so nothing can start from it: press A new roll on its card."


def look_set(card: str, look: str, *, given: int, ordered: Sequence[str]) -> str:
    """How the next finals of a card are made from now on; what that means for votes given and finals ordered."""
    said = [f"{_made_how(card, look)} from now on."]
    if ordered:
        said.append(f"{listed(ordered)} {'stays' if len(ordered) == 1 else 'stay'} as ordered.")
    if given:
        votes = "The approval given already counts" if given == 1 else f"The {given} approvals given already count"
        said.append(f"{votes} for that too.")
    return " ".join(said)


def look_already(card: str, look: str) -> str:
    """Nothing to change."""
    return f"{_made_how(card, look)} already."


def _made_how(card: str, look: str) -> str:
    return f"Finals of {card} start from the draft's frame" if look == MATCH else f"Finals of {card} are new rolls"


def count_out_of_range(given: int, most: int) -> str:
    """How many takes one order may have."""
    return f"count is 1 to {most}; you asked for {given}."


def no_tip(take: str) -> str:
    """The tip's button, where there is nothing to better."""
    return f"{take} already says what it wants in positive words."
