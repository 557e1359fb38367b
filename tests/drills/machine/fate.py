"""What befalls the bot: time, clocks, crashes, a moody provider, a chat that fails."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.drills.machine.base import ANY, BEHAVIOURS, MachineBase
from tests.drills.machine.gate import Life, Strike
from tests.drills.machine.moods import MOODS, Mood
from tests.drills.vendor import Behaviour

HOUR_S = 3600.0
MONTH_S = 30 * 24 * HOUR_S
CALLS = st.integers(0, 40)
open_world = precondition(lambda self: self.world is not None)


class Time(MachineBase):
    """Time passes."""

    @open_world
    @rule(seconds=st.sampled_from([1, 6, 16, 16, 40, 100, 100]))
    def work(self, seconds: int) -> None:
        self.run(self.clock.advance(seconds))

    @open_world
    @rule(minutes=st.sampled_from([2, 16, 70, 26 * 60]))
    def sleep(self, minutes: int) -> None:
        """The machine sleeps, or works on in a way that nobody watches."""
        self.run(self.clock.leap(minutes * 60))


class Fate(Time):
    """Everything else that nobody in the chat does."""

    @open_world
    @rule(seconds=st.sampled_from([HOUR_S, -HOUR_S, MONTH_S, -MONTH_S]))
    def set_the_clock(self, seconds: float) -> None:
        """The wall clock is set wrong, or right again."""
        self.there.skew_s += seconds
        self.there.was_set = True
        self.clock.jump(seconds)

    @precondition(lambda self: self.world is not None and self.world.front is not None)
    @rule(life=st.sampled_from(Life), calls=CALLS, before=st.booleans())
    def strike(self, life: Life, calls: int, *, before: bool) -> None:
        """The front process dies or freezes at one of its next calls; or is told to stop."""
        assert self.there.front is not None
        if life is Life.RUNNING:
            self.run(self.there.stop(self.there.front))
        else:
            self.there.front.gate.strike_at(Strike(life, calls, before))

    @precondition(lambda self: self.world is not None and self.world.frozen)
    @rule(which=ANY)
    def thaw(self, which: int) -> None:
        frozen = self.there.frozen
        frozen[which % len(frozen)].gate.become(Life.RUNNING)
        self.run(self.clock.quiet())

    @precondition(lambda self: self.world is not None and self.world.may_start)
    @rule()
    def start(self) -> None:
        self.run(self.there.start())

    @open_world
    @rule(behaviours=BEHAVIOURS)
    def treat_orders(self, behaviours: list[Behaviour]) -> None:
        self.there.site.vendor.treat(behaviours)

    @open_world
    @rule(mood=MOODS)
    def change_mood(self, mood: Mood) -> None:
        """The provider and the chat behave otherwise from now on."""
        mood(self.there.site)
