"""Sends messages at Slack's pace: posted, edited, or shown to one person only."""

from __future__ import annotations

import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from slack_sdk.errors import SlackApiError

from adapters.chat.pace import Limits, Pace
from adapters.slack.blocks import Rendered
from adapters.slack.client import NO_THREAD, ClientOf, code_of, translated
from adapters.slack.ids import channel_id, split
from adapters.slack.text import AS_WRITTEN, FOLDED
from bot.core.errors import ChatBusy, ChatError, NotYet
from bot.core.ports import CardView, Clock, Message, Picture
from bot.core.rows import Rank

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Slack takes some fifty edits a minute for all cards of a workspace together, by their rank.
LIMITS = Limits(
    edits={Rank.UNDO: 48, Rank.OUTCOME: 45, Rank.STATE: 30, Rank.PROGRESS: 20},
    window_s=60.0,
    soon_edits={Rank.UNDO: 48, Rank.OUTCOME: 45, Rank.STATE: 8, Rank.PROGRESS: 5},
    soon_window_s=10.0,
)
#: What stands on so many messages is remembered, so that an edit that changes nothing is not sent.
MOST_SHOWN = 2_000
#: A message waits so often for its picture, and then goes without it: what it says is worth more.
PICTURE_TRIES = 3
#: What Slack says where a picture cannot be shown, among other things.
_BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format"})

#: A view as a message; with a picture's file, or without.
Draw = Callable[[CardView, str | None], Rendered]


