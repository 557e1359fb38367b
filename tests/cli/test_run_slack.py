"""``dailies run`` and Slack: the script itself, as a process, against the fake Slack."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from adapters.slack import needs
from tests.adapters.slack.fake.server import FakeSlack
from tests.cli.conftest import COMMAND, clean

Running = Callable[..., AbstractAsyncContextManager[asyncio.subprocess.Process]]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.teams["T1"].scopes = set(needs.scopes())
        slack.person("U1", "mina")
        slack.channel("C1", "launch", members=("U1",), bot_is_in=False)
        yield slack


@pytest.fixture
def running(tmp_path: Path, slack: FakeSlack) -> Running:
    """Starts the script in a folder with this ``.env``, and ends it as an operator does."""

    @asynccontextmanager
    async def start(*words: str, **lines: str) -> AsyncIterator[asyncio.subprocess.Process]:
        given = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url} | lines
        env_file = tmp_path / ".env"
        env_file.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
        env_file.chmod(0o600)
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "run", *words, cwd=tmp_path, env=clean(tmp_path / "home"), stderr=asyncio.subprocess.PIPE
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    return start


async def stopped(process: asyncio.subprocess.Process) -> str:
    """What it has logged, once it has ended gracefully."""
    process.send_signal(signal.SIGTERM)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_from_nothing_to_the_first_clip_in_practice(slack: FakeSlack, running: Running, tmp_path: Path) -> None:
    """Tokens in .env, --practice, an invitation, one line: a welcome, a card, a clip, all of it marked."""
    async with running("--practice", SLACK_APP_TOKEN=slack.app_token) as process:
        await slack.until(lambda: slack.connections, within_s=30)
        assert len(slack.calls("auth.test")) == 2, "nobody is to wait for whose token it is, and who the bot is"
        await slack.invite("C1")
        await slack.until(lambda: slack.messages("C1"))
        acked = await slack.command("U1", "C1", "/clip", "a fox in snow")
        assert "PRACTICE · $0.00 · 1 draft of 4 s at 480p: $0.32 held." in str(acked.payload)
        await slack.until(lambda: any("ready" in message.text for message in slack.messages("C1")), within_s=30)
        said = await stopped(process)
    welcome, card = [message.text for message in slack.messages("C1") if not message.thread_ts][:2]
    assert welcome.startswith("PRACTICE · $0.00 · I make short video clips here.")
    assert card.startswith("PRACTICE · $0.00 · 🎬")
    assert "play money, nothing is charged" in card
    assert (tmp_path / "home" / "practice" / "dailies.db").exists()
    assert not (tmp_path / "home" / "dailies.db").exists()
    assert "serving Slack in " in said
    assert slack.bot_token not in said


async def test_over_signed_http(slack: FakeSlack, running: Running) -> None:
    """Without an app token Slack's signed requests are served at SLACK_HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    lines = {"SLACK_SIGNING_SECRET": slack.signing_secret, "SLACK_HTTP": f"127.0.0.1:{port}"}
    async with running("--practice", **lines) as process:
        assert process.stderr is not None
        while b"are heard on" not in (line := await process.stderr.readline()):
            assert line
        slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        acked = await slack.command("U1", "C1", "/clip", "help")
        assert "I make short video clips here." in str(acked.payload)
        await stopped(process)


async def test_a_token_that_slack_does_not_take(running: Running) -> None:
    """It ends with one line that names the setting, and no token."""
    async with running("--practice", SLACK_BOT_TOKEN="xoxb-secret", SLACK_APP_TOKEN="xapp-secret") as process:
        _, said = await process.communicate()
    assert process.returncode == 2
    last = said.decode().splitlines()[-1]
    assert last.startswith("SLACK_BOT_TOKEN: Slack does not take it")
    assert "secret" not in said.decode()


@pytest.mark.long
async def test_slack_that_cannot_be_reached_is_asked_again(slack: FakeSlack, running: Running) -> None:
    """A start while Slack is away is no failure: it is heard once it is back; a signal ends the waiting."""
    async with running("--practice", SLACK_APP_TOKEN=slack.app_token, SLACK_API_URL="http://127.0.0.1:9") as process:
        assert process.stderr is not None
        while b"is asked again" not in (line := await process.stderr.readline()):
            assert line
        await stopped(process)
