"""The archive is full, or away for an hour: what is paid waits on our disk, and nothing is lost or done twice."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.archive.folder import FolderArchive
from bot.core.errors import ArchiveError, Gone
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.rows import ClipPicture, PictureKind, Take
from bot.jobs.downloads import RECORD
from bot.media.taken_in import ENCODED, TakenIn
from tests.jobs.acts import card_of
from tests.jobs.conftest import AgreeableMedia, Office
from tests.jobs.worker.conftest import Crash, bills, clips, crashes, rebuilt, restart

DAY_S = 24 * 3600
DOWN = ArchiveError("the archive is not there")


def downloads(office: Office) -> int:
    return len(office.provider.script.called("download"))


def told(office: Office) -> list[str]:
    """What the owner was told about the archive as a whole."""
    return [line for line in office.lines(to="dana") if line.startswith("No clip could be archived")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "clips"


@pytest.fixture
def in_folder(office: Office, root: Path) -> Office:
    """The office with an archive that is a real folder, and pictures of each clip."""
    office.media.pictures = True
    return rebuilt(office, archive=FolderArchive(root))


def kept(root: Path) -> list[str]:
    """Every file of the archive, unfinished ones too."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def away(path: Path) -> None:
    """Put a file where a folder is wanted: nothing can be written or read there."""
    if path.exists():
        path.rename(path.with_name("elsewhere"))
    path.parent.mkdir(exist_ok=True)
    path.write_text("no folder", encoding="utf-8")


def back(path: Path) -> None:
    path.unlink()
    if path.with_name("elsewhere").exists():
        path.with_name("elsewhere").rename(path)


async def test_a_clip_and_its_pictures_lie_side_by_side(in_folder: Office, root: Path) -> None:
    """By month, channel and id; nothing is left of the way there, and the rows say what is kept."""
    take = (await in_folder.order())[0]
    await in_folder.work()
    begin = f"2026-11/launch/{take.id}"
    assert kept(root) == sorted(f"{begin}{end}" for end in (".mp4", ".poster.jpg", ".strip.jpg", ".gif", ".webp"))
    rows = await in_folder.rows(ClipPicture, take=take.id)
    assert {row.kind: row.name.removeprefix(begin) for row in rows} == {
        PictureKind.POSTER: ".poster.jpg",
        PictureKind.STRIP: ".strip.jpg",
        PictureKind.GIF: ".gif",
        PictureKind.WEBP: ".webp",
    }
    assert all((root / row.name).stat().st_size == row.size for row in rows)


async def test_an_archive_that_is_away_for_an_hour(in_folder: Office, root: Path) -> None:
    """Each clip is downloaded once and waits; its card says why, the owner is told once, and all go on then."""
    away(root / "2026-11")
    takes = [(await in_folder.order(prompt))[0] for prompt in ("a fox", "an owl", "a hare")]
    await in_folder.work(4 * 60)
    assert told(in_folder) == []
    await in_folder.work(56 * 60)
    assert {(await in_folder.take(take.id)).state for take in takes} == {State.FETCHING}
    assert len(told(in_folder)) == 1
    assert "3 clips wait" in told(in_folder)[0]
    card = (await card_of(in_folder, takes[0])).view
    assert "is still being brought here: The archive of finished clips" in card.lines[0]
    back(root / "2026-11")
    await in_folder.work()
    assert {(await in_folder.take(take.id)).state for take in takes} == {State.DELIVERED}
    assert (downloads(in_folder), bills(in_folder), len(told(in_folder))) == (3, 3, 1)
    assert len(kept(root)) == 15


