"""The job manager: a command comes in, rows are written, a notice goes out. It spends nothing and posts nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.core import commands as asked
from bot.core.errors import ChatError, Refusal, StoreError
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Message, Transaction
from bot.core.sentences import answers, practice
from bot.jobs.asking.makers import Answering
from bot.jobs.asking.owners import Owning
from bot.jobs.batches.orders import Batches
from bot.jobs.budgets.pausing import Pausing
from bot.jobs.budgets.raising import Raising
from bot.jobs.events import refused_first, was_taken
from bot.jobs.homes import Homes
from bot.jobs.keeping import Keeping
from bot.jobs.kit import Kit
from bot.jobs.looking import Looking
from bot.jobs.looks import Looks
from bot.jobs.modals import Modals
from bot.jobs.more import Further
from bot.jobs.orders import Orders, lets_itself_in
from bot.jobs.places import arrive
from bot.jobs.reactions import Reactions, find_file, find_shown
from bot.jobs.setting import Setting
from bot.jobs.spending.handlers import Spending
from bot.jobs.stopping import Stopping
from bot.jobs.suggesting import Suggesting
from bot.jobs.votes import Votes
from bot.jobs.welcoming import Welcoming

log = logging.getLogger(__name__)
Handler = Callable[[Any], Awaitable[Notice]]


class JobManager:
    """The one door through which every chat asks for something."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit
        self._handlers = _handlers(kit)
        #: What chats offer while one types.
        self.suggesting = Suggesting(kit)

    async def handle(self, command: asked.Command) -> Notice:
        """Carry out a command; a refusal is an answer too. Without readable, writable rows nothing is ordered."""
        answer = await self._whole(command)
        return replace(answer, text=practice.answered(answer.text)) if self._kit.rules.practice else answer

    async def _whole(self, command: asked.Command) -> Notice:
        """The answer, whatever fails."""
        try:
            return await self._answer(command)
        except StoreError:
            log.exception("the rows could not be read or written; ordering is stopped")
            return Notice(text=answers.ordering_stopped(), needed=True, unwritten=True)
        except ChatError as error:
            return Notice(text=answers.chat_failed(str(error)), needed=True, unwritten=True)
        except Exception:
            log.exception("a defect: %s of %s was not carried out", type(command).__name__, command.actor.id)
            return Notice(text=answers.defect(), needed=True)

    async def shown(self, channel: str, message: str) -> str | None:
        """The id of what a message shows: a take, or the slate or batch of a card; ``None``: it is none of ours.

        Raises:
            StoreError: the rows cannot be read.
        """
        found = await self._kit.store.transact(lambda tx: find_shown(tx, channel, message))
        return None if found is None else found.subject

    async def message_of(self, platform: str, file_id: str) -> Message | None:
        """Where a clip is shown that was uploaded under this id; ``None``: nowhere.

        Raises:
            StoreError: the rows cannot be read.
        """
        return await self._kit.store.transact(lambda tx: find_file(tx, platform, file_id))

    async def _answer(self, command: asked.Command) -> Notice:
        """The handler's answer, or the refusal of an event that was not refused before; bots get none."""
        if command.actor.bot:
            return SILENCE
        try:
            if not (lets_itself_in(command) or await self._let_in(command)):
                return SILENCE
            return await self._handlers[type(command)](command)
        except Refusal as refusal:
            said = await self._kit.store.transact(lambda tx: self._refuse(tx, command))
            return Notice(text=refusal.sentence, needed=True, refused=True) if said else SILENCE

    async def _refuse(self, tx: Transaction, command: asked.Command) -> bool:
        """Whether to say the refusal; the place is known from then on, so that the operator can add it."""
        if lets_itself_in(command):
            await arrive(self._kit, tx, command.place)
        return await refused_first(tx, command)

    async def _let_in(self, command: asked.Command) -> bool:
        """Whether the event is new. A place that the operator has not added gets one sentence and no budget.

        Reactions there are no talk: most are not even on a message of ours.
        """

        async def look(tx: Transaction) -> tuple[bool, bool]:
            return not await was_taken(tx, command), await arrive(self._kit, tx, command.place)

        new, active = await self._kit.store.transact(look)
        if new and not active and not isinstance(command, asked.React):
            raise Refusal(answers.place_not_added())
        return new and active


def _handlers(kit: Kit) -> Mapping[type[asked.Command], Handler]:
    """One handler for each command."""
    return {**_about_clips(kit), **_about_money(kit)}


def _about_clips(kit: Kit) -> Mapping[type[asked.Command], Handler]:
    """Of what makes takes and decides about them, and of what tells of them."""
    orders, votes, keeping, stopping = Orders(kit), Votes(kit), Keeping(kit), Stopping(kit)
    answering, looking, further = Answering(kit), Looking(kit), Further(kit)
    reactions = Reactions(kit, orders=orders, votes=votes, keeping=keeping, stopping=stopping)
    batches = Batches(kit, answering=answering, looking=looking)
    return {
        asked.OrderBatch: batches.order,
        asked.Draft: orders.draft,
        asked.DirectFinal: orders.final,
        asked.Again: orders.again,
        asked.Remix: orders.remix,
        asked.UseTip: orders.use_tip,
        asked.CastVote: votes.cast,
        asked.Undo: votes.undo,
        asked.SetLook: Looks(kit).set,
        asked.React: reactions.react,
        asked.Confirm: batches.confirm,
        asked.AskOwner: answering.ask,
        asked.Fewer: answering.fewer,
        asked.Cancel: stopping.cancel,
        asked.Hide: keeping.hide,
        asked.Rescue: keeping.rescue,
        asked.Keep: keeping.keep,
        asked.Link: keeping.link,
        asked.Show: batches.show,
        asked.Status: looking.status,
        asked.Help: looking.help,
        asked.Tips: looking.tips,
        asked.Models: looking.models,
        asked.Welcome: Welcoming(kit).welcome,
        asked.OpenHome: Homes(kit).home,
        asked.OpenModal: Modals(kit).open,
        asked.More: further.more,
        asked.FullPrompt: further.prompt,
    }


def _about_money(kit: Kit) -> Mapping[type[asked.Command], Handler]:
    """Of budgets and settings, and of what owners are asked."""
    owning, setting, spending = Owning(kit), Setting(kit), Spending(kit)
    raising, pausing = Raising(kit), Pausing(kit)
    return {
        asked.AnswerAsk: owning.answer,
        asked.Judge: owning.judge,
        asked.GoOn: owning.go_on,
        asked.LookAfter: owning.look_after,
        asked.BudgetShow: Looking(kit).budget,
        asked.BudgetSet: setting.budget,
        asked.RaiseCap: raising.raise_,
        asked.AskMore: raising.ask,
        asked.Pause: pausing.pause,
        asked.Resume: pausing.resume,
        asked.Settings: setting.settings,
        asked.SpendReport: spending.report,
        asked.SpendPlot: spending.plot,
        asked.SpendExport: spending.export,
        asked.Savings: spending.savings,
    }
