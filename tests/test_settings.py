"""Settings: what is read, from where, and what is said about what is wrong."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from bot.core.money import Money
from bot.settings import Secret, Settings, SettingsError, describe, load, table_markdown
from bot.settings.buckets import BucketName
from bot.settings.discord import application_of
from bot.settings.table import ENTRIES
from bot.settings.values import Listen


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder, empty; the working folder of these tests is another one."""
    (tmp_path / "elsewhere").mkdir()
    return tmp_path


def read(home: Path, **environ: str) -> Settings:
    return load({"DAILIES_HOME": str(home)} | environ, working_folder=home / "elsewhere")


def problems(home: Path, **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read(home, **environ)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def test_defaults(home: Path) -> None:
    """Without any setting every default of the documentation holds."""
    settings = read(home)

    assert settings == Settings(home=home)
    assert settings.channel_policy.cap.amount == Money.usd(50)
    assert settings.workspace_policy.cap.amount == Money.usd(100)
    assert settings.workspace_policy.person_cap.amount is None
    assert (settings.slots, settings.grace_s, settings.quorum) == (5, 15, 1)
    assert (settings.muapi_base_url, settings.muapi_auth) == ("https://muapi.ai/api/v1", "both")
    assert (settings.muapi_resend_5xx, settings.failed_unmarked) == ("careful", "charge")
    assert settings.database_url.reveal() == f"sqlite+aiosqlite:///{home}/dailies.db"


def test_home_is_in_the_account() -> None:
    """The default home is the hidden folder of the account that runs it."""
    assert Settings().home == Path.home() / ".dailies"


TOKEN_SHAPE = "a bot's token: one word in three parts with dots between (Bot, Reset Token)"


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("MUAPI_API_KEY", " key-1 ", "muapi_api_key", Secret("key-1")),
        ("MUAPI_BASE_URL", "https://api.muapi.ai/api/v1/", "muapi_base_url", "https://api.muapi.ai/api/v1"),
        ("MUAPI_BASE_URL", "http://127.0.0.1:8080/api/v1", "muapi_base_url", "http://127.0.0.1:8080/api/v1"),
        ("MUAPI_BASE_URL", "http://[::1]:80", "muapi_base_url", "http://[::1]:80"),
        ("MUAPI_BASE_URL", "http://localhost", "muapi_base_url", "http://localhost"),
        ("MUAPI_AUTH", "Bearer", "muapi_auth", "bearer"),
        ("MUAPI_RESEND_5XX", "never", "muapi_resend_5xx", "never"),
        ("DAILIES_TIMEZONE", "Europe/Berlin", "timezone", "Europe/Berlin"),
        ("DAILIES_OWNERS", "U1, U2,,U1", "owners", ("U1", "U2")),
        ("DAILIES_OWNERS", "&S1,U1", "owners", ("&S1", "U1")),
        ("DAILIES_SLOTS", "10", "slots", 10),
        ("DAILIES_CHANNEL_CAP", "$12.50", "channel_cap", Money.usd("12.5")),
        ("DAILIES_PERSON_CAP", "0", "person_cap", Money(0)),
        ("DAILIES_PERSON_CAP", "", "person_cap", None),
        ("DAILIES_GRACE", "0", "grace_s", 0),
        ("DAILIES_PROVIDER_SCALE", "0.02", "provider_scale", 0.02),
        ("DAILIES_LOG_FORMAT", "JSON", "log_format", "json"),
        ("DAILIES_HTTP", "127.0.0.1:8080", "http", Listen("127.0.0.1", 8080)),
        ("DAILIES_HTTP", "[::1]:8080", "http", Listen("::1", 8080)),
        ("DAILIES_HTTP", "dailies.internal:80", "http", Listen("dailies.internal", 80)),
        ("DAILIES_PUBLIC_URL", "https://bot.example/dailies/", "public_url", "https://bot.example/dailies"),
        (
            "DAILIES_DATABASE_URL",
            "sqlite+aiosqlite:///rows.db",
            "own_database_url",
            Secret("sqlite+aiosqlite:///rows.db"),
        ),
        ("SLACK_CLIP_COMMAND", "Video", "slack_clip_command", "/video"),
        ("SLACK_DAILIES_COMMAND", "/money", "slack_dailies_command", "/money"),
        ("DISCORD_API_URL", "http://localhost:9/api", "discord_api_url", "http://localhost:9/api"),
        ("DISCORD_DEV_GUILDS", "", "discord_dev_guilds", ()),
    ],
)
def test_reads(home: Path, name: str, text: str, field: str, value: object) -> None:
    """Each setting is read by its kind, without the space around it; empty is not set."""
    assert getattr(read(home, **{name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("DAILIES_SLOTS", "11", "'11' is not a whole number from 1 to 10"),
        ("DAILIES_SLOTS", "five", "'five' is not a whole number from 1 to 10"),
        ("DAILIES_GRACE", "-1", "'-1' is not a whole number of seconds from 0 to 120"),
        ("DAILIES_QUORUM", "0", "'0' is not a whole number from 1 to 20"),
        ("MUAPI_AUTH", "digest", "'digest' is not one of both, bearer, x-api-key"),
        ("DAILIES_PROVIDER_SCALE", "0", "'0' is not a number above 0 and at most 10"),
        ("DAILIES_PROVIDER_SCALE", "nan", "'nan' is not a number above 0 and at most 10"),
        ("DAILIES_HOME", "dailies", "'dailies' is not an absolute path without a question mark"),
        ("DAILIES_HOME", "/a?b", "'/a?b' is not an absolute path without a question mark"),
        ("DAILIES_HOME", "~no-such-user/x", "'~no-such-user/x' is not an absolute path without a question mark"),
        ("DAILIES_CATALOGUE", "/no/such.toml", "'/no/such.toml' is not a file that is there"),
        ("DAILIES_CATALOGUE", "a\0b", "'a\\x00b' is not a file that is there"),
        ("DAILIES_CONFIG", "/no/such.toml", "'/no/such.toml' is not a file that is there"),
        (
            "DAILIES_OWNERS",
            "<@U1>",
            "'<@U1>' is not a list of ids of people, and of groups behind &, such as U024BE7LH,&S0614TZR7",
        ),
        ("MUAPI_API_KEY", "two words", "what is set is not one word of printable ASCII"),
        ("DAILIES_HTTP", "8080", "'8080' is not a host and a port, such as 127.0.0.1:8080 or [::1]:8080"),
        (
            "SLACK_CLIP_COMMAND",
            "/make clip",
            "'/make clip' is not a slash command of 2 to 32 characters, such as /clip",
        ),
        *(
            ("DISCORD_BOT_TOKEN", text, f"what is set is not {TOKEN_SHAPE}")
            for text in ("d-1", "Bot.MTAw.x", "a.b.c", "MTAwMDAwMDAwMDAwMDAwMDAwMA.x", "0123456789abcdef")
        ),
        (
            "DISCORD_DEV_GUILDS",
            "Studio",
            "'Studio' is not a list of ids of servers, such as 613425648685547541",
        ),
        ("SLACK_BOT_TOKEN", "xapp-1", "what is set is not one word of printable ASCII that starts with xoxb-"),
    ],
)
def test_names_what_is_wrong(home: Path, name: str, text: str, wrong: str) -> None:
    """A wrong setting is one line with its name, what was found (no secret) and what is allowed."""
    assert problems(home, **{name: text}) == (f"{name}: {wrong}",)


@pytest.mark.parametrize("text", ["-1", "1e9", "nan", "a lot", "1,5"])
def test_refuses_amounts(home: Path, text: str) -> None:
    """A cap is an amount that is not negative and could be meant."""
    (line,) = problems(home, DAILIES_CHANNEL_CAP=text)
    assert line.startswith(f"DAILIES_CHANNEL_CAP: {text!r} is not an amount in dollars")


@pytest.mark.parametrize("text", ["Europe/Berln", "America", "/etc/localtime", "../UTC"])
def test_refuses_zones(home: Path, text: str) -> None:
    """A zone is one that the time zone database has."""
    assert problems(home, DAILIES_TIMEZONE=text) == (
        f"DAILIES_TIMEZONE: {text!r} is not an IANA time zone, such as UTC or Europe/Berlin",
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://muapi.ai",
        "ftp://muapi.ai",
        "https://",
        "muapi.ai",
        "https://x/?a=1",
        "https://x/#a",
        "https://x:0",
        "https://x:99999",
        "http://127.0.0.1.example.org",
    ],
)
def test_refuses_addresses(home: Path, url: str) -> None:
    """The provider is reached over https only, except on this machine itself."""
    (line,) = problems(home, MUAPI_BASE_URL=url)
    assert line.startswith(f"MUAPI_BASE_URL: {url!r} is not an https address")


