"""What came of what a person asked for: always an answer."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any

from bot.core.errors import Refusal, StoreError
from bot.core.modals import ModalRefused
from bot.core.notices import SILENCE, Notice
from bot.core.sentences import answers

log = logging.getLogger(__name__)
Work = Coroutine[Any, Any, Notice]


async def outcome(work: Work) -> Notice:
    """The answer; a refusal, rows that cannot be read, and a defect are answers too."""
    try:
        return await work
    except Refusal as refusal:
        return Notice(text=refusal.sentence, needed=True)
    except StoreError:
        log.exception("the rows could not be read; ordering is stopped")
        return Notice(text=answers.ordering_stopped(), needed=True)
    except Exception:
        log.exception("a defect: something that a chat sent was not carried out")
        return Notice(text=answers.defect(), needed=True)


async def outcome_of_fields(work: Work) -> Notice | ModalRefused:
    """The same of a window with fields: what is at fault in them is kept apart, for each has its place to be shown."""

    async def kept() -> Notice:
        try:
            return await work
        except ModalRefused as error:
            refused.append(error)
            return SILENCE

    refused: list[ModalRefused] = []
    said = await outcome(kept())
    return refused[0] if refused else said
