"""Pictures from people: fetched from Slack with the bot's token into a folder of ours, for one order."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import ClientOf
from adapters.slack.filing import Filing, Info
from bot.core.errors import ChatBusy, ChatError, PictureRefused
from bot.core.ports import Clock
from bot.core.sentences import files as words

log = logging.getLogger(__name__)

#: As the provider takes it, and Slack's own limit in a modal.
MOST_BYTES = 10 * (1 << 20)
#: A start picture, or references.
MOST_PICTURES = 9
FETCH_S = 30.0
PIECE_BYTES = 1 << 16
#: What a picture's path begins with in a command.
LOCAL = "file:"
ENDING = ".picture"
#: What a kill left behind is removed at the next start, once it is so old.
LEFT_S = 3600
OK = 200


class Fetching:
    """Fetches pictures by the ids of their files."""

    def __init__(self, client_of: ClientOf, folder: Path, clock: Clock) -> None:
        """``folder`` is the one that the pictures' store may read from, and nobody else's."""
        self._client_of = client_of
        self._folder = folder.absolute()
        self._clock = clock

    @asynccontextmanager
    async def pictures(self, files: Sequence[str], *, team: str) -> AsyncIterator[tuple[str, ...]]:
        """The pictures of these files, as the options of an order name them; removed from our disk at the end.

        Raises:
            PictureRefused: too many, too large, no picture, gone, not for the bot to see, or not to be had now.
        """
        if len(files) > MOST_PICTURES:
            raise PictureRefused(words.too_many(MOST_PICTURES))
        fetched: list[Path] = []
        try:
            for file in files:
                await self._fetch(file, team, fetched)
            yield tuple(f"{LOCAL}{path}" for path in fetched)
        finally:
            for path in fetched:
                path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what a kill left behind."""
        before = self._clock.now() / 1000 - LEFT_S
        for path in self._folder.glob(f"*{ENDING}"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)

    async def _fetch(self, file: str, team: str, fetched: list[Path]) -> None:
        client = self._client_of(team)
        try:
            info = await Filing(client, self._clock, bytes_s=FETCH_S).info(file)
        except ChatError as error:
            # Of a file in a conversation without the bot Slack says so in several ways.
            log.warning("a picture cannot be seen: %s", error)
            raise PictureRefused(words.not_fetched("") if isinstance(error, ChatBusy) else words.gone()) from error
        name = str((info or {}).get("name") or "")
        address = _address(client, info)
        if not info or not address:
            raise PictureRefused(words.gone(name))
        _require_picture(info, name)
        await self.download(client, address, name, fetched)

    async def download(self, client: AsyncWebClient, address: str, name: str, fetched: list[Path]) -> None:
        """Write what is at an address of Slack's to a file, which is in ``fetched`` as soon as it is there.

        Raises:
            PictureRefused
        """
        limit = aiohttp.ClientTimeout(total=FETCH_S)
        headers = {"Authorization": f"Bearer {client.token}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, headers=headers) as session,
                session.get(address, allow_redirects=False, proxy=client.proxy, ssl=client.ssl or True) as answer,
            ):
                # Slack leads whoever may not see a file to a page where one signs in.
                if answer.status != OK or answer.content_type == "text/html":
                    raise PictureRefused(words.gone(name))
                await self._keep(answer.content.iter_chunked(PIECE_BYTES), name, fetched)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("a picture was not fetched: %s", type(error).__name__)
            raise PictureRefused(words.not_fetched(name)) from None

    async def _keep(self, pieces: AsyncIterator[bytes], name: str, fetched: list[Path]) -> None:
        """Write them to a file of ours, whose name no person has written."""
        size = 0
        try:
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
            handle, path = await asyncio.to_thread(mkstemp, dir=self._folder, suffix=ENDING)
            fetched.append(Path(path))
            with os.fdopen(handle, "wb") as file:
                async for piece in pieces:
                    size += len(piece)
                    if size > MOST_BYTES:
                        raise PictureRefused(words.too_large(name, MOST_BYTES))
                    await asyncio.to_thread(file.write, piece)
        except aiohttp.ClientError:
            raise
        except OSError as error:
            log.exception("a picture cannot be kept")
            raise PictureRefused(words.not_kept(name)) from error


def _address(client: AsyncWebClient, info: Info | None) -> str | None:
    """Where the bytes are, if that is at Slack's: nobody else ever sees the token."""
    found: Any = info or {}
    address = str(found.get("url_private_download") or found.get("url_private") or "")
    return address if is_slacks(address, client.base_url) else None


def is_slacks(address: str, api: str) -> bool:
    """Whether an address is at the host of the API, or at one below it; by the same scheme and port."""
    try:
        theirs, ours = urlsplit(address), urlsplit(api)
        same_door = (theirs.scheme, theirs.port) == (ours.scheme, ours.port)
    except ValueError:
        return False
    host, home = theirs.hostname or "", ours.hostname or ""
    return same_door and bool(home) and not theirs.username and (host == home or host.endswith(f".{home}"))


def _require_picture(info: Info, name: str) -> None:
    """It may be a picture, by what Slack says of it; the pictures' store looks at the bytes.

    Raises:
        PictureRefused
    """
    kind = str(info.get("mimetype") or "")
    if kind and not kind.startswith("image/"):
        raise PictureRefused(words.no_picture(name))
    if int(info.get("size") or 0) > MOST_BYTES:
        raise PictureRefused(words.too_large(name, MOST_BYTES))
