"""Typed text and pressed buttons become commands; what cannot be one is refused with a sentence that helps."""

from bot.core.parsing.actions import action, judge_action, parse_action, raise_action, raise_cap_action
from bot.core.parsing.clip import parse_clip
from bot.core.parsing.dailies import parse_dailies
from bot.core.parsing.modals import parse_modal

__all__ = [
    "action",
    "judge_action",
    "parse_action",
    "parse_clip",
    "parse_dailies",
    "parse_modal",
    "raise_action",
    "raise_cap_action",
]
