"""Modals: questions with fields that a chat asks in a window of its own; the same for every chat.

What a modal asks is said here once; each chat renders it within its own limits. What was filled in comes back as
text by the names of the fields and becomes a command in ``bot.core.parsing.modals``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.core.errors import Refusal

#: Of a title and of the button that submits (Slack's limit; Discord's of a title is 45).
TITLE_CHARACTERS = 24
#: Of a label (Discord's limit).
LABEL_CHARACTERS = 45
#: Of what stands in an empty field (Discord's limit), and of a choice's text (Slack's).
HINT_CHARACTERS = 100
CHOICE_CHARACTERS = 75


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
    """A window with fields."""

    #: What comes back with the values, as a button's action: ``remix:A7K-2``; at most 100 characters.
    action: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    #: Above the fields: what it is about, what it costs.
    about: str = ""


class ModalRefused(Refusal):
    """What was filled in cannot be carried out; each field at fault has its sentence, and the modal stays open."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        """``errors`` are by the names of the fields; at least one."""
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)
