"""Text as Discord's markdown, in which nothing formats, mentions or links but what we put there ourselves.

Core's sentences and what people wrote are plain text alike: every character of both is shown as itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from adapters.chat.parts import width
from bot.core.moments import parted, worded
from bot.core.sentences.by_name import by_name

#: Discord's limits, in characters of markdown: of a message's content, and of an embed's description.
CONTENT_CHARACTERS = 2_000
EMBED_CHARACTERS = 4_096
#: An address of ours is shorter.
ADDRESS_CHARACTERS = 500
#: A text that is so many times as long as its room is cut without being drawn first.
MOST_DRAWN = 4
ELLIPSIS = "…"
#: Shown for a backtick, which inside a code block cannot be escaped.
BACKTICK = "\u02cb"
#: Keeps what is between them from turning the text around it: first strong isolate, and its end.
_ISOLATE, _ISOLATE_END = "\u2068", "\u2069"
_JOINER = "\u2060"
_FENCE = "```"

#: Control characters, halves of surrogate pairs, and what turns the direction of text.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
#: What formats, mentions, names an emoji or a time, wherever it stands; a backslash makes it a character.
_SIGNS = re.compile(
    r"[\\*_~`<>]"
    r"|\|(?=\|)|(?<=\|)\|"
    r"|(?<=\])\("
    r"|:(?=(?:[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*|[+-]1|100|1234):)",
    re.IGNORECASE,
)
#: What makes a heading, a list or small print of a line that begins with it.
_FIRST = re.compile(r"^([^\S\n]*)(?:(#{1,6}|[-+])(?=\s|$)|(-)(?=#)|(\d+)([.)])(?=\s|$))", re.MULTILINE)
_CALLS_ALL = re.compile("@(?=everyone|here)", re.IGNORECASE)
#: Addresses, and invitations without a scheme, of which every client makes a link.
_LEADS_AWAY = re.compile(r"(?<=[a-z]:)(?=//)|(?<=discord)(?=\.gg/)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>|“”]*[^\s<>|“”.,;:!?)\]'\"]")
_PERSON = re.compile("[0-9]{1,20}")


def literal(text: str) -> str:
    """Text that reads as it was written: nothing in it formats, mentions, links or turns the direction of the rest."""
    shown = _UNWANTED.sub("", worded(text))
    shown = _SIGNS.sub(lambda found: "\\" + found[0], shown)
    shown = _FIRST.sub(_not_first, shown)
    return _LEADS_AWAY.sub(_JOINER, _CALLS_ALL.sub("@" + _JOINER, shown))


def linking(text: str) -> str:
    """The same for a sentence of ours.

    In it an address may be followed, a moment is each reader's own, and commands are named as they are here.
    """
    return parted(by_name(text), _linked, _time)


def quoted(text: str) -> str:
    """What a person wrote, as a block quote; each of its lines is one of the quote's."""
    return "\n".join(f"> {_ISOLATE}{literal(line)}{_ISOLATE_END}" for line in text.split("\n"))


def bold(text: str) -> str:
    """One line of ours in bold; nothing stays nothing."""
    line = " ".join(text.split())
    return f"**{linking(line)}**" if line else ""


def small(text: str) -> str:
    """Sentences of ours in small print, each line of them."""
    return "\n".join(f"-# {linking(line)}" for line in text.split("\n") if line.strip())


def table(lines: str) -> str:
    """Lines in a font of fixed width, their columns kept."""
    return f"{_FENCE}\n{_UNWANTED.sub('', worded(lines)).replace('`', BACKTICK)}\n{_FENCE}"


def mentions(people: Iterable[str]) -> str:
    """Each of them once; who has an id that is none of Discord's is left out."""
    return " ".join(f"<@{person}>" for person in known(people))


def known(people: Iterable[str]) -> tuple[str, ...]:
    """Of these, each once, those whose id may be one of Discord's."""
    return tuple(person for person in dict.fromkeys(people) if _PERSON.fullmatch(person))


def cut(text: str, most: int, draw: Callable[[str], str]) -> str:
    """The text as it is drawn, ``most`` characters at most, with an ellipsis where it was cut; empty: nothing fits.

    An address is not parted, for its first half would lead elsewhere.
    """
    whole = draw(text) if len(text) <= MOST_DRAWN * most else None
    if whole is not None and width(whole) <= most:
        return whole
    fits, over = 0, min(len(text), most + 1)
    while over - fits > 1:
        half = (fits + over) // 2
        if width(draw(_shortened(text, half))) <= most:
            fits = half
        else:
            over = half
    while fits and width(draw(_shortened(text, fits))) > most:
        fits -= 1
    return draw(_shortened(text, fits)) if fits else ""


def pieces(text: str, most: int = CONTENT_CHARACTERS) -> Iterator[str]:
    """Plain text in parts that each fit when they are drawn as ``linking`` does; parted between lines, then words."""
    rest = text.strip("\n")
    while rest:
        end = _fitting(rest, most)
        if end < len(rest):
            line, word = rest.rfind("\n", 0, end), rest.rfind(" ", 0, end)
            end = line if line > 0 else word + 1 if word > 0 else max(1, end)
        yield rest[:end].rstrip()
        rest = rest[end:].lstrip("\n")


def _fitting(text: str, most: int) -> int:
    fits, over = 0, min(len(text), most) + 1
    while over - fits > 1:
        half = (fits + over) // 2
        if width(linking(text[:half])) <= most:
            fits = half
        else:
            over = half
    return _outside_address(text, fits) if fits < len(text) else fits


def _shortened(text: str, characters: int) -> str:
    return text[: _outside_address(text, characters)].rstrip() + ELLIPSIS


def _outside_address(text: str, at: int) -> int:
    """The place, or the beginning of the address in which it is."""
    near = _URL.finditer(text, 0, at + ADDRESS_CHARACTERS)
    within = (found.start() for found in near if found.start() < at < found.end())
    return next(within, at)


def _linked(text: str) -> str:
    shown, at = [], 0
    for found in _URL.finditer(text):
        shown += [literal(text[at : found.start()]), f"<{found[0]}>"]
        at = found.end()
    return "".join([*shown, literal(text[at:])])


def _time(at: int, words: str) -> str:
    """Discord words it itself, for each reader."""
    del words
    return f"<t:{at // 1000}:f>"


def _not_first(found: re.Match[str]) -> str:
    indent, sign, dash, number, point = found.groups()
    return f"{indent}{number}\\{point}" if number else f"{indent}\\{sign or dash}"
