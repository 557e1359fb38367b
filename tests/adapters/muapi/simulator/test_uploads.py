"""Reference pictures handed over."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from PIL import Image

from adapters.muapi.simulator import Simulator
from bot.core.money import Money

MEGABYTE = 1024 * 1024
Finish = Callable[..., Awaitable[dict[str, Any]]]


async def test_upload_and_back(http: httpx.AsyncClient, simulator: Simulator) -> None:
    """A picture that was uploaded is served back at the address of the answer; the same one has the same address."""
    data = b"\x89PNG and so on"
    first = (await http.post("upload_file", files={"file": ("fox.PNG", data)})).json()["url"]
    second = (await http.post("upload_file", files={"file": ("other.png", data)})).json()["url"]
    assert first == second
    answer = await http.get(first)
    assert (answer.content, answer.headers["Content-Type"]) == (data, "image/png")
    assert simulator.report().uploads == 2


@pytest.mark.parametrize(
    ("name", "size", "status"),
    [
        ("fox.jpg", 10 * MEGABYTE, 200),
        ("fox.jpg", 10 * MEGABYTE + 1, 413),
        ("fox.mp4", 10 * MEGABYTE + 1, 200),
        ("fox.mp4", 50 * MEGABYTE + 1, 413),
        ("fox.mp4", 60 * MEGABYTE, 413),
        ("fox.exe", 10, 415),
        ("fox", 10, 415),
    ],
)
async def test_upload_limits(http: httpx.AsyncClient, simulator: Simulator, name: str, size: int, status: int) -> None:
    """Images may have 10 MB, videos 50 MB, other kinds are refused, and nothing is left of a refused file."""
    answer = await http.post("upload_file", files={"file": (name, bytes(size))})
    assert answer.status_code == status
    assert simulator.report().uploads == (status == 200)


async def test_no_file(http: httpx.AsyncClient) -> None:
    """An upload without the field "file", or that is no form at all, is a validation error."""
    assert (await http.post("upload_file", files={"picture": ("fox.png", b"x")})).status_code == 400
    assert (await http.post("upload_file", json={"file": "fox.png"})).status_code == 400


@pytest.mark.parametrize("options", [{"balance": Money.usd(0)}])
async def test_empty_wallet(http: httpx.AsyncClient) -> None:
    """Uploads are free, but not with an empty wallet."""
    assert (await http.post("upload_file", files={"file": ("fox.png", b"x")})).status_code == 402


async def test_upload_needs_the_key(http: httpx.AsyncClient) -> None:
    """An upload needs the key."""
    headers = {"Authorization": "", "x-api-key": ""}
    assert (await http.post("upload_file", files={"file": ("a.png", b"x")}, headers=headers)).status_code == 401


@pytest.mark.parametrize("field", ["image_url", "images_list"])
async def test_upload_becomes_the_clip(http: httpx.AsyncClient, finish: Finish, field: str) -> None:
    """A clip that starts from an uploaded picture shows it; one whose picture lies elsewhere does not fetch it."""
    red = io.BytesIO()
    Image.new("RGB", (64, 64), (255, 0, 0)).save(red, "PNG")
    url = (await http.post("upload_file", files={"file": ("red.png", red.getvalue())})).json()["url"]
    etags = []
    for address in (url, "https://pictures.example/files/uploads/fox.png"):
        value = address if field == "image_url" else [address]
        result = await finish(endpoint="seedance-2-mini-image-to-video", **{field: value})
        etags.append((await http.head(result["output"])).headers["ETag"])
    assert etags[0] != etags[1]
