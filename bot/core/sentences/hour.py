"""What is said once a day: what is undecided, what was made, what it cost and what is left."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.money import ZERO, Money
from bot.core.ports.chat import CardView
from bot.core.prompts import shorten
from bot.core.sentences.numbers import count, joined, listed
from bot.core.sentences.plain import NAME_CHARACTERS, plain

#: In the welcome, as long as a channel has no hour.
OFFER = "A daily summary: /dailies settings hour 17:00"
#: How much of a prompt stands behind its id.
PROMPT_CHARACTERS = 60


def summary(facts: Mapping[str, str]) -> CardView:
    """The day's message, with the address of each card that has one."""
    cards, finals = facts["cards"].split(), facts["finals"].split()
    undecided = f"{len(cards) + int(facts['more_cards'])} undecided" if cards else ""
    made = f"{count(len(finals) + int(facts['more_finals']), 'final')} made" if finals else ""
    news = ", ".join(part for part in (undecided, made, _money(facts["spent_micros"])) if part)
    return CardView(
        title=f"Dailies of #{plain(facts['place'], NAME_CHARACTERS)}: {news}.",
        lines=(
            *(_undecided(card, facts) for card in cards),
            _more(facts["more_cards"]),
            f"Finals: {_finals(finals, facts['more_finals'])}" if finals else "",
        ),
        footer=facts["left"],
        mentions=tuple(facts["approvers"].split()) if cards else (),
    )


def words_of(prompt: str) -> str:
    """The first words of a prompt, on one line."""
    return shorten(prompt, PROMPT_CHARACTERS)


def _undecided(card: str, facts: Mapping[str, str]) -> str:
    drafts, words = int(facts[f"drafts:{card}"]), plain(facts[f"words:{card}"], PROMPT_CHARACTERS)
    what = facts.get(f"sheet:{card}") or f"“{words}”"
    return joined(card, count(drafts, "draft") if drafts > 1 else "", what, facts.get(f"link:{card}", ""))


def _more(number: str) -> str:
    return f"and {number} more" if number != "0" else ""


def _finals(ids: list[str], more: str) -> str:
    return listed(ids) if more == "0" else f"{', '.join(ids)} {_more(more)}"


def _money(spent: str) -> str:
    """What the day has cost; less than nothing where more came back."""
    amount = Money(int(spent))
    came = f"{-amount} came back" if amount < ZERO else f"{amount} spent" if amount else "nothing spent"
    return f"{came} since yesterday"
