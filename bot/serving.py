"""What ``dailies run`` serves over HTTP, put together: the composition root of ``adapters.http``."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING

from bot.app import App
from bot.jobs.worker.webhook import Webhook
from bot.settings import Settings, SettingsError
from bot.settings.values import Listen

if TYPE_CHECKING:
    from adapters.http.server import HttpServer

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
async def serving(
    settings: Settings, app: App, *, heard: Mapping[str, Callable[[], str]] | None = None
) -> AsyncIterator[None]:
    """Listen meanwhile, where ``DAILIES_HTTP`` says so.

    ``heard`` says by the name of each chat why it is not heard right now; an empty text: it is.

    Raises:
        SettingsError: nothing can listen there.
    """
    if settings.http is None:
        yield
        return
    server = _server(settings.http, settings, app, heard or {})
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(server)
        except OSError as error:
            msg = f"DAILIES_HTTP: nothing can listen on {settings.http}: {error.strerror or error}"
            raise SettingsError((msg,)) from error
        log.info("health, readiness and metrics are served on http://%s", settings.http)
        yield


def _server(at: Listen, settings: Settings, app: App, heard: Mapping[str, Callable[[], str]]) -> HttpServer:
    """The server with its routes; it is imported only here, for it takes an eighth of the start."""
    from adapters.http.server import HttpServer  # noqa: PLC0415
    from adapters.http.watch import WatchDesk  # noqa: PLC0415
    from adapters.http.webhooks import WebhookDesk  # noqa: PLC0415

    kit = app.kit
    routes = WatchDesk(kit, home=settings.home, meters=app.meters, tally=app.rows.tally, heard=heard).routes()
    if kit.callbacks is not None:
        routes += WebhookDesk(kit.callbacks, Webhook(kit)).routes()
    return HttpServer(at.host, at.port, routes)
