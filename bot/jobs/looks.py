"""*Keep this look* and *A new roll*: how the next finals of a card are made.

What a card says of the look is what its next final is ordered with. A final keeps the look that it was written with,
whatever is pressed later: its own shot says it. Votes that were given before stand, for they approved this draft's
final at this price, which is the same in both looks, and the card says from then on how it is made. But nothing is
armed by a press, even where enough votes stand: only a vote arms.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.catalogue import matched
from bot.core.commands import SetLook
from bot.core.errors import Refusal
from bot.core.notices import SILENCE, Notice
from bot.core.policy import MATCH
from bot.core.ports import Transaction
from bot.core.rows import Card, Rank, Shot, Take, Vote
from bot.core.sentences import answers
from bot.jobs.events import once
from bot.jobs.finals import AT_REST, finals_of, live_final, require_promotable, round_of
from bot.jobs.frames import require_frame
from bot.jobs.kit import Kit
from bot.jobs.places import Here, find_takes, home_of, require_one_card
from bot.jobs.steps import named, touch


class Looks:
    """Handler of ``SetLook``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def set(self, command: SetLook) -> Notice:
        """Say how the next finals of a card are made; the maker, an approver or an owner may."""
        return await once(self._kit, command, lambda tx: self._set(tx, command)) or SILENCE

    async def _set(self, tx: Transaction, command: SetLook) -> Notice:
        first = require_one_card(await find_takes(tx, command.place.workspace, command.subject))[0]
        at = await home_of(self._kit, tx, first)
        at.require_say(command.actor, first)
        card = await tx.lock(Card, first.card) or await named(tx, Card, first.card)
        drafts = await self._drafts(tx, card.id, command.look)
        looks = {card.look or (await named(tx, Shot, draft.shot)).look for draft in drafts}
        if looks == {command.look}:
            return Notice(text=answers.look_already(card.id, command.look))
        await tx.put(replace(card, look=command.look))
        await touch(self._kit, tx, card.id, Rank.UNDO)
        given, ordered = await self._standing(tx, at, drafts)
        return Notice(text=answers.look_set(card.id, command.look, given=given, ordered=ordered))

    async def _drafts(self, tx: Transaction, card: str, look: str) -> list[Take]:
        """The drafts of a card that can have a final of this look.

        Raises:
            Refusal: none can; why the first cannot.
        """
        able, refused = [], []
        for draft in await tx.rows(Take, card=card, draft=None, order=("number",)):
            try:
                require_promotable(draft)
                if look == MATCH:
                    await self._require_matched(tx, draft)
            except Refusal as refusal:
                refused.append(refusal)
            else:
                able.append(draft)
        if not able:
            raise refused[0]
        return able

    async def _require_matched(self, tx: Transaction, draft: Take) -> None:
        shot = await named(tx, Shot, draft.shot)
        matched(self._kit.catalogue.model(shot.model), shot.mode, prompt=shot.prompt, pictures=shot.pictures)
        await require_frame(tx, draft)

    async def _standing(self, tx: Transaction, at: Here, drafts: list[Take]) -> tuple[int, list[str]]:
        """The approvals that count for finals to come, and the finals that keep the look they were ordered with."""
        given, ordered = 0, []
        for draft in drafts:
            finals = await finals_of(tx, draft.id)
            live = live_final(finals)
            if live is None:
                votes = await tx.rows(Vote, take=draft.id, round=round_of(finals))
                given += len(at.roles.counting(votes, draft))
            elif live.state not in AT_REST:
                ordered.append(live.id)
        return given, ordered
