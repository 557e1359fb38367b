"""Counts and times what the provider is asked; each application has a registry of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.core.errors import ProviderError
from bot.core.money import Money
from bot.core.ports import Accepted, Balance, Downloaded, History, JobStatus, Order, Provider

#: Seconds; a question takes a tenth of one, an order up to a minute, a download minutes.
BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Meters:
    """What is counted while it happens."""

    def __init__(self) -> None:
        """Everything is zero."""
        self.registry = CollectorRegistry()
        self._calls = Counter("dailies_provider_calls", "Calls to the provider.", ["method"], registry=self.registry)
        self._errors = Counter(
            "dailies_provider_errors",
            "Calls to the provider that ended in an error, by its kind.",
            ["method", "kind"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "dailies_provider_seconds",
            "How long calls to the provider took.",
            ["method"],
            buckets=BUCKETS_S,
            registry=self.registry,
        )

    @contextmanager
    def measured(self, method: str) -> Iterator[None]:
        """Count a call and how it ends."""
        self._calls.labels(method).inc()
        try:
            with self._seconds.labels(method).time():
                yield
        except ProviderError as error:
            self._errors.labels(method, type(error).__name__).inc()
            raise
        except Exception:
            self._errors.labels(method, "Other").inc()
            raise


class MeteredProvider:
    """A provider that is measured; it does what the one inside does."""

    def __init__(self, inner: Provider, meters: Meters) -> None:
        """Measure ``inner``."""
        self._inner = inner
        self._meters = meters

    async def estimate(self, order: Order) -> Money | None:
        """See ``Provider``."""
        with self._meters.measured("estimate"):
            return await self._inner.estimate(order)

    async def submit(self, order: Order) -> Accepted:
        """See ``Provider``."""
        with self._meters.measured("submit"):
            return await self._inner.submit(order)

    async def poll(self, job: str) -> JobStatus:
        """See ``Provider``."""
        with self._meters.measured("poll"):
            return await self._inner.poll(job)

    async def find_recent(self, since: int) -> History:
        """See ``Provider``."""
        with self._meters.measured("find_recent"):
            return await self._inner.find_recent(since)

    async def upload(self, picture: Path, media_type: str) -> str:
        """See ``Provider``."""
        with self._meters.measured("upload"):
            return await self._inner.upload(picture, media_type)

    async def balance(self) -> Balance:
        """See ``Provider``."""
        with self._meters.measured("balance"):
            return await self._inner.balance()

    async def download(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        """See ``Provider``."""
        with self._meters.measured("download"):
            return await self._inner.download(url, into, limit_bytes=limit_bytes, timeout_s=timeout_s)

    async def close(self) -> None:
        """See ``Provider``."""
        await self._inner.close()
