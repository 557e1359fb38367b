"""What a chat says of the talk itself: what takes longer, what was not understood, who could not be asked about."""

from __future__ import annotations


def working() -> str:
    """Said when an answer takes longer than the platform waits."""
    return "Working on it; the answer comes here in a moment. Nothing has to be typed or pressed again."


def answered() -> str:
    """Where a message for everyone has to say for a moment that its answer is for one person."""
    return "Answered privately."


def already() -> str:
    """What came twice was carried out once; a chat whose first answer did not arrive says this to the second."""
    return "That reached me twice and was carried out once. status shows what runs and waits."


def person_unknown() -> str:
    """Nobody acts whose role is not known."""
    return "Not done: I could not find out who you are here (a guest may not order). Try again in a moment."


def place_unknown() -> str:
    """Nothing is ordered in a channel of which nothing is known."""
    return "Not done: I could not read this channel. Try again in a moment; in a private channel, /invite me first."


def not_there() -> str:
    """Commands can be added to a server without the bot; it could post no clip there."""
    return "Not done: my commands are in this server and I am not. Whoever manages it adds me by my invitation."


def home_unknown() -> str:
    """Something was pressed in a direct message, and the bot is in several servers."""
    return "Not done: I do not know which server this is about. Say it in the channel there."


def not_understood() -> str:
    """A payload without what every payload of its kind has."""
    return "I could not read that; nothing was done. /clip help shows what I understand."


def mention_help(name: str = "@dailies") -> str:
    """A mention that begins with no verb: it may be talk, and talk orders nothing."""
    return (
        f"After {name} I take a verb: {name} status, {name} show A7K, {name} spend, or in the thread of a card "
        f"{name} promote. To order, write {name} draft: a fox in snow. Nothing was ordered."
    )


def message_not_ours() -> str:
    """A shortcut on a message that shows no take."""
    return "That message shows no clip or card of mine. Use it on a card, or on the message of a clip."


def no_picture_there() -> str:
    """*Animate this picture* on a message without one."""
    return "That message has no picture that I can read: a PNG, JPEG or WebP of 10 MB at most."
