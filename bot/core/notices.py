"""What the manager answers to a command; the adapter shows it and adds nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.ports.chat import Button


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An answer. Nothing in it mentions anybody."""

    #: Empty: there is nothing to say, as to an event that came twice.
    text: str = ""
    #: Only for the person who asked; otherwise for the channel.
    private: bool = True
    buttons: tuple[Button, ...] = ()
    #: The card that the order made, if it made one.
    card: str | None = None
    #: To be said even where a card shows what happened, as after a reaction.
    needed: bool = False


SILENCE = Notice()
