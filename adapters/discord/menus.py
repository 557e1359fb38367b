"""Menus on messages. The message that one is opened on is the only one of other people that the bot may read."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from adapters.discord import choosing
from adapters.discord.buttons import Interaction
from adapters.discord.desk import Desk
from adapters.discord.ids import message_id
from bot.core.commands import OpenModal
from bot.core.errors import Refusal
from bot.core.modals import Form
from bot.core.notices import Notice
from bot.core.parsing import parse_action
from bot.core.sentences import talk
from bot.core.sentences.commands import MENUS

ANIMATE = "animate"


def install(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Have every menu; but for *Animate this picture* each is as good as a button, whose verb names it."""
    for verb, name in MENUS.items():
        tree.add_command(_menu(desk, verb, name))


def _menu(desk: Desk, verb: str, name: str) -> app_commands.ContextMenu:
    async def chosen(interaction: Interaction, message: discord.Message) -> None:
        work = (
            _animate(desk, interaction, message) if verb == ANIMATE else _carried_out(desk, interaction, verb, message)
        )
        await desk.answering.carry_out(interaction, work, public=False)

    menu = app_commands.ContextMenu(
        name=name,
        callback=chosen,
        allowed_contexts=choosing.SERVERS["allowed_contexts"],
        allowed_installs=choosing.SERVERS["allowed_installs"],
    )
    menu.guild_only = True
    return menu


async def _carried_out(desk: Desk, interaction: Interaction, verb: str, message: discord.Message) -> Notice:
    origin = await desk.origin(interaction)
    subject = await desk.manager.shown(origin.place.channel, message_id(message.channel.id, message.id))
    if subject is None:
        raise Refusal(talk.message_not_ours())
    command = parse_action(
        f"{verb}:{subject}", actor=origin.actor, place=origin.place, event=origin.event, now=origin.now
    )
    return await desk.manager.handle(command)


async def _animate(desk: Desk, interaction: Interaction, message: discord.Message) -> Notice:
    """Ask for the prompt; the picture is fetched meanwhile, for Discord does not show it to us again."""
    file = next((each for each in message.attachments if _is_picture(each)), None)
    if file is None:
        raise Refusal(talk.no_picture_there())
    origin = await desk.origin(interaction)
    pictures = desk.attachments.hold([file])
    return await desk.manager.handle(origin.make(OpenModal, form=Form.IMAGE, pictures=pictures))


def _is_picture(file: discord.Attachment) -> bool:
    return (file.content_type or "").startswith("image/")
