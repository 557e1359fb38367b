"""A list in a file of this machine, ordered as an attached one is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.local import Session
from adapters.local.lines import Slash, read
from adapters.local.lists import MOST_BYTES, read_list_file
from bot.core.commands import OrderBatch
from bot.core.errors import Refusal
from tests.adapters.local.conftest import Manager


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("/clip batch --file shots.csv", "shots.csv"),
        ("/clip batch: --file shots of monday.csv", "shots of monday.csv"),
        ('/clip Batch --file="lists/my shots.csv"', "lists/my shots.csv"),
        ("/clip batch —file “shots.csv”", "shots.csv"),
    ],
)
def test_the_file_is_named_behind_the_verb(line: str, file: str) -> None:
    """With or without quotes and blanks, and whatever a phone makes of two hyphens."""
    assert read(line) == Slash(root="clip", text="batch", file=file)


@pytest.mark.parametrize("line", ["/clip batch: a fox", "/clip batch of --file x", "/dailies batch --file x"])
def test_any_other_line_is_as_it_is(line: str) -> None:
    """Only batch has a file."""
    slash = read(line)
    assert isinstance(slash, Slash)
    assert slash.file == ""


async def test_a_file_is_ordered(session: Session, manager: Manager, tmp_path: Path) -> None:
    """Its lines are the command's, whatever its line ends and marks; what is wrong with it is answered."""
    path = tmp_path / "shots.csv"
    path.write_bytes("\ufefflabel,prompt\r\nhero,a fox &amp; a dog\r\n".encode())
    await session.type(f"/clip batch --file {path}")
    (command,) = manager.asked
    assert isinstance(command, OrderBatch)
    assert [(line.label, line.prompt) for line in command.lines] == [("hero", "a fox &amp; a dog")]
    notice = await session.type("/clip batch --file nowhere.csv")
    assert notice is not None
    assert notice.text == "There is no file nowhere.csv on this machine."


def refusal(path: Path) -> str:
    with pytest.raises(Refusal) as caught:
        read_list_file(str(path))
    return caught.value.sentence


def test_what_is_no_list_is_refused(tmp_path: Path) -> None:
    """A folder, a pipe, another encoding, something huge, a path that no disk takes: each with its sentence."""
    pipe, latin, huge = (tmp_path / name for name in ("pipe", "latin.csv", "huge.csv"))
    os.mkfifo(pipe)
    latin.write_bytes("prompt\nein Fuchs für mich\n".encode("latin-1"))
    with huge.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for path in (tmp_path, pipe):
        assert refusal(path) == f"There is no file {path} on this machine."
    assert refusal(latin) == f"{latin} is no text in UTF-8; save it as “CSV UTF-8” or as plain text."
    assert refusal(huge) == f"{huge} is larger than 4 MB; a list has at most 200 lines."


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason stands in the answer."""
    path = tmp_path / "shots.csv"
    path.write_text("a fox")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path) == f"{path} cannot be read: Permission denied."
    with pytest.raises(Refusal, match="cannot be read"):
        read_list_file("~nobody-of-this-name/shots.csv")
