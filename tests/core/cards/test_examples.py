"""The cards of a slate, a vote and a final, word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.cards import draft_message, draw, final_message
from bot.core.lifecycle import Stage, State
from bot.core.money import ZERO, Money
from bot.core.ports import CardView
from bot.core.rows import Take
from bot.core.sentences.finals import Offer
from tests.core.builders import FINAL_PRICE, NOW, PROMPT, make_facts, make_final, make_slate, make_take

Read = Callable[[CardView], str]
HOW = "10 s at 720p, $1.50. Mini renders it anew: same prompt, not the same pixels."
FREE = "Nothing was charged."
READY = make_slate(*[State.DELIVERED] * 4)
TITLE = "🎬 A7K · 4 drafts for mina · ready to choose"
CHOICES = "1 marble · 2 oak · 3 steel · 4 slate"


def test_a_slate_that_is_being_made(read: Read) -> None:
    """What each take does, the time once, what is held and left, and the way back for what waits."""
    slate = make_slate(State.RENDERING, State.RENDERING, State.QUEUED, State.QUEUED)
    assert read(draw(make_facts(*slate))) == (
        "🎬 A7K · 4 drafts for mina · 16:9\n"
        f"“{PROMPT}”\n"
        "1 rendering, about 20 s left · 2 rendering · 3 waiting · 4 waiting\n"
        "$1.28 held · $36.40 left\n"
        "[Cancel the 2 waiting · $0.64 back]"
    )


def test_a_slate_that_is_ready_to_choose(read: Read) -> None:
    """The numbered choices, what a reaction orders and costs, and before any vote that a final is a new roll."""
    assert read(draw(make_facts(*READY))) == (
        f"{TITLE}\n{CHOICES}\nReact 1️⃣–4️⃣ to finish one: {HOW}\n"
        "$1.28 spent · $36.40 left\n"
        "[1] [2] [3] [4] [Again · $1.28] [Edit] [More…]"
    )


def test_the_first_of_two_approvals(read: Read) -> None:
    """Who has been approved by how many, and what the final will be."""
    votes = {take.id: int(take.number == 2) for take in READY}
    lines = read(draw(make_facts(*READY, votes=votes, quorum=2))).splitlines()
    assert lines[2] == "2 oak: 1 of 2 approvals · final 10 s 720p, $1.50"
    assert lines[3] == f"React 1️⃣–4️⃣ to finish one, 2 approvals each: {HOW}"


def test_an_armed_final(read: Read) -> None:
    """Who approved, how long it can be undone, and the button for it first."""
    assert read(draw(make_facts(*READY, finals=(make_final(),), quorum=2))) == (
        f"{TITLE}\n{CHOICES}\n"
        "2 oak: approved by jo and ravi · ordering in 15 s\n"
        f"React 1️⃣, 3️⃣ or 4️⃣ to finish one, 2 approvals each: {HOW}\n"
        "$1.28 spent · $1.50 held · $36.40 left\n"
        "[Undo] [1] [3] [4] [Again · $1.28] [Edit] [More…]"
    )


@pytest.mark.parametrize(("order_at", "said"), [(NOW + 7_400, "in 7 s"), (NOW, "now"), (NOW - 1, "now")])
def test_the_grace_runs_down_once_the_card_was_shown(read: Read, order_at: int, said: str) -> None:
    """From the moment that Undo could be seen the card counts down."""
    card = read(draw(make_facts(*READY, finals=(make_final(order_at=order_at),))))
    assert f"2 oak: approved by jo and ravi · ordering {said}" in card


def test_a_card_whose_look_is_kept(read: Read) -> None:
    """Before any vote it says that finals start from the draft's frame; so do a half-given vote and an armed final."""
    offer = Offer(seconds=10, resolution="720p", price=FINAL_PRICE, model="mini", look="match")
    facts = make_facts(
        *READY,
        finals=(make_final(),),
        offers={take.id: offer for take in READY},
        startable=frozenset(take.id for take in READY),
        matched=frozenset({"A7K-2F"}),
        votes={take.id: int(take.number == 1) for take in READY},
        quorum=2,
    )
    assert read(draw(facts)) == (
        f"{TITLE}\n{CHOICES}\n"
        "1 marble: 1 of 2 approvals · final 10 s 720p from the draft's frame, $1.50\n"
        "2 oak: approved by jo and ravi · from the draft's frame · ordering in 15 s\n"
        "React 1️⃣, 3️⃣ or 4️⃣ to finish one, 2 approvals each: 10 s at 720p, $1.50. "
        "Mini starts from the draft's frame: same look, not the same pixels.\n"
        "$1.28 spent · $1.50 held · $36.40 left\n"
        "[Undo] [1] [3] [4] [A new roll] [Again · $1.28] [Edit] [More…]"
    )
    assert "10 s at 720p · made from the draft's frame · approved by jo and ravi" in read(
        final_message(facts, make_final(State.DELIVERED))
    )


