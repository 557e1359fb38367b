"""The words about a clip that is larger than a chat takes: in which form it is there, and where the clip itself is."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.periods import day_name
from bot.core.sentences.numbers import joined

#: Chats count files in these, and call them so.
KB, MB = 1 << 10, 1 << 20


def size(number: int) -> str:
    """A number of bytes: ``14.2 MB``, ``10 MB``, ``840 kB``."""
    if number < MB:
        return f"{max(1, round(number / KB))} kB"
    return f"{number / MB:.1f}".removesuffix(".0") + " MB"


def smaller(take: str, clip: int, most: int | None, copy: int) -> str:
    """With a smaller copy; ``most`` is what the chat takes, in bytes as the others, if it is known."""
    return f"{_too_large(clip, most)}: here is a smaller copy ({size(copy)}). {_kept(take)}"


def preview(take: str, clip: int, most: int | None) -> str:
    """With a preview."""
    return f"{_too_large(clip, most)}: here is a preview without sound. {_kept(take)}"


def only_link(take: str, clip: int, most: int | None) -> str:
    """With nothing but the line that says where the clip is."""
    return f"{_too_large(clip, most)}: it could not be posted itself. {_kept(take)}"


def linked(take: str, link: str, until: int, zone: str) -> str:
    """Where the clip is, until when (UTC milliseconds), and what to do after that."""
    return f"The clip is at {link} until {day_name(until, zone)}; then /clip link {take} gives another link."


def not_posted(clip: int, most: int | None) -> str:
    """Why it is not there in any form."""
    return f"it is {size(clip)}{_more_than(most)}, and nothing smaller could be posted"


def copying(percents: Mapping[str, int]) -> str:
    """``A7K-2F: making a smaller copy, 40 %``; of which nothing is made yet, it is not said how much."""
    return joined(
        *(f"{take}: making a smaller copy{f', {percent} %' if percent else ''}" for take, percent in percents.items())
    )


def _too_large(clip: int, most: int | None) -> str:
    return f"This clip is {size(clip)}{_more_than(most)}"


def _more_than(most: int | None) -> str:
    return ", more than this server takes" if most is None else f" and this server takes {size(most)}"


def _kept(take: str) -> str:
    return f"The original is kept as {take}."