async def test_the_next_outage_is_told_too(in_folder: Office, root: Path) -> None:
    """Once for each."""
    for number in (1, 2):
        away(root / "2026-11")
        await in_folder.order(f"fox {number}")
        await in_folder.work(1800)
        assert len(told(in_folder)) == number
        back(root / "2026-11")
        await in_folder.work()
    assert len(await in_folder.rows(Take, state=State.DELIVERED)) == 2


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_the_whole_folder_is_away(in_folder: Office, root: Path, moment: str) -> None:
    """With what waits in it, or before anything does: the clip is downloaded once, when it can be."""
    if moment == "after":
        away(root / "2026-11")
    else:
        away(root)
    take = (await in_folder.order())[0]
    await in_folder.work(60)
    if moment == "after":
        back(root / "2026-11")
        away(root)
    await in_folder.work(3600)
    assert (await in_folder.take(take.id)).state is State.FETCHING
    back(root)
    await in_folder.work()
    assert ((await in_folder.take(take.id)).state, downloads(in_folder)) == (State.DELIVERED, 1)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_clip_on_our_disk_is_not_lost_with_its_address(
    in_folder: Office, root: Path, *, restarted: bool
) -> None:
    """The archive is away for two days: the address has long ended, and the clip is kept all the same."""
    away(root / "2026-11")
    take = (await in_folder.order())[0]
    await in_folder.work(60)
    in_folder.provider.script.always("download", Gone("403", status=403))
    in_folder.clock.jump(2 * DAY_S)
    await in_folder.work(600)
    assert (await in_folder.take(take.id)).state is State.FETCHING
    assert any("Its bytes are on our disk already." in line for line in in_folder.lines(to="dana"))
    if restarted:
        in_folder = await restart(in_folder)
    back(root / "2026-11")
    await in_folder.work()
    assert ((await in_folder.take(take.id)).state, downloads(in_folder), clips(in_folder)) == (State.DELIVERED, 1, 1)
    assert len(kept(root)) == 5


async def test_after_its_address_has_ended_it_is_no_busy_loop(office: Office) -> None:
    """A try every five minutes."""
    office.archive.script.always("keep", DOWN)
    await office.order()
    await office.work(600)
    office.clock.jump(DAY_S)
    before = len(office.archive.script.called("keep"))
    await office.work(3600)
    assert len(office.archive.script.called("keep")) - before in (11, 12, 13)


async def test_what_was_never_downloaded_is_lost_with_its_address(in_folder: Office, root: Path) -> None:
    """The whole folder is away until the address has ended: when it is back, the bytes are found to be gone."""
    away(root)
    take = (await in_folder.order())[0]
    await in_folder.work(60)
    in_folder.clock.jump(DAY_S)
    await in_folder.work(600)
    assert (await in_folder.take(take.id)).state is State.FETCHING
    in_folder.provider.script.always("download", Gone("403", status=403))
    back(root)
    await in_folder.work()
    assert (await in_folder.take(take.id)).state is State.LOST


@pytest.mark.parametrize("crash", [Crash(), After(Crash())], ids=["before", "after"])
@pytest.mark.parametrize("kept_so_far", range(3))
async def test_a_crash_beside_the_archive(office: Office, crash: Any, kept_so_far: int) -> None:
    """Before or after a file is kept: the next process goes on there, with one download and one check in all."""
    office.media.pictures = True
    office.archive.script.add("keep", *[None] * kept_so_far, crash)
    take = (await office.order())[0]
    await crashes(office)
    office.media.always = AssertionError("it was checked already")
    office.provider.script.always("download", Gone("403", status=403))
    office.clock.jump(2 * DAY_S)
    office = await restart(office)
    await office.work()
    assert ((await office.take(take.id)).state, downloads(office)) == (State.DELIVERED, 1)
    assert len(office.archive.files) == 5
    assert len(await office.rows(ClipPicture, take=take.id)) == 4


async def test_a_crash_before_the_rows_are_written(office: Office) -> None:
    """Clip and pictures are in the archive, and nobody has noted it: they are found there."""
    office.media.pictures = True
    take = (await office.order())[0]
    office.archive.script.add("keep", None, None, None, None, After(Crash()))
    await crashes(office)
    assert len(office.archive.files) == 5
    office.provider.script.always("download", Gone("403", status=403))
    office = await restart(office)
    await office.work()
    assert ((await office.take(take.id)).state, len(await office.rows(ClipPicture))) == (State.DELIVERED, 4)


async def test_other_bytes_under_the_clips_name(office: Office) -> None:
    """What a try has left that nobody knows of is no obstacle for ever: the clip gets the next name."""
    take = (await office.order())[0]
    office.archive.files[f"2026-11/launch/{take.id}.mp4"] = b"other bytes"
    office.archive.files[f"2026-11/launch/{take.id}.2.mp4"] = b"others"
    await office.work()
    took = await office.take(take.id)
    assert (took.state, took.clip) == (State.DELIVERED, f"2026-11/launch/{take.id}.3.mp4")


