"""Mutated clips, read by one worker process after the other; what may come of each is told here."""

from __future__ import annotations

import json
import random
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil  # type: ignore[import-untyped]

from bot.core.rows import PictureKind
from bot.media import worker
from bot.media.limits import Limits
from bot.media.taken_in import ENDINGS

#: An answer takes some milliseconds.
LONGEST_S = 30.0
#: Of processor time, for everything that one process is given.
MOST_CPU_S = 3600
MOST_FILE_BYTES = 8_000_000
ENVIRONMENT = {"PYTHONPATH": str(Path(worker.__file__).parents[2])}
MIB = 1 << 20
#: Nothing is done to clips of fewer bytes; and the share of which the boxes are mended afterwards.
SHORTEST, MENDED = 400, 0.6
#: After so many answers a process has loaded what it needs.
WARM = 20

Mutation = Callable[[random.Random, bytearray], None]


def _flip(chance: random.Random, clip: bytearray) -> None:
    for _ in range(chance.randint(1, 4)):
        clip[chance.randrange(len(clip))] ^= 1 << chance.randrange(8)


def _cut(chance: random.Random, clip: bytearray) -> None:
    del clip[chance.randrange(len(clip)) :]


def _remove(chance: random.Random, clip: bytearray) -> None:
    at = chance.randrange(len(clip))
    del clip[at : at + chance.randint(1, 64)]


def _insert(chance: random.Random, clip: bytearray) -> None:
    at = chance.randrange(len(clip))
    clip[at:at] = chance.randbytes(chance.randint(1, 64))


def _overwrite(chance: random.Random, clip: bytearray) -> None:
    at, length = chance.randrange(len(clip)), chance.randint(1, 200)
    clip[at : at + length] = chance.choice([bytes(length), b"\xff" * length, chance.randbytes(length)])[
        : len(clip) - at
    ]


def _swap(chance: random.Random, clip: bytearray) -> None:
    length = chance.randint(4, 64)
    one, other = (chance.randrange(len(clip) - length) for _ in range(2))
    clip[one : one + length], clip[other : other + length] = (
        clip[other : other + length],
        clip[one : one + length],
    )


def _number(chance: random.Random, clip: bytearray) -> None:
    """Another number in the index: a length, a count, a time."""
    start = clip.find(b"moov")
    at = start + chance.randrange(1, 200) * 4
    value = chance.choice([0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, chance.getrandbits(32), chance.getrandbits(8)])
    clip[at : at + 4] = value.to_bytes(4, "big")


MUTATIONS: tuple[Mutation, ...] = (_flip, _flip, _cut, _remove, _insert, _overwrite, _swap, _number, _number)


def mutated(clip: bytes, seed: int) -> bytes:
    """The clip with one or two changes, always the same for a seed."""
    chance = random.Random(seed)
    changed = bytearray(clip)
    for mutation in chance.sample(MUTATIONS, k=chance.randint(1, 2)):
        if len(changed) > SHORTEST:
            mutation(chance, changed)
    if chance.random() < MENDED:
        _mend(clip, changed)
    return bytes(changed)


def _mend(clip: bytes, changed: bytearray) -> None:
    """Have the last box end where the file ends: a wrong length is found out before anything else."""
    start = clip.rfind(b"mdat") - 4
    if len(changed) > start + 8:
        changed[start : start + 8] = (len(changed) - start).to_bytes(4, "big") + b"mdat"


@dataclass(slots=True)
class Found:
    """What came of all of them."""

    #: The sentences of those that were refused, and how often each.
    refused: Counter[str] = field(default_factory=Counter)
    played: list[Mapping[str, Any]] = field(default_factory=list)
    #: Answers that are neither.
    odd: list[str] = field(default_factory=list)
    #: Seeds of those that ended a process, or had no answer in time.
    ended: list[int] = field(default_factory=list)
    #: What the process holds at the end more than after its first answers, in MiB.
    grown_mib: float = 0.0


class Reader:
    """A worker process that is asked again and again, and started anew when it ends."""

    def __init__(self) -> None:
        """None runs yet."""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.end()

    def ask(self, request: Mapping[str, object]) -> dict[str, Any] | None:
        """The answer; ``None`` when the process ended or was late, and is gone then."""
        process = self._running()
        assert process.stdin
        process.stdin.write(json.dumps(request).encode() + b"\n")
        if self._line(process) != worker.READY or (answer := self._line(process)) is None:
            self.end()
            return None
        return answer

    def mib(self) -> float:
        """What the process holds now."""
        return float(psutil.Process(self._running().pid).memory_info().rss) / MIB

    def end(self) -> None:
        """Kill the process that runs, if one does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            limits = Limits(cpu_s=MOST_CPU_S, file_bytes=MOST_FILE_BYTES)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.media.worker", limits.text()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env=ENVIRONMENT,
            )
        return self._process

    @staticmethod
    def _line(process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
        """The next line: it is read byte by byte, so that nothing is kept back from the next wait."""
        assert process.stdout
        said = b""
        while not said.endswith(b"\n"):
            ready, _, _ = select.select([process.stdout], [], [], LONGEST_S)
            more = process.stdout.read(1) if ready else b""
            if not more:
                return None
            said += more
        answer: dict[str, Any] = json.loads(said)
        return answer


def fuzz(clip: bytes, seeds: range, folder: Path) -> Found:
    """Have every mutation of the clip taken in, each file of it removed afterwards, as the parent would."""
    found, path, begun_mib = Found(), folder / "clip.mp4", 0.0
    with Reader() as reader:
        for number, seed in enumerate(seeds):
            path.write_bytes(mutated(clip, seed))
            answer = reader.ask({"task": "look", "clip": str(path), "into": str(folder / "clip")})
            _sort(found, seed, answer)
            for kind in () if answer is None else answer.get("facts", {}).get("pictures", ()):
                (folder / f"clip{ENDINGS[PictureKind(kind)]}").unlink()
            if number == WARM:
                begun_mib = reader.mib()
        found.grown_mib = reader.mib() - begun_mib
    return found


def _sort(found: Found, seed: int, answer: Mapping[str, Any] | None) -> None:
    match answer:
        case None:
            found.ended.append(seed)
        case {"facts": dict(facts)}:
            found.played.append(facts)
        case {"damaged": str(why)}:
            found.refused[why] += 1
        case _:
            found.odd.append(f"{seed}: {answer}")
