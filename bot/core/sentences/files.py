"""What is said of files in a chat: those that are handed to one person, and pictures that people give."""

from __future__ import annotations

from bot.core.sentences.plain import NAME_CHARACTERS, plain

MB = 1 << 20
THE_PICTURE = "The picture"


def handed(name: str) -> str:
    """A document or a picture of a private answer was uploaded to the person who asked."""
    return f"{name} is in our direct messages."


def not_handed(name: str) -> str:
    """It was not."""
    return f"{name} could not be sent to you as a direct message; ask again in a minute."


def too_large(name: str, most_bytes: int) -> str:
    """A picture is larger than is taken."""
    return f"{_named(name)} is larger than {most_bytes // MB} MB; make it smaller and give it again."


def no_picture(name: str) -> str:
    """A file of another kind."""
    return f"{_named(name)} is not a picture; give a PNG, JPEG, WebP or GIF."


def gone(name: str = "") -> str:
    """It was deleted, or is in a conversation that the bot cannot see; a chat does not say which."""
    return f"{_named(name)} was deleted, or I cannot see it here; attach it again in a channel that I am in."


def not_fetched(name: str) -> str:
    """The chat did not give the bytes."""
    return f"{_named(name)} could not be fetched from the chat; give it again in a minute."


def too_many(most: int) -> str:
    """More pictures than an order takes."""
    return f"At most {most} pictures go with one order; give fewer."


def not_kept(name: str) -> str:
    """The bot's disk did not take it."""
    return f"{_named(name)} cannot be kept on the bot's disk; the operator finds the reason in the log."


def _named(name: str) -> str:
    return plain(name, NAME_CHARACTERS) or THE_PICTURE
