"""Whatever comes over the wire, every method of the client ends in a value or an error of its port, soon and small."""

from __future__ import annotations

import asyncio
import gzip
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.muapi.answers import ID_NAMES
from adapters.muapi.client import MuapiClient
from adapters.muapi.settings import Timeouts
from bot.core.errors import (
    ClipDamaged,
    Gone,
    KeyRefused,
    NotSent,
    OrderRefused,
    OutcomeUnknown,
    ProviderError,
    ServerFault,
    Transient,
)
from bot.core.fakes import FakeClock
from bot.core.money import Money
from bot.core.ports import Accepted, Balance, Downloaded, History, JobStatus
from tests.adapters.muapi.client.test_any_answer import WORDS
from tests.adapters.muapi.client.wire import KEY, ORDER, listening

#: What each method may come to, by its port's docstring.
MAY_END_IN: Mapping[str, tuple[type, ...]] = {
    "submit": (Accepted, OrderRefused, NotSent, ServerFault, OutcomeUnknown),
    "poll": (JobStatus, Transient, KeyRefused, Gone),
    "find_recent": (History, Transient, KeyRefused),
    "balance": (Balance, Transient, KeyRefused),
    "estimate": (Money, type(None), Transient, KeyRefused),
    "upload": (str, OrderRefused, Transient, KeyRefused),
    "download": (Downloaded, Transient, Gone, ClipDamaged),
}
PATIENT = Timeouts(connect_s=5.0, submit_read_s=5.0, question_s=5.0, upload_s=5.0)
HASTY = Timeouts(connect_s=0.5, submit_read_s=0.5, question_s=0.5, upload_s=0.5)
LIMIT_BYTES = 200_000
#: An answer's cap, and what lies in the sockets between.
MOST_TAKEN_BYTES = 12 * 1_048_576
MOST_GROWTH_BYTES = 10 * 1_048_576
BOMB_MB = 48
#: Answers for each method.
SHORT, LONG = 60, 3_000
ENDLESS_BYTES = 96 * 1_048_576

#: Bodies that a strategy would hardly make by itself.
ODD = (
    b'{"id": NaN, "status": "completed", "output": Infinity}',
    b'{"id": "a", "id": "", "status": "done"}',
    b'{"id": ' + b"9" * 5_000 + b"}",
    b'{"id": "job", "cost": {"amount_usd": ' + b"9" * 4_000 + b"}}",
    b'{"balance": 1e999999999, "cost": -1e-999999999}',
    b'{"id": "\\ud800", "error": "\\udfff \\ud83d", "created_at": "\\ud800"}',
    b'{"data": {"items": [{"id": 1, "created_at": 1e400, "input": {"a": 1e400}}], "next_cursor": "\\ud800"}}',
    '{"id": "jöb", "error": "é"}'.encode("utf-16"),
    b"\xef\xbb\xbf" + b'{"id": "job_1"}',
    b"\xff\xfe\x00\x00",
    f'{{"error": "{KEY}"}}'.encode(),
    f"<html>{KEY}</html>".encode(),
    f'{{"detail": "{KEY[:5]}\\u0000{KEY[5:]}"}}'.encode(),
    f'{{"error": "{KEY[:5]}<@U1>{KEY[5:]}", "status": "failed"}}'.encode(),
    f'{{"status": "{KEY[:5]}\\u200b{KEY[5:]}"}}'.encode(),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["completed", "failed", "https://a.example/b.mp4", "1e999999", "2026-11-02T09:00:00Z", KEY]),
    st.sampled_from([f"{KEY[:5]}\x00{KEY[5:]}", 10**300, -1, 0.1]),
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=12,
)
NESTS = st.tuples(
    st.sampled_from([(b"[", b"]"), (b'{"data":', b"}"), (b'{"output":[', b"]}"), (b'{"url":[{"url":[', b"]}]}")]),
    st.integers(1, 1_200),
    st.sampled_from([b"", b'"status":"completed","output":']),
).map(lambda made: b"{%s%s1%s}" % (made[2] or b'"id":', made[0][0] * made[1], made[0][1] * made[1]))
BODIES = st.one_of(
    DOCUMENTS.map(lambda document: json.dumps(document).encode()),
    DOCUMENTS.map(lambda document: json.dumps({"id": "job_1", "data": document}).encode()),
    st.binary(max_size=60),
    st.sampled_from(ODD),
    NESTS,
)
STATUSES = st.sampled_from([200, 201, 204, 206, 301, 307, 400, 401, 402, 403, 404, 409, 413, 416, 422, 429, 500, 503])
HEADERS = st.sampled_from(
    [
        "",
        "Content-Type: application/json; charset=utf-7\r\n",
        "Content-Type: text/html; charset=no-such\r\n",
        "Retry-After: " + "9" * 5_000 + "\r\n",
        "Retry-After: Mon, 99 Foo 20260 99:99:99 +9999\r\nDate: 0\r\n",
        "Retry-After: -1\r\n",
        "X-MuAPI-Cost-USD: NaN\r\nX-Account-Balance: -Infinity\r\n",
        "X-MuAPI-Cost-USD: " + "9" * 5_000 + "\r\n",
        "Content-Range: bytes " + "9" * 5_000 + '-/*\r\nETag: "v1"\r\n',
        "Content-Range: bytes 0-1/" + "9" * 5_000 + "\r\n",
        "Location: http://[::1\r\n",
        "Location: file:///etc/passwd\r\n",
        "Location: /again\r\n",
        f"X-Echo: {KEY}\r\n",
        "X-Odd: \x80\xff\r\n",
        "No colon at all\r\n",
    ]
)
FRAMES = st.sampled_from(["length", "short", "long", "chunked", "cut chunk", "bad chunk", "none", "both", "huge"])
CODINGS = st.sampled_from(["", "", "", "gzip", "deflate", "cut gzip", "no gzip", "br"])


