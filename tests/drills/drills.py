"""The drills: which story is told in which setting, and how its schedules are run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace

from bot.core.money import Money
from bot.core.policy import CapPolicy, ChannelPolicy
from bot.jobs.kit import Rules
from tests.drills import stories
from tests.drills.laws import broken
from tests.drills.schedule import Setting, Told, told
from tests.drills.vendor import Behaviour

Story = Callable[[Told], Awaitable[None]]
OWNED = Rules(owners=("dana",))
#: One order at a time, and money for two drafts.
NARROW = Rules(
    owners=("dana",), slots=1, channel_policy=ChannelPolicy(cap=CapPolicy(amount=Money.usd("0.64")), quorum=1)
)
ACCEPTED = Behaviour.ACCEPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A story in a setting."""

    name: str
    story: Story
    setting: Setting
    #: The most jobs that a take may have: two only where provider.md says that they are possible.
    bills_per_take: int = 1

    def __str__(self) -> str:
        """Its name, by which pytest knows it."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one schedule."""

    setting: Setting
    #: The steps of each process.
    made: tuple[tuple[str, ...], ...]
    broken: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        """What is needed to tell it again, and what was broken."""
        ends = [steps[-1] for steps in self.made if steps]
        return f"crashes={self.setting.crashes} frozen after {self.setting.freeze_at}, last steps {ends}: {self.broken}"


async def run(drill: Drill, **changes: object) -> Outcome:
    """Tell the story, with the crashes and stops that ``changes`` ask for, and look at the laws."""
    setting = replace(drill.setting, **changes)  # type: ignore[arg-type]
    async with told(setting) as it:
        await drill.story(it)
        found = await broken(it.on, bills_per_take=drill.bills_per_take)
        return Outcome(setting=setting, made=tuple(map(tuple, it.made)), broken=(*found, *it.noticed))


async def singles(drill: Drill, *, stride: int = 1, offset: int = 0) -> AsyncIterator[Outcome]:
    """The story undisturbed, and with a process that ends at each of its steps (or each ``stride``-th)."""
    plain = await run(drill)
    yield plain
    for at in range(1 + offset % stride, len(plain.made[0]) + 1, stride):
        yield await run(drill, crashes=(at,))


async def pairs(drill: Drill, *, stride: int = 1, offset: int = 0) -> AsyncIterator[Outcome]:
    """A process that ends at each step, and the next one at each of its own; or each ``stride``-th of both."""
    async for first in singles(drill, stride=stride, offset=offset):
        if first.setting.crashes:
            for second in range(1 + offset % stride, len(first.made[1]) + 1, stride):
                yield await run(drill, crashes=(*first.setting.crashes, second))


async def stops(drill: Drill, *, seconds: float, stride: int = 1, offset: int = 0) -> AsyncIterator[Outcome]:
    """A process that is stopped at each step for so long, while another works; then both."""
    plain = await run(drill)
    for at in range(1 + offset % stride, len(plain.made[0]) + 1, stride):
        yield await run(drill, freeze_at=at, frozen_s=seconds)


def _each(name: str, story: Story, setting: Setting, *, before: tuple[Behaviour, ...] = ()) -> Iterator[Drill]:
    for behaviour in Behaviour:
        treated = replace(setting, behaviours=(*before, behaviour))
        yield Drill(name=f"{name}, {behaviour.value}", story=story, setting=treated)


OWNED_SETTING = Setting(rules=OWNED)
ONE_DRAFT = tuple(_each("a draft", stories.one_draft, OWNED_SETTING))
UNSEEN_DRAFT = tuple(_each("a draft without history", stories.one_draft, replace(OWNED_SETTING, history=False)))
ONE_FINAL = tuple(_each("a final", stories.one_final, OWNED_SETTING, before=(ACCEPTED,)))
FROM_THE_FRAME = tuple(_each("from the frame", stories.one_final_from_the_frame, OWNED_SETTING, before=(ACCEPTED,)))
TWO_OF_THREE = tuple(_each("two of three", stories.two_of_three, Setting(rules=NARROW, renders_s=300.0)))
JUDGED = tuple(
    Drill(
        name=f"judged lost, {each.value}", story=stories.judged_lost, setting=replace(OWNED_SETTING, behaviours=(each,))
    )
    for each in (Behaviour.TIMEOUT_AFTER, Behaviour.DROPPED, Behaviour.TIMEOUT_BEFORE)
)
WITHDRAWN = Drill(name="a vote that was withdrawn", story=stories.withdrawn, setting=OWNED_SETTING)
ALLOWED = Drill(
    name="a final that the owner allowed",
    story=stories.one_final_by_the_owner,
    setting=Setting(rules=replace(OWNED, channel_policy=ChannelPolicy(owner_above=Money.usd("0.50")))),
)
UNDONE = Drill(name="a final that was undone", story=stories.undone, setting=OWNED_SETTING)
BATCH = Drill(name="a batch of two sheets", story=stories.a_batch, setting=OWNED_SETTING)
TOO_LARGE = Drill(
    name="a draft that is larger than the chat takes",
    story=stories.one_draft,
    setting=replace(OWNED_SETTING, largest_bytes=3),
)
#: The documented exception: the row appears later than both readings.
LAGGING = Drill(
    name="5xx after, and a history that lags",
    story=stories.one_draft_and_hours,
    setting=replace(OWNED_SETTING, behaviours=(Behaviour.FAULT_AFTER,), history_lag_s=300.0),
    bills_per_take=2,
)
GUIDE = Drill(
    name="5xx after, repeated as the guide says",
    story=stories.one_draft_and_hours,
    setting=Setting(rules=replace(OWNED, resend_5xx="guide"), behaviours=(Behaviour.FAULT_AFTER,), history_lag_s=30.0),
    bills_per_take=2,
)
NEVER = Drill(
    name="5xx after, never repeated",
    story=stories.one_draft,
    setting=Setting(rules=replace(OWNED, resend_5xx="never"), behaviours=(Behaviour.FAULT_AFTER,), history_lag_s=300.0),
)
EVERY = (
    *ONE_DRAFT,
    *UNSEEN_DRAFT,
    *ONE_FINAL,
    *FROM_THE_FRAME,
    *TWO_OF_THREE,
    *JUDGED,
    WITHDRAWN,
    ALLOWED,
    UNDONE,
    BATCH,
    TOO_LARGE,
    LAGGING,
    GUIDE,
    NEVER,
)
