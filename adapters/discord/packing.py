"""The clips of a reply before it is sent: which are in one message, in which order, under which nonce."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.discord import captions
from adapters.discord.clip_notes import Sending
from adapters.discord.filing import MOST_FILES, MOST_TOGETHER_BYTES, Attached
from adapters.discord.payloads import NONCE_CHARACTERS
from bot.core.ports import CardView, Posted

ALT_CHARACTERS = 1_024
_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A clip that is to be posted."""

    view: CardView
    path: Path
    sending: Sending
    #: What was noted of it before this try.
    before: Sending | None
    size: int
    #: When it was asked for, by the monotonic clock.
    begun: float

    @property
    def attached(self) -> Attached:
        """Its file, with what it shows in words."""
        about = (self.view.quote or self.view.title)[:ALT_CHARACTERS]
        return Attached(path=self.path, name=self.sending.name, about=about)


#: A clip with whoever waits for it.
Waiting = tuple[Clip, asyncio.Future[Posted]]


def packed(
    waiting: Iterable[Waiting],
) -> Iterator[list[Waiting]]:
    """In as few messages as keep their order."""
    batch: list[Waiting] = []
    for each in waiting:
        if batch and not _are_one([clip for clip, _ in (*batch, each)]):
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def _are_one(clips: Sequence[Clip]) -> bool:
    """Whether a message has room for all of them."""
    return (
        len(clips) <= MOST_FILES
        and sum(clip.size for clip in clips) <= MOST_TOGETHER_BYTES
        and captions.fit(clip.view for clip in clips)
    )


def nonce_of(sent: Iterable[Sending]) -> str:
    """The same for the same clips, for as long as it is not known what became of them."""
    keys = sorted(f"{each.key}:{each.since}" for each in sent)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:NONCE_CHARACTERS]


def in_order(name: str) -> list[tuple[int, str]]:
    """``A7K-10`` comes after ``A7K-2``."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _NUMBERS.split(name)]


def tell(future: asyncio.Future[Posted], outcome: Posted | Exception) -> None:
    """Say what became of a clip, once."""
    if future.done():
        return
    if isinstance(outcome, Posted):
        future.set_result(outcome)
    else:
        future.set_exception(outcome)
