"""Answers to what the product asked: the maker's yes to a price, the owner's to a cap, the verdict on an unknown."""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import Purse, set_cap, short
from bot.core.commands import AnswerAsk, AskOwner, Command, Confirm, Fewer, GoOn, Judge, LookAfter
from bot.core.errors import Refusal
from bot.core.ledger import hold, let_go_on, release, reprice, settle
from bot.core.lifecycle import State
from bot.core.money import Money, total
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Transaction
from bot.core.rows import Asked, Channel, Rank, Shot, Take, Vote, Workspace
from bot.core.sentences import answers
from bot.jobs.kit import Kit
from bot.jobs.places import Here, enter, find_take, find_takes, first_time, home_of, require_ordering
from bot.jobs.plans import from_shot
from bot.jobs.steps import contact_of, locked, move, say, tell_owner, wake_queue


class Answering:
    """Handlers of the answers."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def confirm(self, command: Confirm) -> Notice:
        """The maker's yes orders what was held for it; the no gives the money back."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            takes = await self._asked(tx, command, command.subject, Asked.CONFIRM)
            if command.actor.id != takes[0].person and not (await enter(self._kit, tx, command.place)).roles.approver(
                command.actor
            ):
                raise Refusal(answers.not_yours(takes[0].id))
            for take in takes:
                if command.yes:
                    await self._queue(tx, take)
                else:
                    back = await release(tx, take, by=command.actor.id, reason="not confirmed")
                    why = answers.cancelled_by(command.actor.name)
                    await move(self._kit, tx, back, State.CANCELLED, rank=Rank.OUTCOME, problem=why)
            price = total(take.price for take in takes)
            said = answers.confirmed(takes[0].card, price) if command.yes else answers.cancelled(takes[0].card, price)
            return Notice(text=said, card=takes[0].card if command.yes else None)

        return await self._kit.store.transact(work)

    async def ask(self, command: AskOwner) -> Notice:
        """Ask the budget contact, once; the take keeps its place."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            takes = await self._asked(tx, command, command.subject, Asked.CAP)
            at = await home_of(self._kit, tx, takes[0])
            for take in takes:
                await tx.put(replace(take, asked_owner_at=take.asked_owner_at or tx.now))
            shot = await tx.get(Shot, takes[0].shot)
            subject = takes[0].id if len(takes) == 1 else takes[0].card
            await tell_owner(
                self._kit,
                tx,
                "ask",
                about=subject,
                channel=at.channel.id,
                maker=takes[0].person_name,
                price=str(total(take.price for take in takes)),
                place=at.channel.name,
                subject=subject,
                prompt=shot.prompt if shot else "",
                used=await self._used(tx, at),
            )
            contact = await contact_of(self._kit, tx, at.channel.id)
            return Notice(text=answers.owner_asked(at.channel.name, known=contact is not None))

        return await self._kit.store.transact(work)

    async def _used(self, tx: Transaction, at: Here) -> str:
        """How the channel's cap stands, for the question."""
        purse = (await at.purses(self._kit, tx, "", ""))[0]
        return answers.how_used(purse)

    async def fewer(self, command: Fewer) -> Notice:
        """The first takes of a slate that the cap has no room for, as many as fit; the others end."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            found = (await find_takes(tx, command.place.workspace, command.subject))[0]
            at = await home_of(self._kit, tx, found)
            purses = await at.purses(self._kit, tx, found.person, found.person_name)
            takes = await self._asked(tx, command, command.subject, Asked.CAP)
            if command.actor.id != takes[0].person:
                raise Refusal(answers.not_yours(takes[0].card))
            require_ordering(self._kit, at, command, purses)
            ordered, dropped = takes[: command.count], takes[command.count :]
            price = total(take.price for take in ordered)
            if still := short(purses, price, takes[0].stage):
                raise Refusal(answers.still_over(still, price))
            for take in ordered:
                await self._queue(tx, await hold(tx, take, purses, by=command.actor.id))
            for take in dropped:
                why = answers.cancelled_by(command.actor.name)
                await move(self._kit, tx, take, State.CANCELLED, problem=why)
            return Notice(text=answers.confirmed(takes[0].card, price), card=takes[0].card)

        return await self._kit.store.transact(work)

    async def answer(self, command: AnswerAsk) -> Notice:
        """The owner's yes is one step: raise or allow, price again, hold, order. The first answer wins."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            found = (await find_takes(tx, command.place.workspace, command.subject))[0]
            at = await home_of(self._kit, tx, found)
            if not at.roles.owner(command.actor):
                raise Refusal(answers.owners_only(at.channel.name))
            purses = await at.purses(self._kit, tx, found.person, found.person_name, takes=[found.id])
            takes = await self._asked(tx, command, command.subject, Asked.CAP)
            if not command.yes:
                return await self._decline(tx, at, command, takes)
            return await self._allow(tx, at, command, takes, purses)

        return await self._kit.store.transact(work)

    async def _decline(self, tx: Transaction, at: Here, command: AnswerAsk, takes: list[Take]) -> Notice:
        for take in takes:
            back = await release(tx, take, by=command.actor.id, reason="declined")
            await move(
                self._kit, tx, back, State.DECLINED, rank=Rank.OUTCOME, problem=answers.declined_by(command.actor.name)
            )
        await say(
            self._kit,
            tx,
            "declined",
            about=f"{takes[0].id}:{takes[0].ver}",
            channel=at.channel.id,
            to=takes[0].person,
            subject=command.subject,
            owner=command.actor.name,
        )
        return Notice(text=answers.declined(command.subject))

    async def _allow(
        self, tx: Transaction, at: Here, command: AnswerAsk, takes: list[Take], purses: tuple[Purse, ...]
    ) -> Notice:
        prices = {take.id: await self._price(tx, at, take) for take in takes}
        price, stage = total(prices.values()), takes[0].stage
        missing = short(purses, price, stage)
        raised: list[Purse] = []
        if command.raise_by is not None:
            purses, raised = await self._raise(tx, at, purses, missing, command.raise_by)
            still = short(purses, price, stage)
            if still:
                raise Refusal(answers.still_short(still, price))
        for take in takes:
            await self._queue(tx, await _commit(tx, take, prices[take.id], purses, by=command.actor.id))
        await say(
            self._kit,
            tx,
            "allowed",
            about=f"{takes[0].id}:{takes[0].ver}",
            channel=at.channel.id,
            card=takes[0].card,
            subject=command.subject,
            owner=command.actor.name,
            raised="; ".join(answers.raised_to(purse) for purse in raised),
        )
        return Notice(text=answers.allowed(command.subject, raised))

    async def _price(self, tx: Transaction, at: Here, take: Take) -> Money:
        """The take's price today; a final's only while its votes still stand."""
        shot = await tx.get(Shot, take.shot)
        if take.draft is not None and shot is not None:
            draft = await tx.get(Take, take.draft)
            votes = await tx.rows(Vote, take=take.draft, round=take.round)
            if draft is None or (votes and len(at.roles.counting(votes, draft)) < at.channel.policy.quorum):
                raise Refusal(answers.votes_are_gone(take.id))
        if shot is None:
            raise Refusal(answers.no_such_take(take.id))
        return from_shot(self._kit, shot, stage=take.stage).price

    async def _raise(
        self, tx: Transaction, at: Here, purses: tuple[Purse, ...], missing: tuple[Purse, ...], by: Money
    ) -> tuple[tuple[Purse, ...], list[Purse]]:
        """Raise every cap that is short, now and for the periods to come."""
        after, raised = [], []
        for purse in purses:
            if purse not in missing or purse.budget.cap is None:
                after.append(purse)
                continue
            higher = await set_cap(tx, purse, purse.budget.cap + by)
            await keep_cap(tx, at, higher)
            after.append(higher)
            raised.append(higher)
        return tuple(after), raised

    async def _asked(self, tx: Transaction, command: Command, subject: str, asked: Asked) -> list[Take]:
        """The takes that wait for this yes, locked.

        Raises:
            Refusal: none waits any more; the first answer won.
        """
        found = await find_takes(tx, command.place.workspace, subject)
        takes = [await locked(tx, id) for id in sorted(take.id for take in found)]  # noqa: A001
        waiting = [take for take in takes if take.state is State.ASKED and take.asked is asked]
        if not waiting:
            raise Refusal(answers.not_waiting(takes[0]))
        return waiting

    async def _queue(self, tx: Transaction, take: Take) -> None:
        await move(self._kit, tx, take, State.QUEUED, at=tx.now, queued_at=tx.now, asked=None, asked_until=None)

    async def judge(self, command: Judge) -> Notice:
        """The owner's verdict on an unknown; an old question cannot be answered with a new incident's."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            take = await locked(tx, (await find_take(tx, command.place.workspace, command.subject)).id)
            at = await home_of(self._kit, tx, take)
            if not at.roles.owner(command.actor):
                raise Refusal(answers.owners_only(at.channel.name))
            if take.state is not State.UNKNOWN or take.question_ver != command.ver:
                raise Refusal(answers.question_is_old(take))
            return await self._judge(tx, command, take)

        return await self._kit.store.transact(work)

    async def _judge(self, tx: Transaction, command: Judge, take: Take) -> Notice:
        by, hour = command.actor.id, tx.now + 3600 * 1000
        match command.verdict:
            case "lost":
                back = await release(tx, take, by=by, reason="judged lost")
                await move(
                    self._kit, tx, back, State.RELEASED, at=hour, rank=Rank.OUTCOME, problem=answers.judged_lost()
                )
                return Notice(text=answers.released(take.id, take.held))
            case "made":
                paid = await settle(tx, take, take.held, by=by, evidence="judged made")
                await move(
                    self._kit, tx, paid, State.WRITTEN_OFF, at=hour, rank=Rank.OUTCOME, problem=answers.judged_made()
                )
                return Notice(text=answers.written_off(take.id, take.held))
            case _:
                self._kit.engine.wake(tx, take.id, tx.now)
                return Notice(text=answers.looking_again(take.id))

    async def go_on(self, command: GoOn) -> Notice:
        """Let the scopes go on that an overrun of this take has stopped."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            take = await find_take(tx, command.place.workspace, command.subject)
            at = await home_of(self._kit, tx, take)
            if not at.roles.owner(command.actor):
                raise Refusal(answers.owners_only(at.channel.name))
            await let_go_on(tx, await locked(tx, take.id))
            await wake_queue(self._kit, tx, take.key)
            return Notice(text=answers.goes_on(at.channel.name))

        return await self._kit.store.transact(work)

    async def look_after(self, command: LookAfter) -> Notice:
        """Become the budget contact of the channel."""

        async def work(tx: Transaction) -> Notice:
            at = await enter(self._kit, tx, command.place)
            if not at.roles.owner(command.actor):
                raise Refusal(answers.owners_only(at.channel.name))
            await tx.put(replace(at.channel, contact=command.actor.id, contact_name=command.actor.name))
            return Notice(text=answers.looks_after(at.channel.name, command.actor.name), private=False)

        return await self._kit.store.transact(work)


async def _commit(tx: Transaction, take: Take, price: Money, purses: tuple[Purse, ...], *, by: str) -> Take:
    """Hold the price; a take that holds an older price already has its hold changed."""
    if take.held:
        return await reprice(tx, take, price, by=by)
    return await hold(tx, replace(take, price=price), purses, by=by)


async def keep_cap(tx: Transaction, at: Here, purse: Purse) -> None:
    """Write a raised cap into the policy that the next periods begin with."""
    kind = purse.scope.id.partition(":")[0]
    amount = purse.budget.cap
    if kind == "channel":
        channel = await tx.get(Channel, at.channel.id) or at.channel
        cap = replace(channel.policy.cap, amount=amount)
        await tx.put(replace(channel, policy=replace(channel.policy, cap=cap)))
        return
    workspace = await tx.get(Workspace, at.workspace.id) or at.workspace
    field = "cap" if kind == "workspace" else "person_cap"
    cap = replace(getattr(workspace.policy, field), amount=amount)
    await tx.put(replace(workspace, policy=replace(workspace.policy, **{field: cap})))
