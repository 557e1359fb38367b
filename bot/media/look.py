"""The task *look*: check a clip, and on the same pass make its poster, its strip and its previews.

A picture that cannot be made is left out: the clip is what was paid for. Runs in a worker only.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.core.rows import PictureKind
from bot.media.poster import Poster
from bot.media.preview import Preview
from bot.media.probe import OtherForm, measure
from bot.media.strip import Strip
from bot.media.taken_in import ENDINGS

#: What making a picture may end with that is no reason to do without the clip; whatever the library thinks of.
Made = tuple[PictureKind, Callable[[], bytes]]


class Looker:
    """Shows each frame to those who draw; who fails is shown no more."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._at_work: list[Poster | Strip | Preview] = []

    def begin(self, video: VideoStream) -> None:
        """Begin every picture."""
        codec = video.codec_context
        like: dict[str, Any] = {"width": codec.width, "height": codec.height, "seconds": _seconds(video)}
        self._at_work = [Poster()]
        for kind in (Strip, Preview):
            with contextlib.suppress(Exception):
                self._at_work.append(kind(**like))

    def see(self, frame: VideoFrame, at_s: float) -> None:
        """Show it to everyone."""
        for one in list(self._at_work):
            try:
                one.see(frame, at_s)
            except Exception:  # noqa: BLE001  # a picture less
                self._at_work.remove(one)

    def hear(self, packet: Packet[Any]) -> None:
        """Pictures are silent."""

    def made(self) -> Iterator[Made]:
        """How to get at each file."""
        for one in self._at_work:
            match one:
                case Poster():
                    yield PictureKind.POSTER, one.jpeg
                case Strip():
                    yield PictureKind.STRIP, one.jpeg
                case Preview():
                    yield PictureKind.GIF, one.gif
                    yield PictureKind.WEBP, one.webp


def run(request: Mapping[str, object]) -> dict[str, object]:
    """Carry out the task for the file ``clip``; the pictures' paths begin with ``into``.

    A clip that has to be encoded anew first is answered with ``other_form`` and what will have to be said of it.
    """
    looker = Looker()
    try:
        measured = measure(Path(str(request["clip"])), looker)
    except OtherForm as other:
        return {"other_form": other.note}
    return {"measured": asdict(measured), "pictures": dict(_written(looker, str(request["into"])))}


def _written(looker: Looker, into: str) -> Iterator[tuple[str, dict[str, object]]]:
    for kind, make in looker.made():
        path = Path(into + ENDINGS[kind])
        try:
            content = make()
            path.write_bytes(content)
        except Exception:  # noqa: BLE001  # a picture less; nothing is left of it
            path.unlink(missing_ok=True)
            continue
        yield kind.value, {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _seconds(video: VideoStream) -> float:
    """The length that the clip claims; more than nothing."""
    if video.duration and video.time_base:
        claimed = float(video.duration * video.time_base)
    else:
        claimed = video.frames / float(video.average_rate or 24)
    return max(claimed, 0.01)
