"""A key's pauses: how long, who is told, and how it starts again."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import KeyRefused, NotSent, NotSentFor, OutcomeUnknown, Transient
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import Attempt, AttemptKind, Key, Take
from bot.jobs.keys import note_works, pause_for, probe
from tests.jobs.conftest import Office, make_office

LOST = OutcomeUnknown("no answer")


def not_sent(reason: NotSentFor, **facts: Any) -> NotSent:
    return NotSent(f"{reason.value} says no", reason=reason, **facts)


async def key_of(office: Office) -> Key:
    return (await office.rows(Key))[0]


def posts(office: Office) -> int:
    return len(office.provider.script.called("submit"))


def balances(office: Office) -> int:
    return len(office.provider.script.called("balance"))


async def paused(office: Office, *answers: NotSent, **options: Any) -> Take:
    """A take whose first orders were not sent."""
    office.provider.script.add("submit", *answers)
    take = (await office.order(**options))[0]
    await office.work(0)
    return await office.take(take.id)


@pytest.mark.parametrize(("retry_after_s", "wait_s"), [(None, 30), (7, 7), (400, 400)])
async def test_too_many_requests_wait_as_long_as_the_provider_says(
    office: Office, retry_after_s: float | None, wait_s: int
) -> None:
    """``Retry-After``, else 30 s; nothing is sent before, for any take of the key."""
    await paused(office, not_sent(NotSentFor.RATE, retry_after_s=retry_after_s), prompt="a mug", count=3)
    await office.work(wait_s - 1)
    assert posts(office) == 1
    await office.work(2)
    assert posts(office) == 4


async def test_a_network_that_stays_away_is_tried_ever_more_rarely(office: Office) -> None:
    """After 5, 10, 20 s and so on, at most five minutes apart; the order arrives when it is back."""
    office.provider.script.add("submit", *[not_sent(NotSentFor.NETWORK)] * 10)
    take = (await office.order())[0]
    await office.work(3 * 3600)
    starts = [attempt.started_at for attempt in await _attempts(office, take)]
    gaps = [round((b - a) / 1000) for a, b in itertools.pairwise(starts)]
    assert gaps == [5, 10, 20, 40, 80, 160, 300, 300, 300, 300]
    assert (await office.take(take.id)).state is State.DELIVERED


async def _attempts(office: Office, take: Take) -> list[Attempt]:
    return await office.rows(Attempt, take=take.id, kind=AttemptKind.SUBMIT, order=("started_at",))


async def test_missing_credit_is_looked_for_every_minute(office: Office) -> None:
    """Nothing is sent until the balance covers the cheapest take that waits; the owner is told once."""
    office.provider.wallet = Money.usd("0.10")
    take = await paused(office, not_sent(NotSentFor.CREDIT), draft_seconds=10)
    cheap = (await office.order("cheap", draft_seconds=4))[0]
    before = balances(office)
    await office.work(10 * 60)
    assert (posts(office), balances(office) - before) == (1, 10)
    assert len(office.lines(to="dana")) == 1
    office.provider.wallet = cheap.price
    await office.work(61)
    assert posts(office) > 1
    assert take.state is State.QUEUED


async def test_a_refused_key_is_probed_every_minute(office: Office) -> None:
    """401: the operator is told once; takes start by themselves when the key is accepted again."""
    office.provider.script.always("balance", KeyRefused("401", status=401))
    takes = await office.order("a mug", count=3)
    office.provider.script.add("submit", not_sent(NotSentFor.KEY, status=401))
    await office.work(3600)
    assert (posts(office), len(office.lines(to="dana"))) == (1, 1)
    office.provider.script.always("balance", None)
    await office.work(300)
    assert {(await office.take(take.id)).state for take in takes} == {State.DELIVERED}


async def test_several_waiting_takes_make_one_probe_a_minute(office: Office) -> None:
    """Not one each."""
    office.provider.script.always("balance", Transient("down"))
    await paused(office, not_sent(NotSentFor.KEY), prompt="a mug", count=8)
    before = balances(office)
    await office.work(600)
    assert balances(office) - before <= 10


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_provider_without_a_balance_is_probed_by_the_next_order(office: Office, status: int) -> None:
    """Otherwise the key would be paused for ever."""
    office.provider.script.always("balance", Transient("not found", status=status))
    take = await paused(office, not_sent(NotSentFor.CREDIT))
    await office.work(120)
    assert ((await office.take(take.id)).state, posts(office)) == (State.DELIVERED, 2)


async def test_the_owner_is_told_once_until_the_key_works_again(office: Office) -> None:
    """The balance says yes and the order still no: one incident, one line; after a success the next is a new one."""
    await paused(office, *[not_sent(NotSentFor.CREDIT)] * 3)
    await office.work(600)
    assert len(office.lines(to="dana")) == 1
    assert (await key_of(office)).told_at is None
    await paused(office, not_sent(NotSentFor.CREDIT), prompt="another")
    await office.work(600)
    assert len(office.lines(to="dana")) == 2


async def test_credit_and_key_are_two_lines(office: Office) -> None:
    """What is to be done differs."""
    await paused(office, not_sent(NotSentFor.CREDIT), not_sent(NotSentFor.KEY))
    await office.work(600)
    assert len(office.lines(to="dana")) == 2


async def test_a_pause_is_never_shortened(office: Office) -> None:
    """A connection that fails does not end the wait that the provider asked for."""
    take = await paused(office, not_sent(NotSentFor.RATE, retry_after_s=600))
    until = (await key_of(office)).paused_until
    for reason in (NotSentFor.NETWORK, NotSentFor.RATE):
        await office.store.transact(lambda tx, reason=reason: pause_for(office.kit, tx, take, not_sent(reason)))  # type: ignore[misc]
    key = await key_of(office)
    assert (key.paused_for, key.paused_until) == ("rate", until)


async def test_a_graver_pause_takes_over(office: Office) -> None:
    """Missing credit outlasts a rate limit; a rate limit does not end missing credit."""
    take = await paused(office, not_sent(NotSentFor.RATE, retry_after_s=1))
    for reason, expected in (
        (NotSentFor.CREDIT, "credit"),
        (NotSentFor.RATE, "credit"),
        (NotSentFor.KEY, "key"),
        (NotSentFor.CREDIT, "key"),
    ):
        await office.store.transact(lambda tx, reason=reason: pause_for(office.kit, tx, take, not_sent(reason)))  # type: ignore[misc]
        assert (await key_of(office)).paused_for == expected


async def test_a_probe_does_not_end_a_pause_that_came_meanwhile(office: Office) -> None:
    """Credit is there again, and the key was refused while it was looked for."""
    take = await paused(office, not_sent(NotSentFor.CREDIT))
    await office.clock.advance(61)

    async def refused() -> Any:
        await office.store.transact(lambda tx: pause_for(office.kit, tx, take, not_sent(NotSentFor.KEY)))
        return await type(office.provider)().balance()

    office.provider.script.add("balance", refused)
    await probe(office.kit, "muapi")
    assert (await key_of(office)).paused_for == "key"


async def test_a_probe_before_its_time_asks_nothing(office: Office) -> None:
    """Nor one of a key that is not paused, or not there."""
    await probe(office.kit, "muapi")
    await paused(office, not_sent(NotSentFor.CREDIT))
    before = balances(office)
    await probe(office.kit, "muapi")
    assert balances(office) == before


async def test_waits_are_in_provider_seconds(tmp_path: Path) -> None:
    """In practice, a hundred times faster, a minute is 0.6 s."""
    office = make_office(tmp_path, provider_scale=0.01)
    await paused(office, not_sent(NotSentFor.RATE))
    key = await key_of(office)
    assert (key.paused_until or 0) - office.clock.now() <= 300


async def test_a_key_that_works_is_not_written_to(office: Office) -> None:
    """Nothing to forget."""
    await office.order()
    await office.work(0)
    before = await key_of(office)

    async def work(tx: Transaction) -> None:
        await note_works(tx, "muapi")

    await office.store.transact(work)
    assert await key_of(office) == before
