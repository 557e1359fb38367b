"""What a card as a whole is doing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.cards import CardFacts, Phase, draw
from bot.core.lifecycle import Stage, State
from tests.core.builders import NOW, make_facts, make_final, make_slate, make_take

LATE = NOW - 60_000
IN, MADE, GONE, ASIDE = State.DELIVERED, State.RENDERING, State.REFUSED, State.UNKNOWN


def late(facts: CardFacts) -> CardFacts:
    """The same with everything that renders past twice its usual time."""
    return replace(facts, drafts=tuple(replace(take, submitted_at=LATE) for take in facts.drafts))


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        (make_facts(*make_slate(IN, MADE)), Phase.MAKING),
        (make_facts(*make_slate(IN, IN)), Phase.READY),
        (make_facts(*make_slate(IN, GONE)), Phase.READY),
        (make_facts(*make_slate(GONE, GONE)), Phase.ENDED),
        (make_facts(*make_slate(State.SHELVED, GONE)), Phase.ENDED),
        (late(make_facts(*make_slate(IN, MADE))), Phase.READY),
        (late(make_facts(*make_slate(IN, MADE, MADE))), Phase.MAKING),
        (late(make_facts(*make_slate(IN, IN, State.QUEUED, MADE))), Phase.MAKING),
        (make_facts(*make_slate(IN, State.FETCHING)), Phase.MAKING),
        (make_facts(*make_slate(IN), make_take(State.FETCHING, number=2, late_told_at=LATE)), Phase.READY),
        (make_facts(*make_slate(IN), make_take(State.DELIVERING, number=2, late_told_at=LATE)), Phase.READY),
        (make_facts(*make_slate(IN, ASIDE)), Phase.READY),
        (make_facts(*make_slate(ASIDE, ASIDE)), Phase.MAKING),
        (make_facts(*make_slate(IN, IN), finals=(make_final(MADE),)), Phase.READY),
        (make_facts(*make_slate(IN, IN), finals=(make_final(IN),)), Phase.DECIDED),
        (make_facts(*make_slate(IN, IN), finals=(make_final(IN), make_final(MADE, round=2))), Phase.READY),
        (make_facts(*make_slate(IN, ASIDE), finals=(make_final(IN, draft="A7K-1"),)), Phase.READY),
        (make_facts(*make_slate(IN, IN), finals=(make_final(GONE),)), Phase.READY),
        (make_facts(make_take(IN, hidden=True), finals=(make_final(MADE, draft="A7K"),)), Phase.MAKING),
        (make_facts(make_take(IN, stage=Stage.FINAL)), Phase.DECIDED),
        (make_facts(make_take(MADE, stage=Stage.FINAL)), Phase.MAKING),
        (make_facts(make_take(GONE, stage=Stage.FINAL)), Phase.ENDED),
    ],
)
def test_the_phase_follows_from_the_takes(facts: CardFacts, phase: Phase) -> None:
    """Ready when all are in, or half are and the rest late or not sure; decided with a final and nothing to come."""
    assert facts.phase is phase


def test_a_vote_is_invited_as_soon_as_one_can_be_given() -> None:
    """While siblings are still made, what is there can be finished, and the card says at what price."""
    view = draw(make_facts(*make_slate(IN, MADE, State.QUEUED)))
    assert view.lines[0] == "1 ready · 2 rendering, about 20 s left · 3 waiting"
    assert view.lines[1].startswith("React 1️⃣ to finish it: 10 s at 720p, $1.50. Mini renders it anew")


@pytest.mark.parametrize("changes", [{"rejected_by": "jo"}, {"hidden": True}], ids=["set aside", "taken down"])
def test_what_is_set_aside_or_taken_down_is_no_candidate(changes: dict[str, object]) -> None:
    """It stands among the choices with what became of it, and neither button nor hint offers it."""
    first, second = make_slate(IN, IN)
    view = draw(make_facts(replace(first, **changes), second))  # type: ignore[arg-type]
    assert [button.label for button in view.buttons] == ["2", "Again · $0.64", "Edit", "More…"]
    assert view.lines[0] in ("1 marble set aside by jo · 2 oak", "1 marble taken down · 2 oak")
    assert view.lines[1].startswith("React 2️⃣ to finish it")


def test_a_single_draft_that_was_set_aside_says_so() -> None:
    """Nothing is offered for it but another roll."""
    view = draw(make_facts(make_take(IN, rejected_by="jo and ravi")))
    assert view.lines == ("Set aside by jo and ravi",)
    assert [button.label for button in view.buttons] == ["Again · $0.32", "Edit", "More…"]


def test_the_newest_round_of_each_drafts_finals_is_shown() -> None:
    """An earlier final that ended is not said again once the next round has one."""
    finals = (make_final(GONE, problem="refused"), make_final(MADE, id="A7K-2F2", round=2))
    view = draw(make_facts(*make_slate(IN, IN), finals=finals))
    assert [line for line in view.lines if "A7K-2F" in line] == ["A7K-2F2 rendering, about 110 s left · $1.50 held"]


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        (make_facts(make_take(IN, hidden=True)), "A7K was taken down."),
        (make_facts(*make_slate(IN, GONE, hidden=True)), "A7K was taken down."),
        (make_facts(make_take(IN, hidden=True), finals=(make_final(GONE),)), "A7K was taken down."),
        (make_facts(make_take(IN, hidden=True), finals=(make_final(IN),)), "A7K · 1 finished · $1.82"),
        (
            make_facts(make_take(IN), finals=(make_final(IN, hidden=True),)),
            "A7K · A7K-2F taken down · $1.82",
        ),
    ],
)
def test_a_card_is_blanked_when_nothing_of_it_is_left_to_see(facts: CardFacts, title: str) -> None:
    """Without a visible clip or one to come, prompt and buttons are gone."""
    view = draw(facts)
    assert (view.title, view.quote, view.buttons) == (title, "", ())


def test_numbers_stand_for_takes_as_long_as_the_card_lives() -> None:
    """A keycap on a decided card still means the same take; a single take has no numbers."""
    slate = make_slate(IN, IN)
    assert draw(make_facts(*slate)).numbers == ("A7K-1", "A7K-2")
    assert draw(make_facts(*slate, finals=(make_final(IN),))).numbers == ("A7K-1", "A7K-2")
    assert draw(make_facts(make_take(IN))).numbers == ()


def test_a_slate_of_the_same_prompt_keeps_its_prompt() -> None:
    """Without words that differ the prompt stays on the card, and the numbers say how they are only if that differs."""
    view = draw(make_facts(*make_slate(IN, IN, labels=())))
    assert view.quote
    assert view.lines[0].startswith("React 1️⃣ or 2️⃣")
    some = draw(make_facts(*make_slate(IN, State.REFUSED, labels=())))
    assert some.lines[0] == "1 ready · 2 refused"


def test_a_slip_that_was_undone_is_old_news_once_another_final_is_ordered() -> None:
    """It is said while it is the newest, and not beside the final that the team wanted."""
    undone = make_final(State.CANCELLED, id="A7K-3F", draft="A7K-3", problem="undone by ravi")
    wanted = make_final(State.ARMED, id="A7K-2F", draft="A7K-2", number=2, label="oak")
    drafts = make_slate(State.DELIVERED, State.DELIVERED, State.DELIVERED)

    before = "\n".join(draw(make_facts(*drafts, finals=(undone,))).lines)
    after = "\n".join(draw(make_facts(*drafts, finals=(wanted, undone))).lines)

    assert "undone by ravi" in before
    assert "undone by ravi" not in after
    assert "ordering in" in after
