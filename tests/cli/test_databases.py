"""``dailies migrate`` and ``dailies move``, as processes of their own, as an operator types them."""

from __future__ import annotations

from pathlib import Path

from bot.cli.migrate import EXIT_TO_DO
from bot.core.fakes import FakeClock
from storage import open_store
from storage.lock_file import LockFile
from storage.migrate import versions
from storage.opening import database_at
from tests.cli.test_main import run
from tests.storage.test_moving import filled


def test_migrate_says_from_what_to_what(tmp_path: Path, postgres: str) -> None:
    """Asked first, then done, then nothing to do; on a server as in a file."""
    for settings in ({}, {"DAILIES_DATABASE_URL": postgres}):
        wanted = versions(database_at(postgres)).wanted
        asked = run(tmp_path, "migrate", "--check", **settings)
        assert asked.returncode == EXIT_TO_DO
        assert f"is to be brought from nothing to version {wanted}." in asked.stdout
        made = run(tmp_path, "migrate", **settings)
        assert (made.returncode, made.stderr) == (0, "")
        assert f"was brought from nothing to version {wanted}." in made.stdout
        for words in (("migrate",), ("migrate", "--check")):
            again = run(tmp_path, *words, **settings)
            assert (again.returncode, again.stdout) == (
                0,
                "The database has the tables of this version: nothing to do.\n",
            )


def test_migrate_keeps_away_from_a_bot_that_runs(tmp_path: Path) -> None:
    """A database in use is not touched, and the process that uses it is named."""
    held = LockFile(tmp_path / "dailies.db.lock")
    done = run(tmp_path, "migrate")
    held.release()
    assert done.returncode == 1
    assert "Another Dailies (process" in done.stderr


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """The sentence names the server and not the password."""
    url = "postgresql+psycopg://me:hunter2@127.0.0.1:1/dailies"
    for words in (("migrate",), ("migrate", "--check"), ("move", "--to", url)):
        done = run(tmp_path, *words, DAILIES_DATABASE_URL=url if words[0] == "migrate" else "")
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert "hunter2" not in done.stderr + done.stdout


async def test_move_says_what_is_next(tmp_path: Path, postgres: str) -> None:
    """The rows and the money that were moved, the setting to change, and where the files stay."""
    filled(f"sqlite+aiosqlite:///{tmp_path / 'dailies.db'}")
    done = run(tmp_path, "move", "--to", postgres)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Copied and compared: 384 rows (workspaces 24, channels 24," in done.stdout
    assert f"stay in DAILIES_HOME: {tmp_path}" in done.stdout
    assert "set DAILIES_DATABASE_URL" in done.stdout
    await (await open_store(postgres, FakeClock())).close()
    again = run(tmp_path, "move", "--to", postgres)
    assert again.returncode == 1
    assert "is not empty" in again.stderr
