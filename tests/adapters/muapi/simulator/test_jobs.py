"""A job's life on the clock."""

from __future__ import annotations

import random
import statistics
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from adapters.muapi.simulator import Shape, Simulator
from adapters.muapi.simulator.latency import draw_s, usual_s

Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.mark.parametrize(
    ("options", "done"), [({}, "succeeded"), ({"shape": Shape.VENDOR}, "completed")], ids=["guide", "vendor"]
)
async def test_stages(order: Ask, poll: Ask, clock: Any, done: str) -> None:
    """A job is queued, pending, processing and done, one after the other."""
    answer = (await order("a fox [[latency=100]]")).json()
    job = answer.get("id") or answer["request_id"]
    seen = []
    for seconds in (0, 6, 10, 83, 1):
        clock.seconds += seconds
        seen.append((await poll(job)).json()["status"])
    assert seen == ["queued", "pending", "processing", "processing", done]


@pytest.mark.parametrize("options", [{"shape": Shape.VENDOR}])
async def test_vendor_result(order: Ask, poll: Ask, clock: Any) -> None:
    """The vendor's result has a list of outputs, an error that is null or a text, and the cost."""
    job = (await order("a fox")).json()["request_id"]
    running = (await poll(job)).json()
    assert (running["outputs"], running["error"], running["id"]) == ([], None, job)
    clock.seconds += 3_600
    done = (await poll(job)).json()
    assert done["outputs"][0].endswith(f"/files/{job}.mp4")
    assert done["cost"]["amount_usd"] == 0.32
    assert done["created_at"].endswith("Z")
    failed = (await order("a fox [[moderation]]")).json()["request_id"]
    clock.seconds += 3_600
    body = (await poll(failed)).json()
    assert body["has_nsfw_contents"] == [True]
    assert body["cost"]["refunded"] is True


@pytest.mark.parametrize("options", [{"shape": Shape.VENDOR}])
async def test_vendor_at_once(order: Ask) -> None:
    """An order that is finished at once carries its outputs in the vendor's words too."""
    answer = (await order("a fox [[at-once]]")).json()
    assert answer["status"] == "completed"
    assert answer["request_id"] == answer["id"]
    assert len(answer["outputs"]) == 1


async def test_unknown_job(poll: Ask) -> None:
    """A job that was never made is 404."""
    assert (await poll("job_000000000000")).status_code == 404


async def test_wrong_key(http: httpx.AsyncClient, order: Ask) -> None:
    """A poll with a wrong key is 401."""
    job = (await order()).json()["id"]
    headers = {"Authorization": "Bearer x", "x-api-key": "x"}
    assert (await http.get(f"predictions/{job}/result", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("seconds", "resolution", "usual"),
    [(5, "720p", 48.0), (15, "720p", 180.0), (5, "480p", 24.0), (4, "480p", 17.4), (2, "720p", 10.0)],
)
def test_usual_latency(seconds: int, resolution: str, usual: float) -> None:
    """Five seconds at 720p take 48 s, fifteen take three minutes, and 480p takes half."""
    assert usual_s(seconds=seconds, resolution=resolution) == pytest.approx(usual)


def test_latency_spread() -> None:
    """Latencies scatter around the usual one by 15 %, and about one in fifty takes three times as long."""
    chance = random.Random(7)
    drawn = sorted(draw_s(chance, seconds=5, resolution="720p") for _ in range(5_000))
    assert statistics.median(drawn) == pytest.approx(48, rel=0.02)
    assert drawn[800] == pytest.approx(48 * 0.86, rel=0.03)
    assert sum(value > 90 for value in drawn) / 5_000 == pytest.approx(0.02, abs=0.008)


async def _ends(options: dict[str, Any], prompts: list[str], clock: Any) -> list[float]:
    async with Simulator(clock=clock, **options) as simulator, httpx.AsyncClient(trust_env=False, verify=False) as http:
        headers = {"x-api-key": simulator.plan.key}
        for prompt in prompts:
            await http.post(
                f"{simulator.base_url}/seedance-2-mini-text-to-video", json={"prompt": prompt}, headers=headers
            )
        jobs = (await http.get(f"{simulator.origin}/control/jobs")).json()["jobs"]
        return [job["ends_in_s"] for job in jobs]


async def test_seed_decides_latency(clock: Any) -> None:
    """The same seed and orders take equally long, another seed does not, and the scale multiplies."""
    prompts = ["a fox", "a hare"]
    first = await _ends({"seed": 1}, prompts, clock)
    assert await _ends({"seed": 1}, prompts, clock) == first
    assert await _ends({"seed": 2}, prompts, clock) != first
    assert await _ends({"seed": 1, "scale": 0.5}, prompts, clock) == pytest.approx(
        [end / 2 for end in first], abs=0.002
    )


async def test_fault_does_not_shift_later_jobs(clock: Any) -> None:
    """A job with a fault leaves the latencies of the jobs after it as they were."""
    plain = await _ends({}, ["a fox", "a hare"], clock)
    struck = await _ends({}, ["a fox [[fail]]", "a hare"], clock)
    assert struck[0] < plain[0]
    assert struck[1] == plain[1]
