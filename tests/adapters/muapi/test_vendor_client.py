"""The vendor's own command-line client, as it is installed, works with the simulator."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.muapi.simulator import Shape, Simulator
from bot.core.money import ZERO, Money
from bot.media.media import Media

MUAPI = Path(sys.executable).with_name("muapi")
MINI = "seedance-2-mini-text-to-video"
SHORT = ("-i", "duration=4", "-i", "resolution=480p")

pytestmark = pytest.mark.usefixtures("short_loops")


class Client:
    """Runs the client's commands, each in a process of its own; its home is a folder of the test's."""

    def __init__(self, simulator: Simulator, home: Path) -> None:
        self._home = home
        self._environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "MUAPI_BASE_URL": simulator.base_url,
            "MUAPI_API_KEY": simulator.plan.key,
            # Nobody is asked for the password of a key ring, and nobody's proxy is used.
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "NO_PROXY": "*",
            "NO_COLOR": "1",
            "COLUMNS": "400",
        }

    async def run(self, *words: str, **environ: str) -> tuple[int, str, str]:
        """The status and what was written, to the output and to the error stream."""
        process = await asyncio.create_subprocess_exec(
            MUAPI,
            *words,
            cwd=self._home,
            env=self._environ | environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    async def json(self, *words: str) -> Any:
        """What a command that succeeds answers."""
        status, out, err = await self.run(*words, "--output-json")
        assert status == 0, out + err
        return json.loads(out)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(shape=Shape.VENDOR, scale=0.001) as started:
        yield started


@pytest.fixture
def client(simulator: Simulator, tmp_path: Path) -> Client:
    return Client(simulator, tmp_path)


async def test_from_the_order_to_the_clip(client: Client, simulator: Simulator, tmp_path: Path) -> None:
    """Its order is polled to its end, and what it downloads is the clip that was ordered; one job is billed."""
    result = await client.json("run", MINI, "-p", "a fox in snow", *SHORT, "--download", str(tmp_path / "clips"))
    assert result["status"] == "completed"
    (clip,) = (tmp_path / "clips").iterdir()
    media = Media()
    facts = await media.check_clip(clip, seconds=4, width_over_height=(16, 9), audio=False)
    assert (facts.width, facts.height, facts.duration_ms) == (864, 496, 4000)
    (bill,) = simulator.bills()
    assert (bill.amount, dict(bill.payload)) == (
        Money.usd("0.32"),
        {"prompt": "a fox in snow", "duration": 4, "resolution": "480p"},
    )


@pytest.mark.long
async def test_step_by_step(client: Client, simulator: Simulator, tmp_path: Path) -> None:
    """Order without waiting, look, wait, download: the same job all along, and the wallet has paid for it once."""
    before = await client.json("account", "balance")
    ordered = await client.json("run", MINI, "-p", "a hen", *SHORT, "--no-wait")
    job = ordered["request_id"]
    assert ordered["cost"]["amount_usd"] == 0.32
    (looked, waited), after = await asyncio.gather(
        asyncio.gather(
            client.json("predict", "result", job),
            client.json("predict", "wait", job, "--download", str(tmp_path / "clips")),
        ),
        client.json("account", "balance"),
    )
    assert looked["id"] == waited["id"] == job
    assert [path.name for path in (tmp_path / "clips").iterdir()] == [f"{job}.mp4"]
    assert (before["balance"], after["balance"], after["currency"]) == (100.0, 99.68, "USD")
    assert [bill.job for bill in simulator.bills()] == [job]


async def test_its_own_words_for_models(client: Client, simulator: Simulator, tmp_path: Path) -> None:
    """A picture is uploaded and animated by the names that it has for the models that both know."""
    (tmp_path / "fox.png").write_bytes(b"a picture")
    url = (await client.json("upload", "file", "fox.png"))["url"]
    picture, film = await asyncio.gather(
        client.json("video", "from-image", "it walks", "-i", url, "-m", "seedance-2", "-D", "4", "--no-wait"),
        client.json("video", "generate", "a hen", "-m", "seedance-2-fast", "--no-wait"),
    )
    assert picture["status"] == film["status"] == "processing"
    bills = sorted(simulator.bills(), key=lambda bill: bill.amount.micros)
    assert [(bill.endpoint, bill.amount) for bill in bills] == [
        ("seedance-2-text-to-video-fast", Money.usd("0.75")),
        ("seedance-2-image-to-video", Money.usd("1.00")),
    ]
    assert bills[1].payload["images_list"] == [url]
    assert simulator.report().uploads == 1


@pytest.mark.long
async def test_the_account(client: Client, simulator: Simulator) -> None:
    """Keys, topping up, and the description of what a model takes."""
    keys, topped_up, (status, text, _) = await asyncio.gather(
        client.json("keys", "list"),
        client.json("account", "topup", "--amount", "10", "--no-open"),
        client.run("run", MINI, "-h"),
    )
    assert [key["name"] for key in keys] == ["practice"]
    assert topped_up["checkout_url"].startswith(simulator.origin)
    assert status == 0
    assert "high_bitrate" in text


async def test_troubles(client: Client, simulator: Simulator) -> None:
    """It tells a wrong key, an unknown model, an empty wallet and a wrong field apart by its own exit codes."""
    wrong_key, wrong_model, wrong_field = await asyncio.gather(
        client.run("account", "balance", MUAPI_API_KEY="nobody"),
        client.run("run", "no-such-model", "-p", "a fox"),
        client.run("run", MINI, "-p", "a fox", "-i", "duration=99"),
    )
    simulator.set_balance(ZERO)
    broke = await client.run("run", MINI, "-p", "a fox")
    assert [ended[0] for ended in (wrong_key, wrong_model, wrong_field, broke)] == [3, 5, 1, 6]
    assert "less than or equal to 15" in wrong_field[2]
    assert simulator.bills() == []
