"""The story of the product as one acceptance test: real HTTP, real files, four people."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.local import Desk, LocalChat, NoScreen
from bot.cli.demo import INTRODUCTION
from bot.cli.demo_folder import start_afresh
from bot.cli.demo_story import Step, StoryLost, play
from bot.core.commands import Command
from bot.core.fakes import FakeClock, FakeIds, MemoryStore
from bot.core.notices import Notice
from tests.cli.conftest import COMMAND, Dailies, Run, clean, dailies_here

#: What is read in the transcript, in this order; ids stand for those that the run gave.
STORY = """
dana> /dailies budget set 3.40
#launch has $3.40 of $3.40 left
mina> /clip a ceramic mug on {marble|oak|steel|slate}, steam rising, soft morning light --seconds 10
(only you) 4 drafts of 4 s at 480p: $1.28 held. Finals will be 10 s at 720p, $1.50 each.
#launch has $2.12 of $3.40 left
🎬 A7K · 4 drafts for mina · 16:9
“a ceramic mug on {marble|oak|steel|slate}, steam rising, soft morning light”
mina> wait
🎬 A7K · 4 drafts for mina · ready to choose
[Contact sheet of A7K: 1 marble, 2 oak, 3 steel, 4 slate.]  A7K-sheet-
$1.28 spent · $2.12 left
mina> press "Keep this look" A7K
(only you) Finals of A7K start from the draft's frame from now on.
[A new roll]
jo> react 2️⃣ A7K
2 oak: 1 of 2 approvals · final 10 s 720p from the draft's frame, $1.50
jo> react 3️⃣ A7K
3 steel: 1 of 2 approvals
ravi> react 3️⃣ A7K
3 steel: approved by jo and ravi · from the draft's frame · ordering in 3 s
[Undo]
#launch: $2.78 of $3.40 used (4 drafts, 1 final). Everything goes on; from 95 % the owner approves
to @dana: #launch: $2.78 of $3.40 used (4 drafts, 1 final).
mina $2.78 (4, 1)
ravi> press "Undo" A7K-3
A7K-3F is not ordered · $1.50 is back.
ravi> unreact 3️⃣ A7K
ravi> react 2️⃣ A7K
2 oak: approved by jo and ravi · from the draft's frame · ordering in 3 s
ravi> wait
Final A7K-2F is here · $1.50 · $0.62 left   @mina
[Draft A7K-2 (480p, 4 s) beside its final A7K-2F (720p, 10 s).]  A7K-2F-beside-
made from the draft's frame · approved by jo and ravi
› A7K-2F.mp4
A7K · 1 finished · $2.78
jo> /clip a famous cartoon mouse surfing a wave
(only you) 1 draft of 4 s at 480p: $0.32 held.
the prompt names a protected character
mina> /clip the oak mug on a rainy windowsill, slow push-in --count 4
(only you) Not ordered: this needs $1.28, #launch has $0.62 left
[Ask for more]
mina> press "Ask for more" H3R
to @dana: mina asks for $1.28 for 4 drafts in #launch
[Raise by $10]
dana> press "Raise by $10" H3R
#launch was raised to $13.40
🎬 H3R · 4 drafts for mina
🎬 H3R · 4 drafts for mina · ready to choose
dana> /dailies spend report
(only you) #launch: $4.06 spent
mina $4.06
dana> /dailies spend plot
(only you) #launch: $4.06 spent
[#launch: spending by day.
spend-days-
dana> /dailies savings
Drafting saved $4.94.
Everything agrees: the provider billed $4.06, the ledger has $4.06.
A7K-2F-beside-
H3R-sheet-
spend-days-
""".strip().splitlines()  # noqa: RUF001 - the sign of a reply

CLIPS = (
    [f"A7K-{number}.mp4" for number in (1, 2, 3, 4)] + ["A7K-2F.mp4"] + [f"H3R-{number}.mp4" for number in (1, 2, 3, 4)]
)


class Played:
    """A demo that was played to its end."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run = run
        self.folder = folder
        self.transcript = (folder / "transcript.txt").read_text(encoding="utf-8")
        self.report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        slate, _, hero = dict.fromkeys(take["id"].partition("-")[0] for take in self.report["takes"])
        self.ids = {"A7K": slate, "H3R": hero}

    def named(self, text: str) -> str:
        """The text with the ids of this run."""
        return text.replace("A7K", self.ids["A7K"]).replace("H3R", self.ids["H3R"])


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The story, played once for all tests, with a fast provider."""
    folder = tmp_path_factory.mktemp("demo")
    arguments = ("demo", "--folder", str(folder), "--scale", "0.02", "--seed", "7")
    run = dailies_here(*arguments, lines="", folder=folder, environment=clean(folder / "home"))
    assert run.returncode == 0, run.stdout[-3_000:] + run.stderr
    return Played(run, folder)


def test_story(played: Played) -> None:
    """A slate, a vote, a slip undone, a final, a refusal, a cap: each line is followed by what it brings about."""
    place = 0
    for line in map(played.named, STORY):
        found = played.run.stdout.find(line, place)
        assert found >= 0, f"{line!r} is not in:\n{played.run.stdout[place:]}"
        place = found + len(line)


def test_transcript(played: Played) -> None:
    """The transcript on the disk is what was seen; nothing was said on the error stream."""
    assert played.run.stdout.startswith(INTRODUCTION + played.transcript)
    assert played.run.stderr == ""


def test_takes(played: Played) -> None:
    """Every take has ended as the story says, and costs what its state says."""
    takes = played.report["takes"]
    assert Counter((take["stage"], take["state"], take["charged"]) for take in takes) == {
        ("draft", "delivered", "0.32"): 8,
        ("draft", "refused", "0.00"): 1,
        ("final", "cancelled", "0.00"): 1,
        ("final", "delivered", "1.50"): 1,
    }
    assert all(take["held"] == "0.00" for take in takes)


def test_bills(played: Played) -> None:
    """One bill for each clip, none for what was refused or undone; the ledger has the same sum in every scope."""
    bills = [bill["take"] for bill in played.report["bills"]]
    assert sorted(bills) == sorted(Path(played.named(name)).stem for name in CLIPS)
    assert played.report["totals"] == {"billed": "4.06", "charged": "4.06"}
    assert (played.report["agree"], played.report["disagreements"]) == (True, [])
    ledger = played.report["ledger"]
    assert {ledger[scope]["used"] for scope in ("channel:local:launch", "workspace:local")} == {"4.06"}


def test_clips(played: Played) -> None:
    """Nine playable files with speakable names, and pictures of cards and finals beside them."""
    clips = sorted((played.folder / "clips").glob("*.mp4"))
    pictures = {path for path in (played.folder / "clips").iterdir() if path not in clips}
    kinds = {path.suffix: path.name.rpartition("-")[0].rpartition("-")[2] for path in pictures if path.suffix == ".png"}
    assert kinds == {".png": "days"}
    assert {path.name.split("-")[-2] for path in pictures if path.suffix == ".jpg"} == {"beside", "sheet"}
    assert [path.name for path in clips] == sorted(map(played.named, CLIPS))
    assert all(path.read_bytes()[4:8] == b"ftyp" for path in clips)


def test_no_key_and_no_fault_is_seen(played: Played) -> None:
    """Neither the simulator's key nor the way in which it was made to refuse shows anywhere."""
    for text in (played.run.stdout, json.dumps(played.report)):
        assert not re.search(r"practice-key|\[\[|127\.0\.0\.1", text)


def test_interrupted(environment: Mapping[str, str], tmp_path: Path, *, thorough: bool) -> None:
    """Ctrl-C ends it early, says so, and the next one starts afresh in the same folder."""
    command = [*COMMAND, "demo", "--folder", "demo", "--scale", "2"]
    start_afresh(tmp_path / "demo")
    (tmp_path / "demo" / "transcript.txt").write_text("what an earlier one has left")
    for _ in range(1 + thorough):
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
        ) as process:
            assert process.stdout is not None
            while "🎬" not in process.stdout.readline():
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            _, said = process.communicate()
        assert (process.returncode, said) == (130, "Stopped.\n")
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == [".dailies", "clips", "transcript.txt"]
    assert "an earlier one" not in (tmp_path / "demo" / "transcript.txt").read_text(encoding="utf-8")


