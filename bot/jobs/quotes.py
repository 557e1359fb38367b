"""What a model costs by now: the catalogue's price, or the last charge where that was higher than its hold."""

from __future__ import annotations

from dataclasses import replace

from bot.core.catalogue import Model
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.ports import Between, Transaction
from bot.core.rows import Take
from bot.jobs.kit import Kit


async def quoted(kit: Kit, tx: Transaction, name: str) -> Model:
    """The model that people may order under this name, at the price that an order is held at now.

    Raises:
        Refusal: unknown, or off; names the models that are on.
    """
    model = kit.catalogue.model(name)
    rates = dict(model.price.rates)
    for resolution in {resolution_of(model, stage) for stage in Stage}:
        rates[resolution] = max(rates[resolution], await _last_rate(tx, model, resolution))
    return replace(model, price=replace(model.price, rates=rates))


def resolution_of(model: Model, stage: Stage) -> str:
    """What a stage is rendered in."""
    return model.final_resolution if stage is Stage.FINAL else model.draft_resolution


async def _last_rate(tx: Transaction, model: Model, resolution: str) -> Money:
    """What a begun block of seconds has cost the last time, if that was an overrun; nothing otherwise."""
    charged = Between(low=1)
    last = await tx.rows(
        Take, model=model.name, resolution=resolution, done_at=charged, charged=charged, order=("-done_at",), limit=1
    )
    if not last or not last[0].overrun:
        return ZERO
    blocks = -(-last[0].seconds // model.price.block_s)
    return Money(-(-last[0].charged.micros // blocks))
