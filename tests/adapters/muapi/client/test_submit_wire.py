"""What an order looks like on the wire, and what it means when the wire fails."""

from __future__ import annotations

import asyncio
import gzip
import socket
from dataclasses import replace

import pytest

from adapters.muapi.settings import Auth, Timeouts
from adapters.muapi.wire import MOST_ANSWER_BYTES
from bot.core.errors import NotSent, NotSentFor, OrderRefused, OutcomeUnknown
from tests.adapters.muapi.client.wire import KEY, ORDER, MakeClient, Provider, Sockets

#: Long enough for loopback, short enough for a test.
SHORT = Timeouts(connect_s=0.2, submit_read_s=0.05, question_s=0.2)


@pytest.mark.parametrize(
    ("auth", "bearer", "own"),
    [(Auth.BOTH, f"Bearer {KEY}", KEY), (Auth.BEARER, f"Bearer {KEY}", None), (Auth.X_API_KEY, None, KEY)],
)
async def test_an_order_is_one_json_post(
    provider: Provider, make_client: MakeClient, auth: Auth, bearer: str | None, own: str | None
) -> None:
    """The body is the payload, the key is in the headers that the setting names, and the connection is not kept."""
    provider.says({"id": "j"})

    await make_client(provider.url, auth=auth).submit(ORDER)

    (seen,) = provider.seen
    assert (seen.method, seen.path) == ("POST", f"/api/v1/{ORDER.endpoint}")
    assert seen.json == ORDER.payload
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.headers["Connection"] == "close"
    assert seen.headers["X-Test"] == "1"
    assert (seen.headers.get("Authorization"), seen.headers.get("x-api-key")) == (bearer, own)


async def test_a_webhook_is_named_in_the_address(provider: Provider, make_client: MakeClient) -> None:
    """Where the provider is to call stands in the query, never in the body."""
    provider.says({"id": "j"})

    await make_client(provider.url).submit(replace(ORDER, webhook="https://bot.example/webhooks/muapi/a/b?c=d&e"))

    (seen,) = provider.seen
    assert seen.query == {"webhook": "https://bot.example/webhooks/muapi/a/b?c=d&e"}
    assert seen.json == ORDER.payload


async def test_each_order_has_a_connection_of_its_own(make_client: MakeClient, sockets: Sockets) -> None:
    """Rule 8: no socket is used twice, so none can be stale."""
    connections = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"id":"j"}')
        await reader.read()

    client = make_client(await sockets(script))
    for _ in range(3):
        assert (await client.submit(ORDER)).job == "j"

    assert connections == 3


