"""Whether what is paid for is on the disk: archived clips, and answers that are not booked yet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.core.errors import ArchiveError, OutcomeUnknown
from bot.core.ports import Archive, Store, Stored
from bot.core.rows import Attempt, ClipPicture, Outcome, Take
from bot.jobs.answers import Answer, Answers
from bot.jobs.audit.findings import Finding, notice, serious


async def of_clip(archive: Archive, take: Take, *, hashed: bool) -> Finding | None:
    """The archived file of a take, whose bytes are read only if ``hashed``."""
    if take.clip is None or take.purged_at is not None:
        return None
    try:
        size = await archive.size_of(take.clip)
    except ArchiveError as error:
        return serious("archive_unreadable", take.id, str(error))
    if size is None:
        return serious("clip_missing", take.id, f"{take.clip} is not in the archive")
    if size != take.clip_size:
        return serious("clip_size", take.id, f"{take.clip} has {size:,} bytes, not {take.clip_size:,}")
    if hashed:
        try:
            await archive.open(Stored(name=take.clip, size=size, sha256=take.clip_sha256 or ""))
        except ArchiveError as error:
            return serious("clip_damaged", take.id, str(error))
    return None


async def of_pictures(archive: Archive, pictures: Sequence[ClipPicture]) -> Finding | None:
    """The archived pictures of a take's clip, by their sizes."""
    for picture in pictures:
        try:
            size = await archive.size_of(picture.name)
        except ArchiveError as error:
            return serious("archive_unreadable", picture.take, str(error))
        if size != picture.size:
            there = "is not in the archive" if size is None else f"has {size:,} bytes, not {picture.size:,}"
            return notice("picture_missing", picture.take, f"{picture.name} {there}")
    return None


async def of_answers(store: Store, answers: Answers) -> AsyncIterator[Finding]:
    """Answers that wait although nobody is taking them in."""
    for attempt_id in await answers.waiting():
        attempt = await store.transact(lambda tx, id_=attempt_id: tx.get(Attempt, id_))  # type: ignore[misc]
        answer = await answers.find(attempt_id)
        if answer is None:
            if attempt_id in await answers.waiting():
                yield serious("answer_unreadable", attempt_id, f"{attempt_id}.json cannot be read")
        elif attempt is None:
            yield serious("answer_waits", answer.take, f"{attempt_id}.json is of an order that the rows do not know")
        elif attempt.outcome is Outcome.SENDING or (attempt.outcome is Outcome.UNKNOWN and _is_known(answer)):
            yield serious("answer_waits", answer.take, f"{attempt_id}.json is not booked")
        else:
            yield notice("answer_waits", answer.take, f"{attempt_id}.json is booked and was not removed")


def _is_known(answer: Answer) -> bool:
    """Whether it says what became of the order; where it does not, the order is unknown by it."""
    return not isinstance(answer.verdict, OutcomeUnknown)
