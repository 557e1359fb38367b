"""The Chat port on Slack. How it looks is in ``cards``, how it is sent in ``sending``, files are the uploads'."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from adapters.chat.keycaps import Keycaps
from adapters.chat.notes import Notes
from adapters.chat.said import Said
from adapters.chat.turns import Turns
from adapters.slack import cards, keycaps
from adapters.slack.client import BOT_NAME, ClientOf, translated
from adapters.slack.ids import PLATFORM, split
from adapters.slack.rooms import Rooms
from adapters.slack.sending import Pictures, Sender
from adapters.slack.shelves import SAID, SHELVES
from bot.core import emoji
from bot.core.commands import Actor
from bot.core.errors import MessageGone
from bot.core.ports import CardView, Clock, Message, Posted, Reaction, Store
from bot.core.rows import Rank

#: Slack takes about a gigabyte per file.
MOST_BYTES = 1 << 30

#: Who a person is, by team and id.
Who = Callable[[str, str], Awaitable[Actor]]


class Uploads(Protocol):
    """Posts clips; what each promises, the Chat port says."""

    #: The longest that posting a clip may take, in seconds.
    post_timeout_s: float

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """As the port's."""
        ...

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """As the port's."""
        ...

    async def take_off_picture(self, message: Message) -> None:
        """As the port's."""
        ...

    async def take_down(self, message: Message) -> None:
        """Remove the files that were posted with a message; a message without files is no error."""
        ...


class SlackChat:
    """Every workspace in which the app is installed."""

    platform = PLATFORM
    clips_together = False

    def __init__(
        self,
        *,
        client_of: ClientOf,
        store: Store,
        clock: Clock,
        uploads: Uploads,
        pictures: Pictures,
        who: Who,
        bot: str = BOT_NAME,
    ) -> None:
        """``bot`` is the name by which it is invited."""
        self._client_of = client_of
        self._uploads = uploads
        self._who = who
        self._bot = bot
        self._said = Said(Notes(store, clock, SHELVES), SAID)
        self._rooms = Rooms(client_of, clock, bot=bot)
        self._sender = Sender(client_of, clock, pictures, bot=bot)
        self._keycaps = Keycaps(partial(keycaps.react, client_of), clock)
        self._turns = Turns()
        self.post_timeout_s = uploads.post_timeout_s

    @property
    def progress_every_s(self) -> float | None:
        """Seconds between edits that only bring the time left up to date; more, the more cards are moving."""
        return self._sender.progress_every_s

    async def close(self) -> None:
        """Wait for what has begun."""
        await self._turns.close()
        await self._keycaps.close()

    async def may_post(self, channel: str) -> str | None:
        """Whether cards and files may be posted there; a public channel is joined, if need be.

        Raises:
            ChatBusy: Slack cannot be asked.
        """
        return await self._rooms.obstacle(channel)

    async def most_bytes(self, channel: str) -> int | None:  # noqa: ARG002  # the port's argument
        """About a gigabyte, everywhere."""
        return MOST_BYTES

    async def show(
        self, view: CardView, *, channel: str, nonce: str, message: Message | None, rank: Rank = Rank.STATE
    ) -> Message:
        """Post a card once per nonce, or edit it; one that stands already is edited to show this.

        Raises:
            MessageGone: a person deleted the card that was to be edited.
            NotYet: an edit of this rank has to wait, or the picture is not uploaded yet.
            ChatBusy, ChatClosed, ChatError
        """
        return await self._turns.take((channel, nonce), lambda: self._show(view, channel, nonce, message, rank))

    async def say(self, view: CardView, *, channel: str, nonce: str, to: str | None, thread: Message | None) -> Message:
        """Post a line once per nonce; to one person in the thread where only they see it, else as a direct message.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        return await self._turns.take((channel, nonce), lambda: self._say(view, channel, nonce, to, thread))

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """Upload a clip, and return when the channel can see it.

        Raises:
            FileTooLarge, ChatBusy, ChatClosed, ChatError
        """
        own = _own(channel, nonce)
        post = partial(self._uploads.post_clip, view, clip, name=name, channel=channel, nonce=own, thread=thread)
        return await self._turns.take((channel, nonce), post)

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """The clip that was posted with this nonce, if the channel can see it."""
        return await self._uploads.find_post(channel=channel, nonce=_own(channel, nonce))

    async def take_off_picture(self, message: Message) -> None:
        """Take the picture off a clip's message; the clip stays."""
        await self._uploads.take_off_picture(message)

    async def link(self, message: Message) -> str | None:
        """The message's permalink, while it stands.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        team, place = split(message.channel)
        try:
            with translated(bot=self._bot):
                found = await self._client_of(team).chat_getPermalink(channel=place, message_ts=message.id)
        except MessageGone:
            return None
        return str(found["permalink"])

    async def reactions(self, message: Message) -> list[Reaction]:
        """Every reaction that stands on the message now, each person's once per meaning.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        team, place = split(message.channel)
        try:
            with translated(bot=self._bot):
                found = await self._client_of(team).reactions_get(channel=place, timestamp=message.id, full=True)
        except MessageGone:
            return []
        standing = (found.get("message") or {}).get("reactions") or []
        given = [(person, emoji.normalise(each["name"])) for each in standing for person in each.get("users") or []]
        return [await self._reaction(team, person, sign) for person, sign in dict.fromkeys(given)]

    async def who(self, person: str, *, channel: str) -> Actor:
        """The person as the workspace knows them now; whoever is not in it any more is a guest there.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        return await self._who(split(channel)[0], person)

    async def take_down(self, message: Message, *, file: str | None = None) -> None:  # noqa: ARG002  # it has one
        """Remove a message with its files; one that is not there is not an error.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        team, place = split(message.channel)
        await self._uploads.take_down(message)
        self._sender.forget(message)
        try:
            with translated(bot=self._bot):
                await self._client_of(team).chat_delete(channel=place, ts=message.id)
        except MessageGone:
            return

    async def _reaction(self, team: str, person: str, sign: str) -> Reaction:
        actor = await self._who(team, person)
        return Reaction(
            person=person, emoji=sign, name=actor.name, guest=actor.guest, bot=actor.bot, groups=actor.groups
        )

    async def _show(self, view: CardView, channel: str, nonce: str, message: Message | None, rank: Rank) -> Message:
        standing = message or await self._said.message(channel, nonce)
        if standing is not None:
            try:
                await self._sender.edit(view, standing, cards.card, rank)
            except MessageGone:
                await self._said.forget(channel, nonce)
                if message is not None:
                    raise
                standing = None
        if standing is None:
            standing = await self._sender.post(view, channel, cards.card)
            await self._said.keep(channel, nonce, standing)
        if view.picture is not None and view.numbers:
            self._keycaps.number(standing, len(view.numbers))
        return standing

    async def _say(self, view: CardView, channel: str, nonce: str, to: str | None, thread: Message | None) -> Message:
        said = await self._said.message(channel, nonce)
        if said is None:
            under = thread.id if thread else None
            if to is None:
                said = await self._sender.post(view, channel, cards.line, thread=under)
            else:
                said = await self._sender.whisper(view, channel, cards.line, to=to, thread=under)
            await self._said.keep(channel, nonce, said)
        return said


def _own(channel: str, nonce: str) -> str:
    """A nonce counts for one channel; an upload's, which is noted in the rows, says for which."""
    return f"{channel}:{nonce}"
