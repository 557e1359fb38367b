"""What is sent to Discord with a message, in the words of discord.py."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import discord

from adapters.discord import cards
from adapters.discord.buttons import view_of
from adapters.discord.cards import Rendered
from adapters.discord.errors import translated
from adapters.discord.ids import spot
from bot.core.errors import ChatBusy, ChatError
from bot.core.ports import Message, Picture

Json = dict[str, Any]

#: Discord's limit.
NONCE_CHARACTERS = 25


class Unreadable(ChatError):
    """A picture cannot be read."""


def short(channel: str, nonce: str) -> str:
    """A nonce, which counts for one channel, as Discord takes it."""
    return hashlib.sha256(f"{channel}:{nonce}".encode()).hexdigest()[:NONCE_CHARACTERS]


def new(rendered: Rendered) -> Json:
    """What a new message is sent with."""
    shown: Json = {"content": rendered.content or None, "allowed_mentions": rendered.allowed}
    if rendered.embed is not None:
        shown["embed"] = rendered.embed
    if rendered.buttons:
        shown["view"] = view_of(rendered.buttons)
    if rendered.picture is not None:
        shown["file"] = _file(rendered.picture)
    return shown


def changed(rendered: Rendered, kept: Sequence[discord.Attachment] = ()) -> Json:
    """What an edit is sent with; a picture that the message shows already is kept, and every other one goes."""
    picture = rendered.picture
    attachments = [each for each in kept if picture and each.filename == picture.name][:1]
    if picture is not None and not attachments:
        attachments = [_file(picture)]
    return {
        "content": rendered.content or None,
        "embed": rendered.embed,
        "view": view_of(rendered.buttons) if rendered.buttons else None,
        "attachments": attachments,
        "allowed_mentions": rendered.allowed,
    }


def _file(picture: Picture) -> Any:
    try:
        return cards.file(picture)
    except OSError as error:
        msg = f"it cannot be read ({type(error).__name__})"
        raise Unreadable(msg) from None


async def respond(interaction: discord.Interaction[Any], rendered: Rendered) -> discord.Message:
    """Answer an interaction with a message, or put it in the place of an answer that was deferred."""
    if interaction.response.is_done():
        return await interaction.edit_original_response(**changed(rendered))
    answer = await interaction.response.send_message(**new(rendered))
    shown = answer.resource
    return shown if isinstance(shown, discord.Message) else await interaction.original_response()


async def answered(interaction: discord.Interaction[Any]) -> discord.Message | None:
    """The answer that an interaction has, where nobody knows whether it reached Discord.

    Raises:
        ChatBusy: Discord cannot be asked.
    """
    try:
        with translated():
            found = await interaction.original_response()
    except ChatBusy:
        raise
    except ChatError:
        return None
    return found if found.content or found.embeds else None


def reply(under: Message | None, guild: int, place: int) -> discord.MessageReference | None:
    """A reply, where the message stands in the same place; Discord takes no other."""
    if under is None or spot(under)[0] != place:
        return None
    return discord.MessageReference(
        message_id=spot(under)[1], channel_id=place, guild_id=guild, fail_if_not_exists=False
    )
