"""What the job manager and the worker work with; the composition root fills it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.core.catalogue import Catalogue
from bot.core.errors import ChatClosed
from bot.core.money import Money
from bot.core.policy import CapPolicy, ChannelPolicy
from bot.core.ports import Archive, CardView, Chat, Clock, Ids, Provider, Store
from bot.core.ports.pictures import Pictures
from bot.core.sentences import practice
from bot.jobs.answers import Answers
from bot.jobs.bell import Bell
from bot.jobs.callbacks import Callbacks
from bot.jobs.copies import Copies
from bot.jobs.downloads import Downloads
from bot.jobs.drawn import Drawn
from bot.jobs.engine import Engine
from bot.jobs.learned import Learned
from bot.jobs.spending.files import Exports
from bot.media.media import Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The installation's settings that the jobs obey."""

    owners: tuple[str, ...] = ()
    zone: str = "UTC"
    #: ``careful``, ``guide`` or ``never``: what follows a 5xx without a job id.
    resend_5xx: str = "careful"
    #: A failed job without a refund mark is settled as charged.
    charge_unmarked_failures: bool = True
    #: Real seconds in one provider second; below 1 only with the simulator.
    provider_scale: float = 1.0
    draft_retention_days: int = 90
    clip_limit_bytes: int = 500_000_000
    #: How long a link to a clip holds, where the archive has a public address.
    link_days: int = 7
    channel_policy: ChannelPolicy = field(default_factory=ChannelPolicy)
    workspace_cap: CapPolicy = CapPolicy(amount=Money.usd(100))
    person_cap: CapPolicy = CapPolicy(amount=None)
    slots: int = 5
    #: Nothing is charged: every card, line and answer is marked.
    practice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """Every part, by its port."""

    store: Store
    #: The name of the provider key that new takes use; not secret.
    key: str
    provider: Provider
    chats: Mapping[str, Chat]
    archive: Archive
    pictures: Pictures
    media: Media
    clock: Clock
    ids: Ids
    catalogue: Catalogue
    engine: Engine
    answers: Answers
    exports: Exports
    drawn: Drawn
    #: Rung when the outbox has something new.
    outbox_bell: Bell
    #: This process, in attempts.
    owner: str
    #: No other process can be at work on these rows: what an earlier one left behind may be judged at once.
    alone: bool = True
    #: Whether that is still so, as far as is known; once it is not, nothing more is ordered.
    may_order: Callable[[], bool] = lambda: True
    rules: Rules = field(default_factory=Rules)
    learned: Learned = field(default_factory=Learned)
    downloads: Downloads = field(default_factory=Downloads)
    copies: Copies = field(default_factory=Copies)
    #: Makes the address that the provider calls when a job has ended; without it nobody calls.
    callbacks: Callbacks | None = None

    def chat_of(self, channel: str) -> Chat:
        """The chat that a channel belongs to.

        Raises:
            ChatClosed: its adapter does not run here.
        """
        platform = channel.partition(":")[0]
        if platform not in self.chats:
            msg = f"the {platform} adapter is not running"
            raise ChatClosed(msg)
        return self.chats[platform]

    def shown(self, view: CardView) -> CardView:
        """A view as the chat is to show it: with the mark of practice, where it is that."""
        return practice.marked(view) if self.rules.practice else view

    def provider_ms(self, seconds: float) -> int:
        """Real milliseconds of a span of provider time."""
        return max(1, round(seconds * 1000 * self.rules.provider_scale))
