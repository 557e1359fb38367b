"""Rows for tests, each as it usually is; what matters to a test is named there."""

from __future__ import annotations

from typing import Any

from bot.core.budgets import Purse, Scope
from bot.core.cards import CardFacts
from bot.core.fakes.clock import MORNING_MS
from bot.core.lifecycle import CLIP, SLOTTED, WAITING, Stage, State
from bot.core.money import ZERO, Money
from bot.core.policy import CapPolicy, Ladder
from bot.core.rows import Budget, Card, Channel, Key, Meaning, Shot, Source, Take, Vote, Workspace

#: 2026-11-02 09:00 UTC.
NOW = MORNING_MS
DRAFT_PRICE = Money.usd("0.32")
FINAL_PRICE = Money.usd("1.50")
#: In these a take holds its price.
HOLDING = (WAITING | SLOTTED | {State.UNKNOWN}) - {State.ASKED}
#: In these it was charged.
CHARGED = CLIP | {State.LOST, State.WRITTEN_OFF}

WORKSPACE = Workspace(id="T1", platform="local")
CHANNEL = Channel(id="local:launch", workspace="T1", name="launch")
CARD = Card(id="A7K", workspace="T1", channel="local:launch", person="U1", created_at=NOW)
SHOT = Shot(
    id="S1",
    workspace="T1",
    model="mini",
    mode="text",
    prompt="a ceramic mug on oak, steam rising, soft morning light",
    ratio="16:9",
    seconds=10,
    draft_seconds=4,
    audio=True,
    bitrate="normal",
    look="new",
)
KEY = Key(id="muapi")
PROMPT = "a ceramic mug on {marble|oak|steel|slate}, steam rising, soft morning light"
LABELS = ("marble", "oak", "steel", "slate")


def make_take(state: State = State.QUEUED, **changes: Any) -> Take:
    """A single draft for mina, with the money that its state has, rendering for 5 s of 25."""
    price = changes.get("price", DRAFT_PRICE)
    usual: dict[str, Any] = {
        "id": "A7K",
        "workspace": "T1",
        "channel": "local:launch",
        "person": "U1",
        "person_name": "mina",
        "shot": "S1",
        "card": "A7K",
        "stage": Stage.DRAFT,
        "key": "muapi",
        "model": "mini",
        "resolution": "480p",
        "seconds": 4,
        "created_at": NOW,
        "state": state,
        "state_at": NOW,
        "price": price,
        "held": price if state in HOLDING else ZERO,
        "charged": price if state in CHARGED else ZERO,
        "usual_ms": 25_000,
        "submitted_at": NOW - 5_000,
    }
    return Take(**(usual | changes))


def make_final(state: State = State.ARMED, **changes: Any) -> Take:
    """The final of A7K-2, approved by two, rendering for 5 s of 115."""
    usual: dict[str, Any] = {
        "id": "A7K-2F",
        "stage": Stage.FINAL,
        "draft": "A7K-2",
        "number": 2,
        "label": "oak",
        "seconds": 10,
        "resolution": "720p",
        "price": FINAL_PRICE,
        "approved_by": "jo and ravi",
        "usual_ms": 115_000,
    }
    return make_take(state, **(usual | changes))


def make_slate(*states: State, labels: tuple[str, ...] = LABELS, **changes: Any) -> tuple[Take, ...]:
    """The takes of a slate, one in each of the states; without labels once ``labels`` are used up."""
    names = [*labels, *[""] * len(states)]
    return tuple(
        make_take(
            state, **{"id": f"A7K-{number}", "slate": "A7K", "number": number, "label": names[number - 1]} | changes
        )
        for number, state in enumerate(states, start=1)
    )


def make_facts(*drafts: Take, finals: tuple[Take, ...] = (), **changes: Any) -> CardFacts:
    """What a card of these takes is drawn from, with $36.40 left and no votes."""
    takes = (*drafts, *finals)
    usual: dict[str, Any] = {
        "card": CARD,
        "prompt": PROMPT,
        "shot": SHOT,
        "prompts": {take.id: SHOT.prompt for take in takes},
        "drafts": drafts,
        "finals": finals,
        "votes": {draft.id: 0 for draft in drafts},
        "quorum": 1,
        "grace_s": 15,
        "left": Money.usd("36.40"),
        "final_price": FINAL_PRICE,
        "now": NOW,
    }
    return CardFacts(**(usual | changes))


def make_purse(cap: str | None = "50", used: str = "0", held: str = "0", **changes: Any) -> Purse:
    """The purse of #launch in November; ``used`` has ``held`` in it.

    ``envelope``, ``ladder``, ``scope``, ``name`` and ``end`` may be others too.
    """
    amount = None if cap is None else Money.usd(cap)
    envelope = Money.usd(changes.pop("envelope", "0"))
    scope = Scope(
        id=changes.pop("scope", "channel:local:launch"),
        name=changes.pop("name", "#launch"),
        policy=CapPolicy(amount=amount, envelope=envelope, ladder=changes.pop("ladder", Ladder())),
    )
    budget = Budget(
        scope=scope.id,
        period_start=1_793_491_200_000,
        period_end=changes.pop("end", 1_796_083_200_000),
        cap=amount,
        used=Money.usd(used),
        held=Money.usd(held),
        **changes,
    )
    return Purse(scope=scope, budget=budget, zone="UTC")


def make_vote(person: str = "U2", **changes: Any) -> Vote:
    """A standing approval of A7K-2 by a reaction."""
    usual: dict[str, Any] = {
        "take": "A7K-2",
        "round": 1,
        "person": person,
        "meaning": Meaning.APPROVE,
        "source": Source.REACTION,
        "name": person.lower(),
        "standing": True,
        "at": NOW,
    }
    return Vote(**(usual | changes))
