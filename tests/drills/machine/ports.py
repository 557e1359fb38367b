"""The ports of one process, each behind its gate."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from bot.core.commands import Actor
from bot.core.errors import ClipDamaged
from bot.core.fakes.archive import MemoryArchive
from bot.core.lifecycle import State
from bot.core.ports import (
    Accepted,
    Balance,
    CardView,
    Clock,
    Downloaded,
    History,
    JobStatus,
    Message,
    Order,
    Posted,
    Reaction,
    Row,
    Store,
    Stored,
    Transaction,
    Work,
)
from bot.core.rows import Outbox, Rank, Take
from bot.jobs.answers import Answer, Answers
from bot.media.facts import ClipFacts
from bot.media.fitted import Fitted
from tests.drills.machine.clock import CALM_TURNS, Quiet
from tests.drills.machine.gate import Gate
from tests.drills.machine.laws import Laws, Seen
from tests.drills.machine.platform import DrillChat
from tests.drills.machine.vendor import MachineVendor as Vendor
from tests.drills.machine.vendor import ordering_take
from tests.jobs.conftest import AgreeableMedia

T = TypeVar("T")


class SeenTransaction:
    """A transaction of which it is noted what it writes."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.seen = Seen(now=tx.now)

    def __getattr__(self, name: str) -> Any:
        """Everything else is the transaction's own."""
        return getattr(self._tx, name)

    async def add(self, row: Row) -> None:
        await self._tx.add(row)
        self.seen.added.append(row)

    async def put(self, row: Row) -> None:
        if isinstance(row, Outbox) and row.line and await self._tx.get(Outbox, row.id) is None:
            self.seen.lines.append(row.id)
        await self._tx.put(row)

    async def step(self, old: Take, new: Take) -> Take:
        done = await self._tx.step(old, new)
        self.seen.steps.append((old, done))
        return done


class GatedStore:
    """The store; every transaction that it commits is held against the laws."""

    def __init__(self, gate: Gate, store: Store, laws: Laws, quiet: Quiet, turn: asyncio.Lock | None) -> None:
        """With ``turn`` one call is done at a time, so that threads change no order."""
        self._gate = gate
        self._store = store
        self._laws = laws
        self._quiet = quiet
        self._turn = turn

    @property
    def behind_ms(self) -> int:
        return self._store.behind_ms

    async def transact(self, work: Work[T]) -> T:
        return await self._gate.call(lambda: self._transact(work))

    async def close(self) -> None:
        await self._store.close()

    async def peek(self, take: str) -> Take | None:
        """The take as it is; the process itself asks nothing here."""
        return await self._in_turn(lambda: self._store.transact(lambda tx: tx.get(Take, take)))

    async def _transact(self, work: Work[T]) -> T:
        return await self._in_turn(lambda: self._watched(work))

    async def _in_turn(self, deed: Callable[[], Awaitable[T]]) -> T:
        self._quiet.busy += 1
        try:
            if self._turn is None:
                return await deed()
            async with self._turn:
                for _ in range(CALM_TURNS):
                    await asyncio.sleep(0)
                return await deed()
        finally:
            self._quiet.busy -= 1

    async def _watched(self, work: Work[T]) -> T:
        async def watched(tx: Transaction) -> tuple[T, Seen]:
            noted = SeenTransaction(tx)
            done = await work(cast("Transaction", noted))
            await self._laws.look(tx, noted.seen)
            return done, noted.seen

        done, seen = await self._store.transact(watched)
        self._laws.committed(seen)
        return done


class GatedClock:
    """The machine's clock, as one process sees it."""

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock

    def now(self) -> int:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        await self._gate.hold()


