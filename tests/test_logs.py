"""The log: what a line holds, and that no secret is ever in one."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import structlog

from bot import logs
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.redaction import DEEPEST_LEVEL, LONGEST_TEXT_CHARS, Redactor
from bot.settings import Secret

KEY = "mu-4f9d2c\"q'"
PASSWORD = "s3cr3t@pass"
DATABASE = "postgresql+psycopg://me:s3cr3t%40pass@db/x"
FORMATS = ["json", "text"]


@dataclass(frozen=True)
class Order:
    """Something that is logged by its ``repr``."""

    header: str


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Each test leaves the process's logging as it found it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in logs.OUR_LOGGERS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


def start(log_format: str = "json", level: str = "info") -> io.StringIO:
    logging.getLogger().handlers.clear()  # pytest's own, which fail on what must not be formatted
    stream = io.StringIO()
    logs.configure(level=level, log_format=log_format, secrets=[Secret(KEY), DATABASE], stream=stream)
    return stream


def fail() -> None:
    try:
        int(f"bad key {KEY}")
    except ValueError as error:
        error.add_note(f"asked with {KEY}")
        msg = f"could not reach {DATABASE}"
        raise RuntimeError(msg) from error


def test_json_line() -> None:
    """A JSON line is one object with time, level, event and everything bound to it."""
    stream = start()
    with structlog.contextvars.bound_contextvars(take="A7K-2", channel="#launch", step="poll"):
        structlog.get_logger("bot.jobs").info("still rendering", left_s=20, price=Money.usd("0.32"), state=State.QUEUED)

    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)

    assert list(event)[:3] == ["time", "level", "event"]
    assert event.pop("time").endswith("Z")
    assert event == {
        "level": "info",
        "event": "still rendering",
        "take": "A7K-2",
        "channel": "#launch",
        "step": "poll",
        "left_s": 20,
        "price": "$0.32",
        "state": State.QUEUED.value,
        "logger": "bot.jobs",
    }


def test_text_line() -> None:
    """A text line reads from left to right, and no value can begin a line or move the cursor."""
    stream = start("text")
    structlog.get_logger("bot.jobs").warning(
        "late\nfake", take="A7K-2", prompt="a fox\nin \x1b[2Jsnow", file=Path("a b")
    )

    (line,) = stream.getvalue().splitlines()

    assert line.split(" ", 1)[1] == (
        "warning  late\\nfake take=A7K-2 prompt='a fox\\nin \\x1b[2Jsnow' file='a b' (bot.jobs)"
    )


@pytest.mark.parametrize("log_format", FORMATS)
def test_known_secrets(log_format: str) -> None:
    """A secret that is known is in no message, argument, nested value, key, exception text, note or traceback."""
    stream = start(log_format)
    log = structlog.get_logger("bot.jobs")
    said = f"asked with {KEY}"
    log.info(said)
    log.info("asked with %s", KEY)
    log.info("nested", answer={"rows": [{"said": [KEY, (1, {KEY})]}, Order(header=KEY)]}, raw=KEY.encode())
    log.info("bound", **{KEY: 1}, address=f"https://x/{KEY}", body=json.dumps({"a": KEY}), wrapped=Secret(KEY))
    log.info("database", password=PASSWORD, said=f"authentication of {PASSWORD} failed", url=DATABASE)
    try:
        fail()
    except RuntimeError:
        log.exception("failed with %s", KEY)
        logging.getLogger("sqlalchemy.engine").exception("failed with %s", KEY)

    written = stream.getvalue()

    assert written.count("Traceback") == 4
    assert "RuntimeError: could not reach ***" in written
    for secret in ("4f9d2c", "s3cr3t"):
        assert secret not in written


def test_a_password_in_the_query_of_an_address() -> None:
    """A database's address may carry passwords as parameters too; each is known by itself then."""
    redactor = Redactor([Secret("postgresql://me@/x?host=db&password=s3cr3t%21&sslpassword=0ther-one")])
    assert redactor.text("tried s3cr3t! and 0ther-one") == "tried *** and ***"


@pytest.mark.parametrize("log_format", FORMATS)
def test_libraries(log_format: str) -> None:
    """Libraries that use ``logging`` come out in the same lines, from warning on, with what is bound."""
    stream = start(log_format, level="debug")
    with structlog.contextvars.bound_contextvars(take="A7K"):
        for name in ("httpx", "aiohttp.access", "sqlalchemy.engine", "alembic.runtime.migration"):
            logging.getLogger(name).info("chatter")
            logging.getLogger(name).warning("%s with Bearer abcdefgh12345", name)

    lines = stream.getvalue().splitlines()

    assert len(lines) == 4
    assert all("with Bearer ***" in line and "A7K" in line for line in lines)


