"""From the archive to the chat: what was posted is found, what was not is posted, what cannot be is kept."""

from __future__ import annotations

from collections.abc import Collection

from bot.core.errors import ArchiveError, ChatBusy, ChatClosed, ChatError
from bot.core.lifecycle import Stage, State
from bot.core.ports import Chat, Transaction
from bot.core.rows import BATCH_LANE, Attempt, AttemptKind, Card, Form, Outcome, Post, PostState, Rank, Take
from bot.jobs.copies import Stopped
from bot.jobs.ending import to_its_end
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move
from bot.jobs.together import wait_for_siblings
from bot.jobs.worker.forms import Forms, NothingFits, NotNow, refused, stored
from bot.jobs.worker.post import Posting, undeliverable

#: A draft's clip waits for its card to be on the screen: so long at a time, and in all before it is posted without.
FIRST_CARD_WAIT_MS = 500
LAST_CARD_WAIT_MS = 30_000
CARD_WAITS_MS = 3600 * 1000
#: A post whose answer was lost is looked for this often, until its attempt has expired.
LOOK_FOR_POST_MS = 10_000
#: A chat that cannot be reached is tried again this much later.
CHAT_AGAIN_MS = 5_000
#: A channel that is closed to us for so long makes the clip undeliverable; product.md.
CLOSED_FOR_MS = 72 * 3600 * 1000
CLOSED_AGAIN_MS = 10 * 60 * 1000


class Deliver:
    """The state delivering."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit
        self._posting = Posting(kit)
        self._forms = Forms(kit)

    async def step(self, take: Take) -> Wake | Done:
        """Find the post that an earlier attempt made, or make it."""
        now = self._kit.clock.now()
        try:
            return await self._deliver(take, now)
        except ChatBusy as error:
            return Wake(now + max(1, round(error.retry_after_s * 1000)))
        except ChatClosed as error:
            return await self._closed(take, str(error))
        except ChatError:
            return Wake(now + CHAT_AGAIN_MS)

    async def _deliver(self, take: Take, now: int) -> Wake | Done:
        card, posts, expires_at = await self._kit.store.transact(lambda tx: _so_far(tx, take))
        post = next((each for each in posts if each.state is PostState.SENDING), None)
        if post is not None and (
            found := await self._found(take, post, card.where if card else take.channel, expires_at)
        ):
            return found
        if take.dismissed:
            await self._kit.store.transact(lambda tx: self._shelve(tx, take))
            return DONE
        if take.stage is Stage.DRAFT and (card is None or card.message is None) and _waits(take, now):
            return Wake(now + _pause_ms(take, now))
        if not posts and (at := await self._kit.store.transact(lambda tx: wait_for_siblings(self._kit, tx, take))):
            return Wake(at)
        return await self._post(take, post, refused(take, posts))

    async def _post(self, take: Take, post: Post | None, not_taken: Collection[Form]) -> Wake | Done:
        """Post it in the form that the chat takes; a smaller copy is made before anything is begun."""
        chat = self._kit.chat_of(take.channel)
        try:
            clip = await self._kit.archive.open(stored(take))
        except ArchiveError as error:
            return await self._posting.unreadable(take, str(error))
        try:
            copy = await self._forms.choose(chat, take, clip, not_taken)
        except Stopped:
            return Wake(self._kit.clock.now())
        except NotNow as later:
            return Wake(later.at)
        except NothingFits as error:
            why = str(error)
            await self._kit.store.transact(lambda tx: undeliverable(self._kit, tx, take, why))
            return DONE
        return await to_its_end(self._posting.post(chat, take, post, copy), name=f"post {take.id}")

    async def _found(self, take: Take, post: Post, where: str, expires_at: int) -> Wake | Done | None:
        """What came of a post that was begun; ``None`` when it is not there, and will no longer come."""
        chat: Chat = self._kit.chat_of(take.channel)
        now = self._kit.clock.now()
        posted = await chat.find_post(channel=where, nonce=post.nonce)
        if posted is not None:
            await self._posting.t6(take, post, posted)
            return DONE
        return Wake(min(expires_at, now + LOOK_FOR_POST_MS)) if now < expires_at else None

    async def _shelve(self, tx: Transaction, take: Take) -> None:
        row = await locked(tx, take.id)
        if row.state is State.DELIVERING and row.dismissed:
            await move(self._kit, tx, row, State.SHELVED, rank=Rank.OUTCOME)

    async def _closed(self, take: Take, why: str) -> Wake | Done:
        """A closed channel is tried again for three days; the clip waits in the archive."""
        now = self._kit.clock.now()
        if now - take.state_at < CLOSED_FOR_MS:
            return Wake(now + CLOSED_AGAIN_MS)
        await self._kit.store.transact(lambda tx: undeliverable(self._kit, tx, take, why))
        return DONE


def _waits(take: Take, now: int) -> bool:
    return now - take.state_at < CARD_WAITS_MS


def _pause_ms(take: Take, now: int) -> int:
    """A batch's sheet is not shown before its last take is made; then those that wait for it are woken."""
    if take.lane == BATCH_LANE:
        return LAST_CARD_WAIT_MS
    return max(FIRST_CARD_WAIT_MS, min(LAST_CARD_WAIT_MS, (now - take.state_at) // 4))


async def _so_far(tx: Transaction, take: Take) -> tuple[Card | None, list[Post], int]:
    """The card, the posts, and when the attempt that may still be making the one that was begun has expired."""
    posts = await tx.rows(Post, take=take.id)
    live = await tx.rows(Attempt, take=take.id, kind=AttemptKind.POST, outcome=(Outcome.SENDING, Outcome.UNKNOWN))
    expires_at = max((attempt.expires_at for attempt in live), default=0)
    return await tx.get(Card, take.card), posts, expires_at
