"""How long such a take usually renders: learned from past takes, from the catalogue until there are some."""

from __future__ import annotations

from functools import partial
from statistics import median

from bot.core.catalogue import Model
from bot.core.catalogue import usual_ms as prior_ms
from bot.core.ports import Between, Transaction
from bot.core.rows import Take
from bot.core.sentences import states
from bot.jobs.kit import Kit

#: The newest takes that are looked at, and the fewest that are believed.
LEARN_FROM = 20
BELIEVE_FROM = 3
#: How far from the listed time the learned one may be: a quarter, three times.
SHORTEST_PART = 4
LONGEST_TIMES = 3
#: The first poll comes at this part of the usual time: few are done before.
EARLIEST_PART = 0.75
#: Provider seconds between polls, jittered in this range; provider.md, "Poll".
POLL_GAP_S = (5.0, 10.0)
#: Until so many times its usual time a job most probably ends: it is asked after at the shortest gap allowed.
LIKELY_TIMES = 1.5
LIKELY_GAP_S = (5.0, 6.0)
#: The card and the worker call the same takes late.
is_late = states.is_late


async def usual_ms(kit: Kit, tx: Transaction, model: Model, resolution: str, seconds: int) -> int:
    """Real milliseconds from order to end: the median of the newest takes of the same kind, within reason.

    What is learned is when we saw the end; after an outage of ours that is hours late, and must not teach us
    to look hours late again. So it is believed only between a quarter and three times what is listed.
    """
    listed = kit.provider_ms(prior_ms(model, resolution, seconds) / 1000)
    read = partial(_seen_ms, tx, model.name, resolution, seconds)
    seen = await kit.learned.figure(tx, model.name, ("usual", resolution, seconds), read)
    return listed if seen is None else min(max(seen, listed // SHORTEST_PART), listed * LONGEST_TIMES)


async def _seen_ms(tx: Transaction, model: str, resolution: str, seconds: int) -> int | None:
    """The median of the newest takes; ``None`` while they are too few to be believed."""
    past = await tx.rows(
        Take,
        model=model,
        resolution=resolution,
        seconds=seconds,
        done_at=Between(low=1),
        order=("-done_at",),
        limit=LEARN_FROM,
    )
    lengths = [take.done_at - take.submitted_at for take in past if take.done_at and take.submitted_at]
    return round(median(lengths)) if len(lengths) >= BELIEVE_FROM else None


def next_poll(kit: Kit, take: Take, now: int) -> int:
    """When to ask after the take's job: near its earliest plausible end, from then on every few seconds."""
    begun = take.submitted_at or now
    likely = now < begun + take.usual_ms * LIKELY_TIMES
    gap = kit.provider_ms(kit.ids.between(*(LIKELY_GAP_S if likely else POLL_GAP_S)))
    earliest = begun + round(take.usual_ms * EARLIEST_PART)
    return max(now + gap, earliest)
