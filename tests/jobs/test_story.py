"""The main job on fakes: draft, review, approve, deliver."""

from __future__ import annotations

from bot.core.commands import CastVote
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Meaning, Source, Take
from tests.jobs.conftest import MINA, Office


async def test_a_slate_is_drafted_one_is_approved_and_its_final_is_posted(office: Office) -> None:
    """Four drafts, one vote, one final; every cent in the ledger."""
    takes = await office.order("a mug on {marble|oak|steel|slate}", seconds=10)
    await office.work()
    assert [take.state for take in await office.rows(Take)] == [State.DELIVERED] * 4
    subject = takes[1].id
    await office.handle(
        CastVote, MINA, subject=subject, meaning=Meaning.APPROVE, source=Source.VERB, at=office.clock.now()
    )
    await office.work()
    final = await office.take(f"{subject}F")
    assert final.state is State.DELIVERED
    assert (await office.budget()).used == Money.usd("2.78")
    await office.require_balanced()
