"""What each answer to an order means: whether a job exists, by the provider's rules 2 to 6."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.muapi.client import MuapiClient
from bot.core.errors import NotSent, NotSentFor, OrderRefused, OutcomeUnknown, RefusedFor, ServerFault
from bot.core.money import ZERO, Money
from bot.core.ports import Accepted, Charge
from tests.adapters.muapi.client.wire import KEY, ORDER, Provider

CLIP = "https://cdn.example/clip.mp4"


@pytest.mark.parametrize(
    ("body", "job"),
    [
        ({"id": "job_abc123", "status": "processing"}, "job_abc123"),
        ({"request_id": "r1", "id": "i1", "task_id": "t1", "prediction_id": "p1"}, "r1"),
        ({"request_id": "", "id": "i1", "task_id": "t1"}, "i1"),
        ({"id": None, "task_id": " t1 ", "prediction_id": "p1"}, "t1"),
        ({"prediction_id": "p1"}, "p1"),
        ({"data": {"request_id": "d1"}}, "d1"),
        ({"request_id": "", "data": {"id": "d1"}}, "d1"),
        ({"id": "top", "data": {"request_id": "d1"}}, "top"),
        ({"id": 12345}, "12345"),
        ({"id": True, "task_id": "t1"}, "t1"),
        ({"id": {"nested": 1}, "data": {"task_id": "d1"}}, "d1"),
        ({"id": "..", "task_id": "t1"}, "t1"),
        ({"id": "x" * 201, "task_id": "t1"}, "t1"),
        ({"id": "a\nb", "task_id": "t1"}, "t1"),
    ],
)
async def test_the_id_is_the_first_that_is_there(
    client: MuapiClient, provider: Provider, body: dict[str, Any], job: str
) -> None:
    """Rule 2: request_id, id, task_id, prediction_id in this order, then the same under data."""
    provider.says(body)

    assert (await client.submit(ORDER)).job == job


@pytest.mark.parametrize("status", [200, 201, 202, 302, 400, 401, 402, 404, 409, 422, 429, 500, 503])
async def test_an_id_in_any_answer_is_accepted(client: MuapiClient, provider: Provider, status: int) -> None:
    """Rule 3: an id means that a job exists, whatever the status says."""
    provider.says({"detail": "oops", "data": {"id": "job_1"}}, status=status)

    assert await client.submit(ORDER) == Accepted(job="job_1")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "completed", "output": CLIP}, Accepted(job=None, output_url=CLIP)),
        ({"output": [CLIP]}, Accepted(job=None, output_url=CLIP)),
        ({"data": {"status": "Succeeded", "outputs": [{"url": CLIP}]}}, Accepted(job=None, output_url=CLIP)),
        ({"id": "j", "status": "success", "video_url": CLIP}, Accepted(job="j", output_url=CLIP)),
        ({"id": "j", "status": "processing", "url": "https://api.example/predictions/j"}, Accepted(job="j")),
    ],
)
async def test_a_finished_output_is_taken_at_once(
    client: MuapiClient, provider: Provider, body: dict[str, Any], expected: Accepted
) -> None:
    """Rule 3: an output that comes with the answer is accepted and done, with an id or without."""
    provider.says(body)

    assert await client.submit(ORDER) == expected


FIELD_ERROR = {
    "detail": [{"loc": ["body", "duration"], "msg": "ensure this value is at most 15", "type": "value_error"}]
}
PLAIN = {"error": "no"}


@pytest.mark.parametrize(
    ("status", "body", "reason", "text"),
    [
        (400, {"error": "bad aspect_ratio"}, RefusedFor.PARAMETERS, "bad aspect_ratio"),
        (400, {"error": {"code": "content_policy_violation"}}, RefusedFor.POLICY, "content_policy_violation"),
        (404, {"detail": "Not Found"}, RefusedFor.MODEL, "Not Found"),
        (405, {"detail": "Method Not Allowed"}, RefusedFor.MODEL, "Method Not Allowed"),
        (413, PLAIN, RefusedFor.PARAMETERS, "no"),
        (415, PLAIN, RefusedFor.PARAMETERS, "no"),
        (422, FIELD_ERROR, RefusedFor.PARAMETERS, "duration: ensure this value is at most 15"),
        (422, {"detail": "a protected character"}, RefusedFor.POLICY, "a protected character"),
        (422, {}, RefusedFor.POLICY, "no reason given (HTTP 422)"),
        (422, {"data": {"detail": [{"loc": ["body"], "msg": "required"}]}}, RefusedFor.PARAMETERS, "required"),
        (
            422,
            {"detail": [{"loc": ["body", "prompt"], "msg": "SensitiveContentDetected"}]},
            RefusedFor.POLICY,
            "prompt: SensitiveContentDetected",
        ),
    ],
)
async def test_a_refusal_proves_that_there_is_no_job(
    client: MuapiClient, provider: Provider, *, status: int, body: object, reason: RefusedFor, text: str
) -> None:
    """Rule 4: 400 404 405 413 415 422 without an id are refused, and it is said what has to change."""
    provider.says(body, status=status)

    with pytest.raises(OrderRefused) as caught:
        await client.submit(ORDER)

    assert (caught.value.reason, caught.value.status, caught.value.text) == (reason, status, text)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, {"detail": "Invalid API key"}, NotSentFor.KEY),
        (403, {"detail": "Forbidden"}, NotSentFor.KEY),
        (403, {"detail": "Insufficient credits, top up first"}, NotSentFor.CREDIT),
        (402, {"detail": "Insufficient balance"}, NotSentFor.CREDIT),
        (429, {"detail": "Too many"}, NotSentFor.RATE),
        (301, None, NotSentFor.KEY),
        (307, None, NotSentFor.KEY),
    ],
)
async def test_what_is_not_sent_may_be_sent_later(
    client: MuapiClient, provider: Provider, status: int, body: object, reason: NotSentFor
) -> None:
    """Rule 4: 401 402 403 429 and redirects are no job either, and the take keeps its place."""
    provider.says(body, status=status, headers={"Location": "/elsewhere"} if status < 400 else None)

    with pytest.raises(NotSent) as caught:
        await client.submit(ORDER)

    assert (caught.value.reason, caught.value.status) == (reason, status)
    assert len(provider.seen) == 1


DATE = "Mon, 02 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "17"}, 17.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "999999"}, 3_600.0),
        ({"Retry-After": "Mon, 02 Nov 2026 08:00:45 GMT", "Date": DATE}, 45.0),
        ({"Retry-After": "Mon, 02 Nov 2026 07:59:00 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Mon, 02 Nov 2026 09:00:20 GMT", "Date": "no date"}, 20.0),
        ({"Retry-After": "soon", "Date": DATE}, None),
        ({"Retry-After": "²"}, None),
        ({}, None),
    ],
)
async def test_a_rate_limit_says_how_long(
    client: MuapiClient, provider: Provider, headers: dict[str, str], wait_s: float | None
) -> None:
    """Retry-After is seconds, or a date that is read against the answer's own Date, our clock only without one."""
    provider.says({}, status=429, headers=headers)

    with pytest.raises(NotSent) as caught:
        await client.submit(ORDER)

    assert caught.value.retry_after_s == wait_s


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize("text", ["<html><h1>Bad gateway</h1></html>", '{"detail": "Bad gateway"}'])
async def test_a_server_fault_is_its_own_outcome(
    client: MuapiClient, provider: Provider, status: int, text: str
) -> None:
    """Rule 5: a 5xx without an id is told apart, JSON or not."""
    provider.says(status=status, text=text)

    with pytest.raises(ServerFault) as caught:
        await client.submit(ORDER)

    assert (caught.value.status, caught.value.text) == (status, "Bad gateway")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (200, ""),
        (200, "<html>hello</html>"),
        (200, "{}"),
        (200, "[]"),
        (200, '"job_1"'),
        (200, '{"status": "failed", "error": "out of memory"}'),
        (200, '{"status": "processing", "url": "https://api.example/predictions"}'),
        (200, '{"url": "https://api.example/predictions"}'),
        (204, ""),
        (200, "[" * 100_000),
        (408, "{}"),
        (409, "{}"),
        (418, "{}"),
        (425, "{}"),
        (499, "{}"),
        (600, "{}"),
    ],
)
async def test_everything_else_is_unknown(client: MuapiClient, provider: Provider, status: int, text: str) -> None:
    """Rule 6: other 4xx, and a 2xx with neither id nor output, may hide a job."""
    provider.says(status=status, text=text)

    with pytest.raises(OutcomeUnknown) as caught:
        await client.submit(ORDER)

    assert caught.value.status == status


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        ({}, {"X-MuAPI-Cost-USD": "0.32"}, Charge(amount=Money.usd("0.32"))),
        ({"cost": {"amount_usd": 0.1}}, {"X-MuAPI-Cost-USD": "0.32"}, Charge(amount=Money.usd("0.32"))),
        ({"cost": {"amount_usd": 0.1}}, {}, Charge(amount=Money(100_000))),
        ({"cost": {"amount_usd": "0.0825"}}, {}, Charge(amount=Money(82_500))),
        ({"data": {"cost": {"amount_usd": 1}}}, {}, Charge(amount=Money.usd(1))),
        ({}, {"X-MuAPI-Cost-USD": "0"}, Charge(amount=ZERO)),
        ({"cost": {"amount_usd": 0.32}}, {"X-MuAPI-Cost-USD": "0"}, Charge(amount=ZERO)),
        ({"cost": {"amount_usd": 0.3}}, {"X-MuAPI-Cost-USD": "free"}, Charge(amount=Money.usd("0.30"))),
        ({"cost": {"amount_usd": -1}}, {"X-MuAPI-Cost-USD": "NaN"}, Charge()),
        ({"cost": {"amount_usd": None}}, {}, Charge()),
        ({"cost": {"amount_usd": True}}, {}, Charge()),
        ({"cost": "0.32"}, {}, Charge()),
        ({"cost": {"refunded": True}}, {}, Charge(refunded=True)),
        ({"cost": {"refunded": False}}, {}, Charge()),
        ({"refunded": True}, {"X-MuAPI-Cost-USD": "0.32"}, Charge(amount=Money.usd("0.32"), refunded=True)),
        ({}, {"X-MuAPI-Cost-Refunded": "True"}, Charge(refunded=True)),
        ({}, {"X-MuAPI-Cost-Refunded": "false"}, Charge()),
    ],
)
async def test_the_charge_is_exact(
    client: MuapiClient, provider: Provider, body: dict[str, Any], headers: dict[str, str], expected: Charge
) -> None:
    """The header comes before the body, zero is not the same as missing, and no float touches the amount."""
    provider.says({"id": "j"} | body, headers=headers)

    assert (await client.submit(ORDER)).charge == expected


async def test_no_text_repeats_the_key(client: MuapiClient, provider: Provider) -> None:
    """A provider that echoes the key does not get it into an error, nor does the client's own text."""
    provider.says({"detail": f"key {KEY} is not allowed, @everyone"}, status=401)

    with pytest.raises(NotSent) as caught:
        await client.submit(ORDER)

    assert caught.value.text == "key … is not allowed, everyone"
    assert KEY not in repr(caught.value)
    assert KEY not in repr(client)