@dataclass(frozen=True)
class Sent:
    """One answer as bytes, and whether all of its body is in it."""

    status: int
    body: bytes
    wire: bytes
    whole: bool

    @classmethod
    def made(cls, status: int, headers: str, body: bytes, coding: str, frame: str) -> Sent:
        """The answer of these parts."""
        packed, whole = packed_as(coding, body)
        whole = whole and not (coding and frame == "long")
        if coding:
            headers += f"Content-Encoding: {coding.rpartition(' ')[2]}\r\n"
        head, content, complete = framed(frame, packed)
        start = f"HTTP/1.1 {status} OK\r\n{headers}{head}Connection: close\r\n\r\n".encode("latin-1")
        return cls(status=status, body=body, wire=start + content, whole=whole and complete)


def packed_as(coding: str, body: bytes) -> tuple[bytes, bool]:
    """The body under a Content-Encoding, and whether the client can have all of it back."""
    match coding:
        case "gzip":
            return gzip.compress(body), True
        case "deflate":
            return zlib.compress(body), True
        case "cut gzip":
            return gzip.compress(body)[:-9], False
        case "":
            return body, True
        case _:  # Said, and not so, or nothing that the client knows.
            return body, False


def framed(frame: str, body: bytes) -> tuple[str, bytes, bool]:
    """Headers and bytes of a body, and whether it comes to its end."""
    length, chunked = f"Content-Length: {len(body)}\r\n", "Transfer-Encoding: chunked\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
    frames = {
        "length": (length, body, True),
        "short": (f"Content-Length: {len(body) + 7}\r\n", body, False),
        "long": (f"Content-Length: {max(0, len(body) - 3)}\r\n", body, True),
        "chunked": (chunked, chunk + b"0\r\n\r\n", True),
        "cut chunk": (chunked, chunk, False),
        "bad chunk": (chunked, b"zz\r\n" + body, False),
        "none": ("", body, True),
        "both": (length + chunked, chunk + b"0\r\n\r\n", True),
        "huge": ("Content-Length: " + "9" * 5_000 + "\r\n", body, False),
    }
    return frames[frame]


#: Long numbers where a header has one.
DIGITS = ("Content-Range: bytes 0-1/" + "9" * 5_000 + "\r\n", "Retry-After: " + "9" * 5_000 + "\r\n")
#: Sent in every run.
CERTAIN = (
    *(Sent.made(status, "", body, "", "length") for status in (200, 422) for body in ODD),
    *(Sent.made(status, header, b"clip", "", "length") for status in (206, 416) for header in DIGITS),
    Sent.made(400, "", b"what?", "br", "length"),
)
SENT = st.builds(Sent.made, STATUSES, HEADERS, BODIES, CODINGS, FRAMES)


@dataclass
class Wire:
    """A real server that answers everything with the same bytes, and a real client of it."""

    client: MuapiClient
    url: str
    folder: Path
    picture: Path
    timeouts: Timeouts
    says: bytes = b""
    #: Sent after that again and again, until the client hangs up or so many have left.
    repeats: bytes = b""
    left: list[int] = field(default_factory=list)

    def methods(self) -> dict[str, Callable[[], Coroutine[Any, Any, object]]]:
        """Every method that talks to the provider."""
        return {
            "submit": lambda: self.client.submit(ORDER),
            "poll": lambda: self.client.poll("job_1"),
            "find_recent": lambda: self.client.find_recent(0),
            "balance": self.client.balance,
            "estimate": lambda: self.client.estimate(ORDER),
            "upload": lambda: self.client.upload(self.picture, "image/png"),
            "download": self.download,
        }

    async def download(self) -> Downloaded:
        """To a file that is not there yet, or a part of which is."""
        return await self.client.download(
            f"{self.url.partition('/api/')[0]}/clip.mp4",
            self.folder / "clip.mp4",
            limit_bytes=LIMIT_BYTES,
            timeout_s=self.timeouts.question_s,
        )

    async def outcome(self, method: str) -> object:
        """What it comes to: a value, or an error of the port; any other error comes out."""
        try:
            return await self.methods()[method]()
        except ProviderError as error:
            return error
        except ClipDamaged as error:
            return error


