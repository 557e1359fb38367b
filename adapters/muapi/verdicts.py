"""What an answer means: for an order, whether a job exists; for a question, whether to ask again.

An order bills money and has no idempotency key, so only what proves that no job exists lets it be sent again.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from http import HTTPStatus

from adapters.muapi.answers import charge, finished_url, job_id, job_state, output_url, status_word, uploaded_url
from adapters.muapi.errors import is_about_credit, is_moderated, names_fields, reason, shown
from adapters.muapi.wire import Answer
from bot.core.errors import (
    Gone,
    KeyRefused,
    NotSent,
    NotSentFor,
    OrderRefused,
    OutcomeUnknown,
    ProviderError,
    RefusedFor,
    ServerFault,
    Transient,
)
from bot.core.ports.provider import Accepted, Job, JobStatus

SUCCESSES = range(200, 300)
REDIRECTS = range(300, 400)
FAULTS = range(500, 600)
#: Asking again would not help: the order or the picture has to be another one.
REFUSALS = frozenset({400, 404, 405, 413, 415, 422})
#: A longer wait than this is a slip of the provider's clock.
MOST_RETRY_AFTER_S = 3_600.0
MOST_RAW_CHARACTERS = 4_000
MS_PER_S = 1_000


def accepted(answer: Answer, now: int) -> Accepted:
    """The order's outcome; ``now`` is UTC milliseconds, for a Retry-After date in an answer without a Date.

    Raises:
        OrderRefused, NotSent, ServerFault, OutcomeUnknown
    """
    document = answer.document
    job, url = job_id(document), finished_url(document)
    if job is not None:
        return Accepted(job=job, output_url=url, charge=charge(document, answer.headers))
    if answer.status in REDIRECTS:
        raise NotSent(_redirected(answer), reason=NotSentFor.KEY, status=answer.status)
    if not answer.whole:
        # The id may have been in the part that did not come, whatever the status says.
        text = f"the provider's answer was cut (HTTP {answer.status})"
        raise OutcomeUnknown(text, status=answer.status)
    if answer.status in SUCCESSES and url is not None:
        return Accepted(job=None, output_url=url, charge=charge(document, answer.headers))
    raise _not_accepted(answer, now)


def _not_accepted(answer: Answer, now: int) -> ProviderError:
    """What an answer without an id or output says of the order."""
    status, text = answer.status, problem(answer)
    match status:
        case _ if status in REFUSALS:
            return OrderRefused(text, reason=_refused_for(answer), status=status)
        case 401 | 402 | 403:
            return NotSent(text, reason=_closed_for(answer), status=status)
        case 429:
            wait_s = retry_after_s(answer, now)
            return NotSent(text, reason=NotSentFor.RATE, status=status, retry_after_s=wait_s)
        case _ if status in FAULTS:
            return ServerFault(text, status=status)
        case _:
            return OutcomeUnknown(text, status=status)


def _refused_for(answer: Answer) -> RefusedFor:
    """Model, policy or parameters.

    A 422 is policy by the guide, unless it validates fields, as the vendor's documents have it.
    """
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
        return RefusedFor.MODEL
    if is_moderated(answer.document, answer.text):
        return RefusedFor.POLICY
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY and not names_fields(answer.document):
        return RefusedFor.POLICY
    return RefusedFor.PARAMETERS


def _closed_for(answer: Answer) -> NotSentFor:
    if answer.status == HTTPStatus.PAYMENT_REQUIRED:
        return NotSentFor.CREDIT
    if answer.status == HTTPStatus.FORBIDDEN and is_about_credit(answer.document, answer.text):
        return NotSentFor.CREDIT
    return NotSentFor.KEY


def job_status(answer: Answer, now: int) -> JobStatus:
    """The answer to a poll.

    Raises:
        Transient, KeyRefused
        Gone: 404.
    """
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Gone(problem(answer), status=answer.status)
    document = readable(answer, now)
    job = job_state(document)
    url = output_url(document) if job is Job.DONE else None
    explains = job in {Job.FAILED, Job.CANCELLED} or (job is Job.DONE and url is None)
    return JobStatus(
        job=job,
        said=shown(status_word(document), answer.secret),
        output_url=url,
        error=(reason(document, answer.text, answer.secret) or None) if explains else None,
        moderated=explains and is_moderated(document, answer.text),
        charge=charge(document, answer.headers),
        raw=answer.text[:MOST_RAW_CHARACTERS],
    )


def readable(answer: Answer, now: int) -> dict[str, object] | list[object]:
    """The answer to a question, when it is one.

    Raises:
        Transient: no answer to the question; ask again.
        KeyRefused: 401, 403, or a redirect.
    """
    status, document = answer.status, answer.document
    if status in SUCCESSES:
        if answer.whole and isinstance(document, dict | list):
            return document
        text = f"the provider's answer cannot be read (HTTP {status})"
        raise Transient(text, status=status)
    if status in REDIRECTS:
        raise KeyRefused(_redirected(answer), status=status)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise KeyRefused(problem(answer), status=status)
    raise Transient(problem(answer), status=status, retry_after_s=retry_after_s(answer, now))


def uploaded(answer: Answer, now: int) -> str:
    """Where an uploaded picture is.

    Raises:
        OrderRefused: the provider does not take this picture, or any.
        Transient, KeyRefused
    """
    if answer.status in REFUSALS:
        raise OrderRefused(problem(answer), reason=_refused_for(answer), status=answer.status)
    url = uploaded_url(readable(answer, now))
    if url is None:
        text = "the provider took the picture and names no address for it"
        raise Transient(text, status=answer.status)
    return url


def problem(answer: Answer) -> str:
    """The provider's reason, without mentions and without the key; its status when it gave none."""
    return reason(answer.document, answer.text, answer.secret) or f"no reason given (HTTP {answer.status})"


def _redirected(answer: Answer) -> str:
    return f"the provider answers with a redirect (HTTP {answer.status}): the base URL is wrong"


def retry_after_s(answer: Answer, now: int) -> float | None:
    """The wait that the answer asks for, in seconds: a number, or a date read against the answer's own Date.

    ``now`` (UTC milliseconds) stands in for a missing Date; ``None`` when the answer asks for nothing.
    """
    value = answer.headers.get("retry-after", "").strip()
    wait_s = _number(value)
    if wait_s is None:
        until, said_at = _timestamp(value), _timestamp(answer.headers.get("date", ""))
        if until is None:
            return None
        wait_s = until - (now / MS_PER_S if said_at is None else said_at)
    return min(max(wait_s, 0.0), MOST_RETRY_AFTER_S)


def dated(answer: Answer) -> int | None:
    """The answer's own Date, UTC milliseconds."""
    seconds = _timestamp(answer.headers.get("date", ""))
    return None if seconds is None else round(seconds * MS_PER_S)


def _number(value: str) -> float | None:
    return float(value) if value.replace(".", "", 1).isdecimal() and value.isascii() else None


def _timestamp(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
