"""Files that come with an interaction: fetched from Discord into a folder of ours, for one order or one window.

Their addresses are signed for a day and are kept nowhere. Discord gives a message's picture only with the interaction
that named it, so that one for a window is fetched while the window is filled in.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkstemp
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.core.errors import PictureRefused
from bot.core.ports import Clock
from bot.core.sentences import files as words

log = logging.getLogger(__name__)

#: As the provider takes it.
MOST_BYTES = 10 * (1 << 20)
#: A start picture, or references.
MOST_PICTURES = 9
FETCH_S = 30.0
#: What a picture's path begins with in a command.
LOCAL = "file:"
ENDING = ".picture"
#: How a window names a picture that is kept for it.
HELD = "discord-picture:"
#: What a kill left behind is removed at the next start, once it is so old; a window's picture is kept for so long.
LEFT_S = 3600
HELD_S = 24 * 3600
#: Files that are fetched at one time for windows; whoever opens more waits.
MOST_AT_ONCE = 4
#: Where Discord keeps files.
CDN = frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})
_NAME = re.compile(r"held-[0-9]{1,20}")


class Attachments:
    """Fetches pictures and texts."""

    def __init__(self, folder: Path, clock: Clock, *, doors: Collection[str] = CDN) -> None:
        """``folder`` is one that the pictures' store may read from; ``doors`` are where files may be fetched from."""
        self._folder = folder.absolute()
        self._clock = clock
        self._doors = frozenset(doors)
        self._few = asyncio.Semaphore(MOST_AT_ONCE)
        #: By name: what is being fetched for a window.
        self._coming: dict[str, asyncio.Task[str | None]] = {}

    @asynccontextmanager
    async def pictures(self, files: Sequence[discord.Attachment]) -> AsyncIterator[tuple[str, ...]]:
        """The pictures, as the options of an order name them; removed from our disk at the end.

        Raises:
            PictureRefused: too many, too large, no picture, gone, or not to be had now.
        """
        _require_few(files)
        fetched: list[Path] = []
        try:
            for file in files:
                _require_picture(file)
                await self._keep(await self._read(file), file.filename, fetched)
            yield tuple(f"{LOCAL}{path}" for path in fetched)
        finally:
            for path in fetched:
                path.unlink(missing_ok=True)

    async def document(self, file: discord.Attachment) -> str:
        """The text in a file: a list of drafts. Characters that are no UTF-8 are replaced.

        Raises:
            PictureRefused: too large, gone, or not to be had now.
        """
        _require_small(file)
        return (await self._read(file)).decode("utf-8-sig", errors="replace")

    def hold(self, files: Sequence[discord.Attachment]) -> tuple[str, ...]:
        """Names for the pictures of a window, which are fetched meanwhile and kept for a day.

        Raises:
            PictureRefused: too many, no picture, or too large.
        """
        _require_few(files)
        for file in files:
            _require_picture(file)
        return tuple(map(self._begin, files))

    async def held(self, names: Sequence[str]) -> tuple[str, ...]:
        """The pictures of a window, as the options of an order name them; any other text stays as it is.

        Raises:
            PictureRefused: one was not to be had, or is not kept any more.
        """
        return tuple([await self._found(name) if name.startswith(HELD) else name for name in names])

    async def finish(self) -> None:
        """Wait for what is being fetched."""
        await asyncio.gather(*self._coming.values(), return_exceptions=True)

    def tidy(self) -> None:
        """Remove what a kill left behind, and what no window needs any more."""
        now_s = self._clock.now() / 1000
        for path in self._folder.glob(f"*{ENDING}"):
            kept_s = HELD_S if _NAME.fullmatch(path.stem) else LEFT_S
            if path.stat().st_mtime < now_s - kept_s:
                path.unlink(missing_ok=True)

    def _begin(self, file: discord.Attachment) -> str:
        name = f"held-{file.id}"
        if name not in self._coming:
            task = self._coming[name] = asyncio.create_task(self._fetch(name, file))
            task.add_done_callback(lambda _: self._coming.pop(name, None))
        return f"{HELD}{name}"

    async def _fetch(self, name: str, file: discord.Attachment) -> str | None:
        """The sentence that says why it could not be fetched, if it could not."""
        path, fetched = self._path(name), list[Path]()
        async with self._few:
            try:
                self.tidy()
                await self._keep(await self._read(file), file.filename, fetched)
                fetched.pop().replace(path)
            except PictureRefused as refused:
                return refused.sentence
            finally:
                for each in fetched:
                    each.unlink(missing_ok=True)
        return None

    async def _found(self, named: str) -> str:
        name = named.removeprefix(HELD)
        if (coming := self._coming.get(name)) is not None and (sentence := await asyncio.shield(coming)):
            raise PictureRefused(sentence)
        if not _NAME.fullmatch(name) or not await asyncio.to_thread(self._path(name).is_file):
            raise PictureRefused(words.gone())
        return f"{LOCAL}{self._path(name)}"

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{ENDING}"

    async def _read(self, file: discord.Attachment) -> bytes:
        """The bytes; nobody but Discord is asked for them.

        Raises:
            PictureRefused
        """
        if _door(file.url) not in self._doors:
            log.warning("a file is not where Discord keeps files")
            raise PictureRefused(words.gone(file.filename))
        try:
            async with asyncio.timeout(FETCH_S):
                content = await file.read()
        except (discord.NotFound, discord.Forbidden):
            raise PictureRefused(words.gone(file.filename)) from None
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("a file was not fetched: %s", type(error).__name__)
            raise PictureRefused(words.not_fetched(file.filename)) from None
        if len(content) > MOST_BYTES:
            raise PictureRefused(words.too_large(file.filename, MOST_BYTES))
        return content

    async def _keep(self, content: bytes, name: str, fetched: list[Path]) -> None:
        """Write it to a file of ours, whose name no person has written."""
        try:
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
            handle, path = await asyncio.to_thread(mkstemp, dir=self._folder, suffix=ENDING)
            fetched.append(Path(path))
            with os.fdopen(handle, "wb") as file:
                await asyncio.to_thread(file.write, content)
        except OSError as error:
            log.exception("a picture cannot be kept")
            raise PictureRefused(words.not_kept(name)) from error


def _door(address: str) -> str:
    """Scheme, host and port; nothing where it is no address, or names somebody."""
    try:
        found = urlsplit(address)
        port = f":{found.port}" if found.port is not None else ""
    except ValueError:
        return ""
    return "" if found.username else f"{found.scheme}://{found.hostname}{port}"


def _require_few(files: Sequence[discord.Attachment]) -> None:
    if len(files) > MOST_PICTURES:
        raise PictureRefused(words.too_many(MOST_PICTURES))


def _require_small(file: discord.Attachment) -> None:
    if file.size > MOST_BYTES:
        raise PictureRefused(words.too_large(file.filename, MOST_BYTES))


def _require_picture(file: discord.Attachment) -> None:
    """It may be a picture, by what Discord says of it; the pictures' store looks at the bytes."""
    if file.content_type and not file.content_type.startswith("image/"):
        raise PictureRefused(words.no_picture(file.filename))
    _require_small(file)
