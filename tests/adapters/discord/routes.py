"""What the wire answers to each route, and what it keeps of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.adapters.discord.asked import Asked, Json

if TYPE_CHECKING:
    from tests.adapters.discord.wire import Wire

#: Of a callback: a message is said; and of a message: one person sees it.
SAYING, ONLY_YOU = 4, 64
BOT = 1_000_000_000_000_000_000


def _bot() -> Json:
    return {"id": str(BOT), "username": "dailies", "discriminator": "0", "avatar": None, "bot": True}


def _me(_wire: Wire, _asked: Asked) -> Json:
    return _bot()


def _application(_wire: Wire, _asked: Asked) -> Json:
    own = {"id": str(BOT), "name": "dailies", "icon": None, "description": "", "owner": _bot()}
    return own | {"bot_public": False, "bot_require_code_grant": False, "verify_key": "", "team": None, "summary": ""}


def _say(wire: Wire, asked: Asked, channel: str, **more: Any) -> Json:
    body = asked.body or {}
    here = wire.said(int(channel))
    if body.get("enforce_nonce"):
        for each in here:
            if each["nonce"] == body["nonce"]:
                return each
    made = {
        "id": str(wire.next_id()),
        "channel_id": channel,
        "author": _bot(),
        "content": body.get("content") or "",
        "timestamp": "2026-11-26T10:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": wire.attachments(asked, []),
        "embeds": body.get("embeds") or [],
        "components": body.get("components") or [],
        "reactions": [],
        "pinned": False,
        "type": 0,
        "flags": body.get("flags") or 0,
        "nonce": body.get("nonce"),
    } | more
    here.append(made)
    return made


def _edit(wire: Wire, asked: Asked, channel: str, own: str) -> Json:
    message, body = wire.message(int(channel), int(own)), asked.body or {}
    message["attachments"] = wire.attachments(asked, message["attachments"])
    message |= {
        name: body[name] or type(message[name])() for name in ("content", "embeds", "components") if name in body
    }
    message["edited_timestamp"] = "2026-11-26T10:00:01+00:00"
    return message


def _read_one(wire: Wire, _asked: Asked, channel: str, own: str) -> Json:
    return wire.message(int(channel), int(own))


def _read_many(wire: Wire, asked: Asked, channel: str) -> list[Json]:
    """Newest first, whatever order they are wanted in, as Discord gives them."""
    found = wire.said(int(channel))
    after, before = int(asked.query.get("after", 0)), int(asked.query.get("before", 1 << 63))
    found = [each for each in found if after < int(each["id"]) < before]
    limit = int(asked.query.get("limit", 50))
    return (found[:limit] if after else found[-limit:])[::-1]


def _delete(wire: Wire, _asked: Asked, channel: str, own: str) -> None:
    wire.said(int(channel)).remove(wire.message(int(channel), int(own)))


def _react(wire: Wire, _asked: Asked, channel: str, own: str, emoji: str) -> None:
    reactions = wire.message(int(channel), int(own))["reactions"]
    if not any(each["emoji"]["name"] == unquote(emoji) for each in reactions):
        reactions.append({"emoji": {"id": None, "name": unquote(emoji)}, "count": 1, "me": True})


def _reacted(wire: Wire, asked: Asked, channel: str, own: str, emoji: str) -> list[Json]:
    """Who gave a reaction, of ordinary ones and of super reactions as a test has put them under ``people``."""
    for each in wire.message(int(channel), int(own))["reactions"]:
        if each["emoji"]["name"] == unquote(emoji):
            after, people = (
                int(asked.query.get("after", 0)),
                each.get("people", {}).get(asked.query.get("type", "0"), []),
            )
            left = sorted(person for person in people if person > after)[: int(asked.query.get("limit", 25))]
            return [{**_bot(), "id": str(person), "bot": False} for person in left]
    return []


def _direct(_wire: Wire, asked: Asked) -> Json:
    person = str(asked.body["recipient_id"])
    user = {"id": person, "username": "somebody", "discriminator": "0", "avatar": None}
    return {"id": str(int(person) + 1), "type": 1, "recipients": [user], "last_message_id": None}


def _callback(wire: Wire, asked: Asked, interaction: str, _token: str) -> Json | None:
    """What is said in public stands in the channel."""
    place, data = wire.places.get(int(interaction)), asked.body.get("data") or {}
    own = {"id": interaction, "type": 2, "response_message_loading": False, "response_message_ephemeral": False}
    answer: Json = {"interaction": own}
    if asked.body["type"] == SAYING and place is not None and not (data.get("flags") or 0) & ONLY_YOU:
        answer["resource"] = {"type": SAYING, "message": _say(wire, replace(asked, body=data), str(place))}
    return answer if asked.query.get("with_response") in {"true", "1"} else None


def _commands(wire: Wire, asked: Asked, *_where: str) -> list[Json]:
    own = {"application_id": str(BOT), "version": "1", "default_member_permissions": None}
    return [own | {"id": str(wire.next_id()), "type": 1, "description": "", **each} for each in asked.body]


def _of(path: str) -> re.Pattern[str]:
    return re.compile(path.replace("#", r"(\d+)").replace("*", r"([^/]+)"))


#: A method, the paths, and the answer to them.
Route = tuple[str, re.Pattern[str], Callable[..., Any]]
ROUTES: tuple[Route, ...] = (
    ("GET", _of("/users/@me"), _me),
    ("GET", _of("/oauth2/applications/@me"), _application),
    ("POST", _of("/users/@me/channels"), _direct),
    ("POST", _of("/channels/#/messages"), _say),
    ("GET", _of("/channels/#/messages"), _read_many),
    ("GET", _of("/channels/#/messages/#"), _read_one),
    ("PATCH", _of("/channels/#/messages/#"), _edit),
    ("DELETE", _of("/channels/#/messages/#"), _delete),
    ("GET", _of("/channels/#/messages/#/reactions/*"), _reacted),
    ("PUT", _of("/channels/#/messages/#/reactions/*/@me"), _react),
    ("POST", _of("/interactions/#/*/callback"), _callback),
    ("PUT", _of("/applications/#/commands"), _commands),
    ("PUT", _of("/applications/#/guilds/#/commands"), _commands),
)
