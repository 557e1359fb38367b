"""What the rest of the product asks about clips."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bot.core.cards.sheet import Beside, Sheet
from bot.core.charts import Chart
from bot.core.errors import ClipDamaged
from bot.core.rows import PictureKind
from bot.media.errors import CannotFit, MediaUnavailable
from bot.media.facts import Asked, ClipFacts, Measured
from bot.media.fitted import Fitted
from bot.media.taken_in import ENCODED, ENDINGS, MadePicture, TakenIn
from bot.media.workers import WORKERS_AT_ONCE, OnProgress, Workers

CHECK_TIMEOUT_S = 60.0
#: Ten strips are pasted in a second.
DRAW_TIMEOUT_S = 30.0
#: A poster of a 4K clip takes some; previews have a limit of their own.
MOST_PICTURE_BYTES = 32_000_000
#: 15 s at 720p take about 10 s of it.
FIT_TIMEOUT_S = 300.0
#: One at a time, whatever there is to encode, and in a place of its own: the checks, for which a URL may end, go on.
ENCODERS_AT_ONCE = 1
#: What a clip may take that is encoded without a limit.
MOST_ENCODED_BYTES = 500_000_000
CHART_TIMEOUT_S = 20.0
#: A chart of 1600 by 1000 with everything on it has a tenth of this.
CHART_BYTES = 4_000_000


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
        return _facts(facts, Asked(seconds=seconds, width_over_height=width_over_height, audio=audio))

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
            facts = await self._workers.run(
                request, timeout_s=timeout_s, file_bytes=most, on_progress=on_progress, apart=self._encoders
            )
            fitted = _fitted(facts)
            whole = _size_of(into) == fitted.size_bytes <= most
        finally:
            if not whole:
                _remove(into)
        if not whole:
            msg = "the worker's file is not what it said"
            raise MediaUnavailable(msg)
        return fitted

    async def take_in(
        self,
        path: Path,
        *,
        seconds: int,
        width_over_height: tuple[int, int] | None,
        audio: bool,
        into: Path,
        timeout_s: float = CHECK_TIMEOUT_S,
    ) -> TakenIn:
        """Decode the whole clip once: check it as ``check_clip`` does, and make its pictures.

        Their paths are that of ``into`` with an ending of each kind. Where they cannot all be made, for whatever
        reason, there are fewer; the clip is judged without them. An MP4 whose pictures are no H.264 at 8 bits is
        encoded so first, beside them; then the new file is what is meant, and what it came as is a difference.

        Raises:
            ClipDamaged: not a whole, playable MP4; the text says in which way.
            MediaUnavailable: it could not be checked or encoded, for reasons that say nothing of the clip.
        """
        asked = Asked(seconds=seconds, width_over_height=width_over_height, audio=audio)
        taken = await self._looked_at(path, asked, into, timeout_s)
        if isinstance(taken, TakenIn):
            return taken
        encoded = Path(f"{into}{ENCODED}")
        await self.fit(path, encoded, limit_bytes=None)
        try:
            again = await self._looked_at(encoded, asked, into, timeout_s)
        except BaseException:
            _remove(encoded)
            raise
        if not isinstance(again, TakenIn):
            _remove(encoded)
            msg = "the clip was encoded and is not what it should be"
            raise MediaUnavailable(msg)
        facts = replace(again.facts, differences=(taken, *again.facts.differences))
        return TakenIn(facts=facts, pictures=again.pictures, encoded=encoded)

    async def _looked_at(self, path: Path, asked: Asked, into: Path, timeout_s: float) -> TakenIn | str:
        """What is found, or what has to be said of a clip that has to be encoded anew first."""
        request = {"task": "look", "clip": str(path), "into": str(into)}
        try:
            found = await self._workers.run(request, timeout_s=timeout_s, file_bytes=MOST_PICTURE_BYTES)
            if "other_form" in found:
                return str(found["other_form"])
            facts = _facts(found.get("measured"), asked)
            return TakenIn(facts=facts, pictures=_pictures(found.get("pictures"), into))
        except (ClipDamaged, MediaUnavailable, ValueError):
            # Drawing takes more than looking: what has ended badly may have ended by it. The check alone decides.
            _clear(into)
            said = await self._workers.run({"task": "check", "clip": str(path)}, timeout_s=timeout_s)
            return TakenIn(facts=_facts(said, asked), pictures={})

    async def draw_sheet(self, sheet: Sheet, strips: Mapping[str, Path], into: Path) -> None:
        """Draw a contact sheet into the file ``into``, a JPEG; ``strips`` are the kept strips of its takes, by id.

        Raises:
            MediaUnavailable: it could not be drawn.
        """
        found = {take: str(path) for take, path in strips.items()}
        await self._draw({"task": "sheet", "sheet": asdict(sheet), "strips": found, "into": str(into)})

    async def draw_beside(self, beside: Beside, draft: Path, final: Path, into: Path) -> None:
        """Draw the posters of a draft and of its final beside each other into the file ``into``, a JPEG.

        Raises:
            MediaUnavailable: it could not be drawn.
        """
        posters = {"draft": str(draft), "final": str(final)}
        await self._draw({"task": "beside", "beside": asdict(beside), "into": str(into), **posters})

    async def _draw(self, request: Mapping[str, object]) -> None:
        """What is drawn is ours: a worker that dies of it says nothing of a clip."""
        try:
            await self._workers.run(request, timeout_s=DRAW_TIMEOUT_S, file_bytes=MOST_PICTURE_BYTES)
        except ClipDamaged as error:
            raise MediaUnavailable(str(error)) from error

    async def draw_chart(self, chart: Chart, into: Path, *, timeout_s: float = CHART_TIMEOUT_S) -> None:
        """Draw a chart as a PNG of 1600 by 1000; matplotlib keeps its list of fonts in the same folder.

        Raises:
            MediaUnavailable: it could not be drawn, or the disk does not take it.
        """
        request = {"task": "chart", "chart": chart.said(), "into": str(into)}
        try:
            await self._workers.run(request, timeout_s=timeout_s, file_bytes=CHART_BYTES)
        except ClipDamaged as error:  # How a worker says that it needs more than it may, or has crashed.
            raise MediaUnavailable(str(error)) from error


def _clear(into: Path) -> None:
    for ending in ENDINGS.values():
        Path(f"{into}{ending}").unlink(missing_ok=True)


def _facts(said: Any, asked: Asked) -> ClipFacts:
    """What a worker has measured, beside what was asked.

    Raises:
        MediaUnavailable: those are no facts.
    """
    try:
        return ClipFacts.of(Measured.read(said if isinstance(said, dict) else {}), asked)
    except ValueError as error:
        raise MediaUnavailable(str(error)) from error


def _pictures(said: Any, into: Path) -> Mapping[PictureKind, MadePicture]:
    made = said if isinstance(said, dict) else {}
    kinds = {kind: Path(f"{into}{ending}") for kind, ending in ENDINGS.items()}
    return {kind: MadePicture.read(path, made[kind.value]) for kind, path in kinds.items() if kind.value in made}


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