async def test_a_name_that_cannot_be_asked_for_is_waited_for(office: Office) -> None:
    """An archive that refuses the file and does not say why is tried again with the same name."""
    office.archive.script.add("keep", DOWN)
    office.archive.script.add("size_of", DOWN)
    take = (await office.order())[0]
    await office.work()
    assert (await office.take(take.id)).clip == f"2026-11/launch/{take.id}.mp4"


async def test_other_bytes_under_a_pictures_name(office: Office) -> None:
    """A second run makes slightly other bytes: no row names the first, which gives way."""
    office.media.pictures = True
    take = (await office.order())[0]
    office.archive.files[f"2026-11/launch/{take.id}.strip.jpg"] = b"of an earlier run"
    await office.work()
    assert len(await office.rows(ClipPicture, take=take.id)) == 4
    assert office.archive.files[f"2026-11/launch/{take.id}.strip.jpg"] != b"of an earlier run"


async def test_a_disk_that_is_full_for_pictures(office: Office) -> None:
    """The clip is what matters: it is delivered, with the pictures that there was room for."""
    office.media.pictures = True
    office.archive.script.add("keep", None, None, DOWN, DOWN)
    take = (await office.order())[0]
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED
    assert [row.kind for row in await office.rows(ClipPicture)] == [PictureKind.POSTER]
    assert not list(office.archive.working_file("x").parent.iterdir())


