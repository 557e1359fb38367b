"""What settings say of Discord."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from bot.settings.values import Kind, NotAllowed, Secret

if TYPE_CHECKING:
    from bot.settings.table import Settings

#: Ids of Discord's: a number of 17 to 20 digits.
_ID = r"[0-9]{17,20}"


def bot_token() -> Kind[Secret]:
    """A bot's token; what else an app has, such as its public key, is none."""

    def read(text: str) -> Secret:
        if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", text, re.ASCII) or application_of(text) is None:
            raise NotAllowed
        return Secret(text)

    allowed = "a bot's token: one word in three parts with dots between (Bot, Reset Token)"
    return Kind(allowed=allowed, read=read, secret=True)


def application_of(token: str) -> int | None:
    """The id of the app that a token is for: its first part says it."""
    part = token.partition(".")[0]
    try:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(text) if re.fullmatch(_ID, text) else None


def guilds() -> Kind[tuple[int, ...]]:
    """Ids of servers, each once."""

    def read(text: str) -> tuple[int, ...]:
        ids = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if not all(re.fullmatch(_ID, each) for each in ids):
            raise NotAllowed
        return tuple(int(each) for each in ids)

    return Kind(allowed="a list of ids of servers, such as 613425648685547541", read=read)


def contradictions_of_discord(settings: Settings) -> tuple[str, ...]:
    """What is there for nothing; one line each."""
    if settings.discord_bot_token is not None:
        return ()
    others = {
        "DISCORD_DEV_GUILDS": settings.discord_dev_guilds,
        "DISCORD_FILE_LIMIT_MB": settings.discord_file_limit_mb,
    }
    instead = "set DISCORD_BOT_TOKEN (Bot, Reset Token), or remove this"
    return tuple(f"{name}: is set, and the bot's token is not: {instead}" for name, value in others.items() if value)
