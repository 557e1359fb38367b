"""A list of drafts: plain lines, one prompt each, or a table with a header; told apart by its first line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.core.commands import BatchLine, OrderOptions
from bot.core.errors import Refusal
from bot.core.filenames import safe_name
from bot.core.kinds import repeated
from bot.core.parsing.options import NAMES, Typed, read_cells, read_typed
from bot.core.parsing.words import nearest
from bot.core.prompts import check, variants
from bot.core.prompts.text import clean
from bot.core.settings_options import MODELS

MOST_LINES = 200
#: Of the whole text; two hundred prompts of five thousand fit.
MOST_CHARACTERS = 1_000_000
LABEL_CHARACTERS = 40
#: Remarks that an answer repeats.
MOST_REMARKS = 3
#: Longer names are no columns.
COLUMN_CHARACTERS = 30
#: Of a first line that is a header; a longer one is a prompt.
HEADER_CHARACTERS = 2_000

DELIMITERS = (",", ";", "\t")
BYTE_ORDER_MARK = "\ufeff"
_OWN = ("label", "prompt")
#: From every name and alias of a column to its own name.
_COLUMNS: Mapping[str, str] = {name: name for name in _OWN} | {name: own for name, own in NAMES.items() if own != "no"}
_LABELLED = re.compile(r"(?P<label>[^|{}]*\S)[ \t]+\|[ \t]+(?P<prompt>.*)", re.DOTALL)
_WORD = re.compile(rf"[a-z][a-z0-9_-]{{0,{COLUMN_CHARACTERS - 1}}}")

HOW = (
    "batch is followed by a list, one prompt on each line after batch: (a label may stand before it, as in hero | a "
    "fox in snow), or by an attached table with the columns label, prompt, image and any option."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list as it was read."""

    lines: tuple[BatchLine, ...]
    #: What the answer says of it.
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """A table's first line."""

    delimiter: str
    #: Each column's own name, or as it is written where it has none.
    columns: tuple[str, ...]
    #: Whether each was written as one word, as names are and prompts are not.
    of_words: bool

    @property
    def known(self) -> int:
        """Columns that have a name of ours."""
        return sum(column in _COLUMNS.values() for column in self.columns)

    @property
    def is_one(self) -> bool:
        """Whether it is a header and no prompt: it has label or prompt, or is of single words, at least half ours."""
        if not {*_OWN}.isdisjoint(self.columns):
            return True
        return self.of_words and len(self.columns) > 1 and self.known * 2 >= len(self.columns)


def read_list(text: str, *, models: tuple[str, ...] = MODELS) -> Listed:
    """Read a list of at most 200 lines; a line that cannot be a draft has the sentence that says why.

    Raises:
        Refusal: no list, too long a one, or a table whose columns or quotes cannot be read.
    """
    if len(text) > MOST_CHARACTERS:
        sentence = f"The list has {len(text):,} characters; at most {MOST_CHARACTERS:,} fit. Order it in parts."
        raise Refusal(sentence)
    lines = clean(text.removeprefix(BYTE_ORDER_MARK)).split("\n")
    first = next((place for place, line in enumerate(lines) if not _is_skipped(line)), None)
    if first is None:
        raise Refusal(HOW)
    header = _header(lines[first])
    found = list(_table(lines, first, header, models) if header.is_one else _plain_lines(lines, models))
    remarks = [f"Line {line.number}: {remark}" for line, remarks in found for remark in remarks]
    return Listed(lines=_unlike([line for line, _ in found]), remarks=tuple(remarks[:MOST_REMARKS]))


Read = tuple[BatchLine, tuple[str, ...]]


def _plain_lines(lines: list[str], models: tuple[str, ...]) -> Iterator[Read]:
    listed = [(number, text) for number, text in enumerate(lines, start=1) if not _is_skipped(text)]
    _require_some(len(listed))
    for number, text in listed:
        labelled = _LABELLED.fullmatch(text.strip())
        label, prompt = (labelled["label"], labelled["prompt"]) if labelled else ("", text)
        line = BatchLine(number=number, label=label)
        try:
            typed = read_typed(prompt, models=models)
        except Refusal as refusal:
            yield replace(line, problem=refusal.sentence), ()
        else:
            yield _checked(line, typed), typed.remarks


def _table(lines: list[str], first: int, header: _Header, models: tuple[str, ...]) -> Iterator[Read]:
    _require_columns(header)
    rows = list(_rows(lines, first + 1, header.delimiter))
    _require_some(len(rows))
    for number, cells in rows:
        line = BatchLine(number=number, label="")
        extra = cells[len(header.columns) :]
        if any(extra):
            problem = f"it has {len(cells)} cells, and the table {len(header.columns)} columns; {_QUOTES}"
            yield replace(line, problem=problem), ()
            continue
        given = dict(zip(header.columns, cells, strict=False))
        line = replace(line, label=given.pop("label", ""))
        try:
            typed = Typed(prompt=given.pop("prompt", ""), options=read_cells(given, models=models))
        except Refusal as refusal:
            yield replace(line, problem=refusal.sentence), ()
        else:
            yield _checked(line, typed), ()


