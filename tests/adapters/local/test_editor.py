from __future__ import annotations

import pytest

from adapters.local.editor import LineEditor

TYPED = [
    (b"a fox", "a fox|", []),
    (b"a fox\r", "|", ["a fox"]),
    (b"one\ntwo\nthr", "thr|", ["one", "two"]),
    (b"foxx\x7f\b\x7f", "f|", []),
    (b"\x7fa", "a|", []),
    ("żółć 日本".encode(), "żółć 日本|", []),
    (b"a fox in\x17", "a fox |", []),
    (b"a fox  \x17\x17", "|", []),
    (b"fox\x15", "|", []),
    (b"fox\x01\x0b", "|", []),
    (b"fox\x1b[D\x1b[D-", "f-|ox", []),
    (b"fox\x1bOD\x1b[3~", "fo|", []),
    (b"fox\x01a \x05!", "a fox!|", []),
    (b"fox\x1b[Ha\x1b[F!", "afox!|", []),
    (b"fox\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C", "fox|", []),
    (b"one\rtwo\r\x1b[A", "two|", ["one", "two"]),
    (b"one\rtwo\r\x1b[A\x1b[A\x1b[A", "one|", ["one", "two"]),
    (b"one\rone\r\x1b[A\x1b[A", "one|", ["one", "one"]),
    (b"one\r\x1b[A\x1b[B\x1b[B", "|", ["one"]),
    (b"a\x1b[1;5Cb\x1b[200~c", "abc|", []),
    (b"a\x07\x00b", "ab|", []),
    (b"a\x04b", "ab|", []),
    (b"\xff", "�|", []),
]


@pytest.mark.parametrize(("typed", "line", "finished"), TYPED)
def test_keys(typed: bytes, line: str, finished: list[str]) -> None:
    """Keys edit the line as in any terminal; keys that mean nothing do nothing."""
    editor = LineEditor()
    assert editor.feed(typed) == finished
    assert f"{editor.text[: editor.cursor]}|{editor.text[editor.cursor :]}" == line
    assert not editor.ended


@pytest.mark.parametrize(("typed", "line", "finished"), TYPED)
def test_byte_by_byte(typed: bytes, line: str, finished: list[str]) -> None:
    """It makes no difference in which pieces the terminal sends a letter or a key."""
    editor = LineEditor()
    lines = [line for one in typed for line in editor.feed(bytes([one]))]
    assert (lines, f"{editor.text[: editor.cursor]}|{editor.text[editor.cursor :]}") == (finished, line)


def test_end() -> None:
    """Ctrl-D on an empty line is the end; what comes after it is not read."""
    editor = LineEditor()
    assert editor.feed(b"one\n\x04two\n") == ["one"]
    assert (editor.ended, editor.text) == (True, "")


def test_limits() -> None:
    """A line grows to its limit and a little, so that it is refused; only the last lines are remembered."""
    editor = LineEditor()
    editor.feed(b"x" * 70_000)
    assert len(editor.text) == 65_537
    (line,) = editor.feed(b"\r")
    editor.feed(b"".join(b"line %d\r" % number for number in range(600)))
    editor.feed(b"\x1b[A" * 600)
    assert (len(line), editor.text) == (65_537, "line 100")