class Pictures(Protocol):
    """Uploads pictures for blocks."""

    async def file_id(self, picture: Picture, channel: str) -> str:
        """The id of the picture's file, uploaded once, which an image block can show.

        Raises:
            ChatError: it cannot be uploaded.
            OSError: it cannot be read.
        """
        ...

    async def hung(self, message: Message, picture: Picture | None) -> None:
        """A message shows this picture now, or none; the file of the one that it showed before is removed.

        Raises:
            ChatError: it could not be noted, or removed.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Shown:
    """What stands on a message."""

    digest: str
    #: The name of the picture that is seen; empty: none is.
    picture: str
    #: And of the one that was to be seen.
    wanted: str


class Sender:
    """Sends what was drawn; every method raises only ChatError and its children."""

    def __init__(self, client_of: ClientOf, clock: Clock, pictures: Pictures, *, bot: str) -> None:
        """``bot`` is the name by which it is invited."""
        self._client_of = client_of
        self._pictures = pictures
        self._bot = bot
        self._pace = Pace(clock, LIMITS)
        self._shown: OrderedDict[Message, _Shown] = OrderedDict()
        #: By name: how often a picture could not be uploaded yet; one that was is not here.
        self._late = Counter[str]()

    @property
    def progress_every_s(self) -> float:
        """See ``Pace``."""
        return self._pace.progress_every_s

    async def post(self, view: CardView, channel: str, draw: Draw, *, thread: str | None = None) -> Message:
        """Post it in the channel, or under the message ``thread``; beside it, where that was deleted."""
        picture = await self._picture(view, channel)
        team, place = split(channel)
        return await self._post(team, place, _Drawn(view, picture, draw), thread)

    async def edit(self, view: CardView, message: Message, draw: Draw, rank: Rank) -> None:
        """Show this on the message; progress that changes nothing is not sent.

        Raises:
            NotYet: an edit of this rank has to wait, or its picture is not uploaded yet.
            MessageGone
        """
        drawn, before = _Drawn(view, await self._picture(view, message.channel), draw), self._shown.get(message)
        if rank is Rank.PROGRESS and before is not None and before.digest == drawn.whole.digest:
            return
        if view.picture is not None and (before is None or before.wanted != view.picture.name):
            rank = min(rank, Rank.OUTCOME, key=lambda each: each.value)  # One votes on what the picture shows.
        team, place = split(message.channel)
        self._pace.edit(team, message.id, rank)
        client = self._client_of(team)
        await self._send(
            drawn,
            lambda shown: client.chat_update(
                channel=place, ts=message.id, text=shown.text, blocks=list(shown.blocks), **AS_WRITTEN
            ),
        )
        await self._hang(message, drawn, before)

    async def whisper(self, view: CardView, channel: str, draw: Draw, *, to: str, thread: str | None) -> Message:
        """Say it so that only one person sees it: in the thread, where they are in the channel, else directly.

        What Slack shows to one person in a channel is gone when they load it anew: good for a word about a card, not
        for a question, nor for what is about no card.
        """
        team, place = split(channel)
        drawn = _Drawn(view, await self._picture(view, channel), draw)
        if thread is None or view.buttons:
            return await self._post(team, to, drawn, None)
        client = self._client_of(team)
        try:
            said = await self._send(
                drawn,
                lambda shown: client.chat_postEphemeral(
                    channel=place, user=to, thread_ts=thread, text=shown.text, blocks=list(shown.blocks), **AS_WRITTEN
                ),
            )
        except ChatBusy:
            raise
        except ChatError as error:
            log.info("said in a direct message instead: %s", error)
            return await self._post(team, to, drawn, None)
        return Message(channel=channel, id=str(said["message_ts"]))

    def forget(self, message: Message) -> None:
        """The message does not stand any more."""
        self._shown.pop(message, None)

    async def _post(self, team: str, place: str, drawn: _Drawn, thread: str | None) -> Message:
        await self._pace.post(team, place)
        client = self._client_of(team)

        def posting(under: str | None) -> Callable[[Rendered], Awaitable[Any]]:
            return lambda shown: client.chat_postMessage(
                channel=place, thread_ts=under, text=shown.text, blocks=list(shown.blocks), **FOLDED
            )

        try:
            said = await self._send(drawn, posting(thread), but=NO_THREAD if thread else frozenset())
        except _Refused:
            said = await self._send(drawn, posting(None))
        message = Message(channel=channel_id(team, str(said["channel"])), id=str(said["ts"]))
        await self._hang(message, drawn, _Shown("", "", ""))
        return message

    async def _send(
        self, drawn: _Drawn, send: Callable[[Rendered], Awaitable[T]], *, but: frozenset[str] = frozenset()
    ) -> T:
        """Send it; without its picture, where Slack does not show that one.

        Raises:
            _Refused: Slack said one of the words in ``but``.
        """
        with translated(bot=self._bot):
            try:
                return await send(drawn.whole)
            except SlackApiError as error:
                if code_of(error) in but:
                    raise _Refused from None
                if drawn.picture is None or code_of(error) not in _BAD_BLOCKS:
                    raise
                log.warning("Slack does not show the picture %s", drawn.picture)
                drawn.picture = None
            return await send(drawn.bare)

    async def _picture(self, view: CardView, channel: str) -> str | None:
        """The file of the view's picture; without one, the message is sent all the same.

        Raises:
            NotYet: it is worth another try; nothing else has to wait for that.
        """
        if view.picture is None:
            return None
        name = view.picture.name
        try:
            file = await self._pictures.file_id(view.picture, channel)
        except (ChatError, OSError) as error:
            if isinstance(error, ChatBusy) and self._waits_for(name):
                msg = f"{name} is not uploaded yet"
                raise NotYet(msg, retry_after_s=error.retry_after_s) from error
            log.warning("%s is not shown: %s", name, error)
            return None
        self._late.pop(name, None)
        return file

    def _waits_for(self, name: str) -> bool:
        """Whether a picture that is late may hold its message up once more."""
        if len(self._late) > MOST_SHOWN:
            self._late.clear()
        self._late[name] += 1
        return self._late[name] < PICTURE_TRIES

    async def _hang(self, message: Message, drawn: _Drawn, before: _Shown | None) -> None:
        """Remember what stands on the message, and have the picture that it showed before removed."""
        wanted = drawn.view.picture
        picture = wanted if drawn.picture else None
        shown = _Shown(drawn.whole.digest, picture.name if picture else "", wanted.name if wanted else "")
        self._shown[message] = shown
        self._shown.move_to_end(message)
        while len(self._shown) > MOST_SHOWN:
            self._shown.popitem(last=False)
        if before is None or before.picture != shown.picture:
            try:
                await self._pictures.hung(message, picture)
            except ChatError as error:
                log.warning("the picture that %s showed before stays for now: %s", message.id, error)
                self.forget(message)  # So that the next edit asks for it again.


class _Drawn:
    """A view as it is to be sent."""

    def __init__(self, view: CardView, picture: str | None, draw: Draw) -> None:
        self.view = view
        self.picture = picture
        self.whole = draw(view, picture)
        self._draw = draw

    @property
    def bare(self) -> Rendered:
        """Without the picture."""
        return self._draw(self.view, None)


class _Refused(Exception):
    """Slack said a word that the caller waits for."""
