"""conversations.*, apps.connections.open and auth.test."""

from __future__ import annotations

from tests.adapters.slack.fake.calls import Asked, method, need_scopes
from tests.adapters.slack.fake.rendered import channel_json
from tests.adapters.slack.fake.values import Channel, Json, SlackError


@method("auth.test")
async def auth_test(asked: Asked) -> Json:
    team = asked.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.domain,
        "user": asked.kit.world.people[team.bot_user].name,
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", token="app")
async def connections_open(asked: Asked) -> Json:
    return {"url": asked.kit.sockets.url()}


def readable(asked: Asked) -> Channel:
    """The channel, where the scope for its kind was allowed.

    Raises:
        SlackError: it was not, or there is no such channel.
    """
    channel = asked.channel()
    kind = "im" if channel.direct_with else "groups" if channel.private else "channels"
    need_scopes(asked.team, f"{kind}:read")
    return channel


@method("conversations.info")
async def info(asked: Asked) -> Json:
    return {"channel": channel_json(asked.kit.world, readable(asked))}


@method("conversations.members")
async def members(asked: Asked) -> Json:
    return {"members": sorted(readable(asked).members), "response_metadata": {"next_cursor": ""}}


@method("conversations.join", "channels:join")
async def join(asked: Asked) -> Json:
    world, channel = asked.kit.world, asked.channel()
    if channel.private:
        raise SlackError(error="method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError(error="is_archived")
    already = world.bot_is_in(channel)
    channel.members.add(asked.team.bot_user)
    if not already:
        asked.kit.delivery.later(channel.team, asked.kit.delivery.joined(channel, None))
    more = {"warning": "already_in_channel"} if already else {}
    return {"channel": channel_json(world, channel), **more}


@method("conversations.open", "im:write")
async def open_direct(asked: Asked) -> Json:
    (users,) = asked.need("users")
    wanted = users if isinstance(users, str) else ",".join(users)
    if "," in wanted:
        raise SlackError(error="missing_scope", needed="mpim:write", provided=",".join(sorted(asked.team.scopes)))
    person = asked.kit.world.people.get(wanted)
    if person is None or person.team != asked.team.id:
        raise SlackError(error="user_not_found")
    if person.deleted:
        raise SlackError(error="user_disabled")
    return {"channel": channel_json(asked.kit.world, asked.kit.world.direct_channel(person.id))}
