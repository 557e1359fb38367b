"""Rows as months of work leave them behind: ten thousand takes that are rendering, or that wait for a slot."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bot.core.clock import SystemClock
from bot.core.ids import ALPHABET, DIGITS, LETTERS
from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.ports import Row
from bot.core.rows import (
    Attempt,
    AttemptKind,
    Budget,
    Card,
    Channel,
    Key,
    Line,
    LineKind,
    Outbox,
    Outcome,
    Rank,
    Shot,
    Take,
    Workspace,
)
from storage import open_store
from storage.codec import Stored, encode
from storage.schema import NAMES

TAKES = 10_000
CHANNELS = 50
PEOPLE = 200
KEY = "muapi"
MODEL = "mini"
PRICE = Money.usd("0.32")
#: A job that usually takes an hour, ordered fifty minutes ago, is polled at every gap and is not late.
USUAL_MS = 60 * 60 * 1000
AGO_MS = 50 * 60 * 1000
#: The first polls are spread over one gap.
GAP_MS = 6_000


def fill(database: Path, state: State, *, takes: int = TAKES, shown: bool = True) -> None:
    """Make a database with that many takes in ``state``; unless ``shown``, every card is still to be drawn."""
    clock = SystemClock()

    async def make() -> None:
        await (await open_store(f"sqlite+aiosqlite:///{database}", clock)).close()

    asyncio.run(make())
    now = clock.now()
    with sqlite3.connect(database) as connection:
        _insert(connection, _places(now, takes))
        each = [_take(number, state, now) for number in range(takes)]
        for kind in zip(*(_around(take, now) for take in each), strict=True):
            _insert(connection, kind)
        _insert(connection, each)
        if not shown:
            _insert(connection, [_to_draw(take, now) for take in each])
    connection.close()


def _places(now: int, takes: int) -> Iterable[Row]:
    yield Workspace(id="local", platform="local")
    yield Key(id=KEY, slots=10)
    used = PRICE * takes
    scopes = [f"channel:{_channel(number)}" for number in range(CHANNELS)]
    scopes += ["workspace:local", *(f"person:local/{_person(number)}" for number in range(PEOPLE))]
    for number in range(CHANNELS):
        yield Channel(id=_channel(number), workspace="local", name=f"channel{number}")
    for scope in scopes:
        yield Budget(scope=scope, period_start=now - 1, period_end=None, cap=None, used=used, held=used)


def _channel(number: int) -> str:
    return f"local:channel{number % CHANNELS}"


def _person(number: int) -> str:
    return f"person{number % PEOPLE}"


def _word(number: int) -> str:
    """An id as the chat can say it, of four characters."""
    number, letter = divmod(number, len(LETTERS))
    number, digit = divmod(number, len(DIGITS))
    last, third = divmod(number, len(ALPHABET))
    return LETTERS[letter] + DIGITS[digit] + ALPHABET[third] + ALPHABET[last]


def _take(number: int, state: State, now: int) -> Take:
    name = _word(number)
    take = Take(
        id=name,
        workspace="local",
        channel=_channel(number),
        person=_person(number),
        person_name=_person(number),
        shot=f"shot{number}",
        card=name,
        stage=Stage.DRAFT,
        key=KEY,
        model=MODEL,
        resolution="480p",
        seconds=5,
        created_at=now - AGO_MS,
        state=state,
        state_at=now - AGO_MS,
        due_at=now + number * GAP_MS // TAKES,
        queued_at=now - AGO_MS + number,
        price=PRICE,
        held=PRICE,
        usual_ms=USUAL_MS,
    )
    if state is State.RENDERING:
        return replace(take, job=f"job{number}", submitted_at=now - AGO_MS)
    return take


def _around(take: Take, now: int) -> tuple[Row, ...]:
    """What an accepted order has written beside its take."""
    scopes = (f"channel:{take.channel}", "workspace:local", f"person:local/{take.person}")
    return (
        Shot(
            id=take.shot,
            workspace="local",
            model=MODEL,
            mode="text",
            prompt=f"a fox in snow, number {take.id}",
            ratio="16:9",
            seconds=5,
            draft_seconds=5,
            audio=True,
            bitrate="normal",
            look="new",
        ),
        Card(
            id=take.card,
            workspace="local",
            channel=take.channel,
            person=take.person,
            message=f"message{take.id}",
            version=3,
            drawn=3,
            created_at=take.created_at,
        ),
        Attempt(
            id=f"attempt{take.id}",
            take=take.id,
            kind=AttemptKind.SUBMIT,
            owner="bench",
            started_at=take.created_at,
            expires_at=take.created_at + 90_000,
            outcome=Outcome.ACCEPTED if take.job else Outcome.NOT_SENT,
        ),
        *(
            Line(
                id=f"{take.id}|{scope}|hold||",
                take=take.id,
                person=take.person,
                stage=take.stage,
                model=take.model,
                takes=1,
                scope=scope,
                period_start=now - 1,
                kind=LineKind.HOLD,
                amount=PRICE,
                held=PRICE,
                at=take.created_at,
                by=take.person,
            )
            for scope in scopes
        ),
    )


def _to_draw(take: Take, now: int) -> Outbox:
    return Outbox(
        id=f"card:{take.card}", channel=take.channel, card=take.card, rank=Rank.STATE, due_at=now, created_at=now
    )


def _insert(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Rows of one kind at a time, in their order."""
    of_kind: dict[type[Row], list[dict[str, Stored]]] = {}
    for row in rows:
        of_kind.setdefault(type(row), []).append(encode(row))
    for kind, values in of_kind.items():
        names = ", ".join(f'"{name}"' for name in values[0])
        marks = ", ".join(f":{name}" for name in values[0])
        connection.executemany(f"INSERT INTO {NAMES[kind]} ({names}) VALUES ({marks})", values)


def copy(database: Path, home: Path, *, in_ms: int) -> None:
    """The rows in a home of their own, as if they were as new as when they were made; polls begin in so long."""
    home.mkdir()
    shutil.copy(database, home / "dailies.db")
    with sqlite3.connect(home / "dailies.db") as connection:
        (oldest,) = connection.execute("SELECT min(due_at) FROM takes").fetchone()
        age = SystemClock().now() + in_ms - oldest
        for column in ("due_at", "queued_at", "created_at", "state_at", "submitted_at"):
            connection.execute(f"UPDATE takes SET {column} = {column} + ?", (age,))
    connection.close()
