"""What makes takes, and what decides about them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands.base import Command
from bot.core.rows import Meaning, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOptions:
    """What may follow a prompt; ``None`` is the channel's setting."""

    seconds: int | None = None
    draft_seconds: int | None = None
    ratio: str | None = None
    count: int = 1
    audio: bool | None = None
    bitrate: str | None = None
    model: str | None = None
    look: str | None = None
    #: URLs, or ``file:`` paths handed over by the adapter: the start image first, then references.
    image: str | None = None
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Command):
    """One draft, or a slate of them: ``draft``, ``image``, ``ref``."""

    prompt: str
    options: OrderOptions = OrderOptions()
    #: ``text``, ``image`` or ``omni``; ``text`` becomes ``image`` or ``omni`` when pictures are given.
    mode: str = "text"
    #: Something that the answer says first: how the text was understood, a tip.
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """A line of a list: one draft to be made, or why it cannot be."""

    #: Where it stands in the text, from 1.
    number: int
    #: Unlike every other line's, and fit for the name of a file.
    label: str
    prompt: str = ""
    options: OrderOptions = OrderOptions()
    #: Empty when the line can be read.
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBatch(Command):
    """A list of drafts: one quote, one confirmation, sheets of ten."""

    lines: tuple[BatchLine, ...]
    #: Something that the answer says first.
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectFinal(Command):
    """Straight to a final; always confirmed, with the price."""

    prompt: str
    options: OrderOptions = OrderOptions()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again(Command):
    """The same shot once more: a single draft, a whole slate, or a final's next round."""

    subject: str
    source: Source = Source.VERB
    #: The message that was reacted to; once per person and card.
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remix(Command):
    """The same shot with an edited prompt and options."""

    subject: str
    prompt: str
    options: OrderOptions = OrderOptions()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseTip(Command):
    """The same shot with the positive words that the tip proposed."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote(Command):
    """A vote given or taken back, for a take named by its id."""

    subject: str
    meaning: Meaning
    source: Source
    given: bool = True
    #: The platform's time of the vote, UTC milliseconds.
    at: int
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class React(Command):
    """A reaction added to or removed from a message of ours; the manager finds what it means."""

    message: str
    #: As the platform sends it; normalised by the rules.
    emoji: str
    added: bool
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command):
    """Disarm a final within its grace."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLook(Command):
    """How the next finals of a card are made: ``new`` or ``match``."""

    subject: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Command):
    """The maker's yes or no to an order that waits for it."""

    subject: str
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fewer(Command):
    """Order only the first ``count`` takes of a slate that the cap has no room for; the others end."""

    subject: str
    count: int
