"""Who waits for which card."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

from adapters.discord.buttons import Interaction
from adapters.discord.pending import MOST, Pending
from bot.core.rows.talk import card_nonce

HERE, THERE = "discord:1/2", "discord:1/3"


def interaction(number: int = 1) -> Interaction:
    return cast("Interaction", SimpleNamespace(id=number))


async def test_a_card_is_claimed_once() -> None:
    """The first who asks for the card gets its interaction, and nobody after that."""
    pending = Pending()
    expected = pending.expect(HERE, interaction())
    pending.settle(expected, card="A7K")
    assert await pending.claim(card_nonce("A7K"), THERE) is None
    assert await pending.claim(card_nonce("B2M"), HERE) is None
    assert await pending.claim(card_nonce("A7K"), HERE) is expected.interaction
    assert await pending.claim(card_nonce("A7K"), HERE) is None


async def test_a_card_waits_for_whoever_may_have_ordered_it() -> None:
    """A card that comes before its order is heard of waits for it, and for no more than that."""
    pending = Pending()
    expected, other = pending.expect(HERE, interaction(1)), pending.expect(HERE, interaction(2))
    claim = asyncio.create_task(pending.claim(card_nonce("A7K"), HERE))
    await asyncio.sleep(0)
    pending.settle(other, card="B2M")
    await asyncio.sleep(0)
    assert not claim.done()
    pending.settle(expected, card="A7K")
    assert await claim is expected.interaction


async def test_a_card_does_not_wait_for_what_others_fetch() -> None:
    """A card is its order's as soon as that is heard of, however long somebody's picture takes who asked before."""
    pending = Pending(wait_s=60.0)
    slow, expected = pending.expect(HERE, interaction(1)), pending.expect(HERE, interaction(2))
    claim = asyncio.create_task(pending.claim(card_nonce("A7K"), HERE))
    await asyncio.sleep(0)
    pending.settle(expected, card="A7K")
    assert await asyncio.wait_for(claim, 5.0) is expected.interaction
    pending.settle(slow, card=None)


async def test_a_card_does_not_wait_for_ever() -> None:
    """A card is shown without its order where that takes too long; one elsewhere does not wait at all."""
    pending = Pending(wait_s=0.01)
    expected = pending.expect(HERE, interaction())
    assert await pending.claim(card_nonce("A7K"), THERE) is None
    assert await pending.claim(card_nonce("A7K"), HERE) is None
    pending.settle(expected, card=None)
    assert pending.waiting() == ()
    assert await pending.claim(card_nonce("A7K"), HERE) is None


async def test_an_acknowledgement_goes_first() -> None:
    """A card that comes while its interaction is being acknowledged waits for that."""
    pending = Pending()
    expected = pending.expect(HERE, interaction())
    pending.settle(expected, card="A7K")
    async with expected.turn:
        claim = asyncio.create_task(pending.claim(card_nonce("A7K"), HERE))
        await asyncio.sleep(0.01)
        assert expected.claimed.is_set()
        assert not claim.done()
    taken = await claim
    assert taken is not None
    pending.shown(taken)
    pending.shown(taken)
    assert expected.shown.is_set()


async def test_an_interaction_that_waits_no_longer() -> None:
    """A card whose interaction was answered otherwise is posted by itself; one that was taken is not let go."""
    pending = Pending()
    one, two = (pending.expect(HERE, interaction(number)) for number in (1, 2))
    pending.settle(one, card="A7K")
    pending.settle(two, card="B2M")
    assert pending.drop(one)
    assert await pending.claim(card_nonce("A7K"), HERE) is None
    await pending.claim(card_nonce("B2M"), HERE)
    assert not pending.drop(two)


async def test_memory_is_bounded() -> None:
    """Of too many that wait the oldest does not any more."""
    pending = Pending()
    all_of_them = [pending.expect(HERE, interaction(number)) for number in range(MOST + 1)]
    for number, each in enumerate(all_of_them):
        pending.settle(each, card=f"card-{number}")
    assert all_of_them[0].gone.is_set()
    assert not all_of_them[1].gone.is_set()
    assert len(pending.waiting()) == MOST
