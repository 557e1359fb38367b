"""The steps of a take."""

from __future__ import annotations

from itertools import product

import pytest

from bot.core.lifecycle import (
    CLIP,
    ENDED_WITHOUT_CLIP,
    OPEN,
    SLOTTED,
    STEPS,
    WAITING,
    IllegalStep,
    State,
    require_step,
)

#: The lifecycle as the architecture draws it, and nothing else.
DRAWN = {
    "asked": "queued declined expired cancelled",
    "armed": "queued asked cancelled",
    "queued": "admitted asked refused cancelled",
    "admitted": "submitting queued refused cancelled",
    "submitting": "rendering fetching queued refused unknown cancelled",
    "rendering": "fetching failed unknown",
    "unknown": "rendering released written_off",
    "fetching": "delivering shelved lost",
    "delivering": "delivered shelved undeliverable fetching",
    "shelved": "delivering",
    "undeliverable": "delivering",
    "delivered": "delivering",
    "released": "rendering",
    "written_off": "rendering",
    "cancelled": "rendering",
}
LEGAL = {(State(old), State(new)) for old, news in DRAWN.items() for new in news.split()}
LEGAL |= {(state, state) for state in State}


@pytest.mark.parametrize(("old", "new"), sorted(LEGAL, key=str))
def test_every_step_that_is_drawn_is_legal(old: State, new: State) -> None:
    """A take may go wherever the drawing leads, and may stay where it is."""
    require_step(old, new)


@pytest.mark.parametrize(("old", "new"), sorted(set(product(State, State)) - LEGAL, key=str))
def test_every_other_step_is_illegal(old: State, new: State) -> None:
    """A step that is not drawn is a defect, and is named."""
    with pytest.raises(IllegalStep, match=f"cannot go from {old.value} to {new.value}"):
        require_step(old, new)


def test_every_state_has_its_steps() -> None:
    """No state is left out of the table."""
    assert set(STEPS) == set(State)


def test_the_groups_of_states_tell_the_same_story() -> None:
    """A take waits, is under way, has a clip or has ended without one; the groups agree on which."""
    assert {*OPEN, *CLIP, *ENDED_WITHOUT_CLIP} == set(State)
    assert not ENDED_WITHOUT_CLIP & (OPEN | CLIP)
    assert WAITING < OPEN
    assert SLOTTED < OPEN
    assert {State.FETCHING, State.DELIVERING} == CLIP & OPEN


def test_what_has_ended_without_a_clip_only_comes_back_by_late_evidence() -> None:
    """Of the ends without a clip only three can be undone, and only by a job that was made after all."""
    reopened = {state for state in ENDED_WITHOUT_CLIP if STEPS[state]}
    assert reopened == {State.RELEASED, State.WRITTEN_OFF, State.CANCELLED}
    assert all(STEPS[state] == {State.RENDERING} for state in reopened)
