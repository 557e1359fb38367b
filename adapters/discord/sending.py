"""Sends messages at Discord's pace: posted once, edited, or given as the answer to what somebody asked."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import discord

from adapters.chat.pace import Limits, Pace
from adapters.discord import payloads
from adapters.discord.cards import Rendered
from adapters.discord.errors import AGAIN_S, MOST_WAIT_S, TOO_OLD, meant, translated
from adapters.discord.forums import Forums
from adapters.discord.ids import PLATFORM, message_id, split, spot
from adapters.discord.refusals import Refusals
from adapters.discord.threads import in_open
from bot.core.errors import ChatBusy, ChatError, FileTooLarge, NotYet
from bot.core.moments import worded
from bot.core.ports import CardView, Clock, Message
from bot.core.rows import Rank

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Discord takes five edits within five seconds for all cards of a channel together, by their rank.
LIMITS = Limits(
    edits={Rank.UNDO: 5, Rank.OUTCOME: 5, Rank.STATE: 4, Rank.PROGRESS: 2},
    window_s=5.0,
    soon_edits={Rank.UNDO: 5, Rank.OUTCOME: 5, Rank.STATE: 4, Rank.PROGRESS: 1},
    soon_window_s=1.0,
)
#: And of messages that are older than an hour some three within twenty seconds.
OLD_LIMITS = Limits(
    edits={Rank.UNDO: 3, Rank.OUTCOME: 3, Rank.STATE: 2, Rank.PROGRESS: 1},
    window_s=20.0,
    soon_edits={Rank.UNDO: 3, Rank.OUTCOME: 2, Rank.STATE: 1, Rank.PROGRESS: 1},
    soon_window_s=5.0,
)
OLD_MS = 3_600_000
#: What only brings the time left up to date on a message that Discord does not let us edit just now waits so long.
OLD_AGAIN_S = 60.0
#: What stands on so many messages is remembered, so that an edit that changes nothing is not sent.
MOST_SHOWN = 2_000
#: Pauses, in seconds, after which Discord is asked again whether a card answers its interaction.
LOOKS_S = (1.0, 3.0, 6.0, 10.0)

#: A view as a message.
Draw = Callable[[CardView], Rendered]
#: Sends it by one of discord.py's ways.
Send = Callable[[Rendered], Awaitable[discord.Message]]


class TooOld(ChatError):
    """The message is older than an hour, and Discord takes no more edits of it for now."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on a message, as the last edit of this process left it."""

    view: CardView
    digest: str
    #: Its files, as Discord knows them.
    attachments: tuple[discord.Attachment, ...]


