"""The Web API over HTTP: reading a call, knowing who asks, and answering as Slack does."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.adapters.slack.fake import (
    chat,
    conversations,
    file_methods,
    installing,
    people,
    reactions,
    views,
)  # they enter their methods
from tests.adapters.slack.fake.calls import METHODS, Asked, need_scopes, structured
from tests.adapters.slack.fake.kit import Kit
from tests.adapters.slack.fake.trouble import rate_limited
from tests.adapters.slack.fake.values import Call, Json, SlackError, Team

SERVED = (chat, conversations, file_methods, installing, people, reactions, views)


@dataclass(slots=True)
class Api:
    """The address ``/api/<method>``."""

    kit: Kit
    nobody: Team = field(default_factory=lambda: Team(id="", domain="", bot_user="", bot_id="", bot_token=""))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, and remember it."""
        name = request.match_info["method"]
        args = await _arguments(request)
        token = _token(request, args)
        error: str | None = None
        answer: web.StreamResponse
        try:
            answer = web.json_response({"ok": True, **await self._serve(name, token, args, request)})
        except SlackError as refusal:
            error = refusal.error
            answer = _refused(refusal)
        team = self._team_of(token)
        if team is not None:
            answer.headers["x-oauth-scopes"] = ",".join(sorted(team.scopes))
        if team is not None:
            answer.headers["X-OAuth-Scopes"] = ",".join(sorted(team.scopes))
        self.kit.world.heard.append(
            Call(
                method=name,
                args=args,
                token=token,
                team=team.id if team else None,
                at=self.kit.world.now(),
                error=error,
            )
        )
        return answer

    async def _serve(self, name: str, token: str, args: Json, request: web.Request) -> Json:
        fault = self.kit.trouble.next(name)
        match fault.error if fault else None:
            case "ratelimited":
                assert fault is not None
                raise rate_limited(fault.retry_after_s)
            case "http_500":
                raise SlackError(error="internal_error", status=500)
            case "hang":
                assert fault is not None
                await asyncio.sleep(fault.retry_after_s)
            case "lost":
                await self._call(name, token, args)
                assert request.transport is not None
                request.transport.abort()
            case str(error):
                raise SlackError(error=error)
            case None:
                pass
        return await self._call(name, token, args) if fault is None or fault.error == "hang" else {}

    async def _call(self, name: str, token: str, args: Json) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError(error="unknown_method", req_method=name)
        team = self.nobody if method.token == "none" else self._allowed(token, app=method.token == "app")
        need_scopes(team, *method.scopes)
        self.kit.trouble.count(name, team.id, args)
        return await method.serve(Asked(kit=self.kit, team=team, args=structured(args)))

    def _allowed(self, token: str, *, app: bool) -> Team:
        if not token:
            raise SlackError(error="not_authed")
        if app:
            if token != self.kit.world.app_token:
                raise SlackError(error="not_allowed_token_type" if self._team_of(token) else "invalid_auth")
            return self.nobody
        if token == self.kit.world.app_token:
            raise SlackError(error="not_allowed_token_type")
        team = self._team_of(token)
        if team is None:
            raise SlackError(error="invalid_auth")
        if not team.installed:
            raise SlackError(error="token_revoked")
        return team

    def _team_of(self, token: str) -> Team | None:
        return next((team for team in self.kit.world.teams.values() if team.bot_token == token), None)


async def _arguments(request: web.Request) -> Json:
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        try:
            read = json.loads(body) if body else {}
        except ValueError:
            read = {}
        args |= {name: value for name, value in read.items() if value is not None}
    elif request.can_read_body:
        args |= dict(await request.post())
    return args


def _token(request: web.Request, args: Json) -> str:
    if request.headers.get("Authorization", "").startswith("Basic "):
        pair = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        args["client_id"], _, args["client_secret"] = pair.partition(":")
        return ""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return bearer or str(args.pop("token", ""))


def _refused(refusal: SlackError) -> web.Response:
    body: Json = {"ok": False, "error": refusal.error, **refusal.more}
    if refusal.said:
        body["response_metadata"] = {"messages": list(refusal.said)}
    headers = {}
    if refusal.retry_after_s is not None:
        headers["Retry-After"] = f"{refusal.retry_after_s:g}"
    return web.json_response(body, status=refusal.status, headers=headers)
