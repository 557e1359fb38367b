"""``POST {base}/{endpoint}``: the request that bills money."""

from __future__ import annotations

import hashlib
import json

from aiohttp import web

from adapters.muapi.simulator.book import Submit
from adapters.muapi.simulator.faults import Fault, Mark, Marks
from adapters.muapi.simulator.jobs import Job
from adapters.muapi.simulator.models import MODELS, Model
from adapters.muapi.simulator.references import reference_seconds
from adapters.muapi.simulator.shapes import Json
from adapters.muapi.simulator.validation import Problem, offence, problems, webhook_problems
from adapters.muapi.simulator.webhooks import call_back
from adapters.muapi.simulator.world import World, drop, origin_of, page

LONGEST_REQUEST_ID = 100
SLOW_S = 30.0
#: Where a wrong base URL is sent; a name that never resolves.
ELSEWHERE = "https://elsewhere.invalid/api/v1"
RATE_TEXT = "Rate limit exceeded"
CREDIT_TEXT = "Insufficient balance. Top up your wallet and try again."


class OrderDesk:
    """Takes orders."""

    def __init__(self, world: World) -> None:
        """Serve that world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The paths; the last ones of the base, because any name may be an endpoint."""
        return [web.post(f"{self._world.plan.base}/{{endpoint}}", self.submit)]

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """Refuse, or create exactly one job and bill it; every request has a number, also one that is refused."""
        world = self._world
        world.counts["submits"] += 1
        number = world.counts["submits"]
        response = await self._submit(request, number)
        if response.status >= 300:  # noqa: PLR2004 - everything that is no success
            world.counts[f"status {response.status}"] += 1
        return response

    async def _submit(self, request: web.Request, number: int) -> web.StreamResponse:
        world = self._world
        if not world.knows_key(request):
            return world.error(401, "Invalid API key")
        model = MODELS.get(request.match_info["endpoint"])
        if model is None:
            return world.error(404, f"Model {request.match_info['endpoint']!r} not found")
        payload = read_object(await request.read())
        if isinstance(payload, Problem):
            return world.refuse(world.wire.invalid([payload]))
        try:
            marks = self._marks(request, payload)
        except ValueError as error:
            return world.error(400, str(error))
        submit = await self._read(request, number, model, payload, marks)
        refused = self._before(request, marks) or self._refused(submit)
        return refused if refused is not None else await self._after(request, world.book.create(submit))

    async def _read(
        self, request: web.Request, number: int, model: Model, payload: dict[str, object], marks: Marks
    ) -> Submit:
        # The vendor's documents have ?webhook=, its command-line client puts webhook_url into the body.
        named = request.query.get("webhook") or payload.get("webhook_url")
        return Submit(
            request=number,
            request_id=request.headers.get("X-Request-Id", "")[:LONGEST_REQUEST_ID] or None,
            model=model,
            payload=payload,
            marks=marks,
            reference_seconds=await reference_seconds(self._world, payload) if model.reference_percent else 0,
            webhook=str(named) if named else None,
        )

    def _marks(self, request: web.Request, payload: dict[str, object]) -> Marks:
        prompt = payload.get("prompt")
        content = json.dumps([request.match_info["endpoint"], payload], sort_keys=True)
        return self._world.armory.on_submit(
            header=request.headers.get("X-Simulate", ""),
            prompt=prompt if isinstance(prompt, str) else "",
            body=hashlib.sha256(content.encode()).hexdigest(),
        )

    def _before(self, request: web.Request, marks: Marks) -> web.Response | None:
        world = self._world
        if Fault.DROP_BEFORE in marks:
            return drop(request)
        for fault, default in ((Fault.STATUS, 500), (Fault.FAULT_BEFORE, 503)):
            if mark := marks.get(fault):
                return self._bare(mark.status(default))
        if mark := marks.get(Fault.RATE):
            return world.too_many(RATE_TEXT, mark)
        if Fault.CREDIT in marks:
            return world.error(402, CREDIT_TEXT)
        if mark := marks.get(Fault.REFUSE):
            return world.refuse(world.wire.policy(mark.value or "Prompt policy violation: copyrighted character"))
        return None

    def _bare(self, status: int) -> web.Response:
        response = self._world.error(status, "Service temporarily unavailable")
        if 300 <= status < 400:  # noqa: PLR2004 - redirects
            response.headers["Location"] = ELSEWHERE
        return response

    def _refused(self, submit: Submit) -> web.Response | None:
        """What a real order can meet, in the order in which the service looks; the last step takes the money."""
        world, prompt = self._world, submit.payload.get("prompt")
        if found := [*problems(submit.model, submit.payload), *webhook_problems(submit.webhook)]:
            return world.refuse(world.wire.invalid(found))
        if reason := offence(str(prompt)):
            return world.refuse(world.wire.policy(reason))
        if world.book.full:
            return world.error(503, "the simulator remembers as many jobs as it can; start it anew")
        if world.book.running() >= world.plan.concurrency:
            return world.too_many(f"{RATE_TEXT}: {world.plan.concurrency} jobs at once", Mark(fault=Fault.RATE))
        world.book.settle()
        if not world.wallet.debit(world.book.price(submit)):
            return world.error(402, CREDIT_TEXT)
        return None

    async def _after(self, request: web.Request, job: Job) -> web.StreamResponse:
        world, marks = self._world, job.marks
        call_back(world, job, origin_of(request))
        if mark := marks.get(Fault.SLOW):
            await world.clock.sleep(world.plan.real(mark.number(SLOW_S)))
        if Fault.DROP in marks:
            return drop(request)
        if mark := marks.get(Fault.FAULT_AFTER):
            return world.error(mark.status(502), "Bad gateway")
        if Fault.NON_JSON in marks:
            return page()
        view = world.view(job, origin_of(request))
        body = world.wire.accepted(view)
        if Fault.NO_ID in marks:
            body = {"status": body["status"]}
        elif Fault.ONLY_ID in marks:
            body = {"request_id": job.id}
        mark = marks.get(Fault.FAULT_WITH_ID)
        return world.answer(body, status=mark.status(502) if mark else 200, view=view)


def read_object(text: bytes) -> Json | Problem:
    """The JSON object of a body, or what is wrong with it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Problem(field="body", text="JSON decode error", type="json_invalid")
    if not isinstance(value, dict):
        return Problem(field="body", text="Input should be a valid dictionary", type="model_attributes_type")
    return value
