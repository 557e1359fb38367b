"""What a person can ask for, the same for every chat; adapters build these and nothing else.

A command says who, where and by which event it came. It decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.money import Money
from bot.core.periods import Days, Reach
from bot.core.policy import Period
from bot.core.rows import Meaning, Source
from bot.core.sums import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person who acts, as the platform describes them at this moment."""

    #: The platform's id; never shown.
    id: str
    name: str
    #: A guest, or a person of another organisation: orders nothing, approves nothing.
    guest: bool = False
    #: The workspace's administrator (Slack), or holds Manage Server (Discord).
    admin: bool = False
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command was given; a thread names its parent channel."""

    workspace: str
    channel: str
    #: The name to show, without ``#``.
    name: str
    #: A direct message: nothing is ordered there.
    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries."""

    actor: Actor
    place: Place
    #: The platform's id of the event; the same id twice is carried out once.
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOptions:
    """What may follow a prompt; ``None`` is the channel's setting."""

    seconds: int | None = None
    draft_seconds: int | None = None
    ratio: str | None = None
    count: int = 1
    audio: bool | None = None
    bitrate: str | None = None
    model: str | None = None
    look: str | None = None
    #: URLs, or ``file:`` paths handed over by the adapter: the start image first, then references.
    image: str | None = None
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Command):
    """One draft, or a slate of them: ``draft``, ``image``, ``ref``."""

    prompt: str
    options: OrderOptions = OrderOptions()
    #: ``text``, ``image`` or ``omni``; ``text`` becomes ``image`` or ``omni`` when pictures are given.
    mode: str = "text"
    #: Something that the answer says first: how the text was understood, a tip.
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """A line of a list: one draft to be made, or why it cannot be."""

    #: Where it stands in the text, from 1.
    number: int
    #: Unlike every other line's, and fit for the name of a file.
    label: str
    prompt: str = ""
    options: OrderOptions = OrderOptions()
    #: Empty when the line can be read.
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBatch(Command):
    """A list of drafts: one quote, one confirmation, sheets of ten."""

    lines: tuple[BatchLine, ...]
    #: Something that the answer says first.
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectFinal(Command):
    """Straight to a final; always confirmed, with the price."""

    prompt: str
    options: OrderOptions = OrderOptions()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again(Command):
    """The same shot once more: a single draft, a whole slate, or a final's next round."""

    subject: str
    source: Source = Source.VERB
    #: The message that was reacted to; once per person and card.
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remix(Command):
    """The same shot with an edited prompt and options."""

    subject: str
    prompt: str
    options: OrderOptions = OrderOptions()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseTip(Command):
    """The same shot with the positive words that the tip proposed."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote(Command):
    """A vote given or taken back, for a take named by its id."""

    subject: str
    meaning: Meaning
    source: Source
    given: bool = True
    #: The platform's time of the vote, UTC milliseconds.
    at: int
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class React(Command):
    """A reaction added to or removed from a message of ours; the manager finds what it means."""

    message: str
    #: As the platform sends it; normalised by the rules.
    emoji: str
    added: bool
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command):
    """Disarm a final within its grace."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Command):
    """The maker's yes or no to an order that waits for it."""

    subject: str
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOwner(Command):
    """Ask the budget contact for an order that the cap has no room for."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fewer(Command):
    """Order only the first ``count`` takes of a slate that the cap has no room for; the others end."""

    subject: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAsk(Command):
    """The owner's answer: raise the caps that are short by an amount, allow this one only, or decline."""

    subject: str
    yes: bool
    #: ``None`` with yes: this one only.
    raise_by: Money | None = None
    #: When the question was put, UTC milliseconds: an old button cannot answer a later one. ``None``: whatever waits.
    asked_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(Command):
    """The owner's answer about an unknown: look again, it was lost, or it was made."""

    subject: str
    #: ``check``, ``lost`` or ``made``, for every take of the question; ``each``: ask about each alone.
    verdict: str
    #: The take's version that the question was about; an old button cannot answer a new incident.
    ver: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn(Command):
    """The owner lets a scope that an overrun has stopped go on; the subject is the take that overran."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Command):
    """Stop what can be stopped: a take, or everything that waits of a slate."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(Command):
    """A take or slate in full."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Command):
    """What runs and what waits, and in which place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hide(Command):
    """Take a clip down from the chat."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue(Command):
    """Post a clip again from the archive; also *Post it anyway*."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(Command):
    """Keep a clip for ever."""

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tips(Command):
    """How to write a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help(Command):
    """The verbs; also the welcome."""

    #: ``clip`` or ``dailies``.
    root: str = "clip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Models(Command):
    """The catalogue with its prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetShow(Command):
    """The cap, what is used of it, and when it resets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSet(Command):
    """Set a cap; only what is given changes."""

    #: ``channel``, ``workspace`` or ``person``.
    scope: str = "channel"
    amount: Money | None = None
    #: Remove the cap.
    uncapped: bool = False
    period: Period | None = None
    zone: str | None = None
    envelope: Money | None = None
    #: The steps of the ladder, in percent of the cap; 0: no such step any more.
    tell: int | None = None
    warn: int | None = None
    approve: int | None = None
    drafts_only: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseCap(Command):
    """Raise a cap by an amount: by the verb, or by the button of an alert or a question."""

    by: Money
    #: ``channel:…``, ``workspace:…`` or ``person:…``; empty: the cap of the channel where it is said.
    scope: str = ""
    #: The cap's version that the button was made for: the first answer wins. ``None``: whatever it is now.
    cap_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMore(Command):
    """A maker asks whoever looks after the channel's budget for more, without an order."""

    amount: Money | None = None
    #: In the person's own words; shown as a quote.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Command):
    """Stop ordering in the channel, or everywhere in its workspace; what is submitted goes on."""

    everywhere: bool = False
    #: In the person's own words; shown as a quote.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """Let ordering go on that was paused."""

    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAfter(Command):
    """Become the channel's budget contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Command):
    """Show the channel's settings, or change those that are given: name → text as typed."""

    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendReport(Command):
    """Where the money went: totals and the newest takes, or a table."""

    #: ``channel:…``, ``workspace:…`` or ``person:…``; empty: the channel where it is asked.
    scope: str = ""
    reach: Reach | Days = Reach.PERIOD
    #: ``None``: all of it in short.
    by: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendExport(Command):
    """Every line of the ledger, as a file."""

    scope: str = ""
    reach: Reach | Days = Reach.PERIOD
    #: ``csv`` or ``json``.
    form: str = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings(Command):
    """What was spent against rendering everything at the final's resolution at once."""

    scope: str = ""
    reach: Reach | Days = Reach.PERIOD


#: Each question about money that was spent.
OfMoney = SpendReport | SpendExport | Savings
