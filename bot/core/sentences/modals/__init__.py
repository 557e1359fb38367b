"""What windows ask, and how the same is typed where a chat has none."""

from bot.core.sentences.modals.money import ask_more, budget, decline, settings
from bot.core.sentences.modals.orders import Draftable, batch, build, draft_costs, edit, pictured
from bot.core.sentences.modals.typed import (
    to_ask_more,
    to_build,
    to_change_budget,
    to_change_settings,
    to_decline,
    to_edit,
    to_list,
    to_picture,
)

__all__ = [
    "Draftable",
    "ask_more",
    "batch",
    "budget",
    "build",
    "decline",
    "draft_costs",
    "edit",
    "pictured",
    "settings",
    "to_ask_more",
    "to_build",
    "to_change_budget",
    "to_change_settings",
    "to_decline",
    "to_edit",
    "to_list",
    "to_picture",
]
