"""The welcome: once in each channel that the bot is added to, and whenever somebody asks for help."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.budgets import Purse, scopes_of, see_purses
from bot.core.commands import Welcome
from bot.core.money import ZERO, Money
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Transaction
from bot.core.rows import Channel
from bot.core.sentences import answers, guides, hour
from bot.jobs.contacts import contact_name
from bot.jobs.kit import Kit
from bot.jobs.places import Here, enter
from bot.jobs.quotes import quoted
from bot.jobs.steps import say


@dataclass(frozen=True, slots=True)
class Welcomed:
    """What a newcomer reads."""

    text: str
    #: Of a draft, as the channel is set.
    price: Money


async def welcomed(kit: Kit, tx: Transaction, at: Here, purses: tuple[Purse, ...]) -> Welcomed:
    """The first command with its price, the tightest of the caps, who looks after it, and the dailies hour's offer."""
    model = await quoted(kit, tx, at.channel.policy.model)
    seconds = at.channel.policy.draft_seconds
    price = model.quote(model.draft_resolution, seconds)
    tight = answers.standing(answers.tightest(purses, ZERO))
    text = guides.welcome(price, tight, await contact_name(kit, tx, at), seconds=seconds)
    return Welcomed(text if at.channel.policy.hour_min is not None else f"{text}\n{hour.OFFER}", price)


class Welcoming:
    """Handler of the bot's arrival in a channel."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def welcome(self, command: Welcome) -> Notice:
        """Welcome a channel, once for ever: one that the bot comes back to knows it."""
        await self._kit.store.transact(lambda tx: self._write(tx, command))
        return SILENCE

    async def _write(self, tx: Transaction, command: Welcome) -> None:
        at = await enter(self._kit, tx, command.place)
        channel = await tx.lock(Channel, at.channel.id) or at.channel
        if channel.welcomed_at is not None:
            return
        await tx.put(replace(channel, welcomed_at=tx.now))
        purses = await see_purses(tx, scopes_of(at.workspace, at.channel, "", "")[:2], self._kit.rules.zone)
        said = await welcomed(self._kit, tx, at, purses)
        await say(
            self._kit,
            tx,
            "welcome",
            about=channel.id,
            channel=channel.id,
            welcome=said.text,
            price=str(said.price),
        )
