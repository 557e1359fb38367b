"""What people do: order, vote, react, press, answer, set."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.core.commands import (
    Actor,
    Again,
    AnswerAsk,
    BudgetSet,
    Cancel,
    CastVote,
    Command,
    Confirm,
    DirectFinal,
    Draft,
    GoOn,
    Hide,
    Judge,
    Keep,
    OrderOptions,
    React,
    Rescue,
    Settings,
    Undo,
)
from bot.core.emoji import normalise
from bot.core.money import Money
from bot.core.parsing import parse_action
from bot.core.policy import Period
from bot.core.ports import Message, Reaction
from bot.core.rows import Meaning, Source
from tests.drills.machine.base import ANY, DOLLARS, MAKERS, PEOPLE, MachineBase
from tests.jobs.conftest import DANA, LAUNCH

PROMPTS = st.sampled_from(["a fox", "a fox", "a dog", "a mug on {oak|steel}"])
EMOJI = st.sampled_from(["✅", "✅", "1️⃣", "2️⃣", "❌", "🔁", "📌"])
VERBS: list[type[Command]] = [Cancel, Cancel, Undo, Hide, Rescue, Keep, Again]
SOURCES = st.sampled_from([Source.BUTTON, Source.VERB])
LATE_MS = st.sampled_from([0, 0, 60_000, 3_600_000])
up = precondition(lambda self: self.is_up)


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A reaction of which the platform has not told yet."""

    command: React


