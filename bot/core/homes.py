"""What a person sees of the product as a whole, in a place of their own; the same for every chat that has one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.ports.chat import Button


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLine:
    """A line of the home."""

    text: str
    #: Where its first word leads; empty: nowhere.
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePart:
    """Lines below a title, with what can be done about them."""

    title: str
    lines: tuple[HomeLine, ...] = ()
    buttons: tuple[Button, ...] = ()
    #: The id of the channel in which its buttons are pressed; empty: in private.
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The home of one person, as it is now."""

    parts: tuple[HomePart, ...]
