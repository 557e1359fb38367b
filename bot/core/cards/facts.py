"""What a card is drawn from, and what follows from it for the card as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.core.lifecycle import CLIP, ENDED_WITHOUT_CLIP, SLOTTED, WAITING, Stage, State
from bot.core.money import ZERO, Money, total
from bot.core.rows import Card, ClipPicture, Shot, Take
from bot.core.sentences.finals import Offer
from bot.core.sentences.states import comes_late, is_late
from bot.core.sentences.takes import finished

#: Something will still happen to a take in one of these by itself.
UNDER_WAY = WAITING | SLOTTED | {State.UNKNOWN, State.FETCHING, State.DELIVERING}
#: The clip of a take in one of these comes by itself, soon; what waits for a yes may wait for days.
_COMING = (WAITING | SLOTTED | {State.FETCHING}) - {State.ASKED}
#: A slate is shown as ready when at least one part in so many of its takes is in and the others are late.
READY_PART = 2


def is_coming(take: Take, now: int) -> bool:
    """Whether its clip comes by itself, soon: it is not late, and nothing holds it up."""
    return take.state in _COMING and not take.problem and not is_late(take, now)


class Phase(Enum):
    """What a card as a whole is doing; derived from its takes."""

    #: Something is still to come before the team can choose.
    MAKING = "making"
    #: Every draft is in or has ended, or half are in and the others are late: the team can choose.
    READY = "ready"
    #: A final is there and nothing else is under way.
    DECIDED = "decided"
    #: Nothing came of it.
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a card is drawn from."""

    card: Card
    prompt: str
    shot: Shot
    #: By take: what it renders.
    prompts: Mapping[str, str]
    #: The takes that the card is about, in the order of their numbers; a direct final is one of them.
    drafts: tuple[Take, ...]
    finals: tuple[Take, ...]
    #: By draft: how many approvals count now.
    votes: Mapping[str, int]
    quorum: int
    grace_s: int
    #: What the tightest cap has left, ``None`` without caps; and by how much the most exceeded one is.
    left: Money | None
    over: Money = ZERO
    final_price: Money
    final_resolution: str = "720p"
    #: By draft: what its final would be, where that is not the shot's length at that price.
    offers: Mapping[str, Offer] = field(default_factory=dict)
    #: The drafts whose model can start their final from a frame.
    startable: frozenset[str] = frozenset()
    #: The finals that start from their draft's frame.
    matched: frozenset[str] = frozenset()
    #: Whether the models are still on; without them nothing more is ordered, and what is there is shown all the same.
    orderable: bool = True
    #: The drafts whose model is off, where others are on.
    off: frozenset[str] = frozenset()
    #: By draft: its frames over time, where they are kept; read only for a card from which the team can choose.
    strips: Mapping[str, ClipPicture] = field(default_factory=dict)
    #: The batch whose sheet it is, and which one, from 1.
    batch: str = ""
    sheet: int = 0
    #: Who has paused ordering here, and since when; empty while nobody has.
    paused_by: str = ""
    #: By take: how much of its smaller copy is made, in percent, while one is being made.
    copies: Mapping[str, int] = field(default_factory=dict)
    now: int

    @property
    def takes(self) -> tuple[Take, ...]:
        """Everything that the card stands for."""
        return (*self.drafts, *self.finals)

    @property
    def first(self) -> Take:
        """The take that speaks for all."""
        return self.drafts[0]

    @property
    def newest_finals(self) -> tuple[Take, ...]:
        """The final of the newest round of each draft; one that was cancelled is old news once another is ordered."""
        newest = {final.draft: final for final in sorted(self.finals, key=lambda final: final.round)}
        found = [final for final in self.finals if newest[final.draft] is final]
        ordered = [final for final in found if final.state is not State.CANCELLED]
        return tuple(ordered or found)

    @property
    def candidates(self) -> tuple[Take, ...]:
        """The drafts that can be seen and that a vote would finish."""
        if not self.orderable and not self.off:
            return ()
        taken = {final.draft for final in self.finals if final.state not in ENDED_WITHOUT_CLIP} | self.off
        return tuple(take for take in self.seen if take.id not in taken and not take.rejected_by)

    def offer(self, draft: Take) -> Offer:
        """What the final of a draft would be."""
        usual = Offer(
            seconds=self.shot.seconds,
            resolution=self.final_resolution,
            price=self.final_price,
            model=self.shot.model,
        )
        return self.offers.get(draft.id, usual)

    @property
    def held_back(self) -> bool:
        """Whether it is a sheet that nobody needs to see: clips are still to come soon, or there will be none.

        Until then the batch's own card says how far it is.
        """
        if not self.batch or self.card.message is not None:
            return False
        if any(is_coming(take, self.now) for take in self.drafts):
            return True
        coming = [take for take in self.drafts if take.state in _COMING and not take.problem]
        there = [take for take in self.drafts if take.state in CLIP and not take.hidden]
        return not there or (bool(coming) and len(there) * READY_PART < len(self.drafts))

    @property
    def seen(self) -> tuple[Take, ...]:
        """The drafts that the channel can see."""
        there = (take for take in self.drafts if take.stage is Stage.DRAFT and take.state is State.DELIVERED)
        return tuple(take for take in there if not take.hidden)

    @property
    def finished(self) -> list[Take]:
        """The finals that have their clip."""
        return finished(self.takes)

    @property
    def phase(self) -> Phase:
        """See ``Phase``."""
        if self.finished and not any(take.state in UNDER_WAY for take in self.takes):
            return Phase.DECIDED
        if self.seen and self._drafts_are_in:
            return Phase.READY
        return Phase.MAKING if any(take.state in UNDER_WAY for take in self.takes) else Phase.ENDED

    @property
    def _drafts_are_in(self) -> bool:
        """Whether there is enough to choose from: what is unknown may stay so for days, and what is late may too."""
        waited_for = [take for take in self.drafts if take.state in UNDER_WAY - {State.ASKED}]
        if any(take.state is not State.UNKNOWN and not comes_late(take, self.now) for take in waited_for):
            return False
        return not waited_for or len(self.seen) * READY_PART >= len(self.drafts)

    @property
    def taken_down(self) -> bool:
        """Whether what there was to see was taken down, and nothing else is to come."""
        rest = [take for take in self.takes if not take.hidden]
        return len(rest) < len(self.takes) and all(take.state in ENDED_WITHOUT_CLIP for take in rest)

    @property
    def charged(self) -> Money:
        """What the card's takes have cost."""
        return total(take.charged for take in self.takes)
