"""What the answer to a poll means."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.muapi.client import MuapiClient
from bot.core.errors import Gone, KeyRefused, Transient
from bot.core.money import Money
from bot.core.ports import Charge, Job
from tests.adapters.muapi.client.wire import KEY, MakeClient, Provider

CLIP = "https://cdn.example/clip.mp4?sig=1"
OTHER = "https://cdn.example/still.jpg"


@pytest.mark.parametrize(
    ("said", "job"),
    [
        ("succeeded", Job.DONE),
        ("completed", Job.DONE),
        ("success", Job.DONE),
        ("COMPLETED ", Job.DONE),
        ("failed", Job.FAILED),
        ("Error", Job.FAILED),
        ("cancelled", Job.CANCELLED),
        ("canceled", Job.CANCELLED),
        ("queued", Job.RUNNING),
        ("processing", Job.RUNNING),
        ("in_moderation_review", Job.RUNNING),
        ("", Job.RUNNING),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
async def test_a_status_is_known_or_still_running(
    client: MuapiClient, provider: Provider, said: str, job: Job, *, nested: bool
) -> None:
    """Statuses are lower-cased, found under data too, and whatever is not known is still running."""
    provider.says({"data": {"status": said}} if nested else {"status": said})

    status = await client.poll("job_1")

    assert (status.job, status.said) == (job, said.strip().lower())
    assert (provider.seen[0].method, provider.seen[0].path) == ("GET", "/api/v1/predictions/job_1/result")


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ({"output": CLIP}, CLIP),
        ({"output": [CLIP]}, CLIP),
        ({"output": {"url": CLIP}}, CLIP),
        ({"output": {"video_url": CLIP, "image_url": OTHER}}, CLIP),
        ({"outputs": [CLIP, OTHER]}, CLIP),
        ({"outputs": [OTHER, CLIP]}, CLIP),
        ({"outputs": [{"image_url": OTHER}, {"video_url": CLIP}]}, CLIP),
        ({"outputs": [{"url": [CLIP]}]}, CLIP),
        ({"url": CLIP}, CLIP),
        ({"video_url": CLIP}, CLIP),
        ({"data": {"outputs": [CLIP]}}, CLIP),
        ({"output": "", "outputs": [], "video_url": CLIP}, CLIP),
        ({"outputs": [{"image_url": "https://cdn.example/x"}]}, "https://cdn.example/x"),
        ({"output": None}, None),
        ({"output": "done"}, None),
        ({"output": "ftp://cdn.example/clip.mp4"}, None),
        ({"output": "https:///clip.mp4"}, None),
        ({"output": "https://[::1/clip.mp4"}, None),
        ({"output": "https://cdn.example/" + "x" * 9_000}, None),
        ({"outputs": [[CLIP]]}, None),
        ({}, None),
    ],
)
async def test_the_output_is_found_wherever_it_is(
    client: MuapiClient, provider: Provider, body: dict[str, Any], url: str | None
) -> None:
    """Outputs come as text, list or object in output, outputs, url, video_url, also under data; or not at all."""
    provider.says({"status": "completed"} | body)

    status = await client.poll("j")

    assert (status.job, status.output_url) == (Job.DONE, url)


async def test_an_output_without_any_status_is_done(client: MuapiClient, provider: Provider) -> None:
    """A clip says by itself that its job is done; a bare url does not."""
    provider.says({"output": CLIP})
    provider.says({"url": CLIP})

    assert (await client.poll("j")).job is Job.DONE
    assert (await client.poll("j")).job is Job.RUNNING


async def test_a_running_job_has_no_output(client: MuapiClient, provider: Provider) -> None:
    """A URL in an answer that is not final is not taken for the clip."""
    provider.says({"status": "processing", "url": "https://api.example/predictions/j", "message": "nsfw check"})

    status = await client.poll("j")

    assert (status.output_url, status.error, status.moderated) == (None, None, False)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": "out of memory"}, "out of memory"),
        ({"error": {"message": "out of memory", "code": "E1"}}, "out of memory"),
        ({"error": {"code": "E1"}}, "E1"),
        ({"output": {"error": "no frames"}}, "no frames"),
        ({"error": "", "message": "late"}, "late"),
        ({"detail": "gone wrong"}, "gone wrong"),
        ({"detail": ["one", "two", {"loc": ["body", "x"], "msg": "three"}, 4, ["five"]]}, "one; two; x: three"),
        ({"detail": {"error": "inner"}}, "inner"),
        ({"data": {"error": "deep"}}, "deep"),
        ({"error": 5}, None),
        ({}, None),
        ({"error": "ask <@U123> or @everyone, <!channel> <<!x>!here>"}, "ask or everyone, !here>"),
        ({"error": "two\nlines\x00\u202e and  spaces"}, "two lines and spaces"),
        ({"error": "a \ud800 b"}, "a b"),
        ({"error": "x" * 400}, "x" * 299 + "…"),
        ({"error": f"key {KEY}"}, "key …"),
    ],
)
async def test_the_error_text_is_found_and_made_fit(
    client: MuapiClient, provider: Provider, body: dict[str, Any], error: str | None
) -> None:
    """Error texts come in every shape; they are shortened, in one line, without mentions and without the key."""
    provider.says({"status": "failed"} | body)

    status = await client.poll("j")

    assert (status.job, status.error) == (Job.FAILED, error)


@pytest.mark.parametrize(
    ("body", "moderated"),
    [
        ({"error": {"code": "InputTextSensitiveContentDetected", "message": "try again"}}, True),
        ({"error": "OutputVideoSensitiveContentDetected"}, True),
        ({"error": {"code": "InputImageRiskDetection"}}, True),
        ({"error": "InputImageSensitiveContentDetected.PrivacyInformation"}, True),
        ({"error": "the image may contain real person"}, True),
        ({"error": {"type": "content_policy_violation"}}, True),
        ({"message": "Failed moderation"}, True),
        ({"error": "NSFW content"}, True),
        ({"error": "Sensitive words"}, True),
        ({"has_nsfw_contents": [True]}, True),
        ({"data": {"has_nsfw_contents": ["true", False]}}, True),
        ({"has_nsfw_contents": [False, True]}, False),
        ({"has_nsfw_contents": []}, False),
        ({"error": "ratio is case-sensitive"}, False),
        ({"error": "out of memory"}, False),
    ],
)
async def test_moderation_is_recognised(
    client: MuapiClient, provider: Provider, body: dict[str, Any], *, moderated: bool
) -> None:
    """Each marker of moderation counts in texts and codes, and nothing else does."""
    provider.says({"status": "failed"} | body)

    assert (await client.poll("j")).moderated is moderated


async def test_done_without_a_url_keeps_the_answer(client: MuapiClient, provider: Provider) -> None:
    """A job that is done without a clip is told with all that the provider said, shortened, without the key."""
    provider.says({"status": "completed", "note": KEY, "message": "expired", "rest": "x" * 5_000})

    status = await client.poll("j")

    assert (status.output_url, status.error) == (None, "expired")
    assert status.raw.startswith('{"status": "completed", "note": "…"')
    assert len(status.raw) == 4_000


async def test_a_failed_job_tells_its_charge(client: MuapiClient, provider: Provider) -> None:
    """The terminal poll says what was charged, and whether it was given back."""
    provider.says(
        {"status": "failed", "cost": {"amount_usd": "0.32", "refunded": True}}, headers={"X-MuAPI-Cost-USD": "0.40"}
    )

    assert (await client.poll("j")).charge == Charge(amount=Money.usd("0.40"), refunded=True)


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (404, '{"detail": "not found"}', Gone),
        (404, "<html>", Gone),
        (401, "{}", KeyRefused),
        (403, "{}", KeyRefused),
        (302, "", KeyRefused),
        (429, "{}", Transient),
        (400, '{"status": "failed"}', Transient),
        (402, "{}", Transient),
        (500, '{"status": "failed", "error": "x"}', Transient),
        (503, "<html>", Transient),
        (200, "<html>", Transient),
        (200, "", Transient),
        (200, "null", Transient),
    ],
)
async def test_a_poll_that_fails_says_nothing_about_the_job(
    client: MuapiClient, provider: Provider, status: int, text: str, error: type[Exception]
) -> None:
    """Only 404 and a refused key are told apart; a 5xx is never taken for a failed job."""
    provider.says(status=status, text=text, headers={"Location": "/x"} if status == 302 else None)

    with pytest.raises(error):
        await client.poll("j")


async def test_a_rate_limited_poll_says_how_long(client: MuapiClient, provider: Provider) -> None:
    """Retry-After comes through on questions too."""
    provider.says({}, status=429, headers={"Retry-After": "7"})

    with pytest.raises(Transient) as caught:
        await client.poll("j")

    assert caught.value.retry_after_s == 7


async def test_a_provider_that_is_down_is_transient(make_client: MakeClient) -> None:
    """A network error on a poll is never fatal."""
    with pytest.raises(Transient):
        await make_client("http://127.0.0.1:1/api/v1").poll("j")


async def test_a_strange_id_stays_in_its_place(client: MuapiClient, provider: Provider) -> None:
    """An id cannot lead a poll to another address, nor carry a query."""
    provider.says({"status": "queued"})

    await client.poll("../a b?c=1#d")

    assert provider.seen[0].path == "/api/v1/predictions/../a b?c=1#d/result"
    assert provider.seen[0].query == {}


async def test_a_wrapper_that_is_a_success_does_not_end_a_job(client: MuapiClient, provider: Provider) -> None:
    """Where the answer and what it wraps both have a status, the inner one is the job's."""
    provider.says({"status": "success", "data": {"request_id": "job_1", "status": "processing"}})

    status = await client.poll("job_1")

    assert status.job is Job.RUNNING
    assert status.said == "processing"


async def test_a_list_is_no_status(client: MuapiClient, provider: Provider) -> None:
    """An answer in a shape that no poll has is still running."""
    provider.says([{"status": "failed"}])

    assert (await client.poll("j")).job is Job.RUNNING
