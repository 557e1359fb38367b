"""The project itself: what is locked, what make does, who imports whom, and what must not be in the tree."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import table_markdown

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
PACKAGES = ("bot", "adapters", "storage")

#: Put together here, so that this file does not hold what it looks for.
REGISTRIES = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "anaconda" + ".org"]
HOMES = ["home", "Users", "root", "work", "tmp"]
FORBIDDEN = re.compile("|".join([*map(re.escape, REGISTRIES), rf"(?<![\w./-])/(?:{'|'.join(HOMES)})/\w"]))


def run(*command: str, at: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, not as a part of the make that may have started the tests."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(command, cwd=at, env=environ, capture_output=True, text=True, check=False)


def locked() -> dict[str, str]:
    """Each locked package with its version."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", LOCK, re.MULTILINE))


def files_of_the_project() -> list[Path]:
    """What is tracked or about to be: nothing that is ignored."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_lock_is_exact() -> None:
    """Everything in the lock has one version and its hashes, and no address to get it from."""
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(entries) > 30
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9.-]+==\S+( ; [^\n]+)? \\\n( +--hash=sha256:[0-9a-f]{64}( \\)?\n?)+", entry)
    assert "://" not in LOCK


@pytest.mark.parametrize(
    "wanted",
    sorted(
        {
            *PROJECT["project"]["dependencies"],
            *(each for extra in PROJECT["project"]["optional-dependencies"].values() for each in extra),
            *PROJECT["dependency-groups"]["dev"],
            *PROJECT["build-system"]["requires"],
        }
    ),
)
def test_lock_is_complete(wanted: str) -> None:
    """Every dependency stands in the lock, in a version that the project accepts."""
    requirement = Requirement(wanted)
    assert requirement.specifier.contains(locked()[canonicalize_name(requirement.name)])


def test_make_explains_itself() -> None:
    """Plain make names every target, and says what each does."""
    lines = run("make").stdout.splitlines()
    assert [line.split()[1] for line in lines] == ["help", "demo", "test", "check", "drill", "bench", "lock", "clean"]
    assert all(len(line.split()) > 3 for line in lines)


def test_make_check_checks_all() -> None:
    """The target check runs every check, the tests of make test, and both thresholds of coverage."""
    planned = run("make", "--dry-run", "check").stdout
    steps = ["ruff format --check", "ruff check", "mypy", "lint-imports", "-m pytest", "=100", "=90"]
    assert [planned.index(step) for step in steps] == sorted(planned.index(step) for step in steps)
    assert [line.split()[-1] for line in planned.splitlines() if "-m pytest" in line] == [
        "--ignore=tests/drills",
        "tests/drills",
    ]


def test_make_builds_its_own_environment() -> None:
    """Each target that needs the environment builds it first, from the lock, with hashes."""
    for target in ("demo", "test", "check", "drill", "bench"):
        planned = run("make", "--dry-run", "--assume-new=requirements.lock", target).stdout
        assert "--no-deps --require-hashes --requirement requirements.lock" in planned
        assert "--no-deps --no-build-isolation --editable ." in planned


def test_make_without_python(tmp_path: Path) -> None:
    """Without a Python that is new enough make says so in one line, and stops."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    for python in ("python3.11", "python3", "python"):
        (tmp_path / python).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / python).chmod(0o755)

    ended = run("env", f"PATH={tmp_path}:{os.environ['PATH']}", "make", "demo", at=tmp_path)

    assert ended.returncode != 0
    assert ended.stderr.splitlines()[0].startswith("Dailies needs Python 3.11 or newer")
    assert ended.stdout == ""


def test_ci_runs_check() -> None:
    """What CI runs is make check, through the one script that anybody can run."""
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1].endswith(" make check")
    assert "- run: .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()


def test_import_rules() -> None:
    """The layout's import rules hold."""
    ended = lint_imports(ROOT)
    assert ended.returncode == 0, ended.stdout


def test_import_rules_bite(tmp_path: Path) -> None:
    """Each kind of forbidden import breaks the rule that forbids it."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for place, wrong in {
        "bot/core/wrong.py": "import httpx",
        "bot/core/money.py": "import bot.core.policy",
        "bot/jobs/wrong.py": "import storage",
        "bot/settings/wrong.py": "import bot.jobs",
        "bot/newcomer.py": "",
        "bot/operations/wrong.py": "import storage",
        "adapters/archive/wrong.py": "import adapters.muapi",
        "adapters/http/wrong.py": "import storage",
        "adapters/local/wrong.py": "import bot.media",
        "storage/wrong.py": "import bot.media",
    }.items():
        (tmp_path / place).write_text(wrong)

    ended = lint_imports(tmp_path)

    assert ended.returncode == 1
    rules = PROJECT["tool"]["importlinter"]["contracts"]
    assert f"Contracts: 0 kept, {len(rules)} broken." in ended.stdout, ended.stdout


def lint_imports(at: Path) -> subprocess.CompletedProcess[str]:
    return run(str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache", at=at)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "bot" / "core").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_core_is_standard_library_only(path: Path) -> None:
    """A module of the core imports the standard library and the core, nothing else."""
    tree = ast.parse(path.read_text())
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    foreign = [name for name in imported if name.split(".")[0] not in sys.stdlib_module_names]
    assert [name for name in foreign if not f"{name}.".startswith("bot.core.")] == []


def test_nothing_of_another_machine() -> None:
    """No file names a package registry's host or a path of the machine that it was written on."""
    found = []
    for path in files_of_the_project():
        content = path.read_bytes()
        if b"\0" not in content:
            lines = enumerate(content.decode(errors="replace").splitlines(), start=1)
            found += [f"{path.relative_to(ROOT)}:{number}: {line}" for number, line in lines if FORBIDDEN.search(line)]
    assert found == []


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        ("see https://" + "py" + "pi.org/p/av", True),
        ("in /" + "home/me/x", True),
        ("`/" + "tmp/x`", True),
        ("https://host/" + "home/me and ./" + "tmp/x", False),
        ("/data/rows.db", False),
    ],
)
def test_what_is_of_another_machine(line: str, bad: bool) -> None:  # noqa: FBT001  # a table's column
    """The search finds registries and machine paths, and leaves addresses and relative paths alone."""
    assert bool(FORBIDDEN.search(line)) is bad


def test_the_readme_has_every_setting() -> None:
    """Its table of settings is the one that the settings themselves give."""
    assert table_markdown() in (ROOT / "README.md").read_text()


def test_the_readme_shows_what_the_demo_shows() -> None:
    """No placeholder is left where the transcript belongs."""
    readme = (ROOT / "README.md").read_text()
    assert "TRANSCRIPT" not in readme
    assert "ready to choose" in readme
