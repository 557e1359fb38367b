from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.ports.store import Between, Transaction, Work
from bot.core.rows import (
    Channel,
    Inbound,
    Line,
    LineKind,
    Outbox,
    Rank,
    Shot,
    Take,
)
from bot.core.transacting import Transactor

MakeTake = Callable[..., Take]


def line(id: str, amount: str, **changes: Any) -> Line:  # noqa: A002  # the column's name
    values = {"take": "A7K", "scope": f"channel:{id}", "period_start": 0, "kind": LineKind.HOLD, "at": 1, "by": "ada"}
    what = {"person": "ada", "stage": Stage.DRAFT, "model": "mini", "takes": 1}
    return Line(**{"id": id, **what, "amount": Money.usd(amount), "held": Money.usd(amount), **values, **changes})


async def ids(store: Transactor, **query: Any) -> list[str]:
    found = await store.transact(lambda tx: tx.rows(Take, **query))
    return [take.id for take in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["A", "B", "C", "D"]),
        ({"state": State.QUEUED}, ["A", "B"]),
        ({"state": (State.QUEUED, State.RENDERING)}, ["A", "B", "C"]),
        ({"state": frozenset({State.ASKED})}, ["D"]),
        ({"state": ()}, []),
        ({"job": None}, ["A", "B", "D"]),
        ({"job": ("j1", "j2")}, ["C"]),
        ({"due_at": Between(10, 20)}, ["B", "C"]),
        ({"due_at": Between(11)}, ["C"]),
        ({"due_at": Between(high=10)}, ["B"]),
        ({"due_at": Between()}, ["B", "C"]),
        ({"due_at": Between(11, empty=True)}, ["A", "C", "D"]),
        ({"due_at": Between(high=10, empty=True)}, ["A", "B", "D"]),
        ({"due_at": Between(10, 10, empty=True)}, ["A", "B", "D"]),
        ({"due_at": Between(empty=True)}, ["A", "B", "C", "D"]),
        ({"price": Between(2, 3)}, ["B", "C"]),
        ({"price": Money(1)}, ["A"]),
        ({"hidden": True}, ["D"]),
        ({"hidden": False, "state": State.QUEUED}, ["A", "B"]),
        ({"order": ("due_at",)}, ["A", "D", "B", "C"]),
        ({"order": ("-due_at",)}, ["C", "B", "A", "D"]),
        ({"order": ("-due_at", "-id")}, ["C", "B", "D", "A"]),
        ({"order": ("state", "-price")}, ["D", "B", "A", "C"]),
        ({"order": ("hidden", "-price")}, ["C", "B", "A", "D"]),
        ({"limit": 2}, ["A", "B"]),
        ({"limit": 0}, []),
        ({"limit": 9, "order": ("-id",), "state": State.QUEUED}, ["B", "A"]),
    ],
    ids=str,
)
async def test_listing(store: Transactor, make_take: MakeTake, query: dict[str, Any], expected: list[str]) -> None:
    """Conditions, order and limit mean the same in every store; empty columns come first."""

    async def write(tx: Transaction) -> None:
        await tx.add(make_take("C", state=State.RENDERING, due_at=20, price=Money(3), job="j1"))
        await tx.add(make_take("B", due_at=10, price=Money(2)))
        await tx.add(make_take("A", price=Money(1)))
        await tx.add(make_take("D", state=State.ASKED, price=Money(4), hidden=True))

    await store.transact(write)
    assert await ids(store, **query) == expected
    counted = {name: value for name, value in query.items() if name not in ("order", "limit")}
    if "limit" not in query:
        assert await store.transact(lambda tx: tx.count(Take, **counted)) == len(expected)


async def test_ranks_are_ordered_as_numbers(store: Transactor) -> None:
    """An enum of numbers is ordered and ranged by them."""

    async def work(tx: Transaction) -> list[str]:
        for rank in Rank:
            await tx.add(Outbox(id=rank.name, channel="c", rank=rank, due_at=1, created_at=1))
        found = await tx.rows(Outbox, order=("-rank",), rank=Between(high=2))
        return [row.id for row in found]

    assert await store.transact(work) == ["STATE", "OUTCOME", "UNDO"]


async def test_totals_are_exact(store: Transactor, make_take: MakeTake) -> None:
    """Money and numbers are summed exactly, nothing to 0, empty columns not at all."""

    async def work(tx: Transaction) -> tuple[int, int, int, int]:
        await tx.add(make_take(usual_ms=7))
        await tx.add(make_take("B", usual_ms=8, submitted_at=5))
        for id_, amount in (("1", "0.1"), ("2", "0.2"), ("3", "-0.05")):
            await tx.add(line(id_, amount))
        return (
            await tx.total(Line, "amount", take="A7K"),
            await tx.total(Line, "amount", take="nope"),
            await tx.total(Take, "usual_ms"),
            await tx.total(Take, "submitted_at"),
        )

    assert await store.transact(work) == (250_000, 0, 15, 5)


