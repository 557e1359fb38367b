"""Windows about money and settings; only what was changed is set."""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.core.approvals import OWNERS
from bot.core.commands import AnswerAsk, AskMore, BudgetSet, BudgetShow, Command, Settings
from bot.core.errors import Refusal
from bot.core.kinds import Percent, Switch
from bot.core.ladder import require_rising
from bot.core.parsing.budget import NOT_SAID, Cap, read_cap, read_changes
from bot.core.parsing.modals.filled import Filled
from bot.core.parsing.more import read_more
from bot.core.parsing.why import read_why
from bot.core.parsing.words import Given
from bot.core.policy import ChannelPolicy, Ladder
from bot.core.settings_options import EVERYONE, People, apply
from bot.core.settings_options import settings as all_settings

#: Of a setting that names people: those that are chosen in the field of this name.
NAMED = "named"
#: Which field has them, of ``approvers`` and of ``makers``.
PEOPLE = "{}-named"
#: And which has the groups, where any were named.
GROUPS = "{}-groups"
#: What a cap's window asks besides its amount.
LADDER = ("tell", "warn", "approve", "drafts-only")
CHANGES = ("period", "zone", "envelope", *LADDER)


def settings(filled: Filled) -> Command:
    """The settings that were changed; where none was, they are shown.

    Raises:
        ModalRefused
    """
    changes = {}
    for setting in all_settings(filled.models):
        text = _people(filled, setting.name) if isinstance(setting.kind, People) else filled.changed(setting.name)
        if text is not None:
            changes[setting.name] = text
            filled.fits(setting.name, partial(_apply, filled, [(setting.name, text)]))
    if not filled.errors:
        filled.fits("quorum", lambda: _apply(filled, _together(filled, changes)))
    filled.require_no_errors()
    return filled.origin.make(Settings, changes=tuple(changes.items()))


def _apply(filled: Filled, changes: list[tuple[str, str]]) -> ChannelPolicy:
    return apply(ChannelPolicy(), changes, models=filled.models)


def _people(filled: Filled, name: str) -> str | None:
    """Everyone, the owners, or the ids that were chosen; people who were chosen anew are meant to count."""
    field, named = PEOPLE.format(name), _named(filled, name)
    who, chosen = filled.changed(name), filled.changed(field)
    if filled.text(name) != NAMED and (who is not None or not chosen):
        return who
    if who is None and chosen is None and filled.changed(GROUPS.format(name)) is None:
        return None
    if not named:
        filled.errors[field] = f"Choose the people here, or {EVERYONE} or {OWNERS} above."
    return named or None


def _named(filled: Filled, name: str) -> str:
    """The people who were chosen, and the groups; these stay where the chat did not ask for them."""
    field = GROUPS.format(name)
    groups = filled.values.get(field, filled.before.get(field, "")).strip()
    return f"{filled.text(PEOPLE.format(name))} {groups}".strip()


def _together(filled: Filled, changes: dict[str, str]) -> list[tuple[str, str]]:
    """What the quorum and the approvers will be: a quorum may be more than there are approvers."""
    approvers = filled.text("approvers")
    now = {
        "quorum": filled.text("quorum"),
        "approvers": _named(filled, "approvers") if approvers == NAMED else approvers,
    }
    return [(name, changes.get(name, text)) for name, text in now.items() if changes.get(name, text)]


def budget(filled: Filled) -> Command:
    """The cap's changes; where nothing was changed, it is shown.

    Raises:
        ModalRefused
    """
    amount = filled.changed("amount")
    whole = filled.read("amount", lambda: _cap(filled.text("amount"), emptied=amount == ""), NOT_SAID)
    cap = NOT_SAID if amount is None else whole
    given = {name: text for name in CHANGES if (text := filled.changed(name)) is not None}
    facts: dict[str, Any] = {}
    for name, text in given.items():
        facts |= filled.read(name, partial(_facts, name, text, whole), facts)
    climbed = [name for name in LADDER if name in given]
    if climbed and not filled.errors:
        filled.fits(climbed[-1], lambda: _require_rising(filled))
    filled.require_no_errors()
    if cap == NOT_SAID and not facts:
        return filled.origin.make(BudgetShow)
    return filled.origin.make(BudgetSet, scope=filled.opened.scope, amount=cap.amount, uncapped=cap.none, **facts)


def _cap(text: str, *, emptied: bool) -> Cap:
    """A cap's amount.

    Raises:
        Refusal: also where it was emptied, which might mean both.
    """
    if emptied:
        sentence = "A cap is an amount in dollars, like 50 or $50.00; write none for no cap."
        raise Refusal(sentence)
    return read_cap(text)


def _facts(name: str, text: str, whole: Cap) -> dict[str, Any]:
    read = read_changes({name: Given(typed=name, value=text)}, whole)
    return {fact: value for fact, value in read.items() if value is not None}


def _require_rising(filled: Filled) -> None:
    """The steps as they will be rise, as far as all of them came back; what did not change was read before."""
    *steps, only = (filled.text(name) for name in LADDER)
    if all((*steps, only)):
        tell, warn, approve = (Percent().read(step) or None for step in steps)
        require_rising(Ladder(tell=tell, warn=warn, approve=approve, drafts_only=Switch().read(only)))


def ask_more(filled: Filled) -> Command:
    """How much more, if that is known, and why.

    Raises:
        ModalRefused
    """
    text = filled.text("amount")
    amount = filled.read("amount", lambda: read_more(text), None) if text else None
    why = filled.read("why", lambda: read_why("budget ask", filled.text("why")), "")
    filled.require_no_errors()
    return filled.origin.make(AskMore, amount=amount, why=why)


def decline(filled: Filled) -> Command:
    """An owner's no, with the reason if one is given.

    Raises:
        ModalRefused
    """
    why = filled.read("why", lambda: read_why("a decline", filled.text("why")), "")
    filled.require_no_errors()
    opened = filled.opened
    return filled.origin.make(AnswerAsk, subject=opened.subject, yes=False, asked_at=opened.asked_at, why=why)
