"""What a typed id means on the screen: the message to react to, the button to press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.local.entries import Entry
from adapters.local.lines import Pressed
from adapters.local.names import WORKSPACE
from bot.core.emoji import APPROVE, KEYCAPS, normalise
from bot.core.errors import Refusal
from bot.core.ids import normal, readings
from bot.core.ports import Button, Message, Transaction
from bot.core.rows import Card, Post, PostState, Take
from bot.jobs.places import batch_named, find_takes

#: Buttons that a sentence lists.
MOST_LISTED = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A message, and the emoji that says there what was meant."""

    message: Message
    emoji: str


async def targets(tx: Transaction, subject: str, emoji: str) -> list[Target]:
    """Where a reaction to a card or take can stand, the best place first; empty while nothing of it is shown.

    A take of a slate has its clip's message; before that, or for want of one, its number on the card.

    Raises:
        Refusal: there is no such card or take.
    """
    takes = await find_takes(tx, WORKSPACE, subject)
    batch = await batch_named(tx, WORKSPACE, subject)
    card = await tx.get(Card, takes[0].card if batch is None else batch.id)
    on_card = Message(channel=card.channel, id=card.message) if card and card.message else None
    if batch or len(takes) > 1 or takes[0].id == takes[0].card:
        return [Target(message=on_card, emoji=emoji)] if on_card else []
    found = [Target(message=message, emoji=emoji) for message in await _clips(tx, takes[0])]
    number = takes[0].number
    if on_card and takes[0].draft is None and number and emoji in (APPROVE, KEYCAPS[number - 1]):
        found.append(Target(message=on_card, emoji=normalise(KEYCAPS[number - 1])))
    return found


async def _clips(tx: Transaction, take: Take) -> list[Message]:
    posts = await tx.rows(Post, take=take.id, state=PostState.POSTED, order=("created_at",))
    return [Message(channel=post.channel, id=post.message) for post in reversed(posts) if post.message]


def button(entries: Iterable[Entry], pressed: Pressed, person: str) -> Button | None:
    """The button that is meant among messages, the newest first; ``None`` where no message about it has any.

    Raises:
        Refusal: no button, or more than one, says that; the sentence lists those that there are.
    """
    about = [entry for entry in entries if entry.seen_by(person) and _is_about(entry, pressed.subject)]
    if not about:
        return None
    for entry in about:
        fitting = _fitting(entry.view.buttons, pressed)
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            sentence = f"Which one? {_listed(fitting)}"
            raise Refusal(sentence)
    there = [each for entry in about for each in entry.view.buttons]
    what = f" about {pressed.subject}" if pressed.subject else ""
    sentence = f"No button{what} says “{pressed.label}”; there is {_listed(there)}"
    raise Refusal(sentence)


def _is_about(entry: Entry, subject: str) -> bool:
    bases = {reading.base for reading in readings(subject)}
    return any(not subject or _subject(each).partition("-")[0] in bases for each in entry.view.buttons)


def _fitting(buttons: Iterable[Button], pressed: Pressed) -> list[Button]:
    """Those that say exactly this, else those that begin so; among several, those about the very take."""
    wanted = _plain(pressed.label)
    begins = [each for each in buttons if _plain(each.label).startswith(wanted)]
    fitting = [each for each in begins if _plain(each.label) == wanted] or begins
    # A final's own buttons are its draft's too: "Undo" on A7K-2 undoes A7K-2F.
    own = [each for each in fitting if pressed.subject and _subject(each).startswith(normal(pressed.subject))]
    return own if len(fitting) > 1 and own else fitting


def _subject(each: Button) -> str:
    return each.action.split(":")[1] if ":" in each.action else ""


def _plain(label: str) -> str:
    return " ".join(label.casefold().replace("…", "").replace("...", "").split())


def _listed(buttons: Iterable[Button]) -> str:
    labels = list(dict.fromkeys(each.label for each in buttons))
    more = " …" if len(labels) > MOST_LISTED else ""
    return " ".join(f"[{label}]" for label in labels[:MOST_LISTED]) + more
