"""The job manager: a command comes in, rows are written, a notice goes out. It spends nothing and posts nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.core import commands as asked
from bot.core.errors import ChatError, Refusal, StoreError
from bot.core.notices import Notice
from bot.core.sentences import answers
from bot.jobs.answering import Answering
from bot.jobs.keeping import Keeping
from bot.jobs.kit import Kit
from bot.jobs.looking import Looking
from bot.jobs.orders import Orders
from bot.jobs.reactions import Reactions
from bot.jobs.setting import Setting
from bot.jobs.stopping import Stopping
from bot.jobs.votes import Votes

log = logging.getLogger(__name__)
Handler = Callable[[Any], Awaitable[Notice]]


class JobManager:
    """The one door through which every chat asks for something."""

    def __init__(self, kit: Kit) -> None:
        """One handler for each command."""
        orders, votes, keeping, stopping = Orders(kit), Votes(kit), Keeping(kit), Stopping(kit)
        answering, looking, setting = Answering(kit), Looking(kit), Setting(kit)
        reactions = Reactions(kit, orders=orders, votes=votes, keeping=keeping, stopping=stopping)
        self._handlers: dict[type[asked.Command], Handler] = {
            asked.Draft: orders.draft,
            asked.DirectFinal: orders.final,
            asked.Again: orders.again,
            asked.Remix: orders.remix,
            asked.UseTip: orders.use_tip,
            asked.CastVote: votes.cast,
            asked.Undo: votes.undo,
            asked.React: reactions.react,
            asked.Confirm: answering.confirm,
            asked.AskOwner: answering.ask,
            asked.AnswerAsk: answering.answer,
            asked.Fewer: answering.fewer,
            asked.Judge: answering.judge,
            asked.GoOn: answering.go_on,
            asked.LookAfter: answering.look_after,
            asked.Cancel: stopping.cancel,
            asked.Hide: keeping.hide,
            asked.Rescue: keeping.rescue,
            asked.Keep: keeping.keep,
            asked.Show: looking.show,
            asked.Status: looking.status,
            asked.Help: looking.help,
            asked.Tips: looking.tips,
            asked.Models: looking.models,
            asked.BudgetShow: looking.budget,
            asked.SpendReport: looking.report,
            asked.BudgetSet: setting.budget,
            asked.Settings: setting.settings,
        }

    async def handle(self, command: asked.Command) -> Notice:
        """Carry out a command; a refusal is an answer too. Without readable, writable rows nothing is ordered."""
        try:
            return await self._handlers[type(command)](command)
        except Refusal as refusal:
            return Notice(text=refusal.sentence, needed=True)
        except StoreError:
            log.exception("the rows could not be read or written; ordering is stopped")
            return Notice(text=answers.ordering_stopped(), needed=True)
        except ChatError as error:
            return Notice(text=answers.chat_failed(str(error)), needed=True)
