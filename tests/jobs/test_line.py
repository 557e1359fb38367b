"""The queue of a key: the shortened reading gives the same take as sorting everyone who waits."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.fakes import FakeClock, MemoryStore
from bot.core.ledger import is_stopped
from bot.core.lifecycle import SLOTTED, Stage, State
from bot.core.money import Money
from bot.core.ports import Row, Transaction
from bot.core.rows import Budget, Card, Channel, Key, Line, LineKind, Shot, Slot, Take, Workspace
from bot.jobs.line import in_line, may_anyone_start, next_in_line
from bot.jobs.steps import named

KEY = Key(id="muapi", slots=4)
SCENES = range(20)
#: In which many may start.
CROWDED = 2


def scene(seed: int) -> list[Row]:
    """Two workspaces with the same people in them; takes of every kind wait, some fly, some scopes are stopped."""
    chance = random.Random(seed)
    rows: list[Row] = [KEY]
    rows += [Workspace(id=each, platform="local", paused_by=_maybe(chance, 0.2)) for each in ("w1", "w2")]
    channels = [f"local:{each}" for each in ("a", "b", "c", "d")]
    homes = {channel: chance.choice(("w1", "w2")) for channel in channels}
    rows += [Channel(id=each, workspace=homes[each], name=each, paused_by=_maybe(chance, 0.2)) for each in channels]
    people = ("mina", "jo", "ravi")
    scopes = [f"channel:{each}" for each in channels] + ["workspace:w1", "workspace:w2"]
    scopes += [f"person:{workspace}/{each}" for workspace in ("w1", "w2") for each in people]
    for scope in scopes:
        stop = _maybe(chance, 0.15)
        rows.append(Budget(scope=scope, period_start=0, period_end=10, cap=None, stopped_by=_maybe(chance, 0.2)))
        rows.append(Budget(scope=scope, period_start=10, period_end=None, cap=None, stopped_by=stop))
    for number in range(chance.choice((0, 3, 40))):
        rows += list(_take(chance, number, homes, people))
    return rows


def _maybe(chance: random.Random, share: float) -> str | None:
    return "dana" if chance.random() < share else None


def _take(chance: random.Random, number: int, homes: dict[str, str], people: tuple[str, ...]) -> Iterator[Row]:
    channel, person = chance.choice(sorted(homes)), chance.choice(people)
    home, name = homes[channel], f"T{number}"
    yield Card(id=name, workspace=home, channel=channel, person=person, created_at=0)
    yield Shot(
        id=name,
        workspace=home,
        model="mini",
        mode="text",
        prompt="a fox",
        ratio="16:9",
        seconds=5,
        draft_seconds=5,
        audio=False,
        bitrate="normal",
        look="new",
    )
    state = chance.choice((State.QUEUED,) * 6 + (State.RENDERING, State.DELIVERED))
    yield Take(
        id=name,
        workspace=home,
        channel=channel,
        person=person,
        person_name=person,
        shot=name,
        card=name,
        number=chance.randrange(3),
        stage=Stage.FINAL if chance.random() < 0.1 else Stage.DRAFT,
        key=KEY.id,
        model="mini",
        resolution="480p",
        seconds=5,
        lane=chance.choice((0, 0, 1, 2)),
        created_at=0,
        state=state,
        state_at=0,
        queued_at=chance.randrange(8),
        price=Money(1),
    )
    if state is State.RENDERING:
        yield Slot(take=name, key=KEY.id)
    for scope in (f"channel:{channel}", f"workspace:{home}", f"person:{home}/{person}"):
        line = f"{name}|{scope}"
        yield Line(
            id=line,
            take=name,
            person=person,
            stage=Stage.DRAFT,
            model="mini",
            takes=1,
            scope=scope,
            period_start=0,
            kind=LineKind.HOLD,
            amount=Money(1),
            held=Money(1),
            at=0,
            by="",
        )


async def by_the_book(tx: Transaction) -> tuple[list[Take], list[Take]]:
    """Everyone who waits in turn, taken literally: those who may start, and those who are held back."""
    flying = await tx.rows(Take, state=tuple(SLOTTED))
    channels = Counter(take.channel for take in flying)
    people = Counter((take.workspace, take.person) for take in flying)

    def turn(take: Take) -> tuple[Any, ...]:
        flown = channels[take.channel], people[take.workspace, take.person]
        return take.stage is not Stage.FINAL, *flown, take.lane, take.queued_at, take.number, take.id

    free: list[Take] = []
    held_back: list[Take] = []
    for take in sorted(await tx.rows(Take, state=State.QUEUED), key=turn):
        channel, workspace = await named(tx, Channel, take.channel), await named(tx, Workspace, take.workspace)
        stopped = channel.paused_by or workspace.paused_by or await is_stopped(tx, take)
        (held_back if stopped else free).append(take)
    return free, held_back


@pytest.fixture
async def store() -> MemoryStore:
    return MemoryStore(FakeClock())


async def fill(store: MemoryStore, rows: list[Row]) -> None:
    async def write(tx: Transaction) -> None:
        for row in rows:
            await tx.add(row)

    await store.transact(write)


@pytest.mark.parametrize("seed", SCENES)
async def test_the_line_is_as_the_rules_say(store: MemoryStore, seed: int) -> None:
    """Places, who is held back, who is next: the same as by asking for each take alone; batches leave one slot."""
    await fill(store, scene(seed))
    free, held_back = await store.transact(by_the_book)
    assert await in_line(store, KEY.id) == (free, held_back)
    assert await store.transact(lambda tx: may_anyone_start(tx, KEY.id)) is bool(free)
    batches = await store.transact(lambda tx: tx.count(Take, lane=2, state=tuple(SLOTTED)))
    expected = next((take for take in free if take.lane != 2 or batches < KEY.slots - 1), None)
    assert await store.transact(lambda tx: next_in_line(tx, KEY)) == expected


async def test_of_those_who_wait_only_the_next_is_read(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are."""
    await fill(store, scene(CROWDED))
    free, _ = await store.transact(by_the_book)
    given: list[Take] = []

    async def look(tx: Transaction) -> Take | None:
        read = tx.rows

        async def counted(table: type[Any], **query: Any) -> list[Any]:
            found = await read(table, **query)
            given.extend(row for row in found if isinstance(row, Take) and row.state is State.QUEUED)
            return found

        monkeypatch.setattr(tx, "rows", counted)
        return await next_in_line(tx, KEY)

    found = await store.transact(look)
    assert len(free) > 10
    assert given == [found] == [free[0]]
