"""A card that changes while another transaction looks at it, as happens on a server."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest

from bot.core.ports import Transaction
from bot.core.rows import Card, Outbox, Rank, Take
from bot.jobs import outbox
from bot.jobs.steps import named, redraw
from bot.jobs.worker import post
from tests.jobs.conftest import Office

#: Has the next card that a module reads changed; the card as it is then.
Change = Callable[[ModuleType], list[Card]]


@pytest.fixture
def kind_of_store() -> str:
    """Only there transactions run at once."""
    return "postgres"


@pytest.fixture
def changed_meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Once, just behind a module's reading of a card, another transaction says that it shows something else now."""

    def change(module: ModuleType) -> list[Card]:
        load: Callable[..., Awaitable[Any]] = module.load
        changed: list[Card] = []

        async def redrawn(tx: Transaction, card: str) -> None:
            await redraw(tx, card, Rank.STATE)
            changed.append(await named(tx, Card, card))

        async def loaded(kit: Any, tx: Transaction, card: str) -> Any:
            facts = await load(kit, tx, card)
            if not changed:
                other = office.store.transact(lambda other: redrawn(other, card))
                await asyncio.create_task(other, context=contextvars.Context())
            return facts

        monkeypatch.setattr(module, "load", loaded)
        return changed

    return change


async def card_of(office: Office, take: Take) -> Card:
    return next(card for card in await office.rows(Card) if card.id == take.card)


async def test_a_post_does_not_undo_what_was_noted_of_its_card(office: Office, changed_meanwhile: Change) -> None:
    """That the clip mentions the maker is written beside what others have written of the card meanwhile."""
    take = (await office.order())[0]
    changed = changed_meanwhile(post)
    await office.work()
    card = await card_of(office, take)
    assert card.mentioned
    assert card.drawn == card.version > changed[0].version


async def test_a_card_that_is_changed_while_it_is_found_up_to_date_is_drawn(
    office: Office, changed_meanwhile: Change
) -> None:
    """What is no longer needed is taken out of the outbox, and never what has just come to be needed."""
    take = (await office.order())[0]
    await office.work()
    card = await card_of(office, take)
    row = Outbox(
        id=f"card:{card.id}",
        channel=card.channel,
        card=card.id,
        rank=Rank.STATE,
        due_at=office.clock.now(),
        created_at=office.clock.now(),
    )
    await office.store.transact(lambda tx: tx.put(row))
    changed_meanwhile(outbox)
    await office.work()
    card = await card_of(office, take)
    assert card.drawn == card.version
