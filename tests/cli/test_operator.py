"""The operator's verbs on a real home: by themselves, and while a process has the rows."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Dailies, Run, clean, dailies_here

STORY = '/clip a fox in snow\nwait\npress "Finish it"\n'
WHERE = ("--practice",)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a draft and its final were made."""
    folder = tmp_path_factory.mktemp("made")
    words = ("local", "--practice", "--as", "mina")
    environment = clean(folder / "home") | {"DAILIES_GRACE": "0"}
    run = dailies_here(*words, lines=STORY, folder=folder, environment=environment)
    assert run.returncode == 0, run.stderr
    return folder / "home"


@pytest.fixture
def home(made: Path, environment: Mapping[str, str]) -> Path:
    """A copy of it, of this test's own; its practice folder."""
    shutil.copytree(made, environment["DAILIES_HOME"])
    return Path(environment["DAILIES_HOME"]) / "practice"


@contextmanager
def running(environment: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the rows, and waits for lines."""
    with subprocess.Popen(
        [*COMMAND, "local", *WHERE, "--as", "mina"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert "You are mina" in process.stdout.readline()
        yield process
        process.stdin.close()
        process.stdout.read()
    assert process.returncode == 0


def base_of(home: Path) -> str:
    """The id of the draft."""
    return min(path.stem for path in (home / "local" / "clips").glob("*.mp4"))


def said(run: Run) -> str:
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_by_itself(dailies: Dailies, home: Path) -> None:
    """With nothing running each verb opens the rows itself and answers, for a person and for a program."""
    base = base_of(home)
    assert said(dailies("audit", *WHERE, "--files")) == "2 takes: everything agrees.\n"
    assert json.loads(said(dailies("audit", *WHERE, "--json")))["clean"]
    assert "channel:local:launch #launch" in said(dailies("spend", *WHERE))
    assert "$1.07" in said(dailies("spend", *WHERE))
    file = home.parent / "ledger.csv"
    exported = said(dailies("spend", *WHERE, "--export", str(file), "--scope", "channel:local:launch"))
    assert exported.startswith("4 lines of channel:local:launch, 1 ")
    assert exported.endswith(f"are in {file}: $1.07 spent, $0.00 held.\n")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfwhen,date,time,take,")
    picture = home.parent / "chart.png"
    plotted = said(dailies("spend", *WHERE, "--plot", str(picture), "--scope", "channel:local:launch"))
    assert plotted.startswith("#launch: spending by day. ")
    assert plotted.endswith(f"The chart is in {picture}.\n")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert said(dailies("places", *WHERE)).startswith("local (local): may spend · cap $100.00 · $1.07 spent")
    story = said(dailies("show", *WHERE, base))
    assert story.startswith(f"{base} · draft for mina in local:launch · delivered · price $0.32")
    assert "submit" in story
    assert [take["id"] for take in json.loads(said(dailies("show", "--json", *WHERE, f"{base}f")))["takes"]] == [
        f"{base}-F"
    ]


def test_while_it_runs(dailies: Dailies, home: Path, environment: Mapping[str, str], tmp_path: Path) -> None:
    """The process that has the rows answers; what needs them alone is refused, as is all when it cannot be asked."""
    with running(environment, tmp_path) as process:
        audited = dailies("audit", *WHERE)
        assert (audited.returncode, audited.stdout) == (0, "2 takes: everything agrees.\n")
        assert audited.stderr == f"(answered by the running process {process.pid})\n"
        assert "everything agrees" not in dailies("show", *WHERE, "Z9Z").stderr
        backup = dailies("backup", *WHERE, "b.db")
        assert "The rows are copied to" in said(backup)
        assert "archive" in backup.stdout
        again = dailies("backup", *WHERE, "b.db")
        assert (again.returncode, "--force" in again.stderr, again.stderr.count("\n")) == (1, True, 1)
        restored = dailies("restore", *WHERE, "b.db")
        assert (restored.returncode, str(process.pid) in restored.stderr) == (1, True)
        assert (home / "control.sock").stat().st_mode & 0o777 == 0o600
        (home / "control.sock").rename(home / "elsewhere.sock")
        alone = dailies("audit", *WHERE)
        assert (alone.returncode, f"process {process.pid}" in alone.stderr) == (1, True)
        (home / "elsewhere.sock").rename(home / "control.sock")
    assert not (home / "control.sock").exists()
    with sqlite3.connect(tmp_path / "b.db") as connection:
        assert connection.execute("SELECT COUNT(*) FROM takes").fetchone() == (2,)
    connection.close()


def test_findings(dailies: Dailies, home: Path) -> None:
    """What does not agree is told with what to do, and has an exit status of its own."""
    next((home / "archive").rglob("*-F.mp4")).unlink()
    run = dailies("audit", *WHERE)
    assert (run.returncode, run.stderr) == (3, "")
    assert run.stdout.startswith(f"serious clip_missing {base_of(home)}-F: ")
    assert run.stdout.endswith("2 takes: 1 serious, 0 to look at.\n")


def test_a_restore(dailies: Dailies, home: Path) -> None:
    """A restore keeps what was there, frees the names of clips that it does not know, and orders nothing by itself."""
    said(dailies("backup", *WHERE, "b.db"))
    later = dailies("local", *WHERE, "--as", "mina", lines="/clip a later fox\n")
    assert later.returncode == 0
    restored = said(dailies("restore", *WHERE, "b.db"))
    assert "The rows that were there are kept as" in restored
    assert "5 files that these rows do not know were set aside" in restored
    assert "dailies restore --go-on" in restored
    waiting = dailies("local", *WHERE, "--as", "mina", lines="/clip a fox on ice\n/clip status\n")
    assert "restored from a backup" in waiting.stdout
    assert json.loads(said(dailies("audit", *WHERE, "--json")))["takes"] == 3
    refused = dailies("restore", *WHERE, "--go-on")
    assert (refused.returncode, "MUAPI_API_KEY" in refused.stderr) == (1, True)
    assert "Ordering goes on; 1 wait." in said(dailies("restore", *WHERE, "--go-on", "--unread"))
    assert "No restore waits" in said(dailies("restore", *WHERE, "--go-on", "--unread"))
    kept = next(home.glob("dailies.db.before-restore-*"))
    assert json.loads(said(dailies("restore", "--json", *WHERE, str(kept))))["set_aside"] == 0


WRONG = [
    (("restore", "no.db"), 1, "No such file"),
    (("restore",), 2, "name a FILE"),
    (("restore", "b.db", "--unread"), 2, "name a FILE"),
    (("show", "nothing at all"), 1, "There is no take"),
    (("places", "add", "T99"), 1, "There is no workspace T99; known are: local."),
    (("places", "add"), 2, "add and remove take the id"),
    (("places", "list", "x"), 2, "add and remove take the id"),
    (("backup", "no/such/folder/b.db"), 1, "was not written: No such file"),
    (("backup", "."), 1, "is a folder"),
]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("words", "status", "why"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_done(dailies: Dailies, words: tuple[str, ...], status: int, why: str) -> None:
    """What cannot be done is one sentence on the error stream, and an exit status."""
    run = dailies(*words, *WHERE)
    assert (run.returncode, run.stdout) == (status, "")
    assert why in run.stderr
    assert "Traceback" not in run.stderr


def test_a_place_is_added_and_removed(dailies: Dailies, home: Path) -> None:
    """The first place may be told to order nothing, and to go on."""
    del home
    assert said(dailies("places", "remove", "local", *WHERE)) == "local may order nothing, from now on.\n"
    assert "may not spend" in said(dailies("places", *WHERE))
    assert said(dailies("places", "add", "local", *WHERE)) == "local may spend, from now on.\n"
    assert said(dailies("places", "add", "local", *WHERE)) == "local may spend, as before.\n"


def test_where_nothing_is(dailies: Dailies, environment: Mapping[str, str]) -> None:
    """A home without rows is said to have none, and none are made."""
    for verb in ("audit", "spend", "places"):
        run = dailies(verb)
        assert (run.returncode, "There is no database at" in run.stderr) == (1, True)
    assert not Path(environment["DAILIES_HOME"]).exists()


def test_books_that_do_not_agree(dailies: Dailies, home: Path, tmp_path: Path) -> None:
    """A backup whose budgets are not the sum of its ledger is refused, and the rows stay as they are."""
    said(dailies("backup", *WHERE, "b.db"))
    with sqlite3.connect(tmp_path / "b.db") as connection:
        connection.execute("UPDATE budgets SET used = used + 1")
    connection.close()
    run = dailies("restore", *WHERE, "b.db")
    assert (run.returncode, "do not agree" in run.stderr) == (1, True)
    assert sorted(path.name for path in home.glob("dailies.db*")) == ["dailies.db", "dailies.db.lock"]
