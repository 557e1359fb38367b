"""Trouble on demand: the names, how they are written, and which request they strike.

Three ways to ask for a fault, which may be mixed:

- a header on the request: ``X-Simulate: slow=20, fault-after``;
- a marker in the prompt, which is taken out before the prompt is drawn: ``a fox [[moderation]]``;
- the control endpoint, for the next n requests of that kind: ``POST /control/faults`` with
  ``{"name": "rate", "value": "date", "times": 2}``.

``name*3`` strikes the first three submits of the same body only (for a poll fault: the first three
polls of the job); without it a marker strikes each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

LARGEST_TIMES = 10_000
#: A number below this after ``fault-before`` or ``fault-after`` is a count, not an HTTP status.
SMALLEST_STATUS = 100


class Strikes(Enum):
    """The moment at which a fault acts."""

    #: On the submit; no job is created and nothing is billed.
    BEFORE = "on the submit, before a job exists"
    #: On the answer to the submit; the job exists and is billed.
    AFTER = "on the submit's answer, when the job exists and is billed"
    #: On the job, later.
    FATE = "on the job"
    #: On the answer to a poll; the job is not touched.
    POLL = "on a poll"
    #: On the answer to a reading of the history; by header and control only, for it belongs to no job.
    HISTORY = "on a reading of the history"
    #: On the calls to the order's webhook address.
    CALL = "on the webhook"
    #: On the finished clip.
    FILE = "on the clip"


class Fault(Enum):
    """Every fault by the name that asks for it, with its moment and the line that ``--help`` shows."""

    def __init__(self, word: str, strikes: Strikes, legend: str) -> None:
        """Keep the three parts of the member's line; they are its ``#:`` line too, and stand only once."""
        self.word = word
        self.strikes = strikes
        self.legend = legend

    REFUSE = ("refuse", Strikes.BEFORE, "422 content policy; the value is its text")
    RATE = ("rate", Strikes.BEFORE, "429; Retry-After in seconds (default 30), or date, or missing")
    CREDIT = ("credit", Strikes.BEFORE, "402 insufficient balance")
    STATUS = ("status", Strikes.BEFORE, "any HTTP status (default 500), 3xx with a Location")
    FAULT_BEFORE = ("fault-before", Strikes.BEFORE, "5xx (default 503) and no job; fault-before=2: the first two times")
    DROP_BEFORE = ("drop-before", Strikes.BEFORE, "the connection drops and there is no job")

    FAULT_AFTER = ("fault-after", Strikes.AFTER, "5xx (default 502) although the job exists; =2: the first two times")
    FAULT_WITH_ID = ("fault-with-id", Strikes.AFTER, "5xx (default 502) whose body has the job's id")
    DROP = ("drop", Strikes.AFTER, "the connection drops although the job exists")
    SLOW = ("slow", Strikes.AFTER, "the answer comes after so many provider seconds (default 30)")
    NON_JSON = ("non-json", Strikes.AFTER, "200 with an HTML page in place of the answer")
    NO_ID = ("no-id", Strikes.AFTER, "200 with JSON that has no id")
    ONLY_ID = ("only-id", Strikes.AFTER, "the answer has a request_id and nothing else, as older ones had")
    AT_ONCE = ("at-once", Strikes.AFTER, "the job is finished in the answer to the submit")

    MODERATION = ("moderation", Strikes.FATE, "accepted, fails later with a moderation text; the value is the text")
    FAIL = ("fail", Strikes.FATE, "fails later, and the money comes back; the value is the text")
    FAIL_UNREFUNDED = ("fail-unrefunded", Strikes.FATE, "fails later, and the money does not come back")
    NOT_A_PICTURE = ("not-a-picture", Strikes.FATE, "fails later: the reference could not be decoded")
    CANCELLED = ("cancelled", Strikes.FATE, "ends as cancelled, and the money comes back")
    STUCK = ("stuck", Strikes.FATE, "never ends")
    LATENCY = ("latency", Strikes.FATE, "takes exactly so many provider seconds (default 48)")
    UNKNOWN_STATUS = (
        "unknown-status",
        Strikes.FATE,
        "runs under a status nobody knows (default warming_up), then ends",
    )
    MISSING = ("missing", Strikes.FATE, "polls find 404 for so many provider seconds after the submit (default 30)")
    UNLISTED = ("unlisted", Strikes.FATE, "the history shows it only after so many provider seconds (default 600)")
    OVERCHARGE = ("overcharge", Strikes.FATE, "bills this many dollars in place of the price")

    POLL_STATUS = ("poll-status", Strikes.POLL, "the poll is answered with this HTTP status (default 503)")
    POLL_RATE = ("poll-rate", Strikes.POLL, "the poll is answered 429, values as rate")
    POLL_DROP = ("poll-drop", Strikes.POLL, "the poll's connection drops")
    POLL_NON_JSON = ("poll-non-json", Strikes.POLL, "the poll is answered with an HTML page")

    HISTORY_STATUS = ("history-status", Strikes.HISTORY, "answered with this HTTP status (default 503)")

    CALL_TWICE = ("call-twice", Strikes.CALL, "the call comes twice")
    CALL_STALE = ("call-stale", Strikes.CALL, "after the call that it has ended comes one that it is processing")
    CALL_LATE = ("call-late", Strikes.CALL, "the call comes so many provider seconds late (default 600)")
    CALL_NEVER = ("call-never", Strikes.CALL, "nobody calls")

    NO_URL = ("no-url", Strikes.FILE, "done, without a URL")
    EXPIRED = ("expired", Strikes.FILE, "the URL has expired at once: 403 AccessDenied")
    HTML = ("html", Strikes.FILE, "an HTML page named .mp4")
    CUT = ("cut", Strikes.FILE, "the first so many downloads (default 1) break off half-way")
    NO_RANGE = ("no-range", Strikes.FILE, "Range is ignored and not offered")
    LENGTH = ("length", Strikes.FILE, "declares 1,000 bytes more than come; length=short: half of them")
    LARGE = ("large", Strikes.FILE, "a playable file of so many megabytes (default 600)")
    OBJECTS = ("objects", Strikes.FILE, "the outputs are objects with url (default), video_url or image_url")