@asynccontextmanager
async def wired(folder: Path, timeouts: Timeouts = PATIENT) -> AsyncIterator[Wire]:
    """A server and its client."""
    picture = folder / "picture.png"
    picture.write_bytes(b"\x89PNG")
    made: list[Wire] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        wire = made[0]
        writer.write(wire.says)
        await writer.drain()
        left = 0
        while wire.repeats and left < ENDLESS_BYTES:
            writer.write(wire.repeats)
            left += len(wire.repeats)
            wire.left[-1] = left
            await writer.drain()

    async with listening(answer) as url:
        client = MuapiClient(key=KEY, clock=FakeClock(), base_url=url, timeouts=timeouts)
        made.append(Wire(client=client, url=url, folder=folder, picture=picture, timeouts=timeouts))
        yield made[0]
        await client.close()


async def request(reader: asyncio.StreamReader) -> None:
    """Read a request to its end: an answer before that would be another trouble."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    await reader.readexactly(int(length.partition(b":")[2]))


@pytest.mark.parametrize("method", MAY_END_IN)
def test_every_answer_ends_in_a_word_of_the_port(method: str, tmp_path: Path, *, drill: bool) -> None:
    """No answer makes a method fail in a way of its own, accept without proof, or repeat the key."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        wire = runner.run(stack.enter_async_context(wired(tmp_path)))

        @settings(deadline=None, max_examples=LONG if drill else SHORT, suppress_health_check=list(HealthCheck))
        @given(sent=SENT)
        def run(sent: Sent) -> None:
            wire.says = sent.wire
            outcome = runner.run(wire.outcome(method))
            assert isinstance(outcome, MAY_END_IN[method]), outcome
            require_no_key(outcome)
            if method == "submit":
                require_proof(outcome, sent)

        for sent in CERTAIN:
            run = example(sent=sent)(run)
        try:
            run()
        finally:
            runner.run(stack.aclose())


def require_no_key(outcome: object) -> None:
    """The key is in no text that could be shown, logged or kept."""
    texts = [str(outcome), repr(outcome)] if isinstance(outcome, Exception) else []
    if isinstance(outcome, JobStatus):
        texts = [outcome.said, outcome.error or "", outcome.raw]
    assert not [text for text in texts if KEY in text]


def require_proof(outcome: object, sent: Sent) -> None:
    """An order is accepted by what is in its answer, and proved unmade by a whole answer only."""
    match outcome:
        case Accepted(job=str() as job):
            assert job in ids_in(sent.body)
        case Accepted():
            assert sent.status < 300
            assert b"http" in sent.body
        case OrderRefused() | NotSent():
            redirected = 300 <= sent.status < 400
            assert redirected or sent.whole
            assert redirected or 400 <= sent.status < 500
        case ServerFault():
            assert sent.whole
        case _:
            return


def ids_in(body: bytes) -> set[str]:
    """Everything in a body that could be a job's id."""
    found: set[str] = set()

    def seen(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found.update(str(value).strip() for name, value in pairs if name in ID_NAMES)
        return dict(pairs)

    json.loads(body, object_pairs_hook=seen)
    return found


ENDLESS = {
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65_536 + b"\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\n\r\n", b"[" * 65_536),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 4_000 + b"\r\n"),
    "one header": (b"HTTP/1.1 200 OK\r\nX-More: ", b"y" * 65_536),
    "interim answers": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: " + b"y" * 20_000 + b"\r\n\r\n"),
    "status line": (b"", b"HTTP/1.1 200 " + b"y" * 65_536),
}


@pytest.mark.parametrize("method", MAY_END_IN)
@pytest.mark.parametrize("kind", ENDLESS)
async def test_an_endless_answer_is_left(method: str, kind: str, tmp_path: Path) -> None:
    """What has no end is read to a limit only, and ends in a word of the port."""
    async with wired(tmp_path, HASTY) as wire:
        wire.says, wire.repeats = ENDLESS[kind]
        wire.left.append(0)
        outcome = await wire.outcome(method)
        assert isinstance(outcome, MAY_END_IN[method])
        assert not isinstance(outcome, Accepted | OrderRefused | NotSent | ServerFault)
    assert wire.left[0] <= MOST_TAKEN_BYTES or kind == "interim answers"  # Those only time ends.


@cache
def packed_bomb(coding: str) -> bytes:
    """Many megabytes of spaces, packed."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | (16 if coding == "gzip" else 0))
    return b"".join([packer.compress(b" " * 1_048_576) for _ in range(BOMB_MB)]) + packer.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("method", [name for name in MAY_END_IN if name != "download"])
async def test_a_bomb_does_not_unpack(method: str, coding: str, tmp_path: Path) -> None:
    """What is packed a thousandfold is unpacked to the cap only, and is no whole answer."""
    bomb = packed_bomb(coding)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(bomb)}\r\n\r\n"
    async with wired(tmp_path) as wire:
        wire.says = head.encode() + bomb
        tracemalloc.start()
        try:
            outcome = await wire.outcome(method)
            grown = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(outcome, OutcomeUnknown | Transient)
    assert grown <= MOST_GROWTH_BYTES
