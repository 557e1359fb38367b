"""What ``dailies run`` serves over HTTP, put together: the composition root of ``adapters.http``."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from adapters.http.server import HttpServer
from adapters.http.watch import WatchDesk
from adapters.http.webhooks import WebhookDesk
from bot.app import App
from bot.jobs.worker.webhook import Webhook
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)
NOT_SERVED = (
    "DAILIES_PUBLIC_URL: the provider is to call it, but nothing listens; set DAILIES_HTTP too, such as 127.0.0.1:8080",
)


def require_servable(settings: Settings) -> None:
    """Refuse a public address behind which nothing listens.

    Raises:
        SettingsError
    """
    if settings.public_url is not None and settings.http is None:
        raise SettingsError(NOT_SERVED)


@contextlib.asynccontextmanager
async def serving(settings: Settings, app: App) -> AsyncIterator[None]:
    """Listen meanwhile, where ``DAILIES_HTTP`` says so.

    Raises:
        SettingsError: nothing can listen there.
    """
    if settings.http is None:
        yield
        return
    server = HttpServer(settings.http.host, settings.http.port, _routes(settings, app))
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(server)
        except OSError as error:
            msg = f"DAILIES_HTTP: nothing can listen on {settings.http}: {error.strerror or error}"
            raise SettingsError((msg,)) from error
        log.info("health, readiness and metrics are served on http://%s", settings.http)
        yield


def _routes(settings: Settings, app: App) -> list[web.RouteDef]:
    kit = app.kit
    routes = WatchDesk(kit, home=settings.home, meters=app.meters, tally=app.rows.tally).routes()
    if kit.callbacks is not None:
        routes += WebhookDesk(kit.callbacks, Webhook(kit)).routes()
    return routes