_QUOTES = "put a cell that has the delimiter in it in quotes."


def _rows(lines: list[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that says anything, with the number of the line that it begins on.

    Raises:
        Refusal: a quote that is not closed, or has something behind it.
    """
    reader = csv.reader((f"{line}\n" for line in lines[start:]), delimiter=delimiter, strict=True)
    number = start + 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not (cells[0].startswith("#") and not any(cells[1:])):
                yield number, cells
            number = start + reader.line_num + 1
    except csv.Error as error:
        sentence = (
            f"The row that begins on line {number} cannot be read: a quote in it is not closed, something stands "
            'behind it, or a cell is far too long. Inside quotes a quote is written twice: "".'
        )
        raise Refusal(sentence) from error


def _header(line: str) -> _Header:
    """The first line, by the delimiter that makes most of it."""
    found = [_split(line[:HEADER_CHARACTERS], delimiter) for delimiter in DELIMITERS]
    return max(found, key=lambda header: (header.known, len(header.columns)))


def _split(line: str, delimiter: str) -> _Header:
    written = [cell.strip().lower() for cell in next(csv.reader([line], delimiter=delimiter))]
    while written and not written[-1]:  # a spreadsheet writes delimiters behind the last column
        written.pop()
    names = ["-".join(cell.removeprefix("--").replace("_", " ").split()) for cell in written]
    return _Header(
        delimiter=delimiter,
        columns=tuple(_COLUMNS.get(name, name) for name in names),
        of_words=all(_WORD.fullmatch(cell) for cell in written),
    )


def _require_columns(header: _Header) -> None:
    """Every column is one of ours, once, and the prompts are among them.

    Raises:
        Refusal: names the column.
    """
    for place, column in enumerate(header.columns):
        if column not in _COLUMNS.values():
            meant = nearest(column, _COLUMNS)
            question = f"; did you mean {meant}?" if meant else ""
            sentence = f"{_column(column, place)} is not known{question or '.'} Columns are {_LISTED}."
            raise Refusal(sentence)
        if column in header.columns[:place]:
            sentence = f"The column {column} is there twice."
            raise Refusal(sentence)
    if "prompt" not in header.columns:
        sentence = f"The table has no column prompt; its columns are {' and '.join(header.columns)}."
        raise Refusal(sentence)


_LISTED = "label, prompt, image, ref1 to ref9 and the options, as seconds or ratio"


def _column(name: str, place: int) -> str:
    return f"The column “{repeated(name)}”" if name else f"Column {place + 1}, which has no name,"


def _checked(line: BatchLine, typed: Typed) -> BatchLine:
    """The line with its prompt and options, or with what is wrong with them."""
    try:
        _require_one(typed.options)
        prompts = variants(check(typed.prompt))
    except Refusal as refusal:
        return replace(line, problem=refusal.sentence)
    if len(prompts) > 1:
        return replace(line, problem="a line is one draft; write a line for each variant.")
    return replace(line, prompt=check(typed.prompt), options=typed.options)


def _require_one(options: OrderOptions) -> None:
    if options.count > 1:
        sentence = f"a line is one draft; you asked for count {options.count}: write the line as often."
        raise Refusal(sentence)


def _unlike(lines: list[BatchLine]) -> tuple[BatchLine, ...]:
    """The lines with labels that make different file names; one without a label is called by its number."""
    taken: set[str] = set()
    made = []
    for line in lines:
        label, unnamed = " ".join(line.label.split()), f"line {line.number}"
        if len(label) > LABEL_CHARACTERS:
            problem = f"its label has {len(label)} characters; at most {LABEL_CHARACTERS} fit."
            made.append(replace(line, label=_another(unnamed, taken), problem=line.problem or problem))
        else:
            made.append(replace(line, label=_another(label or unnamed, taken)))
    return tuple(made)


def _another(label: str, taken: set[str]) -> str:
    """The label, or with the first number behind it that nobody has."""
    new, number = label, 1
    while safe_name(new).casefold() in taken:
        number += 1
        new = f"{label[: LABEL_CHARACTERS - 4]} {number}"
    taken.add(safe_name(new).casefold())
    return new


def _is_skipped(line: str) -> bool:
    """Blank, or a comment."""
    return not line.strip() or line.lstrip().startswith("#")


def _require_some(number: int) -> None:
    """Before any of the lines is read: reading a hundred thousand would hold up everybody for seconds.

    Raises:
        Refusal
    """
    if not number:
        raise Refusal(HOW)
    if number > MOST_LINES:
        sentence = f"A batch has at most {MOST_LINES} lines; this list has {number:,}. Order it in parts."
        raise Refusal(sentence)
