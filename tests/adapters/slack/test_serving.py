"""How Slack is heard: over a socket or over signed HTTP, through broken connections and refused tokens."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import httpx
import pytest
from aiohttp.test_utils import unused_port

from adapters.slack.app import make_app
from adapters.slack.serving import EVENTS_PATH, Line, Serving, Unservable, serve
from bot.core.lifecycle import State
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.studio import studio


async def test_votes_are_read_again_after_a_reconnect(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A vote that was given and one that was taken back while nobody listened count once Slack is heard again."""
    caplog.set_level(logging.INFO)
    async with studio(tmp_path) as here:
        await here.drafted()
        card = here.card()
        card.reactions["white_check_mark"] = ["U2", "U5"]
        await here.slack.drop_socket()
        await here.slack.until(lambda: here.missed == 1)
        assert await here.finals() == [State.ARMED]
        card.reactions["white_check_mark"] = []
        card.reactions["x"] = ["U2"]
        await here.slack.drop_socket()
        await here.slack.until(lambda: here.missed == 3)
        assert await here.finals() == [State.CANCELLED]
        await here.slack.drop_socket()
        await here.slack.until(lambda: here.slack.connections == 1)
        assert "$0.00" in await here.clip("spend", name="/dailies") or await here.finals() == [State.CANCELLED]
    assert "Traceback" not in caplog.text


async def test_a_used_vote_does_not_arm_again(tmp_path: Path) -> None:
    """A ✅ that has armed a final and stands after its Undo is no vote given anew, however often it is read."""
    async with studio(tmp_path) as here:
        await here.drafted()
        await here.slack.react("U2", here.card(), "white_check_mark")
        await here.office.work(1)
        await here.slack.press("U1", here.card(), "Undo")
        connections = len(here.slack.calls("apps.connections.open"))
        await here.slack.drop_socket()
        await here.slack.until(lambda: len(here.slack.calls("apps.connections.open")) > connections)
        await here.slack.until(lambda: here.slack.calls("reactions.get"))
        assert await here.finals() == [State.CANCELLED]
        assert here.missed == 0


async def test_signed_http_is_heard_and_nothing_else(tmp_path: Path) -> None:
    """Over HTTP what Slack has signed is carried out, and what nobody has signed is refused."""
    port = unused_port()
    async with studio(tmp_path, http=port) as here:
        here.slack.request_url = f"http://127.0.0.1:{port}{EVENTS_PATH}"
        assert "$0.32" in await here.clip("a fox")
        async with httpx.AsyncClient() as client:
            forged = await client.post(here.slack.request_url, data={"command": "/clip", "text": "a fox"})
        assert forged.status_code == 401
        assert len(await here.takes()) == 1


async def test_a_refused_app_token_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A refused app token ends the attempts with what to do; the process goes on until it is stopped."""
    async with studio(tmp_path) as here:
        here.slack.fail("apps.connections.open", "invalid_auth", times=50)
        await here.slack.drop_socket()
        await here.slack.until(here.line.given_up.is_set)
        asked = len(here.slack.calls("apps.connections.open"))
        await asyncio.sleep(0.05)
        assert len(here.slack.calls("apps.connections.open")) == asked
    assert "SLACK_APP_TOKEN" in here.line.trouble
    assert caplog.text.count("SLACK_APP_TOKEN") == 1
    assert "Traceback" not in caplog.text


async def test_a_lost_connection_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """However often it has to be tried, a lost connection is one line in the log, and its return another."""
    caplog.set_level(logging.INFO, logger="adapters.slack.serving")
    async with studio(tmp_path) as here:
        here.slack.fail("apps.connections.open", "internal_error", times=4)
        await here.slack.drop_socket()
        await here.slack.until(lambda: "heard again" in caplog.text)
        assert not here.line.trouble
        assert "$0.32" in await here.clip("a fox")
    assert caplog.text.count("cannot be heard") == 1


async def test_an_uninstalled_app_says_what_to_do(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When the app is taken out of the workspace, hearing ends with a sentence, and nothing spins."""
    async with studio(tmp_path) as here:
        await here.slack.uninstall()
        await here.slack.until(here.line.given_up.is_set)
        assert "install it there again" in here.line.trouble
    assert caplog.text.count("install it there again") == 1


async def test_no_way_to_be_heard_is_refused(tmp_path: Path) -> None:
    """Without an app token and an address for HTTP, the error names both settings."""
    async with FakeSlack() as slack, studio(tmp_path) as here:
        app = make_app(here.desk, api_url=slack.api_url, gone=here.line.gone)
        with pytest.raises(Unservable, match=r"SLACK_APP_TOKEN.*SLACK_SIGNING_SECRET"):
            await serve(Serving(app=app, clock=here.clock, line=Line()), asyncio.Event())
