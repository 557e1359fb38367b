"""Buttons: the text that a button carries, and the command that a press becomes; one table for both.

An action is ``verb``, ``verb:subject``, ``verb:subject:argument`` or ``verb:argument``. It comes back from the
platform after days, from anybody, and perhaps forged: what does not fit the table is refused, and who may is
checked later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.commands import (
    Actor,
    Again,
    AnswerAsk,
    AskOwner,
    BudgetShow,
    Cancel,
    Command,
    Confirm,
    Draft,
    Fewer,
    FullPrompt,
    GoOn,
    Help,
    Hide,
    Judge,
    Keep,
    Link,
    LookAfter,
    Models,
    More,
    OpenModal,
    Place,
    RaiseCap,
    Rescue,
    SetLook,
    Settings,
    Show,
    SpendReport,
    Status,
    Tips,
    Undo,
    UseTip,
)
from bot.core.errors import Refusal
from bot.core.ids import readings
from bot.core.modals import ACTION_CHARACTERS, Form
from bot.core.money import MICROS_PER_CENT, Money
from bot.core.parsing.budget import SCOPES
from bot.core.parsing.origin import Origin
from bot.core.policy import MATCH, NEW
from bot.core.rows import Meaning, Source

#: What *Try it* orders.
TRY_PROMPT = "a fox in snow"
#: A raise, in whole cents; under ten million dollars, as every amount.
_CENTS = "[1-9][0-9]{0,8}"
#: When a question was put, in UTC milliseconds: an old button cannot answer a later one.
_TIME = "[0-9]{1,15}"
#: A scope of money, as budgets and ledger name it.
_SCOPE = r"(?:channel|workspace|person):[^\s:][^\s]{0,70}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verb:
    """What a verb's action carries, and what a press makes of it."""

    make: Callable[[Origin, str, str], Command]
    #: It is about a take or a slate.
    subject: bool = True
    #: What its argument looks like; ``None``: it has none. Of a verb without a subject it may have colons.
    argument: re.Pattern[str] | None = None


def _of_a_take(kind: type[Command]) -> _Verb:
    return _Verb(make=lambda origin, subject, _: origin.make(kind, subject=subject))


def _alone(kind: type[Command]) -> _Verb:
    return _Verb(make=lambda origin, _, __: origin.make(kind), subject=False)


def _vote(meaning: Meaning) -> _Verb:
    return _Verb(make=lambda origin, subject, _: origin.vote(subject, meaning, Source.BUTTON))


def _yes_or_no(*, yes: bool) -> _Verb:
    return _Verb(make=lambda origin, subject, _: origin.make(Confirm, subject=subject, yes=yes))


def _answer(*, yes: bool) -> _Verb:
    return _Verb(
        make=lambda origin, subject, asked_at: origin.make(AnswerAsk, subject=subject, yes=yes, asked_at=int(asked_at)),
        argument=re.compile(_TIME),
    )


def _form(form: Form) -> _Verb:
    return _Verb(make=lambda origin, _, __: origin.make(OpenModal, form=form), subject=False)


def _edit(origin: Origin, subject: str, _: str) -> Command:
    return origin.make(OpenModal, form=Form.EDIT, subject=subject)


def _budget_form(origin: Origin, _: str, scope: str) -> Command:
    return origin.make(OpenModal, form=Form.BUDGET, scope=scope)


def _decline(origin: Origin, subject: str, asked_at: str) -> Command:
    return origin.make(OpenModal, form=Form.DECLINE, subject=subject, asked_at=int(asked_at))


def _raise(origin: Origin, subject: str, argument: str) -> Command:
    cents, _, asked_at = argument.partition(".")
    by = Money(int(cents) * MICROS_PER_CENT)
    return origin.make(AnswerAsk, subject=subject, yes=True, raise_by=by, asked_at=int(asked_at))


def _raise_cap(origin: Origin, _: str, argument: str) -> Command:
    cents, version, scope = re.split("[.:]", argument, maxsplit=2)
    return origin.make(RaiseCap, scope=scope, by=Money(int(cents) * MICROS_PER_CENT), cap_version=int(version))


def _fewer(origin: Origin, subject: str, argument: str) -> Command:
    return origin.make(Fewer, subject=subject, count=int(argument))


def _judge(origin: Origin, subject: str, argument: str) -> Command:
    verdict, _, ver = argument.partition(".")
    return origin.make(Judge, subject=subject, verdict=verdict, ver=int(ver))


