"""The submit: shapes, keys, validation, the wallet, and the count of what was billed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from adapters.muapi.simulator import Auth, Shape, Simulator
from adapters.muapi.simulator.models import MODELS, Kind
from bot.core.money import Money

Ask = Callable[..., Awaitable[httpx.Response]]
MINI = "seedance-2-mini"
PICTURE = "https://pictures.example/fox.png"


async def test_guide_answer(order: Ask) -> None:
    """In the guide's shape an order is answered with an id and the status "processing", and nothing else."""
    answer = await order()
    assert answer.status_code == 200
    assert set(answer.json()) == {"id", "status"}
    assert answer.json()["id"].startswith("job_")
    assert answer.json()["status"] == "processing"


@pytest.mark.parametrize("options", [{"shape": Shape.VENDOR}])
async def test_vendor_answer(order: Ask) -> None:
    """In the vendor's shape an order is answered with a request id, the status and the cost."""
    answer = (await order(resolution="720p", duration=5)).json()
    assert set(answer) == {"request_id", "status", "cost"}
    assert answer["cost"] == {"amount_usd": 0.75, "amount_credits": 75, "bonus_credits_used": 0, "refunded": False}


@pytest.mark.parametrize("shape", list(Shape))
async def test_cost_headers(shape: Shape) -> None:
    """In both shapes the headers name the exact cost of the order and what is left in the wallet."""
    async with (
        Simulator(shape=shape, balance=Money.usd("1.00")) as simulator,
        httpx.AsyncClient(trust_env=False, verify=False) as http,
    ):
        answer = await http.post(
            f"{simulator.base_url}/{MINI}-text-to-video",
            json={"prompt": "a fox", "resolution": "480p", "duration": 4},
            headers={"x-api-key": simulator.plan.key},
        )
    assert answer.headers["X-MuAPI-Cost-USD"] == "0.320000"
    assert answer.headers["X-MuAPI-Cost-Credits"] == "32"
    assert answer.headers["X-Account-Balance"] == "0.6800"
    assert "X-MuAPI-Cost-Refunded" not in answer.headers


@pytest.mark.parametrize("options", [{"cost_headers": False}])
async def test_no_cost_headers(order: Ask) -> None:
    """The cost headers can be left out, as an older service does."""
    assert not [name for name in (await order()).headers if name.startswith(("x-muapi", "x-account"))]


@pytest.mark.parametrize(
    ("resolution", "prices"),
    [
        ("480p", {4: "0.32", 5: "0.40", 10: "0.80", 15: "1.20"}),
        ("720p", {4: "0.60", 5: "0.75", 10: "1.50", 15: "2.25"}),
    ],
)
async def test_prices_of_the_guide(order: Ask, simulator: Simulator, resolution: str, prices: dict[int, str]) -> None:
    """Mini is billed at every price that the guide's table prints."""
    for seconds in prices:
        assert (await order(resolution=resolution, duration=seconds)).status_code == 200
    assert [bill.amount for bill in simulator.bills()] == [Money.usd(price) for price in prices.values()]


BEARER = {"Authorization": "Bearer practice-key"}
HEADER = {"x-api-key": "practice-key"}


@pytest.mark.parametrize(
    ("auth", "headers", "status"),
    [
        (Auth.BOTH, BEARER, 200),
        (Auth.BOTH, HEADER, 200),
        (Auth.BOTH, BEARER | {"x-api-key": "another"}, 200),
        (Auth.BEARER, BEARER, 200),
        (Auth.BEARER, HEADER, 401),
        (Auth.API_KEY, HEADER, 200),
        (Auth.API_KEY, BEARER, 401),
        (Auth.BOTH, {}, 401),
        (Auth.BOTH, {"Authorization": "Bearer another"}, 401),
        (Auth.BOTH, {"Authorization": "Basic practice-key"}, 401),
    ],
)
async def test_keys(auth: Auth, headers: dict[str, str], status: int) -> None:
    """The key is accepted in either header or only in the one that is switched on, and a wrong one is 401."""
    async with Simulator(auth=auth) as simulator, httpx.AsyncClient(trust_env=False, verify=False) as http:
        body = {"prompt": "a fox"}
        answer = await http.post(f"{simulator.base_url}/{MINI}-text-to-video", json=body, headers=headers)
        assert answer.status_code == status
        assert len(simulator.bills()) == (status == 200)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"prompt": None}, "prompt"),
    ({"prompt": "  "}, "prompt"),
    ({"prompt": 7}, "prompt"),
    ({"prompt": "x" * 20_001}, "prompt"),
    ({"aspect_ratio": "2:1"}, "aspect_ratio"),
    ({"resolution": "1080p"}, "resolution"),
    ({"duration": 3}, "duration"),
    ({"duration": 16}, "duration"),
    ({"duration": "5"}, "duration"),
    ({"duration": True}, "duration"),
    ({"generate_audio": "yes"}, "generate_audio"),
    ({"high_bitrate": 1}, "high_bitrate"),
]


