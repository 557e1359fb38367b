"""Orders that come at the same moment: on a server their transactions run at once."""

from __future__ import annotations

import asyncio

from bot.core.commands import Draft
from bot.core.money import Money
from bot.core.rows import Asked, Budget, Line, Take, Workspace
from tests.jobs.acts import sets
from tests.jobs.conftest import DANA, JO, LAUNCH, MINA, ON_EVERY_STORE, RAVI, TEAM, Office

pytestmark = ON_EVERY_STORE
MONTH_S = 40 * 24 * 3600
PEOPLE = (MINA, JO, RAVI, DANA)
PLACES = (LAUNCH, TEAM)


async def all_order(office: Office) -> list[str]:
    """Everyone orders a draft everywhere, all at once; the answers."""
    orders = [office.handle(Draft, actor, place, prompt="a fox in snow") for actor in PEOPLE for place in PLACES]
    return [notice.text for notice in await asyncio.gather(*orders)]


async def test_first_orders_at_once_open_each_budget_once(office: Office) -> None:
    """Nobody knows the place yet, then a month has passed: each scope gets one period, and every order is in it."""
    for month in (1, 2):
        said = await all_order(office)
        assert [text for text in said if "$0.32 held" not in text] == []
        assert len(await office.rows(Workspace)) == 1
        assert len(await office.rows(Budget)) == month * (len(PLACES) + len(PEOPLE) + 1)
        assert len(await office.rows(Take)) == month * len(PLACES) * len(PEOPLE)
        assert (await office.budget("workspace:local")).used == Money.usd("0.32") * 8
        await office.clock.advance(MONTH_S)


async def test_orders_at_once_do_not_exceed_a_cap(office: Office) -> None:
    """Of eight orders at once only those are held for which the workspace's cap has room; the others are asked."""
    await sets(office, "budget set 1 --scope workspace")
    await all_order(office)
    takes = await office.rows(Take)
    assert sum(take.asked is None for take in takes) == 3
    assert sum(take.asked is Asked.CAP for take in takes) == 5
    assert len(await office.rows(Line)) == 3 * 3
    assert (await office.budget("workspace:local")).used == Money.usd("0.32") * 3
