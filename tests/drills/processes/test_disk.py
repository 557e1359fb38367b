"""The whole bot on a disk that is full or may not be written, at each step of an order, and after it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.drills.processes import laws
from tests.drills.processes.installation import Installation, Running
from tests.drills.processes.provider import Provider, simulating

SCALE = 0.01
SLOTS = 1
#: Long enough for what takes 300 provider seconds to come, and for a step to be tried then, and to fail.
WHILE_S = 4.0
PRICE_MICROS = 320_000
#: Root, too, may only write what its permissions say: prctl(2), PR_CAPBSET_DROP of what capabilities(7) calls
#: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH and CAP_FOWNER.
PERMISSIONS_COUNT = """
import ctypes
for capability in (1, 2, 3):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
"""
#: No file takes a byte.
DISK_IS_FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
"""

#: Where no provider is: for what does not come so far as to ask one.
NOBODY = Provider(base_url="http://127.0.0.1:9/api/v1", key="k-7", scale=SCALE)
Install = Callable[..., Installation]


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Makes an installation beside a simulator of its own."""
    with ExitStack() as stack:

        def make(*, lagging: bool = False) -> Installation:
            provider: Provider = stack.enter_context(simulating(scale=SCALE, seed=1, lagging=lagging))
            return Installation(home=tmp_path / "home", provider=provider, settings={"DAILIES_SLOTS": str(SLOTS)})

        yield make


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Starts processes, and leaves none behind."""
    with ExitStack() as stack:

        def begin(bot: Installation, verb: str, *, preparing: str = "") -> Running:
            running = bot.start(verb, preparing=preparing)
            stack.callback(running.kill)
            return running

        yield begin


Start = Callable[..., Running]


def ordered(bot: Installation, start: Start, line: str) -> Running:
    """A process whose provider has the job of one order."""
    running: Running = start(bot, "local")
    running.type(line)
    running.wait_until(lambda: len(bot.provider.bills()) == 1)
    return running


def require_all_in_order(bot: Installation) -> None:
    """Every law holds, with everything delivered."""
    assert {take["state"] for take in bot.takes()} == {"delivered"}
    laws.require_one_bill_per_take(bot)
    laws.require_books(bot)
    laws.require_clips(bot)
    laws.require_visible(bot)


@pytest.mark.long
def test_full_when_it_is_ordered(install: Install, start: Start) -> None:
    """The line is refused with a sentence and nothing is held or sent; with space the next one goes on."""
    bot = install()
    running = start(bot, "local")
    running.wait_until(running.is_ready)
    running.may_write(may=False)
    running.type("/clip a fox")
    running.wait_until(lambda: "This line could not be carried out" in running.text())
    assert (bot.takes(), bot.rows("SELECT * FROM ledger"), bot.provider.bills()) == ([], [], [])
    running.may_write(may=True)
    running.type("/clip a hen")
    assert running.ended() == 0
    assert [bill.prompt for bill in bot.provider.bills()] == ["a hen"]
    require_all_in_order(bot)


@pytest.mark.long
def test_full_before_it_is_sent(install: Install, start: Start) -> None:
    """No intent on the disk, no order: what waits is sent when there is space again, by itself."""
    bot = install()
    running = ordered(bot, start, "/clip a fox on {oak|steel} [[latency=300]]")
    running.wait_until(lambda: len(bot.takes("rendering")) == 1)
    running.may_write(may=False)
    time.sleep(WHILE_S)
    assert bot.provider.running() == 0
    assert [take["state"] for take in bot.takes()] == ["rendering", "queued"]
    assert len(bot.provider.bills()) == 1
    running.may_write(may=True)
    assert running.ended() == 0
    assert len(bot.provider.bills()) == 2
    require_all_in_order(bot)


@pytest.mark.long
def test_full_when_the_answer_comes(install: Install, start: Start) -> None:
    """The answer stays in memory until it can be written: no history would show this job."""
    bot = install(lagging=True)
    running = ordered(bot, start, "/clip a fox [[slow=300]]")
    running.may_write(may=False)
    time.sleep(WHILE_S)
    assert [take["state"] for take in bot.takes()] == ["submitting"]
    running.may_write(may=True)
    assert running.ended() == 0
    require_all_in_order(bot)


