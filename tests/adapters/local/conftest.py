"""What the tests of the local channel share: a home, a clip, and a screen that remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.local import Desk, LocalChat, Session
from adapters.local.entries import Entry, Kind
from bot.core.commands import Actor, Command
from bot.core.fakes import FakeClock, FakeIds, MemoryStore
from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.ports import Button, CardView, Transaction
from bot.core.rows import Card, Channel, Key, Post, PostState, Shot, Take, Workspace

LAUNCH = "local:launch"
CARD = CardView(title="🎬 A7K · 4 drafts", buttons=(Button(label="Cancel all", action="cancel:A7K"),))
DONE = CardView(title="A7K · 1 finished")


class Screenful:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.progress_every_s: float | None = None
        self.channel = ""
        self.said: list[str] = []
        self.shown: list[tuple[str, Entry]] = []
        self.away: list[tuple[str, str]] = []
        self.settled = 0

    def look_at(self, channel: str) -> None:
        self.channel = channel

    def prompt(self, actor: Actor, channel: str) -> None:
        self.said.append(f"{actor.name} {channel}>")

    def typed(self, actor: Actor, line: str) -> None:
        self.said.append(f"{actor.name}> {line}")

    def show(self, channel: str, entry: Entry) -> None:
        self.shown.append((channel, entry))

    def settle(self) -> None:
        self.settled += 1

    def gone(self, channel: str, message: str) -> None:
        self.away.append((channel, message))

    def note(self, text: str) -> None:
        self.said.append(text)

    @property
    def titles(self) -> list[str]:
        """What the messages say, in the order in which they were shown."""
        return [entry.view.title for _, entry in self.shown]


@pytest.fixture
def screen() -> Screenful:
    return Screenful()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home" / "local"


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    return tmp_path / "clips"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "archived.mp4"
    path.write_bytes(b"a fox")
    return path


@pytest.fixture
def chat(home: Path, clips: Path, screen: Screenful) -> LocalChat:
    return LocalChat(home, clips=clips, screen=screen)


MakeEntry = Callable[..., Entry]


@pytest.fixture
def make_entry() -> MakeEntry:
    """A message; a card unless it is said otherwise, with a view of the given facts."""

    def make(kind: Kind = Kind.CARD, id: str = "launch/1", **facts: Any) -> Entry:  # noqa: A002 - the field's name
        own = {name: facts.pop(name) for name in ("to", "thread", "file", "reactions") if name in facts}
        view = CardView(**({"title": "A7K"} | facts))
        return Entry(id=id, nonce=f"nonce {id}", kind=kind, view=view, **own)

    return make


TAKE = Take(
    id="A7K-1",
    workspace="local",
    channel=LAUNCH,
    person="mina",
    person_name="mina",
    shot="s1",
    card="A7K",
    number=1,
    stage=Stage.DRAFT,
    key="main",
    model="mini",
    resolution="480p",
    seconds=4,
    created_at=1_000,
    state=State.DELIVERED,
    state_at=1_000,
    price=Money.usd("0.32"),
)
SHOT = Shot(
    id="s1",
    workspace="local",
    model="mini",
    mode="text",
    prompt="a fox",
    ratio="16:9",
    seconds=5,
    draft_seconds=4,
    audio=True,
    bitrate="normal",
    look="new",
)


async def furnish(tx: Transaction) -> None:
    """A slate of two with a final, a single take, and one whose card is not shown yet."""
    await tx.put(Workspace(id="local", platform="local"))
    await tx.put(Channel(id=LAUNCH, workspace="local", name="launch"))
    await tx.put(Key(id="main"))
    await tx.put(SHOT)
    cards = {"A7K": "launch/1", "B8Z": "launch/9", "C9Y": None}
    for number, (card, message) in enumerate(cards.items()):
        await tx.put(
            Card(id=card, workspace="local", channel=LAUNCH, person="mina", message=message, created_at=number)
        )
    for take in (
        TAKE,
        replace(TAKE, id="A7K-2", number=2),
        replace(TAKE, id="A7K-1F", stage=Stage.FINAL, draft="A7K-1"),
        replace(TAKE, id="B8Z", card="B8Z", number=0),
        replace(TAKE, id="C9Y", card="C9Y", number=0),
    ):
        await tx.add(take)
    for nonce, message, state in (
        ("p1", "launch/3", PostState.POSTED),
        ("p2", "launch/4", PostState.POSTED),
        ("p3", "launch/5", PostState.GONE),
    ):
        await tx.put(
            Post(nonce=nonce, take="A7K-1", channel=LAUNCH, state=state, message=message, created_at=int(nonce[1]))
        )


class Manager:
    """Remembers what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.answer = Notice(text="done")
        self.meanwhile: Callable[[], object] = lambda: None

    async def handle(self, command: Command) -> Notice:
        self.asked.append(command)
        self.meanwhile()
        return self.answer


@pytest.fixture
def manager() -> Manager:
    return Manager()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def desk(chat: LocalChat, screen: Screenful, manager: Manager, clock: FakeClock) -> Desk:
    store = MemoryStore(clock)
    await store.transact(furnish)
    for number in range(1, 5):
        await chat.show(CardView(title=f"message {number}"), channel=LAUNCH, nonce=f"c{number}", message=None)
    screen.shown.clear()

    async def until_idle() -> None:
        screen.said.append("(idle)")

    return Desk(
        chat=chat,
        screen=screen,
        manager=manager,
        store=store,
        clock=clock,
        ids=FakeIds(),
        models=("mini",),
        until_idle=until_idle,
        patience_s=0,
    )


@pytest.fixture
def session(desk: Desk) -> Session:
    return Session(desk, person="Mina", channel="#launch")