async def test_the_environments_proxy_is_not_used(
    provider: Provider, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 8: nothing in the environment sends an order elsewhere."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    provider.says({"id": "j"})

    assert (await make_client(provider.url).submit(ORDER)).job == "j"


@pytest.mark.parametrize("location", ["/elsewhere", "https://other.example/", "http://[::1/broken", ""])
async def test_a_redirect_is_not_followed(provider: Provider, make_client: MakeClient, location: str) -> None:
    """Rule 4: the key and the order go to no other place, wherever the redirect leads."""
    provider.says(status=308, headers={"Location": location})

    with pytest.raises(NotSent) as caught:
        await make_client(provider.url).submit(ORDER)

    assert caught.value.reason is NotSentFor.KEY
    assert "the base URL is wrong" in caught.value.text
    assert len(provider.seen) == 1


def closed_port() -> str:
    """A base URL where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/api/v1"


async def test_a_closed_port_is_not_sent(make_client: MakeClient) -> None:
    """Rule 4: a connection that fails proves that nothing was sent."""
    with pytest.raises(NotSent) as caught:
        await make_client(closed_port()).submit(ORDER)

    assert caught.value.reason is NotSentFor.NETWORK


async def test_a_failed_tls_handshake_is_not_sent(make_client: MakeClient, sockets: Sockets) -> None:
    """Rule 4: a host that speaks no TLS has not seen the order."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with pytest.raises(NotSent) as caught:
        await make_client((await sockets(script)).replace("http://", "https://")).submit(ORDER)

    assert caught.value.reason is NotSentFor.NETWORK


async def test_a_handshake_without_end_is_not_sent(make_client: MakeClient, sockets: Sockets) -> None:
    """Rule 4: time that runs out before the first byte of the order proves as much."""

    async def script(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    base_url = (await sockets(script)).replace("http://", "https://")
    with pytest.raises(NotSent) as caught:
        await make_client(base_url, timeouts=replace(SHORT, connect_s=0.05)).submit(ORDER)

    assert caught.value.reason is NotSentFor.NETWORK


ANSWERS = {
    "closed after reading": b"",
    "reset in the status line": b"HTTP/1.1 20",
    "closed in the headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "closed in the body": b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"status":',
    "a refusal that is cut": b'HTTP/1.1 422 No\r\nContent-Length: 40\r\n\r\n{"detail": "no',
    "a fault that is cut": b"HTTP/1.1 503 No\r\nContent-Length: 40\r\n\r\nsorry",
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a broken compression": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    "too large": b"HTTP/1.1 400 No\r\nContent-Length: 2000000\r\n\r\n" + b" " * (MOST_ANSWER_BYTES + 1),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_that_is_lost_or_cut_is_unknown(
    make_client: MakeClient, sockets: Sockets, answer: bytes
) -> None:
    """Rule 6: once the order was sent, only a whole answer proves anything."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    with pytest.raises(OutcomeUnknown):
        await make_client(await sockets(script)).submit(ORDER)


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
async def test_an_answer_that_never_ends_is_unknown(
    make_client: MakeClient, sockets: Sockets, beginning: bytes
) -> None:
    """Rule 6: time that runs out after the order was sent leaves it open."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(beginning)
        await reader.read()

    with pytest.raises(OutcomeUnknown):
        await make_client(await sockets(script), timeouts=SHORT).submit(ORDER)


async def test_an_answer_that_drips_is_bounded(make_client: MakeClient, sockets: Sockets) -> None:
    """Bytes that keep coming do not stretch the whole time of an order."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    timeouts = Timeouts(connect_s=0.05, submit_read_s=0.1)
    with pytest.raises(OutcomeUnknown):
        await make_client(await sockets(script), timeouts=timeouts).submit(ORDER)


async def test_a_server_that_does_not_read_is_unknown(make_client: MakeClient, sockets: Sockets) -> None:
    """Rule 6: an order that was sent in part was sent."""

    async def script(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.Event().wait()

    large = replace(ORDER, payload={"prompt": "x" * 20_000_000})
    with pytest.raises(OutcomeUnknown):
        await make_client(await sockets(script), timeouts=SHORT).submit(large)


async def test_a_refusal_before_the_order_was_read_is_heard(make_client: MakeClient, sockets: Sockets) -> None:
    """A server that answers early and closes is still believed."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 413 No\r\nContent-Length: 18\r\n\r\n{"error": "large"}')
        await writer.drain()
        await reader.read()

    with pytest.raises(OrderRefused, match="large"):
        await make_client(await sockets(script)).submit(ORDER)


@pytest.mark.parametrize("cut", [False, True])
async def test_an_id_in_a_cut_answer_is_an_id(make_client: MakeClient, sockets: Sockets, *, cut: bool) -> None:
    """Rule 3 holds for what came before the connection broke, compressed or not."""
    body = b'{"request_id": "job_9"}' if cut else gzip.compress(b'{"request_id": "job_9"}')
    encoding = b"" if cut else b"Content-Encoding: gzip\r\n"

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        length = str(len(body) + (50 if cut else 0)).encode()
        writer.write(b"HTTP/1.1 200 OK\r\n" + encoding + b"Content-Length: " + length + b"\r\n\r\n" + body)
        await writer.drain()

    assert (await make_client(await sockets(script)).submit(ORDER)).job == "job_9"


async def test_a_compressed_flood_is_cut(provider: Provider, make_client: MakeClient) -> None:
    """A small answer that unpacks into a huge one is never held whole, and proves nothing."""
    flood = gzip.compress(b" " * 20_000_000)
    provider.answers.append(provider.bytes_answer(flood, {"Content-Encoding": "gzip"}))

    with pytest.raises(OutcomeUnknown, match="cut"):
        await make_client(provider.url).submit(ORDER)


async def test_an_order_can_be_cancelled(make_client: MakeClient, sockets: Sockets) -> None:
    """A cancelled submit ends at once and closes its connection."""
    arrived, closed = asyncio.Event(), asyncio.Event()

    async def script(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await reader.read()
        closed.set()

    order = asyncio.ensure_future(make_client(await sockets(script)).submit(ORDER))
    await arrived.wait()
    order.cancel()
    with pytest.raises(asyncio.CancelledError):
        await order
    await asyncio.wait_for(closed.wait(), 1)
