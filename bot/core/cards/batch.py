"""The one card of a batch: how far it is, what went wrong, what it costs; its sheets have cards of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.cards.facts import UNDER_WAY
from bot.core.lifecycle import WAITING, State
from bot.core.money import ZERO, Money, total
from bot.core.parsing.actions import action
from bot.core.ports.chat import Button, CardView
from bot.core.rows import Asked, Batch, Card, Take
from bot.core.sentences import batches as words
from bot.core.sentences.plain import plain_view
from bot.core.sentences.takes import cancel_label, footer


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFacts:
    """What a batch's card is drawn from."""

    card: Card
    batch: Batch
    #: One for each line, in its order.
    takes: tuple[Take, ...]
    #: What the tightest cap has left, ``None`` without caps; and by how much the most exceeded one is.
    left: Money | None
    over: Money = ZERO
    now: int


def draw_batch(facts: BatchFacts) -> CardView:
    """The card as it is now."""
    done = not any(take.state in UNDER_WAY for take in facts.takes)
    return plain_view(
        CardView(
            title=words.progress_title(facts.batch, done=done),
            lines=(words.counted(facts.takes), *words.troubles(facts.takes, facts.now)),
            footer=footer(
                total(take.held for take in facts.takes),
                total(take.charged for take in facts.takes),
                facts.left,
                facts.over,
            ),
            buttons=tuple(_buttons(facts)),
        )
    )


def _buttons(facts: BatchFacts) -> Iterator[Button]:
    waiting = [take for take in facts.takes if take.state in WAITING]
    if waiting:
        label = cancel_label(len(waiting), len(facts.takes), total(take.held for take in waiting))
        yield Button(label=label, action=action("cancel", facts.batch.id))
    if any(take.state is State.ASKED and take.asked is Asked.CAP for take in facts.takes):
        yield Button(label="Ask for more", action=action("ask", facts.batch.id))
