"""What must hold after every transaction and every call, whatever happens; a breach is noted, never raised there."""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.core.commands import AnswerAsk, Command
from bot.core.emoji import ReactionMeaning, meaning_of, number_of
from bot.core.lifecycle import ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import ZERO
from bot.core.ports import Message, Row, Transaction
from bot.core.rows import Budget, Card, Channel, Line, LineKind, Meaning, Post, Source, Take, Vote
from tests.drills.machine.platform import DrillChat

#: The command that is being carried out.
COMMAND: ContextVar[Command | None] = ContextVar("command", default=None)
#: A take in one of these has an order on its way, or had one whose outcome nobody knew.
MAY_BE_ORDERED = frozenset({State.SUBMITTING, State.UNKNOWN, State.RELEASED, State.WRITTEN_OFF})


@dataclass(slots=True, kw_only=True)
class Seen:
    """What one transaction wrote."""

    now: int
    added: list[Row] = field(default_factory=list)
    steps: list[tuple[Take, Take]] = field(default_factory=list)
    #: The lines that were not in the outbox before.
    lines: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Laws:
    """The watch over all processes."""

    chat: DrillChat
    #: What did not hold.
    breaches: list[str] = field(default_factory=list)
    #: How often a take became unknown, and the questions about it that were said.
    incidents: Counter[str] = field(default_factory=Counter)
    questions: dict[str, set[str]] = field(default_factory=dict)
    #: The lines that were ever put into the outbox.
    lines: Counter[str] = field(default_factory=Counter)
    #: The lines about steps of caps that came onto the screen, by the message that shows them.
    steps: dict[Message, str] = field(default_factory=dict)
    #: Clips that came onto the screen, and how often more were asked for.
    posts: Counter[str] = field(default_factory=Counter)
    rescues: Counter[str] = field(default_factory=Counter)

    def breach(self, what: str) -> None:
        """Note that something does not hold."""
        self.breaches.append(what)

    async def look(self, tx: Transaction, seen: Seen) -> None:
        """Read what the transaction's writes are judged by, before it is committed."""
        for row in seen.added:
            if isinstance(row, Line) and (row.kind is LineKind.HOLD or (row.reason == "reprice" and row.amount > ZERO)):
                await self._look_at_cap(tx, seen, row)
        for old, new in seen.steps:
            if (old.state, new.state) == (State.ARMED, State.QUEUED):
                await self._look_at_votes(tx, seen, new)

    def committed(self, seen: Seen) -> None:
        """Its writes count now."""
        self.breaches += seen.breaches
        for old, new in seen.steps:
            if new.state is State.UNKNOWN and old.state is not State.UNKNOWN:
                self.incidents[new.id] += 1
            if old.incident is not None and new.incident not in (None, old.incident):
                self.incidents[new.id] += 1  # The owner has taken the question apart.
            if new.state is State.DELIVERING and old.state is not State.FETCHING:
                self.rescues[new.id] += 1
        for line in seen.lines:
            self.lines[line] += 1
            if self.lines[line] > 1:
                self.breach(f"{line} was put into the outbox {self.lines[line]} times")

    def said(self, nonce: str, message: Message) -> None:
        """A line came onto the screen, or stood there already: two processes may send what is in the outbox once."""
        line, _, about = nonce.partition(":")
        if line.startswith("ladder"):
            self.steps[message] = nonce
        if line == "unknown":
            take = about.rpartition(":")[0]
            asked = self.questions.setdefault(take, set())
            asked.add(nonce)
            if len(asked) > self.incidents[take]:
                self.breach(f"{take} was asked about {len(asked)} times, and unknown {self.incidents[take]} times")

    def posted(self, take: str, nonce: str, *, again: bool) -> None:
        """A clip was uploaded; ``again``: it stood there already."""
        if again:
            self.breach(f"the clip of {take} was uploaded again while it stood there ({nonce})")
            return
        self.posts[take] += 1
        if self.posts[take] > 1 + self.rescues[take]:
            self.breach(f"the clip of {take} was posted {self.posts[take]} times")

    def ordered(self, take: Take | None) -> None:
        """An order reaches the provider."""
        if take is None or take.state not in MAY_BE_ORDERED:
            self.breach(f"an order came for {take and (take.id, take.state.value)}")

    async def _look_at_cap(self, tx: Transaction, seen: Seen, line: Line) -> None:
        """A hold is within every cap, but for an owner's *This one only*."""
        command = COMMAND.get()
        if isinstance(command, AnswerAsk) and command.yes and command.raise_by is None:
            return
        budget = await tx.get(Budget, line.scope, line.period_start)
        if budget is None or (budget.cap is not None and budget.used > budget.cap):
            seen.breaches.append(f"{line.take} was held in {line.scope}: {budget}")

    async def _look_at_votes(self, tx: Transaction, seen: Seen, final: Take) -> None:
        """A final is ordered only while the votes that stand reach the quorum; architecture.md, *armed*."""
        channel = await tx.get(Channel, final.channel)
        draft = await tx.get(Take, final.draft or "")
        assert channel is not None
        assert draft is not None
        people = await self._voters(tx, draft, final.round)
        if channel.policy.quorum > 1:
            people -= {draft.person}
        if len(people) < channel.policy.quorum:
            seen.breaches.append(f"{final.id} was ordered by {sorted(people)}, of {channel.policy.quorum}")

    async def _voters(self, tx: Transaction, draft: Take, round_number: int) -> set[str]:
        """Who approves the draft: by reactions that stand on the platform, by votes of the rows otherwise."""
        card = await tx.get(Card, draft.card)
        assert card is not None
        votes = await tx.rows(Vote, take=draft.id, round=round_number, meaning=Meaning.APPROVE, standing=True)
        people = {vote.person for vote in votes if vote.source is not Source.REACTION and not vote.guest}
        posts = {post.message for post in await tx.rows(Post, take=draft.id)}
        for message in {card.message, *posts} - {None}:
            on_sheet = draft.slate is not None and message == card.message
            for reaction in self.chat.standing_on(Message(channel=draft.channel, id=message or "")):
                meaning = meaning_of(reaction.emoji)
                picked = meaning is ReactionMeaning.PICK and number_of(reaction.emoji) == draft.number
                if not reaction.guest and (picked or (meaning is ReactionMeaning.APPROVE and not on_sheet)):
                    people.add(reaction.person)
        return people


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Every row that the laws are about, read at once."""

    takes: list[Take]
    budgets: list[Budget]
    lines: list[Line]


async def read_rows(tx: Transaction) -> Rows:
    return Rows(
        takes=await tx.rows(Take, order=("created_at", "id")), budgets=await tx.rows(Budget), lines=await tx.rows(Line)
    )


def require_books(rows: Rows) -> None:
    """Every budget equals its lines, every take equals its own; one live final for each draft and round."""
    for budget in rows.budgets:
        own = [line for line in rows.lines if (line.scope, line.period_start) == (budget.scope, budget.period_start)]
        assert budget.used.micros == sum(line.amount.micros for line in own), budget
        assert budget.held.micros == sum(line.held.micros for line in own), budget
    for take in rows.takes:
        own = [line for line in rows.lines if line.take == take.id]
        for scope in {line.scope for line in own} or {""}:
            lines = [line for line in own if line.scope == scope]
            assert take.held.micros == sum(line.held.micros for line in lines), (take, lines)
            assert (take.held + take.charged).micros == sum(line.amount.micros for line in lines), (take, lines)
    live = Counter(
        (take.draft, take.round)
        for take in rows.takes
        if take.stage is Stage.FINAL and take.draft and not take.late and take.state not in ENDED_WITHOUT_CLIP
    )
    assert all(number == 1 for number in live.values()), live
