"""Vendor errors of the calls that events need, translated once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.errors import ChatBusy, ChatError

#: The token is gone; only a person can mend that.
REVOKED = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked", "no_permission", "org_login_required"}
)


class Said(ChatError):
    """Slack answered a call with an error; ``code`` is its word for it."""

    def __init__(self, method: str, code: str) -> None:
        """Keep the word."""
        super().__init__(f"Slack answered {method} with {code}")
        self.code = code


@contextlib.contextmanager
def translated(method: str) -> Iterator[None]:
    """Turn what the vendor raises into ChatError and its children.

    Raises:
        Said: Slack said no.
        ChatBusy: Slack asks for a moment.
        ChatError: Slack could not be reached.
    """
    try:
        yield
    except SlackApiError as error:
        code = str(error.response.get("error") or "an unknown error")
        if code == "ratelimited":
            raise ChatBusy(f"Slack asks for a moment at {method}") from None  # noqa: EM102 - one sentence
        raise Said(method, code) from None
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        msg = f"Slack could not be reached for {method} ({type(error).__name__})"
        raise ChatError(msg) from None
