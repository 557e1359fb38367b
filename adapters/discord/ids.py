"""Discord's snowflakes in the rows.

A server is a workspace, ``discord:G``; a channel, thread or forum post is ``discord:G/C``; a message is ``C/M``, with
the channel, thread, forum post or direct message in which it stands, whichever channel its rows belong to.
"""

from __future__ import annotations

from bot.core.errors import ChatError
from bot.core.ports import Message

PLATFORM = "discord"


def workspace_id(guild: int) -> str:
    """A server's id in the rows."""
    return f"{PLATFORM}:{guild}"


def channel_id(guild: int, channel: int) -> str:
    """The id in the rows of a channel, thread or forum post."""
    return f"{workspace_id(guild)}/{channel}"


def message_id(channel: int, message: int) -> str:
    """A message's id in the rows; ``channel`` is where it stands, be it a thread."""
    return f"{channel}/{message}"


def split(channel: str) -> tuple[int, int]:
    """The server and the channel of an id in the rows.

    Raises:
        ChatError: it is none of Discord's.
    """
    platform, _, rest = channel.partition(":")
    guild, _, own = rest.partition("/")
    if platform != PLATFORM or not (guild.isdecimal() and own.isdecimal()):
        msg = f"{channel} is no channel of Discord"
        raise ChatError(msg)
    return int(guild), int(own)


def spot(message: Message) -> tuple[int, int]:
    """Where a message stands, and its own id.

    Raises:
        ChatError: it is none of Discord's.
    """
    channel, _, own = message.id.partition("/")
    if not (channel.isdecimal() and own.isdecimal()):
        msg = f"{message.id} is no message of Discord"
        raise ChatError(msg)
    return int(channel), int(own)


def person_of(person: str) -> int:
    """A person's snowflake.

    Raises:
        ChatError: it is none of Discord's.
    """
    if not person.isdecimal():
        msg = f"{person} is nobody on Discord"
        raise ChatError(msg)
    return int(person)
