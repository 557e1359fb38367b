from __future__ import annotations

import io
import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import ClipDamaged
from bot.media import worker
from bot.media.limits import Limits

#: What the worker needs for itself is about 55 MB; a picture of 16000×16000 would be 400.
MOST_RESIDENT_KB = 300_000
MOST_CPU_S = 20
ENVIRONMENT = {"PYTHONPATH": str(Path(worker.__file__).parents[2])}


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Make the task *try* do something."""

    def set_up(outcome: object) -> None:
        def run(_: Mapping[str, object]) -> object:
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        module = type(sys)("tried")
        module.__dict__["run"] = run
        monkeypatch.setitem(sys.modules, "tried", module)
        monkeypatch.setitem(worker.TASKS, "try", "tried")

    return set_up


def in_one_process(clips: Sequence[Path]) -> list[dict[str, Any]]:
    """Have one worker process check all the clips."""
    said = subprocess.run(
        [sys.executable, "-m", "bot.media.worker", Limits(cpu_s=MOST_CPU_S).text()],
        input="".join(json.dumps({"task": "check", "clip": str(clip)}) + "\n" for clip in clips),
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    assert not said.stderr
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert lines[::2] == [worker.READY] * len(clips)
    return lines[1::2]


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        ({"frames": 48}, {"facts": {"frames": 48}}),
        (ClipDamaged("it is cut short"), {"damaged": "it is cut short"}),
        (MemoryError(), {"damaged": "it needs more memory than a clip may"}),
        (OSError(5, "Input/output error"), {"unavailable": "OSError: [Errno 5] Input/output error"}),
        (RuntimeError("a slip of ours"), {"unavailable": "RuntimeError: a slip of ours"}),
    ],
)
def test_answers(task: Callable[[object], None], outcome: object, answer: dict[str, object]) -> None:
    """Each request is answered with *ready*, and then with what came of it, a line each."""
    task(outcome)
    answers = io.StringIO()
    worker.serve(io.StringIO('{"task": "try"}\n' * 2), answers)
    assert [json.loads(line) for line in answers.getvalue().splitlines()] == [worker.READY, answer] * 2


def test_telling(task: Callable[[object], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that takes long tells how much is done, a hundredth at a time, before its answer."""
    task({})

    def run(_: Mapping[str, object], *, tell: Callable[[float], None]) -> dict[str, object]:
        for done in (0.001, 0.5, 0.501, 0.6, 1.0):
            tell(done)
        return {"frames": 48}

    sys.modules["tried"].__dict__["run"] = run
    monkeypatch.setattr(worker, "TELLING", {"try"})
    answers = io.StringIO()
    worker.serve(io.StringIO('{"task": "try"}\n'), answers)
    said = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert said == [worker.READY, *({"progress": done} for done in (0.5, 0.6, 1.0)), {"facts": {"frames": 48}}]


def test_unknown_task() -> None:
    """A task that does not exist is not said to be ready."""
    answers = io.StringIO()
    with pytest.raises(KeyError):
        worker.serve(io.StringIO('{"task": "none"}\n'), answers)
    assert not answers.getvalue()


def test_random_cuts(tmp_path: Path, clips: Any) -> None:
    """A clip that is cut anywhere is refused."""
    chance = random.Random(3)
    clip = clips.make()
    paths = [tmp_path / f"{number}.mp4" for number in range(20)]
    for path in paths:
        path.write_bytes(clip[: chance.randrange(len(clip))])
    assert [list(answer) for answer in in_one_process(paths)] == [["damaged"]] * 20


#: Runs the worker and tells its peak, in KB. Between the test and the worker stands a process that is small: on
#: Linux a process's peak begins with that of the one that started it.
WATCHED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=sys.stdin, capture_output=True, text=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(done.stdout)
"""


def test_memory(tmp_path: Path, clips: Any) -> None:
    """A clip that claims an enormous picture does not even cost its memory."""
    (tmp_path / "clip.mp4").write_bytes(clips.resized((16_000, 16_000)))
    request = json.dumps({"task": "check", "clip": str(tmp_path / "clip.mp4")}) + "\n"
    worker = [sys.executable, "-m", "bot.media.worker", Limits(cpu_s=MOST_CPU_S).text()]
    watched = subprocess.run(
        [sys.executable, "-c", WATCHED, *worker],
        input=request,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    ended, _ready, answer = watched.stdout.splitlines()[:3]
    status, peak_kb = map(int, ended.split())
    assert (status, "beyond the limit" in json.loads(answer)["damaged"]) == (0, True)
    assert peak_kb < MOST_RESIDENT_KB


def test_limits() -> None:
    """A worker holds itself to its limits, for good."""
    names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_CORE")
    program = f"""
import os, resource, sys
from bot.media.limits import Limits
Limits.read(sys.argv[1]).apply()
print([resource.getrlimit(getattr(resource, name)) for name in {names!r}], os.nice(0))
try:
    bytearray(1 << 30)
except MemoryError:
    print("no memory")
"""
    limits = Limits(cpu_s=7, file_bytes=1000, memory_bytes=1 << 29)
    said = subprocess.run(
        [sys.executable, "-c", program, limits.text()],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    expected = [(1 << 29, 1 << 29), (7, 8), (1000, 1000), (0, 0)]
    assert said.stdout == f"{expected} {os.nice(0) + 5}\nno memory\n"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000
