"""Answers as bytes on a wire: of every status, framing, packing and content, sound and not."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.adapters.muapi.client.test_any_answer import WORDS
from tests.adapters.muapi.client.wire import KEY

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
