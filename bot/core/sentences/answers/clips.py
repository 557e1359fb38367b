"""Answers about clips: kept, taken down, posted again."""

from __future__ import annotations

from collections.abc import Sequence

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
