"""The frame that a final starts from where its look is *match*: its draft's poster, and whether it can."""

from __future__ import annotations

from bot.core.catalogue import Model, matched
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage
from bot.core.policy import MATCH, NEW
from bot.core.ports import Stored, Transaction
from bot.core.rows import Card, ClipPicture, PictureKind, Shot, Take
from bot.core.sentences import answers


def look_of(card: Card, shot: Shot, model: Model | None) -> str:
    """How the next final of a draft is made: as the card says, else its shot; rolled anew where the model cannot."""
    if (card.look or shot.look) != MATCH or model is None:
        return NEW
    try:
        matched(model, shot.mode, prompt=shot.prompt, pictures=shot.pictures)
    except Refusal:
        return NEW
    return MATCH


def starts_from_frame(final: Take, shot: Shot) -> bool:
    """Whether a take is a final that starts from its draft's frame; ``shot`` is its own."""
    return final.stage is Stage.FINAL and final.draft is not None and shot.look == MATCH


async def frame_of(tx: Transaction, draft: str) -> Stored | None:
    """The draft's best frame in the archive; ``None`` where there is none."""
    poster = await tx.get(ClipPicture, draft, PictureKind.POSTER.value)
    return None if poster is None else Stored(name=poster.name, size=poster.size, sha256=poster.sha256)


async def require_frame(tx: Transaction, draft: Take) -> Stored:
    """The frame, before any money is held for a final that starts from it.

    Raises:
        Refusal: there is none; says what to do.
    """
    frame = await frame_of(tx, draft.id)
    if frame is None:
        raise Refusal(answers.no_frame(draft.id, kept=draft.purged_at is None))
    return frame
