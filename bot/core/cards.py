"""Cards drawn from rows: the one message of a take or slate, and the messages that carry clips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.core.lifecycle import CLIP, SLOTTED, WAITING, Stage, State
from bot.core.money import Money, total
from bot.core.parsing.actions import action
from bot.core.ports.chat import Button, CardView
from bot.core.prompts import shorten
from bot.core.rows import Card, Shot, Take
from bot.core.sentences import takes as words
from bot.core.sentences.numbers import seconds

#: A prompt on a card shows so many characters.
SHOWN_CHARACTERS = 200
#: Buttons that platforms show on one card.
MOST_BUTTONS = 15


class Phase(Enum):
    """What a card as a whole is doing; derived from its takes."""

    #: Something is still to come.
    MAKING = "making"
    #: Every draft is in or has ended; the team can choose.
    READY = "ready"
    #: A final is there and nothing else is under way.
    DECIDED = "decided"
    #: Nothing came of it.
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a card is drawn from."""

    card: Card
    channel: str
    prompt: str
    shot: Shot
    #: By take: what it renders.
    prompts: Mapping[str, str]
    #: The takes that the card is about, in the order of their numbers; a direct final is one of them.
    drafts: tuple[Take, ...]
    finals: tuple[Take, ...]
    #: By draft: how many approvals count now.
    votes: Mapping[str, int]
    quorum: int
    grace_s: int
    #: What the tightest cap has left; ``None`` without caps.
    left: Money | None
    final_price: Money
    now: int

    @property
    def first(self) -> Take:
        """The take that speaks for all."""
        return self.drafts[0]

    @property
    def live_finals(self) -> tuple[Take, ...]:
        """The finals that are under way."""
        return tuple(take for take in self.finals if take.state not in CLIP and take.state in UNDER_WAY)

    @property
    def phase(self) -> Phase:
        """See ``Phase``."""
        if any(take.state in UNDER_WAY for take in (*self.drafts, *self.finals)):
            drafts_in = all(take.state not in UNDER_WAY for take in self.drafts)
            return Phase.READY if drafts_in and self._choosable else Phase.MAKING
        if any(take.state in CLIP for take in (*self.finals, *self.drafts) if take.stage is Stage.FINAL):
            return Phase.DECIDED
        return Phase.READY if self._choosable else Phase.ENDED

    @property
    def _choosable(self) -> bool:
        return any(take.state in CLIP and take.stage is Stage.DRAFT for take in self.drafts)

    @property
    def held(self) -> Money:
        """What is set aside for the card's takes."""
        return total(take.held for take in (*self.drafts, *self.finals))

    @property
    def charged(self) -> Money:
        """What the card's takes have cost."""
        return total(take.charged for take in (*self.drafts, *self.finals))


#: Something will still happen to a take in one of these by itself.
UNDER_WAY = WAITING | SLOTTED | {State.UNKNOWN, State.FETCHING, State.DELIVERING}


def draw(facts: CardFacts) -> CardView:
    """The card as it is now."""
    if all(take.hidden for take in facts.drafts):
        return CardView(title=words.taken_down(facts.card.id))
    numbers = tuple(take.id for take in facts.drafts) if len(facts.drafts) > 1 else ()
    if facts.phase is Phase.DECIDED:
        return CardView(
            title=words.decided(facts.card.id, facts.drafts, facts.finals, facts.charged),
            numbers=numbers,
            buttons=_again_final(facts),
        )
    return CardView(
        title=words.title(facts.card.id, facts.drafts, facts.shot.ratio, ready=facts.phase is Phase.READY),
        quote=shorten(facts.prompt, SHOWN_CHARACTERS),
        lines=tuple(_lines(facts)),
        footer=words.footer(facts.held, facts.charged, facts.left),
        buttons=tuple(_buttons(facts))[:MOST_BUTTONS],
        numbers=numbers,
    )


def _lines(facts: CardFacts) -> list[str]:
    """What the takes are doing, who has voted, what a reaction does."""
    lines = [*words.progress(facts.drafts, facts.now)]
    lines += [words.trouble(take) for take in facts.drafts if words.has_trouble(take)]
    if facts.phase is Phase.READY:
        lines += [
            words.votes(take, facts.votes[take.id], facts.quorum, facts.shot.seconds, facts.final_price)
            for take in facts.drafts
            if 0 < facts.votes[take.id] < facts.quorum and not _has_live(facts, take)
        ]
        lines += [
            words.final_line(take, facts.now, facts.grace_s) for take in facts.finals if _worth_a_line(facts, take)
        ]
        lines += [words.how_to_finish(facts.drafts, facts.shot.seconds, facts.final_price)]
    return lines


def _has_live(facts: CardFacts, draft: Take) -> bool:
    return any(take.draft == draft.id for take in facts.live_finals)


def _worth_a_line(facts: CardFacts, final: Take) -> bool:
    """The newest final of each draft."""
    rounds = [take.round for take in facts.finals if take.draft == final.draft]
    return final.round == max(rounds)


def _buttons(facts: CardFacts) -> list[Button]:
    """What can be pressed now; the same for everybody, and checked when it is pressed."""
    buttons = [
        Button(label="Undo" if len(_armed(facts)) == 1 else f"Undo {take.id}", action=action("undo", take.id))
        for take in _armed(facts)
    ]
    waiting = [take for take in facts.drafts if take.state in WAITING]
    if waiting:
        subject = facts.card.id if len(facts.drafts) > 1 else facts.first.id
        back = total(take.held for take in waiting)
        buttons.append(
            Button(label=words.cancel_label(len(waiting), len(facts.drafts), back), action=action("cancel", subject))
        )
    if facts.phase is Phase.READY:
        buttons += [
            Button(label=words.promote_label(take, len(facts.drafts)), action=action("promote", take.id))
            for take in facts.drafts
            if take.state in CLIP and not take.rejected_by
        ]
        buttons.append(_again(facts))
    if facts.phase is Phase.ENDED:
        buttons.append(_again(facts))
    buttons += [
        Button(label=words.post_anyway_label(take, len(facts.drafts)), action=action("rescue", take.id))
        for take in (*facts.drafts, *facts.finals)
        if take.dismissed or take.state is State.SHELVED
    ]
    return buttons


def _armed(facts: CardFacts) -> list[Take]:
    return [take for take in facts.finals if take.state is State.ARMED]


def _again(facts: CardFacts) -> Button:
    price = total(take.price for take in facts.drafts)
    return Button(label=f"Again · {price}", action=action("again", facts.card.id))


def _again_final(facts: CardFacts) -> tuple[Button, ...]:
    return (_again(facts),)


def draft_message(facts: CardFacts, take: Take, *, mention: bool) -> CardView:
    """What is said with a draft's clip in the card's thread."""
    return CardView(
        title=words.clip_caption(take, len(facts.drafts)),
        lines=(take.clip_note,) if take.clip_note else (),
        mention=facts.card.person if mention else None,
    )


def final_message(facts: CardFacts, take: Take) -> CardView:
    """A final's own message in the channel: its price, and what is left."""
    return CardView(
        title=words.final_here(take, facts.left),
        quote=shorten(facts.prompts[take.id], SHOWN_CHARACTERS),
        lines=tuple(filter(None, (words.approved(take), take.clip_note, seconds(take.clip_ms)))),
        buttons=(
            Button(label=f"Again · {take.price}", action=action("again", take.id)),
            Button(label="Keep for ever", action=action("keep", take.id)),
        ),
        mention=facts.card.person,
    )
