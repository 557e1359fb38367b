"""The console script asked to stop at random moments, and started twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.drills.processes import laws
from tests.drills.processes.installation import Installation, Running
from tests.drills.processes.laws import Watch
from tests.drills.processes.provider import simulating
from tests.drills.processes.story import Story

#: Decides every story and every moment; a failure names it, and the same number repeats them.
SEED = int(os.environ.get("DRILL_SEED", "1"))
SHORT, LONG = 1, 20
SHORT_STOPS, LONG_STOPS = 2, 12
SLOTS = 10
LIFE_S = (0.0, 2.0)
SHORT_LIFE_S = (0.0, 1.0)
TYPE_EVERY_S = 0.08
SETTINGS = {"DAILIES_SLOTS": str(SLOTS)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """As many installations as there is time for."""
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", range(LONG if metafunc.config.getoption("--drill") else SHORT))


@contextmanager
def killed_at_last(running: Running) -> Iterator[Running]:
    """No process outlives its test."""
    try:
        yield running
    finally:
        running.kill()


def stop(bot: Installation, story: Story, chance: random.Random, life_s: tuple[float, float]) -> None:
    """Start, type, and at a moment ask it to stop: it does, by itself, with what is under way in the rows."""
    asked = chance.choice((signal.SIGTERM, signal.SIGINT))
    verb = "run" if bot.takes(*laws.MOVING) and chance.random() < 0.4 else "local"
    with killed_at_last(bot.start(verb)) as running:
        running.wait_until(running.is_ready)
        end = time.monotonic() + chance.uniform(*life_s)
        while time.monotonic() < end and running.process.poll() is None:
            if verb == "local":
                running.type(story.line())
            time.sleep(TYPE_EVERY_S)
        if running.process.poll() is None:
            running.send(asked)
        assert running.ended() == 0, running.text()
        assert "Traceback" not in running.text()
    under_way = "SELECT take FROM attempts WHERE kind = 'submit' AND outcome = 'sending'"
    assert bot.rows(under_way) == []
    assert not list((bot.home / "answers").glob("*.json"))


@pytest.mark.long
def test_asked_to_stop(number: int, tmp_path: Path, *, drill: bool) -> None:
    """Every answer under way is waited for, the exit status is 0, the rows are free, and the rest goes on later."""
    chance = random.Random(f"stop {SEED}:{number}")
    with simulating(scale=0.01, seed=number) as provider:
        bot = Installation(home=tmp_path / "home", provider=provider, settings=SETTINGS)
        story, watch = Story(chance=chance, installation=bot), Watch(bot, SLOTS)
        for _ in range(LONG_STOPS if drill else SHORT_STOPS):
            stop(bot, story, chance, LIFE_S if drill else SHORT_LIFE_S)
            watch.look()
        with killed_at_last(bot.start("run")) as running:
            assert running.ended() == 0, running.text()
        laws.require_one_bill_per_take(bot)
        laws.require_books(bot)
        laws.require_clips(bot)
        laws.require_visible(bot)


@pytest.mark.long
def test_a_second_start_beside_a_frozen_one(tmp_path: Path) -> None:
    """A frozen process still has the rows: another is told so and changes nothing, and the first one goes on."""
    with simulating(scale=0.01, seed=1) as provider:
        bot = Installation(home=tmp_path / "home", provider=provider, settings=SETTINGS)
        with killed_at_last(bot.start("local")) as first:
            first.type("/clip a mug on {oak|steel} [[slow=100]]")
            first.wait_until(lambda: len(provider.bills()) == 2)
            first.send(signal.SIGSTOP)
            before = bot.rows("SELECT id, state, ver FROM takes")
            for verb in ("run", "local"):
                with killed_at_last(bot.start(verb)) as second:
                    assert second.ended() == 1
                    said = second.text()
                assert f"Another Dailies (process {first.process.pid}) is using this database" in said
                assert said.count("\n") == 1
            assert bot.rows("SELECT id, state, ver FROM takes") == before
            first.send(signal.SIGCONT)
            assert first.ended() == 0
        assert {take["state"] for take in bot.takes()} == {"delivered"}
        laws.require_one_bill_per_take(bot)
        laws.require_books(bot)
        laws.require_clips(bot)
