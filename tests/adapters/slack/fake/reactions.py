"""reactions.*: what stands on a message, and the bot's own."""

from __future__ import annotations

import re

from tests.adapters.slack.fake.calls import Asked, method
from tests.adapters.slack.fake.files import file_json
from tests.adapters.slack.fake.rendered import message_json
from tests.adapters.slack.fake.values import FakeMessage, Json, SlackError

NAME = re.compile(r"[a-z0-9_+'’-]+(::skin-tone-[2-6])?")


def meant(asked: Asked) -> FakeMessage:
    """The message that is meant.

    Raises:
        SlackError: there is none, or the bot is not there.
    """
    channel = asked.channel()
    if not asked.kit.world.bot_is_in(channel):
        raise SlackError(error="not_in_channel")
    return asked.kit.world.message(channel.id, str(asked.need("timestamp")[0]))


@method("reactions.get", "reactions:read")
async def get(asked: Asked) -> Json:
    if wanted := asked.args.get("file"):
        return {"type": "file", "file": file_json(asked.kit.world, asked.kit.files.found(asked.team.id, wanted))}
    if not asked.args.get("channel"):
        raise SlackError(error="no_item_specified")
    message = meant(asked)
    return {"type": "message", "channel": message.channel, "message": message_json(asked.kit.world, message)}


@method("reactions.add", "reactions:write")
async def add(asked: Asked) -> Json:
    message, (name,) = meant(asked), asked.need("name")
    if not NAME.fullmatch(name):
        raise SlackError(error="invalid_name")
    givers = message.reactions.setdefault(name, [])
    if asked.team.bot_user in givers:
        raise SlackError(error="already_reacted")
    givers.append(asked.team.bot_user)
    _tell(asked, message, "reaction_added", name)
    return {}


@method("reactions.remove", "reactions:write")
async def remove(asked: Asked) -> Json:
    message, (name,) = meant(asked), asked.need("name")
    if asked.team.bot_user not in message.reactions.get(name, []):
        raise SlackError(error="no_reaction")
    taken(message, name, asked.team.bot_user)
    _tell(asked, message, "reaction_removed", name)
    return {}


def taken(message: FakeMessage, name: str, user: str) -> None:
    """Take somebody's reaction off; the last giver takes the emoji along."""
    message.reactions[name].remove(user)
    if not message.reactions[name]:
        del message.reactions[name]


def _tell(asked: Asked, message: FakeMessage, kind: str, name: str) -> None:
    event = reaction_event(message, kind, asked.team.bot_user, name, asked.kit.world.ts())
    asked.kit.delivery.later(asked.team.id, event)


def reaction_event(message: FakeMessage, kind: str, user: str, name: str, at: str) -> Json:
    """The event of a reaction that came or went."""
    return {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": at,
    }
