"""What the rest of the product asks about clips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.core.cards.sheet import Beside, Sheet
from bot.core.errors import ClipDamaged
from bot.core.rows import PictureKind
from bot.media.errors import MediaUnavailable
from bot.media.facts import Asked, ClipFacts, Measured
from bot.media.taken_in import ENDINGS, MadePicture, TakenIn
from bot.media.workers import WORKERS_AT_ONCE, Workers

CHECK_TIMEOUT_S = 60.0
#: Ten strips are pasted in a second.
DRAW_TIMEOUT_S = 30.0
#: A poster of a 4K clip takes some; previews have a limit of their own.
MOST_PICTURE_BYTES = 32_000_000


class Media:
    """Reads clips, which are untrusted, outside of this process."""

    def __init__(self, *, workers: int | Workers = WORKERS_AT_ONCE) -> None:
        """``workers`` is how many clips are read at once, or where."""
        self._workers = workers if isinstance(workers, Workers) else Workers(at_once=workers)

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
        reason, there are fewer; the clip is judged without them.

        Raises:
            ClipDamaged: not a whole, playable H.264 MP4; the text says in which way.
            MediaUnavailable: it could not be checked, for reasons that say nothing of the clip.
        """
        asked = Asked(seconds=seconds, width_over_height=width_over_height, audio=audio)
        request = {"task": "look", "clip": str(path), "into": str(into)}
        try:
            found = await self._workers.run(request, timeout_s=timeout_s, file_bytes=MOST_PICTURE_BYTES)
            facts = _facts(found.get("measured"), asked)
            return TakenIn(facts=facts, pictures=_pictures(found.get("pictures"), into))
        except (ClipDamaged, MediaUnavailable, ValueError):
            # Drawing takes more than looking: what has ended badly may have ended by it. The check alone decides.
            _clear(into)
            facts = await self.check_clip(
                path, seconds=seconds, width_over_height=width_over_height, audio=audio, timeout_s=timeout_s
            )
            return TakenIn(facts=facts, pictures={})

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
