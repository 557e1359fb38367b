"""Batches: a list becomes one quote, one confirmation and one card, and a sheet for every ten lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.budgets import Purse, short
from bot.core.catalogue import Model
from bot.core.commands import Confirm, OrderBatch, Show
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage, State
from bot.core.money import ZERO, Money, total
from bot.core.notices import SILENCE, Notice
from bot.core.owner_rules import OwnerRule
from bot.core.ports import Transaction
from bot.core.prompts import MOST_AT_ONCE
from bot.core.rows import BATCH_LANE, Asked, Batch, Card, Slate, Take
from bot.core.sentences import answers
from bot.core.sentences import batches as words
from bot.jobs.accept import MAKER_ANSWERS_MS, new_card
from bot.jobs.asking.makers import Answering
from bot.jobs.asking.question import Question
from bot.jobs.asking.rules import Waits, rule_for, wait_for_owner, without
from bot.jobs.batches.confirmed import go_on
from bot.jobs.batches.listed import Good, Offered, Read, check_lines, with_pictures
from bot.jobs.batches.sheets import Line, Sheet, write_sheet
from bot.jobs.events import once
from bot.jobs.kit import Kit
from bot.jobs.looking import Looking
from bot.jobs.places import (
    Here,
    batch_named,
    enter,
    home_of,
    require_channel,
    require_open,
    require_postable,
    unpostable,
)
from bot.jobs.quotes import quoted
from bot.jobs.steps import named, sheets_of, takes_of_batch
from bot.jobs.stopping import drop_sheets


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What of a batch is written by now: its rows, and where the cap ends."""

    batch: Batch
    until: int
    sheets: int
    held: Money
    purses: tuple[Purse, ...]
    #: The lines that wait for an owner, in their order.
    beyond: tuple[Good, ...] = ()


