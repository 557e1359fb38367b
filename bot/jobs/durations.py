"""How long such a take usually renders: learned from past takes, from the catalogue until there are some."""

from __future__ import annotations

from statistics import median

from bot.core.catalogue import Model
from bot.core.catalogue import usual_ms as prior_ms
from bot.core.lifecycle import State
from bot.core.ports import Between, Transaction
from bot.core.rows import Take
from bot.jobs.kit import Kit

#: The newest takes that are looked at, and the fewest that are believed.
LEARN_FROM = 20
BELIEVE_FROM = 3
#: The first poll comes at this part of the usual time: few are done before.
EARLIEST_PART = 0.75
#: Provider seconds between polls, jittered in this range; provider.md, "Poll".
POLL_GAP_S = (5.0, 10.0)
#: From this many times the usual on, the card says late.
LATE_AFTER = 2


async def usual_ms(kit: Kit, tx: Transaction, model: Model, resolution: str, seconds: int) -> int:
    """Real milliseconds from order to end, the median of the newest takes of the same kind."""
    past = await tx.rows(
        Take,
        model=model.name,
        resolution=resolution,
        seconds=seconds,
        done_at=Between(low=1),
        order=("-done_at",),
        limit=LEARN_FROM,
    )
    lengths = [take.done_at - take.submitted_at for take in past if take.done_at and take.submitted_at]
    if len(lengths) >= BELIEVE_FROM:
        return round(median(lengths))
    return kit.provider_ms(prior_ms(model, resolution, seconds) / 1000)


def next_poll(kit: Kit, take: Take, now: int) -> int:
    """When to ask after the take's job: near its earliest plausible end, from then on every few seconds."""
    gap = kit.provider_ms(kit.ids.between(*POLL_GAP_S))
    earliest = (take.submitted_at or now) + round(take.usual_ms * EARLIEST_PART)
    return max(now + gap, earliest)


def is_late(take: Take, now: int) -> bool:
    """Whether it renders for more than twice its usual time."""
    return take.state is State.RENDERING and now - (take.submitted_at or now) > LATE_AFTER * take.usual_ms
