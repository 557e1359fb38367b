"""How people, channels, messages and views look in Slack's JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.adapters.slack.fake.files import files_json
from tests.adapters.slack.fake.values import Channel, FakeMessage, FakeView, Json, Person
from tests.adapters.slack.fake.world import World


def person_json(person: Person) -> Json:
    """What users.info tells of somebody."""
    offset = datetime.now(UTC).astimezone(ZoneInfo(person.tz)).utcoffset()
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.name.title(),
        "deleted": person.deleted,
        "tz": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {"display_name": person.name, "real_name": person.name.title(), "team": person.team},
        "is_admin": person.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_bot": person.bot,
        "is_app_user": False,
        **({"is_stranger": True} if person.stranger else {}),
    }


def channel_json(world: World, channel: Channel) -> Json:
    """What conversations.info tells of a channel."""
    if channel.direct_with is not None:
        return {"id": channel.id, "is_im": True, "user": channel.direct_with, "is_archived": False, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_general": False,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "is_member": world.bot_is_in(channel),
        "context_team_id": channel.team,
        "num_members": len(channel.members),
    }


def message_json(world: World, message: FakeMessage) -> Json:
    """A message as the Web API, events and interactions show it."""
    author = world.people[message.user]
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": world.channels[message.channel].team,
    }
    team = world.teams[author.team]
    if message.user == team.bot_user:
        shown |= {"bot_id": team.bot_id, "app_id": world.app_id, "bot_profile": {"id": team.bot_id}}
    if message.blocks:
        shown["blocks"] = message.blocks
    shown |= _thread(world, message)
    if message.files:
        shown["files"] = files_json(world, message.files)
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.edits:
        shown["edited"] = {"user": message.user, "ts": f"{message.edits[-1].at:.6f}"}
    return shown


def _thread(world: World, message: FakeMessage) -> Json:
    replies = [each for each in world.messages(message.channel, thread=message.ts) if each is not message]
    if replies:
        return {"thread_ts": message.ts, "reply_count": len(replies)}
    return {"thread_ts": message.thread_ts} if message.thread_ts else {}


def view_json(world: World, view: FakeView) -> Json:
    """A view as the Web API and interactions show it."""
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **view.payload,
        "id": view.id,
        "team_id": view.team,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": world.app_id,
        "bot_id": world.teams[view.team].bot_id,
        "state": {"values": view.typed},
    }
