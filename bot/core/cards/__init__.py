"""Cards drawn from rows: the one message of a take or slate, and the messages that carry clips."""

from bot.core.cards.drawing import draw
from bot.core.cards.facts import CardFacts, Phase
from bot.core.cards.messages import draft_message, final_message

__all__ = ["CardFacts", "Phase", "draft_message", "draw", "final_message"]
