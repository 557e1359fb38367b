from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bot.core.errors import ClipDamaged, OutcomeUnknown, Transient
from bot.core.fakes.provider import FakeProvider
from bot.core.fakes.script import After
from bot.core.money import Money
from bot.core.ports import Accepted, Balance, Downloaded, History, Job, JobStatus, Order, Provider

ORDER = Order(endpoint="seedance-2-mini-text-to-video", payload={"prompt": "a fox in snow"})
URL = "https://files.invalid/job-1.mp4"


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider(clip=b"a fox")


async def test_usual(provider: FakeProvider, tmp_path: Path) -> None:
    """Without a script an order becomes a job, which is done at once, and costs nothing."""
    port: Provider = provider
    assert await port.estimate(ORDER) is None
    assert await port.submit(ORDER) == Accepted(job="job-1")
    assert await port.submit(ORDER) == Accepted(job="job-2")
    assert await port.poll("job-1") == JobStatus(job=Job.DONE, said="completed", output_url=URL)
    assert await port.find_recent(0) == History(rows=(), complete=True)
    assert await port.upload(tmp_path / "fox.png", "image/png") == "https://files.invalid/fox.png"
    assert await port.balance() == Balance(amount=Money.usd(100))
    assert provider.orders == {"job-1": ORDER, "job-2": ORDER}
    await port.close()
    assert provider.closed


async def test_script(provider: FakeProvider) -> None:
    """Queued answers come in turn, errors are raised, ``None`` and the end of the queue stand for the usual."""
    running = JobStatus(job=Job.RUNNING, said="processing")
    provider.script.add("poll", running, Transient("down"), None, running)
    assert await provider.poll("job-1") == running
    with pytest.raises(Transient, match="down"):
        await provider.poll("job-1")
    assert [(await provider.poll("job-1")).job for _ in range(3)] == [Job.DONE, Job.RUNNING, Job.DONE]
    assert provider.script.called("poll") == [{"job": "job-1"}] * 5


async def test_always(provider: FakeProvider) -> None:
    """What is always answered is answered whenever nothing is queued."""
    provider.script.always("estimate", Money.usd("0.40"))
    provider.script.add("estimate", Money.usd("0.32"))
    assert [await provider.estimate(ORDER) for _ in range(3)] == [Money.usd(one) for one in ("0.32", "0.40", "0.40")]


async def test_functions(provider: FakeProvider) -> None:
    """A function of the call's arguments answers it, at once or when it is awaited."""

    async def later(order: Order) -> Accepted:
        return Accepted(job=f"later-{order.endpoint}")

    provider.script.add("submit", lambda order: Accepted(job=order.endpoint), later)
    assert (await provider.submit(ORDER)).job == ORDER.endpoint
    assert (await provider.submit(ORDER)).job == f"later-{ORDER.endpoint}"


async def test_lost_answer(provider: FakeProvider) -> None:
    """An answer can be lost after the job was made."""
    provider.script.add("submit", After(OutcomeUnknown("reset")), OutcomeUnknown("reset"))
    with pytest.raises(OutcomeUnknown):
        await provider.submit(ORDER)
    assert list(provider.orders) == ["job-1"]
    with pytest.raises(OutcomeUnknown):
        await provider.submit(ORDER)
    assert list(provider.orders) == ["job-1"]


@pytest.mark.parametrize(
    ("scripted", "content"),
    [(None, b"a fox"), (b"an owl", b"an owl")],
)
async def test_download(provider: FakeProvider, tmp_path: Path, scripted: bytes | None, content: bytes) -> None:
    """A download writes its bytes, or those of the script, and says their size and checksum."""
    provider.script.add("download", scripted)
    got = await provider.download(URL, tmp_path / "clip.mp4", limit_bytes=10, timeout_s=1)
    assert got == Downloaded(size=len(content), sha256=hashlib.sha256(content).hexdigest())
    assert (tmp_path / "clip.mp4").read_bytes() == content


async def test_download_as_told(provider: FakeProvider, tmp_path: Path) -> None:
    """A scripted outcome is given as it is, and nothing is written."""
    told = Downloaded(size=1, sha256="as told")
    provider.script.add("download", told)
    assert await provider.download(URL, tmp_path / "clip.mp4", limit_bytes=10, timeout_s=1) == told
    assert not (tmp_path / "clip.mp4").exists()


async def test_too_large(provider: FakeProvider, tmp_path: Path) -> None:
    """A download over its limit is refused, and nothing is written."""
    with pytest.raises(ClipDamaged, match="larger than 4 bytes"):
        await provider.download(URL, tmp_path / "clip.mp4", limit_bytes=4, timeout_s=1)
    assert not (tmp_path / "clip.mp4").exists()
