"""Text as Slack's mrkdwn, in which nothing formats, mentions or links but what we put there ourselves.

Core's sentences and what people wrote are plain text alike: every character of both is shown as itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.core.moments import parted, worded

#: Slack's limit of a section's text, in characters of mrkdwn.
SECTION_CHARACTERS = 3_000
#: And of all that a message says.
MESSAGE_CHARACTERS = 40_000
ELLIPSIS = "…"
#: Shown for a backtick, which would begin a code block.
BACKTICK = "\u02cb"
#: Keeps what is between them from turning the text around it: first strong isolate, and its end.
_ISOLATE, _ISOLATE_END = "\u2068", "\u2069"
_JOINER = "\u2060"

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
#: Control characters, halves of surrogate pairs, and what turns the direction of text.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
#: What formats does so at the edge of a word only; mrkdwn has no way to escape it, so that a look-alike is shown.
_FORMATS = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`")
_LOOK_ALIKES = {"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": BACKTICK}
#: ``:tada:``, ``:+1:`` and ``:100:`` would be shown as pictures; a time of day is not.
_EMOJI_NAME = re.compile(r":(?=(?:[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*|[+-]1|100|1234):)", re.IGNORECASE)
#: Before or behind these an invisible joiner may come.
_TAMED = frozenset(":@>")
_CALLS_ALL = re.compile("@(?=everyone|here|channel)", re.IGNORECASE)
#: A line that begins with it would be a quote, even escaped.
_QUOTE_SIGN = re.compile("^(?=>)", re.MULTILINE)
_URL = re.compile(r"https?://[^\s<>|“”]*[^\s<>|“”.,;:!?)\]'\"]")
#: What may not be parted: a moment (bot.core.moments), an address, a character.
_UNITS = re.compile(rf"\ue000[^\ue001]{{1,60}}\ue001|{_URL.pattern}|.", re.DOTALL)
_PERSON = re.compile("[UW][A-Z0-9]{1,30}")
#: How messages are sent: nothing of ours mentions by name, and no address is unfolded below a new one.
AS_WRITTEN: Mapping[str, Any] = {"parse": "none", "link_names": False}
FOLDED: Mapping[str, Any] = {**AS_WRITTEN, "unfurl_links": False, "unfurl_media": False}


def escaped(text: str) -> str:
    """The text with ``& < >`` as Slack wants them; for where nothing else is read as markup."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def literal(text: str) -> str:
    """Text that reads as it was written: nothing in it formats, mentions, links or turns the direction of the rest."""
    return escaped(_tamed(worded(text)))


def linking(text: str) -> str:
    """The same for a sentence of ours, in which an address may be followed and a moment is each reader's own."""
    return parted(text, _linked, _date)


def quoted(text: str) -> str:
    """What a person wrote, as a block quote; each of its lines is one of the quote's."""
    return "\n".join(f"> {_ISOLATE}{literal(line)}{_ISOLATE_END}" for line in text.split("\n"))


def bold(text: str) -> str:
    """One line of ours in bold; nothing stays nothing."""
    line = " ".join(text.split())
    return f"*{linking(line)}*" if line else ""


def mentions(people: Iterable[str]) -> str:
    """Each of them once; who has an id that is none of Slack's is left out."""
    return " ".join(f"<@{person}>" for person in dict.fromkeys(people) if _PERSON.fullmatch(person))


def cut(text: str, characters: int) -> str:
    """Plain text that is at most so long as mrkdwn, with an ellipsis where it was cut; still plain."""
    if len(linking(text)) <= characters:
        return text
    return text[: _fitting(text, characters - len(ELLIPSIS))].rstrip() + ELLIPSIS


def pieces(text: str, characters: int = SECTION_CHARACTERS) -> Iterator[str]:
    """Plain text in parts that each fit as mrkdwn; parted between lines, then words, never inside an entity."""
    rest = text.strip("\n")
    while rest:
        end = _fitting(rest, characters)
        if end < len(rest):
            line, word = rest.rfind("\n", 0, end), rest.rfind(" ", 0, end)
            end = line if line > 0 else word + 1 if word > 0 else max(1, end)
        yield rest[:end].rstrip()
        rest = rest[end:].lstrip("\n")


def _fitting(text: str, characters: int) -> int:
    """How much of the text fits, counting every part at its longest; an address is not parted."""
    room = characters
    for found in _UNITS.finditer(text):
        room -= _longest(found[0])
        if room < 0:
            return found.start()
    return len(text)


def _linked(text: str) -> str:
    shown, at = [], 0
    for found in _URL.finditer(text):
        shown += [literal(text[at : found.start()]), f"<{escaped(found[0])}>"]
        at = found.end()
    return "".join([*shown, literal(text[at:])])


def _date(at: int, words: str) -> str:
    """The words are what a reader sees whose Slack shows no dates."""
    return f"<!date^{at // 1000}^{{date_short_pretty}}, {{time}}|{literal(words)}>"


def _longest(unit: str) -> int:
    """The most characters that a part makes as mrkdwn; nearly all parts are single characters."""
    if len(unit) > 1:
        return len(linking(unit))
    return len(_ESCAPES.get(unit, unit)) + len(_JOINER) * (unit in _TAMED)


def _tamed(text: str) -> str:
    shown = _UNWANTED.sub("", text)
    shown = _FORMATS.sub(lambda found: _LOOK_ALIKES[found[0]], shown)
    shown = _EMOJI_NAME.sub(":" + _JOINER, shown)
    return _QUOTE_SIGN.sub(_JOINER, _CALLS_ALL.sub("@" + _JOINER, shown))
