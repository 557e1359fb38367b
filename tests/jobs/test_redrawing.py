"""Pictures come and go with their clips: retention removes them, the sweep draws what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.commands import Keep, Rescue
from bot.core.errors import ArchiveError, ClipDamaged
from bot.core.ports import Transaction
from bot.core.rows import ClipPicture, PictureKind, Take
from bot.jobs import redrawing
from bot.media.errors import MediaUnavailable
from tests.jobs.acts import card_of, types
from tests.jobs.conftest import MINA, ON_BOTH_STORES, Office

DAY_S = 24 * 3600
DOWN = ArchiveError("the archive is not there")


async def made(office: Office, prompt: str = "a fox", *, pictures: bool = False) -> Take:
    """A draft in the channel."""
    office.media.pictures = pictures
    take = (await office.order(prompt))[0]
    await office.work()
    office.media.pictures = True
    return await office.take(take.id)


async def kinds(office: Office, take: Take) -> set[PictureKind]:
    return {row.kind for row in await office.rows(ClipPicture, take=take.id)}


async def sweep(office: Office, *, after_s: float = 3600) -> None:
    await office.clock.advance(after_s)
    await office.sweep.once()


@ON_BOTH_STORES
async def test_an_old_draft_goes_with_its_pictures(office: Office) -> None:
    """Files and rows; a clip that is kept has its pictures for ever."""
    old, kept = await made(office, "old", pictures=True), await made(office, "kept", pictures=True)
    await office.handle(Keep, MINA, subject=kept.id)
    await sweep(office, after_s=91 * DAY_S)
    assert await office.rows(ClipPicture, take=old.id) == []
    assert len(office.archive.files) == 5
    assert await kinds(office, kept) == set(PictureKind)


async def test_pictures_that_cannot_be_removed_are_removed_later(office: Office) -> None:
    """Until then nothing of the draft counts as gone."""
    take = await made(office, pictures=True)
    office.archive.script.add("delete", None, None, DOWN)
    await sweep(office, after_s=91 * DAY_S)
    assert (await office.take(take.id)).purged_at is None
    await sweep(office)
    assert ((await office.take(take.id)).purged_at is not None, office.archive.files) == (True, {})


async def test_a_hidden_clip_keeps_its_pictures(office: Office) -> None:
    """The archive keeps all of it, and it can be posted again."""
    take = await made(office, pictures=True)
    await types(office, f"/clip hide {take.id}")
    await office.sweep.once()
    assert (len(office.archive.files), office.chat.files) == (5, {})
    await office.handle(Rescue, MINA, subject=take.id)
    await office.work()
    assert (len(office.archive.files), len(office.chat.files)) == (5, 1)


async def test_a_card_shows_its_sheet_once_its_pictures_are_drawn(office: Office) -> None:
    """It stood without one: the channel need not do anything to see it."""
    take = await made(office)
    assert (await card_of(office, take)).view.picture is None
    await sweep(office)
    await office.work()
    assert (picture := (await card_of(office, take)).view.picture) is not None
    assert picture.path.is_file()


@ON_BOTH_STORES
async def test_missing_pictures_are_drawn(office: Office) -> None:
    """Clips of before have theirs with the next sweep, beside them, and nothing else is left."""
    take = await made(office)
    await sweep(office)
    assert await kinds(office, take) == set(PictureKind)
    begin = f"2026-11/launch/{take.id}"
    assert {name.removeprefix(begin) for name in office.archive.files} == {
        ".mp4", ".poster.jpg", ".strip.jpg", ".gif", ".webp"
    }  # fmt: skip
    assert not list(office.archive.working_file("x").parent.iterdir())


async def test_only_what_is_missing_is_drawn(office: Office) -> None:
    """The others stay as they are."""
    take = await made(office, pictures=True)
    before = await office.rows(ClipPicture, take=take.id)
    await office.store.transact(lambda tx: tx.delete(ClipPicture, take.id, "gif"))
    await sweep(office)
    after = await office.rows(ClipPicture, take=take.id)
    assert {row.kind for row in after} == set(PictureKind)
    assert [row for row in after if row.kind is not PictureKind.GIF] == [
        row for row in before if row.kind is not PictureKind.GIF
    ]


async def test_a_few_are_drawn_at_a_time_the_youngest_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep is no day's work; old ones are left alone."""
    monkeypatch.setattr(redrawing, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(redrawing, "PAGE", 1)
    takes = []
    for number in range(3):
        takes.append(await made(office, f"fox {number}"))
        await office.clock.advance(DAY_S)
    await office.handle(Keep, MINA, subject=takes[0].id)
    await sweep(office)
    assert [len(await kinds(office, take)) for take in takes] == [0, 4, 4]
    await office.clock.advance(90 * DAY_S)
    await sweep(office)
    assert not await kinds(office, takes[0])


@pytest.mark.parametrize(
    "error", [ClipDamaged("it is cut short"), MediaUnavailable("no process can be started")], ids=["damaged", "busy"]
)
async def test_what_cannot_be_drawn_is_tried_once_a_day(office: Office, error: Exception) -> None:
    """And holds nobody up."""
    worse, better = await made(office, "worse"), await made(office, "better")
    office.media.said = [error]
    await sweep(office)
    drawn = [len(await kinds(office, take)) for take in (worse, better)]
    assert sorted(drawn) == [0, 4]
    opened = len(office.archive.script.called("open"))
    await sweep(office)
    assert len(office.archive.script.called("open")) == opened
    await sweep(office, after_s=DAY_S)
    assert [len(await kinds(office, take)) for take in (worse, better)] == [4, 4]


async def test_an_archive_that_is_away_while_missing_ones_are_drawn(office: Office) -> None:
    """What could be kept is kept, the rest is drawn another day."""
    take = await made(office)
    office.archive.script.add("keep", None, DOWN, DOWN)
    await sweep(office)
    assert await kinds(office, take) == {PictureKind.POSTER}
    await sweep(office, after_s=DAY_S)
    assert await kinds(office, take) == set(PictureKind)


async def test_a_clip_that_goes_while_its_pictures_are_drawn(office: Office) -> None:
    """They are removed again."""
    take = await made(office)

    async def purged(**_: Any) -> None:
        async def work(tx: Transaction) -> None:
            row = await tx.lock(Take, take.id)
            assert row is not None
            await tx.step(row, replace(row, purged_at=tx.now))

        await office.store.transact(work)
        raise DOWN

    office.archive.script.add("keep", None, purged)
    await sweep(office)
    assert (await kinds(office, take), len(office.archive.files)) == (set(), 1)
