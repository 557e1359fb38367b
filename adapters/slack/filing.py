"""The calls about files: an upload's three steps, what became of a file, and its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import NO_THREAD, code_of, translated
from adapters.slack.text import FOLDED
from bot.core.errors import ChatBusy, ChatError, FileTooLarge, MessageGone
from bot.core.ports import Clock

T = TypeVar("T")
Info = Mapping[str, Any]
Block = dict[str, Any]

#: Slack has no such file, or no longer.
GONE = frozenset({"file_not_found", "file_deleted"})
#: The message of a share cannot have these blocks; nothing was shared.
NOT_SHOWN = frozenset({"invalid_blocks", "invalid_blocks_format", "slack_file_not_found", "invalid_slack_file"})
#: By these Slack does not say whether it did what it was asked.
NOT_KNOWN = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable", "unknown_error"})
#: Statuses of the address that takes the bytes.
OK, ENTITY_TOO_LARGE, TOO_MANY, SERVER_FAULT = 200, 413, 429, 500
BUSY_AGAIN_S = 5.0
#: A file is looked at again so soon, and then at pauses doubled up to the last.
FIRST_LOOK_S = 0.2
LAST_LOOK_S = 4.0


class WordsRefused(ChatError):
    """The share's message cannot have these blocks; nothing was shared."""


class ThreadGone(ChatError):
    """There is no such thread any more; nothing was shared."""


class BytesGone(ChatError):
    """Slack no longer has what was uploaded; nothing was shared."""


