"""``/dailies settings ratio=9:16 quorum 2 --grace 5s``."""

from __future__ import annotations

import re

from bot.core.commands import Command, Settings
from bot.core.errors import Refusal
from bot.core.kinds import one_of, repeated
from bot.core.parsing.origin import Origin
from bot.core.parsing.words import nearest
from bot.core.policy import ChannelPolicy
from bot.core.settings_options import NAMES, apply, settings

_WORD = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”„]|(\S+)")
_HEAD = re.compile(r"(?:--|[—–]-?)?(?P<name>[A-Za-z][A-Za-z_-]*)(?P<end>[=:]|\Z)(?P<value>.*)", re.DOTALL)
_NAMES = tuple(setting.name for setting in settings())


def parse_settings(origin: Origin, text: str, *, models: tuple[str, ...]) -> Command:
    """The settings to change, by name and value as typed; none: show them.

    Raises:
        Refusal: an unknown setting, or a value that is not allowed whatever else is set.
    """
    changes: dict[str, list[str]] = {}
    current: list[str] | None = None
    for quoted, bare in _WORD.findall(text):
        name, value = ("", quoted) if quoted else _head(bare)
        if name:
            current = changes[name] = [value] if value else []
        elif current is None:
            raise _unknown(value)
        else:
            current.append(value)
    typed = tuple((name, " ".join(values).rstrip(",;")) for name, values in changes.items())
    for name, value in typed:
        apply(ChannelPolicy(), [(name, value)], models=models)
    return origin.make(Settings, changes=typed)


def _head(word: str) -> tuple[str, str]:
    """A setting's name with the value that is joined to it, or no name and the word itself."""
    found = _HEAD.fullmatch(word)
    name = found["name"].lower().replace("_", "-") if found else ""
    if found and name in NAMES:
        return NAMES[name], found["value"]
    if found and (found["end"] or word.startswith("--")):
        raise _unknown(name)
    return "", word


def _unknown(word: str) -> Refusal:
    name = re.split(r"[=:]", word.lstrip("-"))[0]
    meant = nearest(name, NAMES)
    question = f" Did you mean {meant}?" if meant else ""
    sentence = f"{repeated(name)} is not a setting; there are {one_of(_NAMES)}.{question}"
    return Refusal(sentence, allowed=_NAMES)
