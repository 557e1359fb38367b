"""Getting what happened to the app, by socket or signed HTTP, and again where it was not acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.slack.fake.signed import SignedHttp
from tests.adapters.slack.fake.sockets import Sockets
from tests.adapters.slack.fake.values import Acked, Channel, Json
from tests.adapters.slack.fake.world import World


@dataclass(slots=True)
class Delivery:
    """The app's post: commands and interactions once, events until they are acknowledged."""

    world: World
    sockets: Sockets
    signed: SignedHttp
    running: set[asyncio.Task[None]] = field(default_factory=set)

    async def once(self, kind: str, payload: Json, *, attempt: int = 0) -> Acked:
        """Deliver, and wait as long as Slack waits."""
        began = time.monotonic()
        way = self.sockets if self.world.request_url is None else self.signed
        answer = await way.send(kind, payload, attempt)
        seconds = time.monotonic() - began
        return Acked(ok=answer is not None, payload=answer or {}, seconds=seconds)

    async def event(self, team: str, event: Json) -> Acked:
        """Deliver an event; the answer is that to the first delivery, later ones go on by themselves."""
        payload = self._envelope(team, event)
        acked = await self.once("events_api", payload)
        if not acked.ok:
            self.spawn(self._again(payload))
        elif self.world.deliver_twice:
            await self.once("events_api", payload, attempt=1)
        return acked

    def later(self, team: str, event: Json) -> None:
        """Deliver an event that the app's own call brought about, which does not wait for it."""
        self.spawn(self._event(team, event))

    async def _event(self, team: str, event: Json) -> None:
        await self.event(team, event)

    async def _again(self, payload: Json) -> None:
        for attempt, delay in enumerate(self.world.retry_after_s, start=1):
            await asyncio.sleep(delay)
            if (await self.once("events_api", payload, attempt=attempt)).ok:
                return

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it run until it ends or the server stops."""
        task = asyncio.create_task(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def stop(self) -> None:
        """End what is still being delivered."""
        tasks = list(self.running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _envelope(self, team: str, event: Json) -> Json:
        bot = self.world.teams[team].bot_user
        allowed = {"team_id": team, "enterprise_id": None, "user_id": bot, "is_bot": True}
        return {
            "token": "legacy-verification",
            "team_id": team,
            "api_app_id": self.world.app_id,
            "type": "event_callback",
            "event": event,
            "event_id": self.world.new_id("Ev"),
            "event_time": int(self.world.now()),
            "authorizations": [allowed | {"is_enterprise_install": False}],
            "is_ext_shared_channel": False,
        }

    def joined(self, channel: Channel, inviter: str | None) -> Json:
        """The event that the bot is in a channel now."""
        event = {
            "type": "member_joined_channel",
            "user": self.world.teams[channel.team].bot_user,
            "channel": channel.id,
            "channel_type": "G" if channel.private else "C",
            "team": channel.team,
            "event_ts": self.world.ts(),
        }
        return event | ({"inviter": inviter} if inviter else {})
