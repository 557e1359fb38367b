"""The words on and about what is drawn for a card: the contact sheet, and a draft beside its final."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.lifecycle import ENDED_WITHOUT_CLIP, State
from bot.core.prompts import shorten
from bot.core.rows import Asked, Take
from bot.core.sentences.numbers import count, joined, spaced
from bot.core.sentences.plain import LABEL_CHARACTERS, plain
from bot.core.sentences.states import DOING, comes_late, label

#: About two lines of a sheet.
PROMPT_CHARACTERS = 180
#: What a chat takes as the words for a picture.
ABOUT_CHARACTERS = 1_000


def sheet_title(card: str, drafts: Sequence[Take], sheet: str) -> str:
    """``A7K · 4 drafts``; ``sheet`` says which of a batch's it is."""
    return joined(card, "draft" if len(drafts) == 1 else count(len(drafts), "draft"), sheet)


def drawn_prompt(prompt: str) -> str:
    """The prompt as it is drawn: what a person wrote cannot mention or link anything in a picture."""
    return shorten(prompt, PROMPT_CHARACTERS)


def drawn_label(take: Take) -> str:
    """What differs, as it is drawn."""
    return shorten(take.label, LABEL_CHARACTERS)


def caption(take: Take) -> str:
    """``A7K-2 · 4 s · $0.32``; of what ended without a clip and a charge no price."""
    free = take.state in ENDED_WITHOUT_CLIP and not take.charged
    return joined(take.id, f"{take.seconds} s", "" if free else str(take.charged or take.price))


def hole(take: Take, now: int, *, pictured: bool) -> str:
    """Why a draft has no frames to see, in a word or two; empty where they are to be seen.

    What the team thinks of a draft is not drawn: it changes, and the card says it.
    """
    if take.hidden or comes_late(take, now):
        return "taken down" if take.hidden else "late"
    match take.state:
        case State.DELIVERED:
            return "" if pictured else "no picture" if take.purged_at is None else "no longer kept"
        case State.RENDERING:
            return "still rendering"
        case State.ASKED:
            return "not ordered" if take.asked is Asked.CAP else "waits for a yes"
        case State.SUBMITTING:
            return "being ordered"
        case state:
            return DOING[state]


def about_sheet(card: str, drafts: Sequence[tuple[Take, str]], prompt: str) -> str:
    """All that is on a sheet, in words: ``Contact sheet of A7K: 1 marble, 2 oak, 3 steel late. Prompt: a mug on …``.

    Each draft comes with why there is nothing to see of it, if so.
    """
    first = drafts[0][0]
    rows = ", ".join(spaced(str(take.number), label(take), why) for take, why in drafts)
    shows = f"Contact sheet of {card}: {rows}." if first.number else f"Frames of {card}, over its {first.seconds} s."
    return plain(spaced(shows, f"Prompt: {drawn_prompt(prompt)}" if prompt else ""), ABOUT_CHARACTERS)


def drawn_take(take: Take) -> str:
    """``Draft A7K-2 · 480p · 4 s``."""
    return joined(f"{take.stage.value.capitalize()} {take.id}", take.resolution, f"{take.seconds} s")


def about_beside(draft: Take, final: Take) -> str:
    """What stands side by side, in words."""
    return (
        f"Draft {draft.id} ({draft.resolution}, {draft.seconds} s) beside its final {final.id} "
        f"({final.resolution}, {final.seconds} s)."
    )
