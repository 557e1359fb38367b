"""The verbs that only look: show, status, tips, help, models, budget show, spend report. None holds anything."""

from __future__ import annotations

from bot.core.budgets import Purse, scopes_of, see_purses
from bot.core.commands import BudgetShow, Command, Help, Models, Show, SpendReport, Status, Tips
from bot.core.lifecycle import State
from bot.core.money import ZERO
from bot.core.notices import Notice
from bot.core.parsing.actions import action
from bot.core.ports import Button, Store, Transaction
from bot.core.rows import Attempt, AttemptKind, Key, Line, LineKind, Shot, Take
from bot.core.sentences import answers, guides
from bot.core.sentences.budgets import shown
from bot.jobs.kit import Kit
from bot.jobs.line import in_line
from bot.jobs.paging import PAGE, pages
from bot.jobs.places import Here, enter, find_takes
from bot.jobs.quotes import quoted
from bot.jobs.standing import standing
from bot.jobs.steps import named

#: Takes that a listing names; the totals count all.
LISTED = 50
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
        return guides.take_in_full(take, shot, booked=booked, submits=submits, now=tx.now)

    async def status(self, command: Status) -> Notice:
        """What runs and what waits in this channel, and in which place."""
        free, held_back = await in_line(self._kit.store, self._kit.key)
        line = [*enumerate(free, start=1), *((None, take) for take in held_back)]
        return await self._kit.store.transact(lambda tx: self._status(tx, command, line))

    async def _status(self, tx: Transaction, command: Status, line: list[tuple[int | None, Take]]) -> Notice:
        """``line`` is everyone who waits, with the place of those who may start."""
        at = await enter(self._kit, tx, command.place)
        oldest = ("created_at", "id")
        running = await tx.rows(Take, channel=at.channel.id, state=RUNNING, order=oldest, limit=LISTED)
        asked = await tx.rows(Take, channel=at.channel.id, state=State.ASKED, order=oldest, limit=LISTED)
        waiting = [(place, take) for place, take in line if take.channel == at.channel.id]
        key = await tx.get(Key, self._kit.key)
        text = guides.queue(
            running,
            waiting[:LISTED],
            asked,
            tx.now,
            key.slots if key else self._kit.rules.slots,
            paused_for=key.paused_for if key else "",
        )
        return Notice(text=text)

    async def help(self, command: Help) -> Notice:
        """The verbs; with them what a newcomer needs: the first command, the cap, who looks after it."""
        if command.root != "clip" or command.place.direct:
            return Notice(text="\n".join(guides.HELP[command.root]))
        return await self._kit.store.transact(lambda tx: self._welcome(tx, command))

    async def _welcome(self, tx: Transaction, command: Help) -> Notice:
        at, purses = await self._purses(tx, command)
        model = await quoted(self._kit, tx, at.channel.policy.model)
        seconds = at.channel.policy.draft_seconds
        price = model.quote(model.draft_resolution, seconds)
        tight = answers.standing(answers.tightest(purses, ZERO))
        text = "\n".join([guides.welcome(price, tight, self._contact(at), seconds=seconds), *guides.HELP["clip"]])
        buttons = (
            Button(label=f"Try it · {price}", action=action("try")),
            Button(label="I look after this budget", action=action("lookafter")),
        )
        return Notice(text=text, buttons=buttons)

    def _contact(self, at: Here) -> str | None:
        """Who looks after the budget, as the chat may say it."""
        if at.channel.contact is not None:
            return at.channel.contact_name
        return guides.AN_OWNER if at.workspace.policy.owners or self._kit.rules.owners else None

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
        return Notice(text=shown(standings, self._contact(at), at.channel.name, self._kit.clock.now()))

    async def report(self, command: SpendReport) -> Notice:
        """Where the channel's money went in this period: totals, and each take."""
        _, purses = await self._kit.store.transact(lambda tx: self._purses(tx, command))
        booked = await _booked(self._kit.store, purses[0])
        return Notice(text=guides.report(purses[0], booked, listed=LISTED))

    async def _purses(self, tx: Transaction, command: Command) -> tuple[Here, tuple[Purse, ...]]:
        at = await enter(self._kit, tx, command.place)
        scopes = scopes_of(at.workspace, at.channel, command.actor.id, command.actor.name)
        return at, await see_purses(tx, scopes, self._kit.rules.zone)


async def _booked(store: Store, purse: Purse) -> list[Take]:
    """Every take that is booked in the period, the oldest first."""
    holds = {"scope": purse.scope.id, "period_start": purse.budget.period_start, "kind": LineKind.HOLD}
    ids = [line.take async for page in pages(store, Line, by="at", **holds) for line in page]
    takes: list[Take] = []
    for start in range(0, len(ids), PAGE):
        some = tuple(ids[start : start + PAGE])
        takes += await store.transact(lambda tx, some=some: tx.rows(Take, id=some))  # type: ignore[misc]
    return sorted(takes, key=lambda take: (take.created_at, take.id))
