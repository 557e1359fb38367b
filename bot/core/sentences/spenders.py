"""Who has spent what of a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.money import Money, total
from bot.core.sentences.numbers import count, joined
from bot.core.sentences.plain import NAME_CHARACTERS, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Spender:
    """A person, or several, with what is charged or held for their takes."""

    name: str
    amount: Money
    #: Takes that cost or hold anything.
    drafts: int
    finals: int


def others(spenders: Sequence[Spender]) -> Spender:
    """Several as one."""
    return Spender(
        name="others",
        amount=total(each.amount for each in spenders),
        drafts=sum(each.drafts for each in spenders),
        finals=sum(each.finals for each in spenders),
    )


def in_short(spenders: Sequence[Spender]) -> str:
    """``mina $23.42 (31, 9) · jo $11.12 (16, 4)``: drafts and finals in brackets."""
    return joined(*(f"{_name(each)} {each.amount} ({each.drafts}, {each.finals})" for each in spenders))


def line_by_line(spenders: Sequence[Spender]) -> list[str]:
    """``mina $23.42 · 31 drafts, 9 finals``, each on a line of its own."""
    return [joined(f"{_name(each)} {each.amount}", takes(each.drafts, each.finals)) for each in spenders]


def takes(drafts: int, finals: int) -> str:
    """``55 drafts, 15 finals``, and what there is none of left out."""
    said = (count(number, noun) for number, noun in ((drafts, "draft"), (finals, "final")) if number)
    return ", ".join(said)


def _name(spender: Spender) -> str:
    return plain(spender.name, NAME_CHARACTERS)
