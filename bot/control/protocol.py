"""What goes over the control socket.

::

    → {"v": 1, "at": "<which rows>", "verb": "audit", "arguments": {"files": true}}
    ← {"v": 1, "is": "progress", "text": "400 takes looked at"}      any number of these, then one of
    ← {"v": 1, "is": "answer", "pid": 4711, "answer": {…}}
    ← {"v": 1, "is": "failed", "pid": 4711, "text": "There is no take A7K."}
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

VERSION = 1
#: A request is a verb and a few words.
LONGEST_REQUEST_BYTES = 64 * 1024
#: An answer may list a few thousand findings.
LONGEST_ANSWER_BYTES = 16 * 1024 * 1024

#: Tells whoever waits how far it is.
Say = Callable[[str], Awaitable[None]]
#: Carries out a verb: its arguments in, a JSON object out; raises ``Failed`` with a sentence.
Operation = Callable[[Mapping[str, Any], Say], Awaitable[dict[str, Any]]]


class Failed(Exception):
    """An operation that was not carried out; ``str()`` is a sentence with the remedy."""


class Unreadable(Exception):
    """A line that is not of this protocol; ``str()`` says why."""


def written(**fields: Any) -> bytes:
    """A line."""
    return json.dumps({"v": VERSION, **fields}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read(line: bytes) -> dict[str, Any]:
    """The fields of a line.

    Raises:
        Unreadable: no JSON object, or of another version.
    """
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        msg = "that is no line of JSON"
        raise Unreadable(msg) from error
    if not isinstance(fields, dict) or fields.get("v") != VERSION:
        msg = f"that is not version {VERSION} of the control socket's language: both ends have to be the same Dailies"
        raise Unreadable(msg)
    return fields


def request_of(line: bytes) -> tuple[str, str, dict[str, Any]]:
    """Which rows are meant, the verb, its arguments.

    Raises:
        Unreadable
    """
    match read(line):
        case {"at": str(rows), "verb": str(verb), "arguments": dict(arguments)}:
            return rows, verb, arguments
        case _:
            msg = "a request has at, verb and arguments"
            raise Unreadable(msg)
