"""What an order starts from: which picture its clip shows, and how long its videos are, whose seconds are charged."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import av

from adapters.muapi.simulator.world import World

#: What a video that does not lie here is taken for; a guess: the simulator fetches nothing.
ELSEWHERE_S = 5
#: How a prompt names a picture of the list, from 1.
_NAMED = re.compile(r"@image(\d{1,2})")


def start_picture(payload: Mapping[str, object]) -> str:
    """The address of the picture that the clip shows; empty without any.

    It is the start image; of references the one that the prompt names last, else the first.
    """
    start, pictures = payload.get("image_url"), payload.get("images_list")
    listed = pictures if isinstance(pictures, list) else []
    named = [int(number) for number in _NAMED.findall(str(payload.get("prompt")))]
    shown = [listed[number - 1] for number in named if 0 < number <= len(listed)]
    meant = start or next(iter([*reversed(shown), *listed]), "")
    return meant if isinstance(meant, str) else ""


async def reference_seconds(world: World, payload: Mapping[str, object]) -> int:
    """The whole seconds of all video references, each rounded up; whatever is no list of addresses counts nothing."""
    files = payload.get("video_files")
    urls = [url for url in files if isinstance(url, str)] if isinstance(files, list) else []
    return sum([await _seconds(world, url) for url in urls])


async def _seconds(world: World, url: str) -> int:
    try:
        path = Path(urlsplit(url).path)
    except ValueError:
        return ELSEWHERE_S
    if (job := world.book.find(path.stem)) is not None:
        return job.model.duration(job.payload)
    uploaded = world.uploads / path.name
    return await asyncio.to_thread(_measured, uploaded) if path.name and uploaded.is_file() else ELSEWHERE_S


def _measured(path: Path) -> int:
    try:
        with av.open(str(path)) as container:
            return math.ceil((container.duration or 0) / av.time_base)
    except (av.FFmpegError, OSError):
        return ELSEWHERE_S