_VERBS: Mapping[str, _Verb] = {
    "promote": _vote(Meaning.APPROVE),
    "reject": _vote(Meaning.REJECT),
    "undo": _of_a_take(Undo),
    "cancel": _of_a_take(Cancel),
    "again": _Verb(make=lambda origin, subject, _: origin.make(Again, subject=subject, source=Source.BUTTON)),
    "keep": _of_a_take(Keep),
    "hide": _of_a_take(Hide),
    "rescue": _of_a_take(Rescue),
    "show": _of_a_take(Show),
    "confirm": _yes_or_no(yes=True),
    "dismiss": _yes_or_no(yes=False),
    "ask": _of_a_take(AskOwner),
    "raise": _Verb(make=_raise, argument=re.compile(rf"{_CENTS}\.{_TIME}")),
    "fewer": _Verb(make=_fewer, argument=re.compile("[1-9]")),
    "look": _Verb(
        make=lambda origin, subject, look: origin.make(SetLook, subject=subject, look=look),
        argument=re.compile(f"{NEW}|{MATCH}"),
    ),
    "tip": _of_a_take(UseTip),
    "allow": _answer(yes=True),
    "declined": _answer(yes=False),
    "judge": _Verb(make=_judge, argument=re.compile(r"(?:check|lost|made|each)\.[1-9][0-9]{0,8}")),
    "go-on": _of_a_take(GoOn),
    "more": _of_a_take(More),
    "prompt": _of_a_take(FullPrompt),
    "link": _of_a_take(Link),
    **{
        form.value: _form(form) for form in (Form.BUILD, Form.IMAGE, Form.REF, Form.BATCH, Form.SETTINGS, Form.ASK_MORE)
    },
    Form.EDIT.value: _Verb(make=_edit),
    Form.BUDGET.value: _Verb(make=_budget_form, subject=False, argument=re.compile("|".join(SCOPES))),
    Form.DECLINE.value: _Verb(make=_decline, argument=re.compile(_TIME)),
    "lookafter": _alone(LookAfter),
    "status": _alone(Status),
    "help": _alone(Help),
    "tips": _alone(Tips),
    "models": _alone(Models),
    "budget": _alone(BudgetShow),
    "settings": _alone(Settings),
    "report": _alone(SpendReport),
    "report-of": _Verb(
        make=lambda origin, _, scope: origin.make(SpendReport, scope=scope), subject=False, argument=re.compile(_SCOPE)
    ),
    "raise-cap": _Verb(make=_raise_cap, subject=False, argument=re.compile(rf"{_CENTS}\.[1-9][0-9]{{0,8}}:{_SCOPE}")),
    "try": _Verb(make=lambda origin, _, __: origin.make(Draft, prompt=TRY_PROMPT), subject=False),
}


def action(verb: str, subject: str = "", argument: str = "") -> str:
    """The text that a button carries; at most 100 characters.

    Raises:
        ValueError: a press on it would be refused.
    """
    if not _fits(verb, subject, argument):
        msg = f"no button does {verb}:{subject}:{argument}"
        raise ValueError(msg)
    return ":".join(filter(None, (verb, subject, argument)))


def raise_action(subject: str, by: Money, asked_at: int) -> str:
    """The button that raises every cap that is short by an amount, in whole cents, and allows the take.

    ``asked_at`` is when the question was put, UTC milliseconds.
    """
    return action("raise", subject, f"{by.micros // MICROS_PER_CENT}.{asked_at}")


def raise_cap_action(scope: str, by: Money, cap_version: int) -> str:
    """The button that raises one cap by an amount, in whole cents, as long as the cap is still of this version."""
    return action("raise-cap", argument=f"{by.micros // MICROS_PER_CENT}.{cap_version}:{scope}")


def judge_action(subject: str, verdict: str, ver: int) -> str:
    """The button that answers about unknowns: ``check``, ``lost``, ``made``, ``each``; asked at the take's version."""
    return action("judge", subject, f"{verdict}.{ver}")


def parse_action(action: str, *, actor: Actor, place: Place, event: str, now: int) -> Command:
    """The command that a press on a button is; ``now`` is in UTC milliseconds.

    Raises:
        Refusal: no button of ours carries that.
    """
    verb, _, rest = action.partition(":")
    known = _VERBS.get(verb)
    subject, _, argument = rest.partition(":") if known is None or known.subject else ("", "", rest)
    if len(action) > ACTION_CHARACTERS or not _fits(verb, subject, argument):
        raise unknown_button()
    return _VERBS[verb].make(Origin(actor=actor, place=place, event=event, now=now), subject, argument)


def _fits(verb: str, subject: str, argument: str) -> bool:
    known = _VERBS.get(verb)
    if known is None or not _subject_fits(subject, wanted=known.subject):
        return False
    return bool(known.argument.fullmatch(argument)) if known.argument else not argument


def _subject_fits(subject: str, *, wanted: bool) -> bool:
    return subject in map(str, readings(subject)) if wanted else not subject


def unknown_button() -> Refusal:
    """What a press is answered that no button of ours makes."""
    return Refusal("This button is not known any more; nothing was done. status shows what runs and waits.")
