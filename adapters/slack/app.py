"""Slack's events and who hears them: the map of everything that the app listens to."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import payloads
from adapters.slack.actions import Actions
from adapters.slack.arrivals import Arrivals
from adapters.slack.commands import Commands
from adapters.slack.deliveries import Deliveries
from adapters.slack.desk import Desk
from adapters.slack.mentions import Mentions
from adapters.slack.payloads import Payload, Shapeless
from adapters.slack.reactions import NotWritten, Reactions
from adapters.slack.shortcuts import Shortcuts
from bot.core.errors import ChatClosed, ChatError, StoreError
from bot.core.sentences import answers, talk

log = logging.getLogger(__name__)
#: Whatever it is called; all of it is in the manifest, or was once.
ANY = re.compile(".*", re.DOTALL)
#: They say that the bot's token is worth nothing any more.
FAREWELLS = frozenset({"app_uninstalled", "tokens_revoked"})
Heard = Callable[[Payload], Awaitable[None]]
#: The app was taken out of a workspace, by its id.
Gone = Callable[[str], None]


def make_app(desk: Desk, *, signing_secret: str = "", api_url: str, gone: Gone) -> AsyncApp:
    """The app with its listeners; nothing is asked of Slack before the first event.

    ``api_url`` is SLACK_API_URL. Without a signing secret it can only be served over a socket.
    """
    quiet = logging.getLogger(f"{__name__}.bolt")
    quiet.setLevel(logging.ERROR)
    app = AsyncApp(
        name="dailies",
        logger=quiet,
        client=AsyncWebClient(base_url=api_url),
        authorize=_authorize(desk),
        signing_secret=signing_secret,
        process_before_response=True,
    )
    app.error(_failed)
    app.middleware(_Ours(desk))
    _hear_people(app, desk)
    _hear_events(app, desk, gone)
    return app


def _authorize(desk: Desk) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Who the bot is where the event comes from; when Slack does not say, the event is to come again."""

    async def authorize(context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        del context
        try:
            found = await desk.teams.installed(team_id or "")
        except ChatClosed:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_user_id=found.bot_user, bot_id=found.bot
        )

    return authorize


class _Ours(AsyncMiddleware):
    """Lets through what can be read, of workspaces for which there is a token: two workspaces never mix.

    It is no plain function, because bolt trusts what it looks into for the arguments of one.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._strangers = set[str]()

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - so bolt calls it
    ) -> BoltResponse:
        del resp
        body, ack = req.body, req.context.ack
        if not payloads.is_whole(body):
            log.warning("something that cannot be read was left alone: %s", payloads.text(body, "type") or "no type")
            return await ack()
        try:
            self._desk.client_of(payloads.team_of(body))
        except ChatClosed:
            self._note(payloads.team_of(body) or "nobody")
            return await ack(_aside(answers.place_not_added()) if "command" in body else "")
        return await next()

    def _note(self, team: str) -> None:
        if team not in self._strangers:
            self._strangers.add(team)
            log.warning("events of the workspace %s are not carried out: there is no token of it", team)


def _aside(sentence: str) -> dict[str, str]:
    """What only the person who typed it sees."""
    return {"response_type": "ephemeral", "text": sentence}


def _hear_people(app: AsyncApp, desk: Desk) -> None:
    """What somebody waits for an answer to."""
    commands, actions, shortcuts = Commands(desk), Actions(desk), Shortcuts(desk)

    @app.command(ANY)
    async def command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _shaped(ack, commands.typed(ack, body), speaks=True)

    @app.action(ANY)
    async def action(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _shaped(ack, actions.pressed(ack, body))

    @app.view(ANY)
    async def view(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _shaped(ack, actions.submitted(ack, body))

    @app.message_shortcut(ANY)
    async def shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _shaped(ack, shortcuts.chosen(ack, body))


def _hear_events(app: AsyncApp, desk: Desk, gone: Gone) -> None:
    """What happens; an event that was not written is not acknowledged, so that it comes again."""
    mentions, arrivals, reactions, deliveries = Mentions(desk), Arrivals(desk), Reactions(desk), Deliveries()

    async def once(body: Payload, heard: Heard) -> None:
        try:
            await deliveries.once(payloads.needed(body, "event_id"), lambda: heard(body))
        except Shapeless:
            log.warning("an event that cannot be read was left alone: %s", payloads.text(body, "event", "type"))

    def heard_by(name: str, heard: Heard) -> None:
        async def listener(body: dict[str, Any]) -> None:
            await once(body, heard)

        app.event(name)(listener)

    async def said_farewell(body: Payload) -> None:
        revoked = payloads.read(body, "event", "tokens")
        # Of people's own tokens the same is said; they are none of ours.
        if revoked is None or payloads.read(revoked, "bot"):
            gone(payloads.team_of(body))

    @app.event(re.compile("reaction_(added|removed)"))
    async def reacted(body: dict[str, Any], req: AsyncBoltRequest) -> None:
        added, delivery = payloads.text(body, "event", "type") == "reaction_added", _delivery(req)
        await once(body, lambda each: reactions.reacted(each, added=added, delivery=delivery))

    heard_by("app_mention", mentions.mentioned)
    heard_by("message", mentions.written)
    heard_by("app_home_opened", arrivals.home_opened)
    heard_by("member_joined_channel", arrivals.joined)
    for farewell in FAREWELLS:
        heard_by(farewell, said_farewell)
    app.event(ANY)(_nothing)


async def _nothing() -> None:
    """Whatever else the app was once subscribed to."""


def _delivery(req: AsyncBoltRequest) -> int:
    """How often Slack has sent this before."""
    said = "".join(req.headers.get("x-slack-retry-num", ["0"]))
    return int(said) if said.isdecimal() else 0


async def _shaped(ack: AsyncAck, heard: Awaitable[None], *, speaks: bool = False) -> None:
    """A payload that cannot be read is answered where that can be done, and acknowledged in any case."""
    try:
        await heard
    except Shapeless:
        await ack(_aside(talk.not_understood()) if speaks else "")


async def _failed(error: Exception) -> None:
    """Whatever comes to here is not acknowledged."""
    if isinstance(error, NotWritten | StoreError | ChatError):
        log.warning("an event was not carried out, and is to come again: %s", error)
    else:
        log.error("a defect: an event was not carried out", exc_info=error)
