"""The processes in which clips are read: one for each task, limited, ended at its time, a few at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import bot
from bot.core.errors import ClipDamaged
from bot.media.errors import MediaUnavailable
from bot.media.limits import Limits
from bot.media.worker import READY, TOLD_EVERY

#: It takes a core for a second or so, and its memory limit at worst. One at a time, and one that encodes beside it:
#: with both cores of a small machine taken by clips, whoever types or presses waits for the processor.
WORKERS_AT_ONCE = 1
#: An answer is some numbers; more than this is rubbish.
LONGEST_LINE_BYTES = 1 << 16
LONGEST_REASON = 200
#: The share of its time that a worker may spend computing: so a clip that is too much work ends by the
#: processor's clock, which blames the clip, before the wall's, which blames the machine.
CPU_SHARE = 0.75

#: No user site, nothing from the working directory, and no compiled files, which it may not write.
PROGRAM = (sys.executable, "-s", "-P", "-B", "-m", "bot.media.worker")
#: How the signals by which a decoder dies read; every other end is not the clip's fault.
CRASHES: dict[int, str] = {
    signal.SIGXCPU: "it takes too long to decode",
    **dict.fromkeys(
        (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP),
        "it makes the decoder crash",
    ),
}
#: All that a worker is told of our environment, where it is set: how this interpreter finds its libraries.
PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME")

OnProgress = Callable[[float], None]


class Workers:
    """Where tasks are run; at most ``at_once`` of them, the others wait their turn."""

    def __init__(self, *, at_once: int = WORKERS_AT_ONCE, program: Sequence[str] = PROGRAM) -> None:
        """``program`` is what is executed, with the limits as its last argument."""
        self._places = asyncio.Semaphore(at_once)
        self._program = tuple(program)

    async def run(
        self,
        request: Mapping[str, object],
        *,
        timeout_s: float,
        file_bytes: int = 0,
        on_progress: OnProgress = lambda _: None,
        apart: asyncio.Semaphore | None = None,
    ) -> dict[str, Any]:
        """The facts that a worker finds; ``request`` names the ``task``, and what it is about.

        Waiting for a place does not count against ``timeout_s``. Cancelled, or late, the worker is killed with
        its group and reaped before this returns. It may write files of ``file_bytes`` at most. ``on_progress``
        is told which part is done, from 0 to 1: it only grows, and by a hundredth at least. What takes long has its
        places ``apart``, so that nothing short waits for it.

        Raises:
            ClipDamaged: the clip is bad, or reading it needs more memory or work than a clip may.
            MediaUnavailable: the worker could not do it, for reasons that say nothing of the clip.
        """
        limits = Limits(cpu_s=math.ceil(timeout_s * CPU_SHARE), file_bytes=file_bytes)
        async with apart or self._places:
            process = await self._start(limits)
            try:
                async with asyncio.timeout(timeout_s):
                    return _facts(await _converse(process, request, on_progress))
            except TimeoutError as late:
                msg = f"reading a clip took longer than {timeout_s:g} s"
                raise MediaUnavailable(msg) from late
            finally:
                await _end(process)

    async def _start(self, limits: Limits) -> Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._program,
                limits.text(),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=_environment(),
                limit=LONGEST_LINE_BYTES,
                start_new_session=True,
            )
        except OSError as error:
            msg = f"no process can be started: {error.strerror}"
            raise MediaUnavailable(msg) from error


def _environment() -> dict[str, str]:
    """Nothing secret: where our code is, and what the interpreter itself needs."""
    ours = str(Path(bot.__file__).parent.parent)
    path = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))
    return {"LANG": "C.UTF-8", "PYTHONPATH": path} | {
        name: os.environ[name] for name in PASSED_ON if name in os.environ
    }


async def _converse(process: Process, request: Mapping[str, object], on_progress: OnProgress) -> dict[str, Any]:
    """Hand the request over, and take the answer."""
    assert process.stdin  # noqa: S101  # it was asked for at the start
    process.stdin.write(json.dumps(request).encode() + b"\n")
    with contextlib.suppress(ConnectionError):
        await process.stdin.drain()
    process.stdin.close()
    if await _line(process) != READY:
        msg = "the worker did not start"
        raise MediaUnavailable(msg)
    return await _answer(process, on_progress) or await _died(process)


async def _answer(process: Process, on_progress: OnProgress) -> dict[str, Any]:
    """The first line that is no progress; whatever a worker says of that is taken with care."""
    told = 0.0
    while True:
        said = await _line(process)
        match said:
            case {"progress": int() | float() as done} if len(said) == 1:
                if told + TOLD_EVERY <= done <= 1:
                    told = done
                    on_progress(done)
            case _:
                return said


async def _line(process: Process) -> dict[str, Any]:
    """The next line; empty at the end.

    Raises:
        MediaUnavailable: too long, or no JSON object.
    """
    assert process.stdout  # noqa: S101  # it was asked for at the start
    try:
        said = await process.stdout.readline()
        answer = json.loads(said or "{}")
    except (ValueError, RecursionError) as error:
        msg = "the worker's answer cannot be read"
        raise MediaUnavailable(msg) from error
    if not isinstance(answer, dict):
        msg = "the worker's answer is not one"
        raise MediaUnavailable(msg)
    return answer


async def _died(process: Process) -> dict[str, Any]:
    """What its end says, when it came after *ready* and without an answer."""
    code = await process.wait()
    if damage := CRASHES.get(-code):  # a negative code is a signal's number
        return {"damaged": damage}
    return {"unavailable": f"the worker ended with {code} and no answer"}


def _facts(answer: Mapping[str, Any]) -> dict[str, Any]:
    match answer:
        case {"facts": dict(facts)}:
            return facts
        case {"damaged": str(why)}:
            raise ClipDamaged(why[:LONGEST_REASON])
        case {"unavailable": str(why)}:
            raise MediaUnavailable(why[:LONGEST_REASON])
        case _:
            msg = "the worker's answer is not one"
            raise MediaUnavailable(msg)


async def _end(process: Process) -> None:
    """Kill what is left of it, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(_reap(process))


async def _reap(process: Process) -> None:
    """Read on to the end, so that its pipes are closed; a dead process has a pipe's content left at most."""
    assert process.stdout  # noqa: S101  # it was asked for at the start
    while await process.stdout.read(LONGEST_LINE_BYTES):
        pass
    await process.wait()
