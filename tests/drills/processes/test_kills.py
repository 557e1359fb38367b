"""The console script, killed and frozen at random moments beside a provider of its own, then left to finish."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.drills.processes import laws
from tests.drills.processes.installation import Installation, Running
from tests.drills.processes.laws import Watch
from tests.drills.processes.provider import simulating
from tests.drills.processes.story import Story

#: Decides every story and every moment; a failure names it, and the same number repeats them.
SEED = int(os.environ.get("DRILL_SEED", "1"))
SHORT, LONG = 1, 200
SHORT_BLOWS, CHECKED_BLOWS, LONG_BLOWS = 2, 3, 10
SCALE = 0.01
#: A process lives so long before its blow, and is frozen so long; seconds.
LIFE_S = (0.05, 3.0)
SHORT_LIFE_S = (0.05, 1.2)
FROZEN_S = (0.05, 3.0)
SHORT_FROZEN_S = (0.05, 0.6)
#: Longer than an order may be begun after its intent, in the drill only.
LONG_FROZEN_S = 6.5
TYPE_EVERY_S = 0.08
LOOK_EVERY = 4
#: So many blows fall while a process starts.
IN_ITS_START = 0.15
#: So many freeze it, and so many find its disk full, before they kill it; of the freezes so many are long.
FREEZES, FILLS, LONG_FREEZES = 0.4, 0.2, 0.1
#: And so many hit ``dailies run``, where there is anything to work off.
WORKS_OFF = 0.4


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """As many installations as there is time for."""
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", range(LONG if metafunc.config.getoption("--drill") else SHORT))


@dataclass
class Trial:
    """One installation's blows; what happened, for whoever has to repeat it."""

    bot: Installation
    chance: random.Random
    watch: Watch
    story: Story
    blow: int = 0
    log: list[str] = field(default_factory=list)

    def strike(self, *, life_s: float, frozen_s: float | None, full_s: float | None) -> None:
        """Start, type, at a moment freeze for a while or find the disk full for a while, and kill."""
        works_off = self.chance.random() < WORKS_OFF and self.bot.takes(*laws.MOVING)
        running = self.bot.start("run" if works_off else "local")
        self.blow += 1
        self.log.append(f"blow {self.blow}: {running.verb} for {life_s:.3f} s, frozen {frozen_s}, full {full_s}")
        try:
            self._live(running, life_s)
            if full_s is not None and running.process.poll() is None:
                running.may_write(may=False)
                self._live(running, full_s)
                if running.process.poll() is None:
                    running.may_write(may=True)
            if frozen_s is not None:
                running.send(signal.SIGSTOP)
                time.sleep(frozen_s)
                running.send(signal.SIGCONT)
                self._live(running, life_s / 2)
        finally:
            running.kill()
        self.watch.look()

    def finish(self) -> None:
        """One more start, and it comes to its end by itself; an owner lets each overrun pass."""
        self._work_off("run")
        while laws.is_stopped(self.bot):
            self._work_off("local", 'press "Go on"')
        assert laws.is_settled(self.bot, slots=self.watch.slots), self.bot.takes(*laws.MOVING, "unknown")

    def _work_off(self, verb: str, *lines: str) -> None:
        """Until it ends; where all places are held by what is not known, it is stopped."""
        running = self.bot.start(verb)
        try:
            for line in lines:
                running.type(line)
            running.hang_up()
            if running.wait_until(self._is_blocked):
                running.send(signal.SIGTERM)
            assert running.ended() == 0, running.text()
        finally:
            running.kill()
        self.watch.look()

    def _is_blocked(self) -> bool:
        slots = self.watch.slots
        return laws.are_places_held(self.bot, slots=slots) and laws.is_settled(self.bot, slots=slots)

    def _live(self, running: Running, life_s: float) -> None:
        """Type and look for so long; most of it counts from when it has started."""
        if self.chance.random() > IN_ITS_START:
            running.wait_until(running.is_ready)
        end, looks = time.monotonic() + life_s, 0
        while time.monotonic() < end and running.process.poll() is None:
            if running.verb == "local":
                running.type(self.story.line())
            looks += 1
            if looks % LOOK_EVERY == 0:
                self.watch.look()
            time.sleep(max(0.0, min(TYPE_EVERY_S, end - time.monotonic())))


@contextmanager
def repeatable(trial: Trial, number: int) -> Iterator[None]:
    """What fails says how it is repeated."""
    try:
        yield
    except BaseException as error:
        told = "\n".join([f"DRILL_SEED={SEED}, installation {number}, in {trial.bot.home}", *trial.log])
        error.add_note(told)
        raise


def blow_of(chance: random.Random, *, drill: bool) -> dict[str, Any]:
    """How long it lives before its end, and what befalls it meanwhile; seconds."""
    life_s = chance.uniform(*(LIFE_S if drill else SHORT_LIFE_S))
    kind, frozen_s = chance.random(), chance.uniform(*(FROZEN_S if drill else SHORT_FROZEN_S))
    if drill and chance.random() < LONG_FREEZES:
        frozen_s = LONG_FROZEN_S
    freezes, fills = kind < FREEZES, FREEZES <= kind < FREEZES + FILLS
    return {"life_s": life_s, "frozen_s": frozen_s if freezes else None, "full_s": life_s / 2 if fills else None}


def test_killed_and_frozen(number: int, tmp_path: Path, *, drill: bool, thorough: bool) -> None:
    """One bill per take, books equal to the bills, every paid clip there; slots and caps at every moment."""
    chance = random.Random(f"{SEED}:{number}")
    slots = chance.choice((3, 5, 8, 10))
    settings = {
        "DAILIES_SLOTS": str(slots),
        "DAILIES_GRACE": chance.choice(("0", "0", "1")),
        "DAILIES_CHANNEL_CAP": chance.choice(("6", "25", "100")),
        "DAILIES_WORKSPACE_CAP": "200",
        "MUAPI_RESEND_5XX": chance.choice(("careful", "careful", "guide", "never")),
    }
    with simulating(scale=SCALE, seed=number) as provider:
        bot = Installation(home=tmp_path / "home", provider=provider, settings=settings)
        story = Story(chance=chance, installation=bot, overcharges=chance.random() < 0.25)
        trial = Trial(bot=bot, chance=chance, watch=Watch(bot, slots), story=story)
        with repeatable(trial, number):
            for _ in range(LONG_BLOWS if drill else CHECKED_BLOWS if thorough else SHORT_BLOWS):
                trial.strike(**blow_of(chance, drill=drill))
            trial.finish()
            laws.require_one_bill_per_take(bot)
            laws.require_books(bot)
            laws.require_clips(bot)
            laws.require_visible(bot)
    shutil.rmtree(bot.home)
