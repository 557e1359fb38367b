"""The fake Slack, as the real bolt and the real slack_sdk see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.slack.fake.server import FakeSlack

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Undo"}, "action_id": "undo", "value": "t1"}
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "a fox"}},
    {"type": "actions", "elements": [BUTTON]},
]


def client_of(slack: FakeSlack, team: str = "T1") -> AsyncWebClient:
    return AsyncWebClient(token=slack.teams[team].bot_token, base_url=slack.api_url)


@asynccontextmanager
async def connected(slack: FakeSlack, app: AsyncApp, ping_interval: float = 10) -> AsyncIterator[None]:
    """The app on its socket."""
    web_client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=web_client, ping_interval=ping_interval)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.person("U1", "mina")
        slack.person("U2", "ola")
        slack.channel("C1", "launch", members=("U1", "U2"))
        yield slack


@pytest.fixture
def app(slack: FakeSlack) -> AsyncApp:
    return AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret, process_before_response=True)


async def refused(call: Any) -> SlackApiError:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value


async def test_message_is_posted_changed_and_deleted(slack: FakeSlack) -> None:
    """A posted card is there, its change takes the blocks that it does not name, and deleted it is gone."""
    client = client_of(slack)
    posted = await client.chat_postMessage(channel="C1", text="a fox", blocks=CARD)
    (card,) = slack.messages("C1")
    assert [block["type"] for block in card.blocks] == ["section", "actions"]
    await client.chat_update(channel="C1", ts=posted["ts"], text="gone")
    assert (card.text, card.blocks) == ("gone", [])
    await client.chat_delete(channel="C1", ts=posted["ts"])
    assert slack.messages("C1") == []


async def test_command_is_acknowledged_and_answered_later(slack: FakeSlack, app: AsyncApp) -> None:
    """A slash command arrives over the socket with Slack's markup; its answers are seen by who typed it."""
    heard = []

    @app.command("/clip")
    async def clip(ack: Any, command: Any, respond: Any) -> None:
        heard.append(command["text"])
        await ack("working…")
        await respond("done")

    async with connected(slack, app):
        acked = await slack.command("U1", "C1", "/clip", "a <fox> & https://a.example/b")
        assert acked.payload["text"] == "working…"
        await slack.until(lambda: len(slack.private("U1")) == 2)
    assert heard == ["a &lt;fox&gt; &amp; <https://a.example/b>"]
    assert {each.text for each in slack.private("U1")} == {"working…", "done"}


async def test_button_is_pressed(slack: FakeSlack, app: AsyncApp) -> None:
    """A press by its label brings the button's value and the message, and the app may replace it."""

    @app.action("undo")
    async def undo(ack: Any, action: Any, respond: Any) -> None:
        await ack()
        await respond(text=f"undone {action['value']}", replace_original=True)

    await client_of(slack).chat_postMessage(channel="C1", text="a fox", blocks=CARD)
    (card,) = slack.messages("C1")
    async with connected(slack, app):
        assert (await slack.press("U1", card, "Undo")).ok
        await slack.until(lambda: card.text == "undone t1")
