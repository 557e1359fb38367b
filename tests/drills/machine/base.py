"""What every rule of the machine works with: the world, and the drawing of people, takes and messages."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from bot.core.commands import Actor, Command, Draft, OrderOptions
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.policy import CapPolicy, ChannelPolicy
from bot.core.rows import Take
from bot.jobs.kit import Rules
from tests.drills.machine.clock import DrillClock, DrillLoop
from tests.drills.machine.ends import require_good_end, require_slots
from tests.drills.machine.laws import require_books
from tests.drills.machine.site import open_site
from tests.drills.machine.world import Complaints, World
from tests.drills.vendor import Behaviour
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, RAVI

T = TypeVar("T")
PEOPLE = st.sampled_from([MINA, JO, RAVI, DANA, GUEST])
MAKERS = st.sampled_from([MINA, JO])
#: Any of a list that is only known later.
ANY = st.integers(0, 1000)
DOLLARS = st.sampled_from([1, 2, 3, 5, 8, 13, 50])
#: How the next orders are treated; as usual where nothing is said.
BEHAVIOURS = st.lists(st.sampled_from(Behaviour), max_size=3)
ANSWERS_KEPT = 10


class MachineBase(RuleBasedStateMachine):
    """An installation, from the first process to the end of the drill."""

    #: An empty database to copy; in memory without one.
    database: ClassVar[Path | None] = None
    #: Whether the chat shows a slate's clips in one message.
    clips_together: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.clock = DrillClock()
        self.loop = DrillLoop(self.clock)
        self.complaints = Complaints()
        logging.getLogger("bot").addHandler(self.complaints)
        self.world: World | None = None
        self.answers: list[Notice] = []
        self.events = 0

    @initialize(
        alone=st.booleans(),
        slots=st.integers(1, 3),
        quorum=st.sampled_from([1, 1, 2]),
        resend=st.sampled_from(["careful", "careful", "never", "guide"]),
        cap=DOLLARS,
        whole=DOLLARS,
        ready=st.booleans(),
    )
    def open(self, *, alone: bool, slots: int, quorum: int, resend: str, cap: int, whole: int, ready: bool) -> None:
        policy = ChannelPolicy(cap=CapPolicy(amount=Money.usd(cap)), quorum=quorum)
        rules = Rules(
            owners=("dana",),
            resend_5xx=resend,
            slots=slots,
            channel_policy=policy,
            workspace_cap=CapPolicy(amount=Money.usd(whole)),
        )

        async def begin() -> World:
            site = await open_site(self.folder, self.clock, self.database)
            site.chat.clips_together = self.clips_together
            world = World(site=site, rules=rules, alone=alone)
            await world.start()
            return world

        self.world = self.run(begin())
        self.send(Draft, MINA, prompt="a fox", options=OrderOptions(count=2))
        if ready:
            self.run(self.clock.advance(100))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @property
    def there(self) -> World:
        """The world, once it is open."""
        assert self.world is not None
        return self.world

    def send(self, kind: type[Command], actor: Actor, **facts: Any) -> Notice | None:
        """An event reaches the bot."""
        self.events += 1
        return self.send_again(kind(actor=actor, place=LAUNCH, event=f"event-{self.events}", **facts))

    def send_again(self, command: Command) -> Notice | None:
        self.run(self.there.bring_up())
        notice = self.run(self.there.deliver(command))
        if notice is not None and notice.buttons:
            self.answers = [*self.answers, notice][-ANSWERS_KEPT:]
        return notice

    def take(self, which: int) -> Take | None:
        """One of the takes, oldest first."""
        takes = self.takes()
        return takes[which % len(takes)] if takes else None

    def takes(self) -> list[Take]:
        """Every take, oldest first."""
        return self.run(self.there.rows()).takes

    @invariant()
    def laws_hold(self) -> None:
        """After every rule."""
        if self.world is None:
            return
        assert not self.there.site.laws.breaches
        assert not self.complaints.said
        require_books(self.run(self.there.rows()))
        self.run(self.there.read(lambda tx: require_slots(self.there, tx)))
        for process in self.there.processes:
            if process.task.done() and not process.stop.is_set():
                assert process.task.exception() is None
                assert False, "a process has ended"  # noqa: B011, PT015

    def teardown(self) -> None:
        try:
            if self.world is not None and not self.there.site.laws.breaches:
                self.run(self.there.settle())
                self.laws_hold()
                self.last_takes = self.run(self.there.rows()).takes
                self.run(require_good_end(self.there))
        finally:
            if self.world is not None:
                self.run(self.there.close())
            logging.getLogger("bot").removeHandler(self.complaints)
            self.run(self.loop.shutdown_default_executor())
            self.loop.close()
            shutil.rmtree(self.folder, ignore_errors=True)
