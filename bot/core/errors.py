"""Everything that can go wrong, drawn as two trees; vendor exceptions are translated into them once, at the edge.

::

    Refusal                 a sentence fit for the chat, with its numbers; nothing was held
    ├── PictureRefused      a reference picture cannot be used
    └── ModalRefused        what was filled in cannot be carried out, field by field (bot.core.modals)
    ProviderError           the provider, or the way to it
    ├── OrderRefused        proof that no job exists, and that asking again would not help
    ├── NotSent             proof that no job exists; the order keeps its place and is tried later
    ├── ServerFault         a 5xx without a job id: by the guide no job exists
    ├── OutcomeUnknown      a job may exist: never sent again by itself
    ├── Transient           a question (poll, history, balance, download) that may be asked again
    ├── KeyRefused          a question that the provider refuses for this key
    └── Gone                what was asked for is no longer there
    ChatError               the chat, or the way to it
    ├── ChatBusy            may be tried again, at the earliest after ``retry_after_s``
    │   └── NotYet          this one message waits; the channel takes what is more urgent
    │   └── NotYet          this edit only: others are more urgent, and the channel takes them
    ├── ChatClosed          the channel is gone or closed to us
    ├── MessageGone         the message was deleted by a person
    └── FileTooLarge        the chat does not take a file of this size
    ArchiveError            the archive cannot be written or read
    ClipDamaged             the bytes are not the clip that was ordered
    StoreError              the rows cannot be read or written: ordering stops
    ├── LockLost            another process may be at work on the rows: this one must end
    ├── Stale               a compare-and-set found another state: read again
    ├── Conflict            two transactions met on the same rows: the store runs the whole of this one again
    └── Taken               a unique index refused a row
"""

from __future__ import annotations

from enum import Enum


class Refusal(Exception):
    """A request that is not carried out, with the sentence that the person reads; nothing was held."""

    def __init__(self, sentence: str, *, allowed: tuple[str, ...] = ()) -> None:
        """``allowed`` are the values that would have been accepted, where there are such."""
        super().__init__(sentence)
        self.sentence = sentence
        self.allowed = allowed


class ProviderError(Exception):
    """The provider said no, said nothing, or could not be reached. ``text`` is shortened and free of secrets."""

    def __init__(self, text: str, *, status: int | None = None) -> None:
        """``status`` is the HTTP status of the answer, if there was one."""
        super().__init__(text)
        self.text = text
        self.status = status


class RefusedFor(Enum):
    """Why the provider refused an order."""

    #: A parameter is out of its range (400, 413, 415, 422 with field errors).
    PARAMETERS = "parameters"
    #: The model is not served for this key (404, 405).
    MODEL = "model"
    #: The prompt or a picture breaks the content policy (422).
    POLICY = "policy"


class OrderRefused(ProviderError):
    """No job exists and none will: 400 404 405 413 415 422 without an id."""

    def __init__(self, text: str, *, reason: RefusedFor, status: int | None = None) -> None:
        """``reason`` is what the person has to change."""
        super().__init__(text, status=status)
        self.reason = reason


class NotSentFor(Enum):
    """Why an order was not taken, although nothing is wrong with it."""

    #: The connection failed before anything was sent.
    NETWORK = "network"
    #: The key is refused (401, 403), or the base URL is wrong (3xx).
    KEY = "key"
    #: No credit left (402, or 403 with credit text).
    CREDIT = "credit"
    #: Too many requests (429).
    RATE = "rate"


class NotSent(ProviderError):
    """No job exists; the order may be sent again later."""

    def __init__(
        self, text: str, *, reason: NotSentFor, status: int | None = None, retry_after_s: float | None = None
    ) -> None:
        """``retry_after_s`` is how long the provider asks to wait, in seconds, if it said so."""
        super().__init__(text, status=status)
        self.reason = reason
        self.retry_after_s = retry_after_s


class ServerFault(ProviderError):
    """A 5xx without a job id; whether the order may be repeated is the worker's decision."""


class OutcomeUnknown(ProviderError):
    """A job may exist: a time-out or reset after sending, 408 409 425 499, or a 2xx with neither id nor output."""


class Transient(ProviderError):
    """A question that failed and may be asked again; never says anything about the job."""

    def __init__(self, text: str, *, status: int | None = None, retry_after_s: float | None = None) -> None:
        """``retry_after_s`` is how long the provider asks to wait, in seconds, if it said so."""
        super().__init__(text, status=status)
        self.retry_after_s = retry_after_s


class KeyRefused(ProviderError):
    """401 or 403 on a question: the key is no longer accepted."""


class Gone(ProviderError):
    """404 on a poll; 401 403 404 410 on a download."""


class ChatError(Exception):
    """The chat said no or could not be reached; ``text`` is free of secrets."""


class ChatBusy(ChatError):
    """Try again, at the earliest after ``retry_after_s`` seconds."""

    def __init__(self, text: str, *, retry_after_s: float = 1.0) -> None:
        """Keep how long the chat asks to wait."""
        super().__init__(text)
        self.retry_after_s = retry_after_s


class NotYet(ChatBusy):
    """Edits are scarce, and this one has to wait; the channel takes what is more urgent."""


class ChatClosed(ChatError):
    """The channel is gone, archived, or closed to us."""


class MessageGone(ChatError):
    """The message to edit or to take down no longer exists."""


class FileTooLarge(ChatError):
    """The chat does not take a file of this size."""


class ArchiveError(Exception):
    """The archive cannot be written or read: full, read-only, or a checksum that does not match."""


class ClipDamaged(Exception):
    """The bytes are not a playable clip of what was ordered; ``str()`` says in which way."""


class PictureRefused(Refusal):
    """A reference picture that cannot be fetched or used; the sentence says why."""


class StoreError(Exception):
    """The rows cannot be read or written."""


class LockLost(StoreError):
    """The lock that kept every other process away is gone; nothing may be written or ordered after that."""


class Stale(StoreError):
    """The row is not what it was when it was read; the step did not happen."""


class Conflict(StoreError):
    """Two transactions met on the same rows and this one gave way; the whole of it may be run again."""

    def __init__(self) -> None:
        """The sentence is for when they have met again and again."""
        super().__init__("Several orders met on the same rows, again and again; nothing was written.")


class Taken(StoreError):
    """A unique index refused the row; ``constraint`` is the index's name."""

    def __init__(self, constraint: str) -> None:
        """Keep the index's name, so that the caller can tell which rule spoke."""
        super().__init__(constraint)
        self.constraint = constraint
