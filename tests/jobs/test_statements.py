"""How much a database has to do for an order: in statements, which do not depend on the machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.commands import Command, DirectFinal, Draft, OrderOptions
from bot.core.money import ZERO
from bot.core.ports import Transaction
from bot.core.rows import Budget, Key, Line, LineKind, Take
from storage import SqlStore
from tests.jobs.acts import charges, drafted, sets
from tests.jobs.conftest import DANA, Office
from tests.tally import Tally, tallied

#: An acceptance may take so many.
MOST = 10


pytestmark = pytest.mark.parametrize("kind_of_store", ["sql", "postgres"])


async def count(
    office: Office, kind: type[Command] = Draft, *, says: str = "held", prompt: str = "a fox in snow", **facts: Any
) -> Tally:
    """What an order sends."""
    assert isinstance(office.store, SqlStore)
    with tallied(office.store) as tally:
        assert says in (await office.handle(kind, DANA, prompt=prompt, **facts)).text
    return tally


async def test_an_order_takes_ten_statements(office: Office) -> None:
    """In a known channel, one transaction reads and locks each thing once and writes each table once."""
    await office.order(actor=DANA)
    tally = await count(office)
    assert (tally.begins, tally.commits) == (1, 1)
    assert len(tally.statements) <= MOST
    assert tally.tables == [
        "INSERT inbound",
        "SELECT workspaces",
        "SELECT channels",
        "SELECT budgets",
        "INSERT cards",
        "INSERT shots",
        "INSERT takes",
        "INSERT budgets",
        "INSERT ledger",
        "INSERT outbox",
    ]


async def test_an_order_above_a_step_that_was_told_takes_ten_too(office: Office) -> None:
    """The ladder is looked at without a statement; only the order that passes a step tells it."""
    await office.order(actor=DANA)
    await sets(office, "budget set 1")
    told, after = await count(office), await count(office)
    assert "INSERT alerts" in told.tables
    assert after.tables.count("INSERT alerts") == 1
    assert len((await count(office, says="Not ordered")).statements) < MOST
    await sets(office, "budget set 2.40")
    await count(office)
    assert len((await count(office)).statements) <= MOST


async def test_the_order_that_passes_a_step_sums_no_ledger(office: Office) -> None:
    """Whatever stands in it: with a thousand lines more it sends the same statements, and none of them adds up."""
    take = (await office.order(actor=DANA))[0]
    await sets(office, "budget set 1")
    few = await count(office)

    async def busy(tx: Transaction) -> None:
        hold = (await tx.rows(Line, take=take.id, scope="channel:local:launch"))[0]
        own = replace(hold, kind=LineKind.ADJUST, amount=ZERO, held=ZERO, takes=0, reason="busy")
        for number in range(1000):
            await tx.add(replace(own, id=f"busy-{number}", evidence=f"{number}"))

    await office.store.transact(busy)
    await sets(office, "budget set 1.90")
    many = await count(office)
    assert "INSERT alerts" in few.tables
    assert many.tables == few.tables
    assert not any("sum(" in text.lower() for text, _ in many.statements)
    assert "SELECT ledger" not in many.tables


async def test_what_past_takes_teach_is_not_read_again(office: Office) -> None:
    """After takes have ended, the first order reads what they have cost and taken, the next ones do not."""
    await drafted(office)
    first, second = await count(office), await count(office)
    assert first.tables.count("SELECT takes") == 3
    assert len(second.statements) <= MOST


async def test_a_slate_takes_one_statement_more_however_long_it_is(office: Office) -> None:
    """Its takes, its shots and its lines are written together, beside the row of the slate itself."""
    await office.order(actor=DANA)
    short = await count(office, prompt="a {fox|dog} in snow")
    long = await count(office, prompt="a {fox|dog|cat|cow|hen|owl} in snow")
    assert short.tables == long.tables
    assert len(long.statements) <= MOST + 1
    assert len(await office.rows(Take)) == 1 + 2 + 6
    assert len(await office.rows(Line)) == 3 * (1 + 2 + 6)


async def test_a_direct_final_takes_no_more(office: Office) -> None:
    """An order that waits for its maker's yes holds its price too, and shows no card yet."""
    await office.order(actor=DANA)
    _, second = [await count(office, DirectFinal, says="Order it?") for _ in range(2)]
    assert len(second.statements) == MOST - 1


async def test_a_refused_order_writes_its_event_and_nothing_else(office: Office) -> None:
    """What a refused order has begun is taken back; that its event was taken, and refused, is written then."""
    await office.order(actor=DANA)
    too_long = OrderOptions(seconds=99)
    tally = await count(office, says="seconds", options=too_long, event="e1")
    assert (tally.begins, tally.commits) == (2, 1)
    assert tally.tables[-4:] == ["SELECT workspaces", "SELECT channels", "INSERT inbound", "INSERT inbound"]
    assert len(await office.rows(Take)) == 1
    assert (await count(office, says="", options=too_long, event="e1")).tables[0] == "INSERT inbound"


async def test_an_overrun_is_quoted_at_the_very_next_order(office: Office) -> None:
    """The charge that a settled job has taught is in the next order's price, although the price was just read."""
    charges(office, "0.50")
    await office.order(actor=DANA)
    assert "$0.32 held" in (await office.handle(Draft, DANA, prompt="a dog")).text
    await office.work()
    await office.store.transact(_let_go_on)
    assert "$0.50 held" in (await office.handle(Draft, DANA, prompt="a cat")).text


async def _let_go_on(tx: Transaction) -> None:
    for budget in await tx.lock_all(Budget):
        await tx.put(replace(budget, stopped_by=None))


async def test_the_keys_row_is_made_with_the_first_order(office: Office) -> None:
    """The first order finds no key and makes it; the next ones know that it is there."""
    assert await office.rows(Key) == []
    first = await count(office)
    assert first.tables.count("SELECT keys") == 1
    assert [key.id for key in await office.rows(Key)] == ["muapi"]
    assert "SELECT keys" not in (await count(office)).tables
