"""What is behind *More…* and *Full prompt*: both only look."""

from __future__ import annotations

from bot.core.commands import FullPrompt, More
from bot.core.notices import Notice
from bot.core.ports import Transaction
from bot.core.rows import Shot
from bot.core.sentences import more as words
from bot.jobs.found import are_unlike, find_shot
from bot.jobs.kit import Kit
from bot.jobs.places import find_takes, require_one_card
from bot.jobs.steps import named


class Further:
    """Handlers of ``More`` and ``FullPrompt``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def more(self, command: More) -> Notice:
        """The rarely used acts, as buttons of a private answer; who may is checked when one is pressed."""

        async def look(tx: Transaction) -> Notice:
            takes = require_one_card(await find_takes(tx, command.place.workspace, command.subject))
            subject = takes[0].id if len(takes) == 1 else takes[0].card
            text, buttons = words.more(subject, takes)
            return Notice(text=text, buttons=buttons, needed=True)

        return await self._kit.store.transact(look)

    async def prompt(self, command: FullPrompt) -> Notice:
        """A prompt as it was typed; of a sheet, that of each of its takes."""

        async def look(tx: Transaction) -> Notice:
            takes = require_one_card(await find_takes(tx, command.place.workspace, command.subject))
            if not await are_unlike(tx, takes):
                found = await find_shot(tx, command.place.workspace, command.subject)
                return Notice(text=words.whole(command.subject, found.prompt), needed=True)
            shots = [(take.id, await named(tx, Shot, take.shot)) for take in takes]
            return Notice(text="\n".join(words.whole(take, shot.prompt) for take, shot in shots), needed=True)

        return await self._kit.store.transact(look)
