"""The provider's client: orders, questions, uploads, and the download of a finished clip.

An order is sent once, on a connection of its own: a stale socket looks like a lost answer. Everything else may be
asked again. Sources: the guide that the project follows, and the vendor's documents where they differ.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

import httpx

from adapters.muapi.answers import balance, estimated
from adapters.muapi.download import Downloader
from adapters.muapi.history import read_page
from adapters.muapi.settings import GUIDE_BASE_URL, Auth, Timeouts, checked_base_url, checked_key, is_loopback
from adapters.muapi.verdicts import accepted, dated, job_status, readable, uploaded
from adapters.muapi.wire import FAILURES, Answer, Exchange, lost_order, lost_question
from adapters.web.fetch import public_authorities
from bot.core.errors import OrderRefused, RefusedFor, Transient
from bot.core.money import Money
from bot.core.ports.clock import Clock
from bot.core.ports.provider import Accepted, Balance, Downloaded, History, HistoryRow, JobStatus, Order

USER_AGENT = "dailies"
#: The provider's limit for a picture.
MOST_PICTURE_BYTES = 10 * 1024 * 1024
#: Orders: a connection each. Questions: a few are kept for a while.
NOT_KEPT = httpx.Limits(max_keepalive_connections=0)
KEPT = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=5.0)
HISTORY_PAGE_ROWS = 100
MOST_HISTORY_PAGES = 20
#: An endpoint that estimates nothing, or not this order; the order itself will say why.
NO_ESTIMATE = frozenset({400, 404, 405, 422})
NOT_SERVED = frozenset({404, 405})


class MuapiClient:
    """One key at the provider; implements ``bot.core.ports.Provider``."""

    def __init__(
        self,
        *,
        key: str,
        clock: Clock,
        base_url: str = GUIDE_BASE_URL,
        auth: Auth = Auth.BOTH,
        timeouts: Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``headers`` go to the API with the key's, never to an output's host.

        Raises:
            ValueError: the base URL or the key cannot be used; the text does not repeat the key.
        """
        self._key = checked_key(key)
        self._base_url = checked_base_url(base_url)
        self._clock = clock
        self._timeouts = timeouts or Timeouts()
        # Uncompressed: a small answer cannot unpack into a large one.
        common = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"}
        self._headers = common | auth.headers(self._key) | dict(headers or {})
        self._tls = tls or public_authorities()
        self._questions = self._transport(KEPT)
        loopback = is_loopback(urlsplit(self._base_url).hostname or "")
        self._downloader = Downloader(allow_loopback=loopback, tls=self._tls)

    async def estimate(self, order: Order) -> Money | None:
        """What the order would cost, by the provider's own word; ``None`` when it does not say."""
        return (await self.ask_price(order))[1]

    async def ask_price(self, order: Order) -> tuple[bool, Money | None]:
        """Whether the provider knows the order's endpoint, and what the order would cost there, if it says so.

        Raises:
            Transient, KeyRefused
        """
        answer = await self._ask("POST", f"models/{order.endpoint}/estimate-cost", json=dict(order.payload))
        if answer.status in NO_ESTIMATE:
            return answer.status not in NOT_SERVED, None
        return True, estimated(readable(answer, self._clock.now()))

    async def clock_skew_ms(self) -> int | None:
        """How far our clock is ahead of the provider's ``Date`` (to a second), by a balance request.

        ``None`` when it does not say.

        Raises:
            Transient
        """
        answer = await self._ask("GET", "account/balance")
        at = dated(answer)
        return None if at is None else self._clock.now() - at

    async def submit(self, order: Order) -> Accepted:
        """Send the order, once."""
        exchange = Exchange(secret=self._key)
        body = json.dumps(dict(order.payload), allow_nan=False).encode()
        headers = {"Content-Type": "application/json", "Connection": "close"}
        query = {"params": {"webhook": order.webhook}} if order.webhook else {}
        request = self._request(
            "POST", order.endpoint, read_s=self._timeouts.submit_read_s, content=body, headers=headers, **query
        )
        async with self._transport(NOT_KEPT) as transport:
            try:
                await exchange.run(transport, request, self._timeouts.submit_s)
            except FAILURES as error:
                raise lost_order(exchange, error) from error
        return accepted(exchange.answer(), self._clock.now())

    async def poll(self, job: str) -> JobStatus:
        """Ask after a job."""
        return job_status(await self._ask("GET", f"predictions/{quote(job, safe='')}/result"), self._clock.now())

    async def find_recent(self, since: int) -> History:
        """Read the history page by page until it is older than ``since``, it ends, or there are too many pages."""
        rows: list[HistoryRow] = []
        all_read, cursor, seen = True, None, set[str]()
        as_of: int | None = None
        for _ in range(MOST_HISTORY_PAGES):
            query = {"limit": str(HISTORY_PAGE_ROWS)} | ({"cursor": cursor} if cursor else {})
            answer = await self._ask("GET", "history", params=query)
            page = read_page(readable(answer, self._clock.now()))
            as_of = dated(answer) if as_of is None else as_of
            if page is None:
                text = "the provider's history cannot be read"
                raise Transient(text)
            rows += page.rows
            all_read = all_read and not page.unreadable
            if page.ended or page.reaches(since):
                return History(rows=_since(rows, since), complete=all_read, as_of=as_of)
            if page.cursor is None or page.cursor in seen:
                break
            cursor = page.cursor
            seen.add(cursor)
        return History(rows=_since(rows, since), complete=False, as_of=as_of)

    async def upload(self, picture: Path, media_type: str) -> str:
        """Hand a reference picture over; the URL that an order can name."""
        file = await asyncio.to_thread(opened, picture)
        with file:
            files = {"file": (picture.name, file, media_type)}
            request = self._request("POST", "upload_file", read_s=self._timeouts.upload_s, files=files)
            answer = await self._send(request, self._timeouts.upload_s)
        return uploaded(answer, self._clock.now())

    async def balance(self) -> Balance:
        """The wallet."""
        answer = await self._ask("GET", "account/balance")
        amount = balance(readable(answer, self._clock.now()), answer.headers)
        if amount is None:
            text = "the provider's answer names no balance"
            raise Transient(text, status=answer.status)
        return Balance(amount=amount)

    async def download(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        """Stream a clip to ``into``, on connections that know nothing of the key."""
        return await self._downloader.fetch(url, into, limit_bytes=limit_bytes, timeout_s=timeout_s)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._questions.aclose()

    def _transport(self, limits: httpx.Limits) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=limits, retries=0)

    def _request(
        self, method: str, path: str, *, read_s: float, headers: Mapping[str, str] | None = None, **content: Any
    ) -> httpx.Request:
        timeout = httpx.Timeout(read_s, connect=self._timeouts.connect_s)
        return httpx.Request(
            method,
            f"{self._base_url}/{path}",
            headers=self._headers | dict(headers or {}),
            extensions={"timeout": timeout.as_dict()},
            **content,
        )

    async def _ask(self, method: str, path: str, **content: Any) -> Answer:
        request = self._request(method, path, read_s=self._timeouts.question_s, **content)
        return await self._send(request, self._timeouts.question_s)

    async def _send(self, request: httpx.Request, total_s: float) -> Answer:
        exchange = Exchange(secret=self._key)
        try:
            await exchange.run(self._questions, request, total_s)
        except FAILURES as error:
            raise lost_question(error) from error
        return exchange.answer()


def _since(rows: list[HistoryRow], since: int) -> tuple[HistoryRow, ...]:
    """The rows that are new enough; one without a time may be."""
    return tuple(row for row in rows if row.created_at is None or row.created_at >= since)


def opened(picture: Path) -> BinaryIO:
    """The picture, ready to be sent.

    Raises:
        OrderRefused: it is not there any more, or is too large.
    """
    try:
        size = picture.stat().st_size
        if size <= MOST_PICTURE_BYTES:
            return picture.open("rb")
    except OSError as error:
        text = f"the reference picture cannot be read: {error.strerror or error}"
        raise OrderRefused(text, reason=RefusedFor.PARAMETERS) from error
    text = f"the picture has {size:,} bytes; the provider takes {MOST_PICTURE_BYTES:,}"
    raise OrderRefused(text, reason=RefusedFor.PARAMETERS)
