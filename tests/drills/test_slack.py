"""The whole product on Slack in trouble: limits, faults, lost connections, and events that come twice or again."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from adapters.slack import cards
from adapters.slack.ids import split
from bot import app as app_module
from bot.app import App, open_app
from bot.core.cards import draw
from bot.core.clock import SystemClock
from bot.core.lifecycle import CLIP, Stage, State
from bot.core.money import Money
from bot.core.ports import Store, Transaction
from bot.core.rows import Card, Outbox, Rank, Take, Vote
from bot.jobs.drawing import load, with_strips
from bot.jobs.kit import Rules
from bot.settings import Secret, Settings
from bot.slack import opened
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import FakeMessage
from tests.drills.laws import broken
from tests.drills.slack_trouble import Trouble
from tests.drills.vendor import Vendor
from tests.jobs.conftest import AgreeableMedia

PLENTY = Money.usd(10_000)
DRAFT, FINAL = Money.usd("0.32"), Money.usd("0.75")
PEOPLE, SLOTS = 10, 10
#: Real seconds in a second of the provider's, and how long a job renders.
SCALE, RENDERS_S = 0.02, 1.0
APPROVED = "white_check_mark"
#: What is not there after so long never comes: 200 cards are edited at 45 a minute.
PATIENCE_S = 1_200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is ordered, and voted on."""

    cards: int
    takes_per_card: int
    channels: int
    votes: int
    #: Finals that the workspace's cap has room for.
    finals: int

    @property
    def cap(self) -> Money:
        return DRAFT * (self.cards * self.takes_per_card) + FINAL * self.finals


SHORT = Size(cards=6, takes_per_card=2, channels=2, votes=4, finals=2)
LONG = Size(cards=50, takes_per_card=4, channels=10, votes=20, finals=8)


@dataclass(frozen=True, slots=True)
class Clips:
    """The clips that are kept, and those that are to be seen."""

    files: dict[str, bytes]
    posted: Counter[str]


@dataclass(slots=True, kw_only=True)
class Studio:
    """What the laws look at."""

    slack: FakeSlack
    app: App
    vendor: Vendor
    home: Path
    size: Size
    answered: set[str] = field(default_factory=set)

    @property
    def store(self) -> Store:
        return self.app.rows

    @property
    def rules(self) -> Rules:
        return self.app.kit.rules

    @property
    def archive(self) -> Clips:
        return Clips({str(path): path.read_bytes() for path in (self.home / "archive").rglob("*.mp4")}, Counter())

    @property
    def chat(self) -> Clips:
        return Clips({}, Counter(name for _, name in self.clips()))

    def clips(self) -> list[tuple[FakeMessage, str]]:
        """Every message with a clip, and the clip's name."""
        return [
            (message, self.slack.files[file].name)
            for channel in self.slack.channels
            for message in self.slack.messages(channel)
            for file in message.files
        ]

    async def takes(self) -> list[Take]:
        return await self.store.transact(lambda tx: tx.rows(Take, order=("created_at", "id")))

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not await holds():  # noqa: ASYNC110
                await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def studio(home: Path, size: Size, *, limits: bool) -> AsyncIterator[Studio]:
    """The application on a SQLite file, its chat a Slack that delivers every event twice."""
    async with FakeSlack() as slack:
        slack.deliver_twice, slack.limits, slack.retry_after_s = True, limits, (0, 0.5, 1)
        for number in range(PEOPLE):
            slack.person(f"U{number}", f"maker{number}")
        for number in range(size.channels):
            slack.channel(f"C{number}", f"channel{number}", members=tuple(f"U{each}" for each in range(PEOPLE)))
        settings = Settings(
            home=home,
            provider_scale=SCALE,
            slots=SLOTS,
            owners=("U0",),
            channel_cap=PLENTY,
            workspace_cap=size.cap,
            confirm_above=PLENTY,
            grace_s=1,
            slack_bot_token=Secret(slack.bot_token),
            slack_app_token=Secret(slack.app_token),
            slack_api_url=slack.api_url.rstrip("/"),
        )
        vendor, stop = Vendor(clock=SystemClock(), renders_s=RENDERS_S), asyncio.Event()
        async with opened(settings) as served, open_app(settings, chats=[served.make_chat], provider=vendor) as app:
            running = [asyncio.create_task(app.run(stop)), asyncio.create_task(served.serve(app, stop))]
            await slack.until(lambda: slack.connections)
            try:
                yield Studio(slack=slack, app=app, vendor=vendor, home=home, size=size)
            finally:
                stop.set()
                await asyncio.gather(*running)


@pytest.mark.long
async def test_many_takes_in_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, drill: bool) -> None:
    """Ordered at once, made, voted on: every cent is booked once, every clip and every card is seen once, as it is."""
    monkeypatch.setattr(app_module, "Media", agreeable)
    async with studio(tmp_path, LONG if drill else SHORT, limits=drill) as at:
        trouble = Trouble(slack=at.slack, chance=random.Random(6))
        befalling = asyncio.create_task(trouble.run())
        await order(at)
        trouble.cutting.set()
        async with asyncio.timeout(PATIENCE_S):
            await at.app.until_idle()
        await vote(at, trouble.chance)
        befalling.cancel()
        await asyncio.gather(befalling, return_exceptions=True)
        await heard_again(at)
        await at.until(partial(votes_agree, at))
        async with asyncio.timeout(PATIENCE_S):
            await at.app.until_idle()
        assert await everything_wrong(at) == []


