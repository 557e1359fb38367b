"""Uploads, pictures and what else is about files, in a fake workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.slack.client import Clients
from adapters.slack.pictures import Pictures
from adapters.slack.uploads import Patience, Uploads
from bot.core.clock import SystemClock
from bot.core.fakes import MemoryStore
from bot.core.ports import Button, CardView, Clock, Message, Picture, Posted
from bot.core.rows import Note
from tests.adapters.slack.fake.files import FakeFile
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import FakeMessage
from tests.adapters.slack.workspace import LAUNCH

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FINAL = CardView(
    title="Final A7K-2F is here · $1.50 · $34.90 left",
    quote="a mug & <!channel>",
    buttons=(Button(label="Again · $1.50", action="again:A7K-2F"),),
    mentions=("U1",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a test looks at; each ``uploads`` and ``pictures`` is a process that was started anew."""

    slack: FakeSlack
    clients: Clients
    store: MemoryStore
    clock: Clock
    folder: Path

    @property
    def uploads(self) -> Uploads:
        patience = Patience(bytes_s=20, share_s=2.0)
        return Uploads(self.clients, self.store, self.clock, pictures=self.pictures, patience=patience)

    @property
    def pictures(self) -> Pictures:
        return Pictures(self.clients, self.store, self.clock, processed_s=2.0)

    def clip(self, content: bytes = b"a clip") -> Path:
        path = self.folder / "clip.mp4"
        path.write_bytes(content)
        return path

    def picture(self, name: str = "beside.png", content: bytes = PNG) -> Picture:
        path = self.folder / name
        path.write_bytes(content)
        return Picture(path=path, name=name, about="Draft and final side by side")

    async def post(
        self,
        view: CardView = FINAL,
        *,
        uploads: Uploads | None = None,
        nonce: str = "n1",
        thread: Message | None = None,
    ) -> Posted:
        to = uploads or self.uploads
        return await to.post_clip(view, self.clip(), name="A7K-2F.mp4", channel=LAUNCH, nonce=nonce, thread=thread)

    def clips(self) -> list[FakeMessage]:
        """The messages of the channel that have a clip."""
        return [message for message in self.slack.messages("C1") if message.files]

    def files(self) -> list[FakeFile]:
        """The files that stand."""
        return [file for file in self.slack.files.values() if file.completed and not file.deleted]

    async def notes(self) -> list[str]:
        return [note.id for note in await self.store.transact(lambda tx: tx.rows(Note, order=("id",)))]


@asynccontextmanager
async def desk(folder: Path, clock: Clock | None = None) -> AsyncIterator[Desk]:
    """Mina in #launch; a second workspace beside hers."""
    async with FakeSlack() as slack:
        slack.person("U1", "mina")
        slack.channel("C1", "launch", members=("U1",))
        slack.late_shares_s = 0
        time = clock or SystemClock()
        clients = Clients(base_url=slack.api_url, tokens={"T1": slack.bot_token})
        store = MemoryStore(time)
        yield Desk(slack=slack, clients=clients, store=store, clock=time, folder=folder)
        await store.close()
        await clients.close()
