"""How often a platform may be asked: edits of cards by their rank, posts one after the other in each channel.

Platforms take a number of edits for all cards of a group together (on Slack those of a workspace, on Discord those of a
channel). What is urgent may use all of them, what only brings the time left up to date a part: so whoever waits for an
undo or an outcome never waits for progress. Who has to wait is told when it is their turn, each another time: hundreds
of cards that came again for the one edit that has room would draw themselves in vain.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.errors import ChatBusy, NotYet
from bot.core.ports import Clock
from bot.core.rows import Rank

LEAST_PROGRESS_S = 5.0
#: A card that does not come when it is its turn keeps the others waiting for so long.
LATE_S = 5.0
#: A post waits its turn for so long; what would wait longer comes again.
LONGEST_POST_WAIT_S = 10.0
BETWEEN_POSTS_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a platform takes."""

    #: By rank: how many edits of a group there may have been within the window for another one of this rank.
    edits: Mapping[Rank, int]
    window_s: float
    #: The same for the short window: what is less urgent is spread, so that room comes free evenly, too.
    soon_edits: Mapping[Rank, int]
    soon_window_s: float


@dataclass(slots=True)
class _Sent:
    """What a group was sent, and who waits."""

    #: When its last edits were.
    edits: deque[float] = field(default_factory=deque)
    #: When each moving card last asked for one.
    moving: dict[str, float] = field(default_factory=dict)
    #: The cards that were told to come again, and when, by the rank of the edit.
    lines: dict[Rank, dict[str, float]] = field(default_factory=lambda: {rank: {} for rank in Rank})

    @property
    def is_live(self) -> bool:
        """Whether anything in it says when the next edit may be."""
        return bool(self.edits or self.moving or any(self.lines.values()))


class Pace:
    """Says when something may be sent; one for all groups of cards, which do not share their limits."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        """Nothing was sent yet."""
        self._clock = clock
        self._limits = limits
        self._sent: dict[str, _Sent] = {}
        #: When the next post of a channel may be sent.
        self._free_at: dict[tuple[str, str], float] = {}

    @property
    def progress_every_s(self) -> float:
        """Seconds between the edits that only bring the time left up to date: more, the more cards are moving.

        Groups in which nothing moves any more are left out, and those that need nothing remembered are forgotten.
        """
        now = self._clock.monotonic()
        for each in self._sent.values():
            _look_again(each, self._limits, now)
        self._sent = {group: each for group, each in self._sent.items() if each.is_live}
        return max((_every_s(each, self._limits) for each in self._sent.values()), default=LEAST_PROGRESS_S)

    def edit(self, group: str, card: str, rank: Rank) -> None:
        """Count an edit of a card that is sent now.

        Raises:
            NotYet: those that were sent leave no room for one of this rank, or others wait whose turn it is.
        """
        now, sent = self._clock.monotonic(), self._sent.setdefault(group, _Sent())
        _look_again(sent, self._limits, now)
        if rank is Rank.PROGRESS:
            sent.moving[card] = now
        for other in Rank:
            if other is not rank:
                sent.lines[other].pop(card, None)
        if wait_s := _in_line_s(sent, self._limits, card, rank, now):
            sent.lines[rank][card] = now + wait_s
            msg = f"{len(sent.edits)} cards were edited in the last {self._limits.window_s:g} s"
            raise NotYet(msg, retry_after_s=wait_s)
        sent.lines[rank].pop(card, None)
        sent.edits.append(now)

    async def post(self, group: str, channel: str) -> None:
        """Wait until another message may be posted in the channel.

        Raises:
            ChatBusy: too many are waiting.
        """
        now = self._clock.monotonic()
        self._free_at = {where: at for where, at in self._free_at.items() if at > now}
        turn = max(now, self._free_at.get((group, channel), now))
        if turn - now > LONGEST_POST_WAIT_S:
            msg = "Many messages are on their way to this channel"
            raise ChatBusy(msg, retry_after_s=turn - now)
        self._free_at[group, channel] = turn + BETWEEN_POSTS_S
        if turn > now:
            await self._clock.sleep(turn - now)


def _in_line_s(sent: _Sent, limits: Limits, card: str, rank: Rank, now: float) -> float:
    """How long the card has to wait behind those that asked before; 0: there is room, and it is its turn."""
    line = sent.lines[rank]
    room_s, own = _wait_s(sent.edits, limits, rank, now), line.get(card, math.inf)
    waiting = [at for at in line.values() if at > now - LATE_S]
    if not room_s and (own <= now or all(at > now for at in waiting)):
        return 0.0
    if now < own < math.inf:
        return max(room_s, own - now)
    return room_s + sum(at < own for at in waiting) * limits.window_s / limits.edits[rank]


def _wait_s(edits: deque[float], limits: Limits, rank: Rank, now: float) -> float:
    """How long until an edit of this rank has room; 0: it has."""
    return max(
        _until_fewer(edits, limits.edits[rank], limits.window_s, now),
        _until_fewer(edits, limits.soon_edits[rank], limits.soon_window_s, now),
    )


def _until_fewer(edits: deque[float], most: int, window_s: float, now: float) -> float:
    """How long until fewer than ``most`` were sent within the window."""
    return max(0.0, edits[-most] + window_s - now) if len(edits) >= most else 0.0


def _look_again(sent: _Sent, limits: Limits, now: float) -> None:
    """Forget what is over: edits, cards that have not asked for two rounds, and turns that were not taken."""
    while sent.edits and sent.edits[0] <= now - limits.window_s:
        sent.edits.popleft()
    since = now - limits.window_s - 2 * _every_s(sent, limits)
    sent.moving = {each: at for each, at in sent.moving.items() if at >= since}
    for rank, line in sent.lines.items():
        sent.lines[rank] = {each: at for each, at in line.items() if at > now - limits.window_s}


def _every_s(sent: _Sent, limits: Limits) -> float:
    return max(LEAST_PROGRESS_S, len(sent.moving) * limits.window_s / limits.edits[Rank.PROGRESS])
