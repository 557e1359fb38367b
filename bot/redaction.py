"""Keeps secrets out of what is written: the ones that are known, and whatever looks like one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from bot.core.money import Money
from bot.settings import Secret

STARS = "***"
#: A known secret shorter than this is hidden only where it stands alone, or other words would lose letters.
SHORT_SECRET_CHARS = 6
#: How much of one text is kept; a whole traceback is one text.
LONGEST_TEXT_CHARS = 16_000
#: How deep lists and mappings are followed; a value that holds itself ends here.
DEEPEST_LEVEL = 8

_NAME = r"(?:authorization|api[-_]?key|token|secret|passw(?:or)?d|signature|cookie)"
_SENSITIVE_NAME = re.compile(rf"{_NAME}$", re.IGNORECASE)
#: Between a name and its value in a header, JSON, a query or the repr of a mapping; then in the repr of a pair.
_BETWEEN = r"(?:[\"']?\s*(?:[:=]|=>)\s*(?:b?[\"'])?|[\"']\s*,\s*b?[\"'])"
_SCHEME = r"(?:(?:bearer|basic|bot|token)\s+)?"

_LOOKS_SECRET: tuple[tuple[re.Pattern[str], str], ...] = (
    # User and password of an address; greedy, because passwords may hold an @, and bounded, to stay linear.
    (re.compile(r"\b([a-z][a-z0-9+.-]{0,30}://)[^\s/?#\"'<>]*@", re.IGNORECASE), rf"\1{STARS}@"),
    (re.compile(rf"({_NAME}{_BETWEEN}){_SCHEME}[^\s\"',;&)}}\]]+", re.IGNORECASE), rf"\1{STARS}"),
    (re.compile(r"\b(bearer\s+)[a-z0-9._~+/=-]{8,}", re.IGNORECASE), rf"\1{STARS}"),
    # Slack's tokens: xoxb- and its kin, the refresh token's xoxe.xoxp-, the app's xapp-.
    (re.compile(r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]+"), STARS),
    # Discord's: a bot token is three parts with dots; those of interactions and webhooks stand in the path.
    (re.compile(r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"), STARS),
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w-]{16,}"), rf"\1{STARS}"),
)
_QUERY = re.compile(r"(?<=[^\s?])\?([\w%.~-]+=[^\s\"'<>]*)")
#: A parameter that makes its address a key to what it names.
_SIGNED = re.compile(
    r"(?:^|[&;])(?:x-(?:amz|goog)-|[\w-]*(?:sign?|signature|token|key|auth|hmac|policy|expires)=)", re.IGNORECASE
)


class Redactor:
    """Replaces secrets by stars, in texts and in everything that holds texts."""

    def __init__(self, secrets: Iterable[Secret | str] = ()) -> None:
        """Learn the secrets that are known by their value."""
        known = {each.reveal() if isinstance(each, Secret) else each for each in secrets}
        spellings = {spelling for each in known for spelling in _spellings(each) if spelling}
        # The longest first, so that a secret inside another does not leave the other's rest.
        patterns = [_pattern(each) for each in sorted(spellings, key=len, reverse=True)]
        self._known = re.compile("|".join(patterns)) if patterns else None

    def text(self, text: str) -> str:
        """The text without secrets, shortened to ``LONGEST_TEXT_CHARS`` characters."""
        clean = self._known.sub(STARS, text) if self._known else text
        for pattern, stars in _LOOKS_SECRET:
            clean = pattern.sub(stars, clean)
        clean = _QUERY.sub(lambda query: f"?{STARS}" if _SIGNED.search(query[1]) else query[0], clean)
        # Only now: half a secret would not be known any more.
        return clean if len(clean) <= LONGEST_TEXT_CHARS else f"{clean[: LONGEST_TEXT_CHARS - 1]}…"

    def value(self, value: object, level: int = 0) -> object:
        """The same for any value; what is neither text, number, list nor mapping becomes text."""
        if level > DEEPEST_LEVEL:
            return "…"
        match value:
            case None | bool() | int() | float():
                return value
            case Enum():
                return self.value(value.value, level)
            case Mapping() | list() | tuple() | set() | frozenset():
                return self._holder(value, level)
            case _:
                return self.text(_as_text(value))

    def _holder(self, holder: Mapping[object, object] | Iterable[object], level: int) -> object:
        """What holds other values: a mapping stays one, the rest becomes a list; a pair is named by its first."""
        match holder:
            case Mapping():
                return {self.text(_as_text(key)): self.named(key, each, level) for key, each in holder.items()}
            case [(str() | bytes()) as name, each]:
                return [self.text(_as_text(name)), self.named(name, each, level)]
            case _:
                return [self.value(each, level + 1) for each in holder]

    def named(self, name: object, value: object, level: int = 0) -> object:
        """A value under a name; where the name says that it is a secret, nothing of it is kept."""
        hidden = value is not None and _SENSITIVE_NAME.search(_as_text(name))
        return STARS if hidden else self.value(value, level + 1)


def _as_text(value: object) -> str:
    match value:
        case bytes():
            return value.decode(errors="replace")
        case str() | Path() | Money():
            return str(value)
        case _:
            return repr(value)


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it may turn up: as it is, inside a ``repr``, in JSON, in an address; a URL's password too."""
    yield from (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe=""))
    if "://" in secret:
        address = urlsplit(secret)
        words = parse_qs(address.query)
        for password in filter(None, (address.password, *words.get("password", ()), *words.get("sslpassword", ()))):
            yield from _spellings(password)
            yield from _spellings(unquote(password))


def _pattern(secret: str) -> str:
    literal = re.escape(secret)
    return literal if len(secret) >= SHORT_SECRET_CHARS else rf"(?<!\w){literal}(?!\w)"