class Sender:
    """Sends what was drawn; every method raises only ChatError and its children."""

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        """``client`` is logged in when the first message is sent."""
        self._client = client
        self._clock = clock
        self._pace = Pace(clock, LIMITS)
        self._old_pace = Pace(clock, OLD_LIMITS)
        self._refusals = Refusals(clock)
        self._forums = Forums(client, clock)
        self._shown: OrderedDict[tuple[int, int], Shown] = OrderedDict()

    @property
    def progress_every_s(self) -> float:
        """See ``Pace``."""
        return self._pace.progress_every_s

    def shown(self, message: Message) -> Shown | None:
        """What stands on a message, where this process knows it."""
        return self._shown.get(spot(message))

    def is_old(self, message: Message) -> bool:
        """Whether it is older than an hour, so that Discord takes few edits of it."""
        sent = discord.utils.snowflake_time(spot(message)[1]).timestamp()
        return self._clock.now() - sent * 1000 > OLD_MS

    async def post(
        self, view: CardView, channel: str, draw: Draw, *, nonce: str, under: Message | None = None
    ) -> Message:
        """Post it, as a reply to the message ``under``, or beside that where it was deleted.

        Discord gives the first message once more where the same nonce comes again within minutes.
        """
        guild, place = split(channel)
        await self._pace.post(str(guild), str(place))
        where = self._client.get_partial_messageable(place, guild_id=guild)
        only_once: payloads.Json = {
            "nonce": payloads.short(channel, nonce),
            "reference": payloads.reply(under, guild, place),
        }
        with self._refusals.heeded((place, "post", view.picture is None)):
            sent = await self._send(draw(view), place, lambda shown: where.send(**payloads.new(shown), **only_once))
        return self._keep(view, draw, channel, sent)

    async def begin(
        self, view: CardView, channel: str, draw: Draw, forum: discord.ForumChannel, *, nonce: str
    ) -> Message:
        """Post it in a forum, where every message begins a post of its own."""
        name = worded(view.title).strip() or PLATFORM

        async def send(rendered: Rendered) -> discord.Message:
            return await self._forums.begin(forum, name, payloads.new(rendered), nonce=nonce)

        return self._keep(view, draw, channel, await self._send(draw(view), forum.id, send))

    async def answer(
        self, view: CardView, channel: str, draw: Draw, interaction: discord.Interaction[Any]
    ) -> Message | None:
        """Post it as what an interaction is answered with; ``None``: that is over, and it shows nothing."""
        try:
            sent = await self._send(draw(view), split(channel)[1], lambda shown: payloads.respond(interaction, shown))
        except ChatBusy as error:
            log.warning("whether a card answers its interaction is not known: %s", error)
            found = await self._answered(interaction)
            return self._keep(view, draw, channel, found) if found else None
        except ChatError as error:
            log.info("an interaction is not answered by its card: %s", error)
            return None
        return self._keep(view, draw, channel, sent)

    async def _answered(self, interaction: discord.Interaction[Any]) -> discord.Message | None:
        """What answers it; where Discord cannot be asked for long, nothing, for its card cannot wait."""
        for pause_s in LOOKS_S:
            try:
                return await payloads.answered(interaction)
            except ChatBusy:
                await self._clock.sleep(pause_s)
        return None

    async def edit(self, view: CardView, message: Message, draw: Draw, rank: Rank) -> None:
        """Show this on the message; progress that changes nothing is not sent.

        Raises:
            NotYet: an edit of this rank has to wait.
            TooOld: it is to be posted anew.
            MessageGone
        """
        (place, own), before = spot(message), self.shown(message)
        rendered = draw(view)
        if rank is Rank.PROGRESS and before is not None and before.digest == rendered.digest:
            return
        if view.picture is not None and (before is None or before.view.picture != view.picture):
            rank = min(rank, Rank.OUTCOME, key=lambda each: each.value)  # One votes on what the picture shows.
        is_old = self.is_old(message)
        (self._old_pace if is_old else self._pace).edit(str(place), str(own), rank)
        standing = self._standing(message)
        try:
            with self._refusals.heeded((place, "edit", view.picture is None)):
                kept = await self._attachments(standing, before) if rendered.picture else ()
                sent = await self._send(rendered, place, lambda shown: standing.edit(**payloads.changed(shown, kept)))
        except ChatBusy as error:
            if not (is_old and (isinstance(error, _Scarce) or error.retry_after_s > MOST_WAIT_S)):
                raise
            if rank is Rank.PROGRESS:
                raise NotYet(str(error), retry_after_s=OLD_AGAIN_S) from None
            raise TooOld(str(error)) from None
        self._keep(view, draw, message.channel, sent)

    async def rewrite(self, message: Message, change: Callable[[discord.Embed], discord.Embed]) -> None:
        """Change what a message shows of which this process does not know what stands on it.

        Raises:
            MessageGone
        """
        found = await self.fetch(message)
        embed = change(found.embeds[0].copy() if found.embeds else discord.Embed())
        if found.embeds and found.attachments:
            embed.set_image(url=f"attachment://{found.attachments[0].filename}")
        await self._in_open(spot(message)[0], lambda: self._standing(message).edit(embed=embed))

    async def remove(self, message: Message) -> None:
        """Delete it.

        Raises:
            MessageGone
        """
        self.forget(message)
        place, _ = spot(message)
        await self._in_open(place, self._standing(message).delete)

    async def fetch(self, message: Message) -> discord.Message:
        """The message as it stands.

        Raises:
            MessageGone
        """
        with translated():
            return await self._standing(message).fetch()

    def forget(self, message: Message) -> None:
        """The message does not stand any more."""
        self._shown.pop(spot(message), None)

    def _standing(self, message: Message) -> discord.PartialMessage:
        (guild, _), (place, own) = split(message.channel), spot(message)
        return self._client.get_partial_messageable(place, guild_id=guild).get_partial_message(own)

    async def _attachments(
        self, standing: discord.PartialMessage, before: Shown | None
    ) -> tuple[discord.Attachment, ...]:
        """What the message shows, be it sent by an earlier process."""
        if before is not None:
            return before.attachments
        with translated():
            return tuple((await standing.fetch()).attachments)

    async def _send(self, rendered: Rendered, place: int, send: Send) -> discord.Message:
        """Send it; without its picture, where that cannot be read or is too large for the server."""
        try:
            return await self._in_open(place, lambda: send(rendered))
        except (payloads.Unreadable, FileTooLarge) as error:
            if rendered.picture is None:
                raise
            log.warning("%s is not shown: %s", rendered.picture.name, error)
        return await self._in_open(place, lambda: send(rendered.bare))

    async def _in_open(self, place: int, deed: Callable[[], Awaitable[T]]) -> T:
        """Do it; in a thread that was archived meanwhile, once that is open again."""

        async def told_apart() -> T:
            with _told_apart():
                return await deed()

        return await in_open(self._client, place, told_apart)

    def _keep(self, view: CardView, draw: Draw, channel: str, sent: discord.Message) -> Message:
        """Remember what stands there now."""
        where = (sent.channel.id, sent.id)
        self._shown[where] = Shown(view, draw(view).digest, tuple(sent.attachments))
        self._shown.move_to_end(where)
        while len(self._shown) > MOST_SHOWN:
            self._shown.popitem(last=False)
        return Message(channel=channel, id=message_id(*where))


class _Scarce(ChatBusy):
    """Discord takes no more edits of messages that are older than an hour for now."""


@contextmanager
def _told_apart() -> Iterator[None]:
    """As ``translated``, with what is answered otherwise here than by trying again."""
    with translated():
        try:
            yield
        except discord.HTTPException as error:
            if error.code == TOO_OLD:
                raise _Scarce(str(meant(error)), retry_after_s=AGAIN_S) from None
            raise
