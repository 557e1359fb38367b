"""users.*, bots.info and usergroups.*."""

from __future__ import annotations

from tests.adapters.slack.fake.calls import Asked, method
from tests.adapters.slack.fake.rendered import person_json
from tests.adapters.slack.fake.values import Json, SlackError


@method("users.info", "users:read")
async def info(asked: Asked) -> Json:
    (user,) = asked.need("user")
    person = asked.kit.world.people.get(user)
    if person is None:
        raise SlackError(error="user_not_found")
    if person.team != asked.team.id and not person.stranger:
        raise SlackError(error="user_not_visible")
    return {"user": person_json(person)}


@method("users.conversations", "channels:read", "groups:read")
async def conversations(asked: Asked) -> Json:
    """Of the channels that the person is in, those that the app may see, a page at a time."""
    (user,) = asked.need("user")
    world = asked.kit.world
    mine = [
        {"id": channel.id, "name": channel.name}
        for channel in world.channels.values()
        if channel.direct_with is None
        and user in channel.members
        and (not channel.private or world.bot_is_in(channel))
        and not (channel.archived and asked.flag("exclude_archived"))
    ]
    start, size = int(asked.args.get("cursor") or 0), int(asked.args.get("limit") or 100)
    after = str(start + size) if start + size < len(mine) else ""
    return {"channels": mine[start : start + size], "response_metadata": {"next_cursor": after}}


@method("bots.info", "users:read")
async def bots_info(asked: Asked) -> Json:
    if asked.args.get("bot") != asked.team.bot_id:
        raise SlackError(error="bot_not_found")
    name = asked.kit.world.people[asked.team.bot_user].name
    bot = {"id": asked.team.bot_id, "app_id": asked.kit.world.app_id, "name": name, "user_id": asked.team.bot_user}
    return {"bot": bot}


@method("usergroups.list", "usergroups:read")
async def usergroups(asked: Asked) -> Json:
    """Every group that is in use, with its members where they are asked for."""
    more = asked.flag("include_users")
    groups = asked.kit.world.groups.items()
    return {"usergroups": [{"id": id_} | ({"users": list(users)} if more else {}) for id_, users in groups]}


@method("usergroups.users.list", "usergroups:read")
async def usergroup(asked: Asked) -> Json:
    (group,) = asked.need("usergroup")
    if group not in asked.kit.world.groups:
        raise SlackError(error="no_such_subteam")
    return {"users": list(asked.kit.world.groups[group])}
