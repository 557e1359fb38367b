"""Shots, slates and takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from bot.core.lifecycle import ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import ZERO, Money
from bot.core.rows.base import Not, Unique

#: Where the takes of batches wait: behind slates, which wait behind single takes.
BATCH_LANE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What was asked."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    id: str
    workspace: str
    #: The catalogue's short name.
    model: str
    #: ``text``, ``image`` or ``omni``: which of the model's endpoints.
    mode: str
    prompt: str
    ratio: str
    #: The final's and the draft's length in seconds.
    seconds: int
    draft_seconds: int
    audio: bool
    #: ``normal`` or ``high``.
    bitrate: str
    #: ``new`` or ``match``.
    look: str
    #: Reference pictures: names of files in the picture store, in the order given.
    pictures: tuple[str, ...] = ()
    created_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slate:
    """Drafts made together; its state is derived from its takes. Its id is its card's."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("batch",),)
    id: str
    workspace: str
    channel: str
    person: str
    #: The prompt as typed, variants in braces; empty where each take has a prompt of its own.
    prompt: str
    count: int
    #: The batch whose sheet it is, and which of its sheets, from 1.
    batch: str | None = None
    sheet: int | None = None
    created_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A list of shots that was ordered at once; its slates, of ten at most, are its sheets. Its id is its card's."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    id: str
    workspace: str
    channel: str
    person: str
    person_name: str
    #: Lines that can be ordered; its slates have so many takes once all of it is written.
    count: int
    #: When its maker has answered the quote, and whether it was a yes.
    answered_at: int | None = None
    ordered: bool = False
    #: When the report of its end was given.
    reported_at: int | None = None
    created_at: int


class Asked(Enum):
    """Whose yes an asked take waits for."""

    #: The maker's, because of its price or because it is a direct final.
    CONFIRM = "confirm"
    #: The owner's, because a cap is short; nothing is held.
    CAP = "cap"
    #: The owner's, because of a rule; held when the cap has room.
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One paid run of a shot."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    UNIQUE: ClassVar[tuple[Unique, ...]] = (
        Unique(
            "one_live_final",
            ("draft", "round"),
            {
                "stage": Stage.FINAL,
                "late": False,
                "state": Not(ENDED_WITHOUT_CLIP),
            },
        ),
        Unique("one_take_per_job", ("key", "job")),
    )
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("card",),
        ("state", "due_at"),
        ("channel", "created_at"),
        ("draft",),
        ("workspace", "person"),
        ("model", "resolution", "seconds", "done_at"),
        ("incident",),
        # Who waits in a key's queue; the drafts that are past their time.
        ("key", "state", "stage", "workspace", "channel", "person", "lane"),
        ("stage", "state", "created_at"),
    )

    # What it is; never changes.
    id: str
    workspace: str
    channel: str
    #: The maker: the platform's id of the person, and the name to show.
    person: str
    person_name: str
    shot: str
    #: The card that shows it.
    card: str
    slate: str | None = None
    #: 1…n in a slate; 0 for a single take.
    number: int = 0
    #: What differs from its siblings, if anything: ``oak``.
    label: str = ""
    stage: Stage
    #: The draft that a final was promoted from.
    draft: str | None = None
    round: int = 1
    key: str
    model: str
    resolution: str
    seconds: int
    #: Slates wait behind single takes, batches behind slates: 0, 1, 2.
    lane: int = 0
    created_at: int

    # Where it is.
    state: State
    ver: int = 1
    state_at: int
    #: When the worker has to look at it next.
    due_at: int | None = None
    #: Since when it waits for a slot; kept when it returns to the queue.
    queued_at: int | None = None
    #: Armed: when it is ordered; empty until the card with Undo was shown.
    order_at: int | None = None
    #: Asked: whose yes, and until when; and who asked the owner.
    asked: Asked | None = None
    asked_until: int | None = None
    asked_owner_at: int | None = None
    #: Who approved it, for the card: names joined by ``and``.
    approved_by: str = ""

    # Money.
    price: Money
    held: Money = ZERO
    charged: Money = ZERO
    #: What the provider has said so far that it charges; settled at the end.
    named: Money | None = None
    #: Charged without the provider's word that a failed job costs anything.
    unverified: bool = False
    overrun: bool = False

    # The provider's side.
    job: str | None = None
    submitted_at: int | None = None
    #: Milliseconds that such a take usually renders.
    usual_ms: int = 0
    #: When the provider was seen to be done.
    done_at: int | None = None
    output_url: str | None = None
    url_expires_at: int | None = None
    #: How often it went back to the queue, and how many 5xx it has met.
    returns: int = 0
    #: Since when it could not be sent; set on by the length of each pause of its key.
    tried_since: int | None = None
    faults: int = 0
    #: Polls answered 404 since; or the first reading of the history after a 5xx without a match.
    missing_since: int | None = None
    #: The sentence that says why it was refused, failed, or is not known.
    problem: str = ""
    #: When the owner was asked about it, or told that it is late.
    question_at: int | None = None
    #: The version that the owner was asked about; an old button cannot answer a new incident.
    question_ver: int | None = None
    #: The question in which it was asked about: the take that speaks for all of them, and its version; ``A7K-1:7``.
    incident: str | None = None
    late_told_at: int | None = None
    #: Found out after release, write-off or cancel that it was made; takes no slot.
    late: bool = False

    # The clip.
    clip: str | None = None
    clip_size: int | None = None
    clip_sha256: str | None = None
    #: In milliseconds, as measured.
    clip_ms: int | None = None
    clip_note: str = ""
    purged_at: int | None = None

    # Wishes.
    cancel_asked: bool = False
    #: Kept, not posted.
    dismissed: bool = False
    kept: bool = False
    hidden: bool = False
    #: Who set it aside, by name.
    rejected_by: str = ""


class PictureKind(Enum):
    """What of a clip a picture shows."""

    #: One frame, as large as the clip: JPEG.
    POSTER = "poster"
    #: Frames over time, side by side: JPEG.
    STRIP = "strip"
    #: The clip moving, small and silent, for chats whose cards show nothing else: GIF.
    GIF = "gif"
    #: The same for everywhere else: animated WebP.
    WEBP = "webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPicture:
    """A picture made from a take's clip and kept beside it in the archive; it goes when the clip goes."""

    KEY: ClassVar[tuple[str, ...]] = ("take", "kind")
    take: str
    kind: PictureKind
    #: The archive's name of the file, its size in bytes and its checksum.
    name: str
    size: int
    sha256: str
    created_at: int
