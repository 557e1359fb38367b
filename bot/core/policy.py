"""What a channel and a workspace have set: defaults of orders, who may do what, and the money rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.core.money import ZERO, Money

#: How a final is made: rolled anew from its prompt, or started from its draft's frame.
NEW, MATCH = "new", "match"


class Period(Enum):
    """How long a cap lasts, by the calendar of a zone."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    #: One cap for ever.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The steps of a cap before it is full, in percent of it that are spent or held; ``None``: no such step.

    At 100 % nothing more is ordered, whatever is set.
    """

    #: A line in the channel.
    tell: int | None = 50
    #: A line in the channel and to the contact.
    warn: int | None = 80
    #: From here on the owner approves each order.
    approve: int | None = 95
    #: Whether from ``warn`` on finals are the owner's to approve, and drafts alone go on.
    drafts_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CapPolicy:
    """A cap; its amount counts at once, its period and zone from the next reset."""

    #: ``None``: no cap.
    amount: Money | None
    period: Period = Period.MONTH
    #: An IANA name; ``None`` is the installation's zone.
    zone: str | None = None
    #: The part that drafts may not touch.
    envelope: Money = ZERO
    ladder: Ladder = Ladder()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPolicy:
    """A channel's settings."""

    cap: CapPolicy = CapPolicy(amount=Money.usd(50))
    ratio: str = "16:9"
    #: The final's and the draft's length in seconds.
    seconds: int = 5
    draft_seconds: int = 4
    model: str = "mini"
    audio: bool = True
    bitrate: str = "normal"
    look: str = NEW
    #: Seconds between the card with Undo and the order, 0–120.
    grace_s: int = 15
    #: Approvals that a final needs, 1–20.
    quorum: int = 1
    #: People (platform ids) who may approve; empty: every maker.
    approvers: tuple[str, ...] = ()
    #: People who may order; empty: every member who is no guest.
    makers: tuple[str, ...] = ()
    #: Orders above this at once are confirmed by the maker.
    confirm_above: Money = Money.usd(5)
    #: Orders above this at once need the owner's yes; ``None``: none does by its price alone.
    owner_above: Money | None = None
    #: The dailies hour: minutes after midnight in the channel's zone; ``None``: off.
    hour_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspacePolicy:
    """A workspace's settings."""

    cap: CapPolicy = CapPolicy(amount=Money.usd(100))
    #: A cap for each person in the workspace; none unless set.
    person_cap: CapPolicy = CapPolicy(amount=None)
    #: People who pay; empty: the platform's administrators.
    owners: tuple[str, ...] = ()
