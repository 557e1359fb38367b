"""A message of the local channel as it is kept, and as a line of JSON."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from bot.core.ports import Button, CardView, Message, Picture, Posted, Reaction


class Kind(Enum):
    """What a message is; it decides how it looks."""

    #: The card of a take or slate, edited in place.
    CARD = "card"
    #: Something said unasked, to all or to one person.
    LINE = "line"
    #: A clip's bytes.
    CLIP = "clip"
    #: What a command was answered.
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message that stands in a channel."""

    #: ``launch/17``.
    id: str
    #: The same nonce never makes a second message.
    nonce: str
    kind: Kind
    view: CardView
    #: The person who alone sees it.
    to: str | None = None
    #: The message under which it hangs.
    thread: str | None = None
    #: The path of the clip's copy, and of its picture's.
    file: str | None = None
    picture: str | None = None
    reactions: tuple[Reaction, ...] = ()

    @property
    def file_name(self) -> str:
        """The clip's name; empty for any other message."""
        return Path(self.file).name if self.file else ""

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of all its files, its picture's too."""
        return tuple(Path(path).name for path in (self.file, self.picture) if path)

    @property
    def has_file(self) -> bool:
        """Whether the clip's copy is there; asks the disk."""
        return self.file is not None and Path(self.file).is_file()

    def seen_by(self, person: str) -> bool:
        """Whether this person sees it."""
        return self.to in (None, person)


def to_line(entry: Entry) -> bytes:
    """The entry as a line of the channel's file."""
    return _line(asdict(entry) | {"kind": entry.kind.value})


def gone_line(message: str) -> bytes:
    """The line that says that a message was taken down."""
    return _line({"gone": message})


def read_line(line: bytes) -> Entry | str:
    """A message, or the id of one that is gone.

    Raises:
        ValueError: no line of ours.
    """
    try:
        facts: dict[str, Any] = json.loads(line)
        return str(facts["gone"]) if "gone" in facts else _entry(facts)
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        msg = f"no line of a channel: {error!r}"
        raise ValueError(msg) from error


def _entry(facts: dict[str, Any]) -> Entry:
    reactions = tuple(Reaction(**each | {"groups": ()}) for each in facts.pop("reactions"))
    return Entry(**facts | {"kind": Kind(facts["kind"]), "view": _view(facts["view"]), "reactions": reactions})


def _view(facts: dict[str, Any]) -> CardView:
    buttons = tuple(Button(**each) for each in facts["buttons"])
    lists = {"lines": tuple(facts["lines"]), "numbers": tuple(facts["numbers"]), "mentions": _mentions(facts)}
    return CardView(**facts | lists | {"buttons": buttons, "picture": _picture(facts.get("picture"))})


def _picture(facts: dict[str, Any] | None) -> Picture | None:
    return None if facts is None else Picture(**facts | {"path": Path(facts["path"])})


def _mentions(facts: dict[str, Any]) -> tuple[str, ...]:
    """Whom a message mentions; a line that was written when one could mention one person only says ``mention``."""
    if "mention" not in facts:
        return tuple(facts["mentions"])
    one: str | None = facts.pop("mention")
    return () if one is None else (one,)


def _line(facts: dict[str, Any]) -> bytes:
    # Escapes keep a lone surrogate, which no encoding takes, and every line break inside the line.
    return json.dumps(facts, ensure_ascii=True, separators=(",", ":"), default=os.fspath).encode("ascii") + b"\n"


def message_at(channel: str, entry: Entry) -> Message:
    """Where the channel's entry stands."""
    return Message(channel=channel, id=entry.id)


def posted_at(channel: str, entry: Entry) -> Posted:
    """The same of one with a clip's file."""
    return Posted(message=message_at(channel, entry), file_id=entry.file or "")
