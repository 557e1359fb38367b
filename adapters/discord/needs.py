"""What the bot needs of Discord: every call that is made and event that is heard, with what it takes to be allowed.

``dailies discord invite`` asks for exactly this, and the doctor compares it with what each server has granted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import discord


@dataclass(frozen=True, slots=True)
class Need:
    """A permission."""

    #: As Discord's settings call it.
    name: str
    #: Completes the sentence "I may not …".
    what: str


#: Without a permission of its own: of interactions, of messages of our own, or of direct messages.
FREE: tuple[str, ...] = ()
#: Every permission that the bot asks for, by discord.py's name.
PERMISSIONS: Mapping[str, Need] = {
    "view_channel": Need("View Channel", "see the channel"),
    "send_messages": Need("Send Messages", "post"),
    "send_messages_in_threads": Need("Send Messages in Threads", "post in threads"),
    "embed_links": Need("Embed Links", "show cards"),
    "attach_files": Need("Attach Files", "attach clips"),
    "read_message_history": Need("Read Message History", "read votes again"),
    "add_reactions": Need("Add Reactions", "put the numbers below a sheet"),
}
#: Each call of discord.py's that is made, and the permissions without which it fails somewhere: an embed and a file in
#: a message are permissions of their own, and so is a thread. docs.discord.com/developers/resources says them.
CALLS: Mapping[str, tuple[str, ...]] = {
    "add_reaction": ("view_channel", "read_message_history", "add_reactions"),
    "application_info": FREE,
    "create_dm": FREE,
    "create_thread": ("view_channel", "send_messages"),
    "delete": ("view_channel",),
    "edit": ("view_channel", "send_messages_in_threads", "embed_links", "attach_files"),
    "fetch": ("view_channel", "read_message_history"),
    "fetch_channel": ("view_channel",),
    "fetch_guild": FREE,
    "fetch_member": FREE,
    "fetch_message": ("view_channel", "read_message_history"),
    "fetch_user": FREE,
    "history": ("view_channel", "read_message_history"),
    "http.bulk_upsert_global_commands": FREE,
    "http.bulk_upsert_guild_commands": FREE,
    "http.get_guilds": FREE,
    "send": ("view_channel", "send_messages", "send_messages_in_threads", "embed_links", "attach_files"),
    "users": ("view_channel", "read_message_history"),
}
#: Each event that is heard, and the intents without which it does not come; none of them is privileged.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "on_raw_reaction_add": ("guild_reactions",),
    "on_raw_reaction_remove": ("guild_reactions",),
    "on_raw_reaction_clear": ("guild_reactions",),
    "on_raw_reaction_clear_emoji": ("guild_reactions",),
    "on_guild_join": ("guilds",),
    "on_guild_remove": ("guilds",),
    "on_guild_channel_delete": ("guilds",),
}
#: With these scopes a server takes the bot and its commands.
SCOPES = ("bot", "applications.commands")


def permissions() -> discord.Permissions:
    """Everything that a server is asked to grant: 274878024768."""
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def intents() -> discord.Intents:
    """Everything that is listened to: 1025."""
    return discord.Intents(**{intent: True for needed in EVENTS.values() for intent in needed})


def without(granted: discord.Permissions, *, thread: bool = False) -> Mapping[str, Need]:
    """Each permission that was not granted; in a thread it is its own that lets the bot post, else the channel's."""
    other = "send_messages" if thread else "send_messages_in_threads"
    return {name: need for name, need in PERMISSIONS.items() if name != other and not getattr(granted, name)}


def invite_url(application: int) -> str:
    """The address at which an admin lets the bot into a server."""
    return discord.utils.oauth_url(application, permissions=permissions(), scopes=SCOPES)