class Nobody:
    """A manager that is not asked."""

    async def handle(self, command: Command) -> Notice:
        raise AssertionError(command)


async def test_lost_story(tmp_path: Path) -> None:
    """A story whose order does not come to be ends there, and says at which line."""

    async def never() -> None:
        raise AssertionError

    desk = Desk(
        chat=LocalChat(tmp_path / "local"),
        screen=NoScreen(),
        manager=Nobody(),
        store=MemoryStore(FakeClock()),
        clock=FakeClock(),
        ids=FakeIds(),
        models=(),
        until_idle=never,
    )
    steps = (Step(who="mina", line="nonsense", card="A7K"), Step(who="mina", line="wait"))
    with pytest.raises(StoryLost, match="“nonsense” made no card"):
        await play(desk, refuse_next=lambda _: None, story=steps)


WRONG = [
    (("--scale", "0"), "is not a number from 0.0001 to 100"),
    (("--scale", "fast"), "is not a number from 0.0001 to 100"),
    (("--folder", "taken"), "is in the way: no demo made it."),
    (("--folder", "file"), "cannot be written: Not a directory"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_start(dailies: Dailies, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """What it cannot start with is said, and nothing is touched."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "report.json").write_text("mine")
    (tmp_path / "file").write_text("mine")
    run = dailies("demo", *arguments)
    assert run.returncode == 2
    assert said in run.stderr
    assert (tmp_path / "taken" / "report.json").read_text() == "mine"
