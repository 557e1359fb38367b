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
from bot.core.errors import StoreError
from bot.core.lifecycle import State
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.studio import studio


class _FirstExpires(set[str]):
    """Tickets of which the first is worth nothing by the time that it is used."""

    expired = False

    def add(self, ticket: str) -> None:
        if self.expired:
            super().add(ticket)
        self.expired = True


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


async def test_an_address_that_has_expired_is_asked_for_anew(tmp_path: Path) -> None:
    """Where the address of a connection is worth nothing any more, Slack is asked for another, and is heard again."""
    async with studio(tmp_path) as here:
        before = len(here.slack.calls("apps.connections.open"))
        here.slack.kit.sockets.tickets = _FirstExpires()
        await here.slack.drop_socket()
        assert "$0.32" in await here.clip("a fox")
        assert len(here.slack.calls("apps.connections.open")) == before + 2


async def test_an_uninstalled_app_says_what_to_do(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When the app is taken out of the workspace, hearing ends with a sentence, and nothing spins."""
    async with studio(tmp_path) as here:
        await here.slack.uninstall()
        await here.slack.until(here.line.given_up.is_set)
        assert "install it there again" in here.line.trouble
    assert caplog.text.count("install it there again") == 1


async def test_a_farewell_of_others_is_none_of_ours(tmp_path: Path) -> None:
    """Another workspace that takes the app out, or a person's own token that ends, leaves this one heard."""
    async with studio(tmp_path) as here:
        here.slack.team("T2")
        assert (await here.slack.uninstall("T2")).ok
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}, "event_ts": "1.1"}
        assert (await here.event(revoked)).ok
        assert not here.line.given_up.is_set()
        assert "$0.32" in await here.clip("a fox")


@pytest.mark.parametrize("http", [False, True])
async def test_it_stops_while_votes_are_looked_up(tmp_path: Path, http: bool) -> None:  # noqa: FBT001 - pytest's
    """A look-up of what was missed is tried again where it fails, and holds up neither the hearing nor the end."""
    looked = 0

    async def connected() -> None:
        nonlocal looked
        looked += 1
        if looked == 1:
            msg = "no rows"
            raise StoreError(msg)
        await asyncio.sleep(3600)

    async with FakeSlack() as slack, studio(tmp_path) as here:
        app = make_app(here.desk, signing_secret="s", api_url=slack.api_url, gone=here.line.gone)
        line, stop = Line(), asyncio.Event()
        token = "" if http else slack.app_token
        serving = Serving(
            app=app,
            clock=here.clock,
            line=line,
            app_token=token,
            api_url=slack.api_url,
            port=unused_port(),
            connected=connected,
        )
        running = asyncio.create_task(serve(serving, stop))
        await slack.until(lambda: looked == 2 and not line.trouble)
        stop.set()
        await asyncio.wait_for(running, 5)


async def test_what_is_heard_at_the_end_comes_again(tmp_path: Path) -> None:
    """From when it is to stop nothing more is begun: an event is left to whoever hears Slack next."""
    async with studio(tmp_path) as here:
        await here.drafted()
        here.slack.patience_s, here.slack.retry_after_s = 0.5, ()
        here.slack.fail("chat.postEphemeral", "hang", retry_after_s=1.0)
        assert (await here.slack.mention("U1", "C1", "status")).ok
        here.stop.set()
        await asyncio.sleep(0)
        assert not (await here.slack.mention("U1", "C1", "draft: a fox")).ok
        assert len(await here.takes()) == 1


async def test_no_way_to_be_heard_is_refused(tmp_path: Path) -> None:
    """Without an app token and an address for HTTP, the error names both settings."""
    async with FakeSlack() as slack, studio(tmp_path) as here:
        app = make_app(here.desk, api_url=slack.api_url, gone=here.line.gone)
        with pytest.raises(Unservable, match=r"SLACK_APP_TOKEN.*SLACK_SIGNING_SECRET"):
            await serve(Serving(app=app, clock=here.clock, line=Line()), asyncio.Event())
