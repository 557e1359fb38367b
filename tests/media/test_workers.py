"""What becomes of workers that do not do as they should; the programs stand in for the real one."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from bot.core.errors import ClipDamaged
from bot.media.errors import MediaUnavailable
from bot.media.workers import Workers

READY = "print('{\"ready\": true}', flush=True); "
REQUEST = {"task": "check", "clip": "clip.mp4"}


def workers(program: str, *, at_once: int = 2) -> Workers:
    return Workers(at_once=at_once, program=(sys.executable, "-c", program))


async def test_answer() -> None:
    """The request goes in as a line, and the facts come out."""
    program = READY + "import json; print(json.dumps({'facts': json.loads(input())}))"
    assert await workers(program).run(REQUEST, timeout_s=10) == REQUEST


async def test_limits_given() -> None:
    """The limits are its last argument: three quarters of the time, and no files unless they are wanted."""
    program = READY + "import sys; print('{\"facts\": %s}' % sys.argv[1])"
    assert await workers(program).run(REQUEST, timeout_s=60, file_bytes=99) == {
        "cpu_s": 45,
        "file_bytes": 99,
        "memory_bytes": 1 << 30,
    }


async def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets nothing of the environment but where the code is."""
    monkeypatch.setenv("MUAPI_API_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    monkeypatch.setenv("PYTHONHOME", sys.base_prefix)
    program = READY + "import json, os; print(json.dumps({'facts': dict(os.environ)}))"
    got = await workers(program).run(REQUEST, timeout_s=10)
    # The interpreter itself adds LC_CTYPE where the locale is plain C.
    assert got.keys() - {"LC_CTYPE"} == {"LANG", "PYTHONPATH", "PYTHONHOME"}
    assert got["PYTHONPATH"] == f"{Path(__file__).parents[2]}:elsewhere"


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("", "the worker did not start"),
        ("raise SystemExit(3)", "the worker did not start"),
        ("import os; os.kill(os.getpid(), 11)", "the worker did not start"),
        ("print('hello')", "the worker's answer cannot be read"),
        ("print('[' * 60_000)", "the worker's answer cannot be read"),
        ("print('[]')", "the worker's answer is not one"),
        ("print('x' * 10_000_000)", "the worker's answer cannot be read"),
        (READY + "print('x' * 10_000_000)", "the worker's answer cannot be read"),
        (READY + "import sys; sys.stdout.buffer.write(b'\\xff\\n')", "the worker's answer cannot be read"),
        (READY + "print('null')", "the worker's answer is not one"),
        (READY + "print('{\"facts\": 3}')", "the worker's answer is not one"),
        (READY + "print('{\"damaged\": null}')", "the worker's answer is not one"),
        (READY + 'print(\'{"unavailable": "OSError: no"}\')', "OSError: no"),
        (READY, "the worker ended with 0 and no answer"),
        (READY + "raise SystemExit(3)", "the worker ended with 3 and no answer"),
        (READY + "import os; os.kill(os.getpid(), 9)", "the worker ended with -9 and no answer"),
        (READY + "import os; os.kill(os.getpid(), 15)", "the worker ended with -15 and no answer"),
    ],
)
async def test_unavailable(program: str, why: str) -> None:
    """A worker that fails for reasons of ours says nothing about the clip."""
    with pytest.raises(MediaUnavailable, match=why):
        await workers(program).run(REQUEST, timeout_s=10)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (READY + 'print(\'{"damaged": "it is cut short"}\')', "it is cut short"),
        *(
            (READY + f"import os; os.kill(os.getpid(), {signal})", "it makes the decoder crash")
            for signal in (4, 5, 6, 7, 8, 11)
        ),
        (READY + "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "it takes too long to decode"),
    ],
)
async def test_damaged(program: str, why: str) -> None:
    """A decoder that crashes, or works without end, when it has the clip, is the clip's fault."""
    with pytest.raises(ClipDamaged, match=why):
        await workers(program).run(REQUEST, timeout_s=10)


async def test_long_reason() -> None:
    """A reason is cut to a sentence's length."""
    program = READY + "print('{\"damaged\": \"%s\"}' % ('x' * 1000))"
    with pytest.raises(ClipDamaged) as caught:
        await workers(program).run(REQUEST, timeout_s=10)
    assert len(str(caught.value)) == 200


async def test_no_program() -> None:
    """A program that is not there says nothing about the clip."""
    with pytest.raises(MediaUnavailable, match="no process can be started: No such file"):
        await Workers(program=("/no/such/program",)).run(REQUEST, timeout_s=10)


async def test_refuses_input() -> None:
    """A worker that closes its ears is only judged by what it says."""
    program = "import os; os.close(0); " + READY + "print('{\"facts\": {}}')"
    request = {"task": "check", "clip": "x" * 1_000_000}
    assert await workers(program).run(request, timeout_s=10) == {}


