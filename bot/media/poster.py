"""The poster: the one frame that stands for a clip, as large as the clip, for a final may start from it."""

from __future__ import annotations

from av.video.frame import VideoFrame
from PIL import Image, ImageFilter, ImageStat

from bot.media.scaling import jpeg, scaled

#: The frame at this time, unless there is nothing to see in it: the first may still be black.
AT_S = 0.5
#: Until a good one is found, one frame in so many seconds is looked at.
LOOKED_AT_EVERY_S = 0.25
QUALITY = 92
#: Frames are judged at this width.
JUDGED_PX = 160
#: A picture is black when fewer of its pixels, in percent, are brighter than this, of 255.
DARKEST, LIT_PERCENT = 32, 1
#: A picture is flat when its brightness strays by less from its mean.
FLAT = 5.0


class Poster:
    """Chooses a frame among those that it sees; holds one at a time."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._best: VideoFrame | None = None
        self._detail = -1.0
        self._next_s = 0.0
        self._settled = False

    def see(self, frame: VideoFrame, at_s: float) -> None:
        """Look at a frame, if its turn has come."""
        if self._settled or at_s < self._next_s:
            return
        self._next_s += LOOKED_AT_EVERY_S
        small = _small(frame)
        detail = _detail(small)
        self._settled = AT_S <= at_s < AT_S + LOOKED_AT_EVERY_S and shows_something(small)
        if self._settled or detail > self._detail:
            self._best, self._detail = frame, detail

    def jpeg(self) -> bytes:
        """The poster's file.

        Raises:
            ValueError: no frame was seen.
        """
        if self._best is None:
            msg = "there is no frame"
            raise ValueError(msg)
        return jpeg(scaled(self._best, self._best.width, self._best.height), QUALITY)


def shows_something(grey: Image.Image) -> bool:
    """Whether a picture in shades of grey is neither black nor flat."""
    lit = sum(grey.histogram()[DARKEST + 1 :])
    return lit * 100 > grey.width * grey.height * LIT_PERCENT and ImageStat.Stat(grey).stddev[0] >= FLAT


def _small(frame: VideoFrame) -> Image.Image:
    width = min(JUDGED_PX, frame.width)
    return scaled(frame, width, max(1, round(width * frame.height / frame.width))).convert("L")


def _detail(grey: Image.Image) -> float:
    """How many edges there are, and how sharp."""
    return ImageStat.Stat(grey.filter(ImageFilter.FIND_EDGES)).mean[0]
