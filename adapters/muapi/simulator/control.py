"""``/control``: what a test or a demo reads and does behind the service's back. Loopback only, no key."""

from __future__ import annotations

import ipaddress
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from adapters.muapi.simulator.faults import Mark, make_mark
from adapters.muapi.simulator.jobs import Bill, Job
from adapters.muapi.simulator.orders import read_object
from adapters.muapi.simulator.shapes import Json
from adapters.muapi.simulator.validation import Problem, ignored
from adapters.muapi.simulator.world import World
from bot.core.money import Money

TIMES_TEXT = "times is a whole number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the service did so far. Refused submits are counted by their HTTP status."""

    submits: int
    jobs: int
    polls: int
    downloads: int
    uploads: int
    #: Webhooks that were to be told something; each is tried up to five times.
    calls: int
    refused: dict[int, int]
    #: Everything that was taken, what of it came back, and what is left.
    billed: Money
    refunded: Money
    balance: Money


def report(world: World) -> Report:
    """Count."""
    world.book.settle()
    counts = world.counts
    refused = {int(name.split()[1]): count for name, count in sorted(counts.items()) if name.startswith("status ")}
    return Report(
        submits=counts["submits"],
        jobs=len(world.book.jobs()),
        polls=counts["polls"],
        downloads=counts["downloads"],
        uploads=counts["uploads"],
        calls=counts["calls"],
        refused=refused,
        billed=world.wallet.debited,
        refunded=world.wallet.refunded,
        balance=world.wallet.balance,
    )


class ControlDesk:
    """Shows the books and arms faults."""

    def __init__(self, world: World) -> None:
        """Serve that world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The paths."""
        return [
            web.get("/control/bills", self.bills),
            web.get("/control/jobs", self.jobs),
            web.get("/control/calls", self.calls),
            web.get("/control/faults", self.faults),
            web.post("/control/faults", self.arm),
            web.delete("/control/faults", self.disarm),
            web.post("/control/wallet", self.wallet),
        ]

    async def bills(self, request: web.Request) -> web.Response:
        """Jobs created and money billed per client request, and the totals; amounts are dollars as text."""
        _near(request)
        lines = [_bill(bill) for bill in self._world.book.bills()]
        return web.json_response({"bills": lines, "report": _plain(asdict(report(self._world)))})

    async def jobs(self, request: web.Request) -> web.Response:
        """Every job, oldest first."""
        _near(request)
        now = self._world.clock.monotonic()
        return web.json_response({"jobs": [_job(job, now) for job in self._world.book.jobs()]})

    async def calls(self, request: web.Request) -> web.Response:
        """The calls to webhooks, oldest first."""
        _near(request)
        return web.json_response({"calls": [asdict(call) for call in self._world.caller.made]})

    async def faults(self, request: web.Request) -> web.Response:
        """What is armed."""
        _near(request)
        return web.json_response({"armed": [_armed(mark, times) for mark, times in self._world.armory.armed()]})

    async def arm(self, request: web.Request) -> web.Response:
        """``{"name", "value", "times"}``: strike the next ``times`` (1) submits, polls or readings of the history."""
        body = await _body(request)
        value, times = body.get("value", ""), body.get("times", 1)
        if isinstance(times, bool) or not isinstance(times, int):
            raise _bad(TIMES_TEXT)
        try:
            self._world.armory.arm(make_mark(str(body.get("name", "")), str(value)), times)
        except ValueError as error:
            raise _bad(str(error)) from error
        return await self.faults(request)

    async def disarm(self, request: web.Request) -> web.Response:
        """Forget what is armed."""
        _near(request)
        self._world.armory.disarm()
        return await self.faults(request)

    async def wallet(self, request: web.Request) -> web.Response:
        """``{"balance": "5.00"}``: what the wallet holds from now on."""
        balance = (await _body(request)).get("balance")
        try:
            amount = Money.usd(balance if isinstance(balance, int) else str(balance))
        except (ValueError, TypeError) as error:
            raise _bad(str(error)) from error
        self._world.book.settle()
        self._world.wallet.balance = amount
        return web.json_response({"balance": str(amount.decimal)})


def _near(request: web.Request) -> None:
    """Turn away whoever is not on this machine, whatever address the server listens on."""
    try:
        near = ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        near = False
    if not near:
        raise web.HTTPForbidden(text="the control endpoints answer this machine only")


async def _body(request: web.Request) -> Json:
    _near(request)
    body = read_object(await request.read())
    if isinstance(body, Problem):
        raise _bad(body.text)
    return body


def _bad(text: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=text)


def _bill(bill: Bill) -> dict[str, Any]:
    return {
        "job": bill.job,
        "request_id": bill.request_id,
        "request": bill.request,
        "endpoint": bill.endpoint,
        "payload": dict(bill.payload),
        "amount": str(bill.amount.decimal),
        "refunded": bill.refunded,
        "created_at": bill.created_at,
    }


def _job(job: Job, now: float) -> dict[str, Any]:
    return {
        "job": job.id,
        "request": job.request,
        "endpoint": job.model.endpoint,
        "stage": job.stage(now).value,
        "ends_in_s": round(job.ends_at - now, 3),
        "faults": [mark.fault.word for mark in job.marks],
        "ignored_fields": list(ignored(job.model, job.payload)),
        "amount": str(job.amount.decimal),
        "refunded": job.refunded(now),
    }


def _armed(mark: Mark, times: int) -> dict[str, Any]:
    return {"name": mark.fault.word, "value": mark.value, "times": times}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Amounts as text; ``asdict`` has taken them apart."""
    return {
        name: str(Money(value["micros"]).decimal) if isinstance(value, dict) and "micros" in value else value
        for name, value in values.items()
    }
