"""A simulator on a clock that only the tests move, and a client that talks to it over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.muapi.simulator import Simulator

ENDPOINT = "seedance-2-mini-text-to-video"


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        """Some moment."""
        self.seconds = 1_000.0

    def now(self) -> int:
        """UTC milliseconds, in January 2027."""
        return 1_800_000_000_000 + round(self.seconds * 1000)

    def monotonic(self) -> float:
        """Seconds."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Move at once."""
        self.seconds += seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def options() -> dict[str, Any]:
    """What the simulator is started with; a test overrides it by parametrising."""
    return {}


@pytest.fixture
async def simulator(clock: HandClock, tmp_path: Path, options: dict[str, Any]) -> AsyncIterator[Simulator]:
    async with Simulator(**{"clock": clock, "folder": tmp_path / "clips", **options}) as started:
        yield started


@pytest.fixture
async def http(simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {simulator.plan.key}", "x-api-key": simulator.plan.key}
    base = f"{simulator.base_url}/"
    async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False, verify=False, timeout=30) as client:
        yield client


@pytest.fixture
def order(http: httpx.AsyncClient) -> Callable[..., Awaitable[httpx.Response]]:
    """Order a clip: the prompt, then fields of the body; ``simulate`` is the header of that name."""

    async def submit(
        prompt: str = "a fox in snow", *, endpoint: str = ENDPOINT, simulate: str = "", **fields: object
    ) -> httpx.Response:
        body = {"prompt": prompt, "resolution": "480p", "duration": 4, **fields}
        return await http.post(endpoint, json=body, headers={"X-Simulate": simulate} if simulate else {})

    return submit


@pytest.fixture
def poll(http: httpx.AsyncClient) -> Callable[..., Awaitable[httpx.Response]]:
    """Ask after a job."""

    async def ask(job: str, **headers: str) -> httpx.Response:
        return await http.get(f"predictions/{job}/result", headers=headers)

    return ask


@pytest.fixture
def finish(
    order: Callable[..., Awaitable[httpx.Response]],
    poll: Callable[..., Awaitable[httpx.Response]],
    clock: HandClock,
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Order a clip, let an hour pass, and give the answer to the poll."""

    async def run(*args: Any, **fields: Any) -> dict[str, Any]:
        answer = (await order(*args, **fields)).json()
        clock.seconds += 3_600
        body: dict[str, Any] = (await poll(answer.get("id") or answer["request_id"])).json()
        return body

    return run
