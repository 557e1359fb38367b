"""Workspaces and channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from bot.core.policy import ChannelPolicy, WorkspacePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A Slack workspace, a Discord server, or the local one; the place of a bot."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    id: str
    platform: str
    name: str = ""
    policy: WorkspacePolicy = field(default_factory=WorkspacePolicy)
    #: Whether it may spend: the first of its platform may, any other when the operator has added it.
    active: bool = True
    #: Ordering is stopped everywhere in it, since when and by whom.
    paused_by: str | None = None
    created_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel with its settings; threads use their parent's row."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)
    #: Unique over all platforms: ``slack:T1/C2``, ``local:launch``.
    id: str
    workspace: str
    name: str
    policy: ChannelPolicy = field(default_factory=ChannelPolicy)
    #: The budget contact: the person who is told and asked.
    contact: str | None = None
    contact_name: str = ""
    paused_by: str | None = None
    welcomed_at: int | None = None
    created_at: int = 0