class NotKnown(ChatError):
    """Whether it was shared is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Leave to upload a file. Whoever knows the address may upload: it is shown and noted nowhere."""

    file: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Where a file is to be seen, and what is said with it, if anything: blocks, or else plain words."""

    channel: str
    thread: str | None = None
    blocks: Sequence[Block] = ()
    words: str = ""


class Filing:
    """One workspace's files. Every method raises only ChatError and its children."""

    def __init__(self, client: AsyncWebClient, clock: Clock, *, bytes_s: float) -> None:
        """``bytes_s`` is the longest that a file's bytes may take, in seconds."""
        self._client = client
        self._clock = clock
        self._bytes_s = bytes_s

    async def ticket(self, name: str, path: Path) -> Ticket:
        """Begin an upload of the file, under a name.

        Raises:
            FileTooLarge
        """
        size = (await _on_disk(path.stat)).st_size
        with translated():
            answer = await self._client.api_call("files.getUploadURLExternal", data={"filename": name, "length": size})
        return Ticket(file=str(answer["file_id"]), address=str(answer["upload_url"]))

    async def send(self, ticket: Ticket, path: Path) -> None:
        """Send the bytes, as they are read from the disk.

        Raises:
            FileTooLarge
            ChatBusy: they did not arrive; nobody sees anything of them.
        """
        file = await _on_disk(lambda: path.open("rb"))
        limit = aiohttp.ClientTimeout(total=self._bytes_s)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.post(
                    ticket.address,
                    data=file,
                    allow_redirects=False,
                    proxy=self._client.proxy,
                    ssl=self._client.ssl or True,
                ) as answer,
            ):
                _require_taken(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            msg = f"the bytes did not reach Slack: {type(error).__name__}"  # The text has the address in it.
            raise ChatBusy(msg, retry_after_s=BUSY_AGAIN_S) from None
        finally:
            await asyncio.to_thread(file.close)

    async def complete(self, file: str, title: str, share: Share | None) -> None:
        """End an upload: share it, or keep it for pictures in messages. Slack does it some time after its answer.

        Raises:
            WordsRefused, ThreadGone, BytesGone, FileTooLarge, ChatBusy, ChatClosed: nothing was shared.
            NotKnown
        """
        asked: dict[str, Any] = {"files": json.dumps([{"id": file, "title": title}])}
        if share:
            asked |= {"channel_id": share.channel}
            asked |= {"thread_ts": share.thread} if share.thread else {}
            if share.blocks:  # Slack ignores them beside a comment.
                asked["blocks"] = json.dumps(list(share.blocks))
            elif share.words:
                asked["initial_comment"] = share.words
        with translated():
            try:
                await self._client.api_call("files.completeUploadExternal", data=asked)
            except SlackApiError as error:
                raise _not_completed(error) from None
            except (aiohttp.ClientError, OSError) as error:  # A timeout is one of them.
                msg = f"Slack did not answer to the end of an upload: {type(error).__name__}"
                raise NotKnown(msg) from None

    async def info(self, file: str) -> Info | None:
        """What Slack says of the file; ``None``: there is none, or its upload was never completed."""
        with translated():
            try:
                answer = await self._client.api_call("files.info", params={"file": file})
            except SlackApiError as error:
                if code_of(error) in GONE:
                    return None
                raise
        info: Info = answer["file"]
        return None if info.get("mode") == "tombstone" else info

    async def look(self, file: str, found: Callable[[Info | None], T | None], *, within_s: float) -> T | None:
        """Look at the file until ``found`` finds something in what Slack says of it; ``None``: not in that time."""
        until, pause = self._clock.monotonic() + within_s, FIRST_LOOK_S
        while (it := found(await self.info(file))) is None and self._clock.monotonic() + pause <= until:
            await self._clock.sleep(pause)
            pause = min(2 * pause, LAST_LOOK_S)
        return it

    async def tell(self, person: str, words: str) -> str:
        """Say mrkdwn to a person alone; the channel of our direct messages, which no scope of ours may ask for.

        Raises:
            ChatClosed: they take none.
        """
        with translated():
            return str((await self._client.chat_postMessage(channel=person, text=words, **FOLDED))["channel"])

    async def delete(self, file: str) -> None:
        """Remove the file, wherever it was shared; one that is not there is not an error."""
        with translated():
            try:
                await self._client.api_call("files.delete", data={"file": file})
            except SlackApiError as error:
                if code_of(error) not in GONE:
                    raise

    async def message(self, channel: str, ts: str) -> Info | None:
        """A message's content; ``None``: it does not stand.

        Histories are not ours to read; with its reactions Slack gives the message itself.
        """
        with translated():
            try:
                answer = await self._client.api_call("reactions.get", params={"channel": channel, "timestamp": ts})
            except SlackApiError as error:
                if code_of(error) == "message_not_found":
                    return None
                raise
        message: Info = answer["message"]
        return message

    async def rewrite(self, channel: str, ts: str, blocks: Sequence[Block], words: str) -> None:
        """Give a message other blocks; its files stay. One that is not there is not an error."""
        with suppress(MessageGone), translated():
            await self._client.chat_update(channel=channel, ts=ts, blocks=list(blocks), text=words)


def seen_at(info: Info | None, channel: str) -> str | None:
    """The first message by which the channel sees the file, if it does."""
    shares: Mapping[str, Mapping[str, Sequence[Info]]] = (info or {}).get("shares") or {}
    found = [str(each["ts"]) for kind in shares.values() for each in kind.get(channel, ())]
    return min(found, key=float, default=None)


def _require_taken(answer: aiohttp.ClientResponse) -> None:
    """The bytes were taken.

    Raises:
        FileTooLarge, ChatBusy
    """
    if answer.status == ENTITY_TOO_LARGE:
        msg = "Slack does not take a file of this size"
        raise FileTooLarge(msg)
    if answer.status != OK:
        after = answer.headers.get("Retry-After", "") if answer.status == TOO_MANY else ""
        msg = f"Slack answers to a file's bytes with HTTP {answer.status}"
        raise ChatBusy(msg, retry_after_s=float(after) if after.isdecimal() else BUSY_AGAIN_S)


def _not_completed(error: SlackApiError) -> Exception:
    code, status = code_of(error), getattr(error.response, "status_code", OK)
    if code in NOT_KNOWN or status >= SERVER_FAULT or not (code or status == TOO_MANY):
        return NotKnown(f"Slack answers to the end of an upload with {code or status}")
    if code in NOT_SHOWN:
        return WordsRefused(f"Slack does not show the words of a clip: {code}")
    if code in NO_THREAD:
        return ThreadGone(f"a clip's thread does not stand: {code}")
    if code in GONE:
        return BytesGone("Slack no longer has the uploaded bytes")
    return error


async def _on_disk(deed: Callable[[], T]) -> T:
    """Do something with a file of ours.

    Raises:
        ChatBusy: the disk does not give it.
    """
    try:
        return await asyncio.to_thread(deed)
    except OSError as error:
        msg = f"the file cannot be read: {error.strerror or error}"
        raise ChatBusy(msg, retry_after_s=BUSY_AGAIN_S) from error
