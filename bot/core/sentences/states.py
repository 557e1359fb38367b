"""What a take is doing, on cards and in answers."""

from __future__ import annotations

from bot.core.lifecycle import CLIP, State
from bot.core.rows import Asked, Take
from bot.core.sentences.numbers import joined, spaced, time_left
from bot.core.sentences.plain import LABEL_CHARACTERS, NAME_CHARACTERS, plain

#: A take is called late from this many times its usual time on.
LATE_AFTER = 2

#: What a take is doing, in a few words, where its state alone says it.
DOING = {
    State.ARMED: "approved",
    State.QUEUED: "waiting",
    State.ADMITTED: "being ordered",
    State.UNKNOWN: "not sure",
    State.FETCHING: "made, coming up",
    State.DELIVERING: "made, coming up",
    State.DELIVERED: "ready",
    State.SHELVED: "kept, not posted",
    State.UNDELIVERABLE: "kept, could not be posted",
    State.REFUSED: "refused",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    State.DECLINED: "declined",
    State.EXPIRED: "not answered in time",
    State.RELEASED: "judged lost",
    State.WRITTEN_OFF: "judged made, charged",
    State.LOST: "lost",
}
_WAITS_FOR = {
    None: "waits for a yes",
    Asked.CONFIRM: "waits for its maker's yes",
    Asked.CAP: "not ordered, the budget is short",
    Asked.OWNER: "waits for an owner's yes",
}
#: The same as the end of a sentence: "A7K-2 cannot be cancelled: it …".
_IS = {
    State.ASKED: "waits for a yes",
    State.ARMED: "is approved and about to be ordered",
    State.QUEUED: "waits for its turn",
    State.ADMITTED: "is being ordered",
    State.SUBMITTING: "is being ordered",
    State.RENDERING: "is being made",
    State.UNKNOWN: "may be being made, which is not known yet",
    State.FETCHING: "is made and on its way here",
    State.DELIVERING: "is made and on its way here",
    State.DELIVERED: "is in the channel",
    State.SHELVED: "is kept, not posted",
    State.UNDELIVERABLE: "is kept and could not be posted",
    State.REFUSED: "was refused",
    State.FAILED: "failed",
    State.CANCELLED: "was cancelled",
    State.DECLINED: "was declined",
    State.EXPIRED: "was not answered in time",
    State.RELEASED: "was judged lost",
    State.WRITTEN_OFF: "was judged made and is charged",
    State.LOST: "is lost",
}


def who_paused(by: str, where: str = "") -> str:
    """``dana paused ordering in #launch on 25 Nov, 22:50``, of ``dana since 25 Nov, 22:50`` and ``in #launch``."""
    name, since, when = by.rpartition(" since ")
    who = plain(name if since else by, NAME_CHARACTERS)
    return spaced(f"{who} paused ordering", where, f"on {plain(when, NAME_CHARACTERS)}" if since else "")


def is_(take: Take) -> str:
    """``was refused``, ``is being made``."""
    return _IS[take.state]


def doing(take: Take, now: int, *, timed: bool = True) -> str:
    """What a take is doing, in a few words; ``timed`` adds how long it still renders."""
    if take.hidden:
        return "taken down"
    if take.rejected_by and take.state in CLIP:
        return f"set aside by {plain(take.rejected_by, NAME_CHARACTERS)}"
    match take.state:
        case State.ASKED:
            return _WAITS_FOR[take.asked]
        case State.SUBMITTING:
            return "being ordered, then cancelled if that is possible" if take.cancel_asked else "being ordered"
        case State.RENDERING:
            return _rendering(take, now, timed=timed)
        case state:
            return DOING[state]


def _rendering(take: Take, now: int, *, timed: bool) -> str:
    if take.dismissed:
        return "rendering, to be kept and not posted"
    if is_late(take, now):
        return "rendering, late"
    return f"rendering, {time_left(remaining_ms(take, now))}" if timed else "rendering"


def ran_ms(take: Take, now: int) -> int:
    """For how long a take renders by now."""
    return now - (take.submitted_at or now)


def remaining_ms(take: Take, now: int) -> int:
    """How long a take usually still renders; below zero when it should have been there."""
    return take.usual_ms - ran_ms(take, now)


def is_late(take: Take, now: int) -> bool:
    """Whether it renders for more than twice its usual time."""
    return take.state is State.RENDERING and now > late_after(take, now)


def late_after(take: Take, now: int) -> int:
    """Until when a take that renders is not late."""
    return (take.submitted_at or now) + LATE_AFTER * take.usual_ms


def comes_late(take: Take, now: int) -> bool:
    """Whether it is late, or was and is on its way in by now."""
    coming_in = take.state in (State.FETCHING, State.DELIVERING) and take.late_told_at is not None
    return coming_in or is_late(take, now)


def label(take: Take) -> str:
    """The words in which a take differs from its siblings; they are a person's."""
    return plain(take.label, LABEL_CHARACTERS)


def named(take: Take) -> str:
    """A take on its card: ``2 oak``, also for that draft's final; a single take by its id, its final by the draft's."""
    return spaced(str(take.number), label(take)) if take.number else take.draft or take.id


def maker(take: Take) -> str:
    """The maker's name."""
    return plain(take.person_name, NAME_CHARACTERS)


def captioned(take: Take) -> str:
    """What stands with a draft's clip: ``A7K-2 · oak``."""
    return joined(take.id, label(take))
