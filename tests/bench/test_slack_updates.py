"""How soon results and undos are seen on Slack's cards with 200 takes running, within Slack's own limits."""

from __future__ import annotations

import asyncio
import hashlib
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import app as app_module
from bot.core.ports import Accepted, Downloaded, Job, JobStatus, Order
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import FakeMessage
from tests.bench.at_work import AtOnce
from tests.bench.test_slack import product
from tests.jobs.conftest import AgreeableMedia

RUNNING, CHANNELS = 200, 20
#: A take is done every so many seconds, for so long; every other one is approved, and its final undone.
DONE_EVERY_S, MEASURED_S = 4.0, 180.0
#: Until the first cards stand and every take has been polled once.
SETTLE_S = 20.0
LONGEST_S = 60.0
WINDOW_S = 60.0


@dataclass(slots=True)
class Seen:
    """Seconds until it was seen."""

    results: list[float] = field(default_factory=list)
    undos: list[float] = field(default_factory=list)


class OnCall(AtOnce):
    """A provider whose jobs are done when they are told to be; when each was first said to be is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.prompts: dict[str, str] = {}
        self.done: set[str] = set()
        self.told: dict[str, float] = {}

    async def submit(self, order: Order) -> Accepted:
        accepted = await super().submit(order)
        self.prompts[str(order.payload["prompt"])] = str(accepted.job)
        return accepted

    async def poll(self, job: str) -> JobStatus:
        if job not in self.done:
            return await super().poll(job)
        self.told.setdefault(job, time.monotonic())
        return JobStatus(job=Job.DONE, said="completed", output_url=f"https://files.invalid/{job}.mp4")

    async def download(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        content = url.encode() * 100
        into.write_bytes(content)
        return Downloaded(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def prompt_of(number: int) -> str:
    return f"a fox in snow, number {number}."


def card_of(slack: FakeSlack, number: int) -> FakeMessage:
    """The message that shows the order."""
    return next(
        message
        for message in slack.messages(f"C{number % CHANNELS}")
        if f"“{prompt_of(number)}”" in message.text and not message.files
    )


async def _result(slack: FakeSlack, provider: OnCall, number: int, seen: Seen) -> None:
    """Have it done: from the poll that says so until the card does. Of some, approve and undo the final."""
    job, card = provider.prompts[prompt_of(number)], card_of(slack, number)
    provider.done.add(job)
    await slack.until(lambda: " ready" in card.text, within_s=LONGEST_S)
    seen.results.append(time.monotonic() - provider.told[job])
    if number % 2:
        return
    await slack.react("U1", card, "white_check_mark")
    await slack.until(lambda: _has_undo(card), within_s=LONGEST_S)
    began = time.monotonic()
    await slack.press("U1", card, "Undo")
    await slack.until(lambda: not _has_undo(card), within_s=LONGEST_S)
    seen.undos.append(time.monotonic() - began)


def _has_undo(card: FakeMessage) -> bool:
    return "'Undo'" in str(card.blocks)


async def test_updates_with_200_takes_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results from the poll that brings them, undos from the press; with all the edits of cards that render."""
    monkeypatch.setattr(app_module, "Media", AgreeableMedia)
    provider, seen = OnCall(), Seen()
    results = int(MEASURED_S / DONE_EVERY_S)
    async with FakeSlack() as slack:
        slack.limits = True
        people = [slack.person(f"U{number}", f"maker{number}").id for number in range(CHANNELS)]
        for number in range(CHANNELS):
            slack.channel(f"C{number}", f"channel{number}", members=tuple(people))
        async with product(tmp_path / "home", slack, provider):
            await slack.until(lambda: slack.connections)
            for number in range(RUNNING + results):
                await slack.command(f"U{number % CHANNELS}", f"C{number % CHANNELS}", "/clip", prompt_of(number))
            await asyncio.sleep(SETTLE_S)
            began, making = slack.now(), []
            for number in range(results):
                making.append(asyncio.create_task(_result(slack, provider, number, seen)))
                await asyncio.sleep(DONE_EVERY_S)
            await asyncio.gather(*making)
            edits = [call for call in slack.calls("chat.update") if call.at >= began]
        refused = sum(call.error is not None for call in edits)
        print(
            f"\n{RUNNING} takes running: {_most([call.at for call in edits])} edits in a minute at most, {len(edits)} "
            f"in all, {refused} of them refused; results are seen after {_line(seen.results)}, undos after "
            f"{_line(seen.undos)}"
        )
        assert slack.complaints == []
    assert len(seen.results) == results


def _most(times: list[float]) -> int:
    """The most within any minute."""
    return max(sum(at <= each < at + WINDOW_S for each in times) for at in times)


def _line(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f} s in the median, {max(seconds):.1f} s at most ({len(seconds)})"