async def test_bytes_that_have_changed_on_our_disk_are_fetched_again(office: Office) -> None:
    """What was noted of a clip holds for those bytes only."""
    office.archive.script.add("keep", DOWN)
    take = (await office.order())[0]
    await office.work(15)
    working = office.archive.working_file(f"{take.id}.mp4")
    working.write_bytes(b"rotten")
    await office.work()
    took = await office.take(take.id)
    assert (took.state, office.archive.files[took.clip or ""], downloads(office)) == (State.DELIVERED, b"a clip", 2)


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"sha256": 1}', "[" * 100_000, "full", "gone"], ids=lambda content: content[:8]
)
async def test_a_note_that_cannot_be_read(office: Office, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """A clip is checked again where its note is damaged, could not be written, or is gone; not downloaded again."""
    office.archive.script.add("keep", DOWN)
    if content == "full":
        monkeypatch.setattr(os, "fsync", _no_space)
    take = (await office.order())[0]
    await office.work(15)
    working = office.archive.working_file(f"{take.id}.mp4")
    note = working.with_name(working.name + RECORD)
    if content == "full":
        assert not note.exists()
        monkeypatch.undo()
    elif content == "gone":
        note.unlink()
    else:
        note.write_text(content, encoding="utf-8")
    await office.work()
    assert ((await office.take(take.id)).state, downloads(office)) == (State.DELIVERED, 1)
    assert not list(working.parent.iterdir())


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


async def test_a_note_of_a_clip_that_is_nowhere_is_no_clip(office: Office) -> None:
    """The bytes have gone from our disk and never came to the archive: they are fetched again."""
    office.archive.script.add("keep", DOWN)
    take = (await office.order())[0]
    await office.work(15)
    office.archive.working_file(f"{take.id}.mp4").unlink()
    office.archive.files[f"2026-11/launch/{take.id}.mp4"] = b"others"
    await office.work()
    assert ((await office.take(take.id)).state, downloads(office)) == (State.DELIVERED, 2)


async def test_tidying_leaves_what_still_waits(in_folder: Office, root: Path) -> None:
    """The hourly sweep removes what downloads have left behind, and no clip that waits, for a week if need be."""
    away(root / "2026-11")
    take = (await in_folder.order())[0]
    await in_folder.work(60)
    (root / ".unfinished" / "left.mp4.part").write_bytes(b"left")
    waiting = [path for path in (root / ".unfinished").iterdir() if path.name != "left.mp4.part"]
    assert len(waiting) == 6
    for path in (root / ".unfinished").iterdir():
        os.utime(path, (1, 1))
    await in_folder.sweep.once()
    assert not (root / ".unfinished" / "left.mp4.part").exists()
    assert all(path.exists() for path in waiting)
    in_folder.clock.jump(7 * DAY_S)
    in_folder.provider.script.always("download", Gone("403", status=403))
    in_folder = await restart(in_folder)
    back(root / "2026-11")
    await in_folder.work()
    assert (await in_folder.take(take.id)).state is State.DELIVERED


async def _unreadable(office: Office, take: Take) -> None:
    """The clip is to be posted while the archive cannot be read: it is to be fetched again."""
    office.archive.script.add("open", DOWN)
    while (await office.take(take.id)).state is not State.DELIVERING:
        await office.worker.advance(take.id)
        await office.clock.advance(10)
    while (await office.take(take.id)).state is State.DELIVERING:
        await office.worker.advance(take.id)


@pytest.mark.parametrize("ended", [False, True])
async def test_a_clip_that_the_archive_has_is_not_fetched_again(office: Office, *, ended: bool) -> None:
    """It was out of reach when it was to be posted: it is there with the archive, whatever became of its address."""
    office.media.pictures = True
    take = (await office.order())[0]
    await office.work(0)
    await office.outbox.once()
    await _unreadable(office, take)
    office.archive.script.always("size_of", DOWN)
    office.provider.script.always("download", Gone("403", status=403))
    office.clock.jump(2 * DAY_S if ended else 1)
    await office.work(600)
    office.archive.script.always("size_of", None)
    if ended:
        office.archive.script.add("open", DOWN)
    await office.work()
    assert ((await office.take(take.id)).state, downloads(office)) == (State.DELIVERED, 1)
    assert len(await office.rows(ClipPicture)) == 4


@pytest.mark.parametrize("found", ["gone", "damaged"])
async def test_a_clip_that_is_fetched_again_has_its_pictures_made_anew(office: Office, found: str) -> None:
    """They are beside the new file, and those of the old one are removed."""
    office.media.pictures = True
    take = (await office.order())[0]
    await office.work(0)
    await office.outbox.once()
    await _unreadable(office, take)
    name = (await office.take(take.id)).clip or ""
    if found == "gone":
        del office.archive.files[name]
    else:
        office.archive.files[name] = b"damaged"
    await office.work()
    assert (await office.take(take.id)).clip == f"2026-11/launch/{take.id}.2.mp4"
    names = {row.name for row in await office.rows(ClipPicture)}
    assert len(names) == 4
    assert all(name.startswith(f"2026-11/launch/{take.id}.2.") for name in names)
    assert names == {name for name in office.archive.files if not name.endswith(".mp4")}


@pytest.mark.parametrize("stuck", [False, True])
async def test_a_clip_that_is_lost_takes_its_pictures_with_it(office: Office, *, stuck: bool) -> None:
    """They are of a clip that nobody has; one that cannot be removed is in nobody's way."""
    office.media.pictures = True
    take = (await office.order())[0]
    await office.work(0)
    await office.outbox.once()
    await _unreadable(office, take)
    office.archive.files.pop((await office.take(take.id)).clip or "")
    office.provider.script.always("download", Gone("403", status=403))
    if stuck:
        office.archive.script.add("delete", DOWN)
    await office.work(600)
    office.clock.jump(2 * DAY_S)
    await office.work(600)
    assert (await office.take(take.id)).state is State.LOST
    assert (await office.rows(ClipPicture), len(office.archive.files)) == ([], int(stuck))


class Encoding(AgreeableMedia):
    """Has every clip encoded anew."""

    async def take_in(self, path: Path, *, into: Path, **asked: Any) -> TakenIn:
        taken = await super().take_in(path, into=into, **asked)
        encoded = Path(f"{into}{ENCODED}")
        encoded.write_bytes(b"encoded anew")
        return replace(taken, encoded=encoded)


@pytest.mark.parametrize("full", [False, True])
async def test_a_clip_that_had_to_be_encoded(office: Office, monkeypatch: pytest.MonkeyPatch, *, full: bool) -> None:
    """What is archived is the new file; where the disk is full for it, it is encoded again and not downloaded."""
    office = rebuilt(office, media=Encoding())
    if full:
        monkeypatch.setattr(os, "fsync", _no_space)
    take = (await office.order())[0]
    await office.work(15)
    if full:
        assert "could not be written" in (await office.take(take.id)).problem
        monkeypatch.undo()
    await office.work()
    took = await office.take(take.id)
    assert (took.state, office.archive.files[took.clip or ""]) == (State.DELIVERED, b"encoded anew")
    assert (took.clip_size, downloads(office), list(office.archive.working_file("x").parent.iterdir())) == (12, 1, [])
