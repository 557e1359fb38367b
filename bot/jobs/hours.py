"""The dailies hour: one message a day in each channel that has set one."""

from __future__ import annotations

import asyncio
import logging

from bot.core.approvals import people_among
from bot.core.budgets import scopes_of, see_purses
from bot.core.hours import Hour, last_hours
from bot.core.lifecycle import ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import ZERO, Money
from bot.core.ports import Between, Transaction
from bot.core.rows import Budget, Channel, Inbound, Line, Shot, Slate, Take, Workspace
from bot.core.sentences import answers, hour
from bot.jobs.bell import until
from bot.jobs.kit import Kit
from bot.jobs.paging import pages
from bot.jobs.places import unpostable
from bot.jobs.steps import named, say

log = logging.getLogger(__name__)
MINUTE_MS = 60_000
#: A bot that was down, or could not post, makes up for an hour for so long.
LATE_MS = 3 * 3600 * 1000
#: What is older than this is not spoken of any more.
WEEK_MS = 7 * 24 * 3600 * 1000
#: Cards and finals that a message names; it counts the others.
NAMED = 10
#: Approvers that a message mentions.
MENTIONED = 3


class Hours:
    """Runs beside the worker; hours are whole minutes, so it looks at the beginning of each."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``."""
        while not stop.is_set():
            await self.once()
            await until(stop, self._kit.clock, (MINUTE_MS - self._kit.clock.now() % MINUTE_MS) / 1000)

    async def once(self) -> None:
        """Write the message of each channel whose hour has come; what cannot be done now is done in a minute."""
        try:
            async for page in pages(self._kit.store, Channel, by="created_at"):
                for channel in page:
                    await self._look_at(channel)
        except Exception:
            log.exception("the channels' dailies hours cannot be looked at")

    async def _look_at(self, channel: Channel) -> None:
        hours = self._due(channel, self._kit.clock.now())
        if hours is None or await self._is_over(channel, hours[0]):
            return
        if await unpostable(self._kit, channel.id) is None:
            await self._kit.store.transact(lambda tx: self._write(tx, channel.id))

    def _due(self, channel: Channel, now: int) -> tuple[Hour, Hour] | None:
        """The hour that is to be told now, told already or not, and the one before it."""
        if channel.policy.hour_min is None or channel.paused_by is not None:
            return None
        hours = last_hours(channel.policy.cap.zone or self._kit.rules.zone, channel.policy.hour_min, now)
        return hours if now < hours[0].at + LATE_MS else None

    async def _is_over(self, channel: Channel, last: Hour) -> bool:
        return await self._kit.store.transact(lambda tx: tx.get(Inbound, _event(channel, last))) is not None

    async def _write(self, tx: Transaction, channel_id: str) -> None:
        """Once for each date, whatever there is to say then; from when the last was written."""
        channel = await named(tx, Channel, channel_id)
        workspace = await named(tx, Workspace, channel.workspace)
        hours = self._due(channel, tx.now)
        if hours is None or workspace.paused_by is not None or not workspace.active:
            return
        last, before = hours
        if not await tx.claim(Inbound(id=_event(channel, last), at=tx.now)):
            return
        written = await tx.get(Inbound, _event(channel, before))
        facts = await self._facts(tx, workspace, channel, since=before.at if written is None else written.at)
        if facts:
            await say(self._kit, tx, "hour", about=f"{channel.id}:{last.day}", channel=channel.id, **facts)

    async def _facts(self, tx: Transaction, workspace: Workspace, channel: Channel, *, since: int) -> dict[str, str]:
        """What the message is worded from; nothing when there is nothing to say."""
        cards, finals = await _undecided(tx, channel.id), await _finals(tx, channel.id, since)
        spent = await _spent(tx, f"channel:{channel.id}", since)
        if not (cards or finals or spent):
            return {}
        purses = await see_purses(tx, scopes_of(workspace, channel, "", "")[:2], self._kit.rules.zone)
        people = people_among(channel.policy.approvers)
        facts = {
            "place": channel.name,
            "cards": " ".join([*cards][:NAMED]),
            "more_cards": str(max(0, len(cards) - NAMED)),
            "finals": " ".join(finals[:NAMED]),
            "more_finals": str(max(0, len(finals) - NAMED)),
            "spent_micros": str(spent.micros),
            "left": answers.standing(answers.tightest(purses, ZERO)),
            "approvers": " ".join(people[:MENTIONED]),
        }
        for card, drafts in [*cards.items()][:NAMED]:
            facts |= {f"drafts:{card}": str(len(drafts)), f"words:{card}": await _words(tx, drafts[0])}
            facts |= await _sheet(tx, drafts[0])
        return facts


def _event(channel: Channel, hour: Hour) -> str:
    return f"hour:{channel.id}:{hour.day}"


async def _undecided(tx: Transaction, channel: str) -> dict[str, list[Take]]:
    """By card, the newest first: the drafts that the team can still choose, where it has chosen none."""
    drafts = await tx.rows(
        Take,
        channel=channel,
        stage=Stage.DRAFT,
        state=State.DELIVERED,
        hidden=False,
        rejected_by="",
        purged_at=None,
        created_at=Between(low=tx.now - WEEK_MS),
        order=("-created_at", "card", "number"),
    )
    cards: dict[str, list[Take]] = {}
    for draft in drafts:
        cards.setdefault(draft.card, []).append(draft)
    finals = await tx.rows(Take, card=tuple(cards), stage=Stage.FINAL) if cards else []
    chosen = {final.card for final in finals if final.state not in ENDED_WITHOUT_CLIP}
    return {card: drafts for card, drafts in cards.items() if card not in chosen}


async def _finals(tx: Transaction, channel: str, since: int) -> list[str]:
    """The finals that the channel has seen since, of those that were ordered within the week."""
    finals = await tx.rows(
        Take,
        channel=channel,
        stage=Stage.FINAL,
        state=State.DELIVERED,
        hidden=False,
        state_at=Between(low=since),
        created_at=Between(low=tx.now - WEEK_MS),
        order=("state_at", "id"),
    )
    return [final.id for final in finals]


async def _spent(tx: Transaction, scope: str, since: int) -> Money:
    """What was charged since, whichever period it was booked in, without what came back."""
    periods = tuple(budget.period_start for budget in await tx.rows(Budget, scope=scope))
    booked = {"scope": scope, "period_start": periods, "at": Between(low=since)}
    amount, held = (await tx.sums(Line, ("amount", "held"), by=(), **booked))[()] if periods else (0, 0)
    return Money(amount - held)


async def _words(tx: Transaction, draft: Take) -> str:
    """How the prompt begins, as it was typed."""
    slate = await tx.get(Slate, draft.slate) if draft.slate else None
    return hour.words_of(slate.prompt if slate else (await named(tx, Shot, draft.shot)).prompt)


async def _sheet(tx: Transaction, draft: Take) -> dict[str, str]:
    """Which sheet of a batch it is on: such a slate was typed as a list, and has no prompt of its own."""
    slate = await tx.get(Slate, draft.slate) if draft.slate else None
    return {f"sheet:{draft.card}": f"sheet {slate.sheet} of {slate.batch}"} if slate and slate.batch else {}
