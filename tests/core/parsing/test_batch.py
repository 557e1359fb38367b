"""A list of drafts: plain lines or a table, whatever a spreadsheet or a phone has made of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import BatchLine, Command, OrderBatch, OrderOptions
from bot.core.errors import Refusal
from bot.core.filenames import safe_name
from bot.core.parsing import batch
from bot.core.parsing.batch import HOW, LABEL_CHARACTERS, MOST_CHARACTERS, read_list
from bot.core.prompts import check

Parse = Callable[..., Any]
FOX, DOG = ("line 1", "a fox", OrderOptions()), ("line 2", "a dog", OrderOptions())
HEROES = [("hero", "a fox", OrderOptions(seconds=10)), ("line 3", "a dog", OrderOptions())]
TWO_CELLS = "put a cell that has the delimiter in it in quotes."


def read(text: str) -> list[tuple[str, str, OrderOptions]]:
    """Label, prompt and options of each line; none may have a problem."""
    lines = read_list(text).lines
    assert [line.problem for line in lines] == [""] * len(lines)
    return [(line.label, line.prompt, line.options) for line in lines]


def refusal(text: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_list(text)
    return caught.value.sentence


def problems(text: str) -> dict[int, str]:
    return {line.number: line.problem for line in read_list(text).lines if line.problem}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a fox\na dog", [FOX, DOG]),
        ("\ufeffa fox\r\na dog\r\n", [FOX, DOG]),
        ("\n# shots of monday\n\na fox\n", [("line 4", "a fox", OrderOptions())]),
        ("hero | a fox --seconds 10", [("hero", "a fox", OrderOptions(seconds=10))]),
        (" hero  shot\t|  a fox ", [("hero shot", "a fox", OrderOptions())]),
        ("a fox|dog", [("line 1", "a fox|dog", OrderOptions())]),
        ("a fox, audio\na dog", [("line 1", "a fox, audio", OrderOptions()), DOG]),
        ("text,seconds of rain", [("line 1", "text,seconds of rain", OrderOptions())]),
        (
            "a fox --image https://x.test/a.png --ar 9:16",
            [("line 1", "a fox", OrderOptions(image="https://x.test/a.png", ratio="9:16"))],
        ),
        ("x" * 150_000 + "\na dog"[:0] + "\na dog", None),
    ],
)
def test_plain_lines(text: str, lines: list[tuple[str, str, OrderOptions]] | None) -> None:
    """One prompt on each line, with options and perhaps a label; blank lines and comments are skipped."""
    if lines is None:
        assert problems(text) == {1: "The prompt has 150,000 characters; at most 20,000 fit."}
    else:
        assert read(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "label,prompt,seconds\nhero,a fox,10\n,a dog,\n",
        "\ufefflabel;prompt;seconds\r\nhero;a fox;10\r\n;a dog;\r\n",
        "prompt\tlabel\tduration\na fox\thero\t10\na dog\n",
        'Prompt,"Label",LENGTH\n"a fox",hero,"10"\na dog,,\n',
        "label,prompt,s,,\nhero,a fox,10,,\n,a dog,,,\n",
        "label,prompt,--seconds\nhero, a fox ,10\n, a dog,\n",
        "label,prompt,final_seconds\nhero,a fox,10\n,a dog\n\n\n",
        "label,prompt,final seconds\nhero,a fox,10\n,a dog\n#,,\n",
    ],
)
def test_tables(text: str) -> None:
    """Comma, semicolon or tab; any order and case; byte-order mark, carriage returns, empty cells and columns."""
    assert read(text) == HEROES


def test_a_table_with_everything() -> None:
    """Every option is a column, by its name; quotes and line breaks in a cell are its own."""
    header = "label,prompt,image,draft-seconds,ratio,audio,bitrate,model,look,count"
    row = 'hero,"a ""fox"",\nin snow",https://x.test/a.png,5,9:16,off,high,mini,new,1'
    options = OrderOptions(
        image="https://x.test/a.png",
        draft_seconds=5,
        ratio="9:16",
        audio=False,
        bitrate="high",
        model="mini",
        look="new",
    )
    assert read(f"{header}\n{row}") == [("hero", 'a "fox",\nin snow', options)]
    refs = "prompt,ref1,ref2\na fox,https://x.test/a.png,https://x.test/b.png"
    assert read(refs)[0][2].refs == ("https://x.test/a.png", "https://x.test/b.png")


def test_lines_of_a_table_are_counted_as_an_editor_does() -> None:
    """A cell with a line break makes its row longer, and the next begins later."""
    text = '# shots\nprompt,ratio\n"a fox\nin snow",5:4\na dog,5:4'
    assert [*problems(text)] == [3, 5]


def test_only_a_whole_row_is_a_comment() -> None:
    """A label may begin with a hash, as numbered shots do."""
    assert [label for label, _, _ in read("label,prompt\n#1,a fox\n# not yet,\n#2,a dog")] == ["#1", "#2"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a fox --ratio 5:4", "--ratio is 16:9, 9:16, 1:1, 3:4, 4:3 or 21:9; you asked for 5:4."),
        ("prompt,ratio\na fox,5:4", "ratio is 16:9, 9:16, 1:1, 3:4, 4:3 or 21:9; you asked for 5:4."),
        ("a {fox|dog}", "a line is one draft; write a line for each variant."),
        ("a fox --count 3", "a line is one draft; you asked for count 3: write the line as often."),
        ("hero | --seconds 5", "The prompt is empty; write what the clip shows, as in: a fox in snow."),
        ("prompt,label\n,hero", "The prompt is empty; write what the clip shows, as in: a fox in snow."),
        ("prompt,ratio\na fox, in snow,1:1", f"it has 3 cells, and the table 2 columns; {TWO_CELLS}"),
        (f"{'x' * 41} | a fox", "its label has 41 characters; at most 40 fit."),
        (
            "prompt,ref2\na fox,https://x.test/b.png",
            "--ref1 is missing: number the pictures from ref1 on without a gap.",
        ),
    ],
)
def test_one_bad_line_is_its_own_problem(text: str, problem: str) -> None:
    """It says what is wrong, and the other lines are read."""
    lines = read_list(f"{text}\na dog").lines
    assert [line.problem for line in lines] == [problem, ""]
    assert lines[1].prompt == "a dog"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", HOW),
        ("\n# nothing\n\n", HOW),
        ("label,prompt\n", HOW),
        ("label,image\nhero,https://x.test/a.png", "The table has no column prompt; its columns are label and image."),
        ("text,seconds\na fox,5", "The column “text” is not known. Columns are label, prompt, image, "),
        ("label,promt\nhero,a fox", "The column “promt” is not known; did you mean prompt? Columns are "),
        ("label,,prompt\nhero,,a fox", "Column 2, which has no name, is not known. Columns are "),
        ("prompt,ratio,ar\na fox,1:1,1:1", "The column ratio is there twice."),
        ("prompt,no\na fox,blur", "The column “no” is not known. Columns are "),
        ('prompt\na dog\n"a fox\nin snow', "The row that begins on line 3 cannot be read: a quote in it is not closed"),
        ('prompt\n"a" fox', "The row that begins on line 2 cannot be read: "),
        ("a fox\n" * 201, "A batch has at most 200 lines; this list has 201. Order it in parts."),
        ("prompt\n" + "a fox\n" * 1_500, "A batch has at most 200 lines; this list has 1,500. Order it in parts."),
        ("x" * (MOST_CHARACTERS + 1), "The list has 1,000,001 characters; at most 1,000,000 fit. Order it in parts."),
    ],
)
def test_no_list_at_all(text: str, sentence: str) -> None:
    """What stands in the way of reading it, with the line or column and the remedy."""
    assert refusal(text).startswith(sentence)


def test_two_hundred_lines_are_read() -> None:
    """The most that a batch has."""
    assert len(read_list("a fox\n" * 200).lines) == 200


@pytest.mark.parametrize("head", ["", "prompt\n"])
def test_too_long_a_list_is_not_read(head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a list with too many lines none is looked at: a hundred thousand of them would take seconds."""
    looked = []

    def watched(text: str) -> str:
        looked.append(text)
        return check(text)

    monkeypatch.setattr(batch, "check", watched)
    assert "300" in refusal(head + "a fox\n" * 300)
    assert looked == []
    read_list(head + "a fox\n")
    assert looked


