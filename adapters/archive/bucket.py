"""A bucket of an S3-compatible server: one object at a time, each call within its time."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import aiohttp
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from adapters.archive.disk import CHUNK_BYTES
from adapters.archive.place import BucketPlace
from adapters.archive.reasons import code_of, reason, status_of
from adapters.archive.wire import Watched, config, session, while_it_moves
from bot.core.errors import ArchiveError

#: Seconds for a call that carries no file.
CALL_S = 30.0
#: A call with a file has a second more for so many bytes; one that copies within the server has so much.
LEAST_BYTES_PER_S, COPY_S = 200_000, 600.0
#: What S3 takes in one piece; a server may take less.
LARGEST_BYTES = 5 * 1024**3
#: The longest that a signed address holds.
LONGEST_LINK_S = 7 * 24 * 3600
#: Under which an object says what its bytes have to be.
SHA256 = "sha256"
#: As a server writes a checksum of one piece, in base 64.
SHA256_LETTERS = 44
MISSING = 404
#: What a call ends with that the server, the network or something that is no S3 server has spoilt.
FAILURES = (
    aiohttp.ClientError,
    BotoCoreError,
    ClientError,
    ConnectionError,
    KeyError,
    ResponseParserError,
    TimeoutError,
)
CONTENT_TYPES = {".mp4": "video/mp4", ".jpg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object that is there."""

    size: int
    #: As hexadecimal digits; ``None`` for one that another tool has put there.
    sha256: str | None


