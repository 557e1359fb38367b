"""What is said with several clips in one message: each clip's words begin with the name that its file begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from adapters.chat.parts import width
from adapters.discord import cards, text
from bot.core.ports import CardView
from bot.core.sentences.practice import MARK

BETWEEN = " · "
#: How a line begins that says for whom the clips are.
_MENTION = "<@"


def fit(views: Iterable[CardView], above: str = "") -> bool:
    """Whether a message has room for the words of several clips, each to its end, below what it says ``above``."""
    drawn = [cards.clip_words(replace(view, picture=None, buttons=())) for view in views]
    whole = "\n".join([above, *(each.content for each in drawn)])
    return width(whole) <= text.CONTENT_CHARACTERS and not any(each.embed for each in drawn)


def together(views: Sequence[CardView]) -> cards.Rendered:
    """The words of several clips, each beginning on a line of its own, and below them whom they are for."""
    people = text.known(person for view in views for person in view.mentions)
    content = fitting([*words_of(views), text.mentions(people)])
    return cards.Rendered(content=content, mentions=people)


def words_of(views: Iterable[CardView]) -> Iterator[str]:
    """Each one's own; of a clip of which nothing is said but its id, the name of its file is enough."""
    for view in views:
        if " " in view.title or view.quote or view.lines:
            yield cards.clip_words(replace(view, mentions=(), picture=None, buttons=())).content


def fitting(blocks: Sequence[str]) -> str:
    """Below each other; where that is too long, the longest lose lines at their ends."""
    lines = [block.split("\n") for block in blocks if block]
    while width(whole := "\n".join("\n".join(each) for each in lines)) > text.CONTENT_CHARACTERS:
        longest = max(lines, key=lambda each: width("\n".join(each)))
        if len(longest) == 1:
            return whole[: text.CONTENT_CHARACTERS // 2]
        longest.pop()
    return whole


def without(content: str, names: Sequence[str], name: str) -> str:
    """A message's words without those of one of its files; ``names`` are all that it has.

    The words of a clip begin with the name that its file begins with, and go on until those of another, or until it is
    said for whom they are.
    """
    kept, whose = [], ""
    for line in content.split("\n"):
        if line.startswith(_MENTION):
            whose = ""
        whose = next((each for each in names if _begins(line, each)), whose)
        if whose != name:
            kept.append(line)
    return "\n".join(kept)


def _begins(line: str, name: str) -> bool:
    """Whether a line begins with the name that a file begins with: ``**A7K-2 · oak**``, ``A7K-2-oak.mp4``.

    The mark of practice may stand before it.
    """
    begun = line.replace("\\", "").strip("*").removeprefix(f"{MARK}{BETWEEN}")
    word, stem = re.split(r"[\s*]", begun, maxsplit=1)[0], name.rpartition(".")[0]
    return bool(word) and (stem == word or stem.startswith(f"{word}-"))