async def test_the_least_of_each_group(store: Transactor, make_take: MakeTake) -> None:
    """One for each group that there is, of the rows that meet the conditions; an empty column is no number."""

    async def work(tx: Transaction) -> list[dict[tuple[Any, ...], int | None]]:
        await tx.add(make_take("A", due_at=30, price=Money(5)))
        await tx.add(make_take("B", due_at=10))
        await tx.add(make_take("C", state=State.ASKED))
        await tx.add(make_take("D", state=State.ASKED, due_at=7, hidden=True, draft="A"))
        return [
            await tx.least(Take, "due_at", by=("state", "hidden")),
            await tx.least(Take, "due_at", by=("draft",), state=State.ASKED),
            await tx.least(Take, "price", by=("price",), due_at=Between(20)),
            await tx.least(Take, "due_at", by=("state",), id="nope"),
        ]

    assert await store.transact(work) == [
        {(State.QUEUED, False): 10, (State.ASKED, False): None, (State.ASKED, True): 7},
        {(None,): None, ("A",): 7},
        {(Money(5),): 5},
        {},
    ]


async def test_sums_of_each_group(store: Transactor, make_take: MakeTake) -> None:
    """Several columns at once, for each group that there is; an empty column adds nothing."""

    async def work(tx: Transaction) -> list[dict[tuple[Any, ...], tuple[int, ...]]]:
        await tx.add(make_take(submitted_at=5, usual_ms=1))
        await tx.add(make_take("B", usual_ms=2))
        await tx.add(line("1", "0.1"))
        await tx.add(line("2", "0.2", stage=Stage.FINAL))
        await tx.add(line("3", "-0.05", held=Money(0), takes=-1, at=9))
        return [
            await tx.sums(Line, ("amount", "held", "takes"), by=("person", "stage")),
            await tx.sums(Line, ("amount",), by=(), at=Between(5)),
            await tx.sums(Take, ("usual_ms", "submitted_at"), by=("model",)),
            await tx.sums(Line, ("amount",), by=("stage",), take="nope"),
            await tx.sums(Line, ("amount", "held"), by=(), take="nope"),
        ]

    assert await store.transact(work) == [
        {("ada", Stage.DRAFT): (50_000, 100_000, 0), ("ada", Stage.FINAL): (200_000, 200_000, 1)},
        {(): (-50_000,)},
        {("mini",): (3, 5)},
        {},
        {(): (0, 0)},
    ]


async def test_rows_that_are_passed_over(store: Transactor, make_take: MakeTake) -> None:
    """The row at a place in an order is found without those before it."""

    async def work(tx: Transaction) -> list[list[str]]:
        for number in range(4):
            await tx.add(make_take(f"T{number}", created_at=10 - number))
        pages = [await tx.rows(Take, order=("created_at",), limit=2, skip=skip) for skip in (0, 1, 3, 9)]
        return [[take.id for take in page] for page in pages]

    assert await store.transact(work) == [["T3", "T2"], ["T2", "T1"], ["T0"], []]


WRONG: dict[str, tuple[Work[Any], str]] = {
    "rows": (lambda tx: tx.rows(Take, colour="red"), "Take has no column 'colour'"),
    "count": (lambda tx: tx.count(Take, colour="red"), "Take has no column 'colour'"),
    "total": (lambda tx: tx.total(Take, "price", colour="red"), "Take has no column 'colour'"),
    "order": (lambda tx: tx.rows(Take, order=("-colour",)), "Take has no column 'colour'"),
    "addend": (lambda tx: tx.total(Take, "colour"), "Take has no column 'colour'"),
    "no sum": (lambda tx: tx.total(Take, "state"), "Take.state cannot be summed"),
    "least": (lambda tx: tx.least(Take, "state", by=("id",)), "Take.state cannot be summed"),
    "group": (lambda tx: tx.least(Take, "due_at", by=("colour",)), "Take has no column 'colour'"),
    "type": (lambda tx: tx.rows(Take, state="queued"), "a condition on Take.state is a State, not 'queued'"),
    "types": (lambda tx: tx.rows(Take, state=("queued",)), "a condition on Take.state is a State, not 'queued'"),
    "range": (lambda tx: tx.rows(Take, id=Between(1, 2)), "Take.id is no number; Between does not fit it"),
    "list": (lambda tx: tx.rows(Shot, pictures=("a",)), "Shot.pictures cannot be searched, ordered or summed by"),
    "policy": (
        lambda tx: tx.rows(Channel, order=("policy",)),
        "Channel.policy cannot be searched, ordered or summed by",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_question_that_no_row_can_answer_is_a_type_error(store: Transactor, wrong: str) -> None:
    """A wrong column or a value of another type is named instead of finding nothing."""
    work, message = WRONG[wrong]
    with pytest.raises(TypeError) as error:
        await store.transact(work)
    assert str(error.value) == message


async def test_a_negative_limit_is_refused(store: Transactor) -> None:
    """A limit below zero is an error and not "all"."""
    with pytest.raises(ValueError, match="a limit is 0 or more, not -1"):
        await store.transact(lambda tx: tx.rows(Take, limit=-1))
    with pytest.raises(ValueError, match="with a limit, 0 or more rows are passed over, not 5"):
        await store.transact(lambda tx: tx.rows(Take, skip=5))


async def test_a_long_listing_comes_whole(store: Transactor) -> None:
    """A listing of more than a page has every row once, in order."""

    async def work(tx: Transaction) -> list[int]:
        for number in range(450):
            await tx.add(Inbound(id=f"{number:04d}", at=number))
        return [row.at for row in await tx.rows(Inbound, order=("-at",))]

    assert await store.transact(work) == list(reversed(range(450)))
