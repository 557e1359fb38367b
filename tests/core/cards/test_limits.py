"""Every card fits its platform, whatever its takes are and whatever people are called."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cards import CardFacts, Phase, draft_message, draw, final_message
from bot.core.commands import Actor, Command, Place
from bot.core.lifecycle import Stage, State
from bot.core.parsing import parse_action
from bot.core.ports import CardView
from bot.core.rows import Asked, Take
from tests.core.builders import LABELS, NOW, SHOT, make_facts, make_final, make_slate, make_take

#: Slack's and Discord's, the smaller of each.
TITLE, LINE, QUOTE, LABEL, ACTION, BUTTONS = 250, 600, 200, 75, 100, 25
RUDE = "@everyone <!channel> <@U1> \u202e\x00 [x](http://x)\n# " + "very " * 100
#: What people and the provider write, all at once.
WRITTEN: dict[str, Any] = {"person_name": RUDE, "label": RUDE, "approved_by": RUDE, "problem": RUDE, "clip_note": RUDE}


def require_fits(view: CardView) -> None:
    """Within every limit, and every button leads somewhere."""
    assert 0 < len(view.title) <= TITLE
    assert len(view.quote) <= QUOTE
    assert all(0 < len(line) <= LINE for line in view.lines)
    assert len(view.buttons) <= BUTTONS
    assert len({button.action for button in view.buttons}) == len(view.buttons)
    for button in view.buttons:
        assert 0 < len(button.label) <= LABEL
        assert len(button.action) <= ACTION
        assert isinstance(pressed(button.action), Command)


def pressed(action: str) -> Command:
    actor, place = Actor(id="U1", name="mina"), Place(workspace="T1", channel="local:launch", name="launch")
    return parse_action(action, actor=actor, place=place, event="e1", now=NOW)


def require_harmless(view: CardView) -> None:
    """Nothing outside of the quote mentions anybody, links, or runs over a line."""
    for text in (view.title, *view.lines, view.footer):
        assert text.isprintable() or "\u200b" in text
        assert not set(text) & set("<>\n\r\x00\u202e")
        assert "@everyone" not in text


@pytest.mark.parametrize(("state", "stage"), sorted(product(State, Stage), key=str))
def test_a_card_of_one_take_fits_in_every_state(state: State, stage: Stage) -> None:
    """Draft or direct final, well named or rude: it is drawn, it fits, and nothing in it calls anybody."""
    for written in ({}, WRITTEN):
        for asked in (None, *Asked):
            view = draw(make_facts(make_take(state, stage=stage, asked=asked, **written)))
            require_fits(view)
            require_harmless(view)


@pytest.mark.parametrize("state", State)
def test_a_card_with_a_final_fits_in_every_state(state: State) -> None:
    """The final's own line, whatever it is doing, and its message."""
    for asked in (None, *Asked):
        final = make_final(state, asked=asked, question_at=NOW, **WRITTEN)
        facts = make_facts(*make_slate(State.DELIVERED, State.DELIVERED, **WRITTEN), finals=(final,), prompt=RUDE)
        for view in (draw(facts), final_message(facts, final), draft_message(facts, facts.first, mention=True)):
            require_fits(view)
            require_harmless(view)


TAKES: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    state=st.sampled_from(State),
    hidden=st.booleans(),
    dismissed=st.booleans(),
    cancel_asked=st.booleans(),
    rejected_by=st.sampled_from(["", "jo"]),
    asked=st.sampled_from([None, *Asked]),
    problem=st.sampled_from(["", "refused by the provider: why", RUDE]),
    clip_note=st.sampled_from(["", "asked 4 s, got 3.8 s"]),
    submitted_at=st.sampled_from([None, NOW - 5_000, NOW - 500_000]),
    unverified=st.booleans(),
)


@st.composite
def cards(draws: st.DrawFn) -> CardFacts:
    """Any slate of up to ten with any finals."""
    drafts = [
        make_take(
            changes.pop("state"), id=f"A7K-{number}", number=number, slate="A7K", label=LABELS[number % 4], **changes
        )
        for number, changes in enumerate(draws(st.lists(TAKES, min_size=2, max_size=10)), start=1)
    ]
    finals: list[Take] = []
    for draft in drafts:
        for round_, changes in enumerate(draws(st.lists(TAKES, max_size=2)), start=1):
            name = f"{draft.id}F{round_ if round_ > 1 else ''}"
            more = {"id": name, "draft": draft.id, "number": draft.number, "round": round_, "label": draft.label}
            finals.append(make_final(changes.pop("state"), **more, **changes))
    votes = {draft.id: draws(st.integers(0, 3)) for draft in drafts}
    return make_facts(*drafts, finals=tuple(finals), votes=votes, quorum=draws(st.integers(1, 3)), shot=SHOT)


@settings(max_examples=40)
@given(cards())
def test_any_card_fits(facts: CardFacts) -> None:
    """Any mixture of takes is drawn, fits, offers only what can be pressed, and is one line once it is decided."""
    view = draw(facts)
    require_fits(view)
    require_harmless(view)
    if facts.phase is Phase.DECIDED:
        assert (view.quote, view.lines, view.footer) == ("", (), "")


@settings(max_examples=40)
@given(cards())
def test_the_way_to_a_final_is_on_the_card_whenever_a_vote_can_be_given(facts: CardFacts) -> None:
    """A draft that a vote would finish is offered with its price and the word that a final is a new roll."""
    view = draw(facts)
    offered = [button.action for button in view.buttons if button.action.startswith("promote:")]
    if offered:
        assert view.lines[-1].endswith("$1.50. Mini renders it anew: same prompt, not the same pixels.")
