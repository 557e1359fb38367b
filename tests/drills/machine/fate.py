"""What befalls the bot: time, clocks, crashes, a moody provider, a chat that fails."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.core.errors import ChatBusy, ChatError, Gone, KeyRefused, ProviderError, Transient
from bot.core.fakes.script import After
from bot.core.money import Money
from bot.core.ports import Message
from tests.drills.machine.base import ANY, MachineBase
from tests.drills.machine.gate import Life, Strike
from tests.drills.vendor import Behaviour
from tests.jobs.conftest import LAUNCH

HOUR_S = 3600.0
MONTH_S = 30 * 24 * HOUR_S
CALLS = st.integers(0, 60)
open_world = precondition(lambda self: self.world is not None)


class Fate(MachineBase):
    """Everything that nobody in the chat does."""

    @open_world
    @rule(seconds=st.sampled_from([1, 6, 16, 16, 40, 100, 100]))
    def work(self, seconds: int) -> None:
        self.run(self.clock.advance(seconds))

    @open_world
    @rule(minutes=st.sampled_from([2, 16, 70, 26 * 60]))
    def sleep(self, minutes: int) -> None:
        """The machine sleeps, or works on in a way that nobody watches."""
        self.run(self.clock.leap(minutes * 60))

    @open_world
    @rule(seconds=st.sampled_from([HOUR_S, -HOUR_S, MONTH_S, -MONTH_S]))
    def set_the_clock(self, seconds: float) -> None:
        """The wall clock is set wrong, or right again."""
        self.there.skew_s += seconds
        self.there.was_set = True
        self.clock.jump(seconds)

    @precondition(lambda self: self.is_up)
    @rule(life=st.sampled_from([Life.DEAD, Life.FROZEN]), calls=CALLS, before=st.booleans())
    def strike(self, life: Life, calls: int, *, before: bool) -> None:
        """The front process dies or freezes at one of its next calls."""
        assert self.there.front is not None
        self.there.front.gate.strike_at(Strike(life, calls, before))

    @precondition(lambda self: self.is_up)
    @rule(life=st.sampled_from([Life.DEAD, Life.FROZEN]))
    def strike_now(self, life: Life) -> None:
        assert self.there.front is not None
        self.there.front.gate.become(life)

    @precondition(lambda self: self.is_up)
    @rule()
    def stop(self) -> None:
        """Ctrl-C."""
        assert self.there.front is not None
        self.run(self.there.stop(self.there.front))

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
    @rule(behaviours=st.lists(st.sampled_from(Behaviour), min_size=1, max_size=3))
    def treat_orders(self, behaviours: list[Behaviour]) -> None:
        """The next orders are treated so."""
        self.there.site.vendor.behaviours += behaviours

    @open_world
    @rule(readable=st.booleans(), lag_s=st.sampled_from([0.0, 20.0, 50.0, 7200.0]))
    def show_history(self, *, readable: bool, lag_s: float) -> None:
        vendor = self.there.site.vendor
        vendor.history, vendor.history_lag_s = readable, lag_s

    @open_world
    @rule(prompt=st.sampled_from(["a fox", "a dog"]), cents=st.sampled_from([10, 32, 100, 500]))
    def charge(self, prompt: str, cents: int) -> None:
        """Jobs of a prompt cost something else from now on."""
        self.there.site.vendor.charges[prompt] = Money(cents * 10_000)

    @open_world
    @rule(prompt=st.sampled_from(["a fox", "a dog"]), fails=st.booleans(), refunded=st.booleans())
    def fail(self, prompt: str, *, fails: bool, refunded: bool) -> None:
        """Jobs of a prompt fail from now on."""
        failing = self.there.site.vendor.failing
        failing.pop(prompt, None)
        if fails:
            failing[prompt] = refunded

    @open_world
    @rule(
        method=st.sampled_from(["poll", "find_recent", "balance", "download"]),
        error=st.sampled_from(["transient", "key", "gone"]),
        times=st.integers(1, 4),
    )
    def trouble(self, method: str, error: str, times: int) -> None:
        """The next questions go wrong."""
        errors: dict[str, ProviderError] = {
            "transient": Transient("bad gateway", status=502),
            "key": KeyRefused("no such key", status=401),
            "gone": Gone("not found", status=404),
        }
        if (error == "gone" and method not in ("poll", "download")) or (error == "key" and method == "download"):
            return
        self.there.site.vendor.troubles[method] += [errors[error]] * times

    @open_world
    @rule(
        method=st.sampled_from(["show", "say", "post_clip", "reactions", "find_post"]),
        error=st.sampled_from(["fails", "answer lost", "busy"]),
    )
    def trouble_the_chat(self, method: str, error: str) -> None:
        fails = ChatError("the chat does not answer")
        said = {"fails": fails, "answer lost": After(fails), "busy": ChatBusy("slow down", retry_after_s=20)}[error]
        self.there.site.chat.script.add(method, said)

    @open_world
    @rule(closed=st.booleans())
    def close_the_channel(self, *, closed: bool) -> None:
        channels = self.there.site.chat.closed_channels
        channels.pop(LAUNCH.channel, None)
        if closed:
            channels[LAUNCH.channel] = "The channel is closed to us."

    @open_world
    @rule(which=ANY)
    def delete_a_message(self, which: int) -> None:
        """A person deletes a card or a clip."""
        chat = self.there.site.chat
        messages: list[Message] = [sent.message for sent in chat.sent if sent.to is None]
        if messages:
            chat.lose(messages[which % len(messages)])
