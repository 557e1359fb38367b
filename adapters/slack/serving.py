"""Serves the app until it is to stop: over a socket, or over signed HTTP where something listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from time import time

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import hearing
from adapters.slack.client import code_of
from bot.core.ports import Clock

log = logging.getLogger(__name__)
EVENTS_PATH = "/slack/events"
#: Seconds between looks at the connection.
PING_S = 10.0
#: Slack's words for an app token that will not do any more.
REFUSED = frozenset(
    {"account_inactive", "app_uninstalled", "invalid_auth", "not_allowed_token_type", "not_authed"}
    | {"missing_scope", "token_expired", "token_revoked", "forbidden_team"}
)


@dataclass(slots=True, kw_only=True)
class Line(hearing.Line):
    """How Slack is heard at this moment; readiness looks at it."""

    trouble: str = "Slack is not connected yet"

    def gone(self, team: str) -> None:
        """The app was taken out of a workspace."""
        self.give_up(
            f"Slack says that the app was taken out of the workspace {team or '(not named)'}: install it there again, "
            "set SLACK_BOT_TOKEN to its new token, and start anew. What is under way goes on and is kept."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is needed to hear Slack."""

    app: AsyncApp
    clock: Clock
    line: Line
    #: SLACK_APP_TOKEN; nothing: HTTP.
    app_token: str = ""
    #: SLACK_API_URL.
    api_url: str = "https://slack.com/api/"
    #: Where HTTP is served; its secret is the app's.
    host: str = "127.0.0.1"
    port: int | None = None
    #: After each connection: what was missed is looked up.
    connected: hearing.Deed = hearing.nothing
    #: Waits for the answers that are still to be given.
    finish: hearing.Deed = hearing.nothing
    ping_s: float = PING_S


class Unservable(Exception):
    """There is neither an app token nor an address for HTTP; the text says what to set."""


async def serve(serving: Serving, stop: asyncio.Event) -> None:
    """Hear Slack until ``stop``, then answer what is under way.

    A token that is refused for good ends the hearing, not the process: what is under way goes on until ``stop``.

    Raises:
        Unservable: the settings name no way.
        OSError: nothing can listen at the address.
    """
    if serving.app_token:
        await _over_socket(serving, stop)
    elif serving.port is not None:
        await _over_http(serving, stop)
    else:
        msg = (
            "SLACK_APP_TOKEN: missing; create an app-level token with connections:write, or set an address for HTTP "
            "and SLACK_SIGNING_SECRET"
        )
        raise Unservable(msg)


async def _over_socket(serving: Serving, stop: asyncio.Event) -> None:
    async with hearing.looked_up("Slack", serving.connected, serving.clock) as due:
        ear = _Ear(serving, due)
        listening = asyncio.create_task(ear.connect())
        try:
            await hearing.first_of(stop, serving.line.given_up)
        finally:
            await hearing.ended(listening)
            await ear.finish()
            await ear.close()  # type: ignore[no-untyped-call]  # the vendor's
    await stop.wait()


async def _over_http(serving: Serving, stop: asyncio.Event) -> None:
    runner = web.AppRunner(serving.app.web_app(path=EVENTS_PATH), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, serving.host, serving.port).start()
        log.info("Slack's events are heard on http://%s:%s%s", serving.host, serving.port, EVENTS_PATH)
        serving.line.open()
        async with hearing.looked_up("Slack", serving.connected, serving.clock) as due:
            due.set()
            await stop.wait()
    finally:
        await runner.cleanup()
        await hearing.within("Slack", serving.finish())


class _Ear(SocketModeClient):
    """The vendor's client, which would try a refused token for ever and log each failure with a traceback."""

    def __init__(self, serving: Serving, due: asyncio.Event) -> None:
        self._serving = serving
        self._due = due
        self._heard: set[asyncio.Task[None]] = set()
        self._told = self._deaf = False
        quiet = logging.getLogger(f"{__name__}.socket")
        quiet.setLevel(logging.CRITICAL)
        # With a session of its own a call would not be bound to any loop before it is made.
        client = AsyncWebClient(token=serving.app_token, base_url=serving.api_url, retry_handlers=[])
        super().__init__(serving.app_token, logger=quiet, web_client=client, ping_interval=serving.ping_s)
        self.socket_mode_request_listeners.append(self._hear)

    async def issue_new_wss_url(self) -> str:
        """Ask for an address until there is one; longer and longer pauses lie between the questions."""
        pause_s = hearing.PAUSE_S
        while True:
            try:
                said = await self.web_client.apps_connections_open(app_token=self.app_token)
                return str(said["url"])
            except SlackApiError as error:
                if code_of(error) in REFUSED:
                    self._give_up(code_of(error))
                    raise
                self._tell(code_of(error))
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                self._tell(type(error).__name__)
            await self._serving.clock.sleep(pause_s)
            pause_s = min(hearing.LONGEST_PAUSE_S, pause_s * 2)

    async def connect(self) -> None:
        """Connect, and have looked up what was missed."""
        while not self.closed and not await self._is_open():
            # An address serves once, and not for long; the vendor would try the same one for ever.
            self.wss_uri = None
            self._tell("no connection")
        if self.closed:
            return
        self._serving.line.open()
        log.info("Slack is heard again" if self._told else "Slack is heard")
        self._told = False
        self._due.set()

    async def _is_open(self) -> bool:
        """Whether the address leads to a connection within a few seconds; where there is none, one is asked for."""
        if self.wss_uri is None:
            self.wss_uri = await self.issue_new_wss_url()
        try:
            async with asyncio.timeout(self.ping_interval * 1.5):
                await super().connect()  # type: ignore[no-untyped-call]  # the vendor's
        except TimeoutError:
            return False
        return True

    async def finish(self) -> None:
        """Begin nothing more; wait for what was heard to be acknowledged, and for what is answered later."""
        self._deaf = True
        if self._heard:
            await asyncio.wait(self._heard, timeout=hearing.FINISH_S)
        await hearing.within("Slack", self._serving.finish())

    def _tell(self, why: str) -> None:
        """Say once that the connection is lost, not at each attempt."""
        if not self._told:
            log.warning("Slack cannot be heard (%s); it is tried again until it can", why or "no answer")
        self._told = True
        self._serving.line.trouble = "the connection to Slack is lost; it is tried again"

    def _give_up(self, why: str) -> None:
        self.closed = True
        self._serving.line.give_up(
            f"Slack does not accept SLACK_APP_TOKEN ({why}): create an app-level token with connections:write under "
            "Basic Information, set it, and start anew. What is under way goes on and is kept."
        )

    async def _hear(self, client: AsyncBaseSocketModeClient, heard: SocketModeRequest) -> None:
        if not self._deaf:
            await self._start(self._answer(client, heard))

    async def _answer(self, client: AsyncBaseSocketModeClient, heard: SocketModeRequest) -> None:
        started = time()
        said = await run_async_bolt_app(self._serving.app, heard)
        await send_async_response(client, heard, said, started)

    def _start(self, deed: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(_awaited(deed))
        self._heard.add(task)
        task.add_done_callback(self._heard.discard)
        return task


async def _awaited(deed: Awaitable[None]) -> None:
    await deed