class Batches:
    """Handlers of ``batch``, of the answer to its quote, and of ``show`` for one."""

    def __init__(self, kit: Kit, *, answering: Answering, looking: Looking) -> None:
        """The handlers of what is no batch."""
        self._kit = kit
        self._answering = answering
        self._looking = looking

    async def order(self, command: OrderBatch) -> Notice:
        """Check every line, fetch every picture once, write what fits as held and the rest as asked; one quote.

        Each sheet is written in a transaction of its own. Until all of them are, nothing can be confirmed, and
        what is written ends by itself with its money back.
        """
        closed = None if command.place.direct else await unpostable(self._kit, command.place.where)
        offered = await self._kit.store.transact(lambda tx: self._offered(tx, command, closed))
        read = await with_pictures(self._kit, check_lines(command.lines, offered))
        if not read.good:
            raise Refusal(words.no_line(read.said))
        first, *others = [read.good[at : at + MOST_AT_ONCE] for at in range(0, len(read.good), MOST_AT_ONCE)]
        written = await once(self._kit, command, lambda tx: self._begin(tx, command, read, first))
        if written is None:
            return SILENCE
        for lines in others:
            written = await self._write_next(command, written, lines)
        if len(written.beyond) == len(read.good):
            await self._keep_for_owner(written.batch)
        return self._quote(command, read, written)

    async def _offered(self, tx: Transaction, command: OrderBatch, closed: Exception | None) -> Offered:
        """What may be ordered where the list was sent; the place's roles and stops are checked."""
        at = await self._here(tx, command)
        if closed is not None:
            raise closed
        names = {line.options.model or at.channel.policy.model for line in command.lines}
        models = {name: await self._model(tx, name) for name in names}
        return Offered(policy=at.channel.policy, models=models, catalogue=self._kit.catalogue)

    async def _here(self, tx: Transaction, command: OrderBatch) -> Here:
        """Where it is ordered; the place's roles and stops are checked."""
        at = await enter(self._kit, tx, command.place)
        at.require_role(command.actor, Stage.DRAFT)
        require_open(self._kit, at, await at.purses(self._kit, tx, command.actor.id, command.actor.name))
        return at

    async def _model(self, tx: Transaction, name: str) -> Model | Refusal:
        """The model at its price by now, or why it is not offered."""
        try:
            return await quoted(self._kit, tx, name)
        except Refusal as refusal:
            return refusal

    async def _begin(self, tx: Transaction, command: OrderBatch, read: Read, lines: Sequence[Good]) -> Written:
        """The batch with its first sheet."""
        at = await self._here(tx, command)
        card = await new_card(self._kit, tx, at, command.actor)
        batch = Batch(
            id=card.id,
            workspace=card.workspace,
            channel=card.channel,
            person=command.actor.id,
            person_name=command.actor.name,
            count=len(read.good),
            created_at=tx.now,
        )
        await tx.add(batch)
        begun = Written(batch=batch, until=tx.now + MAKER_ANSWERS_MS, sheets=0, held=ZERO, purses=())
        return await self._sheet(tx, command, begun, lines)

    async def _write_next(self, command: OrderBatch, written: Written, lines: Sequence[Good]) -> Written:
        return await self._kit.store.transact(lambda tx: self._sheet(tx, command, written, lines))

    async def _sheet(self, tx: Transaction, command: OrderBatch, written: Written, lines: Sequence[Good]) -> Written:
        """Write the next sheet: the lines that fit hold their price, from the first that does not on all are asked."""
        at = await enter(self._kit, tx, command.place)
        purses = await at.purses(self._kit, tx, command.actor.id, command.actor.name)
        fitting = [] if written.beyond else _fitting(lines, purses)
        beyond = lines[len(fitting) :]
        sheet = Sheet(lane=BATCH_LANE, batch=written.batch.id, place=written.sheets + 1, until=written.until)
        takes = await write_sheet(
            self._kit,
            tx,
            at,
            command.actor,
            [
                *(Line(label=each.line.label, plan=each.plan, asked=Asked.CONFIRM) for each in fitting),
                *(Line(label=each.line.label, plan=each.plan, asked=Asked.CAP) for each in beyond),
            ],
            purses,
            sheet,
        )
        return replace(
            written,
            sheets=written.sheets + 1,
            held=written.held + total(take.held for take in takes),
            purses=await at.purses(self._kit, tx, command.actor.id, command.actor.name),
            beyond=(*written.beyond, *beyond),
        )

    async def _keep_for_owner(self, batch: Batch) -> None:
        """Nothing fits, so there is nothing to confirm: all of it may wait for an owner as long as any order may."""
        await self._kit.store.transact(lambda tx: tx.put(replace(batch, answered_at=tx.now, ordered=True)))
        await go_on(self._kit, batch.id)

    def _quote(self, command: OrderBatch, read: Read, written: Written) -> Notice:
        plans = [each.plan for each in read.good]
        beyond = total(each.plan.price for each in written.beyond)
        if len(written.beyond) == len(plans):
            missing = short(written.purses, beyond, Stage.DRAFT) or written.purses[:1]
            text, buttons = words.nothing_fits(written.batch.id, plans, beyond, missing, read.said)
        else:
            text, buttons = words.quote(
                written.batch.id,
                plans[: len(plans) - len(written.beyond)],
                written.held,
                written.purses,
                words.beyond_cap([each.line.number for each in written.beyond], beyond),
                read.said,
            )
        return Notice(text="\n".join(filter(None, (command.remark, text))), buttons=buttons)

    async def confirm(self, command: Confirm) -> Notice:
        """The maker's answer to a quote; of any other order it is ``Answering``'s."""
        batch, where = await self._kit.store.transact(lambda tx: _shown_batch(tx, command))
        if batch is None:
            return await self._answering.confirm(command)
        if not command.yes:
            return await self._never_mind(command, batch)
        require_channel(command.place)
        await require_postable(self._kit, where)
        notice = await once(self._kit, command, lambda tx: self._confirm(tx, command, batch.id))
        await go_on(self._kit, batch.id)
        return notice or SILENCE

    async def _confirm(self, tx: Transaction, command: Confirm, batch_id: str) -> Notice:
        """One row says yes, for all of the batch or none of it."""
        first = (await takes_of_batch(tx, batch_id))[0]
        at = await home_of(self._kit, tx, first)
        purses = await at.purses(self._kit, tx, first.person, first.person_name)
        takes = await takes_of_batch(tx, batch_id)  # as they are behind the lock that a cancel of one needs too
        batch = await self._unanswered(tx, batch_id, takes)
        if command.actor.id != batch.person:
            raise Refusal(answers.makers_yes(batch_id, batch.person_name))
        at.require_role(command.actor, Stage.DRAFT)
        require_open(self._kit, at, purses)
        if sum(slate.count for slate in await sheets_of(tx, batch_id)) < batch.count:
            raise Refusal(words.not_whole(batch_id))
        await tx.put(replace(batch, answered_at=tx.now, ordered=True))
        waiting = [take for take in takes if take.state is State.ASKED]
        own = tuple(take for take in waiting if take.asked is Asked.CONFIRM)
        asked = [take for take in waiting if take.asked is Asked.CAP]
        question = Question(at=at, takes=own, purses=await without(tx, purses, own), batch=batch_id)
        if rule := rule_for(at, question.purses, question.price, Stage.DRAFT, by=command.actor):
            said = (await self._wait_for_owner(tx, question, rule)).said
        else:
            said = words.ordered(batch_id, len(own), total(take.held for take in own))
        text, buttons = words.with_beyond(said, batch_id, asked)
        return Notice(text=text, buttons=buttons, card=batch_id)

    async def _wait_for_owner(self, tx: Transaction, question: Question, rule: OwnerRule) -> Waits:
        """A rule wants an owner's yes to all of it: its takes wait with their holds, and the owner is asked at once."""
        for sheet in sorted({take.card for take in question.takes}):
            await tx.lock(Slate, sheet)
        found = {take.id: take for take in await tx.lock_all(Take, id=tuple(take.id for take in question.takes))}
        takes = tuple(found[take.id] for take in question.takes)
        return await wait_for_owner(self._kit, tx, replace(question, takes=takes), rule)

    async def _unanswered(self, tx: Transaction, batch_id: str, takes: Sequence[Take]) -> Batch:
        """The batch, locked.

        Raises:
            Refusal: it was answered, or its time is over.
        """
        batch = await tx.lock(Batch, batch_id) or await named(tx, Batch, batch_id)
        waiting = [take.asked_until or 0 for take in takes if take.state is State.ASKED]
        if batch.answered_at is not None or tx.now >= min(waiting, default=0):
            raise Refusal(words.settled(batch_id))
        return batch

    async def _never_mind(self, command: Confirm, batch: Batch) -> Notice:
        async def answer(tx: Transaction) -> Batch:
            takes = await takes_of_batch(tx, batch.id)
            (await home_of(self._kit, tx, takes[0])).require_say(command.actor, takes[0])
            unanswered = await self._unanswered(tx, batch.id, takes)
            await tx.put(replace(unanswered, answered_at=tx.now))
            return unanswered

        if await once(self._kit, command, answer) is None:
            return SILENCE
        _, back = await drop_sheets(self._kit, batch.id, command.actor)
        return Notice(text=answers.cancelled(batch.id, back))

    async def show(self, command: Show) -> Notice:
        """Every line of a batch with its state; anything else as ``Looking`` shows it."""

        async def look(tx: Transaction) -> str:
            batch = await batch_named(tx, command.place.workspace, command.subject)
            return "" if batch is None else words.in_full(batch, await takes_of_batch(tx, batch.id), tx.now)

        text = await self._kit.store.transact(look)
        return Notice(text=text) if text else await self._looking.show(command)


async def _shown_batch(tx: Transaction, command: Confirm) -> tuple[Batch | None, str]:
    """The batch that the answer is about, if it is about one, and where it is shown."""
    batch = await batch_named(tx, command.place.workspace, command.subject)
    return batch, (await named(tx, Card, batch.id)).where if batch else ""


def _fitting(lines: Sequence[Good], purses: tuple[Purse, ...]) -> list[Good]:
    """The first lines, as far as all of them together fit every cap."""
    fitting: list[Good] = []
    price = ZERO
    for each in lines:
        price += each.plan.price
        if short(purses, price, Stage.DRAFT):
            break
        fitting.append(each)
    return fitting
