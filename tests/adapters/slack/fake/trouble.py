"""Failures on order, and Slack's own rate limits."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.adapters.slack.fake.values import Json, SlackError
from tests.adapters.slack.fake.world import World

#: Calls and the seconds they are counted in; per workspace, or per channel where the name says so.
LIMITS = {
    "chat.postMessage": (1, 1.0),
    "chat.update": (50, 60.0),
    "chat.postEphemeral": (100, 60.0),
    "files.getUploadURLExternal": (100, 60.0),
    "files.completeUploadExternal": (100, 60.0),
    "files.info": (100, 60.0),
    "reactions.get": (50, 60.0),
    "views.open": (100, 60.0),
    "views.publish": (100, 60.0),
    "conversations.info": (50, 60.0),
    "users.info": (100, 60.0),
}
PER_CHANNEL = frozenset({"chat.postMessage"})


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next calls of a method.

    ``error`` is a name of Slack's, ``ratelimited``, ``http_500``, ``hang`` (no answer for ``retry_after_s``), or
    ``lost`` (done, but the answer never arrives).
    """

    error: str
    retry_after_s: float
    times: int


@dataclass(slots=True)
class Trouble:
    """What was ordered to fail, and how often each method was called lately."""

    world: World
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    called: dict[tuple[str, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def order(self, method: str, error: str, *, retry_after_s: float = 1, times: int = 1) -> None:
        """Let the next calls fail."""
        self.faults[method].append(Fault(error, retry_after_s, times))

    def next(self, method: str) -> Fault | None:
        """What befalls this call."""
        waiting = self.faults[method]
        if not waiting:
            return None
        fault = waiting[0]
        fault.times -= 1
        if fault.times <= 0:
            waiting.popleft()
        return fault

    def count(self, method: str, team: str, args: Json) -> None:
        """Count a call.

        Raises:
            SlackError: it is one too many, where ``limits`` are on.
        """
        if not self.world.limits or method not in LIMITS:
            return
        most, within = LIMITS[method]
        calls = self.called[method, str(args.get("channel")) if method in PER_CHANNEL else team]
        now = self.world.now()
        while calls and calls[0] <= now - within:
            calls.popleft()
        if len(calls) >= most:
            raise rate_limited(max(1, round(calls[0] + within - now)))
        calls.append(now)


def rate_limited(retry_after_s: float) -> SlackError:
    """The answer to too many calls."""
    return SlackError(error="ratelimited", status=429, retry_after_s=retry_after_s)