@pytest.mark.parametrize(
    "text",
    [
        "here",
        ":8080",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:70000",
        "127.0.0.1:http",
        "http://127.0.0.1:80",
        "127.0.0.1:80/x",
        "me@127.0.0.1:80",
        "[::1:80",
    ],
)
def test_refuses_places_to_listen(home: Path, text: str) -> None:
    """Where to listen is named in full: nothing listens everywhere because something was left out."""
    (line,) = problems(home, DAILIES_HTTP=text)
    assert line.startswith(f"DAILIES_HTTP: {text!r} is not a host and a port")


def test_where_it_listens_is_shown_as_set() -> None:
    """A place is shown as it is written."""
    assert [str(Listen("::1", 80)), str(Listen("127.0.0.1", 80))] == ["[::1]:80", "127.0.0.1:80"]


@pytest.mark.parametrize("url", ["http://bot.example", "https://bot.example/?a=1", "bot.example"])
def test_refuses_public_addresses(home: Path, url: str) -> None:
    """The provider calls over https only."""
    (line,) = problems(home, DAILIES_PUBLIC_URL=url)
    assert line.startswith(f"DAILIES_PUBLIC_URL: {url!r} is not an https address")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///x.db",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "mysql://pw@x/y",
        "postgresql+psycopg2://pw@x/y",
        "postgresql+psycopg://pw@x",
        "postgresql+psycopg://pw@x:port/y",
        "postgresql+psycopg://pw@[x/y",
    ],
)
def test_refuses_databases(home: Path, url: str) -> None:
    """Rows live in a SQLite file or a PostgreSQL database; a wrong address is not shown: it may hold a password."""
    (line,) = problems(home, DAILIES_DATABASE_URL=url)
    assert line.startswith("DAILIES_DATABASE_URL: what is set is not sqlite+aiosqlite:///<file>")


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("sqlite+aiosqlite:///rows.db", "sqlite+aiosqlite:///{home}/rows.db"),
        ("sqlite+aiosqlite:////data/rows.db", "sqlite+aiosqlite:////data/rows.db"),
        ("postgresql+psycopg://me:pw@db.internal:5432/dailies", "postgresql+psycopg://me:pw@db.internal:5432/dailies"),
        ("postgresql://me@/dailies?host=/run/postgresql", "postgresql://me@/dailies?host=/run/postgresql"),
    ],
)
def test_database_is_absolute(home: Path, url: str, whole: str) -> None:
    """A relative SQLite file lives in the home, wherever the process was started; a server's address is as given."""
    assert read(home, DAILIES_DATABASE_URL=url).database_url.reveal() == whole.format(home=home)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("s3://clips", BucketName("clips")),
        ("s3://clips/", BucketName("clips")),
        ("s3://my.clips-1/studio/a_b/", BucketName("my.clips-1", "studio/a_b/")),
    ],
)
def test_buckets(home: Path, text: str, value: BucketName) -> None:
    """A bucket is named as an address, with or without a folder."""
    settings = read(home, DAILIES_ARCHIVE=text, DAILIES_S3_ACCESS_KEY_ID="a", DAILIES_S3_SECRET_ACCESS_KEY="b")
    assert settings.archive == value
    assert str(value) == text.rstrip("/")
    assert {each.reveal() for each in settings.secrets} == {"a", "b"}


