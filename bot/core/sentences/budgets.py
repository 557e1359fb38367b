"""What ``budget show`` says: for each cap, money first, in lines that a phone shows whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.budgets import Purse
from bot.core.money import Money
from bot.core.periods import day_name
from bot.core.rows import Change
from bot.core.sentences import ladder
from bot.core.sentences.answers.purses import begin, until
from bot.core.sentences.numbers import joined
from bot.core.sentences.plain import NAME_CHARACTERS, TYPED_CHARACTERS, capital, plain, sentence
from bot.core.sentences.spenders import Spender, line_by_line
from bot.core.settings_options import settings

#: What the log says of ordering, before and after.
PAUSED, GOES_ON = "paused", "goes on"
#: Named as they are typed, without an article.
_SETTINGS = frozenset(setting.name for setting in settings())


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A cap as it stands; what the person may not see is left empty."""

    purse: Purse
    #: When it will be full at this pace, UTC milliseconds, where that can be said.
    full_at: int | None = None
    people: tuple[Spender, ...] = ()
    #: The newest first.
    changes: tuple[Change, ...] = ()


def shown(standings: Sequence[Standing], contact: str | None, channel: str, now: int) -> str:
    """The caps that an order here counts in, and who looks after them."""
    where = f"the budget of #{plain(channel, NAME_CHARACTERS)}"
    who = f"{plain(contact, NAME_CHARACTERS)} looks after {where}." if contact else f"Nobody looks after {where} yet."
    return "\n\n".join([*("\n".join(_lines(each, now)) for each in standings), who])


def _lines(standing: Standing, now: int) -> list[str]:
    purse = standing.purse
    if purse.budget.cap is None and purse.scope.id.startswith("person:"):
        return [joined(f"{begin(purse)}: no cap", _used(purse))]
    said = [f"{begin(purse)}: {_left(purse)}", _used(purse), _envelope(purse)]
    if purse.budget.cap is not None:
        said += [sentence(ladder.in_force(purse)), ladder.forecast(standing.full_at, purse, now)]
        said.append(ladder.steps_set(purse.scope, purse.scope.policy.ladder))
    said += line_by_line(standing.people)
    said += [change(each, purse.zone) for each in standing.changes]
    return [line for line in said if line]


def in_short(purse: Purse) -> tuple[str, str]:
    """A cap in two lines, below its name: what is left of it until when, and how it is used."""
    return capital(_left(purse)), _used(purse)


def _left(purse: Purse) -> str:
    """``$36.40 of $50.00 left until 1 Dec``."""
    if purse.left is None:
        counted = f", counted{until(purse)}" if until(purse) else ""
        return f"no cap{counted}"
    return f"{purse.left} of {purse.budget.cap} left{until(purse) or ', never resets'}"


def _used(purse: Purse) -> str:
    held = f"{purse.budget.held} held" if purse.budget.held else ""
    return joined(f"{purse.spent} spent", held, f"{purse.excess} over the cap" if purse.excess else "")


def _envelope(purse: Purse) -> str:
    envelope = purse.scope.policy.envelope
    if not envelope:
        return ""
    return f"Kept for finals: {envelope}, {purse.reserved} of it unused"


def change(row: Change, zone: str) -> str:
    """``dana raised the cap from $50.00 to $60.00 on 3 Nov``; ``dana paused ordering on 3 Nov: the client calls``."""
    who, on = plain(row.by_name, NAME_CHARACTERS), day_name(row.at, zone)
    if row.after == GOES_ON:
        after = "" if row.before == PAUSED else f" after the {plain(row.before, TYPED_CHARACTERS)}"
        return f"{who} let ordering go on{after}, {on}"
    if row.before == GOES_ON:
        why = plain(row.after.removeprefix(PAUSED), TYPED_CHARACTERS)
        return f"{who} paused ordering on {on}{why}"
    return f"{who} {_set(row)} on {on}"


def _set(row: Change) -> str:
    """``raised the cap from $50.00 to $60.00``; ``set owner-above to $1.00 (was off)``."""
    before, after, what = (plain(text, TYPED_CHARACTERS) for text in (row.before, row.after, row.what))
    if row.what not in _SETTINGS:
        what = f"the {what}"
    match [_amount(row.before), _amount(row.after)]:
        case [Money() as low, Money() as high]:
            return f"{'raised' if high > low else 'lowered'} {what} from {before} to {after}"
        case _:
            return f"set {what} to {after}" + (f" (was {before})" if before else "")


def _amount(text: str) -> Money | None:
    """The amount that a change was logged with; ``None``: it was none."""
    try:
        return Money.usd(text.removeprefix("$").replace(",", "")) if text.startswith("$") else None
    except ValueError:
        return None