@pytest.mark.parametrize(("fields", "wrong"), WRONG)
async def test_guide_validation(order: Ask, simulator: Simulator, fields: dict[str, Any], wrong: str) -> None:
    """In the guide's shape a parameter out of its range is 400 with one text, and nothing is billed."""
    answer = await order(**fields)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"Invalid params - {wrong}: ")
    assert simulator.bills() == []


@pytest.mark.parametrize("options", [{"shape": Shape.VENDOR}])
async def test_vendor_validation(order: Ask, simulator: Simulator) -> None:
    """In the vendor's shape every wrong field is an entry of a FastAPI detail list, with status 422."""
    for fields, wrong in WRONG:
        answer = await order(**fields)
        assert answer.status_code == 422
        (entry,) = answer.json()["detail"]
        assert entry["loc"] == ["body", wrong]
        assert set(entry) == {"loc", "msg", "type"}
    both = (await order(duration=99, resolution="8k")).json()["detail"]
    assert [entry["loc"][1] for entry in both] == ["resolution", "duration"]
    assert simulator.bills() == []


async def test_longest_prompt(order: Ask) -> None:
    """A prompt of exactly 20,000 characters is taken, whatever script it is in."""
    assert (await order("狐" * 20_000)).status_code == 200
    assert (await order("🦊" * 20_000)).status_code == 200


@pytest.mark.parametrize(
    ("endpoint", "fields", "status"),
    [
        ("image-to-video", {}, 400),
        ("image-to-video", {"image_url": PICTURE}, 200),
        ("image-to-video", {"images_list": [PICTURE]}, 200),
        ("image-to-video", {"image_url": "no address"}, 400),
        ("image-to-video", {"image_url": "http://[broken"}, 400),
        ("image-to-video", {"image_url": [PICTURE]}, 400),
        ("image-to-video", {"images_list": PICTURE}, 400),
        ("image-to-video", {"images_list": {"first": PICTURE}}, 400),
        ("image-to-video", {"images_list": [7]}, 400),
        ("omni-reference", {"images_list": [PICTURE] * 9}, 200),
        ("omni-reference", {"images_list": [PICTURE] * 10}, 400),
        ("omni-reference", {"video_files": [PICTURE] * 3}, 200),
        ("omni-reference", {"video_files": [PICTURE] * 4}, 400),
        ("omni-reference", {"audio_files": [PICTURE] * 4}, 400),
        ("omni-reference", {}, 400),
        ("text-to-video", {"image_url": "ignored, as by the service"}, 200),
    ],
)
async def test_references(order: Ask, endpoint: str, fields: dict[str, Any], status: int) -> None:
    """Each endpoint takes the references of its kind, in the guide's field or the vendor's, within their counts."""
    assert (await order(endpoint=f"{MINI}-{endpoint}", **fields)).status_code == status


@pytest.mark.parametrize("endpoint", sorted(MODELS))
async def test_every_model_takes_an_order(order: Ask, simulator: Simulator, endpoint: str) -> None:
    """Every model of the catalogue's table is served and billed by the second."""
    model = MODELS[endpoint]
    fields: dict[str, object] = {"duration": 6, "resolution": next(iter(model.rates))}
    if model.kind is not Kind.TEXT:
        fields["images_list"] = [PICTURE]
    assert (await order(endpoint=endpoint, **fields)).status_code == 200
    (bill,) = simulator.bills()
    assert bill.amount == next(iter(model.rates.values())) * 6


