"""The task *fit*: encode a clip anew so that it fits a limit in bytes, or only so that every player takes it.

One pass, capped so that it lands below the limit the first time; media.md, "Fitting to a limit". Runs in a worker only.
"""

from __future__ import annotations

import errno
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.media.boxes import require_whole
from bot.media.encoding import Made, Target, Tell, encode, reading
from bot.media.fitted import Fitted
from bot.media.probe import measure
from bot.media.sound import Heard, listen

#: The share of the limit that is aimed at; and of that once more, where a first try came out too large.
AIM = 0.98
AGAIN = 0.85
#: What the index takes: in all, and for each frame and packet, in bytes.
INDEX_BYTES = 4_096
INDEX_FRAME_BYTES = 24
INDEX_PACKET_BYTES = 12
#: Bits for each pixel of a moving picture: with fewer than this it looks better at 480p,
WORTH_ITS_SIZE = 0.04
#: and with fewer than this there it is no longer worth looking at.
WORTH_LOOKING = 0.01
#: A picture at 480p has so many pixels, in whichever shape: 864×496.
PIXELS_480P = 864 * 496
#: The new clip's length may differ by a frame or so.
LENGTH_TOLERANCE_MS = 250
#: A number of bits a second is kept in 32 bits by the encoder.
MOST_BPS = 2**31 - 1
SHORTEST_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clip:
    """What is known of the clip before it is encoded."""

    width: int
    height: int
    frames: int
    length_s: float
    heard: Heard
    #: What its pictures take now, in bits a second.
    bps: float

    @property
    def pixels_a_second(self) -> float:
        """How many there are to encode."""
        return self.frames / self.length_s * self.width * self.height

    @property
    def density(self) -> float:
        """Below 1 for one that takes little as it is, as a drawing does: it takes little when it is encoded anew."""
        return min(1.0, self.bps / (WORTH_ITS_SIZE * self.pixels_a_second))


def run(request: Mapping[str, object], tell: Tell) -> dict[str, object]:
    """Encode the file ``clip`` of the request as its file ``into``, of ``limit_bytes`` at most, or of any size.

    What cannot be made to fit is answered with ``cannot_fit`` and why.

    Raises:
        ClipDamaged: it cannot be decoded.
        OSError: a file cannot be read or written.
        MemoryError: it needs more memory than there is.
    """
    clip, into, limit = Path(str(request["clip"])), Path(str(request["into"])), request["limit_bytes"]
    known = _known(clip, require_whole(clip))
    if not isinstance(limit, int):
        target = Target(width=_even(known.width), height=_even(known.height), most_bps=None)
        return _checked(encode(clip, into, target, known.heard, tell), into, known.heard)
    for aim in (AIM, AIM * AGAIN):
        aimed = _target(known, limit * aim)
        if aimed is None:
            return {"cannot_fit": f"{limit:,} bytes are too few for {known.length_s:.1f} s"}
        made = _within(limit, clip, into, aimed, known.heard, tell)
        if made is not None:
            return _checked(made, into, known.heard)
    return {"cannot_fit": f"it comes out larger than {limit:,} bytes"}


def _known(clip: Path, size: int) -> _Clip:
    with reading(clip) as (container, video):
        heard = listen(container)
        length_s = max(SHORTEST_S, float((video.duration or 0) * (video.time_base or 0)), heard.end_s)
        return _Clip(
            width=video.codec_context.width,
            height=video.codec_context.height,
            frames=video.frames,
            length_s=length_s,
            heard=heard,
            bps=max(1.0, (size * 8 - heard.bits) / length_s),
        )


def _target(clip: _Clip, aim_bytes: float) -> Target | None:
    """The size and the cap for so many bytes; ``None`` when they are too few."""
    index = INDEX_BYTES + INDEX_FRAME_BYTES * clip.frames + INDEX_PACKET_BYTES * clip.heard.packets
    budget = (aim_bytes - index) * 8 - clip.heard.bits
    # The encoder may spend a second's worth in advance.
    most_bps = min(MOST_BPS, math.floor(budget / (clip.length_s + 1)))
    needed = clip.pixels_a_second * clip.density
    down = min(1.0, math.sqrt(PIXELS_480P / (clip.width * clip.height)))
    if most_bps < WORTH_LOOKING * needed * down**2:
        return None
    scale = down if most_bps < WORTH_ITS_SIZE * needed else 1.0
    return Target(width=_even(clip.width * scale), height=_even(clip.height * scale), most_bps=most_bps)


def _within(limit: int, clip: Path, into: Path, target: Target, heard: Heard, tell: Tell) -> Made | None:
    """Encode it; ``None`` when it came out too large, which the worker's own limit may say first."""
    try:
        made = encode(clip, into, target, heard, tell)
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return None
    return made if into.stat().st_size <= limit else None


def _checked(made: Made, into: Path, heard: Heard) -> dict[str, object]:
    """What the new clip is, by decoding all of it; one that is not what it should be is a defect of ours."""
    found = measure(into)
    late = abs(found.duration_ms - made.length_s * 1000) > LENGTH_TOLERANCE_MS
    silent = heard.end_s > 0 and not found.audio
    if found.frames != made.frames or late or silent or found.audio_damaged:
        msg = f"the new clip is not the old one: {found}"
        raise RuntimeError(msg)
    fitted = Fitted(
        size_bytes=found.size_bytes,
        width=found.width,
        height=found.height,
        duration_ms=found.duration_ms,
        frames=found.frames,
        sound=heard.sound,
    )
    return asdict(fitted) | {"sound": fitted.sound.value}


def _even(pixels: float) -> int:
    """The encoder halves colours both ways."""
    return max(2, int(pixels) // 2 * 2)
