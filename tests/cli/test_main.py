"""The console script: help everywhere, and one clear line for whatever is wrong before anything starts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.__main__ import VERBS, main, parser
from bot.cli.codes import EXIT_CODES
from storage.lock_file import LockFile
from tests.cli.conftest import COMMAND, Run, dailies_here

#: What takes long to import: libraries, and what of ours brings them.
HEAVY = ("sqlalchemy", "aiosqlite", "psycopg", "aiohttp", "httpx", "av", "PIL", "bot.app", "bot.jobs", "bot.media")


def surroundings(home: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Nothing of this process's environment but its path."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "DAILIES_HOME": str(home), **settings}


def run(home: Path, *words: str, **settings: str) -> Run:
    """The script as a process of its own."""
    done = subprocess.run(
        [*COMMAND, *words],
        env=surroundings(home, settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path.cwd(),
    )
    return Run(done.returncode, done.stdout, done.stderr)


def run_here(home: Path, *words: str, **settings: str) -> Run:
    """The script in this process, for what it says does not depend on whose process it is."""
    return dailies_here(*words, lines="", folder=Path.cwd(), environment=surroundings(home, settings))


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``--help`` says what a verb does and ends with 0."""
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert f"dailies {verb}" in capsys.readouterr().out


def test_help_lists_the_verbs_and_the_settings() -> None:
    """The first help has each verb, each setting and each exit status."""
    text = parser().format_help()
    assert EXIT_CODES in text
    assert all(verb in text for verb in VERBS)
    assert "MUAPI_RESEND_5XX" in text
    assert "DAILIES_CHANNEL_CAP" in text


def test_only_the_chosen_verb_knows_its_options() -> None:
    """A verb that was not chosen is a name in the list; the chosen one has a parser of its own."""
    assert parser("demo").parse_args(["demo", "--seed", "3"]).seed == 3
    with pytest.raises(SystemExit):
        parser("local").parse_args(["demo", "--seed", "3"])


@pytest.mark.parametrize("words", [["--help"], ["--help", "run"], ["--no-such-option", "run"], ["no-such-verb"], []])
def test_help_and_slips_import_nothing_heavy(words: list[str]) -> None:
    """What only explains itself imports no database, no network and no media."""
    code = f"""
import sys
from bot.__main__ import main
try:
    main({words!r})
except SystemExit as ended:
    print("IMPORTED", *sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "IMPORTED"
    assert "Traceback" not in done.stderr


def test_wrong_settings_are_named_one_line_each(tmp_path: Path) -> None:
    """Each wrong setting is one line on the error stream, all of them at once, and nothing starts."""
    done = run(tmp_path, "run", DAILIES_SLOTS="11", DAILIES_TIMEZONE="Mars/Base", DAILIES_COLOUR="red")
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert len(lines) == 3
    for name in ("DAILIES_SLOTS", "DAILIES_TIMEZONE", "DAILIES_COLOUR"):
        assert sum(name in line for line in lines) == 1


def test_a_wrong_key_is_never_repeated(tmp_path: Path) -> None:
    """A secret with blanks in it is refused without being shown."""
    done = run_here(tmp_path, "run", MUAPI_API_KEY="sk very secret")
    assert done.returncode == 2
    assert "MUAPI_API_KEY" in done.stderr
    assert "very secret" not in done.stderr + done.stdout


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """While one process has the database another says who has it, and ends."""
    (tmp_path / "dailies.db").touch()
    held = LockFile(tmp_path / "dailies.db.lock")
    try:
        done = run(tmp_path, "run", MUAPI_API_KEY="practice-key")
    finally:
        held.release()
    assert done.returncode == 1
    assert str(os.getpid()) in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_chat_it_works_off_what_is_open(tmp_path: Path) -> None:
    """``dailies run`` without tokens and with nothing open ends by itself."""
    done = run(tmp_path, "run", MUAPI_API_KEY="practice-key")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "dailies.db").exists()


def test_practice_needs_a_chat(tmp_path: Path) -> None:
    """Without a token it says where else one can practise; without a key, that one can."""
    done = run_here(tmp_path, "run", "--practice")
    assert (done.returncode, "dailies local --practice" in done.stderr) == (2, True)
    done = run_here(tmp_path, "run")
    assert (done.returncode, "dailies run --practice" in done.stderr) == (2, True)


def test_files_of_settings_that_others_may_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .env with tokens in it that is not its owner's alone is a warning, with its remedy."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MUAPI_API_KEY=practice-key\n")
    (tmp_path / ".env").chmod(0o644)
    done = run_here(tmp_path, "run")
    assert done.returncode == 0
    assert f"{tmp_path / '.env'} can be read by other users of this machine" in done.stderr
    assert "practice-key" not in done.stderr


def test_what_is_no_token_is_named(tmp_path: Path) -> None:
    """What cannot be Discord's token is named by its setting, and not shown."""
    done = run_here(tmp_path, "run", MUAPI_API_KEY="practice-key", DISCORD_BOT_TOKEN="12345-secret")
    assert done.returncode == 2
    assert done.stderr.startswith("DISCORD_BOT_TOKEN: what is set is not a bot's token")
    assert "12345-secret" not in done.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """Where nothing can listen, one line names the setting, and nothing is worked off."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_here(tmp_path, "run", MUAPI_API_KEY="practice-key", DAILIES_HTTP=f"127.0.0.1:{port}")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"DAILIES_HTTP: nothing can listen on 127.0.0.1:{port}: ")


def test_a_public_address_without_a_place_to_listen(tmp_path: Path) -> None:
    """A provider that is told to call where nobody listens is a wrong setting."""
    done = run_here(tmp_path, "run", MUAPI_API_KEY="practice-key", DAILIES_PUBLIC_URL="https://bot.example")
    assert done.returncode == 2
    assert "set DAILIES_HTTP too" in done.stderr


def test_without_a_key_it_says_which_setting_is_missing(tmp_path: Path) -> None:
    """Nothing could be ordered or polled without the provider's key."""
    done = run_here(tmp_path, "run")
    assert done.returncode == 2
    assert "MUAPI_API_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_settings_file_is_named(tmp_path: Path) -> None:
    """A file that is no TOML is one line, with the file's name."""
    (tmp_path / "dailies.toml").write_text("dailies_slots = = 3")
    done = run_here(tmp_path, "run")
    assert done.returncode == 2
    assert "dailies.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    """An owner's catalogue that cannot be used is said with the model and the field."""
    (tmp_path / "models.toml").write_text('priced_on = 2026-06-15\n[models.mini]\ntitle = "Mini"\n')
    done = run_here(tmp_path, "run", MUAPI_API_KEY="practice-key", DAILIES_CATALOGUE=str(tmp_path / "models.toml"))
    assert done.returncode == 2
    assert "mini" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A home inside a file is refused with its name."""
    (tmp_path / "file").touch()
    done = run_here(tmp_path, "run", MUAPI_API_KEY="practice-key", DAILIES_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "file" in done.stderr
