"""The owner's answers: to a cap that is short, to an unknown, to an overrun; and who is asked."""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import Purse, scopes_of, see_purses
from bot.core.commands import Actor, AnswerAsk, GoOn, Judge, LookAfter
from bot.core.errors import Refusal
from bot.core.ledger import let_go_on, release, settle
from bot.core.lifecycle import State
from bot.core.money import Money, total
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Transaction
from bot.core.rows import Asked, Channel, Rank, Take
from bot.core.sentences import answers, lines
from bot.core.sentences.numbers import listed
from bot.jobs.asking.finding import find_question
from bot.jobs.asking.outages import ask_about, asked_in
from bot.jobs.asking.question import Question, order, prices_today
from bot.jobs.ballots import carry_over, is_by_votes
from bot.jobs.budgets.caps import raise_cap
from bot.jobs.budgets.changes import note_change, scope_of_change
from bot.jobs.events import once
from bot.jobs.kit import Kit
from bot.jobs.places import enter, find_take, find_takes, home_of, obstacle, require_open, require_postable, shown_where
from bot.jobs.recounting import Readings, Voted, read_votes, recount, voted
from bot.jobs.steps import locked, move, named, say, wake_queue
from bot.jobs.stopping import drop
from bot.jobs.votes import disarm
from bot.jobs.worker.locking import lock_together

#: What a cap question is answered to: a short cap, or the rule that an owner approves each order.
OWNERS_YES = (Asked.CAP, Asked.OWNER)
#: When evidence of a take that was judged is looked for first.
LOOK_AFTER_VERDICT_MS = 3600 * 1000


