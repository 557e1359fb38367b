"""The account: its keys, topping up, and the description of the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest

from adapters.muapi.simulator import Simulator
from adapters.muapi.simulator.models import MODELS
from bot.core.money import Money

Ask = Callable[..., Awaitable[httpx.Response]]


async def test_keys(http: httpx.AsyncClient) -> None:
    """A key can be named, is listed without its secret, and can be taken away again."""
    made = (await http.post("keys", json={"name": "bot"})).json()
    listed = (await http.get("keys")).json()
    assert [key["name"] for key in listed] == ["practice", "bot"]
    assert not any("api_key" in key for key in listed)
    assert made["api_key"]
    assert (await http.delete(f"keys/{made['id']}")).status_code == 200
    assert [key["id"] for key in (await http.get("keys")).json()] == [1]


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": 3}, {"name": "x" * 101}, ["bot"]])
async def test_keys_without_a_name(http: httpx.AsyncClient, body: object) -> None:
    """A key needs a name."""
    assert (await http.post("keys", json=body)).status_code == 400


@pytest.mark.parametrize("key", ["2", "x"])
async def test_no_such_key(http: httpx.AsyncClient, key: str) -> None:
    """A key that is not listed cannot be taken away."""
    assert (await http.delete(f"keys/{key}")).status_code == 404


async def test_so_many_keys(http: httpx.AsyncClient) -> None:
    """The list of keys has an end."""
    statuses = [(await http.post("keys", json={"name": "k"})).status_code for _ in range(100)]
    assert statuses == [200] * 99 + [400]


async def test_top_up(http: httpx.AsyncClient, simulator: Simulator) -> None:
    """Money comes when the checkout is opened, once."""
    url = (await http.post("account/topup", json={"amount": 10, "currency": "usd"})).json()["checkout_url"]
    assert simulator.report().balance == Money.usd(100)
    assert (await http.get(url)).json() == {"paid": "10"}
    assert (await http.get(url)).status_code == 404
    assert simulator.report().balance == Money.usd(110)


@pytest.mark.parametrize("amount", [0, 10_001, True, "10", None])
async def test_top_up_by_nonsense(http: httpx.AsyncClient, amount: object) -> None:
    """What is no amount opens no checkout."""
    assert (await http.post("account/topup", json={"amount": amount})).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "keys"), ("POST", "keys"), ("DELETE", "keys/1"), ("POST", "account/topup")]
)
async def test_needs_the_key(http: httpx.AsyncClient, method: str, path: str) -> None:
    """Whoever has no key learns and changes nothing."""
    answer = await http.request(method, path, headers={"x-api-key": "no", "Authorization": "Bearer no"})
    assert answer.status_code == 401


async def test_description(http: httpx.AsyncClient, simulator: Simulator) -> None:
    """The description of the API names every endpoint with the fields that it takes."""
    paths = (await http.get(f"{simulator.origin}/openapi.json")).json()["paths"]
    assert set(paths) == {f"/api/v1/{endpoint}" for endpoint in MODELS}
    body = paths["/api/v1/seedance-2-mini-text-to-video"]["post"]["requestBody"]
    fields = body["content"]["application/json"]["schema"]["properties"]
    assert fields["resolution"]["enum"] == ["720p", "480p"]
    assert (fields["duration"]["minimum"], fields["duration"]["maximum"]) == (4, 15)
