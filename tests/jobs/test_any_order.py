"""Anything that people may do, in any order, on any take: whatever happens, the books and the rounds agree."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.core.commands import Fewer, Undo
from bot.core.errors import NotSent, NotSentFor, OrderRefused, OutcomeUnknown, RefusedFor, ServerFault
from bot.core.lifecycle import ENDED_WITHOUT_CLIP
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.ports import Charge, Job, JobStatus, Message
from bot.core.rows import Card, Key, Meaning, Post, Source, Take
from tests.jobs.acts import presses, reacts, types, unreacts, votes
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, RAVI, TEAM, Office

PEOPLE = (MINA, JO, RAVI, DANA, GUEST)
PLACES = (LAUNCH, LAUNCH, TEAM, replace(LAUNCH, channel="local:mina", name="mina", direct=True))
ORDERS = (
    "a fox",
    "a mug on {oak|steel}",
    "a dog --count 3",
    "final: a race car",
    "a cat, no blur",
    "a bird --count 10",
)
EMOJI = ("✅", "1️⃣", "2️⃣", "❌", "🔁", "📌", "👍")
SETTINGS = ("settings quorum=1", "settings quorum=2", "settings makers=@mina,@jo", "settings makers=everyone")
BUDGETS = (
    "budget set 1",
    "budget set 40",
    "budget set 3 --envelope 2",
    "budget set 2 --scope person",
    "budget set none",
)
FAULTS = (
    NotSent("busy", reason=NotSentFor.RATE),
    NotSent("no route", reason=NotSentFor.NETWORK),
    OrderRefused("not this", reason=RefusedFor.POLICY),
    OutcomeUnknown("no answer"),
    ServerFault("internal error", status=500),
)
ENDS = (
    JobStatus(job=Job.FAILED, said="failed", error="no", charge=Charge(refunded=True)),
    JobStatus(job=Job.FAILED, said="failed", error="no"),
    JobStatus(job=Job.RUNNING, said="processing"),
    JobStatus(
        job=Job.DONE, said="completed", output_url="https://files.invalid/1.mp4", charge=Charge(amount=Money.usd(1))
    ),
)
ACTS = 50
HALF = 0.5
SLEEPS = 0.1


class Crowd:
    """People who do what comes into their heads; the same for the same seed."""

    def __init__(self, office: Office, seed: int) -> None:
        self._office = office
        self._random = random.Random(seed)
        self._answers: list[Notice] = []

    async def act(self) -> None:
        """One of them does something."""
        deeds: tuple[Callable[[], Awaitable[Notice | None]], ...] = (
            self._order, self._order, self._vote, self._vote, self._react, self._react, self._react, self._unreact,
            self._verb, self._press, self._press, self._answer, self._set, self._work, self._work, self._trouble,
        )  # fmt: skip
        notice = await self._random.choice(deeds)()
        if notice is not None and notice.buttons:
            self._answers.append(notice)

    async def _order(self) -> Notice:
        return await self._types(f"/clip {self._random.choice(ORDERS)}")

    async def _set(self) -> Notice:
        return await types(self._office, f"/dailies {self._random.choice(SETTINGS + BUDGETS)}", DANA)

    async def _verb(self) -> Notice | None:
        take = await self._take()
        verb = self._random.choice(("again", "cancel", "hide", "rescue", "keep", "promote", "reject", "show"))
        return await self._types(f"/clip {verb} {self._random.choice((take.id, take.card))}") if take else None

    async def _vote(self) -> Notice | None:
        take = await self._take()
        if take is None:
            return None
        meaning = self._random.choice((Meaning.APPROVE, Meaning.APPROVE, Meaning.REJECT))
        given, source = self._random.random() < 0.7, self._random.choice((Source.BUTTON, Source.VERB))
        at = self._office.clock.now() - self._random.choice((0, 0, 60_000))
        person, place = self._random.choice(PEOPLE), self._random.choice(PLACES)
        return await votes(
            self._office, take.id, person, given=given, source=source, meaning=meaning, at=at, place=place
        )

    async def _react(self) -> Notice | None:
        message = await self._message()
        emoji, person = self._random.choice(EMOJI), self._random.choice(PEOPLE)
        return await reacts(self._office, emoji, message, person) if message else None

    async def _unreact(self) -> Notice | None:
        message = await self._message()
        emoji, person = self._random.choice(EMOJI), self._random.choice(PEOPLE)
        return await unreacts(self._office, emoji, message, person) if message else None

    async def _press(self) -> Notice | None:
        """A button of a card, a line or a clip."""
        shown = [sent for sent in self._office.chat.sent if sent.view.buttons]
        if not shown:
            return None
        sent = self._random.choice(shown)
        label = self._random.choice(sent.view.buttons).label
        return await presses(self._office, label, sent, self._random.choice(PEOPLE), self._random.choice(PLACES))

    async def _answer(self) -> Notice | None:
        """A button of an answer, old ones included; or one that is forged."""
        take = await self._take()
        if take is not None and self._random.random() < 0.2:
            person = self._random.choice(PEOPLE)
            if self._random.random() < HALF:
                return await self._office.handle(Undo, person, subject=take.card)
            return await self._office.handle(Fewer, person, subject=take.card, count=1)
        if not self._answers:
            return None
        notice = self._random.choice(self._answers)
        return await presses(
            self._office, self._random.choice(notice.buttons).label, notice, self._random.choice(PEOPLE)
        )

    async def _work(self) -> None:
        """Time passes; now and then the machine sleeps for weeks."""
        if self._random.random() < SLEEPS:
            await self._office.clock.advance(20 * 86_400)
        await self._office.work(self._random.choice((1, 16, 60, 600)))

    async def _trouble(self) -> None:
        """The provider, or the chat, has a bad moment."""
        self._office.provider.script.add("submit", self._random.choice(FAULTS))
        self._office.provider.script.add("poll", self._random.choice(ENDS))

    async def _types(self, line: str) -> Notice:
        return await types(self._office, line, self._random.choice(PEOPLE), self._random.choice(PLACES))

    async def _take(self) -> Take | None:
        takes = await self._office.rows(Take, order=("id",))
        return self._random.choice(takes) if takes else None

    async def _message(self) -> Message | None:
        """A card's or a clip's."""
        cards = [
            Message(channel=card.channel, id=card.message) for card in await self._office.rows(Card) if card.message
        ]
        clips = [
            Message(channel=post.channel, id=post.message) for post in await self._office.rows(Post) if post.message
        ]
        return self._random.choice(cards + clips) if cards + clips else None


async def require_agreement(office: Office) -> None:
    """Books, rounds and votes."""
    await office.require_balanced()
    takes = await office.rows(Take)
    live = Counter(
        (take.draft, take.round)
        for take in takes
        if take.draft and not take.late and take.state not in ENDED_WITHOUT_CLIP
    )
    assert all(number == 1 for number in live.values())
    assert len({take.id for take in takes}) == len(takes)
    jobs = Counter(take.job for take in takes if take.job)
    assert all(number == 1 for number in jobs.values())
    assert len(await office.rows(Key)) <= 1


@pytest.mark.parametrize(
    ("seed", "kind_of_store"), [(1, "memory"), (2, "memory"), (3, "memory"), (4, "sql"), (5, "postgres")]
)
async def test_whatever_people_do(office: Office, seed: int) -> None:
    """Orders, votes, buttons old and new, settings, faults and months that pass: never a defect, never a wrong cent."""
    crowd = Crowd(office, seed)
    for _ in range(ACTS):
        await crowd.act()
    await require_agreement(office)
    await office.work(3600)
    await require_agreement(office)
