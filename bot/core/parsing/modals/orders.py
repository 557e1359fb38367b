"""Windows that order: the six parts, a prompt with pictures, an edited take, a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.core.commands import Command, Draft, OrderBatch, OrderOptions, Remix
from bot.core.errors import Refusal
from bot.core.kinds import read_as
from bot.core.modals import Form
from bot.core.parsing.batch import Listed, read_list
from bot.core.parsing.modals.filled import Filled
from bot.core.parsing.options import MOST_REFS, Picture, read_cells, with_pictures
from bot.core.prompts import check, compose, variants

#: The parts of a built prompt, in their order.
PARTS = ("subject", "action", "environment", "camera", "style", "constraints")
#: The options that a window asks for, the most important first.
OPTIONS = ("ratio", "seconds", "count", "draft-seconds", "audio", "look", "model", "bitrate")
#: The drafting mode of each window with pictures.
MODES: Mapping[Form, str] = {Form.IMAGE: "image", Form.REF: "omni"}


def build(filled: Filled) -> Command:
    """The six parts, as one prompt.

    Raises:
        ModalRefused
    """
    filled.fits("subject", lambda: _require_subject(filled))
    prompt = compose(**{part: filled.text(part) for part in PARTS})
    return _draft(filled, "subject", prompt, lambda options: with_pictures("text", options, filled.pictures), "text")


def pictured(filled: Filled) -> Command:
    """A prompt with its pictures: one to start from, or up to nine to keep to.

    Raises:
        ModalRefused
    """
    mode = MODES[filled.opened.form]
    place = partial(_placed, filled, mode)
    return _draft(filled, "prompt", filled.values.get("prompt", ""), place, mode)


def edit(filled: Filled) -> Command:
    """The take's prompt as it is now; other pictures take the place of its own.

    Raises:
        ModalRefused
    """
    prompt = _prompt(filled, "prompt", filled.values.get("prompt", ""))
    options = _options(filled)
    _require_few(filled, "prompt", prompt, options.count)
    options = filled.read("pictures", lambda: with_pictures("text", options, _given(filled)), options)
    filled.require_no_errors()
    return filled.origin.make(Remix, subject=filled.opened.subject, prompt=prompt, options=options)


def batch(filled: Filled) -> Command:
    """A list, pasted or from a file.

    Raises:
        ModalRefused
    """
    pasted, file = filled.values.get("list", ""), filled.values.get("file", "")
    if pasted.strip() and file.strip():
        filled.errors["list"] = "There is a list here and another one in the file; give one of them."
    name = "file" if file.strip() else "list"
    listed = filled.read(name, lambda: read_list(file or pasted, models=filled.models), Listed(lines=()))
    filled.require_no_errors()
    return filled.origin.make(OrderBatch, lines=listed.lines, remark=" ".join(listed.remarks))


def _draft(filled: Filled, name: str, text: str, place: Callable[[OrderOptions], OrderOptions], mode: str) -> Command:
    """A draft of a text, which the field ``name`` answers for; ``place`` puts its pictures where they belong."""
    prompt = _prompt(filled, name, text)
    options = _options(filled)
    _require_few(filled, name, prompt, options.count)
    options = filled.read("pictures", lambda: place(options), options)
    filled.require_no_errors()
    return filled.origin.make(Draft, prompt=prompt, options=options, mode=mode)


def _require_subject(filled: Filled) -> None:
    if not filled.text("subject"):
        sentence = "Say who or what the clip shows, as in: a fox."
        raise Refusal(sentence)


def _prompt(filled: Filled, name: str, text: str) -> str:
    """Taken as it is: what looks like an option in a field for the prompt is a part of the prompt."""
    return filled.read(name, lambda: check(text), "")


def _options(filled: Filled) -> OrderOptions:
    """The options that came back; one that did not is the channel's, or the take's."""
    given = {name: filled.text(name) for name in OPTIONS if filled.text(name)}
    good = {name: text for name, text in given.items() if filled.fits(name, partial(_read, filled, {name: text}))}
    return _read(filled, good)


def _read(filled: Filled, cells: Mapping[str, str]) -> OrderOptions:
    return read_cells(cells, models=filled.models)


def _require_few(filled: Filled, name: str, prompt: str, count: int) -> None:
    """Variants that cannot be read are the prompt's fault, too many of them times a count the count's."""
    if filled.fits(name, lambda: variants(prompt)):
        filled.fits("count", lambda: variants(prompt, count=count))


def _placed(filled: Filled, mode: str, options: OrderOptions) -> OrderOptions:
    given = _given(filled)
    if not given and "addresses" not in filled.errors:
        number = "a picture" if mode == "image" else f"1 to {MOST_REFS} pictures"
        sentence = f"Add {number} here, or write the address below."
        raise Refusal(sentence)
    return with_pictures(mode, options, given) if given else options


def _given(filled: Filled) -> tuple[str, ...]:
    """The pictures: those that were added, and those whose addresses were written."""
    written = filled.text("addresses").split()
    picture = Picture()
    good = filled.fits("addresses", lambda: [read_as(picture, "A picture", each) for each in written])
    return (*filled.pictures, *(map(picture.read, written) if good else ()))
