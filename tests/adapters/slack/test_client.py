"""Slack's errors as the port's, with what to do about them and without what is secret."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator

import pytest

from adapters.slack import blocks
from adapters.slack.client import Clients, translated
from bot.core.errors import ChatBusy, ChatClosed, ChatError, FileTooLarge, MessageGone
from tests.adapters.slack.fake.server import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.channel("C1", "launch", members=())
        yield slack


@pytest.fixture
async def clients(slack: FakeSlack) -> AsyncIterator[Clients]:
    clients = Clients(base_url=slack.api_url, tokens={"T1": slack.bot_token})
    yield clients
    await clients.close()


async def post(clients: Clients, team: str = "T1") -> None:
    with translated():
        await clients(team).chat_postMessage(channel="C1", text="a fox")


@pytest.mark.parametrize(
    ("said", "error", "remedy"),
    [
        ("not_in_channel", ChatClosed, "/invite @dailies"),
        ("channel_not_found", ChatClosed, "/invite @dailies"),
        ("is_archived", ChatClosed, "unarchive"),
        ("restricted_action", ChatClosed, "posting permissions"),
        ("restricted_action_read_only_channel", ChatClosed, "posting permissions"),
        ("account_inactive", ChatClosed, "SLACK_BOT_TOKEN"),
        ("token_revoked", ChatClosed, "SLACK_BOT_TOKEN"),
        ("invalid_auth", ChatClosed, "SLACK_BOT_TOKEN"),
        ("missing_scope", ChatClosed, "manifest.yml"),
        ("user_not_found", ChatClosed, "direct messages"),
        ("file_uploads_disabled", ChatClosed, "uploads"),
        ("message_not_found", MessageGone, "cannot be edited"),
        ("edit_window_closed", MessageGone, "cannot be edited"),
        ("file_too_large", FileTooLarge, "size"),
        ("internal_error", ChatBusy, "wait"),
        ("http_500", ChatBusy, "wait"),
        ("lost", ChatBusy, "could not be reached"),
        ("no_text", ChatError, "no_text"),
    ],
)
async def test_translated(slack: FakeSlack, clients: Clients, said: str, error: type[ChatError], remedy: str) -> None:
    """Each error is what it leads to, says how to mend it, and holds no token; nothing is sent twice by itself."""
    slack.fail("chat.postMessage", said)
    with pytest.raises(error, match=remedy) as caught:
        await post(clients)
    assert type(caught.value) is error
    assert slack.bot_token not in "".join(traceback.format_exception(caught.value))
    assert len(slack.calls("chat.postMessage")) == 1


async def test_rate_limited(slack: FakeSlack, clients: Clients) -> None:
    """Where Slack asks to wait, whoever asked is told for how long; nobody sleeps here."""
    slack.fail("chat.postMessage", "ratelimited", retry_after_s=17)
    with pytest.raises(ChatBusy) as caught:
        await post(clients)
    assert caught.value.retry_after_s == 17


async def test_unreachable() -> None:
    """Nobody at the address: it is tried later."""
    clients = Clients(base_url="http://127.0.0.1:1/api/", tokens={"T1": "xoxb-secret"})
    with pytest.raises(ChatBusy, match="could not be reached") as caught:
        await post(clients)
    assert "xoxb" not in "".join(traceback.format_exception(caught.value))
    await clients.close()


async def test_defect() -> None:
    """What slack_sdk itself refuses to build is an error of the port."""

    def build() -> None:
        with translated():
            blocks.section("x" * 3_001).to_dict()

    with pytest.raises(ChatError, match="SlackObjectFormationError"):
        build()


async def test_installed(slack: FakeSlack, clients: Clients) -> None:
    """A workspace has its own client while the app is installed there, and none without."""
    slack.team("T2")
    with pytest.raises(ChatClosed, match="not installed"):
        clients("T2")
    clients.install("T2", slack.teams["T2"].bot_token)
    assert clients("T2") is clients("T2") is not clients("T1")
    with translated():
        assert (await clients("T2").auth_test())["team_id"] == "T2"
    clients.remove("T2")
    with pytest.raises(ChatClosed):
        clients("T2")
