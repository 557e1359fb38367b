"""Names of channels and people as they are typed, and what the rules get for them."""

from __future__ import annotations

import re

from bot.core.commands import Actor, Place
from bot.core.errors import Refusal
from bot.core.filenames import is_safe

PLATFORM = "local"
#: There is one place of the local channel's kind on a machine.
WORKSPACE = "local"
#: Before a name: the person is a guest.
GUEST = "guest:"

_PERSON = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def channel_id(name: str) -> str:
    """``local:launch``."""
    return f"{PLATFORM}:{name}"


def channel_name(channel: str) -> str:
    """The name in a channel's id."""
    return channel.partition(":")[2]


def place(typed: str) -> Place:
    """The channel of that name; a ``#`` before it is ignored.

    Raises:
        Refusal: not a name that a channel can have.
    """
    name = typed.strip().removeprefix("#").lower()
    if not is_safe(name):
        sentence = "A channel's name has letters, digits, dashes, dots and underscores, as in: in #launch"
        raise Refusal(sentence)
    return Place(workspace=WORKSPACE, channel=channel_id(name), name=name)


def person(typed: str, *, admins: frozenset[str] = frozenset()) -> Actor:
    """The person of that name; ``guest:zed`` is a guest. Those in ``admins`` look after the place.

    Raises:
        Refusal: not a name that a person can have.
    """
    word = typed.strip().removeprefix("@")
    guest = word.lower().startswith(GUEST)
    name = word[len(GUEST) :] if guest else word
    if not _PERSON.fullmatch(name):
        sentence = "A person's name has letters, digits, dashes, dots and underscores, as in: as bob, or as guest:zed"
        raise Refusal(sentence)
    # The colon keeps a guest's id apart from every owner's and member's.
    own = f"{GUEST}{name.lower()}" if guest else name.lower()
    return Actor(id=own, name=name, guest=guest, admin=own in admins)


def shown(person_id: str) -> str:
    """A person's id as it is shown: ``@mina``."""
    return f"@{person_id.removeprefix(GUEST)}"
