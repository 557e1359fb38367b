"""Why a take ended, is not known, or is tried on: clauses that stand behind its id, without a full stop."""

from __future__ import annotations

from bot.core.errors import RefusedFor
from bot.core.ports.provider import Job, JobStatus
from bot.core.sentences.plain import NAME_CHARACTERS, plain, reason


def cancelled_by(name: str) -> str:
    """By a person, before it was ordered."""
    return f"cancelled by {plain(name, NAME_CHARACTERS)}"


def undone(name: str) -> str:
    """A final within its grace."""
    return f"undone by {plain(name, NAME_CHARACTERS)}"


def withdrawn() -> str:
    """A final that lost its quorum."""
    return "not ordered, because an approval was taken back"


def not_readable() -> str:
    """A final whose votes could not be counted again."""
    return "not ordered, because its votes could not be read for an hour"


def never_shown() -> str:
    """A final whose Undo nobody could see."""
    return "not ordered, because its card could not be shown for an hour"


def not_ordered_by_restore() -> str:
    """What waited when the backup was made from which the rows were restored."""
    return "not ordered: my rows were restored from a backup; it may have been made since, so look before asking again"


def lost_sight_by_restore() -> str:
    """What was being ordered when the backup was made from which the rows were restored."""
    return "the rows were restored from a backup that was made while it was ordered"


def declined_by(name: str) -> str:
    """The owner's no."""
    return f"declined by {plain(name, NAME_CHARACTERS)}"


def not_answered() -> str:
    """An asked take that nobody answered."""
    return "not answered in time"


def refused_because(why: RefusedFor, text: str) -> str:
    """The provider's refusal."""
    match why:
        case RefusedFor.POLICY:
            return _because("refused by the provider", text)
        case RefusedFor.PARAMETERS:
            return _because("refused by the provider, which does not take these values", text)
        case RefusedFor.MODEL:  # pragma: no branch - the last of all reasons
            return _because("refused by the provider, which does not serve this model for our key", text)


def failed_because(status: JobStatus) -> str:
    """The job's failure."""
    text = status.error or ""
    if status.moderated:
        return _because("stopped by the provider's moderation", text)
    if status.job is Job.CANCELLED:
        return _because("cancelled by the provider", text)
    return _because("failed while rendering", text)


def _because(what: str, text: str) -> str:
    said = reason(text)
    return f"{what}: {said}" if said else what


def done_without_clip(said: str) -> str:
    """Done without a URL."""
    return f"ended without a clip, although the provider says {reason(said)}"


def not_prepared(why: str) -> str:
    """A reference picture could not be handed over."""
    return _because("not ordered, because its picture could not be handed to the provider", why)


def tried_too_often(why: str) -> str:
    """It never got through."""
    return _because("not ordered, however often it was tried", why)


def judged_lost() -> str:
    """The owner's verdict."""
    return "judged lost by an owner"


def judged_made() -> str:
    """The owner's verdict."""
    return "judged made by an owner, without a clip"


def provider_fault(why: str) -> str:
    """5xx answers."""
    return _because("the provider answered with errors of its own", why)


def never_ends() -> str:
    """Polled for very long."""
    return "the provider has been working on it for far too long"


def job_not_found() -> str:
    """404 for a while."""
    return "the provider no longer knows its job"


def url_is_gone() -> str:
    """No URL to fetch from."""
    return "the provider gave no address for the clip"


def file_was_missing() -> str:
    """The archived file is not there."""
    return "its file was missing from the archive"