class People(MachineBase):
    """The events of the chat."""

    def __init__(self) -> None:
        super().__init__()
        self.untold: list[React] = []

    @up
    @rule(prompt=PROMPTS, count=st.sampled_from([1, 1, 2, 3]), who=MAKERS)
    def order(self, prompt: str, count: int, who: Actor) -> None:
        self.send(Draft, who, prompt=prompt, options=OrderOptions(count=count))

    @up
    @rule(prompt=PROMPTS, who=MAKERS)
    def order_a_final(self, prompt: str, who: Actor) -> None:
        notice = self.send(DirectFinal, who, prompt=prompt)
        for button in notice.buttons[:1] if notice else ():
            self.press_action(button.action, who)

    @up
    @rule(which=ANY, who=PEOPLE, given=st.sampled_from([True, True, False]), source=SOURCES, late=LATE_MS)
    def approve(self, which: int, who: Actor, *, given: bool, source: Source, late: int) -> None:
        self.vote(which, who, Meaning.APPROVE, given=given, source=source, late=late)

    @up
    @rule(which=ANY, who=PEOPLE, given=st.booleans(), source=SOURCES, late=LATE_MS)
    def reject(self, which: int, who: Actor, *, given: bool, source: Source, late: int) -> None:
        self.vote(which, who, Meaning.REJECT, given=given, source=source, late=late)

    def vote(self, which: int, who: Actor, meaning: Meaning, *, given: bool, source: Source, late: int) -> None:
        take = self.take(which)
        if take is not None:
            at = self.there.site.vendor.clock.now() - late
            self.send(CastVote, who, subject=take.id, meaning=meaning, source=source, given=given, at=at)

    @precondition(lambda self: self.world is not None)
    @rule(which=ANY, emoji=EMOJI, who=PEOPLE, added=st.sampled_from([True, True, False]), told=st.sampled_from([True, True, False]))
    def react(self, which: int, emoji: str, who: Actor, *, added: bool, told: bool) -> None:
        """The platform's state changes at once; its event comes now, later, or never."""
        chat = self.there.site.chat
        cards = [sent.message for sent in chat.sent if sent.to is None]
        if not cards:
            return
        message = cards[which % len(cards)]
        new = Reaction(person=who.id, emoji=normalise(emoji), name=who.name, guest=who.guest)
        others = [each for each in chat.standing_on(message) if (each.person, each.emoji) != (new.person, new.emoji)]
        chat.react(message, *others, *([new] if added else []))
        self.events += 1
        event = React(
            actor=who,
            place=LAUNCH,
            event=f"event-{self.events}",
            message=message.id,
            emoji=emoji,
            added=added,
            at=self.there.site.vendor.clock.now(),
        )
        if told and self.is_up:
            self.send_again(event)
        else:
            self.untold.append(event)

    @up
    @rule(which=ANY)
    def tell_late(self, which: int) -> None:
        """An event comes late, after newer ones."""
        if self.untold:
            self.send_again(self.untold.pop(which % len(self.untold)))

    @up
    @rule(which=ANY)
    def tell_again(self, which: int) -> None:
        """An event comes twice; the second time nothing is done."""
        if not self.there.sent:
            return
        command = self.there.sent[-1 - which % min(10, len(self.there.sent))]
        known = command.event in self.there.carried_out
        before = self.run(self.there.rows())
        self.send_again(command)
        after = self.run(self.there.rows())
        assert not known or [take.id for take in before.takes] == [take.id for take in after.takes], command

    @up
    @rule(which=ANY, who=PEOPLE, kind=st.sampled_from(VERBS), whole=st.booleans())
    def verb(self, which: int, who: Actor, kind: type[Command], *, whole: bool) -> None:
        take = self.take(which)
        if take is not None:
            self.send(kind, who, subject=take.card if whole else take.id)

    @up
    @rule(which=ANY, button=ANY, who=PEOPLE)
    def press(self, which: int, button: int, who: Actor) -> None:
        """A button of a card, a line or an answer, old ones included."""
        shown = [sent.view.buttons for sent in self.there.site.chat.sent if sent.view.buttons]
        shown += [notice.buttons for notice in self.answers]
        if shown:
            buttons = shown[-1 - which % len(shown)]
            self.press_action(buttons[button % len(buttons)].action, who)

    def press_action(self, action: str, who: Actor) -> None:
        self.events += 1
        if self.is_up:
            now = self.clock.now()
            self.send_again(parse_action(action, actor=who, place=LAUNCH, event=f"event-{self.events}", now=now))

    @up
    @rule(which=ANY, yes=st.booleans())
    def confirm(self, which: int, *, yes: bool) -> None:
        take = self.take(which)
        if take is not None:
            self.send(Confirm, Actor(id=take.person, name=take.person_name), subject=take.card, yes=yes)

    @up
    @rule(which=ANY, yes=st.sampled_from([True, True, False]), by=st.none() | DOLLARS)
    def answer_ask(self, which: int, *, yes: bool, by: int | None) -> None:
        take = self.take(which)
        if take is not None:
            raise_by = None if by is None or not yes else Money.usd(by)
            self.send(AnswerAsk, DANA, subject=take.id, yes=yes, raise_by=raise_by)

    @up
    @rule(which=ANY, verdict=st.sampled_from(["check", "lost", "made"]))
    def judge(self, which: int, verdict: str) -> None:
        take = self.take(which)
        if take is not None and take.question_ver is not None:
            self.send(Judge, DANA, subject=take.id, verdict=verdict, ver=take.question_ver)

    @up
    @rule(which=ANY)
    def go_on(self, which: int) -> None:
        take = self.take(which)
        if take is not None:
            self.send(GoOn, DANA, subject=take.id)

    @up
    @rule(
        scope=st.sampled_from(["channel", "workspace", "person"]),
        amount=st.none() | DOLLARS,
        period=st.none() | st.sampled_from(Period),
    )
    def set_cap(self, scope: str, amount: int | None, period: Period | None) -> None:
        """Raised, lowered, removed; with another period from the next reset."""
        money = None if amount is None else Money.usd(amount)
        self.send(BudgetSet, DANA, scope=scope, amount=money, uncapped=amount is None, period=period)

    @up
    @rule(name=st.sampled_from(["quorum=1", "quorum=2", "grace=0", "grace=60"]))
    def set_up(self, name: str) -> None:
        option, _, value = name.partition("=")
        self.send(Settings, DANA, changes=((option, value),))
