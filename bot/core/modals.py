"""Modals: questions with fields that a chat asks in a window of its own; the same for every chat.

What a modal asks is said here once; each chat renders it within its own limits. What was filled in comes back as
text by the names of the fields and becomes a command in ``bot.core.parsing.modals``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.core.errors import Refusal

#: Of an action, as of a button's.
ACTION_CHARACTERS = 100
#: Of a title and of the button that submits (Slack's limit; Discord's of a title is 45).
TITLE_CHARACTERS = 24
#: Of a label (Discord's limit).
LABEL_CHARACTERS = 45
#: Of what stands in an empty field (Discord's limit), and of a choice's text (Slack's).
HINT_CHARACTERS = 100
CHOICE_CHARACTERS = 75


class Form(Enum):
    """What is asked; its value is the verb of the action that opens it and comes back with it."""

    #: A prompt in six parts.
    BUILD = "build"
    #: A prompt and the picture that the clip starts from.
    IMAGE = "image"
    #: A prompt and up to nine pictures to keep to.
    REF = "ref"
    #: A take's prompt and options, to be ordered once more with others.
    EDIT = "edit"
    #: A list of drafts, pasted or as a file.
    BATCH = "batch"
    #: A channel's settings.
    SETTINGS = "change-settings"
    #: A cap with its period and its ladder.
    BUDGET = "change-budget"
    #: A maker's wish for more.
    ASK_MORE = "ask-more"
    #: An owner's no, with the reason.
    DECLINE = "decline"


class FieldKind(Enum):
    """How a field is filled in."""

    #: One line of text.
    LINE = "line"
    #: Several lines.
    TEXT = "text"
    #: One of ``choices``.
    CHOICE = "choice"
    #: Pictures from the person's device: ``most_files`` at most, kept apart from the text.
    PICTURES = "pictures"
    #: A text file from the person's device; what comes back as its value is the text in it.
    DOCUMENT = "document"
    #: Any number of people; its value is their ids by the platform, with blanks between.
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the values that a field may have."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a modal."""

    #: Unlike every other of the modal: ``prompt``, ``draft-seconds``; letters, digits and dashes.
    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    #: What it has at first; of a choice one of the values, or nothing.
    value: str = ""
    hint: str = ""
    required: bool = False
    #: Longer than a chat's own limit, it is asked in as many parts as are needed.
    most_characters: int = 3_000
    choices: tuple[Choice, ...] = ()
    most_files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """A window with fields, the most important first.

    A chat that has no room for all of them shows the first, or asks for the rest in further windows with the same
    action: a field that does not come back is left as it is, so that only those that are required have to.
    """

    #: What comes back with the values; the action of the button that opens it: ``edit:A7K-2``.
    action: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    #: Above the fields: what it is about, what it costs.
    about: str = ""
    #: Pictures that are given already; they come back with those that are added.
    pictures: tuple[str, ...] = ()


class ModalRefused(Refusal):
    """What was filled in cannot be carried out; each field at fault has its sentence, and the modal stays open."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        """``errors`` are by the names of the fields; at least one."""
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)
