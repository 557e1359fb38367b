"""The Web API's methods by name, and what a call to one brings."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.adapters.slack.fake.values import Channel, Json, SlackError, Team

if TYPE_CHECKING:
    from tests.adapters.slack.fake.kit import Kit

#: Arguments that are JSON also where the rest of the body is a form.
STRUCTURED = ("blocks", "view", "files", "metadata", "attachments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call: who asks, for what, and where everything is."""

    kit: Kit
    team: Team
    args: Json

    def need(self, *names: str) -> list[Any]:
        """These arguments.

        Raises:
            SlackError: one is missing.
        """
        missing = [name for name in names if self.args.get(name) in (None, "")]
        if missing:
            said = [f"[ERROR] missing required field: {name}" for name in missing]
            raise SlackError(error="invalid_arguments", said=said)
        return [self.args[name] for name in names]

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("true", "1")

    def channel(self, name: str = "channel") -> Channel:
        """The channel that is named, as far as the app may know of it.

        Raises:
            SlackError: there is none, or it is private and the bot is not in it.
        """
        (wanted,) = self.need(name)
        found = self.kit.world.channels.get(wanted)
        if found is None or found.team != self.team.id or (found.private and not self.kit.world.bot_is_in(found)):
            raise SlackError(error="channel_not_found")
        return found


def need_scopes(team: Team, *scopes: str) -> None:
    """Let through what the app was allowed.

    Raises:
        SlackError: a scope is missing.
    """
    lacking = [scope for scope in scopes if scope not in team.scopes]
    if lacking:
        provided = ",".join(sorted(team.scopes))
        raise SlackError(error="missing_scope", needed=",".join(lacking), provided=provided)


Serve = Callable[[Asked], Awaitable[Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of the Web API: which token it wants, "bot", "app" or "none", and each of the scopes it needs."""

    name: str
    serve: Serve
    scopes: tuple[str, ...]
    token: str


METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str, token: str = "bot") -> Callable[[Serve], Serve]:
    """Serve this method by the function."""

    def enter(serve: Serve) -> Serve:
        METHODS[name] = Method(name=name, serve=serve, scopes=scopes, token=token)
        return serve

    return enter


def structured(args: Json) -> Json:
    """The arguments with their JSON read.

    Raises:
        SlackError: it is none.
    """
    read = dict(args)
    for name in STRUCTURED:
        if isinstance(args.get(name), str):
            try:
                read[name] = json.loads(args[name])
            except ValueError:
                wrong = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                raise SlackError(error=wrong, said=[f"[ERROR] {name} is no JSON"]) from None
    return read
