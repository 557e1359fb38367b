"""A real process on a real file, killed in mid-slate and started again, against a provider in another process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[3]
SCALE = "0.02"
#: A draft of 4 s at 480p.
PRICE_MICROS = 320_000
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Provider:
    """The simulator, and what it has counted."""

    base_url: str
    key: str

    def books(self) -> dict[str, Any]:
        root = self.base_url.partition("/api/")[0]
        read: dict[str, Any] = httpx.get(f"{root}/control/bills", trust_env=False, verify=False).json()
        return read

    def bills(self, prompt: str) -> list[dict[str, Any]]:
        """The bills of a slate whose prompts begin so."""
        return [bill for bill in self.books()["bills"] if str(bill["payload"]["prompt"]).startswith(prompt)]

    def downloads(self) -> int:
        return int(self.books()["report"]["downloads"])


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    words = ("simulate", "--port", "0", "--key", "k-7", "--scale", SCALE, "--seed", "7", "--balance", "100")
    with subprocess.Popen([sys.executable, "-m", "bot", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"at (\S+) with key (\S+)", server.stdout.readline())
        assert found is not None
        yield Provider(base_url=found[1], key=found[2])
        server.terminate()


@dataclass(frozen=True)
class Bot:
    """One installation; each start is a process."""

    home: Path
    provider: Provider
    prompt: str

    def start(self) -> subprocess.Popen[str]:
        """A process that has the slate in its rows."""
        process = self.begin()
        assert process.stdout is not None
        assert process.stdout.readline() == "ordered\n"
        return process

    def begin(self) -> subprocess.Popen[str]:
        """A process that may come so far."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("DAILIES_", "MUAPI_"))}
        settings = {
            "DAILIES_HOME": str(self.home),
            "DAILIES_PROVIDER_SCALE": SCALE,
            "MUAPI_BASE_URL": self.provider.base_url,
            "MUAPI_API_KEY": self.provider.key,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "tests.drills.processes.slate_process", self.prompt],
            cwd=ROOT,
            env=environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def killed_when(self, moment: Callable[[], bool]) -> None:
        """Start, wait for the moment, kill."""
        with self.start() as process:
            end = time.monotonic() + PATIENCE_S
            while process.poll() is None and not moment():
                assert time.monotonic() < end
                time.sleep(0.01)
            process.kill()

    def finished(self) -> dict[str, Any]:
        """Start, and let it work until nothing moves; what the rows say then."""
        with self.start() as process:
            out, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        said: dict[str, Any] = json.loads(out)
        return said


def require_honest(bot: Bot, said: dict[str, Any]) -> None:
    """One bill per take that was made, none for another; ledger, budgets and bills agree to the cent."""
    states = [state for state, _, _ in said["takes"].values()]
    jobs = [job for _, _, job in said["takes"].values() if job]
    bills = bot.provider.bills(bot.prompt.partition("{")[0])
    assert sorted(jobs) == sorted(bill["job"] for bill in bills)
    assert len({bill["payload"]["prompt"] for bill in bills}) == len(bills)
    assert states.count("delivered") == len(bills) == said["posted"]
    assert states.count("unknown") == len(states) - len(bills)
    held = (len(states) - len(bills)) * PRICE_MICROS
    for scope, used in said["used"].items():
        assert used == said["ledger"][scope] == len(bills) * PRICE_MICROS + held
        assert said["held"][scope] == held
    clips = list((bot.home / "local" / "clips").glob("*.mp4"))
    assert len(clips) == len(bills)


@pytest.fixture
def make_bot(tmp_path: Path, provider: Provider) -> Callable[[str], Bot]:
    return lambda prompt: Bot(home=tmp_path / "home", provider=provider, prompt=prompt)


@dataclass(frozen=True)
class End:
    """A slate, and when the processes that work on it are killed."""

    prompt: str
    takes: int
    #: What its takes may be in the end: an order that was under way may be one that nobody can find.
    states: frozenset[str]
    #: By what the provider has counted: its bills for the slate, its downloads since the beginning.
    moments: tuple[Callable[[int, int], bool], ...]

    def __str__(self) -> str:
        """The prompt, by which pytest knows it."""
        return self.prompt


DELIVERED = frozenset({"delivered"})
MAYBE = DELIVERED | {"unknown"}
#: Every job is made and no answer has come: the history shows them, and nothing is sent again.
IN_MID_ORDER = End("a slow mug on {marble|oak|steel|slate} [[slow=300]]", 4, DELIVERED, (lambda bills, _: bills == 4,))
#: As soon as the slate is accepted; the event that comes again orders nothing twice.
AT_ONCE = End("an early mug on {marble|oak}", 2, MAYBE, (lambda *_: True,))
#: When the first bill is there, when three are, and when the first clip is being fetched.
AGAIN_AND_AGAIN = End(
    "a tough mug on {marble|oak|steel|slate}",
    4,
    MAYBE,
    (lambda bills, _: bills >= 1, lambda bills, _: bills >= 3, lambda _, downloads: downloads > 0),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The moments at random are the kills' own; beside them there is time for one that is chosen."""
    if "end" in metafunc.fixturenames:
        drill = metafunc.config.getoption("--drill")
        metafunc.parametrize("end", [IN_MID_ORDER, AT_ONCE, AGAIN_AND_AGAIN] if drill else [IN_MID_ORDER], ids=str)


@pytest.mark.long
def test_a_process_killed_at_a_moment_finishes_the_slate(make_bot: Callable[[str], Bot], end: End) -> None:
    """Whatever was under way: every job is found or ordered, once, and the books are equal to the bills."""
    bot = make_bot(end.prompt)
    before = bot.provider.downloads()
    for moment in end.moments:
        bot.killed_when(
            lambda moment=moment: moment(  # type: ignore[misc]
                len(bot.provider.bills(end.prompt.partition("{")[0])), bot.provider.downloads() - before
            )
        )
    said = bot.finished()
    require_honest(bot, said)
    assert {state for state, _, _ in said["takes"].values()} <= end.states
    assert len(said["takes"]) == end.takes
