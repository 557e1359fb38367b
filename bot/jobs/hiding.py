"""Where the chat shows a hidden take, and how it goes from there: at once, or by the hourly sweep.

That a take is hidden and that a message shows it is in the rows; so what is still to go is known after a crash too.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot.core.errors import ChatError
from bot.core.ports import Message, Transaction
from bot.core.rows import Post, PostState, Take
from bot.jobs.kit import Kit
from bot.jobs.steps import named

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message in which a hidden take is seen."""

    post: Post
    #: It is the take's own and goes; or it is its final's, which only loses the picture of both.
    own: bool


async def shown_of(tx: Transaction, take: Take) -> list[Shown]:
    """Where a take that is hidden is seen: in its own messages, and in its finals', beside them."""
    posts = await tx.rows(Post, take=take.id, state=PostState.POSTED)
    finals = tuple(final.id for final in await tx.rows(Take, draft=take.id))
    pictured = await tx.rows(Post, take=finals, state=PostState.POSTED, pictured=True) if finals else []
    return [*(Shown(post=post, own=True) for post in posts), *(Shown(post=post, own=False) for post in pictured)]


async def shown_in(tx: Transaction, take: Take, post: Post) -> Shown | None:
    """The same of one message, which has just come: the take or its draft may have been hidden on the way."""
    if take.hidden:
        return Shown(post=post, own=True)
    if post.pictured and await draft_is_hidden(tx, take):
        return Shown(post=post, own=False)
    return None


async def draft_is_hidden(tx: Transaction, take: Take) -> bool:
    """Whether the take is the final of a draft that nobody is to see."""
    return take.draft is not None and (await named(tx, Take, take.draft)).hidden


async def remove(kit: Kit, shown: Shown) -> bool:
    """Remove it from the chat, and note that it is gone; ``False``: the chat does not answer, the sweep asks again."""
    post = shown.post
    message = Message(channel=post.channel, id=post.message or "")
    try:
        chat = kit.chat_of(post.channel)
        await (chat.take_down(message, file=post.file_id or None) if shown.own else chat.take_off_picture(message))
    except ChatError:
        what = "it" if shown.own else "its draft"
        log.warning(
            "the message of %s shows %s, which is hidden and could not be removed yet", post.take, what, exc_info=True
        )
        return False
    await kit.store.transact(lambda tx: _note(tx, shown))
    return True


async def _note(tx: Transaction, shown: Shown) -> None:
    post = await tx.lock(Post, shown.post.nonce) or shown.post
    await tx.put(replace(post, state=PostState.GONE) if shown.own else replace(post, pictured=False))
