"""Verbs whose options come by name and with types, as on Discord: each becomes a command.

Nothing is looked for inside a text: a prompt that begins with a verb or says ``--seconds 9`` is rendered as it is.
What a chat has checked is checked again here, for what it suggests while one types binds nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bot.core.charts import Plot, Theme
from bot.core.commands import (
    Again,
    AskMore,
    BudgetSet,
    BudgetShow,
    Cancel,
    Command,
    DirectFinal,
    Draft,
    Help,
    Hide,
    Keep,
    Link,
    Models,
    OpenModal,
    OrderBatch,
    OrderOptions,
    Pause,
    Remix,
    Rescue,
    Resume,
    Savings,
    Settings,
    Show,
    SpendExport,
    SpendPlot,
    SpendReport,
    Status,
    Tips,
)
from bot.core.errors import Refusal
from bot.core.ids import looks_like_id, normal
from bot.core.kinds import Choice, Kind, Switch, one_of, read_as, repeated
from bot.core.modals import Form
from bot.core.parsing import budget, spending
from bot.core.parsing.batch import read_list
from bot.core.parsing.modals.money import CHANGES
from bot.core.parsing.modals.orders import OPTIONS as DRAFTING
from bot.core.parsing.more import SCOPES as RAISED
from bot.core.parsing.more import read_more, read_raise
from bot.core.parsing.options import KINDS, REFS, Picture, in_order, read_cells, with_pictures
from bot.core.parsing.origin import Origin
from bot.core.parsing.verbs import MODES
from bot.core.parsing.why import read_why
from bot.core.parsing.words import Given
from bot.core.policy import ChannelPolicy
from bot.core.prompts import check, lint_option
from bot.core.rows import Meaning, Source
from bot.core.settings_options import DEFAULT, MODELS, apply, settings
from bot.core.sums import Part

NOTHING: Mapping[str, str] = MappingProxyType({})

#: A final has no draft whose look or length it could keep, and there is one of it.
_FINAL = ("seconds", "ratio", "audio", "bitrate", "model")
_PICTURES = ("image", *REFS, "addresses")
_SETTINGS = tuple(setting.name for setting in settings())
_OF_SPENDING = ("period", "scope")
_OF_AN_ID: Mapping[str, type[Command]] = {
    "show": Show,
    "cancel": Cancel,
    "again": Again,
    "hide": Hide,
    "rescue": Rescue,
    "keep": Keep,
    "link": Link,
}
_VOTES = {"promote": Meaning.APPROVE, "reject": Meaning.REJECT}
#: The window in which a prompt meets its pictures, where one of them was not given.
_PICTURED = {"image": Form.IMAGE, "ref": Form.REF}

#: Every verb, with the names of its options: of ``/clip``, and of ``/dailies`` with sub-verbs after a blank.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "clip draft": ("prompt", *DRAFTING, "no", *_PICTURES),
    "clip image": ("prompt", "image", *DRAFTING, "no", "addresses"),
    "clip ref": ("prompt", *REFS, *DRAFTING, "no", "addresses"),
    "clip final": ("prompt", *_FINAL, "no", *_PICTURES),
    "clip batch": ("file",),
    "clip build": ("subject",),
    "clip remix": ("id", "prompt", *DRAFTING, "no", *_PICTURES),
    **{f"clip {verb}": ("id",) for verb in (*_OF_AN_ID, *_VOTES)},
    "clip status": (),
    "clip tips": (),
    "clip help": (),
    "dailies budget show": (),
    "dailies budget set": ("amount", "scope", *CHANGES),
    "dailies budget raise": ("amount", "scope"),
    "dailies budget ask": ("amount", "why"),
    "dailies pause": ("why", "everywhere"),
    "dailies resume": ("everywhere",),
    "dailies spend report": ("by", *_OF_SPENDING),
    "dailies spend plot": ("plot", "theme", *_OF_SPENDING),
    "dailies spend export": ("form", *_OF_SPENDING),
    "dailies savings": _OF_SPENDING,
    "dailies settings show": (),
    "dailies settings set": (*_SETTINGS, "reset"),
    "dailies models": (),
    "dailies help": (),
}


_SCOPES: Mapping[str, Kind[Any]] = {"scope": Choice(spending.SCOPES)}
#: What an option may be, by its verb, where that can be said beforehand.
_KINDS: Mapping[str, Mapping[str, Kind[Any]]] = {
    "dailies budget set": {
        "scope": Choice(budget.SCOPES),
        "period": Choice(budget.PERIODS),
        "drafts-only": Switch(),
    },
    "dailies budget raise": {"scope": Choice(RAISED)},
    "dailies pause": {"everywhere": Switch()},
    "dailies resume": {"everywhere": Switch()},
    "dailies spend report": {**_SCOPES, "by": Choice(spending.PARTS)},
    "dailies spend plot": {**_SCOPES, "plot": Choice(spending.PLOTS), "theme": Choice(spending.THEMES)},
    "dailies spend export": {**_SCOPES, "form": Choice(spending.FORMS)},
    "dailies savings": _SCOPES,
    "dailies settings set": {**{each.name: each.kind for each in settings()}, "reset": Choice(_SETTINGS)},
}


def kind_of(path: str, name: str) -> Kind[Any] | None:
    """What an option of a verb may be; ``None``: a text, an id, a model, a picture or a file.

    A chat that has types of its own offers what it can of it; which models are on the catalogue knows.
    """
    known = KINDS if path.startswith("clip ") else _KINDS.get(path, {})
    return None if name in ("model", *_PICTURES) else known.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """A verb with what was given to it."""

    origin: Origin
    #: With its root: ``clip draft``, ``dailies budget set``.
    path: str
    #: By option, what is not empty.
    given: Mapping[str, str]
    #: Attached, by option.
    pictures: Mapping[str, str]
    #: The text of an attached list, if one is.
    listed: str | None
    models: tuple[str, ...]

    def text(self, name: str) -> str:
        return self.given.get(name, "")

    @property
    def verb(self) -> str:
        return self.path.partition(" ")[2]

    def read(self, name: str, instead: Any) -> Any:
        """The value of an option that is of a kind; ``instead`` where it was not given."""
        kind = _KINDS[self.path][name]
        return read_as(kind, name, self.given[name]) if name in self.given else instead

    def named(self, *names: str) -> dict[str, str]:
        return {name: self.given[name] for name in names if name in self.given}

    def make(self, kind: type[Command], **facts: Any) -> Command:
        return self.origin.make(kind, **facts)


def typed(
    origin: Origin,
    path: str,
    given: Mapping[str, str] = NOTHING,
    *,
    pictures: Mapping[str, str] = NOTHING,
    listed: str | None = None,
    models: tuple[str, ...] = MODELS,
) -> Command:
    """The command of a verb of ``OPTIONS``, by its options as text; one that is empty was not given.

    ``pictures`` are those attached, by the names of their options: what an order names them by. ``listed`` is the text
    of an attached list, ``models`` are the names of the models that are on.

    Raises:
        Refusal: no such verb or option, or a value that is not allowed; it names the option and what is.
    """
    root, _, verb = path.partition(" ")
    if path not in OPTIONS:
        sentence = f"{repeated(path)} is no command of mine; {root} help shows those that there are."
        raise Refusal(sentence)
    said = {name: text for name, text in given.items() if text.strip()}
    _require_known(path, verb, (*said, *pictures))
    chosen = _Chosen(origin=origin, path=path, given=said, pictures=pictures, listed=listed, models=models)
    return _READ[path](chosen)


def _require_known(path: str, verb: str, names: tuple[str, ...]) -> None:
    """Discord knows commands for an hour as they were; what they had then may be gone."""
    known = OPTIONS[path]
    for name in names:
        if name not in known:
            takes = f"takes {one_of(known)}" if known else "stands alone"
            sentence = f"{verb} {takes}; you gave {repeated(name)}."
            raise Refusal(sentence, allowed=known)


def _order(chosen: _Chosen) -> Command:
    """A draft or a final; the window of its verb where it lacks the prompt or its pictures."""
    prompt, options, placed = chosen.text("prompt"), _options(chosen), _given(chosen)
    if chosen.verb in _PICTURED and not (prompt and placed):
        form = _PICTURED[chosen.verb]
        return chosen.make(OpenModal, form=form, prompt=prompt, options=options, pictures=placed)
    facts: dict[str, Any] = {"prompt": check(prompt), "options": _pictured(chosen, options), "remark": _remark(chosen)}
    if chosen.verb == "final":
        return chosen.make(DirectFinal, **facts)
    return chosen.make(Draft, mode=MODES[chosen.verb], **facts)


def _remix(chosen: _Chosen) -> Command:
    subject, prompt, options = _id(chosen), chosen.text("prompt"), _options(chosen)
    if not prompt:
        return chosen.make(OpenModal, form=Form.EDIT, subject=subject, options=options, pictures=_given(chosen))
    remark, options = _remark(chosen), _pictured(chosen, options)
    return chosen.make(Remix, subject=subject, prompt=check(prompt), options=options, remark=remark)


def _options(chosen: _Chosen) -> OrderOptions:
    return read_cells(chosen.named(*DRAFTING), models=chosen.models)


def _remark(chosen: _Chosen) -> str:
    """What is not wanted is answered with positive words, and never sent."""
    unwanted = chosen.text("no")
    return lint_option(chosen.text("prompt"), unwanted).sentence if unwanted else ""


def _given(chosen: _Chosen) -> tuple[str, ...]:
    """Every picture: the one to start from, the references in their order, those on the web."""
    first = tuple(chosen.pictures[name] for name in ("image",) if name in chosen.pictures)
    return (*first, *in_order(chosen.pictures), *_addresses(chosen))


def _addresses(chosen: _Chosen) -> tuple[str, ...]:
    return tuple(read_as(Picture(), "addresses", word) for word in chosen.text("addresses").split())


def _pictured(chosen: _Chosen, options: OrderOptions) -> OrderOptions:
    placed = replace(options, image=chosen.pictures.get("image"), refs=in_order(chosen.pictures))
    return with_pictures(MODES.get(chosen.verb, "text"), placed, _addresses(chosen))


def _batch(chosen: _Chosen) -> Command:
    """The list of a file, or the window to paste one."""
    if chosen.listed is None:
        return chosen.make(OpenModal, form=Form.BATCH)
    found = read_list(chosen.listed, models=chosen.models)
    return chosen.make(OrderBatch, lines=found.lines, remark=" ".join(found.remarks))


def _build(chosen: _Chosen) -> Command:
    return chosen.make(OpenModal, form=Form.BUILD, prompt=chosen.text("subject").strip())


def _of_an_id(chosen: _Chosen) -> Command:
    subject = _id(chosen)
    if meaning := _VOTES.get(chosen.verb):
        return chosen.origin.vote(subject, meaning, Source.VERB)
    return chosen.make(_OF_AN_ID[chosen.verb], subject=subject)


def _id(chosen: _Chosen) -> str:
    """An id as it is stored; whether there is such a take only the rows know.

    Raises:
        Refusal: none was given, or what was given is none.
    """
    subject = normal(chosen.text("id"))
    if not looks_like_id(subject):
        given = f"you gave {repeated(chosen.text('id'))}" if subject else "you gave none"
        sentence = f"id is that of a take or a slate, like A7K-2 or A7K; {given}."
        raise Refusal(sentence)
    return subject


def _budget_set(chosen: _Chosen) -> Command:
    """What changes of a cap; its window where nothing does."""
    scope = chosen.read("scope", "channel")
    cap = budget.read_cap(chosen.text("amount"))
    given = {name: Given(typed=name, value=text) for name, text in chosen.named(*CHANGES).items()}
    if cap == budget.NOT_SAID and not given:
        return chosen.make(OpenModal, form=Form.BUDGET, scope=scope)
    return chosen.make(BudgetSet, scope=scope, amount=cap.amount, uncapped=cap.none, **budget.read_changes(given, cap))


def _raise(chosen: _Chosen) -> Command:
    whose = Given(typed="scope", value=chosen.text("scope")) if "scope" in chosen.given else None
    return read_raise(chosen.origin, chosen.text("amount"), whose)


def _ask(chosen: _Chosen) -> Command:
    amount = read_more(chosen.text("amount")) if "amount" in chosen.given else None
    return chosen.make(AskMore, amount=amount, why=read_why("budget ask", chosen.text("why")))


def _pause(chosen: _Chosen) -> Command:
    why = read_why("pause", chosen.text("why"))
    return chosen.make(Pause, everywhere=chosen.read("everywhere", instead=False), why=why)


def _resume(chosen: _Chosen) -> Command:
    return chosen.make(Resume, everywhere=chosen.read("everywhere", instead=False))


def _of_money(chosen: _Chosen) -> dict[str, Any]:
    """Whose money, and how far back."""
    scope = chosen.read("scope", "channel")
    return {
        "scope": f"workspace:{chosen.origin.place.workspace}" if scope == "workspace" else "",
        "reach": spending.read_reach(chosen.verb, chosen.text("period")),
    }


def _report(chosen: _Chosen) -> Command:
    by = chosen.read("by", "")
    return chosen.make(SpendReport, by=Part(by) if by else None, **_of_money(chosen))


def _plot(chosen: _Chosen) -> Command:
    plot = Plot(chosen.read("plot", Plot.DAYS.value))
    theme = chosen.read("theme", "")
    return chosen.make(SpendPlot, plot=plot, theme=Theme(theme) if theme else None, **_of_money(chosen))


def _export(chosen: _Chosen) -> Command:
    form = chosen.read("form", spending.FORMS[0])
    return chosen.make(SpendExport, form=form, **_of_money(chosen))


def _savings(chosen: _Chosen) -> Command:
    return chosen.make(Savings, **_of_money(chosen))


def _settings(chosen: _Chosen) -> Command:
    """The settings that change; their window where none does."""
    reset = chosen.named("reset")
    changes = (*chosen.named(*_SETTINGS).items(), *((name.strip().lower(), DEFAULT) for name in reset.values()))
    for change in changes:
        apply(ChannelPolicy(), [change], models=chosen.models)
    if not changes:
        return chosen.make(OpenModal, form=Form.SETTINGS)
    return chosen.make(Settings, changes=changes)


def _alone(kind: type[Command], **facts: Any) -> Callable[[_Chosen], Command]:
    return lambda chosen: chosen.make(kind, **facts)


_READ: Mapping[str, Callable[[_Chosen], Command]] = {
    **{f"clip {verb}": _order for verb in MODES},
    **{f"clip {verb}": _of_an_id for verb in (*_OF_AN_ID, *_VOTES)},
    "clip batch": _batch,
    "clip build": _build,
    "clip remix": _remix,
    "clip status": _alone(Status),
    "clip tips": _alone(Tips),
    "clip help": _alone(Help),
    "dailies budget show": _alone(BudgetShow),
    "dailies budget set": _budget_set,
    "dailies budget raise": _raise,
    "dailies budget ask": _ask,
    "dailies pause": _pause,
    "dailies resume": _resume,
    "dailies spend report": _report,
    "dailies spend plot": _plot,
    "dailies spend export": _export,
    "dailies savings": _savings,
    "dailies settings show": _alone(Settings),
    "dailies settings set": _settings,
    "dailies models": _alone(Models),
    "dailies help": _alone(Help, root="dailies"),
}
