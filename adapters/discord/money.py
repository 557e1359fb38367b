"""``/dailies``: budgets, spending, settings.

Everybody sees it at first: makers ask for more by it, whoever is in the channel may look where the money went, and
owners may be people who do not manage the server. Those who manage it can restrict this root by Discord's own
settings (Integrations), without taking ``/clip`` from anybody; what each verb allows to whom is checked with each act.
"""

from __future__ import annotations

from typing import Any

from discord import app_commands

from adapters.discord import choosing
from adapters.discord.desk import Desk
from bot.core.parsing.typed import OPTIONS
from bot.core.sentences.commands import ROOTS

ROOT = "dailies"


def install(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Have ``/dailies`` with all its verbs."""
    root = choosing.group(ROOT, **choosing.SERVERS)
    groups = {path: choosing.group(path) for path in ROOTS if path.startswith(f"{ROOT} ")}
    for each in groups.values():
        root.add_command(each)
    for path in OPTIONS:
        if path.startswith(f"{ROOT} "):
            groups.get(path.rpartition(" ")[0], root).add_command(choosing.command(desk, path))
    tree.add_command(root)
