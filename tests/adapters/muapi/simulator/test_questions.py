"""History, balance, prices and models."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from adapters.muapi.simulator import Shape, Simulator
from bot.core.money import Money

Ask = Callable[..., Awaitable[httpx.Response]]


async def test_balance(order: Ask, http: httpx.AsyncClient, clock: Any) -> None:
    """The balance falls with each order and rises again when a failed job gives its money back, polled or not."""
    await order("a fox [[fail]]")
    assert (await http.get("account/balance")).json()["balance"] == 99.68
    clock.seconds += 3_600
    assert (await http.get("account/balance")).json() == {
        "balance": 100.0,
        "currency": "USD",
        "email": "practice@example.com",
    }


async def test_history_pages(order: Ask, http: httpx.AsyncClient) -> None:
    """The history lists jobs newest first, in pages that new jobs do not move."""
    jobs = [(await order(f"fox {number}")).json()["id"] for number in range(5)]
    first = (await http.get("history", params={"limit": 2})).json()
    await order("one more")
    second = (await http.get("history", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    third = (await http.get("history", params={"limit": 2, "cursor": second["next_cursor"]})).json()
    listed = [row["id"] for page in (first, second, third) for row in page["items"]]
    assert listed == jobs[::-1]
    assert third["next_cursor"] is None


async def test_history_row(order: Ask, http: httpx.AsyncClient, clock: Any) -> None:
    """A row says what was ordered, when, and what became of it."""
    job = (await order("a fox", aspect_ratio="1:1")).json()["id"]
    clock.seconds += 3_600
    (row,) = (await http.get("history")).json()["items"]
    assert (row["id"], row["status"], row["model"]) == (job, "completed", "seedance-2-mini-text-to-video")
    assert row["input"] == {"prompt": "a fox", "resolution": "480p", "duration": 4, "aspect_ratio": "1:1"}
    assert row["created_at"] == "2027-01-15T08:16:40.000Z"
    assert row["outputs"][0].endswith(f"{job}.mp4")


@pytest.mark.parametrize("options", [{"history_lag_s": 30}])
async def test_history_lag(order: Ask, http: httpx.AsyncClient, clock: Any) -> None:
    """The history may lag: a job that exists is not listed yet."""
    await order()
    assert (await http.get("history")).json() == {"items": [], "next_cursor": None}
    clock.seconds += 30
    assert len((await http.get("history")).json()["items"]) == 1


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=-1", "cursor=" + "9" * 20])
async def test_history_limits(http: httpx.AsyncClient, query: str) -> None:
    """A page holds 1 to 100 rows, and a cursor comes from an answer."""
    assert (await http.get(f"history?{query}")).status_code == 400


@pytest.mark.parametrize("options", [{"shape": Shape.VENDOR}])
async def test_estimate(http: httpx.AsyncClient) -> None:
    """A body's price can be asked without a job, and a wrong body is refused like an order."""
    url = "models/seedance-2-mini-text-to-video/estimate-cost"
    answer = await http.post(url, json={"prompt": "a fox", "resolution": "720p", "duration": 15})
    assert answer.json() == {"model": "seedance-2-mini-text-to-video", "cost": 2.25, "currency": "USD"}
    assert (await http.post(url, json={"prompt": "a fox", "duration": 99})).status_code == 422
    assert (await http.post(url, content="nothing")).status_code == 422
    assert (await http.post("models/unheard-of/estimate-cost", json={})).status_code == 404


async def test_models(simulator: Simulator) -> None:
    """The catalogue is public and names every endpoint with its price."""
    async with httpx.AsyncClient(trust_env=False, verify=False) as nobody:
        models = (await nobody.get(f"{simulator.base_url}/models")).json()["models"]
    mini = next(model for model in models if model["name"] == "seedance-2-mini-text-to-video")
    assert (mini["cost"], mini["cost_currency"]) == (0.75, "USD")
    assert mini["endpoint"] == "/api/v1/seedance-2-mini-text-to-video"


@pytest.mark.parametrize("path", ["account/balance", "history"])
async def test_key_is_asked(http: httpx.AsyncClient, path: str) -> None:
    """Questions about the account need the key."""
    answer = await http.get(path, headers={"Authorization": "", "x-api-key": ""})
    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "no/such/path", 404), ("DELETE", "history", 405)])
async def test_other_paths(http: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    """A path or method that is not served is an error in JSON, with the balance like every answer."""
    answer = await http.request(method, path)
    assert answer.status_code == status
    assert "error" in answer.json()
    assert answer.headers["X-Account-Balance"] == "100.0000"


@pytest.mark.parametrize("options", [{"balance": Money.usd("0.30"), "base": "/v9"}])
async def test_another_base(order: Ask, simulator: Simulator) -> None:
    """The service can be served under another path."""
    assert simulator.base_url.endswith("/v9")
    assert (await order()).status_code == 402
