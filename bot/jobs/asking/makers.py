"""The maker's answers: yes or no to a price, a question to the owner, fewer takes instead."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import AskOwner, Confirm, Fewer
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage
from bot.core.money import total
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Transaction
from bot.core.rows import Asked
from bot.core.sentences import answers
from bot.jobs.asking.finding import find_question
from bot.jobs.asking.question import Question, commit, order, prices_today, require_maker
from bot.jobs.asking.rules import how_used, put, rule_for, wait_for_owner, without
from bot.jobs.events import once
from bot.jobs.kit import Kit
from bot.jobs.places import require_channel, require_open, require_postable, shown_where
from bot.jobs.steps import contact_of
from bot.jobs.stopping import drop


class Answering:
    """Handlers of what a maker answers."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def confirm(self, command: Confirm) -> Notice:
        """The maker's yes orders what was held for it; the no gives the money back."""
        if command.yes:
            require_channel(command.place)
            await require_postable(self._kit, await shown_where(self._kit, command, command.subject))
        return await once(self._kit, command, lambda tx: self._confirm(tx, command)) or SILENCE

    async def _confirm(self, tx: Transaction, command: Confirm) -> Notice:
        question = await find_question(self._kit, tx, command, command.subject, Asked.CONFIRM)
        if not command.yes:
            return await self._never_mind(tx, command, question)
        require_maker(question, command.actor)
        require_open(self._kit, question.at, question.purses)
        bare = replace(question, purses=await without(tx, question.purses, question.takes))
        if rule := rule_for(question.at, bare.purses, question.price, question.first.stage, by=command.actor):
            waits = await wait_for_owner(self._kit, tx, bare, rule)
            return Notice(text=waits.said, card=question.first.card)
        for take in question.takes:
            await order(self._kit, tx, take, question.purses, by=command.actor.id)
        return Notice(text=answers.confirmed(question.subject, question.price), card=question.first.card)

    async def _never_mind(self, tx: Transaction, command: Confirm, question: Question) -> Notice:
        question.at.require_say(command.actor, question.first)
        for take in question.takes:
            await drop(self._kit, tx, take, by=command.actor, why=answers.cancelled_by(command.actor.name))
        return Notice(text=answers.cancelled(question.subject, total(take.held for take in question.takes)))

    async def ask(self, command: AskOwner) -> Notice:
        """Ask the budget contact, once; the take keeps its place."""
        return await once(self._kit, command, lambda tx: self._ask(tx, command)) or SILENCE

    async def _ask(self, tx: Transaction, command: AskOwner) -> Notice:
        question = await find_question(self._kit, tx, command, command.subject, Asked.CAP)
        at = question.at
        if command.actor.id != question.first.person:
            at.require_role(command.actor, Stage.DRAFT)
        unasked = [take for take in question.takes if take.asked_owner_at is None]
        if not unasked:
            return Notice(text=answers.owner_was_asked(question.subject))
        takes = [await tx.step(take, replace(take, asked_owner_at=tx.now)) for take in unasked]
        question = replace(question, takes=tuple(takes))
        prices = await prices_today(self._kit, tx, question)
        missing = question.short(prices)
        question = replace(question, takes=tuple(replace(take, price=prices[take.id]) for take in takes))
        more = str(len(takes)) if question.batch else ""
        await put(self._kit, tx, question, line="ask", used=how_used(question.purses, missing), more=more)
        contact = await contact_of(self._kit, tx, at.channel.id)
        return Notice(text=answers.owner_asked(at.channel.name, known=contact is not None))

    async def fewer(self, command: Fewer) -> Notice:
        """The first takes of a slate that the cap has no room for, as many as fit; the others end."""
        require_channel(command.place)
        await require_postable(self._kit, await shown_where(self._kit, command, command.subject))
        return await once(self._kit, command, lambda tx: self._fewer(tx, command)) or SILENCE

    async def _fewer(self, tx: Transaction, command: Fewer) -> Notice:
        question = await find_question(self._kit, tx, command, command.subject, Asked.CAP)
        require_maker(question, command.actor)
        require_open(self._kit, question.at, question.purses)
        dropped = question.takes[command.count :]
        question = replace(question, takes=question.takes[: command.count])
        prices = await prices_today(self._kit, tx, question)
        price = total(prices.values())
        if still := question.short(prices):
            raise Refusal(answers.still_over(still, price))
        for take in dropped:
            await drop(self._kit, tx, take, by=command.actor, why=answers.cancelled_by(command.actor.name))
        bare = replace(question, purses=await without(tx, question.purses, question.takes))
        if rule := rule_for(question.at, bare.purses, price, question.first.stage, by=command.actor):
            held = [
                await commit(tx, take, prices[take.id], question.purses, by=command.actor.id) for take in question.takes
            ]
            waits = await wait_for_owner(self._kit, tx, replace(bare, takes=tuple(held)), rule)
            return Notice(text=waits.said, card=question.first.card)
        for take in question.takes:
            await order(self._kit, tx, take, question.purses, price=prices[take.id], by=command.actor.id)
        return Notice(text=answers.confirmed(question.first.card, price), card=question.first.card)
