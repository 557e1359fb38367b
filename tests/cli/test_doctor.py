"""The doctor and the price check, against the simulated provider."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.muapi.catalogue import load_catalogue
from bot.cli import doctor_checks
from bot.cli.backup import pg_dump
from bot.cli.doctor_checks import Check, Grade
from tests.cli.conftest import COMMAND, Dailies, Run

BUILT_IN = Path(load_catalogue.__code__.co_filename).with_name("catalogue.toml")


@pytest.fixture(scope="module")
def provider() -> Iterator[dict[str, str]]:
    """The settings of a provider that runs."""
    words = ("simulate", "--port", "0", "--key", "k-7", "--balance", "5")
    with subprocess.Popen([*COMMAND, *words], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        found = re.search(r"at (\S+) with key (\S+)", run.stdout.readline())
        assert found is not None
        yield {"MUAPI_BASE_URL": found[1], "MUAPI_API_KEY": found[2]}
        run.terminate()


def grades(run: Run) -> dict[str, str]:
    """The worst grade of each check, from the JSON."""
    checks = json.loads(run.stdout)["checks"]
    assert all(check["says"] and (check["remedy"] or check["grade"] == "ok") for check in checks)
    return {check["name"]: check["grade"] for check in checks}


def test_all_is_well(dailies: Dailies, provider: dict[str, str], tmp_path: Path) -> None:
    """With rows, a key that works and fresh prices nothing is to be mended."""
    fresh = tmp_path / "models.toml"
    fresh.write_text(re.sub(r"(?m)^priced_on = .*$", "priced_on = 2999-01-01", BUILT_IN.read_text()))
    settings = provider | {"DAILIES_CATALOGUE": str(fresh)}
    assert dailies("run", **settings).returncode == 0
    run = dailies("doctor", "--json", **settings)
    assert set(grades(run).values()) == {"ok"}
    assert run.returncode == 0
    text = dailies("doctor", **settings)
    assert "the wallet holds $5.00" in text.stdout
    assert "k-7" not in text.stdout + text.stderr


def test_before_the_first_start(dailies: Dailies, provider: dict[str, str]) -> None:
    """Without a home there is nothing wrong yet; old prices are a warning."""
    run = dailies("doctor", "--json", **provider)
    assert run.returncode == 3
    found = grades(run)
    assert (found["home"], found["database"], found["catalogue"], found["provider"]) == (
        "warning", "warning", "warning", "ok",
    )  # fmt: skip


def test_a_key_that_is_refused(dailies: Dailies, provider: dict[str, str]) -> None:
    """A key that the provider does not take is broken, and not repeated."""
    run = dailies("doctor", **(provider | {"MUAPI_API_KEY": "k-secret"}))
    assert run.returncode == 4
    assert "does not take the key" in run.stdout
    assert "k-secret" not in run.stdout + run.stderr


def test_a_provider_that_is_not_there(dailies: Dailies) -> None:
    """An address where nobody is, and no key at all, are broken, each with its remedy."""
    run = dailies("doctor", MUAPI_BASE_URL="http://127.0.0.1:9/api/v1", MUAPI_API_KEY="k")
    assert (run.returncode, "Look at MUAPI_BASE_URL" in run.stdout) == (4, True)
    run = dailies("doctor")
    assert (run.returncode, "MUAPI_API_KEY is not set" in run.stdout) == (4, True)
    assert grades(dailies("doctor", "--practice", "--json"))["provider"] == "ok"


def test_wrong_settings(dailies: Dailies) -> None:
    """Each wrong setting is one broken line."""
    run = dailies("doctor", DAILIES_SLOTS="11", DAILIES_COLOUR="red")
    assert run.returncode == 4
    assert run.stdout.count("broken  settings: ") == 2


def test_what_else_is_broken(dailies: Dailies, provider: dict[str, str], tmp_path: Path) -> None:
    """A damaged database, an open home, a file in the archive's place and an empty catalogue are named at once."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "dailies.db").write_bytes(b"SQLite format 3\0" + b"rubbish" * 500)
    (home / "archive").write_text("a file")
    models = tmp_path / "models.toml"
    models.write_text("priced_on = 2026-06-15\n")
    run = dailies("doctor", "--json", **provider, DAILIES_CATALOGUE=str(models))
    found = grades(run)
    names = ("database", "archive", "permissions", "catalogue")
    assert [found[name] for name in names] == ["broken", "broken", "warning", "broken"]
    assert run.returncode == 4


