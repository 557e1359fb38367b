"""``/webhooks/muapi/<attempt>/<signature>``: the provider's calls, of which no word is believed."""

from __future__ import annotations

import logging

from aiohttp import web

from adapters.muapi.answers import job_id, parsed
from bot.core.errors import StoreError
from bot.jobs.callbacks import PATH, Callbacks
from bot.jobs.worker.webhook import Heard, Webhook

log = logging.getLogger(__name__)

#: Calls that are looked after at once; the next ones come again.
AT_ONCE = 32
AGAIN_S = "10"


class WebhookDesk:
    """Takes calls to addresses that we have made; all others hear that nothing is here."""

    def __init__(self, callbacks: Callbacks, webhook: Webhook) -> None:
        """``webhook`` looks after what is hinted at."""
        self._callbacks = callbacks
        self._webhook = webhook
        self._at_work = 0

    def routes(self) -> list[web.RouteDef]:
        """The path."""
        return [web.post(f"{PATH}/{{attempt}}/{{signature}}", self.call)]

    async def call(self, request: web.Request) -> web.Response:
        """204 for what was noted, 404 for what is not ours, 400 and 413 for what is no result, 503 for "later"."""
        attempt = request.match_info["attempt"]
        if not self._callbacks.is_ours(attempt, request.match_info["signature"]):
            raise web.HTTPNotFound
        document = parsed(await request.read())  # larger than the server takes: 413
        if not isinstance(document, dict):
            raise web.HTTPBadRequest
        if self._at_work >= AT_ONCE:
            return _later()
        self._at_work += 1
        try:
            return _answer(await self._webhook.hear(attempt, job_id(document)))
        except StoreError:
            log.exception("a webhook's call could not be looked after")
            return _later()
        finally:
            self._at_work -= 1


def _answer(heard: Heard) -> web.Response:
    match heard:
        case Heard.STRANGER:
            raise web.HTTPNotFound
        case Heard.NOTED:
            return web.Response(status=204)
        case Heard.AGAIN:
            return _later()


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": AGAIN_S})
