"""The provider: where jobs are ordered, asked after, and fetched from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

from bot.core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One job to order: the endpoint and the body, exactly as they are sent and kept with the attempt."""

    endpoint: str
    payload: Mapping[str, object]
    #: Where the provider may call when the job has ended: no part of the body, and of no order's identity.
    webhook: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What the provider says that a job costs."""

    #: Charged so far; zero is an amount too, ``None`` means that the provider did not say.
    amount: Money | None = None
    #: The provider says that it gave the money back.
    refunded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took the order."""

    #: ``None`` only when the output came at once without an id.
    job: str | None
    #: The clip's URL, when the output came with the answer.
    output_url: str | None = None
    charge: Charge = field(default_factory=Charge)


class Job(Enum):
    """What a job is doing, as far as the provider says; anything not listed there is still running."""

    #: Queued, processing, or a status that we do not know.
    RUNNING = "running"
    #: Finished, with a URL unless the provider forgot it.
    DONE = "done"
    #: Failed, by an error or by moderation.
    FAILED = "failed"
    #: Cancelled by the provider.
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """The answer to a poll."""

    job: Job
    #: The provider's own word, lower-cased.
    said: str
    #: Set when done; a done job without it is a failure of its own.
    output_url: str | None = None
    #: The provider's error text, shortened, without mentions.
    error: str | None = None
    #: The error speaks of moderation.
    moderated: bool = False
    charge: Charge = field(default_factory=Charge)
    #: The answer as it came, at most 4,000 characters, kept where it explains a failure.
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One prediction in the key's history."""

    job: str
    #: ``None`` where the provider does not say.
    endpoint: str | None
    #: The body of the order where the provider gives it back, else ``None``.
    payload: Mapping[str, object] | None
    #: UTC milliseconds; ``None`` where the provider does not say.
    created_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The newest predictions of a key, newest first."""

    rows: tuple[HistoryRow, ...]
    #: The listing reached back to the time that was asked for; only a complete reading proves an absence.
    complete: bool
    #: The provider's own time of the reading, UTC milliseconds, where it says.
    as_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the key's wallet holds."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """Bytes that arrived whole on the disk, synced."""

    size: int
    sha256: str


class Provider(Protocol):
    """One key at one provider. Every method may be cancelled; only ``submit`` spends money."""

    async def estimate(self, order: Order) -> Money | None:
        """What the order would cost, by the provider's own word; ``None`` when it does not say.

        Raises:
            Transient, KeyRefused
        """
        ...

    async def submit(self, order: Order) -> Accepted:
        """Send the order once, on a connection of its own; never repeats by itself.

        Raises:
            OrderRefused, NotSent, ServerFault, OutcomeUnknown
        """
        ...

    async def poll(self, job: str) -> JobStatus:
        """Ask after a job.

        Raises:
            Transient: network errors, 5xx, 429; says nothing about the job.
            KeyRefused: 401, 403.
            Gone: 404.
        """
        ...

    async def find_recent(self, since: int) -> History:
        """The key's predictions created at or after ``since`` (UTC milliseconds), as far as they can be read.

        Raises:
            Transient, KeyRefused
        """
        ...

    async def upload(self, picture: Path, media_type: str) -> str:
        """Hand a reference picture over (10 MB at most); the URL that an order can name.

        Raises:
            OrderRefused, Transient, KeyRefused
        """
        ...

    async def balance(self) -> Balance:
        """The wallet.

        Raises:
            Transient, KeyRefused
        """
        ...

    async def download(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        """Stream a clip to ``into``, by way of a ``.part`` file beside it; resumes where the server allows.

        Raises:
            Transient: try again.
            Gone: the URL has expired or never was.
            ClipDamaged: larger than ``limit_bytes``, or not an address that may be fetched.
            ArchiveError: the disk is full or read-only.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
