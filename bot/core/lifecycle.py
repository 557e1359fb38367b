"""A take's states and the steps between them; everything else is illegal and does not happen."""

from __future__ import annotations

from enum import Enum


class Stage(Enum):
    """What a take is for."""

    #: 480p, short, to look at.
    DRAFT = "draft"
    #: 720p, the shot's full length.
    FINAL = "final"


class State(Enum):
    """Where a take is between the wish and the clip in the chat."""

    #: Waits for an owner or for the maker's confirmation.
    ASKED = "asked"
    #: Approved; waits out the grace in which it can be undone.
    ARMED = "armed"
    #: Ordered by us, waits for a slot.
    QUEUED = "queued"
    #: Has a slot; its references are being prepared.
    ADMITTED = "admitted"
    #: The order is on its way to the provider, or its answer is being judged.
    SUBMITTING = "submitting"
    #: The provider has a job for it.
    RENDERING = "rendering"
    #: Whether a job exists is not known; money stays held, nothing is sent.
    UNKNOWN = "unknown"
    #: Paid; the clip is on its way to the archive.
    FETCHING = "fetching"
    #: Archived; the clip is on its way to the chat.
    DELIVERING = "delivering"
    #: The channel can see the clip.
    DELIVERED = "delivered"
    #: Archived and, by wish, not posted.
    SHELVED = "shelved"
    #: Archived, but the channel is gone or closed to us.
    UNDELIVERABLE = "undeliverable"
    #: The provider refused the order, or it could not be placed; money back.
    REFUSED = "refused"
    #: The job ended without a clip.
    FAILED = "failed"
    #: Stopped before it was ordered; money back.
    CANCELLED = "cancelled"
    #: An owner said no.
    DECLINED = "declined"
    #: Nobody answered in time.
    EXPIRED = "expired"
    #: An unknown that was judged lost without a charge; money back.
    RELEASED = "released"
    #: An unknown that was judged charged, without a clip.
    WRITTEN_OFF = "written_off"
    #: Paid, and the bytes are gone.
    LOST = "lost"


#: From each state, the states that a single step may lead to.
STEPS: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.QUEUED, State.DECLINED, State.EXPIRED, State.CANCELLED}),
    State.ARMED: frozenset({State.QUEUED, State.ASKED, State.CANCELLED}),
    State.QUEUED: frozenset({State.ADMITTED, State.ASKED, State.REFUSED, State.CANCELLED}),
    State.ADMITTED: frozenset({State.SUBMITTING, State.QUEUED, State.REFUSED, State.CANCELLED}),
    State.SUBMITTING: frozenset(
        {State.RENDERING, State.FETCHING, State.QUEUED, State.REFUSED, State.UNKNOWN, State.CANCELLED}
    ),
    State.RENDERING: frozenset({State.FETCHING, State.FAILED, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.RENDERING, State.RELEASED, State.WRITTEN_OFF}),
    State.FETCHING: frozenset({State.DELIVERING, State.SHELVED, State.LOST}),
    State.DELIVERING: frozenset({State.DELIVERED, State.SHELVED, State.UNDELIVERABLE, State.FETCHING}),
    State.DELIVERED: frozenset({State.DELIVERING}),
    State.SHELVED: frozenset({State.DELIVERING}),
    State.UNDELIVERABLE: frozenset({State.DELIVERING}),
    State.REFUSED: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset({State.RENDERING}),
    State.DECLINED: frozenset(),
    State.EXPIRED: frozenset(),
    State.RELEASED: frozenset({State.RENDERING}),
    State.WRITTEN_OFF: frozenset({State.RENDERING}),
    State.LOST: frozenset(),
}

#: Nothing of these was ordered yet; they can be cancelled with the money back.
WAITING = frozenset({State.ASKED, State.ARMED, State.QUEUED, State.ADMITTED})
#: These keep a place among the key's jobs at once.
SLOTTED = frozenset({State.ADMITTED, State.SUBMITTING, State.RENDERING})
#: There are bytes for these, or soon will be.
CLIP = frozenset({State.FETCHING, State.DELIVERING, State.DELIVERED, State.SHELVED, State.UNDELIVERABLE})
#: Ended without a clip: a final in one of these leaves its draft free for another round.
ENDED_WITHOUT_CLIP = frozenset(
    {
        State.FAILED,
        State.REFUSED,
        State.CANCELLED,
        State.DECLINED,
        State.EXPIRED,
        State.RELEASED,
        State.WRITTEN_OFF,
        State.LOST,
    }
)
#: The worker has something to do for these.
OPEN = frozenset(
    {
        State.ASKED,
        State.ARMED,
        State.QUEUED,
        State.ADMITTED,
        State.SUBMITTING,
        State.RENDERING,
        State.UNKNOWN,
        State.FETCHING,
        State.DELIVERING,
    }
)


class IllegalStep(Exception):
    """A step that the lifecycle does not have; always a defect of ours."""


def require_step(old: State, new: State) -> None:
    """Refuse a step that is not in ``STEPS``; staying in a state is always allowed.

    Raises:
        IllegalStep
    """
    if new is not old and new not in STEPS[old]:
        msg = f"a take cannot go from {old.value} to {new.value}"
        raise IllegalStep(msg)
