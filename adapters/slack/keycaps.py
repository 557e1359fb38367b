"""The bot's own reactions with the numbers of a sheet."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

from adapters.slack.client import ClientOf, code_of, translated
from adapters.slack.ids import split
from bot.core.ports import Message

NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten")
#: A second process, or this one before it was restarted, may have added it.
_THERE = frozenset({"already_reacted"})


async def react(client_of: ClientOf, message: Message, number: int) -> None:
    """Add a number, 1–10; one that is there already is no error.

    Raises:
        ChatBusy, ChatClosed, MessageGone, ChatError
    """
    team, place = split(message.channel)
    with translated():
        try:
            await client_of(team).reactions_add(channel=place, timestamp=message.id, name=NAMES[number - 1])
        except SlackApiError as error:
            if code_of(error) not in _THERE:
                raise
