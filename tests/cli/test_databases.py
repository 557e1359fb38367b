"""``dailies migrate`` and ``dailies move``, as an operator types them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli import asking
from bot.cli.codes import FOUND
from bot.core.fakes import FakeClock
from bot.settings import load
from storage import open_store
from storage.lock_file import LockFile
from storage.migrate import versions
from storage.opening import database_at
from tests.storage.test_migrating import within
from tests.storage.test_moving import filled

#: What was said on both streams, and the exit status.
Said = tuple[str, str, int]
Types = Callable[..., Said]
NOTHING = "The database has the tables of this version: nothing to do.\n"


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Types:
    """Type a line, under settings of its own."""

    def typed(line: str, database: str = "") -> Said:
        monkeypatch.setenv("DAILIES_HOME", str(tmp_path))
        monkeypatch.setenv("DAILIES_DATABASE_URL", database)
        status = main(line.split())
        said = capsys.readouterr()
        return said.out, said.err, status

    return typed


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_migrate_says_from_what_to_what(kind: str, types: Types, request: pytest.FixtureRequest) -> None:
    """Asked first, then done, then nothing to do; on a server as in a file."""
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres")
    wanted = versions(database_at(request.getfixturevalue("postgres_migrated"))).wanted
    said, _, status = types("migrate --check", url)
    assert f"is to be brought from nothing to version {wanted}." in said
    assert status == FOUND
    said, _, status = types("migrate", url)
    assert f"was brought from nothing to version {wanted}." in said
    assert status == 0
    assert types("migrate", url) == types("migrate --check", url) == (NOTHING, "", 0)


def test_migrate_keeps_away_from_a_bot_that_runs(types: Types, tmp_path: Path) -> None:
    """A database in use is not touched, and the process that uses it is named."""
    held = LockFile(tmp_path / "dailies.db.lock")
    _, error, status = types("migrate")
    held.release()
    assert "Another Dailies (process" in error
    assert status == 1


@pytest.mark.parametrize("line", ["migrate", "migrate --check", "move --to sqlite+aiosqlite:///nowhere.db", "run"])
def test_a_server_that_is_not_there_is_one_line(line: str, types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the server and not the password."""
    monkeypatch.setenv("MUAPI_API_KEY", "key")
    said, error, status = types(line, "postgresql+psycopg://me:hunter2@127.0.0.1:1/dailies")
    assert status == 1
    assert len(error.splitlines()) == 1
    assert "127.0.0.1" in error
    assert "hunter2" not in error + said


def test_move_says_what_is_next(types: Types, tmp_path: Path, postgres: str) -> None:
    """The rows and the money that were moved, the setting to change, and where the files stay; once."""
    filled(f"sqlite+aiosqlite:///{tmp_path / 'dailies.db'}")
    said, error, status = types(f"move --to {postgres}")
    assert (error, status) == ("", 0)
    assert "Copied and compared: 480 rows (workspaces 24, channels 24," in said
    assert "Now set DAILIES_DATABASE_URL" in said
    assert f"stay in DAILIES_HOME: {tmp_path}" in said

    async def starts() -> None:
        await (await open_store(postgres, FakeClock())).close()

    asyncio.run(starts())
    _, error, status = types(f"move --to {postgres}")
    assert "is not empty" in error
    assert status == 1


async def test_a_verb_that_opens_a_servers_rows_goes_by_its_clock(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine whose clock is decades behind does not make the rows seem to be in the future."""
    filled(postgres)
    for column in ("takes SET created_at", "takes SET state_at", "ledger SET at"):
        just_now = f"UPDATE {column} = (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
        within(database_at(postgres), lambda connection, sql=just_now: connection.exec_driver_sql(sql))
    monkeypatch.setattr(asking, "SystemClock", lambda: FakeClock(0))
    settings = load({"DAILIES_HOME": str(tmp_path), "HOME": str(tmp_path), "DAILIES_DATABASE_URL": postgres})
    assert (await asking.ask(settings, "health"))["behind_ms"] < 60_000
