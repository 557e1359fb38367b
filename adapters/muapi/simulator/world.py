"""All that the handlers of one simulator share, and the answers that they give alike."""

from __future__ import annotations

import hmac
import json
import math
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from adapters.muapi.simulator.armory import Armory
from adapters.muapi.simulator.book import Book
from adapters.muapi.simulator.caller import Caller
from adapters.muapi.simulator.faults import Fault, Mark
from adapters.muapi.simulator.jobs import Job, Stage
from adapters.muapi.simulator.plan import Auth, Plan, Shape
from adapters.muapi.simulator.shapes import Json, Refused, View, Wire, cost_headers
from adapters.muapi.simulator.shelf import Shelf
from adapters.muapi.simulator.wallet import Wallet
from bot.core.ports.clock import Clock

RETRY_AFTER_S = 30.0
PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><p>cloud edge</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One simulated service."""

    plan: Plan
    clock: Clock
    wallet: Wallet
    book: Book
    armory: Armory
    shelf: Shelf
    uploads: Path
    wire: Wire
    caller: Caller
    #: ``submits``, ``polls``, ``downloads``, ``uploads``, ``calls``, and ``status 429`` and so on for refused submits.
    counts: Counter[str] = field(default_factory=Counter)

    def knows_key(self, request: web.Request) -> bool:
        """Whether the request carries the key in a header that is allowed to."""
        offered = []
        if self.plan.auth is not Auth.API_KEY:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            offered.append(token.strip() if scheme.lower() == "bearer" else "")
        if self.plan.auth is not Auth.BEARER:
            offered.append(request.headers.get("x-api-key", ""))
        key = self.plan.key.encode()
        return any(hmac.compare_digest(text.encode("utf-8", "surrogateescape"), key) for text in offered)

    def view(self, job: Job, origin: str) -> View:
        """The job as it stands now; ``origin`` is the address under which the client reaches its clip."""
        now = self.clock.monotonic()
        stage = job.stage(now)
        strange, objects = job.marks.get(Fault.UNKNOWN_STATUS), job.marks.get(Fault.OBJECTS)
        done = stage is Stage.COMPLETED
        return View(
            job=job,
            word=(strange.value or "warming_up") if strange and not job.ended(now) else None,
            stage=stage,
            url=f"{origin}/files/{job.id}.mp4" if done and Fault.NO_URL not in job.marks else None,
            within=(objects.value or "url") if objects else None,
            refunded=job.refunded(now),
        )

    def answer(self, body: Json, *, status: int = 200, view: View | None = None) -> web.Response:
        """JSON with the headers that the vendor documents for every answer."""
        headers = {}
        if self.plan.cost_headers:
            self.book.settle()
            headers["X-Account-Balance"] = f"{self.wallet.balance.decimal:.4f}"
            if view is not None:
                headers |= cost_headers(view.job.amount, refunded=view.refunded)
        text = json.dumps(self.wrapped(body) if status < HTTPStatus.BAD_REQUEST else body)
        return web.Response(text=text, status=status, headers=headers, content_type="application/json")

    def wrapped(self, body: Json) -> Json:
        """What is no error, as the shape packs it."""
        return {"data": body} if self.plan.shape is Shape.WRAPPED else body

    def refuse(self, refused: Refused) -> web.Response:
        """An error whose body is worded already."""
        return self.answer(refused.body, status=refused.status)

    def error(self, status: int, text: str) -> web.Response:
        """An error in the shape's words."""
        return self.answer(self.wire.error(text), status=status)

    def too_many(self, text: str, mark: Mark) -> web.Response:
        """429; ``Retry-After`` in real seconds, as the mark says: a number, ``date``, ``missing``."""
        response = self.error(429, text)
        seconds = math.ceil(mark.number(max(1.0, self.plan.real(RETRY_AFTER_S))))
        if mark.value == "date":
            now = self.clock.now() / 1000
            response.headers["Date"] = formatdate(now, usegmt=True)
            response.headers["Retry-After"] = formatdate(now + seconds, usegmt=True)
        elif mark.value != "missing":
            response.headers["Retry-After"] = str(seconds)
        return response


def origin_of(request: web.Request) -> str:
    """The address under which the client has reached us."""
    return str(request.url.origin())


def drop(request: web.Request) -> web.Response:
    """Break the connection without an answer; the response that is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def page() -> web.Response:
    """An HTML page with status 200, as a proxy may put in the place of an answer."""
    return web.Response(text=PAGE, content_type="text/html")