def test_the_bucket(dailies: Dailies, s3_server: str, s3_bucket: str, tmp_path: Path) -> None:
    """A bucket is tried by writing to it; one that is not there is broken, and no key is shown."""
    (tmp_path / "home").mkdir(mode=0o700)
    bucket = {
        "DAILIES_ARCHIVE": f"s3://{s3_bucket}/studio",
        "DAILIES_S3_ENDPOINT": s3_server,
        "DAILIES_S3_ACCESS_KEY_ID": "k-4711",
        "DAILIES_S3_SECRET_ACCESS_KEY": "hush-0815",
    }
    run = dailies("doctor", "--practice", "--json", **bucket)
    assert "archive" not in grades(run)
    run = dailies("doctor", **bucket)
    assert f"ok      archive: s3://{s3_bucket}/studio can be written and read; links are not given" in run.stdout
    run = dailies("doctor", **(bucket | {"DAILIES_ARCHIVE": "s3://no-such-bucket"}))
    assert (
        "broken  archive: The archive of finished clips (s3://no-such-bucket) cannot be read: there is no" in run.stdout
    )
    assert "4711" not in run.stdout + run.stderr
    assert "0815" not in run.stdout + run.stderr


def test_what_keeps_orders_waiting() -> None:
    """Pauses, a clock that is behind and answers that wait are told from the health of the rows."""
    health = {"pid": 7, "open": 1, "outbox": 2, "paused": {"muapi": "restored"}, "behind_ms": 90_000, "answers": 3}
    checks = doctor_checks._health(health)  # noqa: SLF001
    assert [check.grade for check in checks] == [Grade.OK, Grade.WARNING, Grade.BROKEN, Grade.WARNING]
    assert "process 7 has them" in checks[0].says
    assert "dailies restore --go-on" in checks[1].remedy


@pytest.mark.parametrize(("free", "grade"), [(6, Grade.OK), (3, Grade.WARNING), (0, Grade.BROKEN)])
def test_space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, grade: Grade) -> None:
    """A disk that gets full is a warning, one that takes no clip any more is broken."""
    usage = (10**12, 10**12, free * 10**9)
    kind = type(shutil.disk_usage(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: kind(*usage))
    check: Check = doctor_checks._space("home", tmp_path)  # noqa: SLF001
    assert check.grade is grade


def test_the_catalogue(dailies: Dailies) -> None:
    """The models with their prices, as a table and as JSON."""
    run = dailies("models")
    assert run.stdout.startswith("mini")
    assert run.stdout.endswith("Prices of 2026-06-15.\n")
    listed = json.loads(dailies("models", "--json").stdout)
    assert listed["models"][0]["prices"] == {"480p": "0.08", "720p": "0.15"}


def test_prices_that_agree(dailies: Dailies, provider: dict[str, str]) -> None:
    """Every resolution and length of what is on is asked about, and nothing is ordered."""
    run = dailies("models", "check", **provider)
    assert (run.returncode, run.stdout) == (0, "24 equal\n")


def test_prices_that_differ(dailies: Dailies, provider: dict[str, str], tmp_path: Path) -> None:
    """A price that the provider names otherwise is told with the difference; so is a model that it does not serve."""
    models = tmp_path / "models.toml"
    text = BUILT_IN.read_text().replace('"480p" = "0.08"', '"480p" = "0.09"', 1)
    models.write_text(text.replace('endpoint = "minimax-h3-', 'endpoint = "minimax-h9-'))
    run = dailies("models", "check", "--all", **provider, DAILIES_CATALOGUE=str(models))
    assert run.returncode == 3
    assert "mini 480p 4 s: listed $0.36, the provider says $0.32 (differs by -$0.04)" in run.stdout
    assert "hailuo 2k 5 s: not served" in run.stdout
    answer = json.loads(dailies("models", "check", "--json", **provider, DAILIES_CATALOGUE=str(models)).stdout)
    assert not answer["agree"]
    assert {price["verdict"] for price in answer["prices"]} == {"equal", "differs"}


def test_prices_that_cannot_be_asked(dailies: Dailies, provider: dict[str, str]) -> None:
    """Without a key, or without a provider, nothing is compared, and it says so."""
    run = dailies("models", "check")
    assert (run.returncode, "MUAPI_API_KEY" in run.stderr) == (2, True)
    nobody = provider | {"MUAPI_BASE_URL": "http://127.0.0.1:9/api/v1"}
    run = dailies("models", "check", **nobody)
    assert (run.returncode, run.stdout.endswith("24 could not be asked\n")) == (3, True)


@pytest.mark.parametrize(
    ("url", "command"),
    [
        ("sqlite+aiosqlite:////data/dailies.db", None),
        (
            "postgresql+psycopg://me:s3cret@db:5433/dailies?sslmode=require",
            "pg_dump --format=custom --file='a b.dump' 'postgresql://me@db:5433/dailies?sslmode=require'",
        ),
        (
            "postgresql+psycopg://postgres@/x?host=%2Frun%2Fpg&password=s3cret",
            "pg_dump --format=custom --file='a b.dump' 'postgresql://postgres@/x?host=%2Frun%2Fpg'",
        ),
    ],
    ids=["file", "server", "socket"],
)
def test_rows_in_postgresql(url: str, command: str | None) -> None:
    """For rows in PostgreSQL the command of its own backup is named, without the password."""
    assert pg_dump(url, Path("a b.dump")) == command
