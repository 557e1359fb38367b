"""The messages that carry clips."""

from __future__ import annotations

from bot.core.cards.facts import CardFacts
from bot.core.filenames import safe_name
from bot.core.parsing.actions import action
from bot.core.ports.chat import Button, CardView
from bot.core.prompts import shorten
from bot.core.rows import Take
from bot.core.sentences import finals as words
from bot.core.sentences.more import full_prompt, is_shortened
from bot.core.sentences.plain import plain_view, sentence
from bot.core.sentences.states import captioned


def clip_name(facts: CardFacts, take: Take) -> str:
    """The name of the clip's file: ``A7K-2.mp4``; of a batch's line with its label, ``A7K-2-hero-shot.mp4``."""
    return f"{safe_name(take.id, take.label) if facts.batch and take.label else take.id}.mp4"


def draft_message(facts: CardFacts, take: Take, *, mention: bool) -> CardView:
    """What is said with a draft's clip in the card's thread."""
    return plain_view(
        CardView(
            title=captioned(take),
            lines=(sentence(take.clip_note),),
            mentions=(facts.card.person,) if mention else (),
        )
    )


def final_message(facts: CardFacts, take: Take) -> CardView:
    """A final's own message in the channel: its price, and what is left."""
    return plain_view(
        CardView(
            title=words.final_here(take, facts.left, facts.over),
            quote=shorten(facts.prompts[take.id]),
            lines=(words.made_as(take, matched=take.id in facts.matched), sentence(take.clip_note)),
            buttons=(
                Button(label=f"Again · {take.price}", action=action("again", take.id)),
                Button(label="Keep for ever", action=action("keep", take.id)),
                *((full_prompt(take.id),) if is_shortened(facts.prompts[take.id]) else ()),
            ),
            mentions=(facts.card.person,),
        )
    )