@pytest.mark.parametrize(
    "text", ["clips", "s3://", "s3://A", "s3://clips/../x", "s3://clips//x", "https://clips", "s3://x?"]
)
def test_refuses_buckets(home: Path, text: str) -> None:
    """What is no bucket is refused, with the form that it has."""
    (line,) = problems(home, DAILIES_ARCHIVE=text)
    assert line == f"DAILIES_ARCHIVE: {text!r} is not s3://<bucket> or s3://<bucket>/<folder>"


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("DAILIES_LINK_DAYS", "8", "a whole number of days from 1 to 7"),
        ("DAILIES_S3_STYLE", "dns", "one of auto, path, host"),
        ("DAILIES_S3_REGION", "eu central", "the name of a region, such as eu-central-1"),
        ("DAILIES_S3_ENDPOINT", "http://s3.example", "an https address"),
        ("DAILIES_ARCHIVE_PUBLIC_URL", "clips.example", "an https address"),
    ],
)
def test_refuses_what_a_bucket_needs(home: Path, name: str, text: str, allowed: str) -> None:
    """Each setting of a bucket that is wrong is one line."""
    (line,) = problems(home, **{name: text})
    assert line.startswith(f"{name}: {text!r} is not {allowed}")


def test_what_goes_with_a_bucket(home: Path) -> None:
    """A bucket without its key, and what is of buckets without one, are named, and no key is shown."""
    assert problems(home, DAILIES_ARCHIVE="s3://clips", DAILIES_S3_SECRET_ACCESS_KEY="hush") == (
        "DAILIES_S3_ACCESS_KEY_ID: is not set; s3://clips is reached with a key",
    )
    assert problems(home, DAILIES_S3_ACCESS_KEY_ID="hush", DAILIES_ARCHIVE_PUBLIC_URL="https://clips.example") == (
        "DAILIES_S3_ACCESS_KEY_ID: is set, and no bucket is: set DAILIES_ARCHIVE to s3://<bucket>, or remove this",
        "DAILIES_ARCHIVE_PUBLIC_URL: is set, and no bucket is: set DAILIES_ARCHIVE to s3://<bucket>, or remove this",
    )


