"""Presses on buttons, wherever they stand, by whomever."""

from __future__ import annotations

import discord

from adapters.chat.presses import FOR_GOOD
from adapters.discord.buttons import Interaction, action_of, hear
from adapters.discord.desk import Desk
from adapters.discord.windows import WINDOW
from bot.core.notices import Notice
from bot.core.parsing import parse_action

#: Presses of which a new card may come.
ORDERS = frozenset({"again", "try"})


def install(client: discord.Client, desk: Desk) -> None:
    """Have every press from now on carried out and answered."""

    async def press(interaction: Interaction, said: str) -> None:
        said = action_of(said)
        if said.startswith(WINDOW):
            await desk.answering.window(interaction, said)
            return
        verb, work = said.partition(":")[0], _carried_out(desk, interaction, said)
        await desk.answering.carry_out(interaction, work, public=verb in ORDERS, for_good=verb in FOR_GOOD)

    hear(client, press)


async def _carried_out(desk: Desk, interaction: Interaction, said: str) -> Notice:
    origin = await desk.origin(interaction)
    command = parse_action(said, actor=origin.actor, place=origin.place, event=origin.event, now=origin.now)
    return await desk.manager.handle(command)
