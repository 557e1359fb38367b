"""The sound of a simulated clip: a quiet chord whose pitch follows from the prompt."""

from __future__ import annotations

import array
import hashlib
import math
from collections.abc import Iterator

import av

RATE_HZ = 44_100
LAYOUT = "mono"
LOUDNESS = 2_600
LOWEST_HZ = 110
#: Semitones above the root.
CHORD = (0, 7, 12, 16)


def frames(prompt: str, seconds: int) -> Iterator[av.AudioFrame]:
    """So many seconds of sound, one frame each; whole periods in a second, so that the seams are not heard."""
    second = _second(prompt)
    for index in range(seconds):
        frame = av.AudioFrame(format="s16", layout=LAYOUT, samples=RATE_HZ)
        frame.sample_rate = RATE_HZ
        frame.pts = index * RATE_HZ
        frame.planes[0].update(second)
        yield frame


def _second(prompt: str) -> bytes:
    root = LOWEST_HZ * 2 ** (hashlib.sha256(prompt.encode("utf-8", "replace")).digest()[0] % 12 / 12)
    tones = [round(root * 2 ** (step / 12)) for step in CHORD]
    # One wave a whole number of periods long is looked up by each tone: four sines a sample would be slow.
    wave = [LOUDNESS * math.sin(2 * math.pi * index / RATE_HZ) for index in range(RATE_HZ)]
    swell = [0.75 - 0.25 * math.cos(2 * math.pi * index / RATE_HZ) for index in range(RATE_HZ)]
    return array.array(
        "h", (int(swell[i] * sum(wave[i * tone % RATE_HZ] for tone in tones)) for i in range(RATE_HZ))
    ).tobytes()
