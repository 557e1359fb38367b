"""Discord's errors translated, once, into those of the port.

discord.py waits by itself for what passes within ``MOST_WAIT_S``; of what takes longer it tells at once, and so do we:
whoever asked comes again. What Discord forbids is not asked again quickly: ten thousand refusals within ten minutes
shut a bot out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

import aiohttp
import discord

from bot.core.errors import ChatBusy, ChatClosed, ChatError, FileTooLarge, MessageGone
from bot.core.sentences import access

TOKEN_SETTING = "DISCORD_BOT_TOKEN"  # noqa: S105 - the setting's name
#: The client's ``max_ratelimit_timeout``, in seconds: the least that discord.py takes.
MOST_WAIT_S = 30.0
#: Discord is asked again this much later when it does not say when.
AGAIN_S = 5.0
LONGEST_AGAIN_S = 600.0

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10015, 10062
#: Edits of messages older than an hour are scarcer than others.
TOO_OLD = 30046
TOO_MANY_REACTIONS = 30010
TOO_LARGE = 40005
ACKNOWLEDGED = 40060
INVALID_TOKEN = 50027
ARCHIVED, LOCKED = 50083, 160005
#: The token of an interaction that is over, or that was answered already.
TOKEN_OVER = frozenset({UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN, ACKNOWLEDGED, 40094})

_BUSY = frozenset({20016, 20028, 20029, TOO_OLD, 40003, 40004, 40062, 130000})
_WAITING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})
_NOT_THERE = frozenset({UNKNOWN_CHANNEL, 10004, 50024, 50068})
_CLOSED: Mapping[int, str] = {
    **dict.fromkeys(_NOT_THERE, access.channel_gone()),
    50001: access.unseen_there(),
    50013: access.forbidden(),
    **dict.fromkeys((50007, 50033, 50278, 10013), access.messages_closed()),
    ARCHIVED: access.thread_archived(),
    LOCKED: access.thread_locked(),
    **dict.fromkeys((30033, 160006), access.too_many_threads()),
    **dict.fromkeys((200000, 240000), access.words_blocked()),
}
_CLOSED_BY_STATUS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: access.token_refused(TOKEN_SETTING),
    HTTPStatus.FORBIDDEN: access.forbidden(),
}


class Forbidden(ChatClosed):
    """Discord counts it: of too many within ten minutes it shuts a bot out."""


class Archived(ChatClosed):
    """The thread is archived: what stands in it can be changed once it is open again."""


@contextmanager
def translated() -> Iterator[None]:
    """Whatever discord.py raises inside comes out as an error of the port, without what was sent.

    Raises:
        ChatBusy, ChatClosed, MessageGone, FileTooLarge, ChatError
    """
    try:
        yield
    except discord.RateLimited as error:
        raise _wait(error.retry_after) from None
    except discord.HTTPException as error:
        raise meant(error) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        msg = f"Discord could not be reached ({type(error).__name__})"
        raise ChatBusy(msg, retry_after_s=AGAIN_S) from None
    except (discord.DiscordException, KeyError, TypeError, ValueError) as error:
        msg = f"discord.py could not ask for this, or not read the answer ({type(error).__name__})"
        raise ChatError(msg) from None


def meant(error: discord.HTTPException) -> ChatError:
    """What an answer of Discord's leads to."""
    if error.code == UNKNOWN_MESSAGE:
        return MessageGone("The message does not stand any more")
    if error.code == TOO_LARGE or error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return FileTooLarge("Discord does not take a file of this size here")
    if (why := _closed(error)) is not None:
        return _closing(error)(why)
    if error.code in _BUSY or error.status in _WAITING or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _wait(_asked_s(error))
    return ChatError(f"Discord refused this ({error.status}, {error.code})")


def _closed(error: discord.HTTPException) -> str | None:
    """The sentence, where something is closed to us; the token of an interaction that is over closes nothing."""
    if error.code in _CLOSED or error.code in TOKEN_OVER:
        return _CLOSED.get(error.code)
    return _CLOSED_BY_STATUS.get(error.status)


def _closing(error: discord.HTTPException) -> type[ChatClosed]:
    if error.code == ARCHIVED:
        return Archived
    return Forbidden if error.status in _CLOSED_BY_STATUS else ChatClosed


def _wait(seconds: float) -> ChatBusy:
    return ChatBusy("Discord asks to wait", retry_after_s=min(LONGEST_AGAIN_S, max(0.0, seconds)))


def _asked_s(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", AGAIN_S))
    except (AttributeError, ValueError):
        return AGAIN_S
