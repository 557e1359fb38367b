"""What is asked of the wire, and what it is told to answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file in a form."""

    #: The form's field.
    field: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as it arrived."""

    method: str
    #: Below the version of the API.
    path: str
    query: dict[str, str]
    #: The JSON of the body, or of its form's ``payload_json``.
    body: Any
    files: tuple[Sent, ...]
    content_type: str
    #: Whether it came with the bot's token.
    by_bot: bool
    #: When all of it had arrived, by the loop's clock.
    at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Trouble:
    """What is answered instead, so often."""

    method: str
    path: re.Pattern[str]
    status: int
    code: int = 0
    times: int = 1
    #: Of a 429; seconds.
    retry_after_s: float = 0.01
    #: A 429 of the whole bot, not of one route.
    everywhere: bool = False
    #: Without it a 429 is no answer of Discord's, but of what stands before it.
    via: bool = True
    #: The request is carried out, and its answer gets lost.
    after: bool = False
    #: The connection is broken off instead of an answer.
    cut: bool = False


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code
