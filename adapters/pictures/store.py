"""Where reference pictures are kept: a folder of files that are named by their checksum."""

from __future__ import annotations

import asyncio
import contextlib
import re
from pathlib import Path

from adapters.pictures.inspection import Kind, kind_of
from adapters.pictures.sources import copy_from_file, copy_from_web
from adapters.pictures.unfinished import Unfinished
from adapters.web.fetch import Fetcher
from adapters.web.guard import Resolve, system_resolve
from bot.core.errors import PictureRefused

MOST_REDIRECTS = 3
#: Pictures that are looked at at once, each in a process of its own.
MOST_WORKERS = 2
#: What a chat adapter puts before the path of a file that it has downloaded itself.
LOCAL = "file:"
NAME = re.compile(r"[0-9a-f]{64}\.(?P<extension>png|jpg|webp|gif)")
NOT_KEPT = "The reference picture is no longer kept; give it again."


class PictureStore:
    """Pictures by name; the same bytes have the same name, so that a picture is kept once."""

    def __init__(
        self,
        folder: Path,
        *,
        allow_loopback: bool = False,
        files_from: Path | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:
        """``files_from`` is the only folder that ``file:`` sources may name; without it, none is taken."""
        self._folder = folder
        self._files_from = files_from
        self._fetcher = Fetcher(
            allow_loopback=allow_loopback, allow_plain=True, most_redirects=MOST_REDIRECTS, resolve=resolve
        )
        self._workers = asyncio.Semaphore(MOST_WORKERS)

    async def take(self, source: str) -> str:
        """Fetch a picture, check it and keep it; its name.

        Args:
            source: an http(s) URL, or ``file:`` and an absolute path that a chat adapter hands over.

        Raises:
            PictureRefused: no address that is fetched, unreachable, too large, no picture, or the disk is full.
        """
        unfinished = Unfinished(self._folder)
        try:
            if source.startswith(LOCAL):
                await copy_from_file(source.removeprefix(LOCAL), unfinished, files_from=self._files_from)
            else:
                await copy_from_web(self._fetcher, source, unfinished)
            checksum = await unfinished.sync()
            async with self._workers:
                kind = await kind_of(unfinished.path)
            return await unfinished.keep(f"{checksum}.{kind.value}")
        finally:
            unfinished.drop()

    def path(self, name: str) -> Path:
        """Where a picture is.

        Raises:
            PictureRefused: there is no such picture.
        """
        _kind(name)
        path = self._folder / name
        if not path.is_file():
            raise PictureRefused(NOT_KEPT)
        return path

    async def tidy(self, *, keep: frozenset[str], before: int) -> int:
        """Remove pictures, and what a kill left unfinished, that are older than ``before`` and not in ``keep``.

        ``before`` is in UTC milliseconds. How many files were removed; one that cannot be removed stays.
        """
        return await asyncio.to_thread(self._tidy, keep, before)

    def _tidy(self, keep: frozenset[str], before: int) -> int:
        removed = 0
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            ours = NAME.fullmatch(path.name) or path.suffix == ".part"
            if not ours or path.name in keep:
                continue
            with contextlib.suppress(OSError):
                if path.stat().st_mtime * 1000 < before:
                    path.unlink()
                    removed += 1
        return removed

    def media_type(self, name: str) -> str:
        """A picture's kind, as HTTP names it.

        Raises:
            PictureRefused: not a name that ``take`` gives.
        """
        return _kind(name).media_type


def _kind(name: str) -> Kind:
    """The kind in a name; a name that is not ours leads nowhere, least of all out of the folder."""
    match = NAME.fullmatch(name)
    if match is None:
        raise PictureRefused(NOT_KEPT)
    return Kind(match["extension"])
