"""Where the guide and the vendor differ, and the further shapes of either; each is read by our own client too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from adapters.muapi.client import MuapiClient
from adapters.muapi.simulator import Shape, Simulator
from bot.core.clock import SystemClock
from bot.core.errors import Transient
from bot.core.money import Money
from bot.core.ports import Job, Order

Ask = Callable[..., Awaitable[httpx.Response]]
Finish = Callable[..., Awaitable[dict[str, Any]]]
OMNI = "seedance-2-mini-omni-reference"
BODY = {"prompt": "a fox", "resolution": "480p", "duration": 4}
EVERY_SHAPE = pytest.mark.parametrize("options", [{"shape": shape} for shape in Shape], ids=str)

pytestmark = pytest.mark.usefixtures("short_loops")


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[MuapiClient]:
    made = MuapiClient(key=simulator.plan.key, clock=SystemClock(), base_url=simulator.base_url)
    yield made
    await made.close()


@EVERY_SHAPE
async def test_every_shape_is_understood(client: MuapiClient, clock: Any, tmp_path: Path, simulator: Simulator) -> None:
    """From the order to the history, our client reads the guide's answers, the vendor's, and those under data."""
    order = Order(endpoint="seedance-2-mini-text-to-video", payload=BODY)
    assert await client.estimate(order) == Money.usd("0.32")
    job = (await client.submit(order)).job
    assert (await client.poll(job or "")).job is Job.RUNNING
    clock.seconds += 3_600
    status = await client.poll(job or "")
    assert (status.job, status.charge.amount) == (Job.DONE, Money.usd("0.32"))
    assert (status.output_url or "").startswith(f"{simulator.origin}/files/")
    (row,) = (await client.find_recent(0)).rows
    assert (row.job, row.payload) == (job, BODY)
    assert (await client.balance()).amount == Money.usd("99.68")
    (picture := tmp_path / "fox.png").write_bytes(b"png")
    assert (await client.upload(picture, "image/png")).startswith(f"{simulator.origin}/files/uploads/")


@pytest.mark.parametrize("options", [{"shape": Shape.WRAPPED}])
async def test_under_data(order: Ask, http: httpx.AsyncClient) -> None:
    """Everything but an error may lie under data."""
    assert set((await order()).json()) == {"data"}
    assert set((await http.get("account/balance")).json()) == {"data"}
    assert "detail" in (await order(duration=99)).json()


async def test_only_an_id(order: Ask, simulator: Simulator) -> None:
    """Older answers have the request id and nothing else."""
    assert (await order(simulate="only-id")).json() == {"request_id": simulator.bills()[0].job}


@EVERY_SHAPE
@pytest.mark.parametrize("name", ["url", "video_url", "image_url"])
async def test_outputs_that_are_objects(client: MuapiClient, clock: Any, name: str, simulator: Simulator) -> None:
    """An output may be an object that has the URL under one of three names."""
    order = Order(endpoint="seedance-2-mini-text-to-video", payload=BODY | {"prompt": f"a fox [[objects={name}]]"})
    job = (await client.submit(order)).job
    clock.seconds += 3_600
    assert (await client.poll(job or "")).output_url == f"{simulator.origin}/files/{job}.mp4"


@pytest.mark.parametrize("fields", [{"image_url": "https://x.example/a.png"}, {"images_list": ["https://x.example/a"]}])
async def test_start_pictures(order: Ask, fields: dict[str, Any]) -> None:
    """A start picture is taken under the guide's name and under the vendor's."""
    assert (await order(endpoint="seedance-2-mini-image-to-video", **fields)).status_code == 200


@pytest.mark.parametrize("options", [{"base": "/v2/other"}])
async def test_base_path(order: Ask, simulator: Simulator) -> None:
    """The path before the endpoints is as it is set."""
    assert (await order()).status_code == 200
    assert simulator.base_url.endswith("/v2/other")


async def test_history_on_demand(order: Ask, client: MuapiClient, clock: Any) -> None:
    """A single job may be listed late, while the others are listed at once."""
    slow = (await order("a fox [[unlisted=120]]")).json()["id"]
    fast = (await order("a hen")).json()["id"]
    assert [row.job for row in (await client.find_recent(0)).rows] == [fast]
    clock.seconds += 120
    assert [row.job for row in (await client.find_recent(0)).rows] == [fast, slow]


async def test_history_fails(client: MuapiClient, http: httpx.AsyncClient, order: Ask, simulator: Simulator) -> None:
    """The history may be down for so many readings, or for one that asks for it; orders are not struck by that."""
    simulator.arm("history-status", "500", times=2)
    assert (await order()).status_code == 200
    for _ in range(2):
        with pytest.raises(Transient):
            await client.find_recent(0)
    assert len((await client.find_recent(0)).rows) == 1
    assert (await http.get("history", headers={"X-Simulate": "history-status"})).status_code == 503
    assert (await http.get("history", headers={"X-Simulate": "nonsense"})).status_code == 400


async def test_more_than_a_page(order: Ask, client: MuapiClient) -> None:
    """A history of many pages is read to its end."""
    jobs = [(await order(simulate="at-once")).json()["id"] for _ in range(130)]
    history = await client.find_recent(0)
    assert history.complete
    assert [row.job for row in history.rows] == jobs[::-1]


def film(path: Path, seconds: float) -> Path:
    """A real video of so many seconds."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 16
        for index in range(round(seconds * 10)):
            frame = av.VideoFrame(16, 16, "yuv420p")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


async def test_video_references(order: Ask, finish: Finish, http: httpx.AsyncClient, tmp_path: Path) -> None:
    """A video reference costs 30 % of the rate for each of its seconds, whole ones, in the estimate and in the bill."""
    own = (await finish(duration=10))["output"]
    file = {"file": ("walk.mp4", film(tmp_path / "walk.mp4", 2.5).read_bytes())}
    uploaded = (await http.post("upload_file", files=file)).json()["url"]
    broken = (await http.post("upload_file", files={"file": ("no.mp4", b"no film")})).json()["url"]

    async def price(*videos: object) -> str:
        body = BODY | {"video_files": list(videos)}
        estimate = (await http.post(f"models/{OMNI}/estimate-cost", json=body)).json()["cost"]
        charged = (await order(endpoint=OMNI, video_files=list(videos))).headers["X-MuAPI-Cost-USD"]
        assert float(charged) == estimate
        return charged

    assert await price(own) == "0.560000"
    assert await price(uploaded) == "0.392000"
    assert await price(own, uploaded) == "0.632000"
    assert await price("https://elsewhere.example/a.mp4") == await price(broken) == "0.440000"


async def test_references_that_are_none(http: httpx.AsyncClient) -> None:
    """Whatever is no list of addresses costs nothing, for it is refused."""
    for wrong in ("https://x.example/a.mp4", [3], ["http://[x/a.mp4"], ["https://x.example/a.mp4"] * 4):
        body = BODY | {"video_files": wrong}
        assert (await http.post(OMNI, json=body)).status_code == 400


async def test_pictures_cost_nothing(order: Ask) -> None:
    """Picture references are free."""
    answer = await order(endpoint=OMNI, images_list=["https://x.example/a.png"])
    assert answer.headers["X-MuAPI-Cost-USD"] == "0.320000"
