"""Every verb with the names of its options, and what each of these may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.kinds import Choice, Kind, Switch
from bot.core.parsing import budget, spending
from bot.core.parsing.modals.money import CHANGES
from bot.core.parsing.modals.orders import OPTIONS as DRAFTING
from bot.core.parsing.more import SCOPES as RAISED
from bot.core.parsing.options import KINDS, REFS
from bot.core.parsing.verbs import OF_AN_ID
from bot.core.settings_options import settings

#: A final has no draft whose look or length it could keep, and there is one of it.
_FINAL = ("seconds", "ratio", "audio", "bitrate", "model")
_PICTURES = ("image", *REFS, "addresses")
#: What can be set, one by one.
SETTINGS = tuple(setting.name for setting in settings())
_OF_SPENDING = ("period", "scope")

#: Every verb, with the names of its options: of ``/clip``, and of ``/dailies`` with sub-verbs after a blank.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "clip draft": ("prompt", *DRAFTING, "no", *_PICTURES),
    "clip image": ("prompt", "image", *DRAFTING, "no", "addresses"),
    "clip ref": ("prompt", *REFS, *DRAFTING, "no", "addresses"),
    "clip final": ("prompt", *_FINAL, "no", *_PICTURES),
    "clip batch": ("file",),
    "clip build": ("subject",),
    "clip remix": ("id", "prompt", *DRAFTING, "no", *_PICTURES),
    **{f"clip {verb}": ("id",) for verb in OF_AN_ID},
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
    "dailies settings set": (*SETTINGS, "reset"),
    "dailies models": (),
    "dailies help": (),
}


_SCOPES: Mapping[str, Kind[Any]] = {"scope": Choice(spending.SCOPES)}
#: What an option may be, by its verb, where that can be said beforehand.
KINDS_OF: Mapping[str, Mapping[str, Kind[Any]]] = {
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
    "dailies settings set": {**{each.name: each.kind for each in settings()}, "reset": Choice(SETTINGS)},
}


def kind_of(path: str, name: str) -> Kind[Any] | None:
    """What an option of a verb may be; ``None``: a text, an id, a model, a picture or a file.

    A chat that has types of its own offers what it can of it; which models are on the catalogue knows.
    """
    known = KINDS if path.startswith("clip ") else KINDS_OF.get(path, {})
    return None if name in ("model", *_PICTURES) else known.get(name)
