"""Starting, stopping, and the control endpoints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.muapi.simulator import Plan, Simulator
from adapters.muapi.simulator.plan import PlanOptions
from bot.core.money import Money

Ask = Callable[..., Awaitable[httpx.Response]]
Finish = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.usefixtures("short_loops")


async def test_not_started() -> None:
    """A simulator that was not started has no books."""
    with pytest.raises(RuntimeError, match="not started"):
        Simulator().bills()


async def test_books_outlive_the_server(clock: Any) -> None:
    """After the end nothing is served and nothing is left on the disk, but the books can still be read."""
    async with Simulator(clock=clock) as simulator, httpx.AsyncClient(trust_env=False, verify=False) as http:
        url = f"{simulator.base_url}/seedance-2-mini-text-to-video"
        await http.post(url, json={"prompt": "a fox"}, headers={"x-api-key": simulator.plan.key})
    assert simulator.report().billed == Money.usd("0.75")
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(simulator.origin)


async def test_folder_is_kept(finish: Finish, http: httpx.AsyncClient, tmp_path: Path) -> None:
    """The clips stay in a folder that was given, each under the name of its content."""
    etag = (await http.get((await finish())["output"])).headers["ETag"]
    assert (tmp_path / "clips" / f"{etag.strip(chr(34))}.mp4").is_file()


async def test_port_is_taken(simulator: Simulator) -> None:
    """A second simulator on the same port fails to start, and cleans up."""
    port = int(simulator.origin.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        async with Simulator(port=port):
            pass


async def test_folder_is_a_file(tmp_path: Path) -> None:
    """A folder that is a file fails at the start."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        async with Simulator(folder=tmp_path / "file"):
            pass


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "two words"},
        {"scale": 0.0},
        {"scale": 101.0},
        {"scale": float("nan")},
        {"base": "api"},
        {"base": "/api/"},
        {"concurrency": 0},
        {"lifetime_s": -1.0},
        {"history_lag_s": -1.0},
    ],
)
def test_plans_that_cannot_be(wrong: PlanOptions) -> None:
    """A setting out of its range is refused before anything starts."""
    with pytest.raises(ValueError, match="the "):
        Plan(**wrong)


async def test_bills_over_http(finish: Finish, http: httpx.AsyncClient, simulator: Simulator) -> None:
    """The control endpoint shows what was billed per client request, with the totals, as exact text."""
    await finish("a fox [[fail]]")
    await finish(resolution="720p", duration=5)
    body = (await http.get(f"{simulator.origin}/control/bills")).json()
    assert [(bill["request"], bill["amount"], bill["refunded"]) for bill in body["bills"]] == [
        (1, "0.32", True),
        (2, "0.75", False),
    ]
    report = body["report"]
    assert (report["submits"], report["jobs"], report["polls"]) == (2, 2, 2)
    assert (report["billed"], report["refunded"], report["balance"]) == ("1.07", "0.32", "99.25")


async def test_jobs_over_http(order: Ask, http: httpx.AsyncClient, simulator: Simulator) -> None:
    """The control endpoint shows each job with its faults and the fields that its model does not read."""
    await order("a fox [[stuck]]", ratio="1:1", image_url="https://pictures.example/fox.png")
    (job,) = (await http.get(f"{simulator.origin}/control/jobs")).json()["jobs"]
    assert job["faults"] == ["stuck"]
    assert job["ignored_fields"] == ["image_url", "ratio"]
    assert job["stage"] == "queued"


@pytest.mark.parametrize(("balance", "left"), [("5.00", "5"), (7, "7")])
async def test_wallet_over_http(http: httpx.AsyncClient, simulator: Simulator, balance: object, left: str) -> None:
    """The control endpoint sets what the wallet holds."""
    answer = await http.post(f"{simulator.origin}/control/wallet", json={"balance": balance})
    assert answer.json() == {"balance": left}
    assert simulator.report().balance == Money.usd(left)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("wallet", {"balance": "much"}),
        ("wallet", {"balance": True}),
        ("wallet", {}),
        ("wallet", ["5.00"]),
        ("faults", {"name": "explode"}),
        ("faults", {}),
        ("faults", {"name": "rate", "times": "2"}),
        ("faults", {"name": "rate", "times": 0}),
    ],
)
async def test_control_refuses(http: httpx.AsyncClient, simulator: Simulator, path: str, body: object) -> None:
    """A wrong wish is 400 with a sentence, and changes nothing."""
    answer = await http.post(f"{simulator.origin}/control/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert simulator.report().balance == Money.usd(100)


async def test_control_answers_this_machine_only(
    http: httpx.AsyncClient, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control endpoints turn away whoever is not on this machine."""
    for remote in ("203.0.113.7", None):
        monkeypatch.setattr("aiohttp.web_request.BaseRequest.remote", remote)
        assert (await http.get(f"{simulator.origin}/control/bills")).status_code == 403