async def test_unknown_endpoint(order: Ask) -> None:
    """A model that is not served is 404."""
    assert (await order(endpoint="seedance-9-ultra-text-to-video")).status_code == 404


@pytest.mark.parametrize("text", ["", "not json", "[1]", "7", "[" * 100_000])
async def test_not_an_object(http: httpx.AsyncClient, text: str) -> None:
    """A body that is no JSON object is a validation error."""
    assert (await http.post(f"{MINI}-text-to-video", content=text)).status_code == 400


async def test_too_large(http: httpx.AsyncClient) -> None:
    """An order larger than any prompt can be is 413, in the service's words."""
    answer = await http.post(f"{MINI}-text-to-video", content=b"x" * 600_000)
    assert answer.status_code == 413
    assert "error" in answer.json()


@pytest.mark.parametrize(("shape", "field"), [(Shape.GUIDE, "error"), (Shape.VENDOR, "detail")])
async def test_policy(shape: Shape, field: str) -> None:
    """A prompt with a copyrighted character is 422 in both shapes, and free."""
    async with Simulator(shape=shape) as simulator, httpx.AsyncClient(trust_env=False, verify=False) as http:
        url = f"{simulator.base_url}/{MINI}-text-to-video"
        answer = await http.post(url, json={"prompt": "Mickey Mouse skating"}, headers=HEADER)
        assert answer.status_code == 422
        assert "copyrighted character" in answer.json()[field]
        assert simulator.bills() == []


@pytest.mark.parametrize("options", [{"balance": Money.usd("0.70")}])
async def test_wallet_runs_dry(order: Ask, simulator: Simulator) -> None:
    """Orders are taken while the wallet covers them and are 402 afterwards, without a job."""
    statuses = [(await order()).status_code for _ in range(3)]
    assert statuses == [200, 200, 402]
    report = simulator.report()
    assert (report.jobs, report.billed, report.balance) == (2, Money.usd("0.64"), Money.usd("0.06"))
    simulator.set_balance(Money.usd("0.32"))
    assert (await order()).status_code == 200


@pytest.mark.parametrize("options", [{"concurrency": 2}])
async def test_jobs_at_once(order: Ask, clock: Any) -> None:
    """One job more than the key may have at once is 429, and taken when another is over."""
    statuses = [(await order(f"fox {number}")).status_code for number in range(3)]
    assert statuses == [200, 200, 429]
    clock.seconds += 3_600
    assert (await order("fox 3")).status_code == 200


async def test_bills_name_their_request(order: Ask, http: httpx.AsyncClient, simulator: Simulator) -> None:
    """Every submit has a number, refused ones too, and each bill names the submit and the client's own id."""
    await order(duration=99)
    first = (await order("a fox")).json()["id"]
    body = {"prompt": "a hare", "duration": 4}
    second = (await http.post(f"{MINI}-text-to-video", json=body, headers={"X-Request-Id": "take-7"})).json()["id"]
    bills = simulator.bills()
    assert [(bill.job, bill.request, bill.request_id) for bill in bills] == [(first, 2, None), (second, 3, "take-7")]
    assert bills[1].payload == body
    assert bills[1].endpoint == f"{MINI}-text-to-video"
    assert simulator.report().submits == 3
    assert simulator.report().refused == {400: 1}


async def test_full_book(order: Ask, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulator that cannot remember another job refuses it and bills nothing."""
    monkeypatch.setattr("adapters.muapi.simulator.book.MOST_JOBS", 1)
    assert [(await order()).status_code for _ in range(2)] == [200, 503]
    assert len(simulator.bills()) == 1


async def test_ids_differ_between_runs(clock: Any, simulator: Simulator, order: Ask) -> None:
    """A simulator that was started anew with the same seed gives other job ids than the one before."""
    clock.seconds += 1
    async with Simulator(clock=clock) as later, httpx.AsyncClient(trust_env=False, verify=False) as http:
        url = f"{later.base_url}/{MINI}-text-to-video"
        second = (await http.post(url, content=json.dumps({"prompt": "a fox in snow"}), headers=HEADER)).json()["id"]
    assert (await order()).json()["id"] != second
    assert len(simulator.bills()) == 1
