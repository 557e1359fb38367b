"""The chat: cards, lines, clips and reactions, the same for every platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.core.commands import Actor
from bot.core.rows import Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button: what it says, and the command that a press becomes."""

    #: At most 75 characters (Slack's limit; Discord's is 80).
    label: str
    #: ``verb`` or ``verb:subject`` or ``verb:subject:argument``, at most 100 characters (Discord's ``custom_id``).
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A still picture that goes with a card, a clip's message or an answer.

    The file is whole and stays where it is for a day at least; the chat reads it and neither moves nor removes it.
    """

    path: Path
    #: The name to show, safe on every disk. Other bytes have another name: a chat that has shown it need not send it
    #: again.
    name: str
    #: What it shows, in words, for whoever cannot see it: the alt text, 1,000 characters at most.
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """What a card, a line or a clip's message shows; the platform decides only how it looks.

    What a person wrote is in ``quote`` and nowhere else; a renderer escapes it and lets it mention nobody.
    """

    title: str
    quote: str = ""
    lines: tuple[str, ...] = ()
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    #: The take that each of the card's numbers stands for, in order; empty for a single take.
    numbers: tuple[str, ...] = ()
    #: The people (platform's ids) to mention, each once.
    mentions: tuple[str, ...] = ()
    #: Shown on the card itself, below the quote; with a clip, in the clip's message.
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Where a message is: the channel's id and the message's own."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A clip that the channel can see."""

    message: Message
    #: The platform's id of the file, by which the post is found again after a crash.
    file_id: str
    #: Its message shows other clips too: a ✅ there means none of them.
    together: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A person's reaction that stands on a message, as the platform says it now."""

    person: str
    #: The emoji, normalised: ``✅``, ``❌``, ``2️⃣``.
    emoji: str
    #: The name to show; empty where the platform does not say it here.
    name: str = ""
    guest: bool = False
    bot: bool = False
    #: As an actor's; ``None``: the platform does not say it just now.
    groups: tuple[str, ...] | None = ()


class Chat(Protocol):
    """One chat platform. Every method raises only ChatError and its children."""

    #: ``local``, ``slack``, ``discord``; channel ids begin with it and a colon.
    platform: str
    #: The longest that posting a clip may take, in seconds.
    post_timeout_s: float
    #: Clips that are posted under one card at the same time are shown in one message; so a slate's wait for each other.
    clips_together: bool

    @property
    def progress_every_s(self) -> float | None:
        """Seconds between edits that only bring the time left up to date, as of now; ``None``: no such edits."""
        ...

    async def may_post(self, channel: str) -> str | None:
        """Whether cards and files may be posted there; otherwise the sentence that says how to allow it."""
        ...

    async def most_bytes(self, channel: str) -> int | None:
        """The largest file that may be posted there; ``None`` where no limit is known."""
        ...

    async def show(
        self, view: CardView, *, channel: str, nonce: str, message: Message | None, rank: Rank = Rank.STATE
    ) -> Message:
        """Post a card, or edit it where ``message`` names it.

        Posting with a nonce that was posted before gives the first message instead of a second one. Where edits are
        scarce, those of a lower ``rank`` wait.

        Raises:
            MessageGone: a person deleted the card that was to be edited.
            NotYet: an edit of this rank has to wait.
        """
        ...

    async def say(self, view: CardView, *, channel: str, nonce: str, to: str | None, thread: Message | None) -> Message:
        """Post a line: to everyone in the channel, or to one person privately when ``to`` names them."""
        ...

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """Post a clip's bytes under the file name ``name``; in the card's thread when ``thread`` names it.

        Returns only when the channel can see it.

        Raises:
            FileTooLarge
        """
        ...

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """The clip that was posted with this nonce, if the channel can see it."""
        ...

    async def link(self, message: Message) -> str | None:
        """The address at which a person sees the message; ``None`` where messages have none, or it does not stand."""
        ...

    async def reactions(self, message: Message) -> list[Reaction]:
        """Every reaction that stands on the message now; bots included."""
        ...

    async def who(self, person: str, *, channel: str) -> Actor:
        """The person as the channel's workspace knows them now; whoever is not in it any more is a guest there."""
        ...

    async def take_down(self, message: Message, *, file: str | None = None) -> None:
        """Remove a message with its files; one that is not there is not an error.

        Where ``file`` names one of several clips in it, only that goes, and the message stays for the others.
        """
        ...

    async def take_off_picture(self, message: Message) -> None:
        """Take the picture off a clip's message; the clip and its words stay.

        A message without one, or that is not there, is no error.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a fake chat was asked to show, for tests."""

    message: Message
    view: CardView
    to: str | None = None
    thread: Message | None = None
    #: The names of its clips.
    files: tuple[str, ...] = ()
    edits: int = field(default=0)

    @property
    def file(self) -> str | None:
        """The name of its clip; of several, the first."""
        return self.files[0] if self.files else None
