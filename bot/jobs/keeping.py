"""What happens to a clip after it was made: hide, rescue, keep, link."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial

from bot.core.cards import clip_name
from bot.core.commands import Command, Hide, Keep, Link, Rescue
from bot.core.errors import ArchiveError, Refusal
from bot.core.lifecycle import CLIP, ENDED_WITHOUT_CLIP, State
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Stored, Transaction
from bot.core.rows import Channel, Rank, Take
from bot.core.sentences import answers
from bot.jobs.drawing import load
from bot.jobs.events import once
from bot.jobs.hiding import Shown, remove, shown_of
from bot.jobs.kit import Kit
from bot.jobs.places import by_number, find_takes, home_of, require_one_card
from bot.jobs.steps import move, named
from bot.jobs.worker.locking import lock_together

log = logging.getLogger(__name__)
DAY_S = 24 * 3600
#: The clip is in the archive and nobody is about to post it.
POSTABLE = (State.DELIVERED, State.SHELVED, State.UNDELIVERABLE)
#: The clip is still to be posted; until then a wish not to post it counts.
ON_THE_WAY = (State.RENDERING, State.FETCHING, State.DELIVERING)


class Keeping:
    """Handlers of ``hide``, ``rescue``, ``keep`` and ``link``; of a slate those takes that there is anything of."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def keep(self, command: Keep) -> Notice:
        """Keep a clip, or all of a slate, for ever."""

        async def work(tx: Transaction) -> Notice:
            takes = await self._takes(tx, command, command.subject)
            kept = [take for take in takes if take.state not in ENDED_WITHOUT_CLIP and take.purged_at is None]
            if not kept:
                raise Refusal(answers.nothing_to_post(takes[0]))
            for take in kept:
                await move(self._kit, tx, take, take.state, at=take.due_at, kept=True)
            return Notice(text=answers.kept(_ids(kept)))

        return await once(self._kit, command, work) or SILENCE

    async def rescue(self, command: Rescue) -> Notice:
        """Post a clip again from the archive; also *Post it anyway*."""

        async def work(tx: Transaction) -> Notice:
            takes = await self._takes(tx, command, command.subject)
            posted = [take for take in takes if await self._rescue(tx, take)]
            if not posted:
                raise Refusal(answers.nothing_to_post(takes[0]))
            return Notice(text=answers.rescued(_ids(posted)))

        return await once(self._kit, command, work) or SILENCE

    async def _rescue(self, tx: Transaction, take: Take) -> bool:
        """Whether the clip is posted, now or once it is here."""
        if take.state in POSTABLE and take.purged_at is None:
            await move(self._kit, tx, take, State.DELIVERING, at=tx.now, dismissed=False, hidden=False)
        elif take.state in ON_THE_WAY and (take.dismissed or take.hidden):
            await move(self._kit, tx, take, take.state, at=take.due_at, dismissed=False, hidden=False)
        else:
            return take.state is State.DELIVERING
        return True

    async def link(self, command: Link) -> Notice:
        """Addresses of clips that hold for some days; they are for whoever asks, and in no row and no log."""
        found = await once(self._kit, command, lambda tx: self._linkable(tx, command))
        if found is None:
            return SILENCE
        takes, names, zone = found
        until = self._kit.clock.now() + self._kit.rules.link_days * DAY_S * 1000
        try:
            addresses = {take.id: await self._address(take, names[take.id]) for take in takes}
        except ArchiveError as error:
            log.warning("no link to %s can be given: %s", takes[0].card, error)
            return Notice(text=answers.archive_out_of_reach())
        given = {take: address for take, address in addresses.items() if address is not None}
        if not given:
            return Notice(text=answers.no_public_address(takes[0]))
        return Notice(text=answers.links(given, until, zone))

    async def _linkable(self, tx: Transaction, command: Link) -> tuple[Sequence[Take], Mapping[str, str], str]:
        """The takes whose clips may be shown, the names of their files, and the zone of their channel."""
        found = require_one_card(await find_takes(tx, command.place.workspace, command.subject))
        at = await home_of(self._kit, tx, found[0])
        at.require_say(command.actor, found[0])
        shown = [take for take in found if take.clip and take.purged_at is None and not take.hidden]
        if not shown:
            raise Refusal(answers.nothing_to_link(found[0]))
        facts = await load(self._kit, tx, shown[0].card)
        channel = await named(tx, Channel, shown[0].channel)
        names = {take.id: clip_name(facts, take) for take in shown}
        return sorted(shown, key=by_number), names, channel.policy.cap.zone or self._kit.rules.zone

    async def _address(self, take: Take, name: str) -> str | None:
        stored = Stored(name=take.clip or "", size=take.clip_size or 0, sha256=take.clip_sha256 or "")
        return await self._kit.archive.link(stored, name=name, seconds=self._kit.rules.link_days * DAY_S)

    async def hide(self, command: Hide) -> Notice:
        """Take a clip down: its messages are removed and the card blanked; archive and ledger stay.

        A final of it keeps its message, without the picture that shows both.
        What the chat does not remove now is removed by the hourly sweep.
        """
        done = await once(self._kit, command, lambda tx: self._hide(tx, command))
        if done is None:
            return SILENCE
        ids, shown = done
        gone = [await remove(self._kit, each) for each in shown]
        return Notice(text=answers.hidden(ids) if all(gone) else answers.hidden_soon(ids))

    async def _hide(self, tx: Transaction, command: Hide) -> tuple[list[str], list[Shown]]:
        takes = await self._takes(tx, command, command.subject, with_finals=True)
        there = [take for take in takes if take.state in CLIP]
        if not there:
            raise Refusal(answers.nothing_to_hide(takes[0]))
        shown = []
        for take in there:
            shown += await shown_of(tx, take)
            coming = take.state in ON_THE_WAY
            await move(
                self._kit,
                tx,
                take,
                take.state,
                at=take.due_at,
                rank=Rank.OUTCOME,
                hidden=True,
                dismissed=take.dismissed or coming,
            )
            tx.after(partial(self._kit.copies.stop, take.id))
        return _ids(there), shown

    async def _takes(self, tx: Transaction, command: Command, subject: str, *, with_finals: bool = False) -> list[Take]:
        """The takes that the subject names, locked, by their numbers.

        ``with_finals`` locks theirs too: none of them is posted meanwhile without seeing what is written here.

        Raises:
            Refusal: not the maker, an approver or an owner.
        """
        found = require_one_card(await find_takes(tx, command.place.workspace, subject))
        at = await home_of(self._kit, tx, found[0])
        at.require_say(command.actor, found[0])
        ids = tuple(take.id for take in found)
        finals = await tx.rows(Take, draft=ids) if with_finals else []
        locked = await lock_together(tx, [*found, *finals])
        return sorted((take for take in locked if take.id in ids), key=by_number)


def _ids(takes: list[Take]) -> list[str]:
    return [take.id for take in takes]
