"""What is done with takes and clips that are there, and what only looks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands.base import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Command):
    """Stop what can be stopped: a take, or everything that waits of a slate."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(Command):
    """A take or slate in full."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Command):
    """What runs and what waits, and in which place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hide(Command):
    """Take a clip down from the chat."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue(Command):
    """Post a clip again from the archive; also *Post it anyway*."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(Command):
    """Keep a clip for ever."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Command):
    """An address at which anybody can fetch a clip for some days."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tips(Command):
    """How to write a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help(Command):
    """The verbs; also the welcome."""

    #: ``clip`` or ``dailies``.
    root: str = "clip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome(Command):
    """The bot was added to a channel; whoever has added it is who gives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHome(Command):
    """A person looks at the product as a whole, in a place of their own."""

    #: The channels that the platform says the person is in; owners see those that have been used, besides.
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Models(Command):
    """The catalogue with its prices."""
