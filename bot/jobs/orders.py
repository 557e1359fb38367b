"""The verbs that order: draft, image, ref, final, again, remix."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.budgets import Purse
from bot.core.commands import Again, Command, DirectFinal, Draft, OrderOptions, Remix, UseTip
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Transaction
from bot.core.prompts import Variant, lint
from bot.core.rows import Inbound, Shot, Slate, Source, Take
from bot.core.sentences import answers
from bot.jobs.accept import accept, accepted_notice
from bot.jobs.batches.sheets import same_sheet
from bot.jobs.events import once
from bot.jobs.finals import next_final
from bot.jobs.found import Found, are_unlike, find_shot
from bot.jobs.kit import Kit
from bot.jobs.places import (
    Here,
    enter,
    find_takes,
    require_channel,
    require_one_card,
    require_open,
    require_postable,
    shown_where,
    unpostable,
)
from bot.jobs.plans import Plan, Wish, from_shot, inherited, plan, sources, with_pictures
from bot.jobs.quotes import quoted
from bot.jobs.steps import named


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An order that may be made, with the budgets that it counts in, locked."""

    at: Here
    purses: tuple[Purse, ...]
    plan: Plan


def lets_itself_in(command: Command) -> bool:
    """Whether the order looks at its event and its place in the transaction that accepts it: nothing is fetched."""
    return isinstance(command, Draft | DirectFinal) and not sources(command.options)


class Orders:
    """Handlers of the ordering commands; each gives the answer or raises a Refusal."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def draft(self, command: Draft) -> Notice:
        """One draft, or a slate."""
        wish = Wish(prompt=command.prompt, options=command.options, mode=command.mode, remark=command.remark)
        return await self._order(command, wish)

    async def final(self, command: DirectFinal) -> Notice:
        """Straight to a final; for approvers, always confirmed."""
        wish = Wish(
            prompt=command.prompt, options=command.options, stage=Stage.FINAL, remark=command.remark, confirm=True
        )
        return await self._order(command, wish)

    async def remix(self, command: Remix) -> Notice:
        """The same shot with another prompt; what is not said stays as it was."""
        shot = (await self._find(command, command.subject)).shot
        fresh = bool(sources(command.options))
        wish = Wish(
            prompt=command.prompt,
            options=inherited(command.options, shot),
            mode="text" if fresh else shot.mode,
            kept=() if fresh else shot.pictures,
            remark=command.remark,
        )
        return await self._order(command, wish)

    async def use_tip(self, command: UseTip) -> Notice:
        """The same drafts once more, in the positive words that the tip proposed; a slate is confirmed."""
        found = await self._find(command, command.subject)
        tip = lint(found.prompt)
        if tip is None or not tip.positive:
            raise Refusal(answers.no_tip(command.subject))
        wish = Wish(
            prompt=tip.prompt,
            options=inherited(OrderOptions(count=found.count), found.shot),
            mode=found.shot.mode,
            kept=found.shot.pictures,
            confirm_slate=True,
        )
        return await self._order(command, wish)

    async def again(self, command: Again) -> Notice:
        """The same shot once more; by reaction once per person and card."""
        require_channel(command.place)
        found = await self._kit.store.transact(lambda tx: find_takes(tx, command.place.workspace, command.subject))
        takes = require_one_card(found)
        own = command.place.where
        goes_to = await shown_where(self._kit, command, takes[0].id) if takes[0].draft else own
        await require_postable(self._kit, goes_to)
        return await once(self._kit, command, lambda tx: self._again(tx, command, takes)) or SILENCE

    async def _again(self, tx: Transaction, command: Again, takes: list[Take]) -> Notice:
        if command.source is Source.REACTION:
            reacted = f"again:{takes[0].card}:{takes[0].id}:{command.actor.id}"
            if not await tx.claim(Inbound(id=reacted, at=tx.now)):
                return SILENCE
        if takes[0].draft is not None:
            return await next_final(self._kit, tx, command, takes[0])
        at = await enter(self._kit, tx, command.place)
        at.require_role(command.actor, takes[0].stage)
        purses = await at.purses(self._kit, tx, command.actor.id, command.actor.name)
        require_open(self._kit, at, purses)
        if await are_unlike(tx, takes):
            return await same_sheet(self._kit, tx, at, command.actor, takes, purses)
        made = await self._same(tx, takes)
        confirm = len(takes) > 1 or made.stage is Stage.FINAL
        return accepted_notice(made, await accept(self._kit, tx, at, command.actor, made, purses, confirm=confirm))

    async def _same(self, tx: Transaction, takes: list[Take]) -> Plan:
        """What was ordered then, at today's price."""
        shots = [await named(tx, Shot, take.shot) for take in takes]
        model = await quoted(self._kit, tx, shots[0].model)
        made = from_shot(self._kit, shots[0], stage=takes[0].stage, model=model)
        if len(takes) == 1:
            return made
        drawn = tuple(Variant(prompt=shot.prompt, label=take.label) for shot, take in zip(shots, takes, strict=True))
        return replace(made, prompt=(await named(tx, Slate, takes[0].card)).prompt, variants=drawn)

    async def _find(self, command: Command, subject: str) -> Found:
        return await self._kit.store.transact(lambda tx: find_shot(tx, command.place.workspace, subject))

    async def _order(self, command: Command, wish: Wish) -> Notice:
        """Check everything and accept, in one transaction; before pictures are fetched, everything is checked too."""
        closed = None if command.place.direct else await unpostable(self._kit, command.place.where)
        if sources(wish.options):
            made = await self._kit.store.transact(lambda tx: self._check(tx, command, wish, closed))
            wish = await with_pictures(self._kit, wish, made.plan.mode)
        return await once(self._kit, command, lambda tx: self._accept(tx, command, wish, closed)) or SILENCE

    async def _accept(self, tx: Transaction, command: Command, wish: Wish, closed: Exception | None) -> Notice:
        order = await self._check(tx, command, wish, closed)
        confirm = wish.confirm or (wish.confirm_slate and len(order.plan.variants) > 1)
        done = await accept(self._kit, tx, order.at, command.actor, order.plan, order.purses, confirm=confirm)
        return accepted_notice(order.plan, done, remark=wish.remark)

    async def _check(self, tx: Transaction, command: Command, wish: Wish, closed: Exception | None) -> Checked:
        """Check what was typed against the place, its roles and its stops; ``closed``: nothing can be posted there."""
        at = await enter(self._kit, tx, command.place)
        at.require_role(command.actor, wish.stage)
        purses = await at.purses(self._kit, tx, command.actor.id, command.actor.name)
        require_open(self._kit, at, purses)
        model = await quoted(self._kit, tx, wish.options.model or at.channel.policy.model)
        if closed is not None:
            raise closed
        return Checked(at=at, purses=purses, plan=plan(wish, at.channel.policy, model, self._kit.catalogue))