async def test_real_client() -> None:
    """What httpx itself says about a failed request hides the key in its headers and its address."""
    stream = start()
    headers = {"x-api-key": "not-registered", "authorization": "Bearer not-registered"}
    with pytest.raises(httpx.ConnectError) as caught:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get("http://127.0.0.1:1/history?token=not-registered", headers=headers)

    request = caught.value.request
    structlog.get_logger("bot.x").warning(
        "no answer", exc_info=caught.value, url=request.url, headers=request.headers, raw=request.headers.raw
    )

    assert "ConnectError" in stream.getvalue()
    assert "not-registered" not in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abc", "Authorization: ***"),
        ("Authorization: Bot abc.def", "Authorization: ***"),
        ("sent with bearer abc.def-123", "sent with bearer ***"),
        ("{'x-api-key': 'abc', 'accept': '*/*'}", "{'x-api-key': '***', 'accept': '*/*'}"),
        ('{"api_key": "abc", "n": 1}', '{"api_key": "***", "n": 1}'),
        ("[(b'X-Api-Key', b'abc')]", "[(b'X-Api-Key', b'***')]"),
        ("password=abc&user=me", "password=***&user=me"),
        ("xoxb-12-ab and xoxe.xoxp-1-ab and xapp-1-A", "*** and *** and ***"),
        ("https://me:p@ss@host/x", "https://***@host/x"),
        ("GET https://h/c.mp4?X-Amz-Date=1&X-Amz-Signature=ab now", "GET https://h/c.mp4?*** now"),
        ("https://h/c.mp4?Expires=1&Key-Pair-Id=x", "https://h/c.mp4?***"),
        ("https://h/history?cursor=3&limit=9", "https://h/history?cursor=3&limit=9"),
        ("https://d/api/webhooks/12/" + "a" * 20 + "/x", "https://d/api/webhooks/12/***/x"),
        ("M" * 24 + ".abcdef." + "x" * 30, "***"),
        ("no token, try again; 3 tokens left?", "no token, try again; 3 tokens left?"),
        ("the key is refused: which?", "the key is refused: which?"),
    ],
)
def test_looks_secret(text: str, clean: str) -> None:
    """What looks like a secret is hidden although nobody registered it; what does not is left alone."""
    assert Redactor().text(text) == clean


def test_names_say_so() -> None:
    """A value whose name says that it is a secret is hidden whole, in mappings and in a header's pairs."""
    headers = [("x-api-key", "a b"), (b"authorization", b"a b"), ("accept", "*/*")]
    assert Redactor().value({"set-cookie": ["a b"], "token": None, "tokens": 3, "headers": headers}) == {
        "set-cookie": "***",
        "token": None,
        "tokens": 3,
        "headers": [["x-api-key", "***"], ["authorization", "***"], ["accept", "*/*"]],
    }


def test_short_secrets() -> None:
    """A short secret is hidden where it stands alone, and leaves other words whole."""
    assert Redactor(["k", ""]).text("key k: 'k' kk k-k") == "key ***: '***' kk ***-***"


def test_longest_first() -> None:
    """A secret that holds another is hidden whole."""
    assert Redactor(["secret-1", "secret-1-and-more"]).text("a secret-1-and-more") == "a ***"


def test_limits() -> None:
    """Long texts are cut after redaction, and a value that holds itself comes to an end."""
    loop: list[object] = []
    loop.append(loop)
    assert str(Redactor().value(loop)).count("[") == DEEPEST_LEVEL + 1
    cut = Redactor(["secret-1"]).text("x" * (LONGEST_TEXT_CHARS - 5) + "secret-1" + "y" * 9)
    assert len(cut) == LONGEST_TEXT_CHARS
    assert cut.endswith("x***y…")


def test_hostile_text() -> None:
    """A text made to be slow to search is searched in time that grows with its length only."""
    text = "a." * 200_000
    assert Redactor().text(text) == text[: LONGEST_TEXT_CHARS - 1] + "…"


def test_level_and_second_call() -> None:
    """Our own lines begin at the chosen level; configuring again replaces, and does not double."""
    first = start(level="debug")
    second = io.StringIO()
    logs.configure(level="error", log_format="json", stream=second)
    for name in ("bot.jobs", "adapters.muapi", "storage"):
        structlog.get_logger(name).warning("not now")
        logging.getLogger(name).error("now")
    logging.getLogger("httpx").warning("not now")

    assert first.getvalue() == ""
    assert [json.loads(line)["event"] for line in second.getvalue().splitlines()] == ["now"] * 3


def test_broken_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A line that cannot be formatted is reported without its arguments, and the process goes on."""
    stream = start()
    logging.getLogger("bot.jobs").warning("%d takes", KEY)
    logging.getLogger("bot.jobs").warning("next")

    lost, following = stream.getvalue().splitlines()

    assert lost == "A log line of bot.jobs was lost: TypeError"
    assert json.loads(following)["event"] == "next"
    assert capsys.readouterr() == ("", "")


def test_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a stream the lines go to standard error, and standard output stays clean."""
    logs.configure(level="info", log_format="text")
    structlog.get_logger("bot.jobs").info("up", on=sys.platform)
    out, err = capsys.readouterr()
    assert (out, err.count(" up on=")) == ("", 1)


@pytest.mark.parametrize("log_format", FORMATS)
def test_full_disk(log_format: str) -> None:
    """A log that cannot be written does not stop whoever logs, in an exception's handling neither."""
    logging.getLogger().handlers.clear()
    full = Path("/dev/full").open("w", encoding="utf-8", buffering=1)  # noqa: SIM115 - it cannot be closed in peace
    logs.configure(level="info", log_format=log_format, stream=full, secrets=[])
    for _ in range(200):
        try:
            fail()
        except RuntimeError:
            logging.getLogger("bot.jobs").exception("it failed %s", "again" * 20)
    with pytest.raises(OSError, match="No space left"):
        full.close()


@pytest.mark.parametrize("log_format", FORMATS)
def test_what_a_module_of_ours_adds(log_format: str) -> None:
    """What is logged beside the words stands in the line, without any secret."""
    stream = start(log_format)
    logging.getLogger("bot.jobs.journal").info("take", extra={"take": "A7K-2", "step": "queued", "seen": f"key {KEY}"})
    line = stream.getvalue()
    assert "A7K-2" in line
    assert "queued" in line
    assert KEY not in line
