"""How an answer is put to Discord: as a response, in place of another message, or in another way."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import discord

from adapters.chat.parts import width
from adapters.discord import cards, text
from adapters.discord.buttons import Interaction, from_home, view_of
from bot.core.errors import ChatError
from bot.core.notices import Notice
from bot.core.sentences import files, talk

log = logging.getLogger(__name__)

#: The status of a message whose files are.
TOO_LARGE = 413
#: Whatever keeps an answer from being given.
FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, ChatError)


async def otherwise(interaction: Interaction, said: Notice) -> None:
    """Where the interaction does not take it: to the person directly, or in the channel; if they have to know.

    What has buttons goes to the channel first, for nothing is ordered in direct messages.
    """
    if not (said.needed or said.buttons):
        return
    followup, channel = interaction.followup, _open_channel(interaction)
    ways = [lambda: send(interaction.user.send, at_home(said, interaction.guild_id))]
    if channel is not None:
        ways.insert(
            0 if said.buttons else 1, lambda: send(channel.send, replace(said, table=""), to=interaction.user.id)
        )
    if interaction.response.is_done():
        ways.insert(0, lambda: send(followup.send, said, ephemeral=True))
    for way in ways:
        if await _done(way):
            return


def _open_channel(interaction: Interaction) -> Any:
    """The channel in which everybody sees it, if there is one."""
    channel = interaction.channel
    return channel if interaction.guild_id is not None and hasattr(channel, "send") else None


async def _done(way: Callable[[], Awaitable[Any]]) -> bool:
    try:
        await way()
    except FAILURES as error:
        note(error)
        return False
    return True


def at_home(said: Notice, guild: int | None) -> Notice:
    """The answer as it stands in a direct message, whose buttons say which server they are about."""
    return said if guild is None else replace(said, buttons=tuple(from_home(each, guild) for each in said.buttons))


def note(error: BaseException) -> None:
    """Log that an answer was not given."""
    log.warning("an answer could not be given: %s", named(error))


def named(error: BaseException) -> str:
    """What failed, without an address, for that has the interaction's token in it."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status}, code {error.code}"
    return f"{type(error).__name__}: {error}" if isinstance(error, ChatError) else type(error).__name__


def is_own(interaction: Interaction) -> bool:
    """Whether what was pressed is a message that only this person sees."""
    message = interaction.message
    return message is not None and (interaction.guild_id is None or message.flags.ephemeral)


def is_silent(said: Notice) -> bool:
    """Whether there is nothing to say."""
    return not (said.text or said.table or said.picture or said.document)


async def say_nothing(interaction: Interaction, *, thinking: bool) -> None:
    """To a press nothing is said; whoever typed something is told at least that it was heard before."""
    if thinking:
        await interaction.delete_original_response()
    elif interaction.response.is_done():
        return
    elif interaction.type is discord.InteractionType.component:
        await interaction.response.defer()
    else:
        await interaction.response.send_message(talk.already(), ephemeral=True)


async def apart(interaction: Interaction, said: Notice) -> None:
    """Say it to other people than was deferred for: a message keeps for ever whom it was deferred for.

    That message has to say something before another one can be sent, and is gone afterwards.
    """
    await interaction.edit_original_response(content=talk.answered())
    await send(interaction.followup.send, said, ephemeral=said.private)
    await interaction.delete_original_response()


async def in_place(interaction: Interaction, said: Notice) -> None:
    """The answer in place of an ephemeral question; a direct message keeps its question, without the buttons."""
    direct = interaction.guild_id is None
    if not interaction.response.is_done():  # By Discord's description a response itself cannot take buttons away.
        await interaction.response.defer()
    if direct or is_silent(said):
        await interaction.edit_original_response(view=None)
    else:
        await edit(interaction.edit_original_response, said)
    if direct and not is_silent(said):
        await send(interaction.followup.send, said)


def beside(said: Notice) -> Notice | None:
    """What of an answer its card does not say."""
    words = said.beside or (said.text if said.buttons else "")
    return replace(said, text=words, private=True) if words or said.document else None


def is_about_files(error: BaseException, said: Notice) -> bool:
    """Whether the answer may be given without its files: they are not there to be read, or too large."""
    if not (said.picture or said.document):
        return False
    return isinstance(error, OSError) or (isinstance(error, discord.HTTPException) and error.status == TOO_LARGE)


def without_files(said: Notice) -> Notice:
    """The answer, which says itself that its files were not sent."""
    names = [each.name for each in (said.document, said.picture) if each is not None]
    whole = "\n".join(filter(None, (said.text, *map(files.not_handed, names))))
    return replace(said, text=whole, document=None, picture=None)


async def send(way: Callable[..., Awaitable[Any]], said: Notice, *, to: int | None = None, **more: Any) -> None:
    """The answer as a new message; where everybody sees it, it names the person whom it is ``to``."""
    with _shown(said) as shown:
        mentioned = f"<@{to}> {shown['content']}"
        if to is not None and width(mentioned) <= text.CONTENT_CHARACTERS:
            shown["content"] = mentioned
            shown["allowed_mentions"] = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(to)])
        if hung := shown.pop("attachments"):
            shown["files"] = hung
        await way(**shown, **more)


async def edit(way: Callable[..., Awaitable[Any]], said: Notice) -> None:
    """The answer in place of another."""
    with _shown(said) as shown:
        await way(**{"embed": None, "view": None} | shown)


@contextmanager
def _shown(said: Notice) -> Iterator[dict[str, Any]]:
    """What an answer looks like; its files are closed afterwards, which the vendor does not do for all of them."""
    rendered = cards.notice(said)
    shown: dict[str, Any] = {"content": rendered.content, "allowed_mentions": rendered.allowed}
    if rendered.embed is not None:
        shown["embed"] = rendered.embed
    if rendered.buttons:
        shown["view"] = view_of(rendered.buttons)
    hung: list[discord.File] = []
    try:
        if said.picture:
            hung.append(cards.file(said.picture))
        if said.document:
            hung.append(discord.File(said.document.path, filename=said.document.name, description=said.document.about))
        yield shown | {"attachments": hung}
    finally:
        for file in hung:
            file.close()