class GatedProvider:
    """The provider."""

    def __init__(self, gate: Gate, vendor: Vendor, laws: Laws, store: GatedStore) -> None:
        self._gate = gate
        self._vendor = vendor
        self._laws = laws
        self._store = store

    async def estimate(self, order: Order) -> Any:
        return await self._gate.call(lambda: self._vendor.estimate(order))

    async def submit(self, order: Order) -> Accepted:
        async def submit() -> Accepted:
            take = await self._store.peek(ordering_take())
            self._laws.ordered(take)
            if take is not None and take.state is not State.SUBMITTING:
                self._vendor.without_slot.add(take.id)
            return await self._vendor.submit(order)

        return await self._gate.call(submit)

    async def poll(self, job: str) -> JobStatus:
        return await self._gate.call(lambda: self._vendor.poll(job))

    async def find_recent(self, since: int) -> History:
        return await self._gate.call(lambda: self._vendor.find_recent(since))

    async def upload(self, picture: Path, media_type: str) -> str:
        return await self._gate.call(lambda: self._vendor.upload(picture, media_type))

    async def balance(self) -> Balance:
        return await self._gate.call(self._vendor.balance)

    async def download(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        return await self._gate.call(
            lambda: self._vendor.download(url, into, limit_bytes=limit_bytes, timeout_s=timeout_s)
        )

    async def close(self) -> None:
        await self._vendor.close()


class GatedChat:
    """The chat."""

    def __init__(self, gate: Gate, chat: DrillChat, laws: Laws) -> None:
        self.platform = chat.platform
        self.progress_every_s = chat.progress_every_s
        self.post_timeout_s = chat.post_timeout_s
        self.clips_together = chat.clips_together
        self._gate = gate
        self._chat = chat
        self._laws = laws

    async def may_post(self, channel: str) -> str | None:
        return await self._gate.call(lambda: self._chat.may_post(channel))

    async def most_bytes(self, channel: str) -> int | None:
        return await self._gate.call(lambda: self._chat.most_bytes(channel))

    async def show(
        self, view: CardView, *, channel: str, nonce: str, message: Message | None, rank: Rank = Rank.STATE
    ) -> Message:
        return await self._gate.call(
            lambda: self._chat.show(view, channel=channel, nonce=nonce, message=message, rank=rank)
        )

    async def say(self, view: CardView, *, channel: str, nonce: str, to: str | None, thread: Message | None) -> Message:
        async def say() -> Message:
            said = await self._chat.say(view, channel=channel, nonce=nonce, to=to, thread=thread)
            self._laws.said(nonce, said)
            return said

        return await self._gate.call(say)

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        async def post() -> Posted:
            before = self._chat.clip(channel, nonce)
            try:
                return await self._chat.post_clip(view, clip, name=name, channel=channel, nonce=nonce, thread=thread)
            finally:
                if self._chat.clip(channel, nonce) is not None:
                    self._laws.posted(name.removesuffix(".mp4"), nonce, again=before is not None)

        return await self._gate.call(post)

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        return await self._gate.call(lambda: self._chat.find_post(channel=channel, nonce=nonce))

    async def link(self, message: Message) -> str | None:
        return await self._gate.call(lambda: self._chat.link(message))

    async def reactions(self, message: Message) -> list[Reaction]:
        return await self._gate.call(lambda: self._chat.reactions(message))

    async def who(self, person: str, *, channel: str) -> Actor:
        return await self._gate.call(lambda: self._chat.who(person, channel=channel))

    async def take_down(self, message: Message, *, file: str | None = None) -> None:
        await self._gate.call(lambda: self._chat.take_down(message, file=file))

    async def take_off_picture(self, message: Message) -> None:
        await self._gate.call(lambda: self._chat.take_off_picture(message))


class GatedArchive:
    """The archive."""

    def __init__(self, gate: Gate, archive: MemoryArchive) -> None:
        self._gate = gate
        self._archive = archive

    async def keep(self, source: Path, name: str, *, sha256: str) -> Stored:
        return await self._gate.call(lambda: self._archive.keep(source, name, sha256=sha256))

    async def open(self, stored: Stored) -> Path:
        return await self._gate.call(lambda: self._archive.open(stored))

    async def delete(self, name: str) -> None:
        await self._gate.call(lambda: self._archive.delete(name))

    async def size_of(self, name: str) -> int | None:
        return await self._gate.call(lambda: self._archive.size_of(name))

    async def link(self, stored: Stored, *, name: str, seconds: int) -> str | None:
        return await self._gate.call(lambda: self._archive.link(stored, name=name, seconds=seconds))

    async def tidy(self, now: int) -> int:
        return await self._archive.tidy(now)

    def working_file(self, name: str) -> Path:
        return self._archive.working_file(name)


class GatedMedia(AgreeableMedia):
    """Finds every clip as it was asked, if it is there."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    async def check_clip(self, path: Path, **asked: Any) -> ClipFacts:
        async def check() -> ClipFacts:
            if not path.is_file():
                msg = "it is not there"
                raise ClipDamaged(msg)
            return await super(GatedMedia, self).check_clip(path, **asked)

        return await self._gate.call(check)

    async def fit(self, clip: Path, into: Path, **asked: Any) -> Fitted:
        return await self._gate.call(lambda: super(GatedMedia, self).fit(clip, into, **asked))


class GatedAnswers(Answers):
    """Answer files, written and read in no other thread, so that the same calls come in the same order."""

    def __init__(self, gate: Gate, folder: Path) -> None:
        super().__init__(folder)
        self._gate = gate

    async def write(self, answer: Answer) -> None:
        async def write() -> None:
            self._write(answer)

        await self._gate.call(write)

    async def remove(self, attempt: str) -> None:
        async def remove() -> None:
            self._path(attempt).unlink(missing_ok=True)

        await self._gate.call(remove)

    async def find(self, attempt: str) -> Answer | None:
        async def find() -> Answer | None:
            return next((answer for answer in self._read() if answer.attempt == attempt), None)

        return await self._gate.call(find)

    async def read(self) -> list[Answer]:
        async def read() -> list[Answer]:
            return self._read()

        return await self._gate.call(read)
