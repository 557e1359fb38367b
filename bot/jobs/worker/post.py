"""T6: a clip is posted, once as far as the platform allows; every upload is an attempt written before it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.cards import CardFacts, clip_name, draft_message, final_message
from bot.core.errors import ChatBusy, ChatClosed, ChatError, FileTooLarge
from bot.core.lifecycle import Stage, State
from bot.core.ports import CardView, Chat, Message, Posted, Transaction
from bot.core.rows import Attempt, AttemptKind, Card, Outcome, Post, PostState, Rank, Take
from bot.core.sentences import answers
from bot.jobs.drawing import load
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.hiding import Shown, draft_is_hidden, remove, shown_in
from bot.jobs.kit import Kit
from bot.jobs.picturing import beside
from bot.jobs.steps import locked, move, say, tell_owner
from bot.jobs.worker.forms import Copy

MARGIN_S = 30.0
#: A post that has not begun so long after its attempt was written is not begun: another may be making it by now.
STALE_POST_S = 5.0
#: An archive that cannot be read is tried again this much later.
ARCHIVE_AGAIN_MS = 60_000
#: A take that is somewhere else by now, or posted by another, is looked at again this much later.
LOOK_AGAIN_MS = 1_000
#: Of a clip's file; a preview has another.
ENDING = ".mp4"
#: A post in one of these may still come to be.
LIVE = (Outcome.SENDING, Outcome.UNKNOWN)
#: A draft in one of these may still get its clip.
NOT_YET = (
    State.ASKED,
    State.QUEUED,
    State.ADMITTED,
    State.SUBMITTING,
    State.RENDERING,
    State.FETCHING,
    State.DELIVERING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A post that was begun, and what is said with it."""

    post: Post
    attempt: Attempt
    view: CardView
    #: The file's.
    name: str
    #: Where everything about its card is shown.
    where: str
    thread: Message | None
    mention: bool


