"""What opens a window, and what is looked up about a take: commands that change nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.commands.base import Command
from bot.core.commands.orders import OrderOptions
from bot.core.modals import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenModal(Command):
    """Ask for something in a window with fields; where the chat has none, the answer says how to type it."""

    form: Form
    #: The take or slate that it is about, where it is about one.
    subject: str = ""
    #: Of a budget: ``channel``, ``workspace`` or ``person``.
    scope: str = "channel"
    #: When the question was put that is declined, UTC milliseconds.
    asked_at: int | None = None
    #: What was typed already.
    prompt: str = ""
    options: OrderOptions = field(default_factory=OrderOptions)
    #: Given already: of a message whose picture is to move, or attached to what was typed.
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class More(Command):
    """What else can be done with a take or slate, rarely."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FullPrompt(Command):
    """A prompt that a card shortens, all of it."""

    subject: str
