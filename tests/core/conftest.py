from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest

from bot.core.budgets import Purse, bookings, open_purses, scopes_of
from bot.core.fakes import FakeClock, MemoryStore
from bot.core.ledger import hold
from bot.core.money import Money, total
from bot.core.policy import CapPolicy
from bot.core.ports import Transaction
from bot.core.rows import Budget, Line, Take
from tests.core.builders import CARD, CHANNEL, KEY, SHOT, WORKSPACE, make_take

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Books:
    """Budgets and ledger in memory: a channel, its workspace and a person, whose caps the test sets."""

    store: MemoryStore
    clock: FakeClock
    zone: str = "UTC"
    channel: CapPolicy = CapPolicy(amount=Money.usd(50))
    workspace: CapPolicy = CapPolicy(amount=Money.usd(100))
    person: CapPolicy = CapPolicy(amount=None)

    async def purses(self, tx: Transaction, *takes: str) -> tuple[Purse, ...]:
        """The purses of an order of mina's, locked."""
        workspace = replace(WORKSPACE, policy=replace(WORKSPACE.policy, cap=self.workspace, person_cap=self.person))
        channel = replace(CHANNEL, policy=replace(CHANNEL.policy, cap=self.channel))
        also = await bookings(tx, takes)
        return await open_purses(tx, scopes_of(workspace, channel, "U1", "mina"), self.zone, also=also)

    async def do(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """One transaction."""
        return await self.store.transact(work)

    async def held(self, **changes: Any) -> Take:
        """A take whose price was held."""

        async def work(tx: Transaction) -> Take:
            take = await hold(tx, make_take(**changes), await self.purses(tx), by="U1")
            await tx.add(take)
            return take

        return await self.do(work)

    async def budget(self, scope: str = "channel:local:launch") -> Budget:
        """The latest budget of a scope."""
        return (await self.do(lambda tx: tx.rows(Budget, scope=scope, order=("-period_start",))))[0]

    async def lines(self, take: str = "A7K", scope: str = "channel:local:launch") -> list[tuple[str, str, str]]:
        """Kind, amount and reason of a take's lines in a scope, in the order written."""
        lines = await self.do(lambda tx: tx.rows(Line, take=take, scope=scope, order=("at",)))
        return [(line.kind.value, str(line.amount), line.reason) for line in lines]

    async def require_balanced(self, *takes: Take) -> None:
        """Budgets are the sums of their lines; lines of a take sum up to what the take says, in each scope."""
        lines = await self.do(lambda tx: tx.rows(Line))
        for budget in await self.do(lambda tx: tx.rows(Budget)):
            own = [line for line in lines if (line.scope, line.period_start) == (budget.scope, budget.period_start)]
            assert budget.used == total(line.amount for line in own)
            assert budget.held == total(line.held for line in own)
        for take in takes:
            for scope in {line.scope for line in lines if line.take == take.id}:
                own = [line for line in lines if (line.take, line.scope) == (take.id, scope)]
                assert total(line.amount for line in own) == take.held + take.charged
                assert total(line.held for line in own) == take.held
                assert sum(line.takes for line in own) == bool(take.held or take.charged)
                assert len({line.period_start for line in own}) == 1


async def open_books(**changes: Any) -> Books:
    """Books with the rows that takes need."""
    clock = FakeClock()
    books = Books(store=MemoryStore(clock), clock=clock, **changes)

    async def work(tx: Transaction) -> None:
        for row in (WORKSPACE, CHANNEL, SHOT, CARD, KEY):
            await tx.add(row)

    await books.do(work)
    return books


@pytest.fixture
async def books() -> AsyncIterator[Books]:
    """Books with the default caps, on 2 November."""
    made = await open_books()
    yield made
    await made.store.close()