class Posting:
    """One upload: the attempt, the bytes, what came of it."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    async def post(self, chat: Chat, take: Take, post: Post | None, copy: Copy) -> Wake | Done:
        """Post ``copy``, under the nonce of ``post``, which was begun and is not there, or under a new one.

        Raises:
            ChatBusy, ChatClosed: nothing was posted.
        """
        copy = replace(copy, picture=await beside(self._kit, take))
        begun = self._kit.clock.monotonic()
        upload = await self._kit.store.transact(lambda tx: self._begin(tx, chat, take, post, copy))
        if upload is None:
            return Wake(self._kit.clock.now() + LOOK_AGAIN_MS)
        if self._kit.clock.monotonic() - begun > STALE_POST_S:
            await self._kit.store.transact(lambda tx: self._not_posted(tx, take, upload))
            return Wake(self._kit.clock.now() + LOOK_AGAIN_MS)
        marked = replace(upload, view=self._kit.shown(upload.view))
        return await self._upload(chat, take, marked, copy.path)

    async def _upload(self, chat: Chat, take: Take, upload: Upload, file: Path | None) -> Wake | Done:
        try:
            async with asyncio.timeout(chat.post_timeout_s):
                posted = await _shown(chat, upload, file)
        except (ChatBusy, ChatClosed):
            await self._kit.store.transact(lambda tx: self._not_posted(tx, take, upload))
            raise
        except FileTooLarge:
            await self._kit.store.transact(lambda tx: self._too_large(tx, take, upload))
            return Wake(self._kit.clock.now() + 1)
        except (ChatError, TimeoutError):
            await self._kit.store.transact(lambda tx: _end(tx, upload.attempt, Outcome.UNKNOWN))
            return Wake(self._kit.clock.now() + 1)
        await self.t6(take, upload.post, posted)
        return DONE

    async def t6(self, take: Take, post: Post, posted: Posted) -> None:
        """The channel can see the clip; and what was hidden while it was on its way it sees no longer."""
        shown = await self._kit.store.transact(lambda tx: self._t6(tx, take, post, posted))
        if shown is not None:
            await remove(self._kit, shown)

    async def _begin(self, tx: Transaction, chat: Chat, take: Take, post: Post | None, copy: Copy) -> Upload | None:
        """Close the attempts that have expired and open one, in one transaction; ``None`` when that may not be."""
        row = await locked(tx, take.id)
        if row.state is not State.DELIVERING or row.dismissed:
            return None
        for earlier in await tx.rows(Attempt, take=take.id, kind=AttemptKind.POST, outcome=LIVE):
            if tx.now < earlier.expires_at:
                return None
            await _end(tx, earlier, Outcome.CLOSED)
        if copy.picture is not None and await draft_is_hidden(tx, row):
            copy = replace(copy, picture=None)
        post = post or Post(nonce=self._kit.ids.unique(), take=take.id, channel=take.channel, created_at=tx.now)
        # An earlier try under this nonce may have come to stand there after all, with its picture.
        pictured = post.pictured or copy.picture is not None
        # One that was begun before a rescue counts from there on, and so does its refusal.
        post = replace(post, form=copy.form, pictured=pictured, created_at=max(post.created_at, row.state_at))
        attempt = self._attempt(tx, chat, post)
        await tx.put(post)
        await tx.add(attempt)
        facts = await load(self._kit, tx, take.card)
        name = clip_name(facts, row).removesuffix(ENDING) + copy.ending
        if row.stage is Stage.FINAL or facts.card.message is None:
            view, thread, mention = final_message(facts, row), None, False
        else:
            view, thread, mention = await self._in_thread(tx, facts, row)
        view = _with(view, copy)
        where = facts.card.where
        return Upload(post=post, attempt=attempt, view=view, name=name, where=where, thread=thread, mention=mention)

    async def _in_thread(self, tx: Transaction, facts: CardFacts, take: Take) -> tuple[CardView, Message, bool]:
        """Under the card; the clip that completes the card mentions the maker, once."""
        card, mention = await tx.lock(Card, facts.card.id) or facts.card, False
        if not card.mentioned and not await _others_to_come(tx, take):
            await tx.put(replace(card, mentioned=True))
            mention = True
        return (
            draft_message(facts, take, mention=mention),
            Message(channel=card.channel, id=card.message or ""),
            mention,
        )

    def _attempt(self, tx: Transaction, chat: Chat, post: Post) -> Attempt:
        return Attempt(
            id=self._kit.ids.unique(),
            take=post.take,
            kind=AttemptKind.POST,
            owner=self._kit.owner,
            started_at=tx.now,
            expires_at=tx.now + round((chat.post_timeout_s + MARGIN_S) * 1000),
            answer=post.nonce,
        )

    async def _t6(self, tx: Transaction, take: Take, post: Post, posted: Posted) -> Shown | None:
        row = await locked(tx, take.id)
        post = replace(post, state=PostState.POSTED, message=posted.message.id, file_id=posted.file_id)
        post = replace(post, together=posted.together)
        await tx.put(post)
        for attempt in await tx.rows(Attempt, take=take.id, kind=AttemptKind.POST, outcome=LIVE):
            await _end(tx, attempt, Outcome.ACCEPTED)
        if row.state is State.DELIVERING:
            await move(self._kit, tx, row, State.DELIVERED, rank=Rank.OUTCOME, problem="")
        return await shown_in(tx, row, post)

    async def _not_posted(self, tx: Transaction, take: Take, upload: Upload) -> None:
        """The chat took nothing: the attempt is over, and a mention is still to be made."""
        await _end(tx, upload.attempt, Outcome.CLOSED)
        card = await tx.lock(Card, take.card)
        if upload.mention and card is not None:
            await tx.put(replace(card, mentioned=False))

    async def _too_large(self, tx: Transaction, take: Take, upload: Upload) -> None:
        """The chat does not take this form: that is remembered, so that the next step tries a smaller one."""
        await self._not_posted(tx, take, upload)
        post = await tx.lock(Post, upload.post.nonce)
        if post is not None and post.state is PostState.SENDING:
            await tx.put(replace(post, state=PostState.GONE))

    async def unreadable(self, take: Take, why: str) -> Wake | Done:
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


async def undeliverable(kit: Kit, tx: Transaction, take: Take, why: str) -> None:
    """The chat does not take the clip: it is kept, and the maker and the contact are told."""
    row = await locked(tx, take.id)
    if row.state is not State.DELIVERING:
        return
    await move(kit, tx, row, State.UNDELIVERABLE, rank=Rank.OUTCOME, problem=why)
    about, facts = f"{row.id}:{row.ver}", {"subject": row.id, "why": why}
    await say(kit, tx, "undeliverable", about=about, channel=row.channel, to=row.person, **facts)
    await tell_owner(kit, tx, "undeliverable", about=f"{about}:owner", channel=row.channel, **facts)


async def _others_to_come(tx: Transaction, take: Take) -> bool:
    """Whether another draft of the card has its clip still to come, and nobody posts it yet."""
    others = [each for each in await tx.rows(Take, card=take.card, draft=None, state=NOT_YET) if each.id != take.id]
    return any([not await tx.count(Post, take=each.id, state=PostState.SENDING) for each in others])


async def _end(tx: Transaction, attempt: Attempt, outcome: Outcome) -> None:
    """End an attempt, unless another has judged it meanwhile."""
    current = await tx.lock(Attempt, attempt.id)
    if current is not None and current.outcome in LIVE:
        await tx.put(replace(current, outcome=outcome, ended_at=tx.now))


async def _shown(chat: Chat, upload: Upload, file: Path | None) -> Posted:
    """Put it into the channel, once per nonce; without a file it is a line, which no file's id finds again."""
    where = {"channel": upload.where, "nonce": upload.post.nonce}
    if file is None:
        return Posted(message=await chat.say(upload.view, **where, to=None, thread=upload.thread), file_id="")
    return await chat.post_clip(upload.view, file, name=upload.name, **where, thread=upload.thread)


def _with(view: CardView, copy: Copy) -> CardView:
    """The message, beginning with what is said of the clip's form, and with its picture."""
    return replace(view, lines=tuple(filter(None, (*copy.said, copy.link, *view.lines))), picture=copy.picture)
