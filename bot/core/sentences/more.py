"""What stands behind *More…*: the acts that a card has no room for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.lifecycle import CLIP, Stage, State
from bot.core.parsing.actions import action
from bot.core.ports.chat import Button
from bot.core.prompts.text import SHOWN_CHARACTERS, clean
from bot.core.rows import Take
from bot.core.sentences.answers.ordering import Said
from bot.core.sentences.numbers import count
from bot.core.sentences.plain import sentence, unlinked
from bot.core.sentences.states import maker

FULL_PROMPT = "Full prompt"


def more(subject: str, takes: Sequence[Take]) -> Said:
    """What else can be done with a take, or with all of a slate; what would be refused of everybody is not offered."""
    several = len(takes) > 1
    there = [take for take in takes if take.state in CLIP and not take.hidden]
    kept = [take for take in there if take.purged_at is None]
    found = [
        Button(label=f"Reject {take.number}" if several else "Reject", action=action("reject", take.id))
        for take in there
        if take.stage is Stage.DRAFT and take.state is State.DELIVERED and not take.rejected_by
    ]
    if any(not take.kept for take in kept):
        found.append(Button(label="Keep all for ever" if several else "Keep for ever", action=action("keep", subject)))
    if there:
        found.append(Button(label="Take all down" if several else "Take down", action=action("hide", subject)))
    if any(take.clip for take in kept):
        found.append(Button(label="Links" if several else "Link", action=action("link", subject)))
    found += [Button(label="Take info", action=action("show", subject)), full_prompt(subject)]
    down = " Taken down, a clip leaves the chat and stays in the archive." if there else ""
    stage = takes[0].stage.value
    what = count(len(takes), stage) if several else stage
    return sentence(f"{subject}, {what} for {maker(takes[0])}") + down, tuple(found)


def full_prompt(subject: str) -> Button:
    """The button that shows all of a prompt."""
    return Button(label=FULL_PROMPT, action=action("prompt", subject))


def is_shortened(prompt: str) -> bool:
    """Whether a card shows less of it than there is."""
    return len(" ".join(clean(prompt).split())) > SHOWN_CHARACTERS


def whole(subject: str, prompt: str) -> str:
    """All of a prompt."""
    return f"{subject}: “{unlinked(prompt)}”"
