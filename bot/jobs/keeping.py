"""What happens to a clip after it was made: hide, rescue, keep."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import Command, Hide, Keep, Rescue
from bot.core.errors import Refusal
from bot.core.lifecycle import CLIP, State
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Message, Transaction
from bot.core.rows import Post, PostState, Rank, Take
from bot.core.sentences import answers
from bot.jobs.kit import Kit
from bot.jobs.places import enter, find_takes, first_time
from bot.jobs.steps import locked, move

POSTABLE = (State.DELIVERED, State.SHELVED, State.UNDELIVERABLE)


class Keeping:
    """Handlers of ``hide``, ``rescue`` and ``keep``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def keep(self, command: Keep) -> Notice:
        """Keep a clip, or all of a slate, for ever."""

        async def work(tx: Transaction) -> Notice:
            takes = await self._takes(tx, command, command.subject)
            if not takes:
                return SILENCE
            for take in takes:
                await move(self._kit, tx, take, take.state, at=take.due_at, kept=True)
            return Notice(text=answers.kept([take.id for take in takes]))

        return await self._kit.store.transact(work)

    async def rescue(self, command: Rescue) -> Notice:
        """Post a clip again from the archive; also *Post it anyway*."""

        async def work(tx: Transaction) -> Notice:
            takes = await self._takes(tx, command, command.subject)
            if not takes:
                return SILENCE
            for take in takes:
                await self._rescue(tx, take)
            return Notice(text=answers.rescued([take.id for take in takes]))

        return await self._kit.store.transact(work)

    async def _rescue(self, tx: Transaction, take: Take) -> None:
        if take.state in (State.RENDERING, State.FETCHING) and take.dismissed:
            await move(self._kit, tx, take, take.state, at=take.due_at, dismissed=False)
        elif take.state in POSTABLE and take.purged_at is None:
            await move(self._kit, tx, take, State.DELIVERING, at=tx.now, dismissed=False, hidden=False)
        elif take.state is not State.DELIVERING:
            raise Refusal(answers.nothing_to_post(take))

    async def hide(self, command: Hide) -> Notice:
        """Take a clip down: its messages are removed and the card blanked; archive and ledger stay."""

        async def work(tx: Transaction) -> tuple[list[str], list[Message]]:
            takes = await self._takes(tx, command, command.subject)
            messages = []
            for take in takes:
                if take.state not in CLIP:
                    raise Refusal(answers.nothing_to_hide(take))
                messages += await _posted(tx, take)
                await move(self._kit, tx, take, take.state, at=take.due_at, rank=Rank.OUTCOME, hidden=True)
            return [take.id for take in takes], messages

        ids, messages = await self._kit.store.transact(work)
        if not ids:
            return SILENCE
        for message in messages:
            await self._kit.chat_of(message.channel).take_down(message)
        await self._kit.store.transact(lambda tx: _gone(tx, messages))
        return Notice(text=answers.hidden(ids))

    async def _takes(self, tx: Transaction, command: Command, subject: str) -> list[Take]:
        """The takes that the subject names, locked; none when the event came before.

        Raises:
            Refusal: not the maker, an approver or an owner.
        """
        if not await first_time(tx, command):
            return []
        at = await enter(self._kit, tx, command.place)
        found = await find_takes(tx, command.place.workspace, subject)
        actor = command.actor
        may = actor.id == found[0].person or at.roles.approver(actor) or at.roles.owner(actor)
        if actor.bot or not may:
            raise Refusal(answers.not_yours(found[0].id))
        return [await locked(tx, id) for id in sorted(take.id for take in found)]  # noqa: A001


async def _posted(tx: Transaction, take: Take) -> list[Message]:
    posts = await tx.rows(Post, take=take.id, state=PostState.POSTED)
    return [Message(channel=post.channel, id=post.message) for post in posts if post.message]


async def _gone(tx: Transaction, messages: list[Message]) -> None:
    for message in messages:
        for post in await tx.rows(Post, channel=message.channel, message=message.id):
            await tx.put(replace(post, state=PostState.GONE))
