"""What may be asked any number of times: polls, history, balance, prices, models."""

from __future__ import annotations

from aiohttp import web

from adapters.muapi.simulator.faults import Fault, Marks
from adapters.muapi.simulator.jobs import Job
from adapters.muapi.simulator.models import MODELS, Model
from adapters.muapi.simulator.orders import RATE_TEXT, read_object
from adapters.muapi.simulator.references import reference_seconds
from adapters.muapi.simulator.shapes import Json, cost, iso, wire_number
from adapters.muapi.simulator.validation import Problem, problems
from adapters.muapi.simulator.world import World, drop, origin_of, page

DEFAULT_PAGE = 20
LARGEST_PAGE = 100


class QuestionDesk:
    """Answers; never bills."""

    def __init__(self, world: World) -> None:
        """Serve that world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The paths."""
        base = self._world.plan.base
        return [
            web.get(f"{base}/predictions/{{job}}/result", self.result),
            web.get(f"{base}/account/balance", self.balance),
            web.get(f"{base}/history", self.history),
            web.get(f"{base}/models", self.models),
            web.post(f"{base}/models/{{endpoint}}/estimate-cost", self.estimate),
        ]

    async def result(self, request: web.Request) -> web.StreamResponse:
        """A poll."""
        world = self._world
        world.counts["polls"] += 1
        if not world.knows_key(request):
            return world.error(401, "Invalid API key")
        job = world.book.find(request.match_info["job"])
        carried, name = (job.marks, job.id) if job else (Marks(), "")
        try:
            marks = world.armory.on_poll(header=request.headers.get("X-Simulate", ""), marks=carried, job=name)
        except ValueError as error:
            return world.error(400, str(error))
        if struck := self._struck(request, marks):
            return struck
        if job is None or world.clock.monotonic() < job.visible_at:
            return world.error(404, "Prediction not found")
        view = world.view(job, origin_of(request))
        return world.answer(world.wire.result(view), view=view)

    def _struck(self, request: web.Request, marks: Marks) -> web.Response | None:
        if Fault.POLL_DROP in marks:
            return drop(request)
        if mark := marks.get(Fault.POLL_STATUS):
            return self._world.error(mark.status(503), "simulated")
        if mark := marks.get(Fault.POLL_RATE):
            return self._world.too_many(RATE_TEXT, mark)
        return page() if Fault.POLL_NON_JSON in marks else None

    async def balance(self, request: web.Request) -> web.Response:
        """The wallet."""
        world = self._world
        if not world.knows_key(request):
            return world.error(401, "Invalid API key")
        world.book.settle()
        amount = wire_number(world.wallet.balance)
        return world.answer({"balance": amount, "currency": "USD", "email": "practice@example.com"})

    async def history(self, request: web.Request) -> web.Response:
        """The key's jobs, newest first, in pages; a row's shape is a guess, no document prints one."""
        world = self._world
        if not world.knows_key(request):
            return world.error(401, "Invalid API key")
        try:
            marks = world.armory.on_history(header=request.headers.get("X-Simulate", ""))
        except ValueError as error:
            return world.error(400, str(error))
        if mark := marks.get(Fault.HISTORY_STATUS):
            return world.error(mark.status(503), "simulated")
        limit = _whole(request.query.get("limit") or str(DEFAULT_PAGE))
        cursor = _whole(request.query.get("cursor") or "0")
        if limit is None or cursor is None or not 1 <= limit <= LARGEST_PAGE:
            text = f"limit is between 1 and {LARGEST_PAGE}, cursor comes from an answer"
            return world.refuse(world.wire.invalid([Problem(field="limit", text=text, type="value_error")]))
        now = world.clock.monotonic()
        # A cursor is the number of the oldest job that was shown, so that new jobs do not move the pages.
        listed = [job for job in world.book.jobs() if job.listed_at <= now and (cursor == 0 or job.request < cursor)]
        shown = listed[-limit:][::-1]
        more = len(listed) > len(shown)
        rows = [self._row(job, request) for job in shown]
        return world.answer({"items": rows, "next_cursor": str(shown[-1].request) if more else None})

    def _row(self, job: Job, request: web.Request) -> Json:
        view = self._world.view(job, origin_of(request))
        return {
            "id": job.id,
            "request_id": job.id,
            "model": job.model.endpoint,
            "endpoint": job.model.endpoint,
            "status": view.word or view.stage.value,
            "input": dict(job.payload),
            "outputs": [view.url] if view.url else [],
            "created_at": iso(job.created_ms),
            "cost": cost(view),
        }

    async def models(self, request: web.Request) -> web.Response:
        """The public catalogue; needs no key."""
        base = self._world.plan.base
        del request
        return self._world.answer({"models": [_listed(model, base) for model in MODELS.values()]})

    async def estimate(self, request: web.Request) -> web.Response:
        """What a body would cost; public too, and checked like an order."""
        world = self._world
        model = MODELS.get(request.match_info["endpoint"])
        if model is None:
            return world.error(404, f"Model {request.match_info['endpoint']!r} not found")
        payload = read_object(await request.read())
        found = [payload] if isinstance(payload, Problem) else problems(model, payload)
        if isinstance(payload, Problem) or found:
            return world.refuse(world.wire.invalid(found))
        seconds = await reference_seconds(world, payload)
        amount = wire_number(model.price(payload, reference_seconds=seconds))
        return world.answer({"model": model.endpoint, "cost": amount, "currency": "USD"})


def _listed(model: Model, base: str) -> Json:
    return {
        "name": model.endpoint,
        "description": f"{model.title}, {model.kind.value}",
        "category": model.kind.value.replace("-", " ").title(),
        "family": model.title.lower().replace(" ", "-"),
        "group_of": "video-generation",
        "cost": wire_number(model.price({})),
        "cost_currency": "USD",
        "cost_strategy": "per_second",
        "dynamic_pricing": True,
        "endpoint": f"{base}/{model.endpoint}",
        "estimate_endpoint": f"{base}/models/{model.endpoint}/estimate-cost",
    }


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - digits