def test_all_at_once(home: Path) -> None:
    """Every wrong and every unknown setting is reported together, the unknown ones with the nearest name."""
    assert problems(home, DAILIES_SLOTS="0", MUAPI_KEY="k", DAILIES_TIMZONE="UTC", dailies_grace="1", DAILIES_X="") == (
        "DAILIES_TIMZONE: there is no such setting; the nearest is DAILIES_TIMEZONE",
        "DAILIES_X: there is no such setting",
        "MUAPI_KEY: there is no such setting; the nearest is MUAPI_API_KEY",
        "dailies_grace: there is no such setting; the nearest is DAILIES_GRACE",
        "DAILIES_SLOTS: '0' is not a whole number from 1 to 10",
    )


def test_foreign_names(home: Path) -> None:
    """Names that are not ours alone are left to whoever they belong to."""
    assert read(home, SLACK_WEBHOOK="x", PATH="y") == Settings(home=home)


def test_wrong_values_are_short(home: Path) -> None:
    """What was found is shown in one line, shortened, without the password of an address."""
    (line,) = problems(home, MUAPI_BASE_URL="https://me:pa@ss@muapi.ai/\n" + "x" * 500)
    assert line.startswith("MUAPI_BASE_URL: 'https://***@muapi.ai/ xxx")
    assert "x…' is not" in line
    assert len(line.splitlines()) == 1


def test_file(home: Path) -> None:
    """The file in the home is read; the environment wins over it, and an empty variable does not."""
    (home / "dailies.toml").write_text(
        'dailies_timezone = "Europe/Berlin"\ndailies_owners = ["U1", 42]\ndailies_channel_cap = 12.5\n'
        'dailies_slots = 3\ndiscord_bot_token = "MTAwMDAwMDAwMDAwMDAwMDAwMA.d.1"\ndailies_person_cap = ""\n'
    )

    settings = read(home, DAILIES_SLOTS="4", DAILIES_TIMEZONE="")

    assert settings.config == home / "dailies.toml"
    assert settings.timezone == "Europe/Berlin"
    assert settings.owners == ("U1", "42")
    assert settings.channel_cap == Money.usd("12.5")
    assert settings.slots == 4
    assert settings.discord_bot_token == Secret("MTAwMDAwMDAwMDAwMDAwMDAwMA.d.1")
    assert settings.person_cap is None


def test_file_in_the_working_folder(home: Path) -> None:
    """Without a file in the home the working folder's is read."""
    (home / "elsewhere" / "dailies.toml").write_text("dailies_quorum = 2\n")
    assert read(home).quorum == 2


def test_named_file(home: Path) -> None:
    """The file that is named wins over the one in the home, which is not read."""
    (home / "dailies.toml").write_text("broken")
    (home / "mine.toml").write_text("dailies_quorum = 3\n")

    settings = read(home, DAILIES_CONFIG=str(home / "mine.toml"))

    assert (settings.quorum, settings.config) == (3, home / "mine.toml")


def test_wrong_file(home: Path) -> None:
    """What is wrong in the file is named with the file."""
    file = home / "dailies.toml"
    file.write_text(
        'dailies_slots = 11\ndailies_slot = 1\ndailies_grace = true\ndailies_owners = [{a = 1}]\n'
        'dailies_config = "x"\nmuapi_api_key = "a b"\n[dailies]\n'
    )  # fmt: skip

    found = set(problems(home))

    assert found == {
        f"DAILIES_SLOTS in {file}: '11' is not a whole number from 1 to 10",
        f"dailies_slot in {file}: there is no such setting; the nearest is dailies_slots",
        f"DAILIES_GRACE in {file}: what is set is neither a text, a number nor a list of them",
        f"DAILIES_OWNERS in {file}: what is set is neither a text, a number nor a list of them",
        f"dailies_config in {file}: there is no such setting",
        f"MUAPI_API_KEY in {file}: what is set is not one word of printable ASCII",
        f"dailies in {file}: there is no such setting",
    }


