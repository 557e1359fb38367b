"""Attempts at outside calls, provider keys and their slots."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from bot.core.money import Money
from bot.core.rows.base import Unique


class AttemptKind(Enum):
    """What an attempt tries."""

    PREPARE = "prepare"
    SUBMIT = "submit"
    FETCH = "fetch"
    POST = "post"


class Outcome(Enum):
    """How an attempt ended, as far as is known."""

    #: Under way, or its process died.
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    #: Ended without effect, or with a 5xx.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at an outside call; written before the call."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    UNIQUE: ClassVar[tuple[Unique, ...]] = (
        Unique(
            "one_live_submit",
            ("take",),
            {
                "kind": AttemptKind.SUBMIT,
                "outcome": (Outcome.SENDING, Outcome.ACCEPTED, Outcome.UNKNOWN),
            },
        ),
        Unique(
            "one_live_post",
            ("take",),
            {
                "kind": AttemptKind.POST,
                "outcome": (Outcome.SENDING, Outcome.UNKNOWN),
            },
        ),
    )
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("take", "kind"), ("kind", "outcome"))
    id: str
    take: str
    kind: AttemptKind
    #: The process that makes it.
    owner: str
    started_at: int
    #: When another owner may judge it.
    expires_at: int
    outcome: Outcome = Outcome.SENDING
    ended_at: int | None = None
    endpoint: str = ""
    #: A fingerprint of endpoint and payload: identical orders have the same.
    order_sha256: str = ""
    #: The body as sent, JSON.
    payload: str = ""
    answer: str = ""
    #: Submit: the wallet's balance when it began, for the person who judges an unknown.
    balance: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A provider key, by a name of ours that is not secret."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    id: str
    slots: int = 5
    #: Nothing is submitted before; ``None`` when it is not paused.
    paused_until: int | None = None
    #: ``credit``, ``key``, ``rate``, ``network``, ``unknowns``; empty when not paused.
    paused_for: str = ""
    paused_at: int | None = None
    told_at: int | None = None
    #: Unknown outcomes in a row.
    unknowns: int = 0
    balance: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place among a key's jobs at once."""

    KEY: ClassVar[tuple[str, ...]] = ("take",)
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("key",),)
    take: str
    key: str
    #: An unknown's place is freed only then.
    free_at: int | None = None