def alive(process: int) -> bool:
    """Whether a process is there and does something; one that was not reaped yet does nothing."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


HANGS = """
import json, os, subprocess, sys, time
path = json.loads(input())["clip"]
if not path:
    print(json.dumps({"ready": True}) + "\\n" + json.dumps({"facts": {}}), flush=True)
    sys.exit()
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(path + ".new", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.rename(path + ".new", path)
time.sleep(600)
"""


def named(path: Path) -> list[int]:
    """The processes that the hanging program has named, if it has."""
    return [int(one) for one in path.read_text().split()] if path.exists() else []


async def told(path: Path) -> list[int]:
    """The same, once it has."""
    async with asyncio.timeout(10):
        while not named(path):  # noqa: ASYNC110  # another process names them
            await asyncio.sleep(0.01)
    return named(path)


async def gone(processes: list[int]) -> None:
    """Wait until none of them runs; the grandchild is reaped by the system."""
    async with asyncio.timeout(10):
        while any(map(alive, processes)):  # noqa: ASYNC110  # another process ends
            await asyncio.sleep(0.01)


async def test_late(tmp_path: Path) -> None:
    """A worker that takes longer than its time is killed with its group and reaped, and its place is free again."""
    path = tmp_path / "processes"
    place = workers(HANGS, at_once=1)
    with pytest.raises(MediaUnavailable, match=r"longer than 1\.5 s"):
        await place.run({"task": "check", "clip": str(path)}, timeout_s=1.5)
    processes = await told(path)
    with pytest.raises(ProcessLookupError):
        os.kill(processes[0], 0)
    await gone(processes)
    assert await place.run({"task": "check", "clip": ""}, timeout_s=10) == {}


async def test_cancelled(tmp_path: Path) -> None:
    """A worker whose task is cancelled is killed with its group, and reaped before the cancel is through."""
    path = tmp_path / "processes"
    task = asyncio.create_task(workers(HANGS).run({"task": "check", "clip": str(path)}, timeout_s=600))
    processes = await told(path)
    assert all(map(alive, processes))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(processes[0], 0)
    await gone(processes)


async def test_at_once(tmp_path: Path) -> None:
    """No more than two work at once, and everyone has a turn."""
    program = (
        READY
        + """
import json, os, time
folder = json.loads(input())["clip"]
mine = f"{folder}/{os.getpid()}"
open(mine, "w").close()
time.sleep(0.05)
seen = len(os.listdir(folder))
os.remove(mine)
print(json.dumps({"facts": {"seen": seen}}))
"""
    )
    place = workers(program)
    found = await asyncio.gather(*(place.run({"task": "check", "clip": str(tmp_path)}, timeout_s=10) for _ in range(6)))
    assert max(one["seen"] for one in found) == 2


def saying(*lines: object) -> str:
    """A worker that says these lines."""
    return READY + "".join(f"print({json.dumps(line)!r}, flush=True); " for line in lines)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ((), []),
        ((0.4, 0.8, 1), [0.4, 0.8, 1]),
        ((0.4, 0.3, 0.4, 0.405, 0.5), [0.4, 0.5]),
        ((-1, 2, 1e999, 0.5), [0.5]),
    ],
)
async def test_progress(said: tuple[float, ...], heard: list[float]) -> None:
    """What is done is told as it grows, by a hundredth at least; nonsense is not told."""
    told: list[float] = []
    program = saying(*({"progress": done} for done in said), {"facts": {}})
    assert await workers(program).run(REQUEST, timeout_s=10, on_progress=told.append) == {}
    assert told == heard


@pytest.mark.parametrize("line", [{"progress": "half"}, {"progress": None}, {"progress": 0.5, "frames": 3}])
async def test_no_progress(line: object) -> None:
    """A line that is neither progress nor an answer ends it."""
    with pytest.raises(MediaUnavailable, match="answer is not one"):
        await workers(saying(line)).run(REQUEST, timeout_s=10)


async def test_progress_without_end() -> None:
    """Whoever only ever says how far he is runs out of time."""
    program = READY + "\nwhile True: print('{\"progress\": 0.5}')"
    told: list[float] = []
    with pytest.raises(MediaUnavailable, match="longer than"):
        await workers(program).run(REQUEST, timeout_s=0.5, on_progress=told.append)
    assert len(told) <= 1


async def test_death_after_progress() -> None:
    """An encoder that crashes on the way blames the clip, as one that says nothing."""
    program = saying({"progress": 0.5}) + "import os; os.kill(os.getpid(), 11)"
    with pytest.raises(ClipDamaged, match="crash"):
        await workers(program).run(REQUEST, timeout_s=10)
