"""A Slack chat in a fake workspace, for tests of the port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.slack.chat import SlackChat
from adapters.slack.client import Clients
from adapters.slack.pictures import Pictures
from adapters.slack.uploads import Uploads
from bot.core.clock import SystemClock
from bot.core.commands import Actor
from bot.core.errors import ChatBusy, ChatClosed, ChatError
from bot.core.fakes import MemoryStore
from bot.core.ports import CardView, Message, Picture, Posted
from tests.adapters.slack.fake.server import FakeSlack

LAUNCH, OTHER = "slack:T1/C1", "slack:T1/C2"


class SwiftClock(SystemClock):
    """Time that nobody waits for long: what is slept is over in a few milliseconds."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return super().monotonic() + sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await super().sleep(0.005)


@dataclass(slots=True)
class NoFiles:
    """A workspace that takes no files: what the port does without them."""

    post_timeout_s: float = 60.0
    taken_down: list[Message] = field(default_factory=list)
    taken_off: list[Message] = field(default_factory=list)
    #: The picture's file by its name; without one it cannot be uploaded.
    pictures: dict[str, str] = field(default_factory=dict)
    #: As often as it says, a picture is not uploaded yet.
    busy: int = 0
    hanging: list[tuple[Message, str]] = field(default_factory=list)

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        raise ChatClosed(name)

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        return None

    async def take_off_picture(self, message: Message) -> None:
        self.taken_off.append(message)

    async def take_down(self, message: Message) -> None:
        self.taken_down.append(message)

    async def file_id(self, picture: Picture, channel: str) -> str:
        if self.busy:
            self.busy -= 1
            raise ChatBusy(picture.name, retry_after_s=3)
        if picture.name not in self.pictures:
            raise FileNotFoundError(picture.name)
        return self.pictures[picture.name]

    async def hung(self, message: Message, picture: Picture | None) -> None:
        self.hanging.append((message, picture.name if picture else ""))
        if picture is None:
            raise ChatError(message.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What a test looks at."""

    slack: FakeSlack
    chat: SlackChat
    clients: Clients
    clock: SwiftClock
    store: MemoryStore
    files: NoFiles

    def again(self) -> SlackChat:
        """The chat of a process that was started anew."""
        return made(self.slack, self.clients, self.clock, self.store, self.files)


def made(slack: FakeSlack, clients: Clients, clock: SwiftClock, store: MemoryStore, files: NoFiles | None) -> SlackChat:
    """A chat; with ``files`` it has those instead of the workspace's own."""
    pictures = Pictures(clients, store, clock)

    async def who(team: str, person: str) -> Actor:
        known = slack.people[person]
        assert known.team == team
        return Actor(id=person, name=known.name, guest=known.guest, admin=known.admin, bot=known.bot)

    return SlackChat(
        client_of=clients,
        store=store,
        clock=clock,
        uploads=files or Uploads(clients, store, clock, pictures=pictures),
        pictures=files or pictures,
        who=who,
    )


@asynccontextmanager
async def workspace(*, takes_files: bool = False) -> AsyncIterator[Workspace]:
    """Mina, Jo and the guest Zed in #launch and #other; Dana, who owns the place, is in neither."""
    async with FakeSlack() as slack:
        slack.person("U1", "mina")
        slack.person("U2", "jo")
        slack.person("U3", "zed", guest=True)
        slack.person("U4", "dana", admin=True)
        for channel, name in (("C1", "launch"), ("C2", "other")):
            slack.channel(channel, name, members=("U1", "U2", "U3"))
        clock = SwiftClock()
        clients = Clients(base_url=slack.api_url, tokens={"T1": slack.bot_token})
        store, files = MemoryStore(clock), NoFiles()
        chat = made(slack, clients, clock, store, None if takes_files else files)
        yield Workspace(slack=slack, chat=chat, clients=clients, clock=clock, store=store, files=files)
        await chat.close()
        await store.close()
        await clients.close()
