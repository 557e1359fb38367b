"""Edits by rank, posts in turn."""

from __future__ import annotations

import asyncio
import random

import pytest

from adapters.chat.pace import Pace
from adapters.slack.sending import LIMITS
from bot.core.errors import ChatBusy, NotYet
from bot.core.fakes import FakeClock
from bot.core.rows import Rank


def granted(pace: Pace, rank: Rank, *, card: str = "1.1", team: str = "T1") -> float:
    """0 where it may be sent now, else how long it has to wait."""
    try:
        pace.edit(team, card, rank)
    except NotYet as later:
        return later.retry_after_s
    return 0.0


async def test_ranks() -> None:
    """Within a minute each rank has room until so many were sent as it leaves to the more urgent ones."""
    clock = FakeClock()
    pace, sent = Pace(clock, LIMITS), 0
    for rank in (Rank.PROGRESS, Rank.STATE, Rank.OUTCOME, Rank.UNDO):
        for _ in range(40):
            if granted(pace, rank) == 0:
                sent += 1
            elif rank.value >= Rank.STATE.value:
                await clock.advance(1)
        assert sent <= LIMITS.edits[rank]
    assert sent == LIMITS.edits[Rank.UNDO]


async def test_when_there_is_room() -> None:
    """Who has to wait is told when there is room, and then there is."""
    clock = FakeClock()
    pace = Pace(clock, LIMITS)
    while (wait_s := granted(pace, Rank.UNDO)) == 0:
        await clock.advance(0.1)
    await clock.advance(wait_s)
    assert granted(pace, Rank.UNDO) == 0
    assert granted(pace, Rank.UNDO, team="T2") == 0


async def test_progress_slows_down() -> None:
    """The more cards are moving, the rarer the edits of each; cards that have stopped do not count."""
    clock = FakeClock()
    pace = Pace(clock, LIMITS)
    assert pace.progress_every_s == 5
    for n in range(40):
        granted(pace, Rank.PROGRESS, card=str(n))
    assert pace.progress_every_s == 120
    assert granted(pace, Rank.PROGRESS, card="0") >= 35 * 3
    await clock.advance(400)
    granted(pace, Rank.PROGRESS, card="0")
    assert pace.progress_every_s == 5


async def test_groups_apart() -> None:
    """A group in which hundreds were moving slows nobody down once they stand, and is forgotten."""
    clock = FakeClock()
    pace = Pace(clock, LIMITS)
    for n in range(200):
        granted(pace, Rank.PROGRESS, card=str(n))
    granted(pace, Rank.PROGRESS, team="T2")
    assert pace.progress_every_s == 600
    await clock.advance(1_300)
    granted(pace, Rank.PROGRESS, team="T2")
    assert pace.progress_every_s == 5
    assert [*pace._sent] == ["T2"]  # noqa: SLF001 - that nothing is kept for each channel ever seen


async def test_many_that_wait() -> None:
    """Of hundreds of cards that wait each is told a time of its own, in their order, and hardly any comes in vain."""
    clock = FakeClock()
    pace = Pace(clock, LIMITS)
    asked, sent, due = 0, list[str](), {f"{number:03}": 0.0 for number in range(300)}
    while due:
        now = clock.monotonic()
        for card in [card for card, at in due.items() if at <= now]:
            asked += 1
            if wait_s := granted(pace, Rank.STATE, card=card):
                due[card] = now + wait_s
            else:
                sent.append(card)
                del due[card]
        await clock.advance(0.25)
    assert sent == sorted(sent)
    assert clock.monotonic() <= 300 * 2 + 60
    assert asked <= 300 * 4


async def test_a_turn_that_is_not_taken() -> None:
    """A card that does not come when it is its turn, as one that was deleted, keeps the others waiting for seconds."""
    clock = FakeClock()
    pace = Pace(clock, LIMITS)
    waits = [granted(pace, Rank.STATE, card=str(number)) for number in range(10)]
    assert waits[:8] == [0.0] * 8
    assert waits[8:] == [10.0, 12.0]
    await clock.advance(11)
    assert granted(pace, Rank.STATE, card="new") > 0
    assert granted(pace, Rank.STATE, card="9") > 0
    await clock.advance(6)
    assert granted(pace, Rank.STATE, card="9") == 0
    assert granted(pace, Rank.STATE, card="new") == 0


async def test_two_hundred_takes() -> None:
    """With 200 takes running, under 50 edits a minute, and nobody's undo or outcome waits for more than 10 seconds."""
    clock, chance = FakeClock(), random.Random(6)
    pace, sent, longest = Pace(clock, LIMITS), list[float](), 0.0
    waiting = [(0.0, Rank.PROGRESS, 0.0, str(card)) for card in range(200)]
    for second in range(1, 300, 2):  # Every other second a state; nearly as often an outcome; now and then an undo.
        ranks = (Rank.STATE, *[Rank.OUTCOME] * (chance.random() < 0.8), *[Rank.UNDO] * (chance.random() < 0.15))
        waiting.extend((second, rank, second, f"{rank.name}{second}") for rank in ranks)
    while waiting and clock.monotonic() < 300:
        now = clock.monotonic()
        due = sorted((each for each in waiting if each[0] <= now), key=lambda each: (each[3], each[1].value))
        waiting = [each for each in waiting if each[0] > now]
        for _, rank, asked, card in due:
            wait_s = granted(pace, rank, card=card)
            if wait_s == 0:
                sent.append(now)
                if rank in (Rank.UNDO, Rank.OUTCOME):
                    longest = max(longest, now - asked)
            if wait_s or rank is Rank.PROGRESS:
                waiting.append((now + (wait_s or pace.progress_every_s), rank, asked, card))
        await clock.advance(1)
    windows = [sum(1 for at in sent if start <= at < start + 60) for start in range(240)]
    assert max(windows) < 50
    assert longest <= 10


async def test_posts_in_turn() -> None:
    """Posts in a channel come a second apart, in other channels at once; one too many comes again."""
    clock = FakeClock()
    pace, posted = Pace(clock, LIMITS), list[tuple[str, float]]()

    async def post(channel: str) -> None:
        await pace.post("T1", channel)
        posted.append((channel, clock.monotonic()))

    posts = [asyncio.create_task(post(channel)) for channel in ("C1", "C1", "C2", "C1")]
    await clock.advance(5)
    await asyncio.gather(*posts)
    assert sorted(posted) == [("C1", 0.0), ("C1", 1.0), ("C1", 2.0), ("C2", 0.0)]
    posts.extend(asyncio.create_task(post("C1")) for _ in range(11))
    await clock.advance(0)
    with pytest.raises(ChatBusy):
        await pace.post("T1", "C1")
    await clock.advance(20)
    await asyncio.gather(*posts)
