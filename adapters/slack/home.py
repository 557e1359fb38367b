"""The App Home: a person's home as a view of blocks, published when they open it and when something changed it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Protocol

from slack_sdk.models.blocks import Block, DividerBlock, HeaderBlock, PlainTextObject
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import blocks, cards, text
from adapters.slack.client import ClientOf, translated
from adapters.slack.ids import channel_id, split, workspace_id
from bot.core.commands import Actor, Command, OpenHome, Place
from bot.core.errors import ChatError
from bot.core.homes import Home, HomeLine, HomePart
from bot.core.notices import Notice

log = logging.getLogger(__name__)
MOST_BLOCKS = 100
HEADER_CHARACTERS = 150
#: What a block's id begins with when its buttons act in a channel; behind it its number and the channel's own id.
_IN = "in"
#: Channels that a page and a whole answer of ``users.conversations`` may have.
PAGE = 200
MOST_PAGES = 5


class Manager(Protocol):
    """The one door to the product."""

    async def handle(self, command: Command) -> Notice:
        """Carry out a command; a refusal is an answer too."""
        ...


class Homes:
    """Publishes homes."""

    def __init__(self, client_of: ClientOf, manager: Manager) -> None:
        """``manager`` says what is in them."""
        self._client_of = client_of
        self._manager = manager

    async def publish(self, team: str, actor: Actor, event: str) -> None:
        """Show a person their home as it is now; one that cannot be shown is logged and comes with the next.

        ``event`` is the platform's id of whatever gave occasion to it.
        """
        try:
            client = self._client_of(team)
            answer = await self._manager.handle(await self._asked(client, team, actor, event))
            if answer.home is None and not answer.text:
                return
            view = rendered(answer.home or _saying(answer.text))
            with translated():
                await client.views_publish(user_id=actor.id, view=view)
        except ChatError as error:
            log.warning("the home of %s could not be shown: %s", actor.id, error)

    async def _asked(self, client: AsyncWebClient, team: str, actor: Actor, event: str) -> OpenHome:
        place = Place(workspace=workspace_id(team), channel=channel_id(team, actor.id), name=actor.name, direct=True)
        channels = [channel async for channel in _channels_of(client, actor.id)]
        return OpenHome(
            actor=actor, place=place, event=event, channels=tuple(channel_id(team, each) for each in channels)
        )


async def _channels_of(client: AsyncWebClient, person: str) -> AsyncIterator[str]:
    """The channels that the person and the bot are in, as far as a few pages tell.

    Raises:
        ChatBusy, ChatClosed, ChatError
    """
    cursor = ""
    for _ in range(MOST_PAGES):
        with translated():
            page = await client.users_conversations(
                user=person,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=PAGE,
                cursor=cursor or None,
            )
        for channel in page.get("channels") or []:
            yield str(channel["id"])
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return


def rendered(home: Home) -> View:
    """The home as a view; what is over Slack's limit of blocks is left out at the end."""
    shown = [block for number, part in enumerate(home.parts) for block in _part(number, part)]
    return View(type="home", blocks=shown[:MOST_BLOCKS])


def channel_of(action: Mapping[str, Any], team: str) -> str | None:
    """The id of the channel in which a press in a home acts; ``None``: in private.

    ``action`` is what Slack says of the press; its ``block_id`` comes from a view that we have published.
    """
    kind, _, rest = str(action.get("block_id") or "").partition(":")
    _, _, own = rest.partition(":")
    return channel_id(team, own) if kind == _IN and own else None


def _part(number: int, part: HomePart) -> Iterator[Block]:
    if part.title:
        yield HeaderBlock(text=PlainTextObject(text=part.title[:HEADER_CHARACTERS], emoji=True))
    yield from cards.below_each_other([said for line in part.lines for said in _line(line)])
    for row in blocks.buttons(part.buttons):
        row.block_id = f"{_IN}:{number}:{split(part.channel)[1] if part.channel else ''}"
        yield row
    yield DividerBlock()


def _line(line: HomeLine) -> Iterator[str]:
    """A line whose first word may be followed; in pieces that each fit into a section."""
    first, blank, rest = line.text.partition(" ")
    if not line.address.startswith("https://"):
        yield from map(text.linking, text.pieces(line.text))
    else:
        room = text.SECTION_CHARACTERS - len(linked := f"<{text.escaped(line.address)}|{text.literal(first)}>")
        yield f"{linked}{blank}{text.literal(text.cut(rest, room - len(blank)))}"


def _saying(sentence: str) -> Home:
    """Why there is no home: one sentence."""
    return Home(parts=(HomePart(title="", lines=(HomeLine(text=sentence),)),))
