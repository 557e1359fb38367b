"""What settings say of Slack, taken together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings.table import Settings


def contradictions_of_slack(settings: Settings) -> tuple[str, ...]:
    """What is missing to serve Slack, or is there for nothing; one line each."""
    if settings.slack_bot_token is None:
        return _for_nothing(settings)
    return tuple(line for line in (_same_command(settings), _same_port(settings), _no_way(settings)) if line)


def _for_nothing(settings: Settings) -> tuple[str, ...]:
    others = {
        "SLACK_APP_TOKEN": settings.slack_app_token,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
        "SLACK_HTTP": settings.slack_http,
    }
    instead = "set SLACK_BOT_TOKEN (OAuth & Permissions, it starts with xoxb-), or remove this"
    return tuple(f"{name}: is set, and the bot's token is not: {instead}" for name, value in others.items() if value)


def _same_command(settings: Settings) -> str:
    if settings.slack_clip_command != settings.slack_dailies_command:
        return ""
    return f"SLACK_DAILIES_COMMAND: {settings.slack_clip_command} is SLACK_CLIP_COMMAND too; name another one"


def _same_port(settings: Settings) -> str:
    if settings.slack_http is None or settings.slack_http != settings.http:
        return ""
    return f"SLACK_HTTP: {settings.slack_http} is DAILIES_HTTP too, and only one can listen; name another port"


def _no_way(settings: Settings) -> str:
    """By neither socket mode nor signed requests do events come."""
    match (settings.slack_app_token, settings.slack_signing_secret, settings.slack_http):
        case (None, None, None):
            made = "make an app-level token with connections:write (Basic Information, it starts with xapp-)"
            return f"SLACK_APP_TOKEN: is not set; {made}, or set SLACK_SIGNING_SECRET and SLACK_HTTP"
        case (None, _, None):
            return "SLACK_HTTP: is not set; set it, such as 127.0.0.1:8081, or SLACK_APP_TOKEN for socket mode"
        case (None, None, _):
            return "SLACK_SIGNING_SECRET: is not set, and without it anybody could speak for Slack; set it"
        case _:
            return ""
