"""Cards drawn from rows: the one message of a take or slate, and the messages that carry clips."""

from bot.core.cards.batch import BatchFacts, draw_batch
from bot.core.cards.drawing import draw
from bot.core.cards.facts import CardFacts, Phase, is_coming
from bot.core.cards.messages import clip_name, draft_message, final_message
from bot.core.cards.sheet import Beside, Sheet, SheetRow, beside_of, sheet_of

__all__ = [
    "BatchFacts",
    "Beside",
    "CardFacts",
    "Phase",
    "Sheet",
    "SheetRow",
    "beside_of",
    "clip_name",
    "draft_message",
    "draw",
    "draw_batch",
    "final_message",
    "is_coming",
    "sheet_of",
]
