"""Why a chat does not let us in, and how to allow it: short enough to stand inside a sentence of a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.sentences.numbers import listed
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


def may_not(lacking: Mapping[str, str], place: str) -> str:
    """Permissions of a channel that the bot lacks: what it may not do there, by the permission's name in the chat."""
    names = listed(f"“{name}”" for name in lacking.values())
    return f"I may not {listed(lacking)} in {place}; allow {names} for me there"


def channel_gone() -> str:
    """The channel or thread does not exist any more, or the bot was taken out of the server."""
    return "The channel or thread is gone; order in another one"


def unseen_there() -> str:
    """The bot may not look into the channel."""
    return "I cannot see the channel; allow “View Channel” for me there, or mention me in it if it is a private thread"


def forbidden() -> str:
    """The chat does not say which permission is missing."""
    return "I lack a permission in the channel; allow me there what the invitation asked for"


def messages_closed() -> str:
    """A person whose direct messages are closed to the bot."""
    return "This person takes no direct messages from me; the server's privacy settings allow them"


def thread_archived(place: str = "The thread") -> str:
    """The bot may not open an archived thread again."""
    return f"{place} is archived; anybody who writes in it opens it again"


def thread_locked(place: str = "The thread") -> str:
    """Only moderators may open it again."""
    return f"{place} is locked; a moderator unlocks it"


def too_many_threads() -> str:
    """The server has as many open threads as it may have."""
    return "The server has as many open threads as it may have; archive one"


def words_blocked() -> str:
    """A moderation rule of the server stopped the message."""
    return "A rule of the server's AutoMod blocks what I say here; a moderator lets me past it"


def no_messages_there(place: str) -> str:
    """A channel of a kind in which nobody writes messages."""
    return f"Nobody can write messages in {place}; order in a text channel or thread"


def away(place: str) -> str:
    """The bot is in the server, and does not hear from it just now."""
    return f"Discord does not tell me about {place} just now; try again in a minute"


def not_in_server() -> str:
    """The bot was taken out of the server, or never was in it."""
    return "I am not in this server any more; whoever manages it invites me again"


def private_thread(place: str) -> str:
    """A private thread shows itself only to those who were added to it."""
    return f"{place} is a private thread; mention me there, and I am in it"


def said_openly() -> str:
    """Below what was meant for one person, where it could be said to them in the channel only."""
    return "Said here, because your direct messages are closed to me."


def beside_card(name: str, sentence: str) -> str:
    """A word to one person that stands on a card, where nobody is notified of it."""
    return f"{plain(name, NAME_CHARACTERS)}: {sentence}" if name else sentence


def nowhere_to_speak(server: str, permissions: Sequence[str]) -> str:
    """To the owner of a server in which the bot may post nowhere."""
    allow = listed(f"“{name}”" for name in permissions)
    return (
        f"I was added to {plain(server, NAME_CHARACTERS)}, and may post in none of its text channels. Allow {allow} "
        "for me in the channel that makes clips, then type /clip help there."
    )
