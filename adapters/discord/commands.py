"""``/clip``: makes and reviews clips. Aliases of verbs are for chats in which one types."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands

from adapters.discord import choosing, saying
from adapters.discord.buttons import Interaction
from adapters.discord.desk import Desk
from bot.core.parsing.typed import OPTIONS
from bot.core.sentences import answers
from bot.core.sentences import commands as words

log = logging.getLogger(__name__)
ROOT = "clip"


def install(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Have ``/clip`` with all its verbs, for every member: who may do what is checked with each act."""
    root = choosing.group(ROOT, **choosing.SERVERS)
    for path in OPTIONS:
        if path.startswith(f"{ROOT} "):
            root.add_command(choosing.command(desk, path))
    tree.add_command(root)
    tree.error(failed)


async def failed(interaction: Interaction, error: app_commands.AppCommandError) -> None:
    """A command that Discord still shows as it was before it changed; or a defect. Either is answered."""
    stale = isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch)
    if not stale:
        log.error("a defect: a command was not carried out", exc_info=error)
    if interaction.type is discord.InteractionType.autocomplete or interaction.response.is_done():
        return
    try:
        await interaction.response.send_message(words.changed() if stale else answers.defect(), ephemeral=True)
    except saying.FAILURES as failure:
        saying.note(failure)
