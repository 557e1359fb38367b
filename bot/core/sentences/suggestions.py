"""What is offered while one types: ids with what they are, models with what they cost."""

from __future__ import annotations

from bot.core.catalogue import Model
from bot.core.prompts import shorten
from bot.core.rows import Take
from bot.core.sentences.numbers import count, joined
from bot.core.sentences.states import doing

#: Of a prompt, in a suggestion.
PROMPT_CHARACTERS = 60


def take(known: Take, prompt: str, now: int) -> str:
    """One take; the prompt is empty where it is nobody's business."""
    return joined(known.id, known.stage.value, doing(known, now, timed=False), shorten(prompt, PROMPT_CHARACTERS))


def slate(card: str, drafts: int, prompt: str) -> str:
    """A slate as a whole."""
    return joined(card, count(drafts, "draft"), shorten(prompt, PROMPT_CHARACTERS))


def model(known: Model) -> str:
    """What a model is called, and what a second of its drafts and of its finals costs."""
    draft, final = known.draft_resolution, known.final_resolution
    prices = (f"{resolution} {known.price.says(resolution)}" for resolution in dict.fromkeys((draft, final)))
    return joined(known.name, known.title, *prices)
