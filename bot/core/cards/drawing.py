"""A card as it is now: title, prompt, lines and money."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.cards.buttons import buttons, post_anyway_buttons
from bot.core.cards.facts import CardFacts, Phase
from bot.core.lifecycle import State
from bot.core.money import Money, total
from bot.core.ports.chat import CardView
from bot.core.prompts import shorten
from bot.core.sentences import finals as final_words
from bot.core.sentences import takes as words
from bot.core.sentences.batches import sheet_of
from bot.core.sentences.numbers import joined
from bot.core.sentences.plain import plain_view
from bot.core.sentences.sizes import copying
from bot.core.sentences.states import doing

#: What a pause keeps from being ordered.
HELD_BACK = (State.QUEUED, State.ARMED)


def draw(facts: CardFacts) -> CardView:
    """The card as it is now."""
    if facts.taken_down:
        return plain_view(CardView(title=words.taken_down(facts.card.id)))
    phase = facts.phase
    numbers = tuple(take.id for take in facts.drafts) if len(facts.drafts) > 1 else ()
    if phase is Phase.DECIDED:
        title = words.decided(facts.card.id, facts.finished, facts.charged, facts.now)
        return plain_view(CardView(title=title, numbers=numbers, buttons=tuple(post_anyway_buttons(facts))))
    return plain_view(
        CardView(
            title=words.title(facts.card.id, facts.drafts, _state(facts, phase)),
            quote="" if _choices_say_it(facts, phase) else shorten(facts.prompt),
            lines=tuple(_lines(facts, phase)),
            footer=words.footer(_held(facts), facts.charged, facts.left, facts.over),
            buttons=buttons(facts, phase),
            numbers=numbers,
        )
    )


def _state(facts: CardFacts, phase: Phase) -> str:
    match phase:
        case Phase.READY:
            return joined(sheet_of(facts.batch, facts.sheet), words.ready(facts.drafts))
        case Phase.ENDED:
            return joined(sheet_of(facts.batch, facts.sheet), words.ended(facts.drafts, facts.now))
        case Phase.MAKING | Phase.DECIDED:  # pragma: no branch - the last of all phases
            return sheet_of(facts.batch, facts.sheet) or facts.shot.ratio


def _choices_say_it(facts: CardFacts, phase: Phase) -> bool:
    """Whether the words that differ stand on the card, in the prompt's stead."""
    return phase is Phase.READY and len(facts.drafts) > 1 and any(take.label for take in facts.drafts)


def _held(facts: CardFacts) -> Money:
    """What is set aside and not said in a final's own line."""
    said = [final for final in facts.finals if final_words.says_held(final) and not words.trouble(final, facts.now)]
    return total(take.held for take in facts.takes if take not in said)


def _lines(facts: CardFacts, phase: Phase) -> Iterator[str]:
    """What the takes are doing, what went wrong, who has voted, what became of finals, what a reaction does."""
    yield from _progress(facts, phase)
    yield from words.troubles(facts.drafts, facts.now)
    yield from _votes(facts)
    for final in facts.newest_finals:
        paused = bool(facts.paused_by)
        matched = final.id in facts.matched
        yield words.trouble(final, facts.now) or final_words.final_line(
            final, facts.now, facts.grace_s, paused=paused, matched=matched
        )
    if facts.copies:
        yield copying(facts.copies)
    if facts.paused_by and any(take.state in HELD_BACK for take in facts.takes):
        yield words.paused(facts.paused_by)
    if facts.candidates:
        yield _how_to_finish(facts)


def _how_to_finish(facts: CardFacts) -> str:
    offers = [(draft, facts.offer(draft)) for draft in facts.candidates]
    first = offers[0][1]
    if any(offer != first for _, offer in offers):
        return final_words.how_to_finish_each(offers, facts.quorum)
    return final_words.how_to_finish(facts.candidates, len(facts.drafts), first, quorum=facts.quorum)


def _progress(facts: CardFacts, phase: Phase) -> Iterator[str]:
    """What the takes are doing, as far as neither the title nor what is said of their trouble says it already."""
    several = len(facts.drafts) > 1
    match phase:
        case Phase.MAKING if several or not words.trouble(facts.first, facts.now):
            yield words.progress(facts.drafts, facts.now)
        case Phase.READY if _all_alike(facts):
            return
        case Phase.READY if several or facts.batch:
            yield words.choices(facts.drafts, facts.now)
        case Phase.READY if facts.first.rejected_by:
            yield words.progress(facts.drafts, facts.now)
        case Phase.ENDED if len({doing(take, facts.now) for take in facts.drafts}) > 1:
            yield words.choices(facts.drafts, facts.now)
        case _:
            return


def _all_alike(facts: CardFacts) -> bool:
    """Whether every take can be chosen and none has a name: then the title and the numbers to press say it."""
    return len(facts.drafts) > 1 and facts.drafts == facts.candidates and not any(take.label for take in facts.drafts)


def _votes(facts: CardFacts) -> Iterator[str]:
    for draft in facts.candidates:
        given = facts.votes[draft.id]
        if 0 < given < facts.quorum:
            yield final_words.votes(draft, given, facts.quorum, facts.offer(draft))
