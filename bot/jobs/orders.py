"""The verbs that order: draft, image, ref, final, again, remix."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import Again, Command, DirectFinal, Draft, OrderOptions, Remix, UseTip
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage
from bot.core.notices import SILENCE, Notice
from bot.core.policy import ChannelPolicy
from bot.core.ports import Transaction
from bot.core.prompts import Variant, lint
from bot.core.rows import Inbound, Shot, Slate, Source, Take
from bot.core.sentences import answers
from bot.jobs.accept import accept, accepted_notice
from bot.jobs.finals import order_final
from bot.jobs.kit import Kit
from bot.jobs.places import enter, find_takes, first_time, require_ordering
from bot.jobs.plans import Plan, from_shot, plan


class Orders:
    """Handlers of the ordering commands; each gives the answer or raises a Refusal."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def draft(self, command: Draft) -> Notice:
        """One draft, or a slate."""
        made = await self._plan(command, command.prompt, command.options, mode=command.mode, stage=Stage.DRAFT)
        return await self._accept(command, made, remark=command.remark)

    async def final(self, command: DirectFinal) -> Notice:
        """Straight to a final; for approvers, always confirmed."""
        made = await self._plan(command, command.prompt, command.options, mode="text", stage=Stage.FINAL)
        return await self._accept(command, made, remark=command.remark, confirm=True, approvers=True)

    async def remix(self, command: Remix) -> Notice:
        """The same shot with another prompt; what is not said stays as it was."""
        shot = await self._shot_of(command, command.subject)
        fresh = bool(command.options.image or command.options.refs)
        made = await self._plan(
            command,
            command.prompt,
            _inherit(command.options, shot),
            mode="text" if fresh else shot.mode,
            stage=Stage.DRAFT,
            kept=() if fresh else shot.pictures,
        )
        return await self._accept(command, made, remark=command.remark)

    async def use_tip(self, command: UseTip) -> Notice:
        """The same shot once more, in the positive words that the tip proposed."""
        shot = await self._shot_of(command, command.subject)
        tip = lint(shot.prompt)
        if tip is None or not tip.positive:
            raise Refusal(answers.no_tip(command.subject))
        made = await self._plan(
            command, tip.prompt, _inherit(OrderOptions(), shot), mode=shot.mode, stage=Stage.DRAFT, kept=shot.pictures
        )
        return await self._accept(command, made)

    async def _shot_of(self, command: Command, subject: str) -> Shot:
        async def find(tx: Transaction) -> Shot:
            return await _shot(tx, (await find_takes(tx, command.place.workspace, subject))[0])

        return await self._kit.store.transact(find)

    async def again(self, command: Again) -> Notice:
        """The same shot once more; by reaction once per person and card."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            takes = await find_takes(tx, command.place.workspace, command.subject)
            if command.source is Source.REACTION:
                once = f"again:{takes[0].card}:{takes[0].id}:{command.actor.id}"
                if not await tx.claim(Inbound(id=once, at=tx.now)):
                    return SILENCE
            if takes[0].draft is not None:
                return await order_final(self._kit, tx, command, takes[0])
            return await self._again(tx, command, takes)

        return await self._kit.store.transact(work)

    async def _again(self, tx: Transaction, command: Again, takes: list[Take]) -> Notice:
        at = await enter(self._kit, tx, command.place)
        purses = await at.purses(self._kit, tx, command.actor.id, command.actor.name)
        require_ordering(self._kit, at, command, purses)
        made = from_shot(self._kit, await _shot(tx, takes[0]), stage=takes[0].stage)
        if len(takes) > 1:
            slate = await tx.get(Slate, takes[0].card)
            shots = [await _shot(tx, take) for take in takes]
            drawn = tuple(
                Variant(prompt=shot.prompt, label=take.label) for shot, take in zip(shots, takes, strict=True)
            )
            made = replace(made, prompt=slate.prompt if slate else made.prompt, variants=drawn)
        confirm = len(takes) > 1 or takes[0].stage is Stage.FINAL
        done = await accept(self._kit, tx, at, command.actor, made, purses, confirm=confirm)
        return accepted_notice(made, done)

    async def _plan(
        self,
        command: Command,
        prompt: str,
        options: OrderOptions,
        *,
        mode: str,
        stage: Stage,
        kept: tuple[str, ...] = (),
    ) -> Plan:
        """Check what was typed against the place before a picture is fetched or a row is written."""
        policy = await self._may_order(command)
        return await plan(self._kit, prompt, options, policy, mode=mode, stage=stage, kept=kept)

    async def _may_order(self, command: Command) -> ChannelPolicy:
        async def look(tx: Transaction) -> ChannelPolicy:
            at = await enter(self._kit, tx, command.place)
            require_ordering(
                self._kit, at, command, await at.purses(self._kit, tx, command.actor.id, command.actor.name)
            )
            return at.channel.policy

        policy = await self._kit.store.transact(look)
        refusal = await self._kit.chat_of(command.place.channel).may_post(command.place.channel)
        if refusal is not None:
            raise Refusal(refusal)
        return policy

    async def _accept(
        self, command: Command, made: Plan, *, remark: str = "", confirm: bool = False, approvers: bool = False
    ) -> Notice:
        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            at = await enter(self._kit, tx, command.place)
            purses = await at.purses(self._kit, tx, command.actor.id, command.actor.name)
            require_ordering(self._kit, at, command, purses)
            if approvers and not at.roles.approver(command.actor):
                raise Refusal(answers.approvers_only(at.channel.name))
            done = await accept(self._kit, tx, at, command.actor, made, purses, confirm=confirm)
            return accepted_notice(made, done, remark=remark)

        return await self._kit.store.transact(work)


async def _shot(tx: Transaction, take: Take) -> Shot:
    shot = await tx.get(Shot, take.shot)
    if shot is None:
        raise Refusal(answers.no_such_take(take.id))
    return shot


def _inherit(options: OrderOptions, shot: Shot) -> OrderOptions:
    """The options as typed, and the shot's own where nothing was typed."""
    return replace(
        options,
        seconds=shot.seconds if options.seconds is None else options.seconds,
        draft_seconds=shot.draft_seconds if options.draft_seconds is None else options.draft_seconds,
        ratio=options.ratio or shot.ratio,
        audio=shot.audio if options.audio is None else options.audio,
        bitrate=options.bitrate or shot.bitrate,
        model=options.model or shot.model,
        look=options.look or shot.look,
    )
