"""Prompts: checked, composed of six parts, rolled out into variants, and read for negative phrasing."""

from bot.core.prompts.compose import compose
from bot.core.prompts.lint import Tip, lint, lint_option
from bot.core.prompts.text import PROMPT_LIMIT, check, shorten
from bot.core.prompts.variants import MOST_AT_ONCE, Variant, variants

__all__ = [
    "MOST_AT_ONCE",
    "PROMPT_LIMIT",
    "Tip",
    "Variant",
    "check",
    "compose",
    "lint",
    "lint_option",
    "shorten",
    "variants",
]
