"""From a message to the lines of text that a terminal shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.local.cells import fold, harmless, width_of
from adapters.local.entries import Entry, Kind
from adapters.local.names import shown
from bot.core.ports import Button
from bot.core.prompts import shorten

#: Lines are folded at this width, on wider terminals too.
WIDTH_COLUMNS = 100
RULE_COLUMNS = 60
#: Between a line and the buttons behind it.
GAP = " " * 6
#: Of what a picture shows at least so many characters are said, in a second line where need be.
LEAST_SAID = 20
REPLY = "› "  # noqa: RUF001 - the sign of a reply, as in a quotation
ONLY_YOU = "(only you) "


def rendered(entry: Entry, *, width: int = WIDTH_COLUMNS) -> list[str]:
    """The message in lines; the rule above a card is not part of it."""
    match entry.kind:
        case Kind.CARD:
            return _body(entry, width)
        case Kind.CLIP if entry.thread is None:
            return [*_body(entry, width), *fold(f"{REPLY}{entry.file_name}", width)]
        case Kind.CLIP:
            return _reply(_caption(entry), entry, width)
        case Kind.ANSWER:
            saved = [line for path in (entry.picture, entry.file) if path for line in fold(f"{REPLY}{path}", width)]
            return [*_body(entry, width, start=ONLY_YOU if entry.to else ""), *saved]
        case Kind.LINE if entry.thread is not None:
            return _reply(f"{_addressee(entry)}{entry.view.title}", entry, width)
        case Kind.LINE:
            return _body(entry, width, start=_addressee(entry))


def stands_alone(entry: Entry) -> bool:
    """Whether a rule is drawn above the message."""
    return entry.kind is Kind.CARD or (entry.kind is Kind.CLIP and entry.thread is None)


def rule(*names: str) -> str:
    """The line above a card; names, such as another channel's, stand in it."""
    told = " · ".join(harmless(name) for name in names if name)
    start = f"── {told} " if told else ""
    return start + "─" * (RULE_COLUMNS - width_of(start))


def prompt(name: str, typed: str, *, guest: bool, width: int = WIDTH_COLUMNS) -> list[str]:
    """What a person typed, with who it was: ``mina> /clip a fox in snow``."""
    return fold(f"{name}{' (guest)' if guest else ''}> {typed}", width, hang="  ")


def _body(entry: Entry, width: int, *, start: str = "") -> list[str]:
    view = entry.view
    title = fold(f"{start}{view.title}{_mentions(entry)}", width)
    quote = fold(f"“{view.quote}”", width) if view.quote else []
    lines = [folded for line in view.lines for folded in fold(line, width)]
    footer = fold(view.footer, width) if view.footer else []
    return _with_buttons([*title, *quote, *_picture(entry, width), *lines, *footer], view.buttons, width)


def _picture(entry: Entry, width: int) -> list[str]:
    """What the picture shows, as much of it as fits in a line with its file's name; an answer has that behind it.

    It is cut behind a sentence, if one ends there.
    """
    picture = entry.view.picture
    if picture is None:
        return []
    name = f"  {entry.file_names[-1]}" if entry.picture and entry.kind is not Kind.ANSWER else ""
    room = max(LEAST_SAID, width - len(name) - len("[]"))
    start, stop, _ = picture.about[: room + 1].rpartition(". ")
    cut = start + stop.rstrip() if start and len(picture.about) > room else shorten(picture.about, room)
    return fold(f"[{cut}]{name}", width)


def _reply(title: str, entry: Entry, width: int) -> list[str]:
    hang = " " * len(REPLY)
    lines = fold(f"{REPLY}{title}{_mentions(entry)}", width, hang=hang)
    lines += [hang + line for line in _picture(entry, width - len(hang))]
    rest = (f"“{entry.view.quote}”" if entry.view.quote else "", *entry.view.lines, entry.view.footer)
    lines += [folded for text in rest if text for folded in fold(f"{hang}{text}", width)]
    return _with_buttons(lines, entry.view.buttons, width)


def _caption(entry: Entry) -> str:
    """The file, and what its caption says beyond the file's own name."""
    file, title = entry.file_name, entry.view.title
    stem = file.rpartition(".")[0]
    return file + title.removeprefix(stem) if title.startswith(stem) else f"{file}  {title}"


def _mentions(entry: Entry) -> str:
    people = entry.view.mentions
    return f"   {' '.join(map(shown, people))}" if people else ""


def _addressee(entry: Entry) -> str:
    return f"to {shown(entry.to)}: " if entry.to else ""


def _with_buttons(lines: Sequence[str], buttons: Iterable[Button], width: int) -> list[str]:
    """The buttons behind the last line where they fit, else in lines of their own, at the right."""
    row, *more = _rows([f"[{' '.join(harmless(button.label).split())}]" for button in buttons], width)
    if not row:
        return list(lines)
    if not more and lines and width_of(lines[-1] + GAP + row) <= width:
        return [*lines[:-1], lines[-1] + GAP + row]
    return [*lines, *(" " * (width - width_of(each)) + each for each in (row, *more))]


def _rows(labels: Sequence[str], width: int) -> list[str]:
    rows = [""]
    for label in labels:
        joined = f"{rows[-1]} {label}".strip()
        if width_of(joined) > width and rows[-1]:
            rows.append(label)
        else:
            rows[-1] = joined
    return rows