def test_a_final_that_renders(read: Read) -> None:
    """Its time and what it holds, each number once."""
    lines = read(draw(make_facts(*READY, finals=(make_final(State.RENDERING),)))).splitlines()
    assert lines[2] == "A7K-2F rendering, about 110 s left · $1.50 held"
    assert lines[4] == "$1.28 spent · $36.40 left"


def test_a_final_that_is_there(read: Read) -> None:
    """The final's own message has its price and what is left; the card shrinks to one line."""
    final = make_final(State.DELIVERED)
    facts = make_facts(*READY, finals=(final,), left=Money.usd("34.90"))
    assert read(draw(facts)) == "A7K · 1 finished · $2.78"
    message = final_message(facts, final)
    assert read(message) == (
        "Final A7K-2F is here · $1.50 · $34.90 left\n"
        "“a ceramic mug on oak, steam rising, soft morning light”\n"
        "10 s at 720p · approved by jo and ravi\n"
        "[Again · $1.50] [Keep for ever]"
    )
    assert message.mentions == ("U1",)


def test_a_final_that_was_undone(read: Read) -> None:
    """What became of it, that nothing was charged, and that a vote given anew is needed."""
    final = make_final(State.CANCELLED, problem="undone by mina", held=ZERO)
    assert read(draw(make_facts(*READY, finals=(final,)))) == (
        f"{TITLE}\n{CHOICES}\n"
        "A7K-2F: undone by mina. Nothing was charged. A vote given anew orders another.\n"
        f"React 1️⃣–4️⃣ to finish one: {HOW}\n"
        "$1.28 spent · $36.40 left\n"
        "[1] [2] [3] [4] [Again · $1.28] [Edit] [More…]"
    )


def test_a_slate_of_which_one_was_refused(read: Read) -> None:
    """The others can be chosen; of the refused one the card says why and that it cost nothing."""
    problem = "refused by the provider: the prompt names a protected character"
    slate = make_slate(State.DELIVERED, State.REFUSED, State.DELIVERED, State.DELIVERED)
    refused = replace(slate[1], problem=problem)
    assert read(draw(make_facts(slate[0], refused, *slate[2:]))) == (
        f"{TITLE}\n1 marble · 2 oak refused · 3 steel · 4 slate\n"
        f"2 oak: {problem}. Nothing was charged.\n"
        f"React 1️⃣, 3️⃣ or 4️⃣ to finish one: {HOW}\n"
        "$0.96 spent · $36.40 left\n"
        "[1] [3] [4] [Again · $1.28] [Edit] [More…]"
    )


@pytest.mark.parametrize(
    ("state", "problem", "word", "why"),
    [
        (State.CANCELLED, "cancelled by mina", "cancelled", "Cancelled by mina. Nothing was charged."),
        (State.REFUSED, "refused by the provider", "refused", "Refused by the provider. Nothing was charged."),
    ],
)
def test_a_slate_of_which_nothing_came(read: Read, state: State, problem: str, word: str, why: str) -> None:
    """One word for all in the title, the reason once, and the way to begin again."""
    edit = "[Edit and try again]" if state is State.REFUSED else "[Edit]"
    assert read(draw(make_facts(*make_slate(*[state] * 4, problem=problem)))) == (
        f"🎬 A7K · 4 drafts for mina · {word}\n“{PROMPT}”\n{why}\n$36.40 left\n[Again · $1.28] {edit}"
    )


