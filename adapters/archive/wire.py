"""How a bucket's server is talked with: by the settings alone, and for as long as something moves."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES

#: Seconds for a connection, and between any two pieces of a file: the last pieces of an upload are with the system
#: before they are on the line.
CONNECT_S, SILENCE_S = 5.0, 60.0
#: A call that failed by the network or by the server's load is made once more.
MOST_ATTEMPTS = 2
CONNECTIONS = 10


@cache
def session() -> AioSession:
    """A session without anything that the environment or files of this account say: all of it is set here.

    It is made once, because it reads a description of S3 that is larger than everything else here.
    """
    unset = {
        name: (None, None, default, convert)
        for name, (_, _, default, convert) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
    }
    nothing = (None, None, os.devnull, None)
    return AioSession(session_vars={**unset, "config_file": nothing, "credentials_file": nothing})


def config(addressing: str) -> AioConfig:
    """How calls are made; ``addressing`` is ``path`` or ``virtual``. Whoever calls bounds the time of the whole."""
    return AioConfig(
        signature_version="s3v4",
        connect_timeout=CONNECT_S,
        read_timeout=None,
        max_pool_connections=CONNECTIONS,
        retries={"total_max_attempts": MOST_ATTEMPTS, "mode": "standard"},
        proxies={},
        ignore_configured_endpoint_urls=True,
        # The checksum of the whole file goes with it; signing the bytes as well would read them twice.
        s3={"addressing_style": addressing, "payload_signing_enabled": False},
        # Others than Amazon's server need not know the library's newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class Watched(io.FileIO):
    """A file that tells whenever some of it is read."""

    def __init__(self, path: Path, moved: Callable[[], None]) -> None:
        """Open it."""
        super().__init__(path, "rb")
        self._moved = moved

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and tell."""
        self._moved()
        return super().read(size)


@contextlib.asynccontextmanager
async def while_it_moves() -> AsyncIterator[Callable[[], None]]:
    """Go on as long as what is given is called, from any thread, before ``SILENCE_S`` are over.

    The library's own limit does not know that an upload is under way while the server says nothing.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(SILENCE_S) as limit:

        def put_off() -> None:
            # What is read at the very end comes too late for this.
            with contextlib.suppress(RuntimeError):
                limit.reschedule(loop.time() + SILENCE_S)

        def moved() -> None:
            loop.call_soon_threadsafe(put_off)

        yield moved
