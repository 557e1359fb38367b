from __future__ import annotations

from pathlib import Path

import pytest

from adapters.local import LocalChat
from adapters.local.entries import Entry, Kind
from adapters.local.rendering import rendered
from bot.core.notices import Document, Notice
from bot.core.ports import CardView, Picture
from tests.adapters.local.conftest import LAUNCH, MakeEntry, Screenful


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "exports" / "u1.csv"
    path.parent.mkdir()
    path.write_bytes(b"when,take\r\n")
    return Document(path=path, name="launch-2026-11.csv", about="#launch, November: $1.07 spent.")


async def shown(chat: LocalChat, screen: Screenful, notice: Notice, nonce: str = "n1") -> Entry:
    """The answer as the channel shows it."""
    await chat.answer(notice, channel=LAUNCH, nonce=nonce, person="mina")
    return screen.shown[-1][1]


async def test_a_document_is_copied(chat: LocalChat, screen: Screenful, clips: Path, document: Document) -> None:
    """Into the folder of the clips, under its name, which the answer says; two of a name are two files."""
    first = await shown(chat, screen, Notice(text="Here it is.", document=document))
    second = await shown(chat, screen, Notice(text="Here it is.", document=document), nonce="n2")
    assert first.file == str(clips / "launch-2026-11.csv")
    assert second.file == str(clips / "launch-2026-11 (2).csv")
    assert (clips / "launch-2026-11.csv").read_bytes() == b"when,take\r\n"
    assert first.to == "mina"
    assert document.path.is_file()
    assert sorted(path.name for path in clips.iterdir()) == ["launch-2026-11 (2).csv", "launch-2026-11.csv"]
    assert "".join(rendered(first)).endswith(f"Here it is.› {clips / 'launch-2026-11.csv'}")  # noqa: RUF001


async def test_a_document_that_cannot_be_copied(chat: LocalChat, screen: Screenful, document: Document) -> None:
    """The answer is shown all the same, and says so."""
    document.path.unlink()
    entry = await shown(chat, screen, Notice(text="Here it is.", document=document))
    assert entry.file is None
    assert entry.view.title.startswith("Here it is.\nlaunch-2026-11.csv could not be saved in ")


async def test_an_answer_that_came_twice(chat: LocalChat, screen: Screenful, clips: Path, document: Document) -> None:
    """The same nonce is one answer with one file."""
    notice = Notice(text="Here it is.", document=document)
    entry = await shown(chat, screen, notice)
    assert await shown(chat, screen, notice) == entry
    assert entry.kind is Kind.ANSWER
    assert len(screen.shown) == 1
    assert [path.name for path in clips.iterdir()] == ["launch-2026-11.csv"]


async def test_a_table_is_shown_as_it_is(chat: LocalChat, screen: Screenful) -> None:
    """Below the text, with its blanks."""
    entry = await shown(chat, screen, Notice(text="#launch", table="stage  takes\ndraft      2"))
    assert rendered(entry) == ["(only you) #launch", "stage  takes", "draft      2"]


def test_an_answer_without_a_file(make_entry: MakeEntry) -> None:
    """Nothing is said of one."""
    assert rendered(make_entry(Kind.ANSWER, title="done")) == ["done"]
    assert make_entry().view == CardView(title="A7K")


async def test_a_picture_of_an_answer_is_copied_too(
    chat: LocalChat, screen: Screenful, clips: Path, document: Document
) -> None:
    """The terminal shows no pictures, so the answer names its file, whole and under its own name."""
    picture = Picture(path=document.path, name="spend-days-1.png", about="#launch: spending by day.")
    entry = await shown(chat, screen, Notice(text="$1.07 spent", picture=picture))
    assert entry.picture == str(clips / "spend-days-1.png")
    assert (clips / "spend-days-1.png").read_bytes() == document.path.read_bytes()
