"""The control socket: its owner is answered, and nobody who misbehaves is felt by anybody else."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.control import ControlError, ControlServer, Failed, NobodyThere, Say, request, server
from bot.control.address import SocketTaken, bound, connected
from bot.core.errors import StoreError

ROWS = "these rows"


async def echo(arguments: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Says what it was told, and answers it."""
    for text in arguments.get("say", ()):
        await say(text)
    return dict(arguments)


class Slow:
    """An operation that ends when it is cancelled, and says so."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def __call__(self, arguments: Mapping[str, Any], say: Say) -> dict[str, Any]:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()
        return {}


async def fails(arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
    raise {"store": StoreError("The disk is full."), "defect": ValueError("secret")}[arguments["how"]]


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "control.sock"


@pytest.fixture
async def serving(path: Path, slow: Slow) -> AsyncIterator[ControlServer]:
    serving = ControlServer(path, rows=ROWS, operations={"echo": echo, "slow": slow, "fails": fails})
    assert await serving.start()
    yield serving
    await serving.close()
    assert not path.exists()


async def ask(path: Path, verb: str = "echo", *, rows: str = ROWS, **arguments: Any) -> dict[str, Any]:
    return (await request(path, verb, arguments, rows=rows, said=lambda _: None)).answer


async def raw(path: Path, sent: bytes) -> dict[str, Any]:
    """The last line that comes back."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(sent)
    writer.write_eof()
    said = await reader.read()
    writer.close()
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    return answer


@pytest.mark.usefixtures("serving")
async def test_an_answer_with_its_progress(path: Path) -> None:
    """Progress comes line by line, then the answer with the id of the process."""
    said: list[str] = []
    answered = await request(path, "echo", {"say": ["one", "two\nlines"], "é": 1}, rows=ROWS, said=said.append)
    assert said == ["one", "two\nlines"]
    assert answered.answer == {"say": ["one", "two\nlines"], "é": 1}
    assert answered.pid == os.getpid()


@pytest.mark.usefixtures("serving")
async def test_only_the_owner_can_open_it(path: Path) -> None:
    """The socket is nobody else's from the moment that it is there."""
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("serving")
async def test_another_user_is_turned_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reaches the socket as another user gets a sentence and nothing else."""
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    with pytest.raises(Failed, match="Only the user who runs Dailies"):
        await ask(path)


@pytest.mark.usefixtures("serving")
async def test_what_fails_is_said(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A failure of the rows is its sentence; a defect is logged, and its text stays here."""
    with pytest.raises(Failed, match=r"^The disk is full\.$"):
        await ask(path, "fails", how="store")
    with pytest.raises(Failed, match="by a defect of Dailies"):
        await ask(path, "fails", how="defect")
    assert "fails was not carried out" in caplog.text


@pytest.mark.usefixtures("serving")
async def test_a_verb_and_rows_that_are_not_known(path: Path) -> None:
    """An unknown verb, and a request that means another database, are turned away by name."""
    with pytest.raises(Failed, match="does not know 'dance'"):
        await ask(path, "dance")
    with pytest.raises(Failed, match="another database"):
        await ask(path, rows="other rows")


WRONG = [
    b"hello\n",
    b"[]\n",
    b'{"v": 2, "verb": "echo"}\n',
    b'{"v": 1, "verb": ["echo"]}\n',
    b'{"v": 1, "at": "these rows", "verb": "echo"}\n',
    b'{"v": 1',
    b"",
    b"\xff\xfe\n",
    b"[" * 30_000 + b"\n",
    b"x" * 200_000,
]


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize("sent", WRONG, ids=range(len(WRONG)))
async def test_what_is_no_request(path: Path, sent: bytes) -> None:
    """Whatever else comes over the socket is answered with a sentence, and the next is served."""
    answer = await raw(path, sent)
    assert answer["is"] == "failed"
    assert answer["text"].startswith("The request was not understood: ")
    assert await ask(path, n=1) == {"n": 1}


@pytest.mark.usefixtures("serving")
async def test_one_who_says_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends nothing is let go, and does not keep others waiting meanwhile."""
    monkeypatch.setattr(server, "PATIENCE_S", 0.05)
    reader, writer = await asyncio.open_unix_connection(path)
    assert await ask(path, n=1) == {"n": 1}
    assert b"not understood" in await reader.read()
    writer.close()


@pytest.mark.usefixtures("serving")
async def test_one_who_does_not_listen(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that takes no answer is let go."""
    monkeypatch.setattr(server, "PATIENCE_S", 0.05)
    sock = connected(path)
    request_ = {"v": 1, "at": ROWS, "verb": "echo", "arguments": {"say": ["x" * 1000] * 50}}
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, json.dumps(request_).encode() + b"\n")
    assert await ask(path, n=1) == {"n": 1}
    await asyncio.sleep(0.2)
    got = b""
    while part := await loop.sock_recv(sock, 1 << 20):
        got += part
    sock.close()
    assert await ask(path, n=2) == {"n": 2}