@pytest.mark.parametrize("content", [b"dailies_slots = ", b"\xff\xfe"])
def test_unreadable_file(home: Path, content: bytes) -> None:
    """A file that is no TOML is one line, and the environment is still checked."""
    (home / "dailies.toml").write_bytes(content)
    first, second = problems(home, DAILIES_SLOTS="0")
    assert first.startswith(f"{home}/dailies.toml: cannot be read as TOML: ")
    assert second.startswith("DAILIES_SLOTS: ")


def test_account_without_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account without a home folder has to name one."""

    def homeless(_path: Path) -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "expanduser", homeless)
    with pytest.raises(SettingsError, match=r"DAILIES_HOME: '~/\.dailies' is not an absolute path"):
        load({}, working_folder=home)


def test_policies(home: Path) -> None:
    """A new channel and a new workspace begin with what is set."""
    settings = read(home, DAILIES_GRACE="0", DAILIES_QUORUM="2", DAILIES_PERSON_CAP="7", DAILIES_OWNERS="dana")
    assert (settings.channel_policy.grace_s, settings.channel_policy.quorum) == (0, 2)
    assert settings.workspace_policy.person_cap.amount == Money.usd(7)
    assert settings.workspace_policy.owners == ("dana",)


def test_secrets_are_not_shown(home: Path) -> None:
    """No way of printing settings shows a secret; all of them are known to the log."""
    settings = read(home, MUAPI_API_KEY="hunter2", DISCORD_BOT_TOKEN="MTAwMDAwMDAwMDAwMDAwMDAwMA.hunter.3")

    shown = f"{settings!r} {settings} {asdict(settings)} {settings.muapi_api_key} {settings.discord_bot_token!r}"

    assert "hunter" not in shown
    assert {each.reveal() for each in settings.secrets} == {"hunter2", "MTAwMDAwMDAwMDAwMDAwMDAwMA.hunter.3"}
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_documentation() -> None:
    """Every setting stands in the help and in the README's table, with what is allowed."""
    help_text, table = describe(), table_markdown()
    rows = table.splitlines()[2:]
    assert len(rows) == len(ENTRIES)
    for name, (_, entry) in ENTRIES.items():
        assert f"{name}\n    {entry.says}\n    {entry.kind.allowed}; default: " in help_text
        assert f"| `{name}` | {entry.says} |" in table
    assert all(row.count("|") == 5 for row in rows)


BOT, APP, SIGNING = {"SLACK_BOT_TOKEN": "xoxb-1"}, {"SLACK_APP_TOKEN": "xapp-1"}, {"SLACK_SIGNING_SECRET": "shh"}
LISTENS = {"SLACK_HTTP": "127.0.0.1:8081"}


@pytest.mark.parametrize("given", [{}, BOT | APP, BOT | APP | SIGNING, BOT | SIGNING | LISTENS])
def test_slack_goes_together(home: Path, given: dict[str, str]) -> None:
    """No Slack at all, socket mode, or signed requests over HTTP."""
    assert read(home, **given).contradictions == ()


@pytest.mark.parametrize(
    ("given", "wrong", "remedy"),
    [
        (BOT, "SLACK_APP_TOKEN: is not set", "or set SLACK_SIGNING_SECRET and SLACK_HTTP"),
        (APP, "SLACK_APP_TOKEN: is set, and the bot's token is not", "set SLACK_BOT_TOKEN (OAuth & Permissions"),
        (SIGNING, "SLACK_SIGNING_SECRET: is set, and the bot's token is not", "or remove this"),
        (BOT | SIGNING, "SLACK_HTTP: is not set", "set it, such as 127.0.0.1:8081, or SLACK_APP_TOKEN"),
        (BOT | LISTENS, "SLACK_SIGNING_SECRET: is not set", "set it"),
        (LISTENS, "SLACK_HTTP: is set, and the bot's token is not", "or remove this"),
        (
            BOT | SIGNING | LISTENS | {"DAILIES_HTTP": "127.0.0.1:8081"},
            "SLACK_HTTP: 127.0.0.1:8081 is DAILIES_HTTP too",
            "name another port",
        ),
        (
            BOT | APP | {"SLACK_CLIP_COMMAND": "/dailies"},
            "SLACK_DAILIES_COMMAND: /dailies is SLACK_CLIP_COMMAND too",
            "name another one",
        ),
    ],
)
def test_slack_in_part(home: Path, given: dict[str, str], wrong: str, remedy: str) -> None:
    """What is missing to serve Slack, and what is there for nothing, is one line with its remedy."""
    (line,) = problems(home, **given)
    assert line.startswith(wrong)
    assert remedy in line