class Owning:
    """Handlers of what an owner answers."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def answer(self, command: AnswerAsk) -> Notice:
        """The owner's yes is one step: raise or allow, price again, hold, order. The first answer wins.

        Votes that stand behind a final are read again before.
        """
        readings = None
        if command.yes:
            await require_postable(self._kit, await shown_where(self._kit, command, command.subject))
            found = await self._kit.store.transact(lambda tx: _voted(tx, command))
            readings = None if found is None else await read_votes(self._kit, found)
        return await once(self._kit, command, lambda tx: self._answer(tx, command, readings)) or SILENCE

    async def _answer(self, tx: Transaction, command: AnswerAsk, readings: Readings | None) -> Notice:
        found = await find_question(self._kit, tx, command, command.subject, *OWNERS_YES, asked_at=command.asked_at)
        found.at.require_owner(command.actor)
        if not command.yes:
            return await self._decline(tx, command, found)
        require_open(self._kit, found.at, found.purses)
        if readings is not None and await self._has_lost_its_votes(tx, found, readings):
            return Notice(text=answers.votes_are_gone(found.subject), needed=True)
        return await self._allow(tx, command, found)

    async def _has_lost_its_votes(self, tx: Transaction, question: Question, readings: Readings) -> bool:
        """Whether the votes behind a final no longer suffice; what it holds is given back then."""
        at, final = question.at, question.first
        draft = await named(tx, Take, final.draft or final.id)
        if len(await recount(tx, at, final, draft, readings)) >= at.channel.policy.quorum:
            return False
        if final.held:
            await disarm(self._kit, tx, final, by="votes", why=answers.withdrawn())
        return True

    async def _decline(self, tx: Transaction, command: AnswerAsk, question: Question) -> Notice:
        why = answers.declined_by(command.actor.name)
        for take in question.takes:
            await drop(self._kit, tx, take, by=command.actor, why=why, state=State.DECLINED)
            if take.draft is not None:
                await carry_over(tx, take)
        back = total(take.held for take in question.takes)
        await self._announce(
            tx, "declined", command, question, to=question.first.person, back=str(back or ""), said=command.why
        )
        return Notice(text=answers.declined(question.named))

    async def _allow(self, tx: Transaction, command: AnswerAsk, question: Question) -> Notice:
        prices = await prices_today(self._kit, tx, question)
        price, missing = total(prices.values()), question.short(prices)
        raised: list[Purse] = []
        if command.raise_by is not None:
            question, raised = await self._raise(tx, command.actor, question, missing, command.raise_by)
            if still := question.short(prices):
                raise Refusal(answers.still_short(still, price))
        elif question.first.asked is Asked.OWNER and missing:
            return await self._ask_for_room(tx, question, price, missing)
        for take in question.takes:
            await order(self._kit, tx, take, question.purses, price=prices[take.id], by=command.actor.id)
        said = "; ".join(answers.raised_to(purse) for purse in raised)
        await self._announce(tx, "allowed", command, question, card=question.first.card, raised=said)
        return Notice(text=answers.allowed(question.named, raised))

    async def _ask_for_room(
        self, tx: Transaction, question: Question, price: Money, missing: tuple[Purse, ...]
    ) -> Notice:
        """What a rule has asked costs more by now than there is room for: whether to raise is another question."""
        for take in question.takes:
            await tx.step(take, replace(take, asked=Asked.CAP, asked_owner_at=tx.now))
        buttons = lines.owners_answers(question.subject, tx.now)
        return Notice(text=answers.rose_above(question.subject, price, missing), buttons=buttons, needed=True)

    async def _raise(
        self, tx: Transaction, actor: Actor, question: Question, missing: tuple[Purse, ...], by: Money
    ) -> tuple[Question, list[Purse]]:
        """Raise every cap that is short; the question as it stands by then, and the purses that were raised."""
        raised = {_key(purse): await raise_cap(self._kit, tx, actor, purse, by) for purse in missing}
        now, earlier = (
            tuple(raised.get(_key(purse), purse) for purse in purses) for purses in (question.purses, question.earlier)
        )
        return replace(question, purses=now, earlier=earlier), list(raised.values())

    async def _announce(
        self,
        tx: Transaction,
        line: str,
        command: AnswerAsk,
        question: Question,
        *,
        to: str | None = None,
        card: str | None = None,
        **facts: str,
    ) -> None:
        """Say what the owner has answered: a yes in the channel, a no to the maker."""
        await say(
            self._kit,
            tx,
            line,
            about=f"{question.first.id}:{question.first.ver}",
            channel=question.at.channel.id,
            to=to,
            card=card,
            subject=question.named,
            owner=command.actor.name,
            **facts,
        )

    async def judge(self, command: Judge) -> Notice:
        """The owner's verdict on an unknown; an old question cannot be answered with a new incident's."""
        return await once(self._kit, command, lambda tx: self._judge(tx, command)) or SILENCE

    async def _judge(self, tx: Transaction, command: Judge) -> Notice:
        found = await find_take(tx, command.place.workspace, command.subject)
        (await home_of(self._kit, tx, found)).require_owner(command.actor)
        takes = await self._still_unknown(tx, command)
        if not takes:
            raise Refusal(answers.question_is_old(found))
        named = listed(take.id for take in takes)
        match command.verdict:
            case "lost":
                for take in takes:
                    back = await release(tx, take, by=command.actor.id, reason="judged lost")
                    await self._end(tx, back, State.RELEASED, answers.judged_lost())
                return Notice(text=answers.released(named, total(take.held for take in takes)))
            case "made":
                charge = total([await self._charge(tx, take, command.actor) for take in takes])
                return Notice(text=answers.written_off(named, charge))
            case "each":
                for take in takes:
                    await ask_about(self._kit, tx, [take], None)
                return Notice(text=answers.asked_one_by_one(len(takes)))
            case _:
                for take in takes:
                    self._kit.engine.wake(tx, take.id, tx.now)
                return Notice(text=answers.looking_again(named))

    async def _still_unknown(self, tx: Transaction, command: Judge) -> list[Take]:
        """The takes of the question that the person may judge and that nothing has settled meanwhile, locked."""
        incident = await asked_in(tx, command.subject, command.ver)
        may = [take for take in incident if (await home_of(self._kit, tx, take)).roles.owner(command.actor)]
        takes = await lock_together(tx, may)
        name = f"{command.subject}:{command.ver}"
        return [take for take in takes if take.state is State.UNKNOWN and take.incident == name]

    async def _charge(self, tx: Transaction, take: Take, actor: Actor) -> Money:
        """Book a take as made, without a clip; at what the provider has named, else at its price."""
        charge = take.price if take.named is None else take.named
        paid = await settle(tx, take, charge, by=actor.id, evidence="judged made")
        await self._end(tx, paid, State.WRITTEN_OFF, answers.judged_made())
        return charge

    async def _end(self, tx: Transaction, take: Take, state: State, why: str) -> None:
        await move(self._kit, tx, take, state, at=tx.now + LOOK_AFTER_VERDICT_MS, rank=Rank.OUTCOME, problem=why)

    async def go_on(self, command: GoOn) -> Notice:
        """Let the scopes go on that an overrun of this take has stopped."""
        return await once(self._kit, command, lambda tx: self._go_on(tx, command)) or SILENCE

    async def _go_on(self, tx: Transaction, command: GoOn) -> Notice:
        take = await find_take(tx, command.place.workspace, command.subject)
        at = await home_of(self._kit, tx, take)
        at.require_owner(command.actor)
        lifted = await let_go_on(tx, await locked(tx, take.id))
        await wake_queue(self._kit, tx, take.key)
        scopes = scopes_of(at.workspace, at.channel, take.person, take.person_name)
        for scope in scopes:
            if scope.id in lifted:
                where, what = scope_of_change(scope.id, scope.name, "stop")
                await note_change(self._kit, tx, command.actor, where, what, f"overrun of {take.id}", "goes on")
        still = obstacle(self._kit, at, await see_purses(tx, scopes, self._kit.rules.zone))
        return Notice(text=still or answers.goes_on(at.channel.name))

    async def look_after(self, command: LookAfter) -> Notice:
        """Become the budget contact of the channel."""

        async def work(tx: Transaction) -> Notice:
            at = await enter(self._kit, tx, command.place)
            at.require_owner(command.actor)
            channel = await tx.lock(Channel, at.channel.id) or at.channel
            await tx.put(replace(channel, contact=command.actor.id, contact_name=command.actor.name))
            scope, before = f"channel:{channel.id}", channel.contact_name or "nobody"
            await note_change(self._kit, tx, command.actor, scope, "contact", before, command.actor.name)
            return Notice(text=answers.looks_after(at.channel.name, command.actor.name), private=False)

        return await once(self._kit, command, work) or SILENCE


def _key(purse: Purse) -> tuple[str, int]:
    return purse.scope.id, purse.budget.period_start


async def _voted(tx: Transaction, command: AnswerAsk) -> Voted | None:
    """Where the votes behind a final stand; ``None`` where no votes have asked for what is answered."""
    take = (await find_takes(tx, command.place.workspace, command.subject))[0]
    return await voted(tx, take) if take.draft is not None and await is_by_votes(tx, take) else None
