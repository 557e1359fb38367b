from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import Taken
from bot.core.lifecycle import ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import Money
from bot.core.ports.store import Transaction
from bot.core.rows import (
    TABLES,
    Attempt,
    AttemptKind,
    Key,
    Line,
    LineKind,
    Outcome,
    Post,
    PostState,
    Take,
)
from bot.core.transacting import Transactor

MakeTake = Callable[..., Take]

FINAL: dict[str, Any] = {"stage": Stage.FINAL, "draft": "A7K", "round": 1, "state": State.QUEUED}
ATTEMPT = Attempt(id="a1", take="A7K", kind=AttemptKind.SUBMIT, owner="p", started_at=1, expires_at=2)
LINE = Line(
    id="l1",
    take="A7K",
    person="ada",
    stage=Stage.DRAFT,
    model="mini",
    takes=1,
    scope="channel:c",
    period_start=0,
    kind=LineKind.HOLD,
    amount=Money(1),
    held=Money(1),
    at=1,
    by="ada",
)
POST = Post(nonce="n1", take="A7K", channel="c", created_at=1)


def attempt(kind: AttemptKind, outcome: Outcome) -> dict[str, Any]:
    return {"kind": kind, "outcome": outcome}


#: The index, the first row, the changes that make a second row; whether the second is refused.
TABLE: list[tuple[str, Any, dict[str, Any], bool]] = [
    ("one_live_final", FINAL, {}, True),
    ("one_live_final", FINAL, {"state": State.DELIVERED}, True),
    ("one_live_final", FINAL | {"state": State.UNKNOWN}, {"state": State.ARMED}, True),
    ("one_live_final", FINAL, {"round": 2}, False),
    ("one_live_final", FINAL, {"draft": "B"}, False),
    ("one_live_final", FINAL, {"draft": None}, False),
    ("one_live_final", FINAL, {"stage": Stage.DRAFT}, False),
    ("one_live_final", FINAL, {"late": True}, False),
    *(
        ("one_live_final", FINAL, {"state": state}, False)
        for state in sorted(ENDED_WITHOUT_CLIP, key=lambda s: s.value)
    ),
    *(
        ("one_live_final", FINAL | {"state": state}, {"state": State.QUEUED}, False)
        for state in (State.LOST, State.FAILED)
    ),
    ("one_take_per_job", {"job": "j1"}, {}, True),
    ("one_take_per_job", {"job": "j1"}, {"job": "j2"}, False),
    ("one_take_per_job", {"job": "j1"}, {"key": "second"}, False),
    ("one_take_per_job", {"job": None}, {}, False),
    *(
        (
            "one_live_submit",
            ATTEMPT,
            attempt(AttemptKind.SUBMIT, outcome),
            outcome.value in ("sending", "accepted", "unknown"),
        )
        for outcome in Outcome
    ),
    ("one_live_submit", ATTEMPT, attempt(AttemptKind.FETCH, Outcome.SENDING), False),
    ("one_live_submit", ATTEMPT, {"take": "B"}, False),
    *(
        (
            "one_live_post",
            replace(ATTEMPT, kind=AttemptKind.POST),
            attempt(AttemptKind.POST, outcome),
            outcome.value in ("sending", "unknown"),
        )
        for outcome in Outcome
    ),
    *((f"one_{kind.value}", replace(LINE, kind=kind), {}, True) for kind in LineKind),
    *((f"one_{kind.value}", replace(LINE, kind=kind), {"scope": "person:p"}, False) for kind in LineKind),
    ("one_hold", LINE, {"kind": LineKind.SETTLE}, False),
    ("one_hold", LINE, {"reason": "again", "evidence": "other"}, True),
    ("one_adjust", replace(LINE, kind=LineKind.ADJUST), {"reason": "late"}, False),
    ("one_adjust", replace(LINE, kind=LineKind.ADJUST), {"evidence": "job:2"}, False),
    ("one_adjust", replace(LINE, kind=LineKind.ADJUST), {"take": "B"}, False),
    ("one_post_under_way", POST, {}, True),
    ("one_post_under_way", POST, {"state": PostState.POSTED}, False),
    ("one_post_under_way", replace(POST, state=PostState.GONE), {}, False),
    ("one_post_under_way", POST, {"take": "B"}, False),
]


def pair(make_take: MakeTake, first: Any, changes: dict[str, Any]) -> tuple[Any, Any]:
    """The first row, and the second with a key of its own."""
    if isinstance(first, dict):
        return make_take("C", **first), make_take("D", **(first | changes))
    key = "nonce" if isinstance(first, Post) else "id"
    return first, replace(first, **{key: "second", **changes})


