"""Webhooks: who is called, when, how often, and who never."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from aiohttp import web

from adapters.muapi.simulator import Shape, Simulator, caller

Ask = Callable[..., Awaitable[httpx.Response]]
ENDPOINT = "seedance-2-mini-text-to-video"


async def until(check: Callable[[], bool]) -> None:
    """Wait until it holds; ten seconds are for a loaded machine."""
    for _ in range(2_000):
        if check():
            return
        await asyncio.sleep(0.005)
    raise AssertionError


class Ear:
    """A webhook on loopback that answers as it is told, 204 when it is told nothing."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        self.headers.append(dict(request.headers))
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": self.url} if status == 302 else {})

    async def calls(self, count: int) -> list[dict[str, Any]]:
        """What was heard, once it was heard so often."""
        await until(lambda: len(self.heard) >= count)
        return self.heard


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    ear = Ear()
    app = web.Application()
    app.router.add_post("/hook", ear.hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ear.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield ear
    await runner.cleanup()


@pytest.fixture
def options() -> dict[str, Any]:
    """The machine's own clock, a thousand times as fast."""
    return {"clock": None, "scale": 0.001}


def call(order: Ask, url: str, **kinds: Any) -> Awaitable[httpx.Response]:
    return order(endpoint=f"{ENDPOINT}?webhook={url}", **kinds)


async def test_told_when_it_has_ended(order: Ask, ear: Ear, simulator: Simulator) -> None:
    """The address that came with the order is told the result, once, unsigned, without the key."""
    job = (await call(order, ear.url)).json()["id"]
    (body,) = await ear.calls(1)
    assert body == {"id": job, "status": "succeeded", "output": f"{simulator.origin}/files/{job}.mp4"}
    (headers,) = ear.headers
    assert not [name for name in headers if "sign" in name.lower() or "key" in name.lower()]
    await asyncio.sleep(0.05)
    assert len(ear.heard) == simulator.report().calls == 1


async def test_in_the_body(order: Ask, ear: Ear, http: httpx.AsyncClient, simulator: Simulator) -> None:
    """The vendor's own client names the address in the body, where it is no ignored field."""
    await order(webhook_url=ear.url)
    await ear.calls(1)
    (job,) = (await http.get(f"{simulator.origin}/control/jobs")).json()["jobs"]
    assert job["ignored_fields"] == []


@pytest.mark.parametrize("options", [{"clock": None, "scale": 0.001, "shape": Shape.WRAPPED}])
async def test_in_the_shape(order: Ask, ear: Ear) -> None:
    """The result is worded and packed as a poll's answer is."""
    await call(order, ear.url)
    assert (await ear.calls(1))[0]["data"]["status"] == "completed"


async def test_failed_is_told_too(order: Ask, ear: Ear) -> None:
    """A job that fails tells so."""
    await call(order, ear.url, simulate="fail")
    assert (await ear.calls(1))[0]["status"] == "failed"


async def test_duplicated(order: Ask, ear: Ear) -> None:
    """A call may come twice, word for word."""
    await call(order, ear.url, simulate="call-twice")
    first, second = await ear.calls(2)
    assert first == second


async def test_out_of_order(order: Ask, ear: Ear) -> None:
    """An older state may come after the newer one."""
    await call(order, ear.url, simulate="call-stale")
    assert [body["status"] for body in await ear.calls(2)] == ["succeeded", "processing"]
    assert "output" not in ear.heard[1]


async def test_late(order: Ask, ear: Ear, poll: Ask) -> None:
    """A call may come long after the end."""
    job = (await call(order, ear.url, simulate="call-late=300, latency=1")).json()["id"]
    await asyncio.sleep(0.05)
    assert (await poll(job)).json()["status"] == "succeeded"
    assert ear.heard == []
    assert len(await ear.calls(1)) == 1


@pytest.mark.parametrize("fault", ["call-never", "stuck"])
async def test_never(order: Ask, ear: Ear, simulator: Simulator, fault: str) -> None:
    """A call may never come, and none does of a job that never ends."""
    await call(order, ear.url, simulate=fault)
    await asyncio.sleep(0.1)
    assert (ear.heard, simulator.report().calls) == ([], 0)


async def test_tried_again(order: Ask, ear: Ear, simulator: Simulator) -> None:
    """A call that is not taken comes again, a redirect is not followed, and after five tries nobody calls any more."""
    ear.answers = [503, 302, 404, 500, 429, 200]
    await call(order, ear.url, simulate="latency=0")
    await ear.calls(5)
    await asyncio.sleep(0.1)
    assert [made.status for made in simulator.calls()] == [503, 302, 404, 500, 429]
    assert len(ear.heard) == 5


async def test_nobody_there(order: Ask, simulator: Simulator, http: httpx.AsyncClient) -> None:
    """A call that nobody answers is tried again too, and the control endpoint shows every try."""
    await call(order, "http://127.0.0.1:1/hook", simulate="latency=0")
    await until(lambda: len(simulator.calls()) == 5)
    shown = (await http.get(f"{simulator.origin}/control/calls")).json()["calls"]
    assert [(made["said"], made["status"]) for made in shown] == [("succeeded", None)] * 5


async def test_other_machines_are_not_called(order: Ask, simulator: Simulator) -> None:
    """A public address is taken, as the service takes it, and never called."""
    await call(order, "https://bot.example/hook", simulate="latency=0")
    await until(lambda: bool(simulator.calls()))
    (made,) = simulator.calls()
    assert (made.url, made.status) == ("https://bot.example/hook", None)


@pytest.mark.parametrize("url", ["http://bot.example/hook", "ftp://127.0.0.1/hook", "hook", "https://", "http://[x/"])
async def test_refused_addresses(order: Ask, simulator: Simulator, url: str) -> None:
    """An address that is neither https nor of this machine is refused with its field, and nothing is billed."""
    answer = await call(order, url)
    assert answer.status_code == 400
    assert "webhook: Input should be a valid HTTPS URL" in answer.json()["error"]
    assert simulator.bills() == []


async def test_so_many_at_once(order: Ask, ear: Ear, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what can wait at once a call is left out, as by a queue that overflows."""
    monkeypatch.setattr(caller, "MOST_UNDER_WAY", 1)
    await call(order, ear.url, simulate="call-late=99999")
    await call(order, ear.url, simulate="latency=0")
    await asyncio.sleep(0.05)
    assert (ear.heard, simulator.report().jobs) == ([], 2)


async def test_given_up_at_the_end(ear: Ear) -> None:
    """A simulator that stops calls nobody any more."""
    async with Simulator(scale=1.0) as stopped, httpx.AsyncClient(trust_env=False, verify=False) as http:
        url = f"{stopped.base_url}/{ENDPOINT}?webhook={ear.url}"
        await http.post(url, json={"prompt": "a fox"}, headers={"x-api-key": stopped.plan.key})
    assert (ear.heard, stopped.calls()) == ([], [])
