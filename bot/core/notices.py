"""What the manager answers to a command; the adapter shows it and adds nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.core.homes import Home
from bot.core.modals import Modal
from bot.core.ports.chat import Button, Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that goes with an answer. The chat uploads it to the person who asked, and to nobody else.

    It is whole, and stays where it is for a day at least; the chat reads it and neither moves nor removes it. Where
    it cannot be uploaded the answer is shown all the same, and says so.
    """

    #: In a folder of ours; no part of it was written by a person.
    path: Path
    #: The name to show, safe on every disk: ``launch-2026-11.csv``.
    name: str
    #: What it is, in a few words, for whoever cannot see it.
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An answer. Nothing in it mentions anybody."""

    #: Empty: there is nothing to say, as to an event that came twice.
    text: str = ""
    #: Lines below the text whose columns are aligned: a chat shows them in a font of fixed width.
    table: str = ""
    #: Always of a private answer.
    document: Document | None = None
    #: Shown with the text.
    picture: Picture | None = None
    #: Only for the person who asked; otherwise for the channel.
    private: bool = True
    buttons: tuple[Button, ...] = ()
    #: The card that the order made, if it made one.
    card: str | None = None
    #: What of the text that card does not say: where the card itself is the answer, only this is said beside it.
    beside: str = ""
    #: Asked in a window of its own where the chat has such; elsewhere the text says how to type the same.
    modal: Modal | None = None
    #: Shown in the person's home; then there is no text.
    home: Home | None = None
    #: To be said even where a card shows what happened, as after a reaction.
    needed: bool = False
    #: Nothing of it was written, for a reason that may pass: an event that the platform sends again is to come again.
    unwritten: bool = False
    #: It was refused, and will not be carried out by the same event's coming again.
    refused: bool = False


SILENCE = Notice()
