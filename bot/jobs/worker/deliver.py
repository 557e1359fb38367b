"""T6: the clip is posted, once as far as the platform allows; every upload is an attempt written before it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.core.cards import draft_message, final_message
from bot.core.errors import ArchiveError, ChatBusy, ChatClosed, ChatError, FileTooLarge
from bot.core.lifecycle import Stage, State
from bot.core.ports import CardView, Chat, Message, Posted, Stored, Transaction
from bot.core.rows import Attempt, AttemptKind, Card, Outcome, Post, PostState, Rank, Take
from bot.core.sentences import answers
from bot.jobs.drawing import load
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move, say, tell_owner

MARGIN_S = 30.0
#: A draft's clip waits this long at a time for its card to be on the screen.
CARD_WAIT_MS = 500
#: A channel that is closed to us for so long makes the clip undeliverable; product.md.
CLOSED_FOR_MS = 72 * 3600 * 1000
CLOSED_AGAIN_MS = 10 * 60 * 1000
#: An archive that cannot be read is tried again this much later.
ARCHIVE_AGAIN_MS = 60_000


class Deliver:
    """The state delivering."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    async def step(self, take: Take) -> Wake | Done:
        """Find the post that an earlier attempt made, or make it."""
        if take.dismissed:
            await self._kit.store.transact(lambda tx: self._shelve(tx, take))
            return DONE
        try:
            chat = self._kit.chat_of(take.channel)
            return await self._deliver(chat, take)
        except ChatBusy as error:
            return Wake(self._kit.clock.now() + round(error.retry_after_s * 1000))
        except ChatClosed as error:
            return await self._closed(take, str(error))

    async def _deliver(self, chat: Chat, take: Take) -> Wake | Done:
        card, under_way = await self._kit.store.transact(lambda tx: _so_far(tx, take))
        if take.stage is Stage.DRAFT and (card is None or card.message is None):
            return Wake(self._kit.clock.now() + CARD_WAIT_MS)
        if under_way is not None:
            found = await chat.find_post(channel=take.channel, nonce=under_way.nonce)
            if found is not None:
                await self._kit.store.transact(lambda tx: self._t6(tx, take, under_way, found))
                return DONE
            waits = await self._kit.store.transact(lambda tx: self._reopen(tx, take))
            if waits is not None:
                return Wake(waits)
        return await self._post_shielded(chat, take, under_way)

    async def _reopen(self, tx: Transaction, take: Take) -> int | None:
        """Close an attempt that has expired; one that has not may still be posting: until when to wait."""
        for attempt in await tx.rows(
            Attempt, take=take.id, kind=AttemptKind.POST, outcome=(Outcome.SENDING, Outcome.UNKNOWN)
        ):
            if tx.now < attempt.expires_at:
                return attempt.expires_at
            await tx.put(replace(attempt, outcome=Outcome.CLOSED, ended_at=tx.now))
        return None

    async def _post_shielded(self, chat: Chat, take: Take, under_way: Post | None) -> Wake | Done:
        """A post that has begun is brought to its end, whatever stops around it."""
        task = asyncio.create_task(self._post(chat, take, under_way), name=f"post {take.id}")
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.gather(task, return_exceptions=True)
            raise

    async def _post(self, chat: Chat, take: Take, under_way: Post | None) -> Wake | Done:
        try:
            clip = await self._kit.archive.open(_stored(take))
        except ArchiveError as error:
            return await self._unreadable(take, str(error))
        begun = await self._kit.store.transact(lambda tx: self._begin(tx, chat, take, under_way))
        if begun is None:
            return DONE
        post, attempt, view, thread = begun
        try:
            async with asyncio.timeout(chat.post_timeout_s):
                posted = await chat.post_clip(
                    view, clip, name=f"{take.id}.mp4", channel=take.channel, nonce=post.nonce, thread=thread
                )
        except (ChatBusy, ChatClosed):
            await self._kit.store.transact(lambda tx: _end(tx, attempt, Outcome.CLOSED))
            raise
        except FileTooLarge as error:
            why = str(error)
            await self._kit.store.transact(lambda tx: self._too_large(tx, take, post, attempt, why))
            return DONE
        except (ChatError, TimeoutError):
            await self._kit.store.transact(lambda tx: _end(tx, attempt, Outcome.UNKNOWN))
            return Wake(attempt.expires_at)
        await self._kit.store.transact(lambda tx: self._t6(tx, take, post, posted))
        return DONE

    async def _begin(
        self, tx: Transaction, chat: Chat, take: Take, under_way: Post | None
    ) -> tuple[Post, Attempt, CardView, Message | None] | None:
        """The attempt, the post and what is said with it, in one transaction."""
        row = await locked(tx, take.id)
        if row.state is not State.DELIVERING or row.dismissed:
            return None
        post = under_way or Post(nonce=self._kit.ids.unique(), take=take.id, channel=take.channel, created_at=tx.now)
        attempt = Attempt(
            id=self._kit.ids.unique(),
            take=take.id,
            kind=AttemptKind.POST,
            owner=self._kit.owner,
            started_at=tx.now,
            expires_at=tx.now + round((chat.post_timeout_s + MARGIN_S) * 1000),
            answer=post.nonce,
        )
        await tx.put(post)
        await tx.add(attempt)
        card = await tx.lock(Card, take.card)
        facts = await load(self._kit, tx, take.card)
        if row.stage is Stage.FINAL or card is None or card.message is None:
            return post, attempt, final_message(facts, row), None
        mention = await self._mention(tx, card, row)
        return post, attempt, draft_message(facts, row, mention=mention), Message(channel=card.channel, id=card.message)

    async def _mention(self, tx: Transaction, card: Card, take: Take) -> bool:
        """The maker is mentioned once per card: by the clip that completes it."""
        waiting = await tx.rows(Take, card=card.id, draft=None)
        others = [each for each in waiting if each.id != take.id and each.state in NOT_YET]
        if card.mentioned or others:
            return False
        await tx.put(replace(card, mentioned=True))
        return True

    async def _t6(self, tx: Transaction, take: Take, post: Post, posted: Posted) -> None:
        row = await locked(tx, take.id)
        await tx.put(replace(post, state=PostState.POSTED, message=posted.message.id, file_id=posted.file_id))
        for attempt in await tx.rows(
            Attempt, take=take.id, kind=AttemptKind.POST, outcome=(Outcome.SENDING, Outcome.UNKNOWN)
        ):
            await _end(tx, attempt, Outcome.ACCEPTED)
        if row.state is State.DELIVERING:
            await move(self._kit, tx, row, State.DELIVERED, rank=Rank.OUTCOME, problem="")

    async def _shelve(self, tx: Transaction, take: Take) -> None:
        row = await locked(tx, take.id)
        if row.state is State.DELIVERING:
            await move(self._kit, tx, row, State.SHELVED, rank=Rank.OUTCOME)

    async def _too_large(self, tx: Transaction, take: Take, post: Post, attempt: Attempt, why: str) -> None:
        await tx.put(replace(post, state=PostState.GONE))
        await _end(tx, attempt, Outcome.REFUSED)
        await self._undeliverable(tx, take, why)

    async def _closed(self, take: Take, why: str) -> Wake | Done:
        """A closed channel is tried again for three days; the clip waits in the archive."""
        now = self._kit.clock.now()
        if now - take.state_at < CLOSED_FOR_MS:
            return Wake(now + CLOSED_AGAIN_MS)
        await self._kit.store.transact(lambda tx: self._undeliverable(tx, take, why))
        return DONE

    async def _undeliverable(self, tx: Transaction, take: Take, why: str) -> None:
        row = await locked(tx, take.id)
        if row.state is not State.DELIVERING:
            return
        await move(self._kit, tx, row, State.UNDELIVERABLE, rank=Rank.OUTCOME, problem=why)
        facts = {"subject": row.id, "why": why}
        await say(
            self._kit, tx, "undeliverable", about=f"{row.id}:{row.ver}", channel=row.channel, to=row.person, **facts
        )
        await tell_owner(
            self._kit, tx, "undeliverable", about=f"{row.id}:{row.ver}:owner", channel=row.channel, **facts
        )

    async def _unreadable(self, take: Take, why: str) -> Wake | Done:
        """The archived file is gone or damaged: fetched again while the URL lives."""
        now = self._kit.clock.now()
        if take.output_url is not None and now < (take.url_expires_at or 0):
            await self._kit.store.transact(lambda tx: self._fetch_again(tx, take))
            return DONE
        await self._kit.store.transact(
            lambda tx: tell_owner(
                self._kit, tx, "not_readable", about=take.id, channel=take.channel, subject=take.id, why=why
            )
        )
        return Wake(now + ARCHIVE_AGAIN_MS)

    async def _fetch_again(self, tx: Transaction, take: Take) -> None:
        row = await locked(tx, take.id)
        if row.state is State.DELIVERING:
            await move(self._kit, tx, row, State.FETCHING, at=tx.now, problem=answers.file_was_missing())


#: A draft in one of these may still get its clip.
NOT_YET = frozenset(
    {
        State.ASKED,
        State.QUEUED,
        State.ADMITTED,
        State.SUBMITTING,
        State.RENDERING,
        State.FETCHING,
        State.DELIVERING,
    }
)


async def _so_far(tx: Transaction, take: Take) -> tuple[Card | None, Post | None]:
    """The card, and a post that was begun."""
    posts = await tx.rows(Post, take=take.id, state=PostState.SENDING)
    return await tx.get(Card, take.card), next(iter(posts), None)


async def _end(tx: Transaction, attempt: Attempt, outcome: Outcome) -> None:
    await tx.put(replace(attempt, outcome=outcome, ended_at=tx.now))


def _stored(take: Take) -> Stored:
    return Stored(name=take.clip or "", size=take.clip_size or 0, sha256=take.clip_sha256 or "")
