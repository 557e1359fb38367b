"""What an id names, as something to order anew from: the shot, with the prompt as it was typed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import Refusal
from bot.core.ports import Transaction
from bot.core.prompts import variants
from bot.core.rows import Shot, Slate, Take
from bot.core.sentences import answers
from bot.jobs.places import find_takes, require_one_card
from bot.jobs.steps import named


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an order that is made from an earlier one starts from."""

    shot: Shot
    #: As typed, variants in braces, and how often each was rolled.
    prompt: str
    count: int = 1


async def find_shot(tx: Transaction, workspace: str, subject: str) -> Found:
    """The shot of a take, or that of all a slate's takes.

    Raises:
        Refusal: nothing has this id here, or several have; or it is a sheet, whose takes are unlike.
    """
    takes = require_one_card(await find_takes(tx, workspace, subject))
    shot = await named(tx, Shot, takes[0].shot)
    if len(takes) == 1:
        return Found(shot=shot, prompt=shot.prompt)
    if await are_unlike(tx, takes):
        ids = tuple(take.id for take in takes)
        raise Refusal(answers.which(ids), allowed=ids)
    slate = await named(tx, Slate, takes[0].card)
    return Found(shot=shot, prompt=slate.prompt, count=len(takes) // len(variants(slate.prompt)))


async def are_unlike(tx: Transaction, takes: list[Take]) -> bool:
    """Whether they are the drafts of a sheet, each with a prompt and options of its own."""
    return len(takes) > 1 and not (await named(tx, Slate, takes[0].card)).prompt
