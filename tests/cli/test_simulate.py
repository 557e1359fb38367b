"""``dailies simulate``."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import re
import signal

import httpx
import pytest

from bot.cli import simulate


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dailies")
    simulate.add_parser(parser.add_subparsers())
    return parser.parse_args(["simulate", *words])


class Printed(io.StringIO):
    """Standard output that tells when a line is out."""

    def __init__(self) -> None:
        """Nothing is out."""
        super().__init__()
        self.out = asyncio.Event()

    def flush(self) -> None:
        """The line is out."""
        self.out.set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_serves_until_stopped(monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    """It prints one line with its URL and key, serves an order there, and ends with 0 at a signal."""
    words = ("--port", "0", "--key", "k-7", "--balance", "$1.50", "--shape", "vendor", "--auth", "x-api-key")
    printed = Printed()
    monkeypatch.setattr("sys.stdout", printed)
    running = asyncio.create_task(simulate.run(parsed(*words)))
    async with asyncio.timeout(10):
        await printed.out.wait()
    found = re.fullmatch(r"Simulating Muapi at (http://127\.0\.0\.1:\d+/api/v1) with key k-7\n", printed.getvalue())
    assert found
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        url = f"{found[1]}/seedance-2-mini-text-to-video"
        answer = await http.post(url, json={"prompt": "a fox"}, headers={"x-api-key": "k-7"})
    assert answer.json()["cost"]["amount_usd"] == 0.75
    assert answer.headers["X-Account-Balance"] == "0.7500"
    os.kill(os.getpid(), number)
    assert await running == 0


async def test_port_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken is one sentence and the status 1."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await simulate.run(parsed("--port", str(port))) == 1
    assert "cannot simulate: error while attempting to bind" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--scale", "0"), ("--key", ""), ("--base", "api"), ("--history-lag", "-1")])
async def test_wrong_settings(capsys: pytest.CaptureFixture[str], words: tuple[str, str]) -> None:
    """A setting that cannot be simulated is one sentence and the status 2."""
    assert await simulate.run(parsed(*words)) == 2
    assert capsys.readouterr().err.startswith("cannot simulate: the ")


@pytest.mark.parametrize("words", [("--port", "70000"), ("--port", "x"), ("--balance", "much"), ("--shape", "round")])
def test_words_that_cannot_be_read(words: tuple[str, str]) -> None:
    """A word that cannot be read ends with the usage and the status 2."""
    with pytest.raises(SystemExit) as end:
        parsed(*words)
    assert end.value.code == 2


def test_help_lists_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists the faults and how to ask for them."""
    with pytest.raises(SystemExit):
        parsed("--help")
    text = capsys.readouterr().out
    assert "[[moderation]]" in text
    assert "fault-after" in text
