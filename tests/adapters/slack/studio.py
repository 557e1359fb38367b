"""An office whose chat is Slack: the real manager, worker, bolt and slack_sdk, in a fake workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from adapters.slack.answering import Answering
from adapters.slack.app import make_app
from adapters.slack.chat import SlackChat
from adapters.slack.client import Clients
from adapters.slack.desk import Desk
from adapters.slack.fetching import Fetching
from adapters.slack.handing import Handing
from adapters.slack.home import Homes
from adapters.slack.people import People
from adapters.slack.pictures import Pictures
from adapters.slack.places import Places
from adapters.slack.serving import Line, Serving, serve
from adapters.slack.teams import Teams
from adapters.slack.uploads import Uploads
from bot.core.lifecycle import State
from bot.core.rows import Take, Vote
from bot.jobs.catching_up import CatchUp
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.sweep import Sweep
from bot.jobs.worker.advance import Worker
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import Acked, FakeMessage, Json
from tests.adapters.slack.workspace import SwiftClock
from tests.jobs.conftest import Office, make_office

#: Of an answer that a test makes late.
PATIENCE_S = 0.2


@dataclass(slots=True, kw_only=True)
class Studio:
    """What a test looks at."""

    slack: FakeSlack
    office: Office
    desk: Desk
    clock: SwiftClock
    line: Line
    folder: Path
    #: Votes that were found after connecting.
    missed: int = 0
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def clip(self, text: str, *, user: str = "U1", channel: str = "C1", name: str = "/clip") -> str:
        """What is answered, with the acknowledgement, to a command."""
        return said(await self.slack.command(user, channel, name, text))

    async def drafted(self, prompt: str = "a fox in snow") -> list[Take]:
        """Drafts whose clips are in the chat."""
        known = {take.id for take in await self.takes()}
        await self.clip(prompt)
        await self.office.work()
        return [take for take in await self.takes() if take.id not in known]

    async def takes(self, **conditions: Any) -> list[Take]:
        return await self.office.rows(Take, order=("number", "id"), **conditions)

    async def finals(self) -> list[State]:
        return [take.state for take in await self.takes() if take.draft is not None]

    async def votes(self) -> list[tuple[str, bool]]:
        return [(vote.person, vote.standing) for vote in await self.office.rows(Vote)]

    def card(self, channel: str = "C1") -> FakeMessage:
        """The newest message that stands in the channel itself."""
        return [each for each in self.slack.messages(channel) if each.thread_ts is None][-1]

    async def private(self, user: str = "U1") -> list[str]:
        """The private answers, once all have been given."""
        await self.desk.answering.finish()
        return [each.text for each in self.slack.private(user)]

    async def answered(self, user: str = "U1") -> str:
        """The newest of them."""
        return (await self.private(user) or [""])[-1]

    async def event(self, event: Json, *, body: Json | None = None) -> Acked:
        """Deliver an event as it is."""
        return await self.slack.kit.delivery.once("events_api", self.envelope(event) | (body or {}))

    def envelope(self, event: Json) -> Json:
        """The event as Slack delivers it."""
        return self.slack.kit.delivery._envelope("T1", event)  # noqa: SLF001 - what people do makes none of these


def said(acked: Acked) -> str:
    """The text of an acknowledgement."""
    assert acked.ok
    return str(acked.payload.get("text", ""))


@asynccontextmanager
async def studio(tmp_path: Path, *, http: int | None = None, patience_s: float = 2.0) -> AsyncIterator[Studio]:
    """Mina, Jo, the guest Zed, Dana who owns the place, and Robo who is a bot, in #launch and #team."""
    async with FakeSlack() as slack:
        for person, name in (("U1", "mina"), ("U2", "jo"), ("U4", "dana")):
            slack.person(person, name)
        slack.person("U3", "zed", guest=True)
        slack.person("U5", "robo", bot=True)
        for channel, name in (("C1", "launch"), ("C2", "team")):
            slack.channel(channel, name, members=("U1", "U2", "U3", "U4", "U5"))
        async with served(slack, tmp_path, http=http, patience_s=patience_s) as made:
            yield made


@asynccontextmanager
async def served(
    slack: FakeSlack, tmp_path: Path, *, http: int | None = None, patience_s: float = 2.0, office: Office | None = None
) -> AsyncIterator[Studio]:
    """A process that serves the workspace; ``office`` is that of an earlier one."""
    clients = Clients(base_url=slack.api_url, tokens={"T1": slack.bot_token})
    clock, line = SwiftClock(), Line()
    office = office or make_office(tmp_path, owners=("U4",))
    teams = Teams(clients, clock)
    people = People(teams, clock)
    pictures = Pictures(clients, office.store, clock)
    uploads = Uploads(clients, office.store, clock, pictures=pictures)
    chat = SlackChat(
        client_of=clients, store=office.store, clock=clock, uploads=uploads, pictures=pictures, who=people.voter
    )
    kit = replace(office.kit, chats={"slack": chat})
    office.kit, office.manager, office.worker, office.outbox = kit, JobManager(kit), Worker(kit), OutboxSender(kit)
    office.sweep = Sweep(kit, office.worker)
    desk = Desk(
        manager=office.manager,
        client_of=clients,
        teams=teams,
        people=people,
        places=Places(teams, clock),
        answering=Answering(clients, Handing(clients, clock), patience_s=patience_s),
        homes=Homes(clients, office.manager),
        fetching=Fetching(clients, tmp_path / "pictures", clock),
        clock=clock,
    )
    app = make_app(desk, signing_secret=slack.signing_secret, api_url=slack.api_url, gone=line.gone)
    catch_up = CatchUp(kit, office.manager.handle, people.in_workspace)

    async def connected() -> None:
        made.missed += await catch_up.run("slack")

    serving = Serving(
        app=app,
        clock=clock,
        line=line,
        app_token="" if http else slack.app_token,
        api_url=slack.api_url,
        port=http,
        connected=connected,
        finish=desk.answering.finish,
        ping_s=0.5,
    )
    made = Studio(slack=slack, office=office, desk=desk, clock=clock, line=line, folder=tmp_path)
    running = asyncio.create_task(serve(serving, made.stop))
    await slack.until(lambda: not line.trouble or line.given_up.is_set() or running.done())
    try:
        yield made
    finally:
        made.stop.set()
        await running
        await chat.close()
        await clients.close()
