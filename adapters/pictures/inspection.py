"""Asks the worker process what a picture is."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from enum import Enum
from pathlib import Path

from bot.core.errors import PictureRefused

WORKER = Path(__file__).with_name("worker.py")
#: A worker that takes longer is killed; a good one needs a fifth of a second.
WORKER_TIMEOUT_S = 20.0
#: More than its answer has.
MOST_OUTPUT_BYTES = 4_096


class Kind(Enum):
    """The kinds of picture that the provider takes; the value is the file's extension."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    GIF = "gif"

    @property
    def media_type(self) -> str:
        """The kind as HTTP names it."""
        return f"image/{self.name.lower()}"


async def kind_of(picture: Path) -> Kind:
    """Which kind of picture a file is.

    Raises:
        PictureRefused: it is none, is damaged, or has too many pixels.
    """
    answer = await inspect(picture)
    if answer.get("problem") == "pixels":
        sentence = "The picture has more than 40 megapixels; make it smaller and give it again."
        raise PictureRefused(sentence)
    name = answer.get("format")
    if not isinstance(name, str) or name not in Kind.__members__:
        sentence = "That is no picture that can be read; give a PNG, JPEG, WebP or GIF."
        raise PictureRefused(sentence)
    return Kind[name]


async def inspect(picture: Path) -> dict[str, object]:
    """What the worker says of a file; nothing when it fails."""
    # Isolated, and an empty environment: nothing of ours, no secret among it, reaches the process.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-IB",
        str(WORKER),
        str(picture),
        env={},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(WORKER_TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError:
        output = b""
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return parsed(output)


def parsed(output: bytes) -> dict[str, object]:
    """What the worker said; nothing when it died before it could."""
    try:
        answer = json.loads(output[:MOST_OUTPUT_BYTES])
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
