"""What people do: order, vote, react, press, answer, set."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.core.commands import (
    Actor,
    Again,
    AnswerAsk,
    AskOwner,
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
    Rescue,
    Settings,
    Undo,
)
from bot.core.money import Money
from bot.core.parsing import parse_action
from bot.core.policy import Period
from bot.core.rows import Meaning, Source
from bot.jobs.sweep import INBOUND_MS
from tests.drills.machine.base import ANY, BEHAVIOURS, DOLLARS, MAKERS, PEOPLE
from tests.drills.machine.voting import TOLD, Voting, opened
from tests.drills.vendor import Behaviour
from tests.jobs.conftest import DANA, LAUNCH

PROMPTS = st.sampled_from(["a fox", "a fox", "a dog", "a mug on {oak|steel}"])
EMOJI = st.sampled_from(["✅", "✅", "1️⃣", "2️⃣", "❌", "🔁", "📌"])
VERBS: list[type[Command]] = [Cancel, Cancel, Undo, Hide, Rescue, Keep, Again]
SOURCES = st.sampled_from([Source.BUTTON, Source.VERB])
ANSWERS = st.sampled_from(["confirm", "confirm", "dismiss", "ask", "allow", "allow", "decline", "go on"])
LATE_MS = st.sampled_from([0, 0, 60_000, 3_600_000])


class People(Voting):
    """The events of the chat."""

    @opened
    @rule(prompt=PROMPTS, count=st.sampled_from([1, 1, 2, 3]), who=MAKERS, treated=BEHAVIOURS)
    def order(self, prompt: str, count: int, who: Actor, treated: list[Behaviour]) -> None:
        self.there.site.vendor.treat(treated)
        self.send(Draft, who, prompt=prompt, options=OrderOptions(count=count))

    @opened
    @rule(prompt=PROMPTS, who=MAKERS, treated=BEHAVIOURS)
    def order_a_final(self, prompt: str, who: Actor, treated: list[Behaviour]) -> None:
        self.there.site.vendor.treat(treated)
        notice = self.send(DirectFinal, who, prompt=prompt)
        for button in notice.buttons[:1] if notice else ():
            self.press_action(button.action, who)

    @opened
    @rule(which=ANY, who=PEOPLE, given=st.sampled_from([True, True, False]), source=SOURCES, late=LATE_MS)
    def approve(self, which: int, who: Actor, *, given: bool, source: Source, late: int) -> None:
        self.vote(which, who, Meaning.APPROVE, given=given, source=source, late=late)

    @opened
    @rule(which=ANY, who=PEOPLE, given=st.booleans(), source=SOURCES, late=LATE_MS)
    def reject(self, which: int, who: Actor, *, given: bool, source: Source, late: int) -> None:
        self.vote(which, who, Meaning.REJECT, given=given, source=source, late=late)

    def vote(self, which: int, who: Actor, meaning: Meaning, *, given: bool, source: Source, late: int) -> None:
        take = self.take(which)
        if take is not None:
            at = self.there.site.vendor.clock.now() - late
            self.send(CastVote, who, subject=take.id, meaning=meaning, source=source, given=given, at=at)

    @opened
    @rule(which=ANY, emoji=EMOJI, who=PEOPLE, added=st.sampled_from([True, True, False]), told=TOLD)
    def react(self, which: int, emoji: str, who: Actor, *, added: bool, told: bool) -> None:
        """The platform's state changes at once; its event comes now, later, or never."""
        cards = [sent.message for sent in self.there.site.chat.sent if sent.to is None]
        if not cards:
            return
        self.reaction(cards[which % len(cards)], emoji, who, added=added, told=told)

    @opened
    @rule(which=ANY, told=st.booleans())
    def think_again(self, which: int, *, told: bool) -> None:
        """Somebody takes a reaction back."""
        chat = self.there.site.chat
        there = [(sent.message, each) for sent in chat.sent for each in chat.standing_on(sent.message)]
        if there:
            message, reaction = there[which % len(there)]
            who = Actor(id=reaction.person, name=reaction.name, guest=reaction.guest)
            self.reaction(message, reaction.emoji, who, added=False, told=told)

    @opened
    @rule(which=ANY)
    def tell_late(self, which: int) -> None:
        """An event comes late, after newer ones."""
        if self.untold:
            self.send_again(self.untold.pop(which % len(self.untold)))

    @opened
    @rule(which=ANY)
    def tell_again(self, which: int) -> None:
        """An event comes twice; the second time nothing is done."""
        if not self.there.sent:
            return
        command = self.there.sent[-1 - which % min(10, len(self.there.sent))]
        # Ids are forgotten in the end: a clock that was set on by several months makes every event an old one.
        carried_out_at = self.there.carried_out.get(command.event)
        known = carried_out_at is not None and self.there.site.steady.now() - carried_out_at < INBOUND_MS
        before = self.run(self.there.rows())
        self.send_again(command)
        after = self.run(self.there.rows())
        assert not known or [take.id for take in before.takes] == [take.id for take in after.takes], command

    @opened
    @rule(which=ANY, who=PEOPLE, kind=st.sampled_from(VERBS), whole=st.booleans())
    def verb(self, which: int, who: Actor, kind: type[Command], *, whole: bool) -> None:
        take = self.take(which)
        if take is not None:
            self.send(kind, who, subject=take.card if whole else take.id)

    @opened
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
        now = self.clock.now()
        self.send_again(parse_action(action, actor=who, place=LAUNCH, event=f"event-{self.events}", now=now))

    @opened
    @rule(which=ANY, answer=ANSWERS, by=st.none() | DOLLARS)
    def answer(self, which: int, answer: str, by: int | None) -> None:
        """A person answers a question, whether or not it was asked."""
        take = self.take(which)
        if take is None:
            return
        maker = Actor(id=take.person, name=take.person_name)
        match answer:
            case "confirm" | "dismiss":
                self.send(Confirm, maker, subject=take.card, yes=answer == "confirm")
            case "ask":
                self.send(AskOwner, maker, subject=take.id)
            case "allow" | "decline":
                raise_by = None if by is None or answer == "decline" else Money.usd(by)
                self.send(AnswerAsk, DANA, subject=take.id, yes=answer == "allow", raise_by=raise_by)
            case _:
                self.send(GoOn, DANA, subject=take.id)

    @opened
    @rule(which=ANY, verdict=st.sampled_from(["check", "lost", "made"]))
    def judge(self, which: int, verdict: str) -> None:
        """The owner answers about an unknown, or about an older incident."""
        asked = [take for take in self.takes() if take.question_ver is not None]
        if asked:
            take = asked[which % len(asked)]
            self.send(Judge, DANA, subject=take.id, verdict=verdict, ver=take.question_ver)

    @opened
    @rule(
        scope=st.sampled_from(["channel", "workspace", "person"]),
        amount=st.none() | DOLLARS,
        period=st.none() | st.sampled_from(Period),
    )
    def set_cap(self, scope: str, amount: int | None, period: Period | None) -> None:
        """Raised, lowered, removed; with another period from the next reset."""
        money = None if amount is None else Money.usd(amount)
        self.send(BudgetSet, DANA, scope=scope, amount=money, uncapped=amount is None, period=period)

    @opened
    @rule(name=st.sampled_from(["quorum=1", "quorum=2", "grace=0", "grace=60"]))
    def set_up(self, name: str) -> None:
        option, _, value = name.partition("=")
        self.send(Settings, DANA, changes=((option, value),))
