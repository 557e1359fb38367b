"""The composition root: the only module that names every part. It decides nothing.

::

    chats → JobManager → rows → Worker → provider, archive, chats
                          ▲        │
                          └ Engine ┘   OutboxSender draws the cards, Sweep tidies up, Hours sums up the day
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from adapters.http.meters import MeteredProvider, Meters
from adapters.muapi.catalogue import load_catalogue
from adapters.muapi.client import MuapiClient
from adapters.muapi.settings import Auth
from adapters.pictures import PictureStore
from bot.archives import open_archive
from bot.core.clock import SystemClock, SystemIds
from bot.core.errors import LockLost, StoreError
from bot.core.lifecycle import State
from bot.core.ports import Archive, Chat, Clock, Provider, Store, Transaction
from bot.core.rows import Key, Outbox, Rank, Take
from bot.core.steady import SteadyClock
from bot.jobs.answers import Answers
from bot.jobs.bell import Bell
from bot.jobs.budgets.ladder import on_the_ladder
from bot.jobs.callbacks import Callbacks, kept_secret
from bot.jobs.drawn import Drawn
from bot.jobs.engine import EmbeddedEngine
from bot.jobs.hours import Hours
from bot.jobs.journal import Journal
from bot.jobs.keys import LASTING
from bot.jobs.kit import Kit, Rules
from bot.jobs.line import may_anyone_start
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.spending.files import Exports
from bot.jobs.sweep import Sweep
from bot.jobs.worker.advance import Worker
from bot.media.media import Media
from bot.settings import Settings
from storage import SqlStore, StoreClock, open_store

log = logging.getLogger(__name__)
#: The only key, by a name that is not secret.
KEY = "muapi"
#: In DAILIES_HOME: what webhook addresses are signed with.
SIGNING_FILE = "webhook.secret"
IDLE_LOOK_S = 0.1
#: Makes a chat that keeps notes in the rows.
MakeChat = Callable[[Store, Clock], Chat]
#: Takes in these progress by themselves.
#: In DAILIES_HOME: files that people gave in a chat, until their order has taken them over.
FETCHED_FOLDER = "fetched"
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
    hours: Hours
    #: Until the event, as long as no other process can be at work on the rows; then ``LockLost``.
    guard: Callable[[asyncio.Event], Awaitable[None]]
    meters: Meters
    #: Set once everything that was open at the start has its alarm.
    taken_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop``: take up what was open, then wake, send, sweep, sum up; orders under way are waited for.

        Raises:
            LockLost: another process may be at work on the rows; nothing more is ordered, and this one must end.
        """
        await self.sweep.take_up()
        self.taken_up.set()
        stopping = asyncio.create_task(self._ring_at(stop))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.kit.engine.run(self.worker.advance, stop), name="engine")
                group.create_task(self.outbox.run(stop), name="outbox")
                group.create_task(self.sweep.run(stop), name="sweep")
                group.create_task(self.hours.run(stop), name="hours")
                group.create_task(self._guard(stop), name="lock")
        except BaseExceptionGroup as ended:
            lost = ended.subgroup(LockLost)
            if lost is None:
                raise
            raise _first(lost) from None
        finally:
            stopping.cancel()
            await self.worker.submit.wait_for_orders()

    async def _guard(self, stop: asyncio.Event) -> None:
        await self.guard(stop)

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
            return not self.kit.engine.health().busy and await self.kit.store.transact(_nothing_moves)
        except StoreError:
            log.exception("whether anything is in flight could not be read")
            return False


def _first(group: BaseExceptionGroup[LockLost]) -> BaseException:
    """The first error that was raised, out of all groups."""
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


async def _nothing_moves(tx: Transaction) -> bool:
    if await tx.count(Outbox, rank=tuple(rank for rank in Rank if rank is not Rank.PROGRESS)):
        return False
    if await tx.count(Take, state=tuple(state for state in IN_MOTION if state is not State.QUEUED)):
        return False
    if await tx.count(Take, state=State.UNKNOWN, question_at=None, job=None):
        return False  # Evidence is looked for, or else its owner is asked, within seconds.
    keys = [key.id for key in await tx.rows(Key) if key.paused_for not in LASTING]
    return not any([await may_anyone_start(tx, key) for key in keys])


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    chats: Sequence[Chat | MakeChat],
    provider: Provider | None = None,
    pictures_from: Path | None = None,
    practice: bool = False,
) -> AsyncIterator[App]:
    """Open the rows and put every part together; ``provider`` is the Muapi client unless one is given.

    A chat that keeps notes in the rows is given as what makes it from the store.

    With ``practice`` every card, line and answer is marked: nothing of it is charged.

    ``pictures_from`` is the only folder whose files a chat may hand over as pictures; without it, none.

    Raises:
        StoreError: the database cannot be opened, or another process has it.
    """
    clock = SteadyClock(StoreClock(SystemClock()))
    async with contextlib.AsyncExitStack() as stack:
        store = await open_store(settings.database_url.reveal(), clock)
        stack.push_async_callback(store.close)
        meters = Meters()
        metered = MeteredProvider(provider or client_of(settings, clock), meters)
        stack.push_async_callback(metered.close)
        archive = await stack.enter_async_context(open_archive(settings))
        made = [chat(store, clock) if callable(chat) else chat for chat in chats]
        marked = replace(rules(settings), practice=practice)
        kit = _kit(settings, store, metered, clock, made, archive, pictures_from, marked)
        worker = Worker(kit)
        yield App(
            kit=kit,
            rows=store,
            manager=JobManager(kit),
            worker=worker,
            outbox=OutboxSender(kit),
            sweep=Sweep(kit, worker),
            hours=Hours(kit),
            guard=store.guard,
            meters=meters,
        )


def _kit(
    settings: Settings,
    store: SqlStore,
    provider: Provider,
    clock: Clock,
    chats: Sequence[Chat],
    archive: Archive,
    pictures_from: Path | None,
    obeyed: Rules,
) -> Kit:
    """Every part by its port; what has to be closed is given."""
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
        exports=Exports(settings.home / "exports"),
        drawn=Drawn(settings.home / "drawn"),
        outbox_bell=Bell(clock),
        owner=ids.unique(),
        may_order=lambda: store.is_held,
        rules=obeyed,
        callbacks=_callbacks(settings),
    )
    return on_the_ladder(kit)


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
        link_days=settings.link_days,
        channel_policy=settings.channel_policy,
        workspace_cap=workspace.cap,
        person_cap=workspace.person_cap,
        slots=settings.slots,
    )


def _callbacks(settings: Settings) -> Callbacks | None:
    """What the provider is told to call, where it can reach us; the secret is made under the lock of the rows."""
    if settings.public_url is None:
        return None
    return Callbacks(public_url=settings.public_url, secret=kept_secret(settings.home / SIGNING_FILE))


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
