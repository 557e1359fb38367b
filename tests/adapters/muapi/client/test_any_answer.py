"""Whatever a provider answers, there is a verdict, and never one that was not proven."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.muapi.answers import ID_NAMES, MOST_DEPTH, job_id, parsed
from adapters.muapi.history import Page, read_page
from adapters.muapi.verdicts import FAULTS, REDIRECTS, accepted, job_status, uploaded
from adapters.muapi.wire import Answer
from bot.core.errors import (
    Gone,
    KeyRefused,
    NotSent,
    OrderRefused,
    OutcomeUnknown,
    ProviderError,
    ServerFault,
    Transient,
)
from bot.core.ports import Accepted, JobStatus

WORDS = (
    *ID_NAMES,
    *("data", "status", "output", "outputs", "url", "video_url", "error", "message", "detail", "cost", "amount_usd"),
    *("refunded", "items", "next_cursor", "pagination", "meta", "has_more", "created_at", "input", "loc", "msg"),
    *("has_nsfw_contents", "code", "endpoint"),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["completed", "failed", "https://a.example/b.mp4", "1e999999", "2026-11-02T09:00:00Z", "<@U1>"]),
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=20,
)
BODIES = st.one_of(DOCUMENTS.map(lambda document: json.dumps(document).encode()), st.binary(max_size=60))
STATUSES = st.sampled_from([200, 201, 204, 301, 400, 401, 402, 403, 404, 409, 413, 418, 422, 429, 500, 503, 600])


def answered(status: int, body: bytes, *, whole: bool) -> Answer:
    return Answer(status=status, headers=httpx.Headers({"Retry-After": "5"}), body=body, whole=whole, secret="k")


def outcome(read: Callable[[Answer, int], object], answer: Answer) -> object:
    """What a reading gives: a value, or an error of ours; any other error comes out."""
    try:
        return read(answer, 0)
    except ProviderError as error:
        return error


@settings(deadline=None)  # a slow machine is no wrong answer
@given(status=STATUSES, body=BODIES, whole=st.booleans())
def test_every_answer_to_an_order_has_a_verdict(status: int, body: bytes, *, whole: bool) -> None:
    """An id is accepted, and a proof of no job needs a whole answer without an id, or a redirect."""
    answer = answered(status, body, whole=whole)
    job = job_id(answer.document)

    verdict = outcome(accepted, answer)

    match verdict:
        case Accepted():
            assert verdict.job == job
        case OrderRefused() | NotSent():
            assert job is None
            assert whole or status in REDIRECTS
        case ServerFault():
            assert (job, whole, status in FAULTS) == (None, True, True)
        case _:
            assert (job, type(verdict)) == (None, OutcomeUnknown)


@settings(deadline=None)  # a slow machine is no wrong answer
@given(status=STATUSES, body=BODIES)
def test_every_answer_to_a_question_is_an_answer_or_an_error_of_ours(status: int, body: bytes) -> None:
    """Nothing in an answer makes its reading fail in a way of its own."""
    answer = answered(status, body, whole=True)

    assert isinstance(outcome(job_status, answer), JobStatus | Transient | KeyRefused | Gone)
    assert isinstance(outcome(uploaded, answer), str | Transient | KeyRefused | OrderRefused)
    assert isinstance(read_page(answer.document), Page | None)


def test_what_is_nested_too_deep_is_no_answer() -> None:
    """Up to a depth that no provider needs it is read; what could exhaust a stack is not."""
    for opens, closes in ((b"[", b"]"), (b'{"data":', b"}"), (b'[{"url":', b"}]")):
        depth = MOST_DEPTH // opens.count(b"{" if opens.startswith(b"{") else b"[") // len(closes)
        assert parsed(opens * depth + b"1" + closes * depth) is not None
        assert parsed(opens * (depth + 1) + b"1" + closes * (depth + 1)) is None
    assert parsed(b"[" + b",".join([b"[]"] * 1_000) + b"]") is not None
