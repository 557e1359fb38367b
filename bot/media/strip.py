"""The strip: frames of a clip side by side, evenly over its time; one row of a contact sheet."""

from __future__ import annotations

from av.video.frame import VideoFrame
from PIL import Image

from bot.media.scaling import jpeg, scaled
from bot.media.shapes import STRIP_PX, columns_of, frames_of, strip_height

QUALITY = 85


class Strip:
    """Pastes each frame when it comes; the picture is all that is kept."""

    def __init__(self, *, width: int, height: int, seconds: float) -> None:
        """For a clip of that size in pixels, and of about that length."""
        self._columns = columns_of(frames_of(width, height))
        self._seconds = seconds
        self._picture = Image.new("RGB", (STRIP_PX, strip_height(width, height)))
        self._pasted = 0
        self._last: VideoFrame | None = None

    def see(self, frame: VideoFrame, at_s: float) -> None:
        """Take the frame in the middle of each part of the clip's time."""
        self._last = frame
        while self._pasted < self._frames and at_s >= (self._pasted + 0.5) * self._seconds / self._frames:
            self._paste(frame)

    def jpeg(self) -> bytes:
        """The strip's file; a clip that is shorter than it said ends with its last frame.

        Raises:
            ValueError: no frame was seen.
        """
        if self._last is None:
            msg = "there is no frame"
            raise ValueError(msg)
        while self._pasted < self._frames:
            self._paste(self._last)
        return jpeg(self._picture, QUALITY)

    @property
    def _frames(self) -> int:
        return len(self._columns) - 1

    def _paste(self, frame: VideoFrame) -> None:
        left, right = self._columns[self._pasted : self._pasted + 2]
        self._picture.paste(scaled(frame, right - left, self._picture.height), (left, 0))
        self._pasted += 1