@pytest.mark.usefixtures("serving")
async def test_one_who_goes_away(path: Path, slow: Slow) -> None:
    """What was asked for is stopped when nobody waits for it any more."""
    asking = asyncio.create_task(ask(path, "slow"))
    await slow.begun.wait()
    asking.cancel()
    async with asyncio.timeout(5):
        await slow.cancelled.wait()
    assert await ask(path, n=1) == {"n": 1}


async def test_too_many(serving: ControlServer, path: Path) -> None:
    """One more than are served at once is told so."""
    crowd = [asyncio.create_task(ask(path, "slow")) for _ in range(server.CLIENTS_AT_ONCE)]
    async with asyncio.timeout(5):
        while len(serving._clients) < server.CLIENTS_AT_ONCE:  # noqa: ASYNC110, SLF001
            await asyncio.sleep(0.01)
    with pytest.raises(Failed, match="Too many"):
        await ask(path)
    for one in crowd:
        one.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def test_the_end(path: Path, slow: Slow) -> None:
    """When the process stops, whoever waits for it is told; what it was doing is stopped."""
    serving = ControlServer(path, rows=ROWS, operations={"slow": slow})
    await serving.start()
    asking = asyncio.create_task(ask(path, "slow"))
    await slow.begun.wait()
    await serving.close()
    with pytest.raises(ControlError, match="went away"):
        await asking
    assert slow.cancelled.is_set()
    with pytest.raises(NobodyThere):
        await ask(path)


async def test_what_a_dead_process_left(path: Path) -> None:
    """A socket that nobody listens to is replaced; to a client it is as none."""
    bound(path).close()
    assert path.is_socket()
    with pytest.raises(NobodyThere):
        await ask(path)
    serving = ControlServer(path, rows=ROWS, operations={"echo": echo})
    assert await serving.start()
    assert await ask(path, n=1) == {"n": 1}
    await serving.close()


@pytest.mark.usefixtures("serving")
async def test_what_a_living_process_has(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A socket that is served is left alone: the second process works on without one."""
    with pytest.raises(SocketTaken):
        bound(path)
    second = ControlServer(path, rows=ROWS, operations={})
    assert not await second.start()
    await second.close()
    assert "another process serves" in caplog.text
    assert await ask(path, n=1) == {"n": 1}


async def test_a_long_path(tmp_path: Path) -> None:
    """A path that is longer than a socket's address may be is served all the same."""
    home = tmp_path / ("long" * 20) / ("er" * 40)
    home.mkdir(parents=True)
    serving = ControlServer(home / "control.sock", rows=ROWS, operations={"echo": echo})
    assert await serving.start()
    assert await ask(home / "control.sock", n=1) == {"n": 1}
    await serving.close()
    assert list(home.iterdir()) == []


async def test_a_long_path_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where there is no short way to it, the remedy is said, and the process works on."""
    monkeypatch.setattr("bot.control.address.OPEN_FILES", tmp_path / "none")
    path = tmp_path / ("long" * 30) / "control.sock"
    path.parent.mkdir()
    with caplog.at_level(logging.WARNING):
        assert not await ControlServer(path, rows=ROWS, operations={}).start()
    assert "set DAILIES_HOME to a shorter one" in caplog.text
    with pytest.raises(ControlError, match="shorter one"):
        await ask(path)


async def test_a_socket_that_is_not_ours(tmp_path: Path) -> None:
    """A file in the socket's place is no socket: nobody is there, and the process works on without."""
    (tmp_path / "control.sock").write_text("mine")
    with pytest.raises(NobodyThere):
        await ask(tmp_path / "control.sock")
    assert not await ControlServer(tmp_path / "control.sock", rows=ROWS, operations={}).start()
    assert (tmp_path / "control.sock").read_text() == "mine"


@pytest.mark.parametrize("said", [b"hello\n", b'{"v":9}\n', b'{"v":1,"is":"else"}\n', b""], ids=range(4))
async def test_a_server_of_another_kind(path: Path, said: bytes) -> None:
    """What is no answer is said to be none."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(said)
        writer.close()

    other = await asyncio.start_unix_server(serve, sock=listening)
    with pytest.raises(ControlError, match=r"not understood|went away"):
        await ask(path)
    other.close()
