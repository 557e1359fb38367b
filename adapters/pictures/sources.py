"""Where pictures come from: the web, or a file that a chat adapter hands over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from adapters.pictures.unfinished import Unfinished
from adapters.web.fetch import Fetcher
from adapters.web.guard import AddressRefused
from bot.core.errors import PictureRefused

FETCH_TIMEOUT_S = 30.0
READ_BYTES = 262_144
SUCCESSES = range(200, 300)


async def copy_from_web(fetcher: Fetcher, url: str, into: Unfinished) -> None:
    """Fetch a picture's bytes.

    Raises:
        PictureRefused: no address that is fetched, unreachable, too slow, too large.
    """
    try:
        async with asyncio.timeout(FETCH_TIMEOUT_S), fetcher.open(url, {"Accept": "image/*"}) as response:
            if response.status_code not in SUCCESSES:
                sentence = f"The picture cannot be fetched: its host answers with HTTP {response.status_code}."
                raise PictureRefused(sentence)
            async for piece in response.aiter_raw(READ_BYTES):
                await into.add(piece)
    except AddressRefused as error:
        sentence = f"The picture's address is not fetched: {error}."
        raise PictureRefused(sentence) from error
    except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
        sentence = "The picture cannot be fetched: its host cannot be reached or is too slow."
        raise PictureRefused(sentence) from error


async def copy_from_file(name: str, into: Unfinished, *, files_from: Path | None) -> None:
    """Copy a file's bytes; only one below ``files_from``, wherever its links lead.

    Raises:
        PictureRefused: no such file there, unreadable, too large.
    """
    try:
        path = await asyncio.to_thread(handed_over, name, files_from)
        with await asyncio.to_thread(path.open, "rb") as file:
            while piece := await asyncio.to_thread(file.read, READ_BYTES):
                await into.add(piece)
    except (OSError, ValueError) as error:
        sentence = "There is no such picture here; give its web address, or attach it."
        raise PictureRefused(sentence) from error


def handed_over(name: str, files_from: Path | None) -> Path:
    """The file that an absolute path names, its links followed.

    Raises:
        OSError, ValueError: no regular file below the folder.
    """
    path = Path(name)
    if files_from is None or not path.is_absolute():
        text = "files are not taken from there"
        raise ValueError(text)
    real = path.resolve(strict=True)
    if not real.is_relative_to(files_from.resolve()) or not real.is_file():
        text = "no regular file below the folder"
        raise ValueError(text)
    return real