class Bucket:
    """The objects under a prefix; the connection is made when it is first needed, and closed by ``close``.

    Nothing of it comes from the environment or from this machine's accounts: no key, no proxy, no address.
    """

    def __init__(self, place: BucketPlace) -> None:
        """``place`` says where it is, and has the key."""
        self._place = place
        self._stack = contextlib.AsyncExitStack()
        self._clients: dict[str | None, Any] = {}
        self._opening = asyncio.Lock()
        #: Whether the bucket itself has been seen.
        self._seen = False

    async def close(self) -> None:
        """Let go of the connections."""
        self._clients.clear()
        await self._stack.aclose()

    async def head(self, name: str) -> Found | None:
        """What is known of an object, without its bytes; ``None`` when there is none.

        Raises:
            ArchiveError
        """
        async with self._asked("read") as client:
            try:
                answer = await client.head_object(**self._named(name), ChecksumMode="ENABLED")
            except ClientError as error:
                missing = status_of(error) == MISSING
                await self._require_bucket(client, missing=missing)
                if missing:
                    return None
                raise
            own = answer.get("Metadata", {}).get(SHA256)
            return Found(size=answer["ContentLength"], sha256=_as_hex(answer.get("ChecksumSHA256")) or own)

    async def put(self, source: Path, name: str, *, size: int, sha256: str) -> bool:
        """Write an object that is not there yet, read from the disk piece by piece; ``False`` when one is.

        The server compares the checksum where it knows how to.

        Raises:
            ArchiveError
        """
        if size > LARGEST_BYTES:
            msg = f"{name} was not archived: {size:,} bytes are more than S3 takes in one piece ({LARGEST_BYTES:,})"
            raise ArchiveError(msg)
        facts = {
            **self._named(name),
            "ContentLength": size,
            "ContentType": CONTENT_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream"),
            "Metadata": {SHA256: sha256},
            "ChecksumSHA256": base64.b64encode(bytes.fromhex(sha256)).decode(),
        }
        async with self._asked("written", more_s=size / LEAST_BYTES_PER_S) as client:
            try:
                await _put(client, source, {**facts, "IfNoneMatch": "*"})
            except ClientError as error:
                match code_of(error):
                    case "PreconditionFailed" | "ConditionalRequestConflict" | "412" | "409":
                        return False
                    case "NotImplemented" | "501":
                        # A server that knows no condition: whoever asks has looked, and nobody else writes here.
                        await _put(client, source, facts)
                    case _:
                        raise
        return True

    async def get(self, name: str, write: Callable[[bytes], object], *, size: int) -> bool:
        """Give the bytes of an object to ``write``, in threads, until there are more than ``size``; ``False``: none.

        Raises:
            ArchiveError
            OSError: what ``write`` raises.
        """
        async with self._asked("read", more_s=size / LEAST_BYTES_PER_S) as client:
            try:
                answer = await client.get_object(**self._named(name))
            except ClientError as error:
                if code_of(error) in ("NoSuchKey", "404"):
                    return False
                raise
            async with answer["Body"] as body, while_it_moves() as moved:
                read = 0
                async for piece in _pieces(body, moved):
                    read += len(piece)
                    await asyncio.to_thread(write, piece)
                    if read > size:
                        break
        return True

    async def delete(self, name: str) -> None:
        """Remove an object; one that is not there is not an error.

        Raises:
            ArchiveError
        """
        async with self._asked("written") as client:
            await client.delete_object(**self._named(name))

    async def move(self, name: str, to: str) -> None:
        """Give an object another name, within the server.

        Raises:
            ArchiveError
        """
        source = {"Bucket": self._place.bucket, "Key": f"{self._place.prefix}{name}"}
        async with self._asked("written", more_s=COPY_S) as client:
            await client.copy_object(**self._named(to), CopySource=source)
            await client.delete_object(**self._named(name))

    async def names(self) -> AsyncIterator[str]:
        """The name of every object under the prefix, a page at a time.

        Raises:
            ArchiveError
        """
        after: dict[str, str] = {}
        while True:
            async with self._asked("read") as client:
                page = await client.list_objects_v2(Bucket=self._place.bucket, Prefix=self._place.prefix, **after)
            for each in page.get("Contents", ()):
                yield each["Key"].removeprefix(self._place.prefix)
            if not page.get("IsTruncated"):
                return
            after = {"ContinuationToken": page["NextContinuationToken"]}

    async def link(self, name: str, *, shown_as: str, seconds: int) -> str:
        """A signed address, at the server's public one, that gives the object for so long; nothing is asked.

        Raises:
            ArchiveError
        """
        async with self._asked("read", at=self._place.public_url or self._place.endpoint) as client:
            address: str = await client.generate_presigned_url(
                "get_object",
                Params={
                    **self._named(name),
                    "ResponseContentDisposition": _disposition(shown_as),
                    "ResponseContentType": CONTENT_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream"),
                },
                ExpiresIn=min(seconds, LONGEST_LINK_S),
            )
        return address

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self._place.bucket, "Key": f"{self._place.prefix}{name}"}

    async def _require_bucket(self, client: Any, *, missing: bool) -> None:
        """Have the server say why: the answer to a HEAD has no words, and of a missing bucket it is that of a file."""
        if missing and self._seen:
            return
        await client.list_objects_v2(Bucket=self._place.bucket, Prefix=self._place.prefix, MaxKeys=1)
        self._seen = True

    @contextlib.asynccontextmanager
    async def _asked(self, done: str, *, more_s: float = 0.0, at: str | None = None) -> AsyncIterator[Any]:
        """The client, for one call with its time; what goes wrong becomes what can be done about it."""
        try:
            async with asyncio.timeout(CALL_S + more_s):
                yield await self._client(at or self._place.endpoint)
        except FAILURES as error:
            msg = f"The archive of finished clips ({self._place}) cannot be {done}: {reason(error)}"
            raise ArchiveError(msg) from error

    async def _client(self, endpoint: str | None) -> Any:
        async with self._opening:
            if endpoint not in self._clients:
                made = session().create_client(
                    "s3",
                    region_name=self._place.region,
                    endpoint_url=endpoint,
                    aws_access_key_id=self._place.key_id,
                    aws_secret_access_key=self._place.secret,
                    config=config(self._place.addressing),
                )
                self._clients[endpoint] = await self._stack.enter_async_context(made)
            return self._clients[endpoint]


async def _put(client: Any, source: Path, facts: dict[str, Any]) -> None:
    async with while_it_moves() as moved:
        with await asyncio.to_thread(Watched, source, moved) as body:
            await client.put_object(**facts, Body=body)


async def _pieces(body: Any, moved: Callable[[], None]) -> AsyncIterator[bytes]:
    """The bytes of an answer in pieces that are worth a thread."""
    gathered = bytearray()
    async for piece in body.iter_chunks(CHUNK_BYTES):
        moved()
        gathered += piece
        if len(gathered) >= CHUNK_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


def _as_hex(checksum: str | None) -> str | None:
    """The server's own checksum; one of parts says nothing of the whole."""
    return base64.b64decode(checksum).hex() if checksum and len(checksum) == SHA256_LETTERS else None


def _disposition(name: str) -> str:
    """Played where it is opened, saved under the name."""
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\' else "_" for one in name)
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
