"""The log: one line for each event, as JSON or as text, with what is bound to it and without any secret.

Our own modules log through structlog, or through ``logging`` where they know no vendor; libraries
log through ``logging``. All of it comes out of one handler, and is redacted there, last of all.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.redaction import Redactor
from bot.settings import Secret

#: Our packages log from the chosen level on; everything else from warning on.
OUR_LOGGERS = ("bot", "adapters", "storage")
#: What a JSON line begins with.
FIRST_KEYS = ("time", "level", "event")
#: The width of "critical", so that events stand below each other.
LEVEL_WIDTH_CHARS = 8


def configure(
    *, level: str, log_format: str, secrets: Iterable[Secret | str] = (), stream: TextIO | None = None
) -> None:
    """Send every log line of this process to ``stream`` (standard error); a second call replaces the first.

    ``level`` is debug, info, warning or error; ``log_format`` is json or text. No secret of ``secrets``
    and nothing that looks like one is written, be it in a message, a bound value or a traceback.
    """
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_formatter(first, log_format, Redactor(secrets)))
    _install(handler, logging.getLevelNamesMapping()[level.upper()])
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *first,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _formatter(first: list[Processor], log_format: str, redactor: Redactor) -> logging.Formatter:
    """Lines of structlog come here ready for the last steps; those of ``logging`` take the first steps here."""

    def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        ordered = {key: event.pop(key) for key in FIRST_KEYS if key in event}
        return {redactor.text(key): redactor.named(key, value) for key, value in {**ordered, **event}.items()}

    write: Processor = structlog.processors.JSONRenderer(ensure_ascii=False) if log_format == "json" else _as_text
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*first, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            write,
        ],
    )


def _install(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(level)


def _as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """``time level event  key=value …``, and a traceback below; nobody's text can begin a line of its own."""
    time, level, said = (event.pop(key, "") for key in FIRST_KEYS)
    logger, traceback = event.pop("logger", ""), event.pop("exception", "")
    values = "".join(f" {key}={_plain(value)}" for key, value in event.items())
    line = f"{time} {level:<{LEVEL_WIDTH_CHARS}} {_printable(said)}{values} ({logger})"
    return "\n".join([line, *(f"    {_printable(each)}" for each in traceback.splitlines())])


def _plain(value: object) -> str:
    text = str(value)
    return text if text and text.isprintable() and " " not in text else repr(value)


def _printable(value: object) -> str:
    text = str(value)
    return text if text.isprintable() else repr(text)[1:-1]


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; one that cannot be formatted is counted as lost, without the values that made it so.

    Nothing of it comes out to whoever logs: a disk that is full must not stop what goes on in memory.
    """

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name that logging calls
        """Say that a line was lost: the standard library would print its arguments, secrets included."""
        reason = type(sys.exception()).__name__
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"A log line of {record.name} was lost: {reason}\n")
