# ruff: noqa: RUF001 - the sign of a reply stands in what is expected
"""Pictures of cards, clips and answers: copied beside the clips, said in words, and gone when nothing shows them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.local import LocalChat
from adapters.local.cells import width_of
from adapters.local.entries import Entry, Kind, read_line, to_line
from adapters.local.rendering import rendered
from bot.core.notices import Document, Notice
from bot.core.ports import Button, CardView, Message, Picture, Posted
from tests.adapters.local.conftest import CARD, DONE, LAUNCH, MakeEntry, Screenful

ABOUT = "Contact sheet of A7K: 1 marble, 2 oak, 3 steel, 4 slate. Prompt: a ceramic mug on a table, steam rising"


@pytest.fixture
def sheet(tmp_path: Path) -> Picture:
    """A sheet in a folder of the bot's own."""
    return drawn(tmp_path, "A7K-sheet-1.jpg", b"four mugs")


def drawn(tmp_path: Path, name: str, content: bytes) -> Picture:
    path = tmp_path / "drawn" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return Picture(path=path, name=name, about=ABOUT)


def hung(picture: Picture | None, view: CardView = CARD) -> CardView:
    return replace(view, picture=picture)


async def show(chat: LocalChat, picture: Picture | None, message: Message | None = None, nonce: str = "c1") -> Message:
    return await chat.show(hung(picture), channel=LAUNCH, nonce=nonce, message=message)


async def post(chat: LocalChat, clip: Path, picture: Picture | None, nonce: str = "p1") -> Posted:
    return await chat.post_clip(hung(picture), clip, name="A7K-2F.mp4", channel=LAUNCH, nonce=nonce, thread=None)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


async def standing(chat: LocalChat) -> Entry:
    """The message that changed last."""
    return (await chat.standing(LAUNCH))[0]


async def test_a_cards_picture_is_copied_under_its_name(chat: LocalChat, clips: Path, sheet: Picture) -> None:
    """Whole, once, and not moved: the same card again, or another one, makes no second file."""
    card = await show(chat, None)
    for nonce in ("c1", "c2"):
        await show(chat, sheet, card if nonce == "c1" else None, nonce)
        assert names(clips) == ["A7K-sheet-1.jpg"]
    assert (clips / "A7K-sheet-1.jpg").read_bytes() == b"four mugs"
    assert sheet.path.is_file()
    assert (await standing(chat)).picture == str(clips / "A7K-sheet-1.jpg")


async def test_a_redrawn_sheet_takes_the_place_of_the_old(
    chat: LocalChat, screen: Screenful, clips: Path, sheet: Picture, tmp_path: Path
) -> None:
    """The old file goes, unless another message shows it; a card that is decided has none."""
    card, other = await show(chat, sheet), await show(chat, sheet, nonce="c2")
    new = drawn(tmp_path, "A7K-sheet-2.jpg", b"four mugs and a late one")
    await show(chat, new, card)
    assert names(clips) == ["A7K-sheet-1.jpg", "A7K-sheet-2.jpg"]
    await show(chat, new, other)
    assert names(clips) == ["A7K-sheet-2.jpg"]
    for message in (card, other):
        await chat.show(DONE, channel=LAUNCH, nonce="c", message=message)
    assert names(clips) == []
    assert screen.titles[-1] == DONE.title


async def test_it_goes_with_its_message(chat: LocalChat, clips: Path, clip: Path, sheet: Picture) -> None:
    """A clip that is taken down takes its picture along, and a card too."""
    card, posted = await show(chat, sheet), await post(chat, clip, replace(sheet, name="A7K-2F-beside-1.jpg"))
    assert names(clips) == ["A7K-2F-beside-1.jpg", "A7K-2F.mp4", "A7K-sheet-1.jpg"]
    await chat.take_down(posted.message)
    assert names(clips) == ["A7K-sheet-1.jpg"]
    await chat.take_down(card)
    assert names(clips) == []


async def test_it_is_taken_off_a_clip(
    home: Path, chat: LocalChat, screen: Screenful, clips: Path, clip: Path, sheet: Picture
) -> None:
    """Its file goes once no message shows it; the next run knows that too; nothing is printed a second time."""
    one, other = await post(chat, clip, sheet), await post(chat, clip, sheet, "p2")
    shown = len(screen.shown)
    await chat.take_off_picture(one.message)
    assert names(clips) == ["A7K-2F (2).mp4", "A7K-2F.mp4", "A7K-sheet-1.jpg"]
    again = LocalChat(home, clips=clips)
    assert {entry.picture is None for entry in await again.standing(LAUNCH)} == {True, False}
    await again.take_off_picture(other.message)
    assert names(clips) == ["A7K-2F (2).mp4", "A7K-2F.mp4"]
    assert len(screen.shown) == shown


