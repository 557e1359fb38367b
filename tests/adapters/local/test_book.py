from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.book import Book, BookDamaged
from adapters.local.entries import Entry, Kind, gone_line, read_line, to_line
from bot.core.errors import MessageGone
from bot.core.moments import marked
from bot.core.ports import Button, CardView, Picture, Reaction
from tests.adapters.local.conftest import CARD, DONE

JO = Reaction(person="jo", emoji="✅", name="Jo")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "launch.jsonl"


def opened(path: Path) -> Book:
    return Book(path, "launch")


def posted(book: Book, number: int) -> list[str]:
    return [book.post(Kind.CARD, CARD, nonce=f"c{len(list(book))}")[0].id for _ in range(number)]


texts = st.text(st.characters(), max_size=30)
views = st.builds(
    CardView,
    title=texts,
    quote=texts,
    lines=st.lists(texts, max_size=3).map(tuple),
    footer=texts,
    buttons=st.lists(st.builds(Button, label=texts, action=texts), max_size=2).map(tuple),
    numbers=st.lists(texts, max_size=2).map(tuple),
    mentions=st.lists(texts, max_size=3).map(tuple),
    picture=st.none() | st.builds(Picture, path=texts.map(Path), name=texts, about=texts),
)
reactions = st.builds(Reaction, person=texts, emoji=texts, name=texts, guest=st.booleans(), bot=st.booleans())
entries = st.builds(
    Entry,
    id=texts,
    nonce=texts,
    kind=st.sampled_from(Kind),
    view=views,
    to=st.none() | texts,
    thread=st.none() | texts,
    file=st.none() | texts,
    picture=st.none() | texts,
    reactions=st.lists(reactions, max_size=2).map(tuple),
)


@given(entry=entries)
def test_line_of_json(entry: Entry) -> None:
    """Any message survives as one line, whatever a person wrote into it."""
    line = to_line(entry)
    assert read_line(line) == entry
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")


@pytest.mark.parametrize(("written", "mentions"), [(b'"mina"', ("mina",)), (b"null", ())])
def test_line_of_an_older_version(written: bytes, mentions: tuple[str, ...]) -> None:
    """A message that was kept when it could mention one person only is read as it was meant."""
    entry = Entry(id="launch/1", nonce="n", kind=Kind.CLIP, view=replace(CARD, mentions=mentions))
    now = b'"mentions":["mina"]' if mentions else b'"mentions":[]'
    assert read_line(to_line(entry).replace(now, b'"mention":' + written)) == entry


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b'"x"', b"{}", b'{"reactions":[]}', b"\xff", b'{"gone":1'])
def test_no_line_of_ours(line: bytes) -> None:
    """What is no line of a channel is an error of one kind."""
    with pytest.raises(ValueError, match=r"no line|Expecting|decode|Extra"):
        read_line(line)


def test_newest_first(path: Path) -> None:
    """The message that changed last comes first, in this run and in the next."""
    book = opened(path)
    first, second, third = posted(book, 3)
    book.edit(first, DONE)
    book.react(second, JO, stands=True)
    assert [entry.id for entry in book] == [second, first, third]
    assert [entry.id for entry in opened(path)] == [second, first, third]


def test_removed(path: Path) -> None:
    """A removed message has no nonce any more, and its id is not given again."""
    book = opened(path)
    (first,) = posted(book, 1)
    assert book.remove(first) is not None
    assert book.remove(first) is None
    for each in (book, opened(path)):
        assert (each.get(first), each.with_nonce("c0"), list(each)) == (None, None, [])
    assert posted(opened(path), 1) == ["launch/2"]
    with pytest.raises(MessageGone, match="launch/1 was deleted"):
        book.edit(first, DONE)


@pytest.mark.parametrize("kept", range(0, 400, 37))
def test_torn(path: Path, kept: int) -> None:
    """A line that a crash broke off did not happen; what is written next stands behind the last whole one."""
    book = opened(path)
    posted(book, 1)
    whole = path.read_bytes()
    book.edit("launch/1", DONE)
    last = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + last[: min(kept, len(last) - 1)])
    again = opened(path)
    assert [entry.view for entry in again] == [CARD]
    again.react("launch/1", JO, stands=True)
    assert [entry.reactions for entry in opened(path)] == [(JO,)]


def test_last_line_of_rubbish(path: Path) -> None:
    """A last line that is whole but nonsense, as after a power cut, did not happen either."""
    posted(opened(path), 1)
    with path.open("ab") as file:
        file.write(b"\0" * 50 + b"\n")
    assert posted(opened(path), 1) == ["launch/2"]
    assert len(list(opened(path))) == 2


def test_damaged(path: Path) -> None:
    """Nonsense between whole lines is no crash of ours: the file and the line are named, and nothing is changed."""
    path.write_bytes(b"nonsense\n" + gone_line("launch/7"))
    with pytest.raises(BookDamaged, match=r"launch.jsonl, line 1, is damaged"):
        opened(path)
    assert path.read_bytes().startswith(b"nonsense")


def test_failed_write(path: Path) -> None:
    """A write that failed is not seen, and what it left behind does not spoil the next."""
    book = opened(path)
    posted(book, 1)
    path.chmod(0o400)
    unfinished = path.with_suffix(".away")
    path.rename(unfinished)
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        book.edit("launch/1", DONE)
    path.rmdir()
    unfinished.write_bytes(unfinished.read_bytes() + b'{"id":"launch')
    unfinished.rename(path)
    path.chmod(0o600)
    assert [entry.view for entry in book] == [CARD]
    book.edit("launch/1", DONE)
    assert [entry.view for entry in opened(path)] == [DONE]


def test_written_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many lines that no longer count is written anew, without losing a message or giving an id twice."""
    monkeypatch.setattr("adapters.local.book.MOST_STALE_LINES", 5)
    book = opened(path)
    first, second, last = posted(book, 3)
    book.remove(last)
    for number in range(40):
        book.edit(first, CardView(title=f"version {number}"))
    assert len(path.read_bytes().splitlines()) < 20
    again = opened(path)
    assert [(entry.id, entry.view.title) for entry in again] == [(first, "version 39"), (second, CARD.title)]
    assert posted(again, 1) == ["launch/4"]


def test_oldest_forgotten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many messages those that changed longest ago are forgotten when the file is written anew."""
    monkeypatch.setattr("adapters.local.book.MOST_STALE_LINES", 2)
    monkeypatch.setattr("adapters.local.book.MOST_MESSAGES", 2)
    book = opened(path)
    posted(book, 4)
    for _ in range(3):
        book.edit("launch/1", DONE)
        book.edit("launch/1", CARD)
    assert {entry.id for entry in opened(path)} == {"launch/1", "launch/4"}


def test_moments_are_words(path: Path) -> None:
    """What stands here says moments in words, whether it was posted so or edited."""
    book, since = opened(path), f"since {marked(1_795_680_000_000, '26 Nov, 08:00')}"
    entry, _ = book.post(Kind.CARD, CardView(title=since, lines=(since,), footer=since), nonce="c1")
    assert entry.view == CardView(title="since 26 Nov, 08:00", lines=("since 26 Nov, 08:00",), footer=entry.view.title)
    edited, _ = book.edit(entry.id, CardView(title=f"{since}!"))
    assert edited.view.title == "since 26 Nov, 08:00!"
