"""Who typed or pressed, where, by which event, and when: what every command is made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from bot.core.commands import Actor, CastVote, Command, Place
from bot.core.rows import Meaning, Source

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a command comes from."""

    actor: Actor
    place: Place
    event: str
    #: UTC milliseconds, by the platform where it says so.
    now: int

    def make(self, kind: type[C], **facts: Any) -> C:
        """A command of this origin."""
        return kind(actor=self.actor, place=self.place, event=self.event, **facts)

    def vote(self, subject: str, meaning: Meaning, source: Source) -> CastVote:
        """A vote given now."""
        return self.make(CastVote, subject=subject, meaning=meaning, source=source, at=self.now)
