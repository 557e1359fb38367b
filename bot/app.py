"""The composition root: the only module that names every part. It decides nothing.

::

    chats → JobManager → rows → Worker → provider, archive, chats
                          ▲        │
                          └ Engine ┘   OutboxSender draws the cards, Sweep tidies up
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.archive.folder import FolderArchive
from adapters.muapi.catalogue import load_catalogue
from adapters.muapi.client import MuapiClient
from adapters.muapi.settings import Auth
from adapters.pictures import PictureStore
from bot.core.clock import SystemClock, SystemIds
from bot.core.errors import StoreError
from bot.core.lifecycle import State
from bot.core.ports import Chat, Clock, Provider, Transaction
from bot.core.rows import Key, Outbox, Rank, Take
from bot.jobs.admission import is_held_back
from bot.jobs.answers import Answers
from bot.jobs.bell import Bell
from bot.jobs.engine import EmbeddedEngine
from bot.jobs.journal import Journal
from bot.jobs.keys import LASTING
from bot.jobs.kit import Kit, Rules
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.sweep import Sweep
from bot.jobs.worker.advance import Worker
from bot.media.media import Media
from bot.settings import Settings
from storage import SqlStore, open_store

log = logging.getLogger(__name__)
#: The only key, by a name that is not secret.
KEY = "muapi"
IDLE_LOOK_S = 0.1
#: Takes in these progress by themselves.
IN_MOTION = (
    State.ARMED,
    State.QUEUED,
    State.ADMITTED,
    State.SUBMITTING,
    State.RENDERING,
    State.FETCHING,
    State.DELIVERING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything, put together."""

    kit: Kit
    #: The rows themselves; the kit's store tells the log what is written.
    rows: SqlStore
    manager: JobManager
    worker: Worker
    outbox: OutboxSender
    sweep: Sweep

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop``: take up what was open, then wake, send and sweep; orders under way are waited for."""
        await self.sweep.take_up()
        stopping = asyncio.create_task(self._ring_at(stop))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.kit.engine.run(self.worker.advance, stop), name="engine")
                group.create_task(self.outbox.run(stop), name="outbox")
                group.create_task(self.sweep.run(stop), name="sweep")
        finally:
            stopping.cancel()
            await self.worker.submit.wait_for_orders()

    async def _ring_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.kit.outbox_bell.ring()

    async def until_idle(self) -> None:
        """Until no take can go on by itself and everything is shown; what waits for a person does not count."""
        while not await self._idle():
            await self.kit.clock.sleep(IDLE_LOOK_S)

    async def _idle(self) -> bool:
        """Rows that cannot be read right now say nothing: they are looked at again."""
        try:
            return await self.kit.store.transact(_nothing_moves)
        except StoreError:
            log.exception("whether anything is in flight could not be read")
            return False


async def _nothing_moves(tx: Transaction) -> bool:
    if any(row.rank is not Rank.PROGRESS for row in await tx.rows(Outbox)):
        return False
    stuck = [key.id for key in await tx.rows(Key) if key.paused_for in LASTING]
    for take in await tx.rows(Take, state=IN_MOTION):
        if take.state is not State.QUEUED or not (take.key in stuck or await is_held_back(tx, take)):
            return False
    return True


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings, *, chats: Sequence[Chat], provider: Provider | None = None, pictures_from: Path | None = None
) -> AsyncIterator[App]:
    """Open the rows and put every part together; ``provider`` is the Muapi client unless one is given.

    ``pictures_from`` is the only folder whose files a chat may hand over as pictures; without it, none.

    Raises:
        StoreError: the database cannot be opened, or another process has it.
    """
    clock = SystemClock()
    store = await open_store(settings.database_url.reveal(), clock)
    provider = provider or client_of(settings, clock)
    archive = FolderArchive(settings.home / "archive")
    ids = SystemIds()
    kit = Kit(
        store=Journal(store),
        key=KEY,
        provider=provider,
        chats={chat.platform: chat for chat in chats},
        archive=archive,
        pictures=PictureStore(settings.home / "pictures", files_from=pictures_from),
        media=Media(),
        clock=clock,
        ids=ids,
        catalogue=load_catalogue(settings.catalogue),
        engine=EmbeddedEngine(clock),
        answers=Answers(settings.home / "answers"),
        outbox_bell=Bell(clock),
        owner=ids.unique(),
        rules=rules(settings),
    )
    worker = Worker(kit)
    try:
        await archive.tidy(clock.now())
        yield App(
            kit=kit,
            rows=store,
            manager=JobManager(kit),
            worker=worker,
            outbox=OutboxSender(kit),
            sweep=Sweep(kit, worker),
        )
    finally:
        await provider.close()
        await store.close()


def rules(settings: Settings) -> Rules:
    """What the jobs obey, from the settings."""
    workspace = settings.workspace_policy
    return Rules(
        owners=settings.owners,
        zone=settings.timezone,
        resend_5xx=settings.muapi_resend_5xx,
        charge_unmarked_failures=settings.failed_unmarked == "charge",
        provider_scale=float(settings.provider_scale),
        draft_retention_days=settings.draft_retention_days,
        clip_limit_bytes=settings.clip_limit_mb * 1_000_000,
        channel_policy=settings.channel_policy,
        workspace_cap=workspace.cap,
        person_cap=workspace.person_cap,
        slots=settings.slots,
    )


def client_of(settings: Settings, clock: Clock) -> MuapiClient:
    """The provider's client, by the settings.

    Raises:
        ValueError: there is no key, or the address cannot be used.
    """
    key = settings.muapi_api_key
    return MuapiClient(
        key="" if key is None else key.reveal(),
        clock=clock,
        base_url=settings.muapi_base_url,
        auth=Auth(settings.muapi_auth),
    )
