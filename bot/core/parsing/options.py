"""The options of an order: their names, aliases and values, and how a typed text is read with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from bot.core.commands import OrderOptions
from bot.core.errors import Refusal
from bot.core.kinds import Choice, Kind, Whole, read_as
from bot.core.parsing.words import Given, nearest, scan
from bot.core.prompts import MOST_AT_ONCE, check, lint_option
from bot.core.settings_options import AUDIO, BITRATE, LOOK, MODELS, RATIO, SECONDS

MOST_REFS = 9
#: Words that are no options and are remarked upon.
MOST_REMARKED = 3
#: Longer addresses are not fetched.
URL_CHARACTERS = 2_048

#: The options of the references, in their order.
REFS = tuple(f"ref{number}" for number in range(1, MOST_REFS + 1))
_BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+/\S+")


@dataclass(frozen=True, slots=True)
class Picture:
    """The address of a picture on the web; what is there is looked at when it is fetched."""

    allowed: str = "an address that begins with https://, or an attached picture"
    values: tuple[str, ...] = ()

    def read(self, text: str) -> str:
        """The address; ``https://`` is added to one that was typed without it."""
        address = f"https://{text}" if _BARE_ADDRESS.fullmatch(text) else text
        parts = urlsplit(address)
        known = parts.scheme.lower() in {"http", "https"} and parts.hostname
        if not known or len(address) > URL_CHARACTERS or re.search(r"\s", address):
            raise ValueError(text)
        return address


#: Every option that takes a value of a kind; ``model`` comes with the catalogue, ``no`` with the prompt.
KINDS: Mapping[str, Kind[object]] = {
    "seconds": SECONDS,
    "draft-seconds": SECONDS,
    "ratio": RATIO,
    "count": Whole(1, MOST_AT_ONCE),
    "audio": AUDIO,
    "bitrate": BITRATE,
    "look": LOOK,
    **dict.fromkeys(("image", *REFS), Picture()),
}
_ALIASES = {
    "s": "seconds",
    "duration": "seconds",
    "length": "seconds",
    "final-seconds": "seconds",
    "ar": "ratio",
    "n": "count",
}
#: From every name and alias to the option's own name.
NAMES: Mapping[str, str] = {name: name for name in (*KINDS, "model", "no")} | _ALIASES


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A prompt as typed, its options, and what the answer says about them."""

    #: Not checked yet: it may be empty.
    prompt: str
    options: OrderOptions
    #: The options that were given, as they were typed.
    given: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def checked(self) -> str:
        """The prompt.

        Raises:
            Refusal: it is empty or too long.
        """
        return check(self.prompt)


def read_typed(text: str, *, models: tuple[str, ...] = MODELS) -> Typed:
    """Read a prompt with its options.

    Raises:
        Refusal: a value is not allowed; says the option, the value and what is allowed.
    """
    found = scan(text, NAMES, wordy=("no",))
    kinds = {**KINDS, "model": Choice(models)}
    values = {name: _value(kinds[name], given) for name, given in found.given.items() if name in kinds}
    unwanted = found.given.get("no")
    return Typed(
        prompt=found.text,
        options=_options(values),
        given=tuple(given.typed for given in found.given.values()),
        remarks=(
            *map(_about_stranger, islice(dict.fromkeys(found.strangers), MOST_REMARKED)),
            *((_about_unwanted(found.text, unwanted),) if unwanted else ()),
        ),
    )


def read_cells(cells: Mapping[str, str], *, models: tuple[str, ...] = MODELS) -> OrderOptions:
    """The options of a table's row, by their own names; an empty cell is the channel's setting.

    Raises:
        Refusal: a value is not allowed; says the option, the value and what is allowed.
    """
    kinds = {**KINDS, "model": Choice(models)}
    given = {name: Given(typed=name, value=value) for name, value in cells.items() if value}
    return _options({name: _value(kinds[name], each) for name, each in given.items()})


def with_pictures(mode: str, options: OrderOptions, pictures: Iterable[str]) -> OrderOptions:
    """The options with the pictures that were attached, placed as the mode needs them.

    Of ``image`` and ``omni`` there is one at least: without any, a window asks for it.

    Raises:
        Refusal: more pictures than the mode takes.
    """
    attached = tuple(pictures)
    match mode:
        case "image":
            return _start_image(options, attached)
        case "omni":
            first = (options.image,) if options.image else ()
            return _require_few(replace(options, image=None, refs=(*first, *options.refs, *attached)))
        case _:
            return _loose(options, attached)


def _start_image(options: OrderOptions, attached: tuple[str, ...]) -> OrderOptions:
    given = (*((options.image,) if options.image else ()), *options.refs, *attached)
    if len(given) > 1:
        sentence = f"image starts from one picture; you gave {len(given)}. ref takes up to {MOST_REFS}."
        raise Refusal(sentence)
    return replace(options, image=given[0], refs=())


def _require_few(options: OrderOptions) -> OrderOptions:
    if len(options.refs) > MOST_REFS:
        sentence = f"ref takes 1 to {MOST_REFS} pictures; you gave {len(options.refs)}."
        raise Refusal(sentence)
    return options


def _loose(options: OrderOptions, attached: tuple[str, ...]) -> OrderOptions:
    """Pictures given to a plain draft: one starts the clip, several are references."""
    if len(attached) == 1 and not options.image and not options.refs:
        return replace(options, image=attached[0])
    if not attached:
        return options
    return _require_few(replace(options, refs=(*options.refs, *attached)))


def _value(kind: Kind[object], given: Given) -> object:
    value = given.value if isinstance(kind, Picture) else given.value.rstrip(",.;")
    return read_as(kind, given.typed, value)


def _options(values: Mapping[str, Any]) -> OrderOptions:
    """The options as the order carries them; references are put in order.

    Raises:
        Refusal: a reference is missing among them.
    """
    rest = {name.replace("-", "_"): value for name, value in values.items() if name not in REFS}
    return OrderOptions(**rest, refs=in_order(values, dashes="--"))


def in_order(values: Mapping[str, Any], *, dashes: str = "") -> tuple[Any, ...]:
    """The references among values by the names of their options, in the order of their numbers.

    ``dashes`` are what the chat writes before an option.

    Raises:
        Refusal: a reference is missing among them, so that a prompt's ``@image2`` would mean another picture.
    """
    refs = [name for name in REFS if name in values]
    missing = next((name for name in REFS[: len(refs)] if name not in values), None)
    if missing:
        sentence = f"{dashes}{missing} is missing: number the pictures from ref1 on without a gap."
        raise Refusal(sentence)
    return tuple(values[name] for name in refs)


def _about_stranger(word: str) -> str:
    meant = nearest(word, NAMES)
    question = f"; did you mean --{meant}?" if meant else "."
    return f"“--{word}” is not an option and stays in the prompt{question}"


def _about_unwanted(prompt: str, unwanted: Given) -> str:
    if not unwanted.value:
        sentence = "--no is followed by what you do not want, as in --no blur; it is answered with positive words."
        raise Refusal(sentence)
    return lint_option(prompt, unwanted.value).sentence
