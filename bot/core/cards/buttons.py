"""The buttons of a card: the same for everybody, and checked when they are pressed."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.cards.facts import CardFacts, Phase
from bot.core.lifecycle import WAITING, State
from bot.core.money import total
from bot.core.parsing.actions import action
from bot.core.policy import MATCH, NEW
from bot.core.ports.chat import Button
from bot.core.rows import Asked, Take
from bot.core.sentences import finals as final_words
from bot.core.sentences import takes as words
from bot.core.sentences.more import full_prompt, is_shortened

#: What Slack has in one row of actions, and Discord in its five.
MOST_BUTTONS = 25
#: While these last, a clip that is not to be posted can still be wished for.
_ON_THE_WAY = (State.RENDERING, State.FETCHING, State.DELIVERING)
#: A job may be there after all: no button invites to order another.
_MAY_TURN_UP = (State.RELEASED, State.WRITTEN_OFF)
#: Other words may do better.
_TO_BE_EDITED = (State.REFUSED, State.FAILED)
#: A final that can be cancelled with its money back; an armed one is undone.
_FINAL_WAITS = (State.QUEUED, State.ADMITTED)


def buttons(facts: CardFacts, phase: Phase) -> tuple[Button, ...]:
    """What can be pressed now, the most urgent first."""
    found = (
        *_undo(facts),
        *_cancel(facts),
        *_ask(facts),
        *_promote(facts),
        *_look(facts),
        *_again(facts, phase),
        *post_anyway_buttons(facts),
    )
    rest = tuple(_rest(facts, phase))
    return (*found[: MOST_BUTTONS - len(rest)], *rest)


def _undo(facts: CardFacts) -> Iterator[Button]:
    armed = [take for take in facts.finals if take.state is State.ARMED]
    for take in armed:
        yield Button(label=final_words.undo_label(take, len(armed)), action=action("undo", take.id))


def _cancel(facts: CardFacts) -> Iterator[Button]:
    waiting = [take for take in facts.drafts if take.state in WAITING]
    if waiting:
        label = words.cancel_label(len(waiting), len(facts.drafts), total(take.held for take in waiting))
        yield Button(label=label, action=action("cancel", _subject(facts)))
    for final in facts.finals:
        if final.state in _FINAL_WAITS or (final.state is State.ASKED and final.held):
            yield Button(label=final_words.cancel_final_label(final), action=action("cancel", final.id))


def _ask(facts: CardFacts) -> Iterator[Button]:
    """For what the budget has no room for."""
    short = [take for take in facts.takes if take.state is State.ASKED and take.asked is Asked.CAP]
    subjects = dict.fromkeys(_subject(facts) if take.draft is None else take.id for take in short)
    for subject in subjects:
        label = "Ask for more" if len(subjects) == 1 else f"Ask for more for {subject}"
        yield Button(label=label, action=action("ask", subject))


def _promote(facts: CardFacts) -> Iterator[Button]:
    for take in facts.candidates:
        yield Button(label=final_words.promote_label(take, len(facts.drafts)), action=action("promote", take.id))


def _look(facts: CardFacts) -> Iterator[Button]:
    """How the finals to come are made; beside the votes that order them."""
    matches = [facts.offer(take).matches for take in facts.candidates if take.id in facts.startable]
    if matches:
        change = action("look", facts.card.id, NEW if any(matches) else MATCH)
        yield Button(label=final_words.look_label(matched=any(matches)), action=change)


def _again(facts: CardFacts, phase: Phase) -> Iterator[Button]:
    """The same once more, or edited; only where nothing of it is under way, nor may turn up."""
    if not facts.orderable or phase is Phase.MAKING or any(take.state in _MAY_TURN_UP for take in facts.takes):
        return
    price = total(take.price for take in facts.drafts)
    yield Button(label=f"Again · {price}", action=action("again", facts.card.id))
    if not facts.batch or len(facts.drafts) == 1:
        tried = phase is Phase.ENDED and any(take.state in _TO_BE_EDITED for take in facts.drafts)
        label = "Edit and try again" if tried else "Edit"
        yield Button(label=label, action=action("edit", _subject(facts)))


def _rest(facts: CardFacts, phase: Phase) -> Iterator[Button]:
    """What is seldom wanted, the last of all; there is room for it whatever else there is."""
    if phase is Phase.READY:
        yield Button(label="More…", action=action("more", _subject(facts)))
    if is_shortened(facts.prompt):
        yield full_prompt(_subject(facts))


def post_anyway_buttons(facts: CardFacts) -> Iterator[Button]:
    """For clips that are kept and not posted."""
    for take in facts.takes:
        if _kept_back(take):
            yield Button(label=words.post_anyway_label(take, len(facts.takes)), action=action("rescue", take.id))


def _kept_back(take: Take) -> bool:
    if take.hidden:
        return False
    if take.state is State.SHELVED:
        return take.purged_at is None
    return take.dismissed and take.state in _ON_THE_WAY


def _subject(facts: CardFacts) -> str:
    return facts.card.id if len(facts.drafts) > 1 else facts.first.id