def with_lines(home: Path, text: str) -> Path:
    """The working folder's file of lines."""
    path = home / "elsewhere" / ".env"
    path.write_text(text)
    return path


def test_env_file(home: Path) -> None:
    """Lines NAME=value of .env are as if set; comments, quotes and what is another program's do no harm."""
    path = with_lines(
        home,
        "# tokens\nexport SLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN = 'xapp-1'\nMUAPI_API_KEY=\"k#1\"  # mine\n\n"
        "DAILIES_SLOTS=3 # few\nDAILIES_GRACE=\nDAILIES_OWNERS=U1,U2\nPGPASSWORD=x\n",
    )
    settings = read(home)
    assert settings.env_file == path
    assert {each.reveal() for each in settings.secrets} == {"xoxb-1", "xapp-1", "k#1"}
    assert (settings.slots, settings.grace_s, settings.owners) == (3, 15, ("U1", "U2"))


def test_the_environment_wins_over_the_env_file_and_that_over_the_settings_file(home: Path) -> None:
    """The nearer one counts; the home that .env names has its settings file read."""
    (home / "of-lines").mkdir()
    (home / "of-lines" / "dailies.toml").write_text("dailies_slots = 2\ndailies_grace = 20\ndailies_quorum = 4\n")
    with_lines(home, f"DAILIES_HOME={home / 'of-lines'}\nDAILIES_GRACE=30\nDAILIES_QUORUM=5\n")
    settings = load({"DAILIES_QUORUM": "6"}, working_folder=home / "elsewhere")
    assert (settings.home, settings.config) == (home / "of-lines", home / "of-lines" / "dailies.toml")
    assert (settings.slots, settings.grace_s, settings.quorum) == (2, 30, 6)


def test_another_env_file(home: Path) -> None:
    """The environment may name another file; one that is not there is said."""
    path = home / "prod.env"
    path.write_text("DAILIES_SLOTS=4\n")
    assert read(home, DAILIES_ENV_FILE=str(path)).slots == 4
    (line,) = problems(home, DAILIES_ENV_FILE="/no/such.env")
    assert line == "DAILIES_ENV_FILE: '/no/such.env' is not a file that is there"


def test_names_what_is_wrong_in_the_env_file(home: Path) -> None:
    """Each wrong line is named by its number or its setting, and no value of a secret is shown."""
    path = with_lines(
        home, "xoxb-secret\nDAILIES_SLOT=3\nDAILIES_ENV_FILE=x\nSLACK_BOT_TOKEN=xapp-secret\nDAILIES_GRACE=x\n"
    )
    found = problems(home)
    assert found == (
        f"{path}: line 1 is not NAME=value",
        f"DAILIES_SLOT in {path}: there is no such setting; the nearest is DAILIES_SLOTS",
        f"DAILIES_ENV_FILE in {path}: belongs into the environment itself",
        f"SLACK_BOT_TOKEN in {path}: what is set is not one word of printable ASCII that starts with xoxb-",
        f"DAILIES_GRACE in {path}: 'x' is not a whole number of seconds from 0 to 120",
    )
    path.write_bytes(b"\xff")
    (line,) = problems(home)
    assert line.startswith(f"{path}: cannot be read")


def test_discord_without_a_token(home: Path) -> None:
    """What is set for Discord without a token is for nothing, and each setting says so in a line."""
    given = {"DISCORD_DEV_GUILDS": "613425648685547541,613425648685547542", "DISCORD_FILE_LIMIT_MB": "20"}
    lines = problems(home, **given)
    assert [line.partition(":")[0] for line in lines] == list(given)
    assert all("set DISCORD_BOT_TOKEN (Bot, Reset Token), or remove this" in line for line in lines)
    token = "MTAwMDAwMDAwMDAwMDAwMDAwMA.token.x"
    settings = read(home, DISCORD_BOT_TOKEN=token, **given)
    assert settings.discord_dev_guilds == (613425648685547541, 613425648685547542)
    assert settings.discord_file_limit_mb == 20
    assert application_of(token) == 1000000000000000000
