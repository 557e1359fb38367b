"""From the faults of an order to what becomes of its job."""

from __future__ import annotations

import random
from dataclasses import replace

from adapters.muapi.simulator.faults import Fault, Marks
from adapters.muapi.simulator.jobs import Outcome, Stage
from adapters.muapi.simulator.latency import SECONDS_FOR_5, draw_s
from adapters.muapi.simulator.models import Model

MODERATION_TEXT = (
    "OutputVideoSensitiveContentDetected: the request failed because the output video may contain sensitive information"
)
FAIL_TEXT = "Generation failed: internal error of the model, please try again later"
NOT_A_PICTURE_TEXT = "InvalidParameter: the reference image could not be decoded"
#: A failed job is known to be failed sooner than a finished one would be done.
FAILED_SHARE = 0.6


def outcome(marks: Marks, *, refunds: bool) -> Outcome:
    """How the job ends; ``refunds`` is the rule for failed jobs."""
    failed = Outcome(stage=Stage.FAILED, error=FAIL_TEXT)
    endings = {
        Fault.MODERATION: replace(failed, error=MODERATION_TEXT, refund=refunds, nsfw=True),
        Fault.FAIL: replace(failed, refund=True),
        Fault.FAIL_UNREFUNDED: failed,
        Fault.NOT_A_PICTURE: replace(failed, error=NOT_A_PICTURE_TEXT, refund=refunds),
        Fault.CANCELLED: Outcome(stage=Stage.CANCELLED, refund=True),
        Fault.STUCK: Outcome(stage=None),
    }
    for fault, ending in endings.items():
        if mark := marks.get(fault):
            return replace(ending, error=mark.value) if ending.error and mark.value else ending
    return Outcome(stage=Stage.COMPLETED)


def takes_s(marks: Marks, chance: random.Random, *, model: Model, payload: dict[str, object]) -> float:
    """Provider seconds until the job ends; always draws once, so that a fault does not shift later jobs."""
    drawn = draw_s(chance, seconds=model.duration(payload), resolution=model.resolution(payload))
    if Fault.AT_ONCE in marks:
        return 0.0
    if mark := marks.get(Fault.LATENCY):
        return mark.number(SECONDS_FOR_5)
    fails = outcome(marks, refunds=False).stage is Stage.FAILED
    return drawn * FAILED_SHARE if fails else drawn
