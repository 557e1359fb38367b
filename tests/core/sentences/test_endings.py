"""Why takes ended, word for word."""

from __future__ import annotations

import pytest

from bot.core.errors import RefusedFor
from bot.core.ports import Job, JobStatus
from bot.core.sentences import answers


def ended(job: Job = Job.FAILED, error: str | None = None, *, moderated: bool = False) -> JobStatus:
    return JobStatus(job=job, said=job.value, error=error, moderated=moderated)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (answers.cancelled_by("mina"), "cancelled by mina"),
        (answers.undone("mina"), "undone by mina"),
        (answers.withdrawn(), "not ordered, because an approval was taken back"),
        (answers.never_shown(), "not ordered, because its card could not be shown for an hour"),
        (answers.declined_by("dana"), "declined by dana"),
        (answers.not_answered(), "not answered in time"),
        (
            answers.refused_because(RefusedFor.POLICY, "the prompt names a protected character."),
            "refused by the provider: the prompt names a protected character",
        ),
        (
            answers.refused_because(RefusedFor.PARAMETERS, "duration: too long"),
            "refused by the provider, which does not take these values: duration: too long",
        ),
        (
            answers.refused_because(RefusedFor.MODEL, ""),
            "refused by the provider, which does not serve this model for our key",
        ),
        (answers.failed_because(ended(error="GPU lost")), "failed while rendering: GPU lost"),
        (answers.failed_because(ended()), "failed while rendering"),
        (answers.failed_because(ended(Job.CANCELLED)), "cancelled by the provider"),
        (
            answers.failed_because(ended(error="nsfw", moderated=True)),
            "stopped by the provider's moderation: nsfw",
        ),
        (
            answers.done_without_clip("completed"),
            "ended without a clip, although the provider says completed",
        ),
        (
            answers.not_prepared("it has 12 MB."),
            "not ordered, because its picture could not be handed to the provider: it has 12 MB",
        ),
        (answers.tried_too_often("HTTP 429"), "not ordered, however often it was tried: HTTP 429"),
        (answers.judged_lost(), "judged lost by an owner"),
        (answers.judged_made(), "judged made by an owner, without a clip"),
        (answers.provider_fault("HTTP 502"), "the provider answered with errors of its own: HTTP 502"),
        (answers.never_ends(), "the provider has been working on it for far too long"),
        (answers.job_not_found(), "the provider no longer knows its job"),
        (answers.url_is_gone(), "the provider gave no address for the clip"),
        (answers.file_was_missing(), "its file was missing from the archive"),
    ],
)
def test_why_a_take_ended_is_a_clause(clause: str, expected: str) -> None:
    """Clauses stand behind an id or begin a sentence; a reason that is empty leaves no colon."""
    assert clause == expected