async def test_between_runs(home: Path, clips: Path, chat: LocalChat, sheet: Picture, tmp_path: Path) -> None:
    """The next run knows whose file it is, and shows nothing twice."""
    card = await show(chat, sheet)
    again = LocalChat(home, clips=clips)
    assert await standing(again) == await standing(chat)
    await show(again, drawn(tmp_path, "A7K-sheet-2.jpg", b"new"), card)
    assert names(clips) == ["A7K-sheet-2.jpg"]


async def test_a_file_that_a_person_deleted_comes_back(chat: LocalChat, clips: Path, sheet: Picture) -> None:
    """When the card is shown again; until then it is only missing."""
    card = await show(chat, sheet)
    (clips / "A7K-sheet-1.jpg").unlink()
    assert "]  A7K-sheet-1.jpg" in rendered(await standing(chat))[1]
    await show(chat, sheet, card)
    assert names(clips) == ["A7K-sheet-1.jpg"]
    (clips / "A7K-sheet-1.jpg").unlink()
    await chat.take_down(card)
    assert names(clips) == []


async def test_a_file_of_somebody_else_stays(chat: LocalChat, clips: Path, sheet: Picture) -> None:
    """A picture never takes the place of other bytes; it gets a number."""
    clips.mkdir()
    (clips / "A7K-sheet-1.jpg").write_bytes(b"mine")
    card = await show(chat, sheet)
    assert (await standing(chat)).picture == str(clips / "A7K-sheet-1 (2).jpg")
    await show(chat, sheet, card)
    assert names(clips) == ["A7K-sheet-1 (2).jpg", "A7K-sheet-1.jpg"]
    await chat.take_down(card)
    assert names(clips) == ["A7K-sheet-1.jpg"]


async def test_a_clip_is_never_named_as_a_picture_is(chat: LocalChat, clips: Path, clip: Path, sheet: Picture) -> None:
    """Nor a picture as a clip: each message's file is its own."""
    posted = await post(chat, clip, replace(sheet, name="A7K-2F.mp4"))
    assert names(clips) == ["A7K-2F (2).mp4", "A7K-2F.mp4"]
    assert Path(posted.file_id).read_bytes() == b"a fox"
    again = await chat.post_clip(CARD, clip, name="A7K-2F (2).mp4", channel=LAUNCH, nonce="p2", thread=None)
    assert Path(again.file_id).name not in ("A7K-2F (2).mp4", "A7K-2F.mp4")


async def test_a_picture_that_cannot_be_copied(chat: LocalChat, clips: Path, clip: Path, sheet: Picture) -> None:
    """The card and the clip are shown all the same, with its words; the next edit brings the file."""
    sheet.path.unlink()
    card, _ = await show(chat, sheet), await post(chat, clip, sheet)
    assert names(clips) == ["A7K-2F.mp4"]
    entries = [each for each in await chat.standing(LAUNCH) if each.kind is Kind.CARD]
    assert rendered(entries[0])[1].startswith("[Contact sheet of A7K: 1 marble, 2 oak, 3 steel, 4 slate.]  ")
    assert "jpg" not in " ".join(rendered(entries[0]))
    sheet.path.write_bytes(b"four mugs")
    await show(chat, sheet, card)
    assert names(clips) == ["A7K-2F.mp4", "A7K-sheet-1.jpg"]


async def test_a_clip_that_is_posted_anew_has_its_new_picture(
    chat: LocalChat, clips: Path, clip: Path, sheet: Picture, tmp_path: Path
) -> None:
    """After a person has deleted the clip's file; the earlier picture goes."""
    await post(chat, clip, sheet)
    (clips / "A7K-2F.mp4").unlink()
    await post(chat, clip, drawn(tmp_path, "A7K-sheet-2.jpg", b"new"))
    assert names(clips) == ["A7K-2F.mp4", "A7K-sheet-2.jpg"]


async def test_a_folder_that_keeps_the_old_picture(chat: LocalChat, clips: Path, sheet: Picture) -> None:
    """What cannot be removed is in nobody's way: here a person has put a folder in its place."""
    card = await show(chat, sheet)
    (clips / "A7K-sheet-1.jpg").unlink()
    (clips / "A7K-sheet-1.jpg").mkdir()
    await chat.show(DONE, channel=LAUNCH, nonce="c", message=card)
    assert (await standing(chat)).view == DONE