BY_WORD = {fault.word: fault for fault in Fault}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One fault as it was asked for."""

    fault: Fault
    value: str = ""
    #: Only the first so many requests are struck; ``None``: each of them.
    times: int | None = None

    def number(self, default: float) -> float:
        """The value as a number that is not negative, else the default."""
        try:
            number = float(self.value)
        except ValueError:
            return default
        return number if 0 <= number < float("inf") else default

    def status(self, default: int) -> int:
        """The value as an HTTP status, else the default."""
        return int(self.value) if re.fullmatch(r"[2-5]\d\d", self.value) else default


class Marks:
    """The faults that strike one request or job; at most one of each name, the first one asked for."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        """Keep the first of each name."""
        self._by_fault: dict[Fault, Mark] = {}
        for mark in marks:
            self._by_fault.setdefault(mark.fault, mark)

    def __iter__(self) -> Iterator[Mark]:
        """All of them."""
        return iter(self._by_fault.values())

    def get(self, fault: Fault) -> Mark | None:
        """The mark of that name, if it was asked for."""
        return self._by_fault.get(fault)

    def __contains__(self, fault: object) -> bool:
        """Whether that fault was asked for."""
        return fault in self._by_fault

    def only(self, *moments: Strikes) -> Marks:
        """Those that act at one of these moments."""
        return Marks(mark for mark in self if mark.fault.strikes in moments)


#: name, name=value, name*times, name=value*times; a value is at most 200 characters.
_WRITTEN = r"([a-z]+(?:-[a-z]+)*)(?:=([^\]*,]{0,200}))?(?:\*(\d{1,4}))?"
_ALONE = re.compile(_WRITTEN)
_IN_PROMPT = re.compile(r"[ \t]*\[\[\s*" + _WRITTEN + r"\s*\]\]")


def make_mark(word: str, value: str = "", times: int | None = None) -> Mark:
    """A mark from its parts.

    Raises:
        ValueError: there is no fault of that name; the text lists those that there are.
    """
    fault = BY_WORD.get(word)
    if fault is None:
        msg = f"there is no fault {word!r}; there are: {', '.join(BY_WORD)}"
        raise ValueError(msg)
    if fault in {Fault.FAULT_BEFORE, Fault.FAULT_AFTER} and value.isdecimal() and int(value) < SMALLEST_STATUS:
        return Mark(fault=fault, times=int(value))
    return Mark(fault=fault, value=value.strip(), times=times)


def read_header(text: str) -> list[Mark]:
    """The marks of an ``X-Simulate`` header, separated by commas.

    Raises:
        ValueError: something that is no fault.
    """
    marks = []
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        found = _ALONE.fullmatch(piece)
        if found is None:
            msg = f"{piece[:60]!r} is not name, name=value or name*times"
            raise ValueError(msg)
        marks.append(make_mark(found[1], found[2] or "", int(found[3]) if found[3] else None))
    return marks


def read_prompt(prompt: str) -> list[Mark]:
    """The marks in a prompt; double brackets with anything else in them are part of the prompt."""
    return [
        make_mark(found[1], found[2] or "", int(found[3]) if found[3] else None)
        for found in _IN_PROMPT.finditer(prompt)
        if found[1] in BY_WORD
    ]


def without_marks(prompt: str) -> str:
    """The prompt as it is drawn."""
    return _IN_PROMPT.sub(lambda found: "" if found[1] in BY_WORD else found[0], prompt).strip()


def legend() -> str:
    """Every fault with its line, grouped by its moment, for ``--help``."""
    lines = []
    for moment in Strikes:
        lines.append(f"  {moment.value}:")
        lines += [f"    {fault.word:<16} {fault.legend}" for fault in Fault if fault.strikes is moment]
    return "\n".join(lines)
