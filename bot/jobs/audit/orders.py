"""Whether every take is where it should be by now: its time, its slot, its attempts, its posts, its clip."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.lifecycle import CLIP, SLOTTED, State
from bot.core.rows import AttemptKind, Outcome, PostState, Take
from bot.jobs.audit.findings import Finding, notice, serious
from bot.jobs.audit.reading import Whole
from bot.jobs.steps import UNKNOWN_SLOT_MS

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
#: The worker may be late by so much before it is reported.
GRACE_MS = 10 * MINUTE_MS
#: A take may be in these for so long.
LONGEST_MS = {
    State.ARMED: HOUR_MS + GRACE_MS,
    State.QUEUED: 24 * HOUR_MS,
    State.ADMITTED: 30 * MINUTE_MS,
    State.SUBMITTING: 30 * MINUTE_MS,
    State.DELIVERING: 73 * HOUR_MS,
}
#: A job is polled for an hour, or twenty times its usual time; both may pass while the provider is down.
RENDERING_MS = 2 * HOUR_MS
RENDERING_USUAL = 40
#: The owner is asked after 15 s; after a day where a job is known. Provider time.
ASKED_MS, ASKED_LOST_MS = 15_000, 24 * HOUR_MS
ARCHIVED_BEFORE_MS = 6 * HOUR_MS
CODES = {AttemptKind.SUBMIT: "submit_expired", AttemptKind.POST: "post_expired"}


def of_take(whole: Whole, scale: float) -> Iterator[Finding]:
    """One take; ``scale`` is real seconds in a provider second, where that is more than one."""
    yield from _time(whole, max(1.0, scale))
    yield from _slot(whole)
    yield from _attempts(whole)
    yield from _posts(whole)


def _time(whole: Whole, scale: float) -> Iterator[Finding]:
    take, now = whole.take, whole.now
    until = _deadline(take, scale)
    key_paused = whole.key is not None and bool(whole.key.paused_for)
    waits = take.state in ((State.QUEUED, State.SUBMITTING) if key_paused else ())
    waits = waits or (whole.paused and take.state in (State.QUEUED, State.ARMED))
    if until is not None and now > until and not waits:
        yield notice("overdue", take.id, f"it is {take.state.value} for {_hours(now - take.state_at)}")
    if take.state is State.FETCHING and take.url_expires_at is not None:
        left = take.url_expires_at - now
        if left < ARCHIVED_BEFORE_MS * scale:
            ends = f"ends in {_hours(left)}" if left > 0 else "has ended"
            yield serious("not_archived", take.id, f"{take.charged} is paid, and its address {ends}: {take.problem}")
    if take.state is State.UNKNOWN and take.question_at is None:
        wait = ASKED_MS if take.job is None else ASKED_LOST_MS
        if now - take.state_at > wait * scale + GRACE_MS:
            yield serious("not_asked", take.id, f"{take.held} is held for {_hours(now - take.state_at)}")


def _deadline(take: Take, scale: float) -> int | None:
    """When its state has lasted too long; ``None`` where it may last for ever."""
    match take.state:
        case State.ASKED:
            return None if take.asked_until is None else take.asked_until + GRACE_MS
        case State.RENDERING:
            return (take.submitted_at or take.state_at) + round(
                max(RENDERING_MS * scale, RENDERING_USUAL * take.usual_ms)
            )
        case _ if take.state in LONGEST_MS:
            begun = take.order_at if take.state is State.ARMED and take.order_at is not None else take.state_at
            return begun + round(LONGEST_MS[take.state] * scale)
        case _:
            return None


def _slot(whole: Whole) -> Iterator[Finding]:
    take, slot, now = whole.take, whole.slot, whole.now
    if take.state in SLOTTED and slot is None and not take.late and not _by_late_evidence(take):
        yield notice("no_slot", take.id, f"it is {take.state.value} and has no slot")
    if slot is None or take.state in SLOTTED:
        return
    if slot.free_at is None:
        yield serious("slot_idle", take.id, f"it is {take.state.value} and keeps a slot for ever")
    elif now > slot.free_at + GRACE_MS:
        yield notice("slot_idle", take.id, f"its slot was to be freed {_hours(now - slot.free_at)} ago")


def _by_late_evidence(take: Take) -> bool:
    """An unknown's slot is freed after a while; a job that is found then renders without one."""
    return take.state is State.RENDERING and take.state_at - (take.submitted_at or 0) >= UNKNOWN_SLOT_MS


def _attempts(whole: Whole) -> Iterator[Finding]:
    for attempt in whole.attempts:
        late = whole.now - attempt.expires_at
        if attempt.outcome is Outcome.SENDING and late > GRACE_MS and not _is_left(whole, attempt.kind):
            code = CODES.get(attempt.kind, "attempt_expired")
            found = serious if attempt.kind is AttemptKind.SUBMIT else notice
            says = f"its {attempt.kind.value} {attempt.id} has ended {_hours(late)} ago without an outcome"
            yield found(code, whole.take.id, says)


def _is_left(whole: Whole, kind: AttemptKind) -> bool:
    """A prepare or fetch that a crash left behind: the next one was made in its place, and nobody looks at it."""
    return kind in (AttemptKind.PREPARE, AttemptKind.FETCH) and whole.take.state not in (
        State.ADMITTED,
        State.FETCHING,
    )


def _posts(whole: Whole) -> Iterator[Finding]:
    take = whole.take
    under_way = [post for post in whole.posts if post.state is PostState.SENDING]
    if under_way and take.state not in (State.DELIVERING, State.FETCHING, State.UNDELIVERABLE, State.SHELVED):
        yield serious(
            "post_expired", take.id, f"it is {take.state.value} and its post {under_way[0].nonce} is not over"
        )
    if take.state is State.DELIVERED and not whole.posts:
        yield serious("not_posted", take.id, "it is delivered, and no post of it is known")
    if take.state in CLIP and take.state is not State.FETCHING and not take.clip:
        yield serious("no_clip", take.id, f"it is {take.state.value}, and its row names no file")


def _hours(ms: int) -> str:
    """``26 h``, ``12 min``."""
    minutes = max(0, ms) // MINUTE_MS
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004
