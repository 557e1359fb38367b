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


@method("bots.info", "users:read")
async def bots_info(asked: Asked) -> Json:
    if asked.args.get("bot") != asked.team.bot_id:
        raise SlackError(error="bot_not_found")
    name = asked.kit.world.people[asked.team.bot_user].name
    bot = {"id": asked.team.bot_id, "app_id": asked.kit.world.app_id, "name": name, "user_id": asked.team.bot_user}
    return {"bot": bot}


@method("usergroups.users.list", "usergroups:read")
async def usergroup(asked: Asked) -> Json:
    (group,) = asked.need("usergroup")
    if group not in asked.kit.world.groups:
        raise SlackError(error="no_such_subteam")
    return {"users": list(asked.kit.world.groups[group])}
