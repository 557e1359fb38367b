"""Verbs whose options come by name and with types, as on Discord: each becomes a command.

Nothing is looked for inside a text: a prompt that begins with a verb or says ``--seconds 9`` is rendered as it is.
What a chat has checked is checked again here, for what it suggests while one types binds nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.core.commands import Command
from bot.core.errors import Refusal
from bot.core.kinds import one_of, repeated
from bot.core.parsing.origin import Origin
from bot.core.parsing.typed import clip, dailies
from bot.core.parsing.typed.chosen import Chosen, Read
from bot.core.parsing.typed.table import OPTIONS, kind_of
from bot.core.settings_options import MODELS

__all__ = ["OPTIONS", "kind_of", "typed"]

NOTHING: Mapping[str, str] = MappingProxyType({})
_READ: Mapping[str, Read] = {**clip.READ, **dailies.READ}


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
    chosen = Chosen(origin=origin, path=path, given=said, pictures=pictures, listed=listed, models=models)
    return _READ[path](chosen)


def _require_known(path: str, verb: str, names: tuple[str, ...]) -> None:
    """Discord knows commands for an hour as they were; what they had then may be gone."""
    known = OPTIONS[path]
    for name in names:
        if name not in known:
            takes = f"takes {one_of(known)}" if known else "stands alone"
            sentence = f"{verb} {takes}; you gave {repeated(name)}."
            raise Refusal(sentence, allowed=known)