def test_a_slate_that_ended_in_different_ways(read: Read) -> None:
    """Each ending is said once, with the takes that it befell."""
    slate = make_slate(State.CANCELLED, State.FAILED, State.CANCELLED, problem="", labels=())
    assert read(draw(make_facts(*slate))) == (
        f"🎬 A7K · 3 drafts for mina · nothing to choose\n“{PROMPT}”\n"
        "1 cancelled · 2 failed · 3 cancelled\n"
        "1 and 3: cancelled. Nothing was charged.\n"
        "2: failed. Nothing was charged.\n"
        "$36.40 left\n[Again · $0.96] [Edit and try again]"
    )


def test_a_single_draft_from_waiting_to_ready(read: Read) -> None:
    """A card of one take numbers nothing."""
    assert read(draw(make_facts(make_take(State.QUEUED)))) == (
        f"🎬 A7K · draft for mina · 16:9\n“{PROMPT}”\nWaiting\n$0.32 held · $36.40 left\n[Cancel · $0.32 back]"
    )
    assert read(draw(make_facts(make_take(State.DELIVERED)))) == (
        f"🎬 A7K · draft for mina · ready\n“{PROMPT}”\nReact ✅ to finish it: {HOW}\n"
        "$0.32 spent · $36.40 left\n[Finish it] [Again · $0.32] [Edit] [More…]"
    )


def direct(state: State) -> Take:
    """A final without a draft."""
    return make_take(state, stage=Stage.FINAL, resolution="720p", seconds=10, price=FINAL_PRICE, usual_ms=115_000)


@pytest.mark.parametrize(
    ("state", "card"),
    [
        (
            State.QUEUED,
            f"🎬 A7K · final for mina · 16:9\n“{PROMPT}”\nWaiting\n$1.50 held · $36.40 left\n[Cancel · $1.50 back]",
        ),
        (
            State.RENDERING,
            f"🎬 A7K · final for mina · 16:9\n“{PROMPT}”\nRendering, about 110 s left\n$1.50 held · $36.40 left",
        ),
        (State.DELIVERED, "A7K · 1 finished · $1.50"),
        (State.SHELVED, "A7K · kept, not posted · $1.50\n[Post it anyway]"),
        (
            State.CANCELLED,
            f"🎬 A7K · final for mina · cancelled\n“{PROMPT}”\nCancelled. {FREE}\n$36.40 left\n[Again · $1.50] [Edit]",
        ),
    ],
)
def test_a_direct_final_reads_right_in_every_phase(read: Read, state: State, card: str) -> None:
    """A final without a draft is never offered to be finished."""
    assert read(draw(make_facts(direct(state)))) == card


def test_a_drafts_clip_is_captioned_with_its_number_and_words(read: Read) -> None:
    """In the card's thread the file says which it is; its maker is mentioned where the worker says so."""
    facts = make_facts(*READY)
    assert read(draft_message(facts, READY[1], mention=False)) == "A7K-2 · oak"
    assert draft_message(facts, READY[1], mention=False).mentions == ()
    noted = draft_message(facts, replace(READY[3], clip_note="asked 4 s, got 3.8 s"), mention=True)
    assert (read(noted), noted.mentions) == ("A7K-4 · slate\nAsked 4 s, got 3.8 s.", ("U1",))


def test_a_card_while_ordering_is_paused(read: Read) -> None:
    """Who paused it and since when, as long as something of it waits; an armed final says that it does."""
    by = "dana since 25 Nov, 14:05"
    waiting = "Waiting: dana paused ordering on 25 Nov, 14:05; nothing is ordered until it goes on."
    assert waiting in read(draw(make_facts(make_take(), paused_by=by)))
    armed = read(draw(make_facts(*READY, finals=(make_final(),), paused_by=by)))
    assert f"2 oak: approved by jo and ravi · paused\n{waiting}" in armed
    assert waiting not in read(draw(make_facts(*READY, paused_by=by)))


def test_a_final_whose_clip_is_being_made_smaller(read: Read) -> None:
    """The card says how far that is, while it lasts."""
    final = replace(make_final(), state=State.DELIVERING, held=ZERO, charged=FINAL_PRICE)
    lines = read(draw(make_facts(*READY, finals=(final,), copies={final.id: 40}))).splitlines()
    assert lines[2:4] == ["A7K-2F made, coming up · $1.50", "A7K-2F: making a smaller copy, 40 %"]
