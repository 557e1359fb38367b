"""What the doctor asks Slack: whether it takes the tokens, whether every permission is there, and how it is served."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from bot.cli.doctor_checks import Check, Grade
from bot.core.errors import ChatBusy, ChatError
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.slack.client import Clients

MEND_REACH = "Look at SLACK_API_URL and at this machine's network, and look again."
MEND_BOT = "Set SLACK_BOT_TOKEN to the token under OAuth & Permissions of your app; install the app if there is none."
MEND_APP = (
    "Make a token with connections:write under Basic Information, App-Level Tokens, of the same app; "
    "set SLACK_APP_TOKEN to it, and turn socket mode on."
)
MEND_SCOPES = "Bring the app up to date from manifest.yml (App Manifest), then reinstall it (Install App)."


async def slack(settings: Settings) -> Sequence[Check]:
    """Both tokens, the permissions, the commands' names; nothing where Slack is not set up."""
    if settings.slack_bot_token is None:
        return ()
    async with _clients(settings) as clients:
        found = await _bot(clients, settings.slack_bot_token.reveal())
        found.append(await _way(clients, settings))
    names = f"{settings.slack_clip_command} and {settings.slack_dailies_command}"
    found.append(Check("Slack commands", Grade.OK, f"{names}; the app's slash commands have to be called so"))
    return found


@contextlib.asynccontextmanager
async def _clients(settings: Settings) -> AsyncIterator[Clients]:
    """Imported only here, for it takes a fifth of the start."""
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415

    from adapters.slack.client import Clients  # noqa: PLC0415

    clients = Clients(base_url=settings.slack_api_url or AsyncWebClient.BASE_URL)
    try:
        yield clients
    finally:
        await clients.close()


async def _bot(clients: Clients, token: str) -> list[Check]:
    from adapters.slack.checkup import granted  # noqa: PLC0415

    try:
        grant = await granted(clients.with_token(token))
    except ChatError as error:
        return [_not_taken("Slack", error, MEND_BOT)]
    said = f"{grant.team_name} ({grant.team}) knows me as @{grant.bot}; /invite @{grant.bot} lets me into a channel"
    return [Check("Slack", Grade.OK, said), *_permissions(grant.scopes)]


def _permissions(scopes: frozenset[str]) -> list[Check]:
    """A line for each that is missing, with what does not work without it; more than is needed does no harm."""
    from adapters.slack import needs  # noqa: PLC0415

    lacking = [
        Check("Slack permissions", Grade.BROKEN, f"{scope} is missing, for {', '.join(what)}", MEND_SCOPES)
        for scope, what in needs.without(scopes).items()
    ]
    return lacking or [Check("Slack permissions", Grade.OK, f"all {len(needs.scopes())} are granted")]


async def _way(clients: Clients, settings: Settings) -> Check:
    """By which way events come: a socket, or signed requests."""
    from adapters.slack.checkup import connects  # noqa: PLC0415

    if settings.slack_app_token is None:
        said = f"over HTTP on {settings.slack_http}, signed; the app's request URLs have to lead to /slack/events there"
        return Check("Slack events", Grade.OK, said)
    try:
        await connects(clients.with_token(settings.slack_app_token.reveal()))
    except ChatError as error:
        return _not_taken("Slack events", error, MEND_APP)
    unused = "; SLACK_SIGNING_SECRET is not needed for it" if settings.slack_signing_secret else ""
    return Check("Slack events", Grade.OK, f"by socket mode{unused}")


def _not_taken(name: str, error: ChatError, remedy: str) -> Check:
    unreachable = isinstance(error, ChatBusy)
    what = "cannot be asked" if unreachable else "is not taken"
    whose = "Slack" if unreachable else "SLACK_BOT_TOKEN" if remedy == MEND_BOT else "SLACK_APP_TOKEN"
    return Check(name, Grade.BROKEN, f"{whose} {what}: {error}", MEND_REACH if unreachable else remedy)
