"""What a single setting may hold: each kind reads text and says in words what it takes."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from bot.core.money import LARGEST_DOLLARS, ZERO, Money

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

#: The longest id of a person that any platform gives, with room.
LONGEST_ID_CHARS = 64


class NotAllowed(ValueError):
    """The text is not what its kind takes; the kind's own words say what would be."""


class Secret:
    """A text that no ``repr``, ``str``, log line or ``asdict`` shows; only ``reveal`` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep the text out of sight."""
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        """Stars."""
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Whether both hide the same text."""
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        """As the text hashes."""
        return hash(self._text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T_co]):
    """What a setting may hold."""

    #: Completes the sentence "that is not …": "a whole number from 1 to 10".
    allowed: str
    #: Reads text without space around it; a ``ValueError`` means that it is not allowed.
    read: Callable[[str], T_co]
    #: Whether what was found must not be shown.
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the table of settings."""

    #: As it is called in the environment; in the file it is the same in lower case.
    name: str
    kind: Kind[object]
    #: One line on what it decides.
    says: str
    #: The default, in words.
    default: str


#: Under which an ``Entry`` stands in a dataclass field's metadata.
ENTRY = "entry"


def setting(name: str, kind: Kind[T], says: str, default: str) -> T:
    """A dataclass field with its line in the table; ``default`` is text, read as any other."""
    entry = Entry(name=name, kind=kind, says=says, default=default)
    return field(default_factory=lambda: kind.read(default), metadata={ENTRY: entry})


def optional(name: str, kind: Kind[T], says: str, absent: str = "none") -> T | None:
    """A dataclass field that may stay ``None``; ``absent`` says in words what that means."""
    entry = Entry(name=name, kind=kind, says=says, default=absent)
    return field(default=None, metadata={ENTRY: entry})


def whole(least: int, most: int, unit: str = "") -> Kind[int]:
    """A whole number from ``least`` to ``most``, both included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise NotAllowed
        return int(text)

    return Kind(allowed=f"a whole number {unit and f'of {unit} '}from {least} to {most}", read=read)


def factor(most: int) -> Kind[float]:
    """A number above 0, at most ``most``; never used on money."""

    def read(text: str) -> float:
        value = float(text)
        if not math.isfinite(value) or not 0 < value <= most:
            raise NotAllowed
        return value

    return Kind(allowed=f"a number above 0 and at most {most}", read=read)


def dollars() -> Kind[Money]:
    """An amount of money that is not negative; a dollar sign before it is ignored."""

    def read(text: str) -> Money:
        amount = Money.usd(text.removeprefix("$"))
        if amount < ZERO:
            raise NotAllowed
        return amount

    return Kind(allowed=f"an amount in dollars from 0 to {LARGEST_DOLLARS:,}, such as 50 or 12.50", read=read)


def one_of(*choices: str) -> Kind[str]:
    """One of a few words; case is ignored."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise NotAllowed
        return text.lower()

    return Kind(allowed=f"one of {', '.join(choices)}", read=read)


def secret(prefix: str = "") -> Kind[Secret]:
    """A key or token: it goes into a header, so it is one word of printable ASCII."""

    def read(text: str) -> Secret:
        if not re.fullmatch(r"[!-~]+", text) or not text.startswith(prefix):
            raise NotAllowed
        return Secret(text)

    start = f" that starts with {prefix}" if prefix else ""
    return Kind(allowed=f"one word of printable ASCII{start}", read=read, secret=True)


def command() -> Kind[str]:
    """A slash command as Slack takes one; the slash may be left out."""

    def read(text: str) -> str:
        name = f"/{text.removeprefix('/').lower()}"
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", name):
            raise NotAllowed
        return name

    return Kind(allowed="a slash command of 2 to 32 characters, such as /clip", read=read)


def base_url() -> Kind[str]:
    """Where a service is, without a slash at its end; plain http only to this machine itself."""

    def read(text: str) -> str:
        parts = urlsplit(text)
        plain = parts.scheme == "http" and _is_loopback(parts.hostname or "")
        bare = not (parts.query or parts.fragment or "@" in parts.netloc)
        # Reading the port checks it: urlsplit itself does not.
        if not parts.hostname or parts.port == 0 or not bare or not (plain or parts.scheme == "https"):
            raise NotAllowed
        return text.rstrip("/")

    allowed = "an https address without user or query (http only for this machine, such as http://127.0.0.1:8080)"
    return Kind(allowed=allowed, read=read)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        """As it is set: ``127.0.0.1:8080``, ``[::1]:8080``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def listening() -> Kind[Listen]:
    """A host and a port, both named: nothing listens everywhere by default."""

    def read(text: str) -> Listen:
        parts = urlsplit(f"//{text}")
        # Reading the port checks it: urlsplit itself does not.
        if parts.netloc != text or "@" in text or not parts.hostname or not parts.port:
            raise NotAllowed
        return Listen(parts.hostname, parts.port)

    return Kind(allowed="a host and a port, such as 127.0.0.1:8080 or [::1]:8080", read=read)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def database_url() -> Kind[Secret]:
    """A database that survives a restart; secret, because an address may hold a password."""

    def read(text: str) -> Secret:
        if not re.fullmatch(r"sqlite\+aiosqlite:///(?!:memory:)[^?\s].*", text) and not _names_database(urlsplit(text)):
            raise NotAllowed
        return Secret(text)

    allowed = (
        "sqlite+aiosqlite:///<file> (a relative file is in DAILIES_HOME) "
        "or postgresql+psycopg://<user>:<password>@<host>/<database>"
    )
    return Kind(allowed=allowed, read=read, secret=True)


def _names_database(address: SplitResult) -> bool:
    """Whether it is a PostgreSQL server's, with the name of a database; reading the port checks it."""
    postgres = re.fullmatch(r"postgresql(\+psycopg)?", address.scheme)
    return postgres is not None and re.fullmatch(r"/[^/\s]+", address.path) is not None and address.port != 0


def zone() -> Kind[str]:
    """A time zone by its IANA name."""

    def read(text: str) -> str:
        try:
            return ZoneInfo(text).key
        except (KeyError, OSError) as error:
            raise NotAllowed from error

    return Kind(allowed="an IANA time zone, such as UTC or Europe/Berlin", read=read)


def people() -> Kind[tuple[str, ...]]:
    """Ids of people, in their order, each once; a group of people is its id behind ``&``."""

    def read(text: str) -> tuple[str, ...]:
        ids = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if not all(re.fullmatch(rf"&?[A-Za-z0-9_.-]{{1,{LONGEST_ID_CHARS}}}", each) for each in ids):
            raise NotAllowed
        return ids

    return Kind(allowed="a list of ids of people, such as U024BE7LH,U0G9QF9C6", read=read)


def folder() -> Kind[Path]:
    """An absolute path; whether the folder can be made is found out by whoever makes it."""

    def read(text: str) -> Path:
        path = _expanded(text)
        # The path becomes part of the database's address, where a question mark ends it.
        if not path.is_absolute() or "?" in text:
            raise NotAllowed
        return path

    return Kind(allowed="an absolute path without a question mark", read=read)


def existing_file() -> Kind[Path]:
    """A file that is there; a relative path starts at the working directory."""

    def read(text: str) -> Path:
        path = _expanded(text)
        if not path.is_file():
            raise NotAllowed
        return path.absolute()

    return Kind(allowed="a file that is there", read=read)


def _expanded(text: str) -> Path:
    """The path with ``~`` filled in; an account without a home folder, or a NUL, is not allowed."""
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise NotAllowed from error
    if "\0" in text:
        raise NotAllowed
    return path
