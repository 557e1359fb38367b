"""One guarded GET: each hop of a redirect is judged, and each connection goes to a judged address.

Requests go to httpx's transport, below its client: a client would read an address's redirect before we judge it.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache

import httpx

from adapters.web.guard import AddressRefused, Resolve, check_url, host_of, system_resolve, vetted_addresses

#: Uncompressed, so that what is counted is what comes.
OWN_HEADERS = {"User-Agent": "dailies", "Accept-Encoding": "identity"}
MOST_REDIRECTS = 5
#: Seconds between any two pieces of an answer, and for a connection; the whole is bounded by whoever asks.
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
NO_REUSE = httpx.Limits(max_keepalive_connections=0)


@cache
def public_authorities() -> ssl.SSLContext:
    """Trusts the public certificate authorities; read once, since that takes longer than most requests."""
    return httpx.create_ssl_context(trust_env=False)


class PinnedTransport(httpx.AsyncBaseTransport):
    """Connects to the judged addresses of a request's host; certificate and Host header stay the name's."""

    def __init__(self, *, allow_loopback: bool, allow_plain: bool, tls: ssl.SSLContext, resolve: Resolve) -> None:
        """Take the same rules as ``check_url``."""
        self._allow_loopback = allow_loopback
        self._allow_plain = allow_plain
        self._resolve = resolve
        # Connections are never reused: one that was made for a name must not serve another at the same address.
        self._inner = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=NO_REUSE)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the first address that can be connected to.

        Raises:
            AddressRefused, httpx.HTTPError
        """
        url = check_url(str(request.url), allow_loopback=self._allow_loopback, allow_plain=self._allow_plain)
        failure: httpx.HTTPError | None = None
        for address in await self._addresses(url):
            try:
                return await self._inner.handle_async_request(pinned(request, url, address))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError("the host has no address")

    async def _addresses(self, url: httpx.URL) -> tuple[str, ...]:
        try:
            return await vetted_addresses(
                url, self._resolve, allow_loopback=self._allow_loopback, allow_plain=self._allow_plain
            )
        except OSError as error:
            text = "the host has no address"
            raise httpx.ConnectError(text) from error

    async def aclose(self) -> None:
        """Let go of every connection."""
        await self._inner.aclose()


def pinned(request: httpx.Request, url: httpx.URL, address: str) -> httpx.Request:
    """The same request, to an address instead of a name; its Host header is already the name's."""
    return httpx.Request(
        request.method,
        url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host_of(url)},
    )


class Fetcher:
    """Opens addresses that others chose."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        allow_loopback: bool = False,
        allow_plain: bool = False,
        most_redirects: int = MOST_REDIRECTS,
        resolve: Resolve = system_resolve,
    ) -> None:
        """Take the rules of ``check_url``; ``resolve`` gives a host's addresses."""
        self._tls = tls or public_authorities()
        self._allow_loopback = allow_loopback
        self._allow_plain = allow_plain
        self._most_redirects = most_redirects
        self._resolve = resolve

    @asynccontextmanager
    async def open(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """The answer of the last hop, its body not yet read; the same headers go to every hop.

        Raises:
            AddressRefused: this address, or one that it redirects to, is not fetched.
            httpx.HTTPError: no answer.
        """
        transport = PinnedTransport(
            allow_loopback=self._allow_loopback, allow_plain=self._allow_plain, tls=self._tls, resolve=self._resolve
        )
        async with transport:
            response = await self._last_hop(transport, url, OWN_HEADERS | dict(headers))
            try:
                yield response
            finally:
                await response.aclose()

    async def _last_hop(self, transport: PinnedTransport, url: str, headers: Mapping[str, str]) -> httpx.Response:
        for _ in range(self._most_redirects + 1):
            here = check_url(url, allow_loopback=self._allow_loopback, allow_plain=self._allow_plain)
            request = httpx.Request("GET", here, headers=headers, extensions={"timeout": TIMEOUT.as_dict()})
            response = await transport.handle_async_request(request)
            if not response.has_redirect_location:
                return response
            await response.aclose()
            url = joined(here, response.headers["location"])
        text = "it redirects too often"
        raise AddressRefused(text)


def joined(here: httpx.URL, location: str) -> str:
    """Where a redirect leads.

    Raises:
        AddressRefused: nowhere.
    """
    try:
        return str(here.join(location))
    except (httpx.InvalidURL, UnicodeError) as error:
        text = "it redirects to no web address"
        raise AddressRefused(text) from error
