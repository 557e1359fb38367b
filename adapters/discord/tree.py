"""Every command and context menu, with what is offered while one types."""

from __future__ import annotations

from typing import Any

from discord import app_commands

from adapters.discord import commands, menus, money, suggesting
from adapters.discord.desk import Desk


def install(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Add all of them to an empty tree."""
    for part in (commands, money, menus):
        part.install(tree, desk)
    suggesting.install(tree, desk)
