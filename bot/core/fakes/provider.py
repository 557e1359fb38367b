"""A provider that answers what the test says, and is agreeable otherwise."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.core.errors import ClipDamaged
from bot.core.fakes.script import Script
from bot.core.money import Money
from bot.core.ports import Accepted, Balance, Charge, Downloaded, History, Job, JobStatus, Order

#: Where its clips and pictures seem to be; the domain belongs to nobody.
FILES = "https://files.invalid"


class FakeProvider:
    """The Provider port from a script; without one, each order becomes a job that is done at the first poll.

    ``script.add("poll", …)`` queues answers. Its own faults: none, ever; a job that is not scripted costs
    nothing, and the wallet stays as it is.
    """

    def __init__(self, *, clip: bytes = b"a clip", wallet: str = "100.00") -> None:
        """Every download is ``clip``; ``wallet`` is the balance in dollars."""
        self.script = Script()
        self.clip = clip
        self.wallet = Money.usd(wallet)
        #: The order behind each job that it made, by the job's id.
        self.orders: dict[str, Order] = {}
        self.closed = False

    async def estimate(self, order: Order) -> Money | None:
        """Does not say, unless told to."""
        return await self.script.answer("estimate", {"order": order}, lambda: None)

    async def submit(self, order: Order) -> Accepted:
        """Accepts, as ``job-1``, ``job-2`` and so on."""
        return await self.script.answer("submit", {"order": order}, lambda: self._accept(order))

    async def poll(self, job: str) -> JobStatus:
        """Done, with its clip's address."""
        return await self.script.answer("poll", {"job": job}, lambda: _done(job))

    async def find_recent(self, since: int) -> History:
        """Nothing, and nothing left out."""
        return await self.script.answer("find_recent", {"since": since}, lambda: History(rows=(), complete=True))

    async def upload(self, picture: Path, media_type: str) -> str:
        """An address with the picture's file name."""
        return await self.script.answer(
            "upload", {"picture": picture, "media_type": media_type}, lambda: f"{FILES}/{picture.name}"
        )

    async def balance(self) -> Balance:
        """The wallet."""
        return await self.script.answer("balance", {}, lambda: Balance(amount=self.wallet))

    async def download(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        """Writes the clip; scripted bytes are written in its place.

        Raises:
            ClipDamaged: larger than ``limit_bytes``.
        """
        arguments = {"url": url, "into": into, "limit_bytes": limit_bytes, "timeout_s": timeout_s}
        given: Downloaded | bytes = await self.script.answer(
            "download", arguments, lambda: _write(self.clip, into, limit_bytes)
        )
        return _write(given, into, limit_bytes) if isinstance(given, bytes) else given

    async def close(self) -> None:
        """Only noted."""
        self.closed = True

    def _accept(self, order: Order) -> Accepted:
        job = f"job-{len(self.orders) + 1}"
        self.orders[job] = order
        return Accepted(job=job, charge=Charge())


def _done(job: str) -> JobStatus:
    return JobStatus(job=Job.DONE, said="completed", output_url=f"{FILES}/{job}.mp4")


def _write(clip: bytes, into: Path, limit_bytes: int) -> Downloaded:
    if len(clip) > limit_bytes:
        msg = f"it is larger than {limit_bytes:,} bytes"
        raise ClipDamaged(msg)
    into.write_bytes(clip)
    return Downloaded(size=len(clip), sha256=hashlib.sha256(clip).hexdigest())
