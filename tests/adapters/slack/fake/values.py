"""What stands in the workspace: people, channels, messages, views, and what the app was heard to say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

#: Every scope of the app's manifest; a test takes some away to see ``missing_scope``.
SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "chat:write.public",
        "channels:join",
        "files:write",
        "files:read",
        "reactions:read",
        "reactions:write",
        "app_mentions:read",
        "channels:read",
        "groups:read",
        "users:read",
        "usergroups:read",
        "im:history",
    }
)


class SlackError(Exception):
    """An answer ``{"ok": false}``: its name, what is wrong in words, and the HTTP status it comes with."""

    def __init__(
        self,
        *,
        error: str,
        said: Iterable[str] = (),
        status: int = 200,
        retry_after_s: float | None = None,
        **more: Any,
    ) -> None:
        super().__init__(error)
        self.error, self.said, self.status = error, tuple(said), status
        self.retry_after_s, self.more = retry_after_s, more


@dataclass(slots=True, kw_only=True)
class Team:
    """A workspace that installed the app."""

    id: str
    domain: str
    bot_user: str
    bot_id: str
    bot_token: str
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    installed: bool = True


@dataclass(slots=True, kw_only=True)
class Person:
    """A member of a workspace, or a stranger who is here through a shared channel."""

    id: str
    name: str
    team: str
    admin: bool = False
    guest: bool = False
    bot: bool = False
    stranger: bool = False
    deleted: bool = False
    tz: str = "Europe/Berlin"


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel, or with ``direct_with`` the direct messages between the bot and one person."""

    id: str
    name: str
    team: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    shared: bool = False
    direct_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How a message stood until it was changed."""

    at: float
    text: str
    blocks: list[Json]


@dataclass(slots=True, kw_only=True, eq=False)
class FakeMessage:
    """A message as it stands now; the object stays the same when the message is edited.

    ``only`` is the person who alone sees it; ``files`` are file ids; ``reactions`` has who gave each emoji.
    """

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    files: list[str] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    only: str | None = None
    deleted: bool = False
    metadata: Json | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class FakeView:
    """A modal on somebody's screen, or their home; ``errors`` are what the app said of its fields last."""

    id: str
    hash: str
    team: str
    user: str
    payload: Json
    root: str
    previous: str | None = None
    typed: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.payload.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.payload["blocks"])

    @property
    def private_metadata(self) -> str:
        return str(self.payload.get("private_metadata", ""))

    @property
    def callback_id(self) -> str:
        return str(self.payload.get("callback_id", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStub:
    """A file that a person picks on their machine."""

    name: str
    content: bytes = b"\x89PNG\r\n\x1a\n"
    mimetype: str = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acked:
    """What the app answered to a delivery: nothing in time is not ``ok``. ``seconds`` is how long it took."""

    ok: bool
    payload: Json
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to the Web API and its outcome; ``error`` is None where it was answered ``ok``."""

    method: str
    args: Json
    token: str
    team: str | None
    at: float
    error: str | None = None
