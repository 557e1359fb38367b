"""Windows that order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.modals import Choice, Field, FieldKind, Form, Modal
from bot.core.money import Money
from bot.core.parsing.actions import action
from bot.core.parsing.modals.orders import OPTIONS, PARTS
from bot.core.parsing.options import MOST_REFS
from bot.core.policy import MATCH, NEW
from bot.core.prompts import MOST_AT_ONCE, PROMPT_LIMIT
from bot.core.sentences.numbers import count, spaced
from bot.core.settings_options import AUDIO, BITRATE, RATIOS, SECONDS

#: Of a pasted list; a longer one comes as a file.
LIST_CHARACTERS = 20_000
_ORDER = "Order"
_PARTS = {
    "subject": ("Subject", "who or what: a ceramic mug on marble"),
    "action": ("Action", "what it does: steam rising"),
    "environment": ("Environment", "where, and in which light: a morning kitchen, soft window light"),
    "camera": ("Camera", "one move: a slow push-in"),
    "style": ("Style", "photorealistic, 35 mm"),
    "constraints": ("Constraints", "in positive words: sharp, crisp frames"),
}
_OPTIONS = {
    "ratio": "Ratio",
    "seconds": "Length of the final",
    "count": "How many drafts",
    "draft-seconds": "Length of a draft",
    "audio": "Sound",
    "look": "Look of the final",
    "model": "Model",
    "bitrate": "Bitrate",
}
_LENGTHS = {value: f"{value} s" for value in SECONDS.values}
#: By option, each value and how it reads.
_VALUES: Mapping[str, Mapping[str, str]] = {
    "ratio": {ratio: ratio for ratio in RATIOS},
    "seconds": _LENGTHS,
    "count": {str(number): str(number) for number in range(1, MOST_AT_ONCE + 1)},
    "draft-seconds": _LENGTHS,
    "audio": {value: value for value in AUDIO.values},
    "look": {NEW: "new: a new roll of the prompt", MATCH: "match: starts from the draft's frame"},
    "bitrate": {value: value for value in BITRATE.values},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draftable:
    """What a window for an order begins with."""

    #: By option: what it is unless it is changed.
    options: Mapping[str, str]
    #: The names of the models that are on.
    models: tuple[str, ...]
    #: The price of a draft, and what is left.
    about: str
    prompt: str = ""
    #: Given already.
    pictures: tuple[str, ...] = ()


def draft_costs(price: Money, seconds: int, resolution: str, left: str) -> str:
    """What one draft costs unless it is made longer; ``left`` is what there is for it."""
    return f"A draft of {seconds} s at {resolution} costs {price}. {left}"


def build(given: Draftable) -> Modal:
    """The six parts of a prompt; what was typed already is the first of them."""
    parts = (
        Field(
            name=part,
            label=_PARTS[part][0],
            hint=_PARTS[part][1],
            kind=FieldKind.TEXT,
            value=given.prompt if part == PARTS[0] else "",
            required=part == PARTS[0],
        )
        for part in PARTS
    )
    return Modal(
        action=action(Form.BUILD.value),
        title="Build a prompt",
        submit=_ORDER,
        fields=(*parts, *_options(given)),
        about=given.about,
    )


def pictured(form: Form, given: Draftable) -> Modal:
    """A prompt and its pictures."""
    most = 1 if form is Form.IMAGE else MOST_REFS
    return Modal(
        action=action(form.value),
        title="Animate a picture" if form is Form.IMAGE else "Prompt with pictures",
        submit=_ORDER,
        fields=(_prompt(given), *_pictures(most, "", given), *_options(given)),
        about=spaced(given.about, f"{count(len(given.pictures), 'picture')} given already." if given.pictures else ""),
        pictures=given.pictures,
    )


def edit(subject: str, given: Draftable, *, kept: int) -> Modal:
    """A take or slate, to be ordered once more in other words; ``kept`` of its pictures stay unless others come."""
    stays = f"Its {count(kept, 'picture')} {'stays' if kept == 1 else 'stay'}, unless others are given." if kept else ""
    return Modal(
        action=action(Form.EDIT.value, subject),
        title=f"Edit {subject}",
        submit=_ORDER,
        fields=(_prompt(given), *_options(given), *_pictures(MOST_REFS, "Other ", given)),
        about=spaced(given.about, stays),
        pictures=given.pictures,
    )


def batch(about: str) -> Modal:
    """A list of drafts."""
    return Modal(
        action=action(Form.BATCH.value),
        title="Batch of drafts",
        submit="Show the price",
        fields=(
            Field(
                name="list",
                label="One prompt on each line",
                kind=FieldKind.TEXT,
                hint="hero | a fox in snow",
                most_characters=LIST_CHARACTERS,
            ),
            Field(
                name="file",
                label="Or a file, as CSV or text",
                kind=FieldKind.DOCUMENT,
                hint="columns: label, prompt, image and any option",
                most_files=1,
            ),
        ),
        about=about,
    )


def _prompt(given: Draftable) -> Field:
    return Field(
        name="prompt",
        label="Prompt",
        kind=FieldKind.TEXT,
        value=given.prompt,
        hint="what the clip shows",
        required=True,
        most_characters=PROMPT_LIMIT,
    )


def _pictures(most: int, other: str, given: Draftable) -> tuple[Field, ...]:
    """From the device or by address; none where as many as fit are given already."""
    if len(given.pictures) >= most:
        return ()
    one = most == 1
    label, addresses = ("picture", "address") if one else (f"pictures, up to {most}", "addresses, one on each line")
    return (
        Field(
            name="pictures",
            label=f"{other}{label}".capitalize(),
            kind=FieldKind.PICTURES,
            most_files=most - len(given.pictures),
        ),
        Field(
            name="addresses",
            label=f"Or {'its' if one else 'their'} {addresses}",
            kind=FieldKind.LINE if one else FieldKind.TEXT,
            hint="https://…",
        ),
    )


def _options(given: Draftable) -> tuple[Field, ...]:
    """Selects with what holds unless it is changed; the model where there is a choice."""
    values = {**_VALUES, "model": {model: model for model in given.models}}
    return tuple(
        Field(
            name=name,
            label=_OPTIONS[name],
            kind=FieldKind.CHOICE,
            value=given.options[name] if given.options[name] in values[name] else "",
            choices=tuple(Choice(value=value, label=label) for value, label in values[name].items()),
        )
        for name in OPTIONS
        if len(values[name]) > 1
    )
