"""How long a job takes, in provider seconds."""

from __future__ import annotations

import math
import random

#: The guide: about 48 s for 5 s at 720p, up to 3 minutes for 15 s; between and beyond on a line.
SECONDS_FOR_5 = 48.0
SECONDS_FOR_15 = 180.0
SHORTEST_S = 10.0
#: Spread of the natural logarithm, and the few that take much longer. Guesses of the provider spec.
SIGMA = 0.15
SLOW_ONE_IN = 50
SLOW_TIMES = 3.0
#: A guess: the work grows less than the pixels.
TIMES = {"480p": 0.5, "720p": 1.0, "1080p": 1.6, "2k": 2.2, "4k": 3.0}


def usual_s(*, seconds: int, resolution: str) -> float:
    """The median for a clip of so many seconds."""
    slope = (SECONDS_FOR_15 - SECONDS_FOR_5) / 10
    return max(SHORTEST_S, SECONDS_FOR_5 + (seconds - 5) * slope) * TIMES[resolution]


def draw_s(chance: random.Random, *, seconds: int, resolution: str) -> float:
    """One latency: log-normal around the median, one in fifty three times as long."""
    spread = math.exp(SIGMA * chance.gauss(0.0, 1.0))
    slow = SLOW_TIMES if chance.randrange(SLOW_ONE_IN) == 0 else 1.0
    return usual_s(seconds=seconds, resolution=resolution) * spread * slow
