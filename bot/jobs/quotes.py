"""What a model costs by now: the higher of the catalogue's price and the last charge."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.core.catalogue import Model
from bot.core.ledger import SECOND_JOB
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money, total
from bot.core.ports import Between, Transaction
from bot.core.rows import Line, Take
from bot.jobs.kit import Kit


async def quoted(kit: Kit, tx: Transaction, name: str) -> Model:
    """The model that people may order under this name, at the price that an order is held at now.

    Raises:
        Refusal: unknown, or off; names the models that are on.
    """
    return await at_last_charge(kit, tx, kit.catalogue.model(name))


async def at_last_charge(kit: Kit, tx: Transaction, model: Model, *stages: Stage) -> Model:
    """The model at its price by now in these stages; in all, where none is named."""
    rates = dict(model.price.rates)
    for resolution in {resolution_of(model, stage) for stage in stages or Stage}:
        read = partial(_last_rate, tx, model, resolution)
        last = await kit.learned.figure(tx, model.name, ("rate", resolution), read)
        rates[resolution] = max(rates[resolution], last)
    return replace(model, price=replace(model.price, rates=rates))


def resolution_of(model: Model, stage: Stage) -> str:
    """What a stage is rendered in."""
    return model.final_resolution if stage is Stage.FINAL else model.draft_resolution


async def _last_rate(tx: Transaction, model: Model, resolution: str) -> Money:
    """What a begun block of seconds has cost the last time; a second job of the same take is no price of it."""
    some = Between(low=1)
    last = await tx.rows(
        Take, model=model.name, resolution=resolution, done_at=some, charged=some, order=("-done_at",), limit=1
    )
    if not last:
        return ZERO
    lines = await tx.rows(Line, take=last[0].id, scope=f"channel:{last[0].channel}")
    cost = total(line.amount for line in lines if line.reason != SECOND_JOB)
    blocks = -(-last[0].seconds // model.price.block_s)
    return Money(-(-cost.micros // blocks))
