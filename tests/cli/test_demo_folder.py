from __future__ import annotations

from pathlib import Path

import pytest

from adapters.local import LocalChat
from bot.cli.demo_folder import CLIPS, MARK, REPORT, STATE, TRANSCRIPT, FolderTaken, start_afresh
from bot.core.errors import StoreError
from bot.core.ports import CardView, Picture
from storage.lock_file import LockFile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


async def play(folder: Path, *names: str) -> None:
    """What a demo leaves behind."""
    start_afresh(folder)
    clip = folder.with_name("made.mp4")
    clip.write_bytes(b"clip")
    chat = LocalChat(folder / STATE / "local", clips=folder / CLIPS)
    for name in names:
        view = CardView(title=name, picture=Picture(path=clip, name=f"{name}.jpg", about="a fox"))
        await chat.post_clip(view, clip, name=name, channel="local:launch", nonce=name, thread=None)
    (folder / STATE / "archive").mkdir()
    (folder / STATE / "dailies.db").write_bytes(b"rows")
    (folder / TRANSCRIPT).write_text("mina> /clip a fox\n")
    (folder / REPORT).write_text("{}")


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_again(folder: Path) -> None:
    """A second demo removes what the first one made, and nothing else."""
    await play(folder, "A7K.mp4", "A7K-F.mp4")
    assert f"{CLIPS}/A7K-F.mp4.jpg" in names(folder)
    (folder / "notes.txt").write_text("mine")
    (folder / CLIPS / "holiday.mp4").write_text("mine")
    (folder / CLIPS / ".unfinished.part").write_text("half a clip")
    start_afresh(folder)
    assert names(folder) == sorted([f"{STATE}/{MARK}", f"{CLIPS}/holiday.mp4", "notes.txt"])


async def test_broken_off(folder: Path) -> None:
    """A demo that was killed is removed too, also when one of its files is damaged: then its clips stay."""
    await play(folder, "A7K.mp4")
    (folder / REPORT).unlink()
    messages = folder / STATE / "local" / "launch.jsonl"
    messages.write_text("nonsense\n" + messages.read_text())
    start_afresh(folder)
    assert (f"{CLIPS}/A7K.mp4" in names(folder), TRANSCRIPT in names(folder)) == (True, False)


@pytest.mark.parametrize("name", [STATE, CLIPS, TRANSCRIPT, REPORT])
def test_in_the_way(folder: Path, name: str) -> None:
    """Something of a demo's names that no demo made is left alone, and named."""
    folder.mkdir()
    (folder / name).write_text("mine")
    with pytest.raises(FolderTaken, match=r"is in the way: no demo made it\. Move it, or name another folder"):
        start_afresh(folder)
    assert names(folder) == [name]


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    """A link in place of a demo's folder is in the way, wherever it leads."""
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / CLIPS).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FolderTaken):
        start_afresh(folder)


def test_empty_folders(folder: Path) -> None:
    """Empty folders of those names are used."""
    (folder / CLIPS).mkdir(parents=True)
    start_afresh(folder)
    assert (folder / STATE / MARK).is_file()


async def test_at_the_same_time(folder: Path) -> None:
    """While a demo is playing there, nothing of it is removed."""
    await play(folder, "A7K.mp4")
    lock = LockFile(folder / STATE / "dailies.db.lock")
    with pytest.raises(StoreError, match="Another Dailies"):
        start_afresh(folder)
    lock.release()
    assert f"{CLIPS}/A7K.mp4" in names(folder)
