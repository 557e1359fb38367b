"""Slack's Web API: one client per workspace, and its errors translated, once, into those of the port.

No rate-limit handler waits in here: whoever asked is told when to come again, and the outbox keeps the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import ChatBusy, ChatClosed, ChatError, FileTooLarge, MessageGone
from bot.core.sentences import access

#: What the bot is called in ``/invite @dailies``.
BOT_NAME = "dailies"
TOKEN_SETTING = "SLACK_BOT_TOKEN"  # noqa: S105 - the setting's name
CONNECT_S = 10.0
ANSWER_S = 30.0
#: Slack is asked again this much later when it does not say when.
AGAIN_S = 5.0
LONGEST_AGAIN_S = 600.0
RATE_LIMITED = 429
SERVER_FAULT = 500

#: Slack is at fault, or wants to be left alone for a while.
_BUSY = frozenset({"fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout"}) | {
    "accesslimited",
    "message_limit_exceeded",
    "service_unavailable",
    "team_added_to_org",
}
#: The message cannot be edited any more, by us or by anybody.
_GONE = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})
#: The thread's first message was deleted, or is itself an answer.
NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "message_not_found"})
_TOO_LARGE = frozenset({"file_too_large", "file_upload_size_restricted"})


def _words(codes: str, sentence: Callable[[_Refused], str]) -> dict[str, Callable[[_Refused], str]]:
    return dict.fromkeys(codes.split(), sentence)


@dataclass(frozen=True, slots=True)
class _Refused:
    """What a sentence about it may name: the bot, and the permission that is missing."""

    bot: str
    needed: str


#: Slack's words for what is closed to us, and how each is allowed.
_CLOSED: Mapping[str, Callable[[_Refused], str]] = {
    **_words("not_in_channel", lambda said: access.invite(said.bot)),
    **_words("channel_not_found", lambda said: access.unseen(said.bot)),
    **_words("is_archived channel_is_archived", lambda _: access.archived()),
    **_words("missing_scope not_allowed_token_type", lambda said: access.lacks_permission(said.needed)),
    **_words(
        "account_inactive app_uninstalled invalid_auth not_authed team_access_not_granted token_expired token_revoked",
        lambda _: access.token_refused(TOKEN_SETTING),
    ),
    **_words(
        "cannot_dm_bot im_disabled messages_tab_disabled not_visible user_disabled user_not_found user_not_visible",
        lambda _: access.unreachable(),
    ),
    **_words(
        "access_denied ekm_access_denied no_permission not_allowed posting_to_general_channel_denied "
        "restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel "
        "restricted_action_thread_locked restricted_action_thread_only_channel",
        lambda _: access.restricted(),
    ),
    **_words(
        "file_uploads_disabled file_uploads_except_images_disabled storage_limit_reached",
        lambda _: access.files_refused(),
    ),
}


class ClientOf(Protocol):
    """Finds the client of a team."""

    def __call__(self, team: str) -> AsyncWebClient:
        """The client with the team's token.

        Raises:
            ChatClosed: the app is not installed there.
        """
        ...


class Clients:
    """A client per workspace, all over one session."""

    def __init__(self, *, base_url: str, tokens: Mapping[str, str] | None = None) -> None:
        """``base_url`` is SLACK_API_URL; ``tokens`` are the bot's, by team."""
        self._base_url = base_url
        self._tokens = dict(tokens or {})
        self._clients: dict[str, AsyncWebClient] = {}
        self._session: aiohttp.ClientSession | None = None

    def install(self, team: str, token: str) -> None:
        """Use this token for the team from now on."""
        self._tokens[team] = token
        self._clients.pop(team, None)

    def remove(self, team: str) -> None:
        """The app was taken out of the workspace."""
        self._tokens.pop(team, None)
        self._clients.pop(team, None)

    def __call__(self, team: str) -> AsyncWebClient:
        """The client with the team's token.

        Raises:
            ChatClosed: there is none.
        """
        if team not in self._tokens:
            raise ChatClosed(access.not_installed())
        if team not in self._clients:
            self._clients[team] = self.with_token(self._tokens[team])
        return self._clients[team]

    def with_token(self, token: str) -> AsyncWebClient:
        """A client with a token whose team is not known yet; nothing is sent again by itself."""
        return AsyncWebClient(token=token, base_url=self._base_url, session=self._opened(), retry_handlers=[])

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=ANSWER_S, connect=CONNECT_S)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session


@contextmanager
def translated(*, bot: str = BOT_NAME) -> Iterator[None]:
    """Whatever slack_sdk raises inside comes out as an error of the port, without what was sent.

    Raises:
        ChatBusy, ChatClosed, MessageGone, FileTooLarge, ChatError
    """
    try:
        yield
    except SlackApiError as error:
        raise _meant(error, bot) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        msg = f"Slack could not be reached ({type(error).__name__})"
        raise ChatBusy(msg, retry_after_s=AGAIN_S) from None
    except SlackClientError as error:
        msg = f"Slack was asked for what it cannot do ({type(error).__name__})"
        raise ChatError(msg) from None


def code_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong; empty where it has none."""
    return str(_field(error, "error") or "")


def _meant(error: SlackApiError, bot: str) -> ChatError:
    code, status = code_of(error), getattr(error.response, "status_code", None)
    if status == RATE_LIMITED or code in _BUSY or not code or (status or 0) >= SERVER_FAULT:
        msg = f"Slack asks to wait ({code or status or 'no answer that can be read'})"
        return ChatBusy(msg, retry_after_s=_retry_after_s(error))
    if code in _GONE:
        return MessageGone(f"The message cannot be edited any more ({code})")
    if code in _TOO_LARGE:
        return FileTooLarge("Slack does not take a file of this size")
    if code in _CLOSED:
        return ChatClosed(_CLOSED[code](_Refused(bot, str(_field(error, "needed") or ""))))
    return ChatError(f"Slack refused this ({code})")


def _field(error: SlackApiError, name: str) -> object:
    answer: Any = getattr(error.response, "data", error.response)
    return answer.get(name) if isinstance(answer, Mapping) else None


def _retry_after_s(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    said = {str(name).lower(): value for name, value in headers.items()}.get("retry-after", "")
    try:
        return min(LONGEST_AGAIN_S, max(0.0, float(said)))
    except ValueError:
        return AGAIN_S
