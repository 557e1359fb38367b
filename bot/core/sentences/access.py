"""Why a chat does not let us in, and how to allow it: short enough to stand inside a sentence of a card."""

from __future__ import annotations

from bot.core.sentences.plain import NAME_CHARACTERS, plain


def where(name: str) -> str:
    """``#launch``; ``this channel`` where the chat does not say its name."""
    return f"#{plain(name, NAME_CHARACTERS)}" if name else "this channel"


def not_ordered(why: str) -> str:
    """The answer to an order whose clip could not be posted."""
    return f"{why}. Nothing was ordered."


def invite(bot: str, place: str = "this channel") -> str:
    """The bot is not in the channel."""
    return f"I am not in {place}; /invite @{bot} there lets me in"


def may_not_join(bot: str, place: str) -> str:
    """The channel is open to everybody, but not to the bot by itself."""
    return f"I may not join {place} by myself; /invite @{bot} there lets me in"


def unseen(bot: str) -> str:
    """The channel is gone, or private and the bot is not in it."""
    return f"I cannot see the channel: it was deleted, or it is private, and /invite @{bot} there lets me in"


def archived(place: str = "The channel") -> str:
    """The channel is archived."""
    return f"{place} is archived; whoever may unarchive it lets me post there again"


def restricted() -> str:
    """The workspace lets only some people post there."""
    return "Only some may post in the channel; an admin allows Dailies in the channel's posting permissions"


def unreachable() -> str:
    """A person to whom nothing can be said privately."""
    return "This person takes no direct messages from Dailies; an admin sees why in the workspace's settings"


def files_refused() -> str:
    """The workspace takes no files."""
    return "The workspace takes no files from apps; an admin allows uploads in the workspace's settings"


def lacks_permission(permission: str) -> str:
    """The app was installed without a permission that it needs."""
    named = f" {plain(permission, NAME_CHARACTERS)}" if permission else ""
    return f"The app lacks the permission{named}; the operator installs it again from manifest.yml"


def token_refused(setting: str) -> str:
    """The chat does not accept the bot's token any more."""
    return f"The chat refuses our token; the operator installs the app again and sets {setting}"


def not_installed() -> str:
    """There is no token for the workspace."""
    return "Dailies is not installed in this workspace; an admin installs it there"