async def answered(chat: LocalChat, notice: Notice, nonce: str = "a1") -> Entry:
    await chat.answer(notice, channel=LAUNCH, nonce=nonce, person="mina")
    return await standing(chat)


async def test_an_answer_with_a_picture(chat: LocalChat, clips: Path, sheet: Picture) -> None:
    """It says what the picture shows, and where it lies; a second such answer shows the same file."""
    chart = replace(sheet, name="spend-1.png", about="Spend in #launch by day.")
    one = await answered(chat, Notice(text="#launch: $1.28 spent.", picture=chart))
    two = await answered(chat, Notice(text="#launch: $1.28 spent.", picture=chart), "a2")
    assert one.picture == two.picture == str(clips / "spend-1.png")
    assert names(clips) == ["spend-1.png"]
    lines = rendered(one, width=1000)
    assert lines == ["(only you) #launch: $1.28 spent.", "[Spend in #launch by day.]", f"› {clips / 'spend-1.png'}"]


async def test_an_answer_with_a_picture_and_a_document(
    chat: LocalChat, clips: Path, sheet: Picture, tmp_path: Path
) -> None:
    """Both are named; of what cannot be saved the answer says so."""
    (tmp_path / "u1.csv").write_bytes(b"when\r\n")
    document = Document(path=tmp_path / "u1.csv", name="launch.csv", about="lines")
    entry = await answered(chat, Notice(text="Here.", document=document, picture=sheet))
    assert entry.file_names == ("launch.csv", "A7K-sheet-1.jpg")
    gone = replace(sheet, path=tmp_path / "gone.jpg", name="gone.jpg")
    entry = await answered(chat, Notice(text="Here.", picture=gone), "a2")
    assert entry.view.title.startswith(f"Here.\ngone.jpg could not be saved in {clips}: ")
    assert entry.picture is None


def test_a_card_says_what_its_picture_shows(make_entry: MakeEntry, sheet: Picture) -> None:
    """In one line below the quote, with the file's name; as much of it as fits."""
    card = make_entry(
        title="🎬 A7K · 4 drafts for mina · ready to choose",
        quote="a mug",
        lines=("React 1️⃣–4️⃣",),
        picture=sheet,
        buttons=(Button(label="1", action="promote:A7K-1"),),
    )
    assert rendered(replace(card, picture="/clips/A7K-sheet-1.jpg")) == [
        "🎬 A7K · 4 drafts for mina · ready to choose",
        "“a mug”",
        "[Contact sheet of A7K: 1 marble, 2 oak, 3 steel, 4 slate.]  A7K-sheet-1.jpg",
        "React 1️⃣–4️⃣      [1]",
    ]


def test_a_long_sentence_is_cut_between_words(make_entry: MakeEntry, sheet: Picture) -> None:
    """Where no sentence ends in time."""
    card = make_entry(picture=replace(sheet, about=ABOUT.replace(".", ",")))
    assert rendered(replace(card, picture="/clips/A7K-sheet-1.jpg"))[1] == (
        "[Contact sheet of A7K: 1 marble, 2 oak, 3 steel, 4 slate, Prompt: a ceramic mug…]  A7K-sheet-1.jpg"
    )
    whole = replace(card, view=replace(card.view, picture=replace(sheet, about="A frame. And another.")))
    assert rendered(whole)[1] == "[A frame. And another.]"


@pytest.mark.parametrize("width", [12, 30, 60, 100])
def test_it_fits_the_terminal(make_entry: MakeEntry, sheet: Picture, width: int) -> None:
    """Folded on a narrow one, in wide letters too, and without anything that a terminal obeys."""
    about = "Contact sheet of A7K: 1 大理石 \x1b[2J, 2 オーク材のテーブル, 3 " + "x" * 200
    card = make_entry(picture=replace(sheet, about=about))
    for each in (replace(card, picture="/clips/A7K-1.jpg"), replace(card, kind=Kind.CLIP, file="a.mp4", thread="l/1")):
        lines = rendered(each, width=width)
        assert all(width_of(line) <= width for line in lines)
        assert all(line.isprintable() for line in lines)


def test_a_line_of_an_older_version(make_entry: MakeEntry) -> None:
    """A message that was kept before there were pictures is read as one without."""
    entry = make_entry()
    older = to_line(entry).replace(b',"picture":null', b"")
    assert b"picture" not in older
    assert read_line(older) == entry