def test_labels_are_made_unlike() -> None:
    """Labels that would make the same file name get a number; so do those that look like another line's number."""
    text = "hero | a\nHERO | b\nhe/ro | c\nhe ro | d\nline 6 | e\nf\n" + f"{'x' * 40} | g\n" * 2
    labels = [line.label for line in read_list(text).lines]
    assert labels == ["hero", "HERO 2", "he/ro", "he ro 2", "line 6", "line 6 2", "x" * 40, f"{'x' * 36} 2"]


def test_remarks_are_said_with_their_lines() -> None:
    """Words that are no options stay in the prompt; the first three are remarked upon."""
    found = read_list("a fox --rain\n" * 5)
    assert found.remarks[0] == "Line 1: “--rain” is not an option and stays in the prompt."
    assert len(found.remarks) == 3


CELLS = st.text(st.characters(codec="utf-8"), max_size=30)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_what_a_spreadsheet_writes_is_read_back(
    rows: list[tuple[str, str]], delimiter: str, end: str, mark: str
) -> None:
    """Any label and prompt that a table was written with come back, or the line says why it cannot be ordered."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("label", "prompt"), *rows])
    kept = [prompt for label, prompt in rows if is_said(label, prompt)]
    try:
        lines = read_list(mark + out.getvalue()).lines
    except Refusal as refused:
        assert refused.sentence == HOW  # noqa: PT017 - only where nothing is left
        assert not kept
        return
    assert len(lines) == len(kept)
    for line, prompt in zip(lines, kept, strict=True):
        assert line.problem or line.prompt == check(prompt)
    names = [safe_name(line.label).casefold() for line in lines]
    assert len(set(names)) == len(names)
    assert all(0 < len(line.label) <= LABEL_CHARACTERS for line in lines)


def is_said(label: str, prompt: str) -> bool:
    """Whether a row has anything but a comment once control characters are gone."""
    first, second = plainly(label), plainly(prompt)
    return bool(second) or bool(first and not first.startswith("#"))


def plainly(text: str) -> str:
    try:
        return check(text)
    except Refusal:
        return ""


@given(text=st.lists(st.sampled_from([*'ab,;\t"\n\r|{}#-\ufeff \x00', "prompt", "label", "--count 2"])).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is pasted: lines with or without a problem, or one sentence."""
    try:
        lines = read_list(text).lines
    except Refusal:
        return
    assert lines
    assert all(bool(line.prompt) != bool(line.problem) for line in lines)


@pytest.mark.parametrize(
    "text", ["batch: a fox\na dog", "batch\na fox\na dog", "batch:\na fox\na dog", "Batch :\na fox\na dog"]
)
def test_a_list_is_typed_after_the_verb(clip: Parse, text: str) -> None:
    """After a colon, or on the lines below."""
    command: OrderBatch = clip(text)
    assert [line.prompt for line in command.lines] == ["a fox", "a dog"]


def test_a_list_is_attached(clip: Parse, make: Callable[..., Command]) -> None:
    """The text of an attached file is the list; nothing of it is Slack's markup."""
    lines = (BatchLine(number=2, label="line 2", prompt="a &amp; b"),)
    assert clip("batch", listed="prompt\na &amp; b") == make(OrderBatch, lines=lines)


def test_two_lists_are_one_too_many(clip: Parse, refused: Callable[..., str]) -> None:
    """A typed list beside an attached one is refused."""
    assert refused(clip, "batch: a fox", listed="a dog") == (
        "There is a list after batch and another one attached; give one of them."
    )