@pytest.mark.parametrize(
    "lagging",
    [pytest.param(False, id="in the history"), pytest.param(True, id="nowhere", marks=pytest.mark.long)],
)
def test_killed_while_the_answer_cannot_be_written(install: Install, start: Start, *, lagging: bool) -> None:
    """The answer died with the process: evidence brings the clip, else it is unknown, and nothing is bought again."""
    bot = install(lagging=lagging)
    running = ordered(bot, start, "/clip a fox [[slow=300]]")
    running.may_write(may=False)
    time.sleep(WHILE_S)
    running.kill()
    assert start(bot, "run").ended() == 0
    assert len(bot.provider.bills()) == 1
    if not lagging:
        require_all_in_order(bot)
        return
    (take,) = bot.takes()
    assert (take["state"], take["held"], bool(take["question_at"])) == ("unknown", PRICE_MICROS, True)
    laws.require_visible(bot)


@pytest.mark.long
def test_archive_and_channel_that_may_not_be_written(install: Install, start: Start) -> None:
    """A paid clip waits for each in turn, the card says for what, and is there once when both may be written."""
    bot = install()
    archive, clips = bot.home / "archive", bot.home / "local" / "clips"
    for folder in (archive, clips):
        folder.mkdir(parents=True)
    running = start(bot, "local", preparing=PERMISSIONS_COUNT)
    running.type("/clip a fox [[latency=300]]")
    running.wait_until(lambda: len(bot.provider.bills()) == 1)
    for folder in (archive, clips):
        folder.chmod(0o555)
    running.wait_until(lambda: any("may not write there" in take["problem"] for take in bot.takes("fetching")))
    running.wait_until(lambda: "is still being brought here" in running.text())
    archive.chmod(0o755)
    running.wait_until(lambda: bool(bot.takes("delivering")))
    running.wait_until(lambda: bool(bot.rows("SELECT id FROM attempts WHERE kind = 'post' AND outcome = 'closed'")))
    assert list(clips.iterdir()) == []
    clips.chmod(0o755)
    assert running.ended() == 0
    require_all_in_order(bot)


@pytest.mark.parametrize(
    ("verb", "preparing"),
    [
        pytest.param("run", DISK_IS_FULL, id="run-full"),
        pytest.param("local", PERMISSIONS_COUNT, id="local-read-only"),
        pytest.param("run", PERMISSIONS_COUNT, id="run-read-only", marks=pytest.mark.long),
        pytest.param("local", DISK_IS_FULL, id="local-full", marks=pytest.mark.long),
    ],
)
def test_a_home_that_may_not_be_written(tmp_path: Path, start: Start, verb: str, preparing: str) -> None:
    """It does not start: one line that names the home and why, and an exit status of its own."""
    bot = Installation(home=tmp_path / "home", provider=NOBODY)
    bot.home.mkdir(mode=0o555)
    running = start(bot, verb, preparing=preparing)
    assert running.ended() in (1, 2)
    said = running.text()
    assert said.count("\n") == 1, said
    assert str(bot.home) in said
    assert "Traceback" not in said


@pytest.mark.long
def test_full_in_mid_life_and_killed(install: Install, start: Start) -> None:
    """A disk that is full again and again, under a process that is stopped at last, costs nothing but time."""
    bot = install()
    running = start(bot, "local")
    running.type("/clip a fox on {oak|steel|slate} [[latency=20]]")
    running.wait_until(lambda: len(bot.takes()) == 3)
    for _ in range(3):
        time.sleep(0.3)
        running.may_write(may=False)
        time.sleep(0.3)
        running.may_write(may=True)
    running.send(signal.SIGTERM)
    assert running.ended() == 0
    assert start(bot, "run").ended() == 0
    require_all_in_order(bot)
