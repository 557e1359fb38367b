"""Whatever comes over the wire, every method of the client ends in a value or an error of its port, soon and small."""

from __future__ import annotations

import asyncio
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
from tests.adapters.muapi.client.anything import CERTAIN, SENT, Sent
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


#: Only time ends those: make check waits for it with every method.
WAITED_FOR = [
    pytest.param(method, "interim answers", marks=[] if method == "submit" else [pytest.mark.long])
    for method in MAY_END_IN
]


@pytest.mark.parametrize(
    ("method", "kind"),
    [*((method, kind) for kind in ENDLESS if kind != "interim answers" for method in MAY_END_IN), *WAITED_FOR],
)
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
