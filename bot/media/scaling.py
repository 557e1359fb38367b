"""Frames made small on the way: a large one is never kept, nor converted whole for a small picture."""

from __future__ import annotations

import io

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from PIL import Image


def scaled(frame: VideoFrame, width: int, height: int) -> Image.Image:
    """A frame at a smaller size, in colours of 8 bits."""
    return frame.to_image(width=width, height=height, interpolation=Interpolation.BICUBIC)  # type: ignore[no-any-return,no-untyped-call]


def jpeg(picture: Image.Image, quality: int) -> bytes:
    """A picture as a JPEG file."""
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=quality, optimize=True, progressive=True)
    return content.getvalue()
