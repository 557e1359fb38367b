"""Discord is told of the commands when they have changed, and only then: it takes a few a day."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from adapters.chat.notes import Notes, Shelf
from adapters.discord.errors import translated
from bot.core.errors import ChatClosed, ChatError
from bot.core.sentences import commands as words

log = logging.getLogger(__name__)
#: By application, what Discord was told last, for everywhere and by server; no list of shelves has it, so it stays.
TOLD = Shelf(prefix="discord:commands:", days=3650)
EVERYWHERE = "everywhere"
#: Discord's: commands are for servers that have the scope; of new ones there are 200 a day; an entry point is left out.
NO_ACCESS, TOO_MANY_TODAY, NO_ENTRY_POINT = 50001, 30034, 50240
#: A command as a whole may have so many characters: names, descriptions and choices of all that is nested in it.
MOST_CHARACTERS = 8_000

Tree = app_commands.CommandTree[Any]


async def sync(client: Any, notes: Notes, *, guild: int | None = None, force: bool = False) -> bool:
    """Tell Discord of the commands as they are now, for all servers or for one; those that are no more go with it.

    Nothing is sent where Discord was told the same before, unless it is forced. A server that had the commands by
    itself while they were tried would have each of them twice: once all servers have them, its own are taken away.
    Whether Discord was told.

    Raises:
        ChatBusy: try again later.
        ChatError: the sentence says what to do.
    """
    payload, own, where = described(client.tree), str(client.application_id), str(guild or EVERYWHERE)
    told = await notes.get(TOLD, own) or {}
    changed = force or told.get(where) != digest(payload)
    if changed:
        with translated():
            await _send(client, payload, guild)
        told[where] = digest(payload)
        await notes.put(TOLD, own, told)
        log.info("Discord was told of %s commands: %s", len(payload), where)
    for server in [each for each in told if guild is None and each != EVERYWHERE]:
        await _take_away(client, int(server))
        del told[server]
        await notes.put(TOLD, own, told)
    return changed


async def _take_away(client: Any, guild: int) -> None:
    """A server that the bot has left since has none of them."""
    try:
        with translated():
            await _send(client, [], guild)
    except ChatClosed as error:
        log.info("server %s has no commands of its own any more: %s", guild, error)


def described(tree: Tree) -> list[dict[str, Any]]:
    """The commands as Discord is told of them."""
    kinds = discord.AppCommandType
    listed = [each for kind in (kinds.chat_input, kinds.message) for each in tree.get_commands(type=kind)]
    return [each.to_dict(tree) for each in listed]


def digest(payload: Sequence[dict[str, Any]]) -> str:
    """What tells one list of commands from another."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


def characters(command: dict[str, Any]) -> int:
    """How long a command is, as Discord counts it: names, descriptions and values, of its options and choices too."""
    own = sum(len(str(command.get(part, ""))) for part in ("name", "description", "value"))
    nested = (*command.get("options", ()), *command.get("choices", ()))
    return own + sum(map(characters, nested))


async def _send(client: Any, payload: list[dict[str, Any]], guild: int | None) -> None:
    """Put the whole list, in place of what was there.

    Raises:
        ChatError: with a sentence for what one can do something about.
    """
    http, own = client.http, client.application_id
    try:
        if guild is None:
            await http.bulk_upsert_global_commands(own, payload=payload)
        else:
            await http.bulk_upsert_guild_commands(own, guild, payload=payload)
    except discord.HTTPException as error:
        if error.code == NO_ACCESS:
            raise ChatClosed(words.no_scope()) from None
        if error.code == TOO_MANY_TODAY:
            raise ChatError(words.too_often()) from None
        if error.code in (NO_ENTRY_POINT, 50035):
            raise ChatError(words.not_taken(" ".join(error.text.split()))) from None
        raise