def agreeable() -> AgreeableMedia:
    """Clips are taken as they are; their pictures are small, and real."""
    media = AgreeableMedia()
    media.pictures = True
    return media


async def order(at: Studio) -> None:
    """All at once; each is acknowledged, and accepted."""
    size = at.size
    acked = await asyncio.gather(
        *(
            at.slack.command(
                f"U{number % PEOPLE}",
                f"C{number % size.channels}",
                "/clip",
                f"{prompt_of(number)} --count {size.takes_per_card}",
            )
            for number in range(size.cards)
        )
    )
    assert all(each.ok for each in acked)
    assert len(await at.takes()) == size.cards * size.takes_per_card, [each.payload for each in acked]


def prompt_of(number: int) -> str:
    return f"a fox in snow, number {number}."


async def vote(at: Studio, chance: random.Random) -> None:
    """Approve the newest drafts by their clips; some think better of it, at once or later."""
    drafts = [take for take in await at.takes() if take.stage is Stage.DRAFT and take.state in CLIP]
    by_name = {name: message for message, name in at.clips()}
    assert len(drafts) == at.size.cards * at.size.takes_per_card

    async def one(take: Take) -> None:
        clip, person = by_name[f"{take.id}.mp4"], f"U{chance.randrange(1, PEOPLE)}"
        await asyncio.sleep(chance.uniform(0, 5))
        await at.slack.react(person, clip, APPROVED)
        if chance.random() < 0.4:
            await asyncio.sleep(chance.choice((0, 0.3, 3)))
            await at.slack.unreact(person, clip, APPROVED)

    await asyncio.gather(*(one(take) for take in drafts[-at.size.votes :]))


async def heard_again(at: Studio) -> None:
    """Cut the connection once more: what was missed is looked up afterwards."""
    await at.slack.drop_socket()
    await at.slack.until(lambda: at.slack.connections, within_s=PATIENCE_S)


async def votes_agree(at: Studio) -> bool:
    """Whether the votes that stand in the rows are the reactions that stand on the clips."""
    votes = await at.store.transact(lambda tx: tx.rows(Vote, standing=True))
    given = {
        (person, name.removesuffix(".mp4"))
        for message, name in at.clips()
        for person in message.reactions.get(APPROVED, [])
    }
    return {(vote.person, vote.take) for vote in votes} == given


async def everything_wrong(at: Studio) -> list[str]:
    """Every law that does not hold, in words."""
    takes, found = await at.takes(), await broken(at)
    charged = sum((take.charged for take in takes), Money(0))
    if at.vendor.billed != charged:
        found.append(f"{at.vendor.billed} was billed, {charged} is charged")
    found += [f"{take.id} is {take.state.value}" for take in takes if take.state not in ENDS]
    found += await at.store.transact(lambda tx: _finals(tx, takes))
    found += await at.store.transact(lambda tx: _in_place(tx, at, takes))
    found += await at.store.transact(lambda tx: _cards(tx, at))
    return found + at.slack.complaints


#: Where a take may be when nothing moves; those that the cap has no room for wait for the owner.
ENDS = frozenset({State.DELIVERED, State.ASKED, State.CANCELLED})


async def _finals(tx: Transaction, takes: list[Take]) -> list[str]:
    """A draft that is approved has one final, ordered or asked for."""
    approved = {vote.take for vote in await tx.rows(Vote, standing=True)}
    finals = Counter(take.draft for take in takes if take.draft and take.state is not State.CANCELLED)
    return [f"{draft} is approved and has {finals[draft]} finals" for draft in approved if finals[draft] != 1]


async def _in_place(tx: Transaction, at: Studio, takes: list[Take]) -> list[str]:
    """A draft's clip is in the thread of its card, a final's stands in the channel."""
    shown = {name: message for message, name in at.clips()}
    found = []
    for take in takes:
        card = await tx.get(Card, take.card)
        thread = card.message if card and take.stage is Stage.DRAFT else None
        message = shown.get(f"{take.id}.mp4")
        if message and (message.channel, message.thread_ts) != (split(take.channel)[1], thread):
            found.append(f"{take.id} is in {message.channel}, {message.thread_ts}, its card is {card}")
    return found


async def _cards(tx: Transaction, at: Studio) -> list[str]:
    """Every card stands once and shows what the rows say; nothing waits to be shown."""
    found = [f"{row.id} waits" for row in await tx.rows(Outbox) if row.rank is not Rank.PROGRESS]
    standing = [
        message
        for channel in at.slack.channels
        for message in at.slack.messages(channel)
        if not message.files and message.thread_ts is None
    ]
    for card in await tx.rows(Card):
        own = [message for message in standing if re.match(rf"(🎬 )?{card.id} ·", message.text)]
        found += [f"the card {card.id} stands {len(own)} times"] * (len(own) != 1)
        drawn = draw(await with_strips(tx, await load(at.app.kit, tx, card.id)))
        words = [_but_for_money(message.text) for message in own if message.ts == card.message]
        if words != [_but_for_money(cards.card(at.app.kit.shown(drawn)).text)] or card.drawn < card.version:
            found.append(f"the card {card.id} shows {words} instead of {drawn}")
    return found


def _but_for_money(text: str) -> str:
    """What is left of the budget is that of the time when the card was drawn."""
    return re.sub(r"\$[\d.]+ left", "some left", text)
