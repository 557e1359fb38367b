"""A final that starts from its draft's frame, as the composition root puts it together."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image, ImageChops, ImageStat

from bot.core.commands import CastVote, Draft, OrderOptions, Settings
from bot.core.lifecycle import State
from bot.core.ports import Stored
from bot.core.rows import Meaning, Source, Take
from bot.jobs.frames import frame_of
from tests.end_to_end.conftest import DANA, LAUNCH, MINA, Studio
from tests.jobs.conftest import keep_poster

#: Of the picture, without the bands on which the simulator writes, and without its edges.
MIDDLE = (0.05, 0.3, 0.95, 0.6)
#: The mean difference of two pictures' levels; those of two clips of one prompt differ by far more.
ALIKE = 25


def middle(picture: Image.Image) -> Image.Image:
    """The same part of a picture of any size, small and soft."""
    size = (picture.width, picture.height) * 2
    box = tuple(round(part * length) for part, length in zip(MIDDLE, size, strict=True))
    return picture.convert("RGB").crop((box[0], box[1], box[2], box[3])).resize((32, 8))


def first_frame(clip: Path) -> Image.Image:
    """As it is decoded."""
    with av.open(str(clip)) as container:
        picture = next(container.decode(video=0)).to_image()  # type: ignore[no-untyped-call]
        assert isinstance(picture, Image.Image)
        return picture


async def test_the_final_begins_with_the_drafts_frame(studio: Studio) -> None:
    """On the rows of a file, through the real client: the frame is uploaded, and the clip that comes shows it."""
    kit = studio.app.kit
    settings = Settings(actor=DANA, place=LAUNCH, event="settings", changes=(("grace", "0"),))
    await studio.app.manager.handle(settings)
    look = OrderOptions(look="match")
    await studio.app.manager.handle(Draft(actor=MINA, place=LAUNCH, event="order", prompt="a fox", options=look))
    (draft,) = await kit.store.transact(lambda tx: tx.rows(Take))
    draft = await studio.comes_to(draft, State.DELIVERED)
    if await kit.store.transact(lambda tx: frame_of(tx, draft.id)) is None:
        await keep_poster(kit.store, kit.archive, draft)
    vote = CastVote(
        actor=DANA, place=LAUNCH, event="vote", subject=draft.id, meaning=Meaning.APPROVE, source=Source.BUTTON, at=1
    )
    await studio.app.manager.handle(vote)
    final = await studio.comes_to(await studio.take(f"{draft.id}-F"), State.DELIVERED)
    frame = await kit.store.transact(lambda tx: frame_of(tx, draft.id))
    assert frame is not None
    stored = Stored(name=final.clip or "", size=final.clip_size or 0, sha256=final.clip_sha256 or "")
    made, asked = first_frame(await kit.archive.open(stored)), Image.open(await kit.archive.open(frame))
    difference = ImageStat.Stat(ImageChops.difference(middle(made), middle(asked)))
    assert max(difference.mean) < ALIKE
    assert (studio.simulator.report().uploads, len(await studio.orders(final))) == (1, 1)
    await studio.require_books()
