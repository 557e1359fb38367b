"""The rest of what the vendor's own client asks of an account: keys, topping up, and the description of the API."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from aiohttp import web

from adapters.muapi.simulator.models import MODELS, Model
from adapters.muapi.simulator.orders import read_object
from adapters.muapi.simulator.shapes import Json, iso
from adapters.muapi.simulator.validation import Problem
from adapters.muapi.simulator.world import World, origin_of
from bot.core.money import Money

MOST_KEYS = 100
LARGEST_TOPUP = 10_000
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedKey:
    """A key in the account's list. Only the plan's own opens the service: one simulator is one key's wallet."""

    id: int
    name: str
    created_ms: int


class AccountDesk:
    """Looks after the account."""

    def __init__(self, world: World) -> None:
        """Serve that world."""
        self._world = world
        self._keys = {1: NamedKey(id=1, name="practice", created_ms=world.clock.now())}
        self._made = 1
        #: Checkouts that nobody has paid yet.
        self._checkouts: dict[str, Money] = {}

    def routes(self) -> list[web.RouteDef]:
        """The paths."""
        base = self._world.plan.base
        return [
            web.get(f"{base}/keys", self.keys),
            web.post(f"{base}/keys", self.make_key),
            web.delete(f"{base}/keys/{{id}}", self.remove_key),
            web.post(f"{base}/account/topup", self.top_up),
            web.get("/checkout/{name}", self.pay),
            web.get("/openapi.json", self.describe),
        ]

    async def keys(self, request: web.Request) -> web.Response:
        """Every key, without its secret."""
        if not self._world.knows_key(request):
            return self._world.error(401, "Invalid API key")
        return web.json_response([_listed(key) for key in self._keys.values()])

    async def make_key(self, request: web.Request) -> web.Response:
        """A name in the list, with a secret that is shown once and opens nothing here."""
        if not self._world.knows_key(request):
            return self._world.error(401, "Invalid API key")
        body = read_object(await request.read())
        name = body.get("name", "") if isinstance(body, dict) else ""
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or len(self._keys) >= MOST_KEYS:
            problem = Problem(field="name", text="Input should be a valid string", type="string_type")
            return self._world.refuse(self._world.wire.invalid([problem]))
        self._made += 1
        key = self._keys[self._made] = NamedKey(id=self._made, name=name, created_ms=self._world.clock.now())
        return self._world.answer({**_listed(key), "api_key": secrets.token_hex(24)})

    async def remove_key(self, request: web.Request) -> web.Response:
        """Take a key from the list."""
        if not self._world.knows_key(request):
            return self._world.error(401, "Invalid API key")
        number = request.match_info["id"]
        if not number.isdecimal() or self._keys.pop(int(number), None) is None:
            return self._world.error(404, "API key not found")
        return self._world.answer({"detail": "API key deleted"})

    async def top_up(self, request: web.Request) -> web.Response:
        """The address of a checkout; the money comes when somebody opens it, once."""
        if not self._world.knows_key(request):
            return self._world.error(401, "Invalid API key")
        body = read_object(await request.read())
        amount = body.get("amount") if isinstance(body, dict) else None
        if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= LARGEST_TOPUP:
            text = f"Input should be between 1 and {LARGEST_TOPUP}"
            problem = Problem(field="amount", text=text, type="value_error")
            return self._world.refuse(self._world.wire.invalid([problem]))
        name = secrets.token_urlsafe(16)
        self._checkouts[name] = Money.usd(amount)
        return self._world.answer({"checkout_url": f"{origin_of(request)}/checkout/{name}"})

    async def pay(self, request: web.Request) -> web.Response:
        """Play money for whoever opens the checkout."""
        amount = self._checkouts.pop(request.match_info["name"], None)
        if amount is None:
            return self._world.error(404, "Checkout not found")
        self._world.wallet.balance += amount
        return self._world.answer({"paid": str(amount.decimal)})

    async def describe(self, request: web.Request) -> web.Response:
        """What each endpoint takes, in the form of OpenAPI."""
        del request
        base = self._world.plan.base
        paths = {f"{base}/{model.endpoint}": {"post": _operation(model)} for model in MODELS.values()}
        head = {"openapi": "3.1.0", "info": {"title": "Simulated Muapi", "version": "1"}}
        return web.json_response({**head, "paths": paths})


def _listed(key: NamedKey) -> Json:
    return {
        "id": key.id,
        "name": key.name,
        "is_active": True,
        "created_at": iso(key.created_ms),
        "last_used_at": None,
    }


def _operation(model: Model) -> Json:
    schema = {"type": "object", "required": ["prompt"], "properties": _fields(model)}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"summary": f"{model.title}, {model.kind.value}", "requestBody": body, "responses": {}}


def _fields(model: Model) -> Json:
    low, high = model.seconds
    fields: Json = {
        "prompt": {"type": "string", "maxLength": model.prompt_limit},
        "aspect_ratio": {"type": "string", "enum": list(model.ratios), "default": model.ratios[0]},
        "duration": {"type": "integer", "minimum": low, "maximum": high},
        "generate_audio": {"type": "boolean", "default": False},
        "high_bitrate": {"type": "boolean", "default": False},
    }
    return fields | ({"resolution": {"type": "string", "enum": list(model.rates)}} if model.chooses else {})
