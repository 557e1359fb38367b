"""Who says something, where and by which event: what every command carries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person who acts, as the platform describes them at this moment."""

    #: The platform's id; never shown.
    id: str
    name: str
    #: A guest, or a person of another organisation: orders nothing, approves nothing.
    guest: bool = False
    #: The workspace's administrator (Slack), or holds Manage Server (Discord).
    admin: bool = False
    bot: bool = False
    #: The user groups (Slack) or roles (Discord) that the person is in, by their ids; ``None``: not known just now.
    groups: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command was given; a thread names its parent channel."""

    workspace: str
    channel: str
    #: The name to show, without ``#``.
    name: str
    #: A direct message: nothing is ordered there.
    direct: bool = False
    #: The thread or forum post inside the channel in which it was said, and where what comes of it is to be shown: as
    #: the chat names places, like ``channel``. Empty: the channel itself. Budget and settings are the channel's.
    room: str = ""

    @property
    def where(self) -> str:
        """Where it was said: the room, or the channel itself."""
        return self.room or self.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries."""

    actor: Actor
    place: Place
    #: The platform's id of the event; the same id twice is carried out once.
    event: str
