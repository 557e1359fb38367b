"""An office that is served over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.http.meters import Meters
from adapters.http.server import HttpServer
from adapters.http.watch import WatchDesk
from adapters.http.webhooks import WebhookDesk
from bot.core.transacting import Tally
from bot.jobs.callbacks import Callbacks
from bot.jobs.engine import Health
from bot.jobs.worker.webhook import Webhook
from tests.jobs.conftest import HandEngine, Office, make_office
from tests.jobs.worker.conftest import rebuilt

CALLS = Callbacks(public_url="http://127.0.0.1:1", secret=b"s" * 32)


class WellEngine(HandEngine):
    """An engine that says of itself what the test wants."""

    said = Health(running=1, waiting=2, late_ms=40, overdue_ms=0, serving=True)

    def health(self) -> Health:
        return self.said


@dataclass(slots=True, kw_only=True)
class Served:
    """The office and the way to it."""

    office: Office
    engine: WellEngine
    meters: Meters
    tally: Tally
    #: Why Slack is not heard.
    slack: list[str]
    http: httpx.AsyncClient

    async def call(self, attempt: str, content: bytes, *, signature: str | None = None) -> httpx.Response:
        """Call an attempt's webhook as the provider does."""
        signed = CALLS.address(attempt).rsplit("/", 1)[1] if signature is None else signature
        return await self.http.post(f"/webhooks/muapi/{attempt}/{signed}", content=content)


@asynccontextmanager
async def served(office: Office, home: Path, **kit: Any) -> AsyncIterator[Served]:
    engine, meters, tally = WellEngine(), Meters(), Tally(transactions=7, failures=2)
    office = rebuilt(office, callbacks=CALLS, **kit)
    watched = replace(office.kit, engine=engine)
    slack = [""]
    heard = {"slack": lambda: slack[0]}
    routes = WatchDesk(watched, home=home, meters=meters, tally=tally, heard=heard).routes()
    routes += WebhookDesk(CALLS, Webhook(office.kit)).routes()
    async with HttpServer("127.0.0.1", 0, routes) as server:
        base = f"http://127.0.0.1:{server.port}"
        async with httpx.AsyncClient(base_url=base, trust_env=False, verify=False) as http:
            yield Served(office=office, engine=engine, meters=meters, tally=tally, slack=slack, http=http)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path)


@pytest.fixture
async def here(office: Office, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(office, tmp_path) as started:
        yield started
