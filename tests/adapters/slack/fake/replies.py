"""Response addresses: answers to a command or a press, for half an hour and five times."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from aiohttp import web

from tests.adapters.slack.fake.blocks import checked_blocks
from tests.adapters.slack.fake.values import Edit, FakeMessage, Json, SlackError
from tests.adapters.slack.fake.world import World

USES, LIVES_S = 5, 30 * 60


@dataclass(slots=True, kw_only=True)
class ReplyTo:
    """What an address answers: whose act, where, on which message, and since when."""

    channel: str
    user: str
    original: FakeMessage | None
    at: float
    used: int = 0


@dataclass(slots=True)
class Replies:
    """The addresses that were given out."""

    world: World
    given: dict[str, ReplyTo] = field(default_factory=dict)

    def url(self, channel: str, user: str, *, original: FakeMessage | None = None) -> str:
        """A new address for what this person did there."""
        ticket = secrets.token_hex(8)
        self.given[ticket] = ReplyTo(channel=channel, user=user, original=original, at=self.world.now())
        return f"{self.world.origin}/actions/{ticket}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take an answer."""
        reply = self.given.get(request.match_info["ticket"])
        try:
            self.answer(self._still_good(reply), _read(await request.text()))
        except SlackError as refusal:
            return web.json_response({"ok": False, "error": refusal.error}, status=refusal.status)
        return web.Response(text="ok")

    def _still_good(self, reply: ReplyTo | None) -> ReplyTo:
        if reply is None:
            raise SlackError(error="invalid_url", status=404)
        if self.world.now() - reply.at > LIVES_S:
            raise SlackError(error="expired_url", status=404)
        if reply.used >= USES:
            raise SlackError(error="used_url", status=404)
        reply.used += 1
        return reply

    def answer(self, reply: ReplyTo, said: Json) -> FakeMessage | None:
        """Show what the app said: to this person unless it says ``in_channel``, in the original's place if it asks.

        Raises:
            SlackError: it says nothing, or its blocks are none.
        """
        if said.get("delete_original") and reply.original is not None:
            reply.original.deleted = True
            return None
        text = str(said.get("text") or "")
        if not text and not said.get("blocks"):
            raise SlackError(error="no_text", status=400)
        try:
            blocks = checked_blocks(self.world, said.get("blocks") or [])
        except SlackError as refusal:
            raise SlackError(error=refusal.error, said=refusal.said, status=400) from None
        if said.get("replace_original") and reply.original is not None:
            was = reply.original
            was.edits.append(Edit(at=self.world.now(), text=was.text, blocks=was.blocks))
            was.text, was.blocks = text, blocks
            return was
        return self._post(reply, said, text, blocks)

    def _post(self, reply: ReplyTo, said: Json, text: str, blocks: list[Json]) -> FakeMessage:
        public = said.get("response_type") == "in_channel"
        return self.world.post(
            channel=reply.channel,
            user=self.world.teams[self.world.channels[reply.channel].team].bot_user,
            text=text,
            blocks=blocks,
            only=None if public else reply.user,
            thread_ts=said.get("thread_ts"),
        )


def _read(body: str) -> Json:
    try:
        said = json.loads(body)
    except ValueError:
        raise SlackError(error="invalid_payload", status=400) from None
    if not isinstance(said, dict):
        raise SlackError(error="invalid_payload", status=400)
    return said
