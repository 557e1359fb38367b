"""oauth.v2.access: the app comes into a workspace."""

from __future__ import annotations

from tests.adapters.slack.fake.calls import Asked, method
from tests.adapters.slack.fake.values import Json, SlackError


@method("oauth.v2.access", token="none")
async def access(asked: Asked) -> Json:
    world = asked.kit.world
    if asked.args.get("client_id") != world.client_id:
        raise SlackError(error="invalid_client_id")
    if asked.args.get("client_secret") != world.client_secret:
        raise SlackError(error="bad_client_secret")
    code = str(asked.args.get("code"))
    if code not in world.codes:
        raise SlackError(error="invalid_code")
    brought = world.codes[code]
    if brought is None:
        raise SlackError(error="code_already_used")
    world.codes[code] = None
    team, user = world.teams[brought[0]], brought[1]
    team.installed = True
    return {
        "access_token": team.bot_token,
        "token_type": "bot",
        "scope": ",".join(sorted(team.scopes)),
        "bot_user_id": team.bot_user,
        "app_id": world.app_id,
        "team": {"id": team.id, "name": team.domain},
        "enterprise": None,
        "authed_user": {"id": user},
        "is_enterprise_install": False,
    }
