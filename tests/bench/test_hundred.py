"""A hundred single drafts by ten makers at ten slots, beside a plain pool of ten threads that submits and polls."""

from __future__ import annotations

import asyncio
import heapq
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.muapi.catalogue import load_catalogue
from adapters.muapi.client import MuapiClient
from adapters.muapi.simulator.plan import DEFAULT_KEY
from bot import app as app_module
from bot.app import open_app
from bot.core.clock import SystemClock
from bot.core.commands import Actor, Draft, Place
from bot.core.fakes.chat import FakeChat
from bot.core.lifecycle import State
from bot.core.ports import Posted
from bot.core.rows import Take
from bot.jobs.durations import POLL_GAP_S
from bot.settings import Settings
from tests.bench.simulated import PLENTY, Made, simulated
from tests.jobs.conftest import AgreeableMedia

ROUNDS = 5
#: Real seconds in a second of the provider's.
SCALE = 0.2
DRAFTS, MAKERS, SLOTS = 100, 10, 10
POOL_POLLS_EVERY_S = 6.0
#: Real seconds; a round that has not ended by then is broken.
LONGEST_S = 240.0
PROMPT = "a fox in snow"
#: What the product orders for it.
ORDER = (
    load_catalogue()
    .model("mini")
    .order(
        "text",
        prompt=PROMPT,
        ratio="16:9",
        resolution="480p",
        seconds=5,
        audio=True,
        high_bitrate=False,
        picture_urls=(),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a round came to; spans in provider seconds."""

    total: float
    #: What ten slots need at least for the latencies that were drawn.
    least: float
    calls: Counter[str]
    #: From the end of a job to its clip in the channel, or on the disk.
    lags: list[float]

    @property
    def allowed(self) -> float:
        """Five percent, and half a gap between polls in each wave."""
        return self.least * 1.05 + DRAFTS / SLOTS * statistics.mean(POLL_GAP_S) / 2

    @classmethod
    def of(cls, jobs: Sequence[Made], posted: dict[str, float], begun: float, calls: Counter[str]) -> Outcome:
        """From the jobs, when the clip of each was there, and when all began."""
        assert len(posted) == len(jobs) == DRAFTS
        return cls(
            total=(max(posted.values()) - begun) / SCALE,
            least=_least([job.ends_at - job.created_at for job in jobs]) / SCALE,
            calls=calls,
            lags=sorted((posted[job.id] - job.ends_at) / SCALE for job in jobs),
        )


def _least(latencies: Sequence[float]) -> float:
    """The time of the jobs in their order on ten slots, each begun the moment one is free."""
    free = [0.0] * SLOTS
    for latency in latencies:
        heapq.heapreplace(free, free[0] + latency)
    return max(free)


class Counted(MuapiClient):
    """The product's client, with its calls counted."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.calls: Counter[str] = Counter()

    async def submit(self, order: Any) -> Any:
        self.calls["submit"] += 1
        return await super().submit(order)

    async def poll(self, job: str) -> Any:
        self.calls["poll"] += 1
        return await super().poll(job)

    async def balance(self) -> Any:
        self.calls["balance"] += 1
        return await super().balance()


class Watched(FakeChat):
    """A chat that remembers when each clip came."""

    def __init__(self) -> None:
        super().__init__("local")
        self.came: dict[str, float] = {}

    async def post_clip(self, *args: Any, name: str, **options: Any) -> Posted:
        posted = await super().post_clip(*args, name=name, **options)
        self.came[name.removesuffix(".mp4")] = SystemClock().monotonic()
        return posted


async def product(home: Path, *, seed: int) -> Outcome:
    """The manager, the worker, the engine and SQLite, from the first command to the last clip."""
    settings = replace(
        Settings(home=home, provider_scale=SCALE, slots=SLOTS, owners=("dana",)),
        channel_cap=PLENTY,
        workspace_cap=PLENTY,
    )
    chat = Watched()
    async with simulated(scale=SCALE, seed=seed) as provider:
        client = Counted(key=DEFAULT_KEY, clock=SystemClock(), base_url=provider.url)
        async with open_app(settings, chats=[chat], provider=client) as app:
            stop = asyncio.Event()
            running = asyncio.create_task(app.run(stop))
            begun = SystemClock().monotonic()
            for number in range(DRAFTS):
                maker = f"maker{number % MAKERS}"
                command = Draft(
                    actor=Actor(id=maker, name=maker),
                    place=Place(workspace="local", channel="local:launch", name="launch"),
                    event=f"event{number}",
                    prompt=PROMPT,
                )
                await app.manager.handle(command)
            async with asyncio.timeout(LONGEST_S):
                while len(chat.came) < DRAFTS:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            stop.set()
            await running
            takes = await app.kit.store.transact(lambda tx: tx.rows(Take, state=State.DELIVERED))
    posted = {take.job or "": chat.came[take.id] for take in takes}
    return Outcome.of(provider.jobs, posted, begun, client.calls)


async def pool(folder: Path, *, seed: int) -> Outcome:
    """Ten threads, each of which submits, asks every six seconds and downloads."""
    folder.mkdir()
    calls: Counter[str] = Counter()
    posted: dict[str, float] = {}
    async with simulated(scale=SCALE, seed=seed) as provider:

        def one(client: httpx.Client, number: int) -> None:
            answer = client.post(f"{provider.url}/{ORDER.endpoint}", json=dict(ORDER.payload)).raise_for_status().json()
            job = str(answer.get("id") or answer["request_id"])
            calls["submit"] += 1
            while True:
                time.sleep(POOL_POLLS_EVERY_S * SCALE)
                status = client.get(f"{provider.url}/predictions/{job}/result").raise_for_status().json()
                calls["poll"] += 1
                if status["status"] in {"succeeded", "completed"}:
                    break
            with client.stream("GET", status["output"]) as clip, (folder / f"{number}.mp4").open("wb") as file:
                for chunk in clip.iter_bytes():
                    file.write(chunk)
            posted[job] = SystemClock().monotonic()

        def all_of_them() -> None:
            headers = {"Authorization": f"Bearer {DEFAULT_KEY}"}
            with httpx.Client(headers=headers, timeout=60) as client, ThreadPoolExecutor(SLOTS) as threads:
                list(threads.map(lambda number: one(client, number), range(DRAFTS)))

        begun = SystemClock().monotonic()
        await asyncio.to_thread(all_of_them)
    return Outcome.of(provider.jobs, posted, begun, calls)


async def test_a_hundred_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Total time, calls to the provider, and from done to posted.

    No clip is checked: that takes real time, which is not scaled, and the pool checks none either.
    """
    monkeypatch.setattr(app_module, "Media", AgreeableMedia)
    rounds = [
        (await product(tmp_path / f"home{seed}", seed=seed), await pool(tmp_path / f"pool{seed}", seed=seed))
        for seed in range(ROUNDS)
    ]
    for name, each in (("product", [ours for ours, _ in rounds]), ("pool", [theirs for _, theirs in rounds])):
        print(f"\n{name}: {_line(each)}")
    ours, theirs = zip(*rounds, strict=True)
    print(
        f"ratios, product to pool: total {_median(o.total / t.total for o, t in rounds):.2f}, "
        f"calls {_median(o.calls.total() / t.calls.total() for o, t in rounds):.2f}, "
        f"done to posted {_median(_median(o.lags) / _median(t.lags) for o, t in rounds):.2f}"
    )
    assert len(ours) == len(theirs) == ROUNDS


def _line(rounds: Sequence[Outcome]) -> str:
    calls = ", ".join(f"{name} {_median(each.calls[name] for each in rounds):.0f}" for name in rounds[0].calls)
    return (
        f"{_median(each.total for each in rounds):.0f} provider seconds, "
        f"least {_median(each.least for each in rounds):.0f}, allowed {_median(each.allowed for each in rounds):.0f}; "
        f"{_median(each.calls.total() for each in rounds):.0f} calls ({calls}); "
        f"done to posted {_median(_median(each.lags) for each in rounds):.1f} s median, "
        f"{_median(each.lags[len(each.lags) * 95 // 100] for each in rounds):.1f} s at 95 %"
    )


def _median(values: Any) -> float:
    return float(statistics.median(values))
