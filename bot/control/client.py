"""Asking the process that has the rows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.control.address import connected
from bot.control.protocol import LONGEST_ANSWER_BYTES, Failed, Unreadable, read, written

#: The first line has to come within so long, every further one too: whoever works says so meanwhile.
PATIENCE_S = 600.0


class NobodyThere(Exception):
    """No process serves this socket."""


class ControlError(Exception):
    """A process is there, and what it says is no answer; ``str()`` is a sentence with the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the process said, and which one it was."""

    pid: int
    answer: dict[str, Any]


async def request(
    path: Path, verb: str, arguments: Mapping[str, Any], *, rows: str, said: Callable[[str], None]
) -> Answered:
    """Have the process at the socket carry a verb out; ``said`` takes its progress.

    Raises:
        NobodyThere: no socket, or nobody behind it.
        Failed: it was not carried out; the sentence is the process's.
        ControlError: it did not answer in our language, or went away.
    """
    reader, writer = await _open(path)
    try:
        writer.write(written(at=rows, verb=verb, arguments=dict(arguments)))
        await writer.drain()
        while True:
            async with asyncio.timeout(PATIENCE_S):
                line = await reader.readuntil(b"\n")
            match read(line):
                case {"is": "progress", "text": str(text)}:
                    said(text)
                case {"is": "answer", "pid": int(pid), "answer": dict(answer)}:
                    return Answered(pid=pid, answer=answer)
                case {"is": "failed", "text": str(text)}:
                    raise Failed(text)
                case _:
                    raise ControlError(_not_understood("it is no answer"))
    except Unreadable as error:
        raise ControlError(_not_understood(str(error))) from error
    except (ConnectionError, asyncio.IncompleteReadError) as error:
        msg = "The process that runs went away before it had answered; ask again."
        raise ControlError(msg) from error
    except (TimeoutError, asyncio.LimitOverrunError) as error:
        msg = "The process that runs does not answer; look at its log, or stop it and ask again."
        raise ControlError(msg) from error
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _open(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        return await asyncio.open_unix_connection(sock=connected(path), limit=LONGEST_ANSWER_BYTES)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
        raise NobodyThere from error
    except OSError as error:
        why = error.strerror or str(error)
        msg = f"The control socket {path} cannot be used: {why}. Run this as the user who runs Dailies."
        raise ControlError(msg) from error


def _not_understood(why: str) -> str:
    return f"The process that runs was not understood: {why}."
