"""What the rest of the product asks about clips."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.media.errors import CannotFit, MediaUnavailable
from bot.media.facts import Asked, ClipFacts, Measured
from bot.media.fitted import Fitted
from bot.media.workers import WORKERS_AT_ONCE, OnProgress, Workers

CHECK_TIMEOUT_S = 60.0
#: 15 s at 720p take about 10 s of it.
FIT_TIMEOUT_S = 300.0
#: One at a time, whatever there is to encode: of two places, one is left for the checks, for which a URL may end.
ENCODERS_AT_ONCE = 1
#: What a clip may take that is encoded without a limit.
MOST_ENCODED_BYTES = 500_000_000


class Media:
    """Reads clips, which are untrusted, outside of this process."""

    def __init__(self, *, workers: int | Workers = WORKERS_AT_ONCE) -> None:
        """``workers`` is how many clips are read at once, or where."""
        self._workers = workers if isinstance(workers, Workers) else Workers(at_once=workers)
        self._encoders = asyncio.Semaphore(ENCODERS_AT_ONCE)

    async def check_clip(
        self,
        path: Path,
        *,
        seconds: int,
        width_over_height: tuple[int, int] | None,
        audio: bool,
        timeout_s: float = CHECK_TIMEOUT_S,
    ) -> ClipFacts:
        """Decode the whole clip, and say how it differs from what was asked.

        ``seconds`` is the length asked for, ``width_over_height`` the shape (``(16, 9)``), or ``None`` for any.

        Raises:
            ClipDamaged: not a whole, playable H.264 MP4; the text says in which way.
            MediaUnavailable: it could not be checked, for reasons that say nothing of the clip.
        """
        facts = await self._workers.run({"task": "check", "clip": str(path)}, timeout_s=timeout_s)
        asked = Asked(seconds=seconds, width_over_height=width_over_height, audio=audio)
        try:
            return ClipFacts.of(Measured.read(facts), asked)
        except ValueError as error:
            raise MediaUnavailable(str(error)) from error

    async def fit(
        self,
        clip: Path,
        into: Path,
        *,
        limit_bytes: int | None,
        on_progress: OnProgress = lambda _: None,
        timeout_s: float = FIT_TIMEOUT_S,
    ) -> Fitted:
        """Encode a clip anew as H.264 at 8 bits: so that it fits the limit, or without one only so that it plays.

        It is written at ``into``, which is whole when this returns; otherwise, cancelled too, no file is left there.
        One clip is encoded at a time. ``on_progress`` is told which part is done, from 0 to 1.

        Raises:
            CannotFit: the limit is too small for a picture that is worth looking at.
            ClipDamaged: it cannot be decoded.
            MediaUnavailable: it could not be encoded, for reasons that say nothing of the clip: a full disk, say.
        """
        request = {"task": "fit", "clip": str(clip), "into": str(into), "limit_bytes": limit_bytes}
        most = MOST_ENCODED_BYTES if limit_bytes is None else limit_bytes
        whole = False
        try:
            async with self._encoders:
                facts = await self._workers.run(request, timeout_s=timeout_s, file_bytes=most, on_progress=on_progress)
            fitted = _fitted(facts)
            whole = _size_of(into) == fitted.size_bytes <= most
        finally:
            if not whole:
                _remove(into)
        if not whole:
            msg = "the worker's file is not what it said"
            raise MediaUnavailable(msg)
        return fitted


def _fitted(facts: dict[str, object]) -> Fitted:
    if set(facts) == {"cannot_fit"}:
        raise CannotFit(str(facts["cannot_fit"]))
    try:
        return Fitted.read(facts)
    except ValueError as error:
        raise MediaUnavailable(str(error)) from error


def _size_of(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
