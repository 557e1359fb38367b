"""Answers about clips: kept, taken down, posted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.periods import native_moment
from bot.core.rows import Take
from bot.core.sentences.numbers import listed
from bot.core.sentences.states import is_


def kept(ids: Sequence[str]) -> str:
    """📌."""
    return f"{listed(ids)} {_are(ids)} kept for ever."


def hidden(ids: Sequence[str]) -> str:
    """Taken down."""
    it = "it" if len(ids) == 1 else "them"
    again = "it" if len(ids) == 1 else "that one"
    return f"{listed(ids)} {_are(ids)} taken down. The archive keeps {it}; /clip rescue {ids[0]} posts {again} again."


def hidden_soon(ids: Sequence[str]) -> str:
    """Taken down as soon as the chat answers."""
    return f"{listed(ids)} {_are(ids)} hidden; the chat does not answer, so what is posted goes within the hour."


def rescued(ids: Sequence[str]) -> str:
    """Posted again, as soon as the worker comes to it."""
    return f"{listed(ids)} will be posted here."


def links(addresses: Mapping[str, str], until: int, zone: str) -> str:
    """The addresses of clips by their ids, each on a line of its own, with the moment at which they end."""
    lines = [f"{take}: {address}" for take, address in addresses.items()]
    whose = "this address" if len(lines) == 1 else "these addresses"
    return "\n".join([*lines, f"Until {native_moment(until, zone)} anybody with {whose} can fetch it."])


def no_public_address(take: Take) -> str:
    """The archive is a folder, or a server that only this machine reaches."""
    return f"This archive has no public address; /clip rescue {take.id} posts the clip again."


def nothing_to_link(take: Take) -> str:
    """There is no clip that may be shown."""
    if take.hidden:
        return f"{take.id} was taken down; /clip rescue {take.id} posts it again."
    if take.purged_at is not None:
        return nothing_to_post(take)
    return f"{take.id} has no clip to link to: it {is_(take)}."


def archive_out_of_reach() -> str:
    """The archive cannot say an address now."""
    return "The archive of the clips cannot be reached right now; ask again in a few minutes."


def nothing_to_post(take: Take) -> str:
    """There is no clip in the archive."""
    if take.purged_at is not None:
        return f"The clip of {take.id} is no longer kept: drafts are removed after their time unless 📌 keeps them."
    return f"{take.id} has no clip to post: it {is_(take)}."


def nothing_to_hide(take: Take) -> str:
    """There is no clip in the chat."""
    return f"{take.id} has no clip in the chat: it {is_(take)}."


def _are(ids: Sequence[str]) -> str:
    return "is" if len(ids) == 1 else "are"
