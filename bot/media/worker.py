"""A worker process: ``python -m bot.media.worker LIMITS``, requests on stdin, answers on stdout, a line of JSON each.

For each request it says first that it is ready, so that its death before the clip was touched is told from its
death by the clip. A task that takes long says how much of it is done, ``{"progress": 0.4}``, as it goes on. Then it
answers with one of ``{"facts": …}``, ``{"damaged": "why"}`` and ``{"unavailable": "why"}``.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import TextIO

from bot.core.errors import ClipDamaged
from bot.media.limits import Limits

#: The function ``run`` of a task's module: the request in, the facts out.
Task = Callable[[Mapping[str, object]], Mapping[str, object]]

READY = {"ready": True}
#: The module of each task, with its function ``run``; imported when asked for, so that each costs only what it needs.
TASKS = {
    "beside": "bot.media.beside",
    "chart": "bot.media.chart",
    "check": "bot.media.probe",
    "fit": "bot.media.fit",
    "look": "bot.media.look",
    "sheet": "bot.media.sheet",
}
#: Those whose ``run`` takes, besides the request, whom to tell how much is done.
TELLING = frozenset({"fit"})
#: What is done is told when it is so much more than before.
TOLD_EVERY = 0.01


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer each request in turn, until there are no more."""
    for line in requests:
        request = json.loads(line)
        task = importlib.import_module(TASKS[request["task"]])
        run = partial(task.run, tell=_Telling(answers)) if request["task"] in TELLING else task.run
        _say(answers, READY)
        _say(answers, _answer(run, request))


class _Telling:
    """Says how much is done, and not too often."""

    def __init__(self, answers: TextIO) -> None:
        self._answers, self._told = answers, 0.0

    def __call__(self, done: float) -> None:
        if done >= self._told + TOLD_EVERY:
            self._told = done
            _say(self._answers, {"progress": round(done, 3)})


def _answer(run: Task, request: Mapping[str, object]) -> Mapping[str, object]:
    try:
        return {"facts": run(request)}
    except ClipDamaged as damage:
        return {"damaged": str(damage)}
    except MemoryError:
        return {"damaged": "it needs more memory than a clip may"}
    except Exception as error:  # noqa: BLE001  # whatever it is, the parent is told in one line
        return {"unavailable": f"{type(error).__name__}: {error}"}


def _say(answers: TextIO, what: Mapping[str, object]) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


if __name__ == "__main__":
    Limits.read(sys.argv[1]).apply()
    serve(sys.stdin, sys.stdout)
