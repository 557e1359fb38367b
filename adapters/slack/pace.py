"""How often Slack may be asked: edits of cards by their rank, posts one after the other in each channel.

Slack takes some fifty edits a minute for all cards of a workspace together. What is urgent may use all of them, what
only brings the time left up to date a part: so whoever waits for an undo or an outcome never waits for progress.
Who has to wait is told when it is their turn, each another time: hundreds of cards that came again for the one edit
that has room would draw themselves in vain.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from bot.core.errors import ChatBusy, NotYet
from bot.core.ports import Clock
from bot.core.rows import Rank

#: Slack counts by the minute.
WINDOW_S = 60.0
#: How many edits of a workspace there may have been in the last minute for another one of this rank.
EDITS_PER_WINDOW = {Rank.UNDO: 48, Rank.OUTCOME: 45, Rank.STATE: 30, Rank.PROGRESS: 20}
#: The same for the last ten seconds: what is less urgent is spread, so that room comes free evenly, too.
SHORT_WINDOW_S = 10.0
EDITS_PER_SHORT_WINDOW = {Rank.UNDO: 48, Rank.OUTCOME: 45, Rank.STATE: 8, Rank.PROGRESS: 5}
LEAST_PROGRESS_S = 5.0
#: A card that does not come when it is its turn keeps the others waiting for so long.
LATE_S = 5.0
#: A post waits its turn for so long; what would wait longer comes again.
LONGEST_POST_WAIT_S = 10.0
BETWEEN_POSTS_S = 1.0


@dataclass(slots=True)
class _Team:
    """What a workspace was sent, and who waits."""

    #: When its last edits were.
    edits: deque[float] = field(default_factory=deque)
    #: When each moving card last asked for one.
    moving: dict[str, float] = field(default_factory=dict)
    #: The cards that were told to come again, and when, by the rank of the edit.
    lines: dict[Rank, dict[str, float]] = field(default_factory=lambda: {rank: {} for rank in Rank})


class Pace:
    """Says when something may be sent; one for all workspaces, which do not share their limits."""

    def __init__(self, clock: Clock) -> None:
        """Nothing was sent yet."""
        self._clock = clock
        self._teams: dict[str, _Team] = {}
        #: When the next post of a channel may be sent.
        self._free_at: dict[tuple[str, str], float] = {}

    @property
    def progress_every_s(self) -> float:
        """Seconds between the edits that only bring the time left up to date: more, the more cards are moving."""
        return max(map(_every_s, self._teams.values()), default=LEAST_PROGRESS_S)

    def edit(self, team: str, card: str, rank: Rank) -> None:
        """Count an edit of a card that is sent now.

        Raises:
            NotYet: those that were sent leave no room for one of this rank, or others wait whose turn it is.
        """
        now, sent = self._clock.monotonic(), self._teams.setdefault(team, _Team())
        while sent.edits and sent.edits[0] <= now - WINDOW_S:
            sent.edits.popleft()
        if rank is Rank.PROGRESS:
            _note(sent, card, now)
        for other in Rank:
            if other is not rank:
                sent.lines[other].pop(card, None)
        if wait_s := _in_line_s(sent, card, rank, now):
            sent.lines[rank][card] = now + wait_s
            msg = f"{len(sent.edits)} cards were edited in the last minute"
            raise NotYet(msg, retry_after_s=wait_s)
        sent.lines[rank].pop(card, None)
        sent.edits.append(now)

    async def post(self, team: str, channel: str) -> None:
        """Wait until another message may be posted in the channel.

        Raises:
            ChatBusy: too many are waiting.
        """
        now = self._clock.monotonic()
        self._free_at = {where: at for where, at in self._free_at.items() if at > now}
        turn = max(now, self._free_at.get((team, channel), now))
        if turn - now > LONGEST_POST_WAIT_S:
            msg = "Many messages are on their way to this channel"
            raise ChatBusy(msg, retry_after_s=turn - now)
        self._free_at[team, channel] = turn + BETWEEN_POSTS_S
        if turn > now:
            await self._clock.sleep(turn - now)


def _in_line_s(sent: _Team, card: str, rank: Rank, now: float) -> float:
    """How long the card has to wait behind those that asked before; 0: there is room, and it is its turn."""
    line = sent.lines[rank] = {each: at for each, at in sent.lines[rank].items() if at > now - WINDOW_S}
    room_s, own = _wait_s(sent.edits, rank, now), line.get(card, math.inf)
    waiting = [at for at in line.values() if at > now - LATE_S]
    if not room_s and (own <= now or all(at > now for at in waiting)):
        return 0.0
    if now < own < math.inf:
        return max(room_s, own - now)
    return room_s + sum(at < own for at in waiting) * WINDOW_S / EDITS_PER_WINDOW[rank]


def _wait_s(edits: deque[float], rank: Rank, now: float) -> float:
    """How long until an edit of this rank has room; 0: it has."""
    return max(
        _until_fewer(edits, EDITS_PER_WINDOW[rank], WINDOW_S, now),
        _until_fewer(edits, EDITS_PER_SHORT_WINDOW[rank], SHORT_WINDOW_S, now),
    )


def _until_fewer(edits: deque[float], most: int, window_s: float, now: float) -> float:
    """How long until fewer than ``most`` were sent within the window."""
    return max(0.0, edits[-most] + window_s - now) if len(edits) >= most else 0.0


def _note(sent: _Team, card: str, now: float) -> None:
    """The card is moving; what has not asked for two rounds is not any more."""
    since = now - WINDOW_S - 2 * _every_s(sent)
    sent.moving = {each: at for each, at in sent.moving.items() if at >= since} | {card: now}


def _every_s(sent: _Team) -> float:
    return max(LEAST_PROGRESS_S, len(sent.moving) * WINDOW_S / EDITS_PER_WINDOW[Rank.PROGRESS])
