"""Votes, cards, posted clips, and what is still to be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from bot.core.rows.base import Unique


class Meaning(Enum):
    """What a vote says of a take."""

    APPROVE = "approve"
    REJECT = "reject"


class Source(Enum):
    """By what a vote was given; it is taken back by the same."""

    REACTION = "reaction"
    BUTTON = "button"
    VERB = "verb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """The latest state of one person's vote on one take; never an event."""

    KEY: ClassVar[tuple[str, ...]] = ("take", "round", "person", "meaning", "source", "message")
    take: str
    #: The round of the take's finals that it counts for.
    round: int
    person: str
    meaning: Meaning
    source: Source
    #: The message that was reacted to; empty for a button or a verb.
    message: str = ""
    name: str
    guest: bool = False
    #: The person was an approver when the vote was given, by a role that only the platform knows.
    counted: bool = False
    #: The groups that the person was in, as far as the platform last said: the settings of now may name one of them.
    groups: tuple[str, ...] = ()
    standing: bool
    #: The platform's time; an older event never overwrites a newer one.
    at: int
    #: The final that it has armed; used votes count for no other.
    used_by: str | None = None


def card_nonce(card: str, reposts: int = 0) -> str:
    """Under which a card is posted: another one after a person deleted it."""
    return f"card:{card}:{reposts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The one message of a take or slate, edited in place; its id is the speakable one."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("message",), ("channel",))
    id: str
    workspace: str
    channel: str
    person: str
    #: The platform's message id; empty until it was posted.
    message: str | None = None
    #: Counted up with every change of what it shows; and the version that is on the screen.
    version: int = 1
    drawn: int = 0
    #: Times that it was posted anew after a person deleted it; once at most.
    reposts: int = 0
    #: The maker was mentioned: once per card.
    mentioned: bool = False
    #: How its finals are to look, where the team has said so: ``new`` or ``match``; empty: as the shot says.
    look: str = ""
    #: The thread or forum post of the channel in which it was ordered and is shown; empty: the channel itself.
    room: str = ""
    created_at: int

    @property
    def nonce(self) -> str:
        """Under which it is posted."""
        return card_nonce(self.id, self.reposts)

    @property
    def where(self) -> str:
        """Where it is shown, and everything about it: the room, or the channel itself."""
        return self.room or self.channel


class PostState(Enum):
    """How far a clip's post is."""

    SENDING = "sending"
    POSTED = "posted"
    #: Taken down by ``hide``, or deleted by a person.
    GONE = "gone"


class Form(Enum):
    """In which form a clip is posted; each is a step down from the one before, for chats that take no larger file."""

    #: As it came.
    ORIGINAL = "original"
    #: Encoded anew, to fit.
    SMALLER = "smaller"
    #: Moving pictures without sound, with a link to the clip where there is one.
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A clip's bytes in the chat; committed before and after each step of the upload."""

    KEY: ClassVar[tuple[str, ...]] = ("nonce",)
    UNIQUE: ClassVar[tuple[Unique, ...]] = (Unique("one_post_under_way", ("take",), {"state": PostState.SENDING}),)
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("take",), ("message",))
    nonce: str
    take: str
    channel: str
    state: PostState = PostState.SENDING
    form: Form = Form.ORIGINAL
    #: Its message shows the draft beside the final, or may do so, until that picture was taken off.
    pictured: bool = False
    #: Its message showed other clips too when it came, so that a ✅ there means none of them.
    together: bool = False
    message: str | None = None
    file_id: str | None = None
    created_at: int


class Rank(Enum):
    """Which edit goes first when edits are scarce; lower is sooner."""

    UNDO = 0
    OUTCOME = 1
    STATE = 2
    PROGRESS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Something to show: a card, drawn from the rows when it is sent, or a line, worded when it is sent."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("channel", "due_at"), ("channel", "rank", "created_at", "id"))
    #: ``card:A7K``, or the line's own unique id, which is its nonce.
    id: str
    channel: str
    #: The card to draw, or under which the line stands.
    card: str | None = None
    #: The kind of line, and the facts that its sentence needs; empty for a card. ``cards`` are ids, between blanks,
    #: for whose addresses the chat is asked when the line is sent.
    line: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    #: The person to whom the line is said privately.
    to: str | None = None
    rank: Rank
    due_at: int
    tries: int = 0
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """An event that was taken, so that its second arrival does nothing."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("at",),)
    id: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a chat's adapter has to know again after a restart, such as the files of an upload that has begun.

    Nobody else reads it; nothing about money or takes is in it.
    """

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("at",),)
    #: Begins with the platform: ``slack:upload:…``.
    id: str
    facts: dict[str, str] = field(default_factory=dict)
    at: int
