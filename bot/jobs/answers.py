"""Answer files: what the provider said to an order, on disk before it is in the rows.

Between the provider's answer and its transaction a crash would lose the only proof of a job; the file
closes that gap and is read before anything else at start.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.errors import (
    NotSent,
    NotSentFor,
    OrderRefused,
    OutcomeUnknown,
    ProviderError,
    RefusedFor,
    ServerFault,
    StoreError,
)
from bot.core.money import Money
from bot.core.ports import Accepted, Charge

log = logging.getLogger(__name__)

#: What a submit came to: an acceptance, or the error that stands for every other answer.
Verdict = Accepted | ProviderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the provider said to one attempt."""

    attempt: str
    take: str
    verdict: Verdict


class Answers:
    """A folder with one small file per answer that is not in the rows yet."""

    def __init__(self, folder: Path) -> None:
        """The folder is made when the first answer is written."""
        self._folder = folder

    async def write(self, answer: Answer) -> None:
        """Write and sync; returns when a power cut can no longer lose it.

        Raises:
            StoreError: the disk is full or read-only.
        """
        try:
            await asyncio.to_thread(self._write, answer)
        except OSError as error:
            msg = f"the answer to {answer.take} could not be written: {error.strerror}"
            raise StoreError(msg) from error

    async def remove(self, attempt: str) -> None:
        """Forget an answer that is in the rows; a file that cannot be removed is only read once more."""
        try:
            await asyncio.to_thread(self._path(attempt).unlink, missing_ok=True)
        except OSError:
            log.warning("the answer file of attempt %s could not be removed", attempt, exc_info=True)

    async def find(self, attempt: str) -> Answer | None:
        """The answer to one attempt, if it waits."""
        return await asyncio.to_thread(_parsed, self._path(attempt))

    async def read(self) -> list[Answer]:
        """Every answer that waits, oldest first; an unfinished file is none, for it was never reported as written."""
        return await asyncio.to_thread(self._read)

    async def waiting(self) -> list[str]:
        """The attempts whose answers are on disk, oldest first, readable or not."""
        return await asyncio.to_thread(lambda: [path.stem for path in sorted(self._folder.glob("*.json"))])

    def _path(self, attempt: str) -> Path:
        return self._folder / f"{attempt}.json"

    def _write(self, answer: Answer) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync(self._folder.parent)
        part = self._path(answer.attempt).with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.write(written(answer))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path(answer.attempt))
        _sync(self._folder)

    def _read(self) -> list[Answer]:
        found = [_parsed(path) for path in sorted(self._folder.glob("*.json"))]
        return [answer for answer in found if answer is not None]


def written(answer: Answer) -> str:
    """An answer as its file has it."""
    return json.dumps({"attempt": answer.attempt, "take": answer.take, **_verdict_out(answer.verdict)})


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _parsed(path: Path) -> Answer | None:
    """The answer in a file; a file that only a damaged disk can have left is none, and stays for a person to read."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Answer(attempt=value["attempt"], take=value["take"], verdict=_verdict_in(value))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError):
        log.exception("the answer file %s cannot be read", path)
        return None


def _verdict_out(verdict: Verdict) -> dict[str, Any]:
    match verdict:
        case Accepted(job=job, output_url=url, charge=charge):
            micros = None if charge.amount is None else charge.amount.micros
            return {"is": "accepted", "job": job, "url": url, "micros": micros, "refunded": charge.refunded}
        case OrderRefused(text=text, status=status, reason=reason):
            return {"is": "refused", "text": text, "status": status, "reason": reason.value}
        case NotSent(text=text, status=status, reason=not_sent_for, retry_after_s=wait):
            return {"is": "not_sent", "text": text, "status": status, "reason": not_sent_for.value, "wait": wait}
        case ServerFault(text=text, status=status):
            return {"is": "fault", "text": text, "status": status}
        case _:
            return {"is": "unknown", "text": verdict.text, "status": verdict.status}


def _verdict_in(value: dict[str, Any]) -> Verdict:
    match value["is"]:
        case "accepted":
            amount = None if value["micros"] is None else Money(value["micros"])
            charge = Charge(amount=amount, refunded=value["refunded"])
            return Accepted(job=value["job"], output_url=value["url"], charge=charge)
        case "refused":
            return OrderRefused(value["text"], status=value["status"], reason=RefusedFor(value["reason"]))
        case "not_sent":
            reason = NotSentFor(value["reason"])
            return NotSent(value["text"], status=value["status"], reason=reason, retry_after_s=value["wait"])
        case "fault":
            return ServerFault(value["text"], status=value["status"])
        case _:
            return OutcomeUnknown(value["text"], status=value["status"])