@pytest.mark.parametrize("case", TABLE, ids=[f"{case[0]}-{number}" for number, case in enumerate(TABLE)])
async def test_unique_index(
    store: Transactor, make_take: MakeTake, case: tuple[str, Any, dict[str, Any], bool]
) -> None:
    """Each unique index refuses the second row that it speaks of, by its name, and no other."""
    index, first, changes, refused = case
    one, two = pair(make_take, first, changes)

    async def seed(tx: Transaction) -> None:
        await tx.put(Key(id="second"))
        await tx.add(make_take("A7K"))
        await tx.add(make_take("B"))
        await tx.add(one)

    await store.transact(seed)
    if not refused:
        assert await store.transact(lambda tx: tx.claim(two)) is True
        return
    assert await store.transact(lambda tx: tx.claim(two)) is False
    with pytest.raises(Taken) as taken:
        await store.transact(lambda tx: tx.add(two))
    assert taken.value.constraint == index


def test_every_unique_index_is_in_the_table() -> None:
    """No unique index is without a row that it refuses and a row that it lets pass."""
    named = {unique.name for table in TABLES for unique in getattr(table, "UNIQUE", ())}
    for verdict in (True, False):
        assert {index for index, _, _, refused in TABLE if refused is verdict} == named


async def test_a_step_may_be_refused_by_an_index(store: Transactor, make_take: MakeTake) -> None:
    """A second take cannot come to the job that another has."""
    take = make_take("B", state=State.SUBMITTING)

    async def seed(tx: Transaction) -> None:
        await tx.add(make_take("A", job="j1"))
        await tx.add(take)

    await store.transact(seed)
    with pytest.raises(Taken) as taken:
        await store.transact(lambda tx: tx.step(take, replace(take, state=State.RENDERING, job="j1")))
    assert taken.value.constraint == "one_take_per_job"


async def test_a_put_may_be_refused_by_an_index(store: Transactor, make_take: MakeTake) -> None:
    """Replacing a row cannot bring it where another is; replacing it in its own place can."""

    async def seed(tx: Transaction) -> None:
        await tx.add(make_take())
        await tx.add(POST)
        await tx.add(replace(POST, nonce="n2", state=PostState.GONE))
        await tx.put(replace(POST, message="m"))

    await store.transact(seed)
    with pytest.raises(Taken) as taken:
        await store.transact(lambda tx: tx.put(replace(POST, nonce="n2")))
    assert taken.value.constraint == "one_post_under_way"


async def test_a_place_is_free_again_after_its_row_moved_on(store: Transactor, make_take: MakeTake) -> None:
    """A post that was sent leaves room for another, in the same transaction too."""

    async def work(tx: Transaction) -> int:
        await tx.add(make_take())
        await tx.add(POST)
        await tx.put(replace(POST, state=PostState.POSTED))
        await tx.add(replace(POST, nonce="n2"))
        await tx.delete(Post, "n2")
        await tx.add(replace(POST, nonce="n3"))
        return await tx.count(Post)

    assert await store.transact(work) == 2


async def test_places_that_are_exchanged_in_one_transaction(store: Transactor, make_take: MakeTake) -> None:
    """Rows are written in the order in which they are put, whatever is put after: a place is free when it was left."""
    other = replace(POST, nonce="n2", state=PostState.GONE)

    async def seed(tx: Transaction) -> None:
        await tx.add(make_take())
        await tx.add(POST)
        await tx.add(other)

    async def work(tx: Transaction) -> None:
        await tx.put(replace(other, message="m"))
        await tx.put(replace(POST, state=PostState.GONE))
        await tx.put(replace(other, state=PostState.SENDING))
        await tx.put(replace(POST, state=PostState.POSTED))

    await store.transact(seed)
    await store.transact(work)
    states = {post.nonce: post.state for post in await store.transact(lambda tx: tx.rows(Post))}
    assert states == {"n1": PostState.POSTED, "n2": PostState.SENDING}


async def test_a_refusal_is_not_mended_by_what_is_put_after_it(store: Transactor, make_take: MakeTake) -> None:
    """Two posts under way are refused, although one of them is over by the end of the transaction."""

    async def work(tx: Transaction) -> None:
        await tx.add(make_take())
        await tx.add(POST)
        await tx.add(replace(POST, nonce="n2"))
        await tx.put(replace(POST, nonce="n2", state=PostState.POSTED))

    with pytest.raises(Taken) as taken:
        await store.transact(work)
    assert taken.value.constraint == "one_post_under_way"
    assert await store.transact(lambda tx: tx.count(Post)) == 0


async def test_a_key_that_is_added_twice_in_one_transaction_is_taken(store: Transactor) -> None:
    """Of two rows with one key the second is refused at once, and nothing is written."""

    async def work(tx: Transaction) -> None:
        await tx.add(Key(id="twice"))
        await tx.add(Key(id="twice"))

    with pytest.raises(Taken) as taken:
        await store.transact(work)
    assert taken.value.constraint == "key_key"
    assert await store.transact(lambda tx: tx.get(Key, "twice")) is None
