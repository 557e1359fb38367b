"""Whether the tokens are good and what they may: asked for the doctor. Nothing is posted."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import translated

#: With which Slack says what a token may.
SCOPES_HEADER = "x-oauth-scopes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a bot's token is for."""

    team: str
    #: As the workspace and the bot are called.
    team_name: str
    bot: str
    scopes: frozenset[str]


async def granted(client: AsyncWebClient) -> Grant:
    """What the bot's token is for, and what it may.

    Raises:
        ChatBusy: Slack cannot be reached.
        ChatClosed: it does not take the token.
        ChatError
    """
    with translated():
        said = await client.auth_test()
    headers = {str(name).lower(): str(value) for name, value in said.headers.items()}
    scopes = (scope.strip() for scope in headers.get(SCOPES_HEADER, "").split(","))
    return Grant(
        team=str(said.get("team_id") or ""),
        team_name=str(said.get("team") or ""),
        bot=str(said.get("user") or ""),
        scopes=frozenset(scope for scope in scopes if scope),
    )


async def connects(client: AsyncWebClient) -> None:
    """Have an address for a socket given out with the app's token; it is not used.

    Raises:
        ChatBusy: Slack cannot be reached.
        ChatClosed: it does not take the token.
        ChatError
    """
    with translated():
        await client.apps_connections_open(app_token=client.token or "")
