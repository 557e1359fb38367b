"""The buttons of a card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.cards import CardFacts, draw, final_message
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.rows import Asked
from bot.core.sentences.finals import Offer
from tests.core.builders import FINAL_PRICE, make_facts, make_final, make_slate, make_take

IN, MADE, WAITS = State.DELIVERED, State.RENDERING, State.QUEUED
SHORT = {"asked": Asked.CAP, "held": ZERO}
EDIT, MORE = {"Edit": "edit:A7K"}, {"More…": "more:A7K"}
SINGLE = make_take(IN)
SLATE = make_slate(IN, IN, IN)


@pytest.mark.parametrize(
    ("facts", "buttons"),
    [
        (make_facts(*make_slate(WAITS, WAITS)), {"Cancel all · $0.64 back": "cancel:A7K"}),
        (make_facts(*make_slate(MADE, WAITS)), {"Cancel the one waiting · $0.32 back": "cancel:A7K"}),
        (
            make_facts(*make_slate(State.ASKED, MADE, asked=Asked.CAP)),
            {"Cancel the one waiting": "cancel:A7K", "Ask for more": "ask:A7K"},
        ),
        (
            make_facts(make_take(State.ASKED, **SHORT)),
            {"Cancel": "cancel:A7K", "Ask for more": "ask:A7K"},
        ),
        (make_facts(make_take(State.ASKED, asked=Asked.CONFIRM)), {"Cancel": "cancel:A7K"}),
        (make_facts(make_take(MADE)), {}),
        (make_facts(make_take(MADE, dismissed=True)), {"Post it anyway": "rescue:A7K"}),
        (make_facts(make_take(State.DELIVERING, dismissed=True)), {"Post it anyway": "rescue:A7K"}),
        (make_facts(*make_slate(State.SHELVED, MADE, hidden=True)), {}),
        (
            make_facts(make_take(State.FAILED, dismissed=True)),
            {"Again · $0.32": "again:A7K", "Edit and try again": "edit:A7K"},
        ),
        (
            make_facts(make_take(State.SHELVED)),
            {"Again · $0.32": "again:A7K", **EDIT, "Post it anyway": "rescue:A7K"},
        ),
        (make_facts(make_take(State.SHELVED, purged_at=1)), {"Again · $0.32": "again:A7K", **EDIT}),
        (make_facts(make_take(State.RELEASED)), {}),
        (make_facts(make_take(State.WRITTEN_OFF)), {}),
        (make_facts(SINGLE), {"Finish it": "promote:A7K", "Again · $0.32": "again:A7K", **EDIT, **MORE}),
        (
            make_facts(SINGLE, finals=(make_final(draft="A7K", id="A7K-F"),)),
            {"Undo": "undo:A7K-F", "Again · $0.32": "again:A7K", **EDIT, **MORE},
        ),
        (
            make_facts(SINGLE, finals=(make_final(WAITS, draft="A7K", id="A7K-F"),)),
            {"Cancel A7K-F · $1.50 back": "cancel:A7K-F", "Again · $0.32": "again:A7K", **EDIT, **MORE},
        ),
        (
            make_facts(*SLATE, finals=(make_final(draft="A7K-1", id="A7K-1F"), make_final(draft="A7K-3", id="A7K-3F"))),
            {
                "Undo A7K-1F": "undo:A7K-1F",
                "Undo A7K-3F": "undo:A7K-3F",
                "2": "promote:A7K-2",
                "Again · $0.96": "again:A7K",
                **EDIT,
                **MORE,
            },
        ),
        (
            make_facts(
                *SLATE,
                finals=(
                    make_final(State.ASKED, draft="A7K-1", id="A7K-1F", **SHORT),
                    make_final(State.ASKED, draft="A7K-2", id="A7K-2F", **SHORT),
                    make_final(State.ASKED, draft="A7K-3", id="A7K-3F", asked=Asked.OWNER, held=Money.usd("1.50")),
                ),
            ),
            {
                "Cancel A7K-3F · $1.50 back": "cancel:A7K-3F",
                "Ask for more for A7K-1F": "ask:A7K-1F",
                "Ask for more for A7K-2F": "ask:A7K-2F",
                "Again · $0.96": "again:A7K",
                **EDIT,
                **MORE,
            },
        ),
        (make_facts(*SLATE, finals=(make_final(State.SHELVED),)), {"Post A7K-2F anyway": "rescue:A7K-2F"}),
        (make_facts(*SLATE, finals=(make_final(IN),)), {}),
    ],
)
def test_what_can_be_pressed(facts: CardFacts, buttons: dict[str, str]) -> None:
    """Each button says what it does and, where money moves, how much; what would be refused is not offered."""
    assert {button.label: button.action for button in draw(facts).buttons} == buttons


def test_the_most_urgent_buttons_come_first() -> None:
    """Undo, then cancel, before everything that can wait."""
    waiting = replace(SLATE[2], state=WAITS)
    finals = (make_final(draft="A7K-1", id="A7K-1F"),)
    labels = [button.label for button in draw(make_facts(*SLATE[:2], waiting, finals=finals)).buttons]
    assert labels == ["Undo", "Cancel the one waiting", "2"]


def test_a_model_that_is_off_by_now_offers_nothing_more() -> None:
    """What was made with it is shown and can be posted; nothing on the card orders more of it."""
    ready = draw(make_facts(*SLATE, orderable=False))
    kept = draw(make_facts(make_take(State.SHELVED), orderable=False))

    assert [button.action for button in ready.buttons] == ["more:A7K"]
    assert not any("React" in line for line in ready.lines)
    assert [button.action for button in kept.buttons] == ["rescue:A7K"]


@pytest.mark.parametrize(
    ("looks", "startable", "button"),
    [
        ("new new", "1 2", ("Keep this look", "look:A7K:match")),
        ("match match", "1 2", ("A new roll", "look:A7K:new")),
        ("match new", "1 2", ("A new roll", "look:A7K:new")),
        ("new new", "1", ("Keep this look", "look:A7K:match")),
        ("new new", "", None),
    ],
)
def test_the_look_can_be_changed_while_there_is_something_to_vote_for(
    looks: str, startable: str, button: tuple[str, str] | None
) -> None:
    """Beside the votes; where the model cannot start from a frame there is no such button."""
    slate = make_slate(IN, IN)
    offers = {
        take.id: Offer(seconds=10, resolution="720p", price=FINAL_PRICE, model="mini", look=look)
        for take, look in zip(slate, looks.split(), strict=True)
    }
    facts = make_facts(*slate, offers=offers, startable=frozenset(f"A7K-{number}" for number in startable.split()))
    found = [(each.label, each.action) for each in draw(facts).buttons]
    assert found[:2] == [("1", "promote:A7K-1"), ("2", "promote:A7K-2")]
    assert [each for each in found if each[1].startswith("look:")] == ([button] if button else [])
    assert found[2] == (button or ("Again · $0.64", "again:A7K"))


def test_a_card_without_candidates_offers_no_look() -> None:
    """There is nothing to come that it would change."""
    facts = make_facts(SINGLE, finals=(make_final(draft="A7K", id="A7K-F"),), startable=frozenset({"A7K"}))
    assert not any(button.action.startswith("look:") for button in draw(facts).buttons)


def test_a_shortened_prompt_can_be_read() -> None:
    """Where a card shows 200 characters of more, a button shows all of them; so does a final's message."""
    long, final = "a fox " * 50, make_final(IN, draft="A7K", id="A7K-F")
    for state in (MADE, IN, State.REFUSED):
        facts = make_facts(make_take(state), prompt=long)
        assert ("Full prompt", "prompt:A7K") in [(each.label, each.action) for each in draw(facts).buttons]
    facts = make_facts(SINGLE, finals=(final,), prompt=long, prompts={"A7K-F": long})
    assert final_message(facts, final).buttons[-1].action == "prompt:A7K-F"


def test_more_has_its_place_whatever_else_there_is() -> None:
    """Of thirty buttons those that can wait are left out, and the way to the rare ones stays."""
    slate = make_slate(*[IN] * 10, labels=("",) * 10)
    finals = [
        make_final(
            state, draft=take.id, id=f"{take.id}F{round_ if round_ > 1 else ''}", number=take.number, round=round_
        )
        for take in slate
        for round_, state in ((1, State.SHELVED), (2, State.SHELVED), (3, State.ARMED))
    ]
    found = [button.action for button in draw(make_facts(*slate, finals=tuple(finals), prompt="a fox " * 50)).buttons]
    assert len(found) == 25
    assert found[-2:] == ["more:A7K", "prompt:A7K"]


def test_a_sheet_of_unlike_takes_is_edited_take_by_take() -> None:
    """It has no one prompt that could be edited."""
    assert "edit:A7K" not in [button.action for button in draw(make_facts(*SLATE, batch="B4T", sheet=1)).buttons]
