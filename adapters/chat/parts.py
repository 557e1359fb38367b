"""A long text in parts that fit a platform's fields, joined again exactly.

Parts end between words. The blanks between two parts are kept apart from both, for a field may lose those at its ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.prompts.text import holds_together

#: A part ends at a blank when one is that near to its limit: seven parts of 3,000 then hold 20,000 characters.
_NEAR_CHARACTERS = 130
#: The longest run of blanks that stands between two parts; of a longer one the rest is the next part's.
_JOINT_CHARACTERS = 20
_LAST_BLANK = re.compile(rf"\s{{1,{_JOINT_CHARACTERS}}}(?=\S*\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A text in parts."""

    texts: tuple[str, ...]
    #: What stands between each two of them: blanks, or nothing where a word was cut.
    joints: tuple[str, ...]


def split(text: str, most: int) -> Cut:
    """The text in as few parts as fit, each of ``most`` characters at most; an empty one is one empty part.

    They are counted as a browser counts, an emoji as two: whoever counts otherwise finds fewer.
    """
    texts, joints, rest = [], [], text
    while width(rest) > most:
        part, joint = _first(rest, most)
        if len(part) + len(joint) == len(rest):  # Blanks with nothing behind them stand between nothing.
            joint = ""
        texts.append(part)
        joints.append(joint)
        rest = rest[len(part) + len(joint) :]
    return Cut(texts=(*texts, rest), joints=tuple(joints))


def _first(text: str, most: int) -> tuple[str, str]:
    """The first part of a text that is too long for one, and what stands behind it."""
    end = _fitting(text, most)
    start = max(0, end - _NEAR_CHARACTERS)
    # One character more may be the blank that follows the last word that fits.
    blank = _LAST_BLANK.search(text[start : end + 1])
    if blank is not None and start + blank.start() > 0:
        return text[: start + blank.start()], blank[0]
    whole = end
    while whole > start and holds_together(text, whole):
        whole -= 1
    return text[: whole if whole > start else end], ""


def _fitting(text: str, most: int) -> int:
    """How many characters fit a part."""
    end = min(len(text), most)
    while width(text[:end]) > most:
        end -= max(1, (width(text[:end]) - most) // 2)
    return end


def width(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def join(texts: Sequence[str], joints: Sequence[str]) -> str:
    """The parts as one text: with what stood between them, and a blank before what was written on behind them.

    Parts that were emptied are left out, with what stood before them.
    """
    whole = ""
    for number, text in enumerate(texts):
        if not text:
            continue
        if whole and number <= len(joints):
            whole += joints[number - 1]
        elif whole and not (whole[-1].isspace() or text[0].isspace()):
            whole += " "
        whole += text
    return whole
