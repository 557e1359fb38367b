"""What goes over the wire and what comes back: one request, one answer, bounded in size and time.

The difference that matters most is here: whether anything of a request was sent when it failed. httpcore tells
it exactly, by the trace event that precedes the first byte of a request.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import httpx

from adapters.muapi.answers import parsed
from bot.core.errors import NotSent, NotSentFor, OutcomeUnknown, Transient

#: More than any answer needs; what is larger is cut and counts as cut.
MOST_ANSWER_BYTES = 1_048_576
#: Content-Encodings that are undone, and those that change nothing.
UNPACKED, PLAIN = frozenset({"gzip", "x-gzip", "deflate"}), frozenset({"", "identity"})
#: httpcore's event before the first byte of a request is written, whatever the HTTP version's prefix.
FIRST_BYTE = "send_request_headers.started"
#: What may come out of a request: httpx's own tree, and now and then a bare socket or TLS error.
FAILURES = (httpx.HTTPError, httpx.StreamError, OSError)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer, as far as it came."""

    status: int
    headers: httpx.Headers
    body: bytes
    #: ``False``: the connection broke in mid-answer, time ran out, or it was larger than the cap.
    whole: bool
    #: The key, so that no text made of this answer repeats it.
    secret: str = field(default="", repr=False)

    @cached_property
    def document(self) -> object:
        """The body as JSON, decimals exact; ``None`` when it is none."""
        return parsed(self.body)

    @property
    def text(self) -> str:
        """The body as text, without the key."""
        text = self.body.decode("utf-8", "replace")
        return text.replace(self.secret, "…") if self.secret else text


@dataclass(slots=True)
class Exchange:
    """One request under way: what was sent, and what has come so far."""

    secret: str = field(repr=False)
    began: bool = False
    #: 0 until the status line came.
    status: int = 0
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)
    body: bytearray = field(default_factory=bytearray, repr=False)
    whole: bool = False

    async def trace(self, event: str, _info: Mapping[str, object]) -> None:
        """Take httpcore's events: remember that the first byte is about to leave."""
        if event.endswith(FIRST_BYTE):
            self.began = True

    async def run(self, transport: httpx.AsyncBaseTransport, request: httpx.Request, total_s: float) -> None:
        """Send the request and read its answer; whatever came before a failure is kept.

        The transport is used without httpx's client, which follows, remembers and interprets more than it is asked to.

        Raises:
            One of FAILURES (TimeoutError is an OSError), when no status line came.
        """
        request.extensions["trace"] = self.trace
        try:
            async with asyncio.timeout(total_s):
                response = await transport.handle_async_request(request)
                try:
                    self.status, self.headers = response.status_code, response.headers
                    await self._read(response)
                finally:
                    await response.aclose()
        except FAILURES:
            if not self.status:
                raise

    async def _read(self, response: httpx.Response) -> None:
        async for chunk in response.aiter_raw():
            self.body += chunk
            if len(self.body) > MOST_ANSWER_BYTES:
                return
        self.whole = True

    def answer(self) -> Answer:
        """What came back; only after a status line came."""
        body, whole = inflated(bytes(self.body), self.headers)
        return Answer(
            status=self.status, headers=self.headers, body=body, whole=self.whole and whole, secret=self.secret
        )


def inflated(body: bytes, headers: httpx.Headers) -> tuple[bytes, bool]:
    """The body without the compression that nobody asked for, never larger than the cap; and whether that is all.

    Under a coding that we cannot undo it proves nothing, whatever it is: an id may be in it.
    """
    coding = headers.get("content-encoding", "").strip().lower()
    if coding not in UNPACKED:
        return body[:MOST_ANSWER_BYTES], coding in PLAIN and len(body) <= MOST_ANSWER_BYTES
    try:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # 32: gzip or zlib, by its header
        plain = unpacker.decompress(body, MOST_ANSWER_BYTES)
    except zlib.error:
        return b"", False
    return plain, unpacker.eof


def lost_order(exchange: Exchange, error: Exception) -> NotSent | OutcomeUnknown:
    """What a submit without any answer means: no job when nothing was sent, else nobody knows."""
    kind = type(error).__name__
    if not exchange.began:
        return NotSent(f"the provider cannot be reached ({kind})", reason=NotSentFor.NETWORK)
    return OutcomeUnknown(f"the provider did not answer the order ({kind})")


def lost_question(error: Exception) -> Transient:
    """What a question without any answer means: ask again."""
    return Transient(f"the provider cannot be reached ({type(error).__name__})")
