"""``/healthz``, ``/readyz`` and ``/metrics``: for whoever watches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from adapters.http.figures import Snapshot
from adapters.http.meters import Meters
from bot.core.errors import StoreError
from bot.core.transacting import Tally
from bot.jobs.figures import read_figures
from bot.jobs.kit import Kit
from bot.jobs.readiness import Check, readiness

#: An answer is given to everybody who asks within so long; a row is written for each new one.
KEPT_S = 1.0
#: Figures that take longer are not waited for; what is read meanwhile is read to its end.
FIGURES_S = 20.0


class WatchDesk:
    """Says how the application is."""

    def __init__(
        self, kit: Kit, *, home: Path, meters: Meters, tally: Tally, heard: Mapping[str, Callable[[], str]]
    ) -> None:
        """``home`` is where clips are downloaded to, ``tally`` what the store has done.

        ``heard`` says by the name of each chat why it is not heard right now; an empty text: it is.
        """
        self._kit = kit
        self._heard = dict(heard)
        self._home = home
        self._meters = meters
        self._tally = tally
        self._turn = asyncio.Lock()
        self._known: tuple[float, list[Check]] | None = None

    def routes(self) -> list[web.RouteDef]:
        """The paths."""
        return [
            web.get("/healthz", self.health),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def health(self, request: web.Request) -> web.Response:
        """200 while the loop answers and the engine runs; else a restart is what helps."""
        del request
        lives = self._kit.engine.health().serving
        return web.Response(status=200 if lives else 503, text="ok\n" if lives else "the engine does not run\n")

    async def ready(self, request: web.Request) -> web.Response:
        """200 when every check is well, else 503; the body names each."""
        del request
        checks = [*await self._checks(), *(Check(name=name, wrong=why()) for name, why in self._heard.items())]
        well = not any(check.wrong for check in checks)
        body = {"ready": well, "checks": {check.name: check.wrong or "ok" for check in checks}}
        return web.json_response(body, status=200 if well else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """What has been counted, and what the rows say now."""
        del request
        try:
            async with asyncio.timeout(FIGURES_S), self._turn:
                figures = await read_figures(self._kit.store)
        except (StoreError, TimeoutError):
            return web.Response(status=503, text="the rows cannot be read\n")
        snapshot = Snapshot(figures, self._kit.engine.health(), self._tally, version=version("dailies"))
        body = generate_latest(self._meters.registry) + snapshot.text()
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def _checks(self) -> list[Check]:
        async with self._turn:
            now = self._kit.clock.monotonic()
            if self._known is None or now - self._known[0] > KEPT_S:
                self._known = (now, await readiness(self._kit, self._home))
            return self._known[1]
