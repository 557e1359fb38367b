"""The verbs that only look: show, status, tips, help, models, budget show. None holds anything."""

from __future__ import annotations

from typing import Any

from bot.core.budgets import Purse, scopes_of, see_purses
from bot.core.commands import BudgetShow, Command, Help, Models, Show, Status, Tips
from bot.core.lifecycle import State
from bot.core.notices import Notice
from bot.core.parsing.actions import action
from bot.core.ports import Button, Transaction
from bot.core.rows import BATCH_LANE, Attempt, AttemptKind, Batch, Card, Key, Line, Shot, Slate, Take
from bot.core.sentences import batches as batch_words
from bot.core.sentences import guides
from bot.core.sentences.budgets import shown
from bot.jobs.budgets.caps import CHANNEL, WORKSPACE
from bot.jobs.budgets.standing import standing
from bot.jobs.contacts import contact_name
from bot.jobs.frames import look_of
from bot.jobs.kit import Kit
from bot.jobs.line import LANES, in_line
from bot.jobs.places import Here, enter, find_takes
from bot.jobs.steps import named, takes_of_batch
from bot.jobs.welcoming import welcomed

#: What an owner can change of the caps that are shown.
CHANGE_CAPS = (
    Button(label="Change budget", action=action("change-budget", argument=CHANNEL)),
    Button(label="Change the workspace's", action=action("change-budget", argument=WORKSPACE)),
)
#: Takes that a listing names.
LISTED = 50
#: The lanes of takes that a listing names one by one.
SINGLY = tuple(lane for lane in LANES if lane != BATCH_LANE)
RUNNING = (
    State.ADMITTED,
    State.SUBMITTING,
    State.RENDERING,
    State.UNKNOWN,
    State.FETCHING,
    State.DELIVERING,
    State.ARMED,
)


class Looking:
    """Handlers of the verbs that only look."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def show(self, command: Show) -> Notice:
        """A take in full; of a slate, all its takes."""

        async def work(tx: Transaction) -> Notice:
            takes = await find_takes(tx, command.place.workspace, command.subject)
            return Notice(text="\n\n".join([await self._in_full(tx, take) for take in takes]))

        return await self._kit.store.transact(work)

    async def _in_full(self, tx: Transaction, take: Take) -> str:
        shot = await named(tx, Shot, take.shot)
        lines = await tx.rows(Line, take=take.id, order=("at", "id"))
        booked = [f"{line.kind.value} {line.amount}" for line in lines if line.scope.startswith("channel:")]
        submits = await tx.count(Attempt, take=take.id, kind=AttemptKind.SUBMIT)
        look = shot.look if take.draft else await self._look(tx, take, shot)
        return guides.take_in_full(take, shot, look=look, booked=booked, submits=submits, now=tx.now)

    async def _look(self, tx: Transaction, draft: Take, shot: Shot) -> str:
        """How the draft's next final is made."""
        return look_of(await named(tx, Card, draft.card), shot, self._kit.catalogue.known(shot.model))

    async def status(self, command: Status) -> Notice:
        """What runs and what waits in this channel, and in which place."""
        free, held_back = await in_line(self._kit.store, self._kit.key)
        line = [*enumerate(free, start=1), *((None, take) for take in held_back)]
        open_batches = await self._kit.store.transact(lambda tx: _open_batches(tx, command.place.channel))
        batches = [await self._kit.store.transact(lambda tx, each=each: _batch_line(tx, each)) for each in open_batches]  # type: ignore[misc]
        return await self._kit.store.transact(lambda tx: self._status(tx, command, line, batches))

    async def _status(
        self, tx: Transaction, command: Status, line: list[tuple[int | None, Take]], batches: list[str]
    ) -> Notice:
        """``line`` is everyone who waits, with the place of those who may start; batches have a line each."""
        at = await enter(self._kit, tx, command.place)
        oldest = ("created_at", "id")
        own: dict[str, Any] = {"channel": at.channel.id, "lane": SINGLY, "order": oldest, "limit": LISTED}
        running = await tx.rows(Take, state=RUNNING, **own)
        asked = await tx.rows(Take, state=State.ASKED, **own)
        waiting = [(place, take) for place, take in line if take.channel == at.channel.id and take.lane in SINGLY]
        key = await tx.get(Key, self._kit.key)
        text = guides.queue(
            running,
            waiting[:LISTED],
            asked,
            tx.now,
            key.slots if key else self._kit.rules.slots,
            paused_for=key.paused_for if key else "",
            batches=batches,
            paused_by=at.paused_by or "",
        )
        return Notice(text=text)

    async def help(self, command: Help) -> Notice:
        """The verbs; with them what a newcomer needs: the first command, the cap, who looks after it."""
        if command.root != "clip" or command.place.direct:
            return Notice(text="\n".join(guides.HELP[command.root]))
        return await self._kit.store.transact(lambda tx: self._welcome(tx, command))

    async def _welcome(self, tx: Transaction, command: Help) -> Notice:
        at, purses = await self._purses(tx, command)
        said = await welcomed(self._kit, tx, at, purses)
        return Notice(text="\n".join([said.text, *guides.HELP["clip"]]), buttons=guides.welcome_buttons(said.price))

    async def tips(self, command: Tips) -> Notice:
        """How to write a prompt."""
        del command
        return Notice(text="\n".join(guides.TIPS))

    async def models(self, command: Models) -> Notice:
        """The catalogue with its prices, their date, and which are on."""
        del command
        return Notice(text=guides.catalogue(self._kit.catalogue))

    async def budget(self, command: BudgetShow) -> Notice:
        """The caps that an order of this person counts in here; each is read by itself, so that nobody waits long."""
        store = self._kit.store
        at, purses = await store.transact(lambda tx: self._purses(tx, command))
        standings = [await standing(store, purse, command.actor) for purse in purses]
        contact = await store.transact(lambda tx: contact_name(self._kit, tx, at))
        text = shown(standings, contact, at.channel.name, self._kit.clock.now())
        if at.roles.owner(command.actor):
            return Notice(text=text, buttons=CHANGE_CAPS)
        more = Button(label="Ask for more", action=action("ask-more"))
        return Notice(text=text, buttons=(more,) if at.roles.maker(command.actor) else ())

    async def _purses(self, tx: Transaction, command: Command) -> tuple[Here, tuple[Purse, ...]]:
        at = await enter(self._kit, tx, command.place)
        scopes = scopes_of(at.workspace, at.channel, command.actor.id, command.actor.name)
        return at, await see_purses(tx, scopes, self._kit.rules.zone)


async def _open_batches(tx: Transaction, channel: str) -> list[Batch]:
    """The batches of which something is under way or asked, the oldest first."""
    sheets = await tx.least(
        Take, "created_at", by=("card",), channel=channel, lane=BATCH_LANE, state=(*RUNNING, State.QUEUED, State.ASKED)
    )
    slates = await tx.rows(Slate, id=tuple(card for (card,) in sheets))
    ids = {slate.batch for slate in slates if slate.batch}
    return await tx.rows(Batch, id=tuple(ids), order=("created_at", "id"), limit=LISTED)


async def _batch_line(tx: Transaction, batch: Batch) -> str:
    return batch_words.under_way(batch, await takes_of_batch(tx, batch.id))
