"""Serving the control socket: its owner alone, a few at once, and nobody who dawdles holds anybody up."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.control.address import SocketTaken, bound
from bot.control.protocol import LONGEST_REQUEST_BYTES, Failed, Operation, Unreadable, request_of, written
from bot.core.errors import StoreError

log = logging.getLogger(__name__)
#: Connections at once; one more is told so.
CLIENTS_AT_ONCE = 8
#: A request has to be there, and a line of the answer to be taken, within so long.
PATIENCE_S = 10.0
#: ``struct ucred``: process, user, group (unix(7)).
CREDENTIALS = struct.Struct("3i")
NO_LINE = "the request has not come, or is longer than a request is"


class ControlServer:
    """Answers requests about one process's rows."""

    def __init__(self, path: Path, *, rows: str, operations: Mapping[str, Operation]) -> None:
        """``rows`` names the rows that are served; a request that means others is turned away."""
        self._path = path
        self._rows = rows
        self._operations = operations
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self._socket: os.stat_result | None = None

    async def start(self) -> bool:
        """Listen; a socket that cannot be made is logged, and keeps nobody from working. Whether it listens."""
        try:
            listening = bound(self._path)
            self._socket = self._path.stat()
            self._server = await asyncio.start_unix_server(self._serve, sock=listening, limit=LONGEST_REQUEST_BYTES)
        except SocketTaken:
            log.warning("another process serves %s: this one cannot be asked while it works", self._path)
        except OSError as error:
            why = error.strerror or str(error)
            log.warning("the control socket %s cannot be made: %s", self._path, why)
        return self._server is not None

    async def close(self) -> None:
        """Stop listening, end what is under way, and remove the socket if it is still ours."""
        if self._server is None:
            return
        self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        with contextlib.suppress(OSError):
            if self._socket is not None and os.path.samestat(self._path.stat(), self._socket):
                self._path.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, from its request to its answer; however it ends, only it is concerned."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # asyncio calls this as a task
        self._clients.add(task)
        try:
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._converse(reader, writer)
        except asyncio.CancelledError:
            pass  # by close(): asyncio would log it as a failure
        finally:
            self._clients.discard(task)
            writer.transport.abort() if task.cancelling() else writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _is_ours(writer.get_extra_info("socket")):
            await _send(writer, **{"is": "failed"}, pid=os.getpid(), text="Only the user who runs Dailies may ask it.")
            return
        if len(self._clients) > CLIENTS_AT_ONCE:
            await _send(writer, **{"is": "failed"}, pid=os.getpid(), text="Too many ask at once; ask again.")
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                line = await reader.readuntil(b"\n")
            rows, verb, arguments = request_of(line)
        except (Unreadable, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as error:
            why = str(error) if isinstance(error, Unreadable) else NO_LINE
            await _send(writer, **{"is": "failed"}, pid=os.getpid(), text=f"The request was not understood: {why}.")
            return
        await self._carry_out(reader, writer, rows, verb, arguments)

    async def _carry_out(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        rows: str,
        verb: str,
        arguments: Mapping[str, Any],
    ) -> None:
        """Do it, unless the client goes away meanwhile."""
        doing = asyncio.ensure_future(self._answer(writer, rows, verb, arguments))
        gone = asyncio.ensure_future(_until_gone(reader))
        try:
            await asyncio.wait({doing, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            doing.cancel()
            results = await asyncio.gather(doing, gone, return_exceptions=True)
        if isinstance(results[0], dict):
            await _send(writer, **results[0])

    async def _answer(
        self, writer: asyncio.StreamWriter, rows: str, verb: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The last line."""

        async def say(text: str) -> None:
            await _send(writer, **{"is": "progress"}, text=text)

        failed = {"is": "failed", "pid": os.getpid()}
        if rows != self._rows:
            return failed | {"text": "This process works with another database; look at DAILIES_DATABASE_URL."}
        if verb not in self._operations:
            return failed | {"text": f"The process that runs does not know {verb!r}; it is of another version."}
        try:
            answer = await self._operations[verb](arguments, say)
        except (Failed, StoreError) as error:
            return failed | {"text": str(error)}
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            log.exception("a defect: the control socket's %s was not carried out", verb)
            return failed | {"text": "It was not carried out, by a defect of Dailies; its log says more."}
        return {"is": "answer", "pid": os.getpid(), "answer": answer}


def _is_ours(peer: socket.socket) -> bool:
    """Whether the client runs as our user; where the system does not say, the socket's mode has to do."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:  # pragma: no cover - not on Linux
        return True
    _, user, _ = CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, option, CREDENTIALS.size))
    return bool(user == os.geteuid())


async def _send(writer: asyncio.StreamWriter, **fields: Any) -> None:
    """Write a line; whoever does not take it in time is let go."""
    writer.write(written(**fields))
    async with asyncio.timeout(PATIENCE_S):
        await writer.drain()


async def _until_gone(reader: asyncio.StreamReader) -> None:
    """Until the client closes; what else it sends is thrown away."""
    with contextlib.suppress(ConnectionError):
        while await reader.read(LONGEST_REQUEST_BYTES):
            pass
