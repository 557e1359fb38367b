"""``/dailies``: money and settings. Here nothing is a prompt, so whatever is not known is refused by name."""

from __future__ import annotations

from bot.core.commands import Actor, BudgetShow, Command, Help, Models, Place
from bot.core.errors import Refusal
from bot.core.kinds import one_of, repeated
from bot.core.parsing import verbs
from bot.core.parsing.budget import parse_budget_set
from bot.core.parsing.markup import plain
from bot.core.parsing.more import parse_ask, parse_raise
from bot.core.parsing.origin import Origin
from bot.core.parsing.pause import parse_pause, parse_resume
from bot.core.parsing.settings import parse_settings
from bot.core.parsing.spending import parse_export, parse_plot, parse_report, parse_savings
from bot.core.parsing.words import nearest
from bot.core.settings_options import MODELS

_BUDGET = ("show", "set", "raise", "ask")


def parse_dailies(
    text: str, *, actor: Actor, place: Place, event: str, now: int, known: tuple[str, ...] = MODELS
) -> Command:
    """The command that was typed after ``/dailies``; ``known`` are the names of the models that are on.

    Raises:
        Refusal: an unknown verb, option, setting or value; the sentence says what there is.
    """
    origin = Origin(actor=actor, place=place, event=event, now=now)
    verb, rest = _first(plain(text))
    match verb:
        case "" | "help":
            return origin.make(Help, root="dailies")
        case "settings":
            return parse_settings(origin, rest, models=known)
        case _ if verb in _FOLLOWED:
            return _FOLLOWED[verb](origin, rest)
        case "models":
            _require_nothing(verb, rest)
            return origin.make(Models)
        case _:
            raise _unknown(verb)


def _budget(origin: Origin, rest: str) -> Command:
    verb, further = _first(rest)
    match verb:
        case "" | "show":
            _require_nothing("budget show", further)
            return origin.make(BudgetShow)
        case "set":
            return parse_budget_set(origin, further)
        case "raise":
            return parse_raise(origin, further)
        case "ask":
            return parse_ask(origin, further)
        case _:
            sentence = f"budget is {one_of(_BUDGET)}, as in budget set 50; you asked for {repeated(rest)}."
            raise Refusal(sentence, allowed=_BUDGET)


def _spend(origin: Origin, rest: str) -> Command:
    verb, further = _first(rest)
    match verb:
        case "" | "report":
            return parse_report(origin, further)
        case "export":
            return parse_export(origin, further)
        case "plot":
            return parse_plot(origin, further)
        case _:
            sentence = f"spend is report, plot or export; you asked for {repeated(rest)}."
            raise Refusal(sentence, allowed=("report", "plot", "export"))


def _first(text: str) -> tuple[str, str]:
    """The first word in small letters, a colon after it dropped, and the rest."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word.lower().rstrip(":"), rest[0].strip() if rest else ""


def _require_nothing(verb: str, rest: str) -> None:
    if rest:
        sentence = f"{verb} stands alone; you added {repeated(rest)}."
        raise Refusal(sentence)


def _unknown(verb: str) -> Refusal:
    if verb in verbs.CLIP:
        return Refusal(f"{verb} belongs to /clip: write /clip {verb}.")
    meant = nearest(verb, verbs.DAILIES)
    question = f" Did you mean {meant}?" if meant else ""
    sentence = f"/dailies is followed by {one_of(verbs.DAILIES)}; you asked for {repeated(verb)}.{question}"
    return Refusal(sentence, allowed=verbs.DAILIES)


#: Verbs that read what follows them by themselves.
_FOLLOWED = {"budget": _budget, "spend": _spend, "savings": parse_savings, "pause": parse_pause, "resume": parse_resume}
