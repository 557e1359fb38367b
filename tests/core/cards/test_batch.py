"""The card of a batch and of its sheets, word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.cards import BatchFacts, clip_name, draw, draw_batch
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money, total
from bot.core.ports import CardView
from bot.core.rows import Asked, Batch, Take
from bot.core.sentences import batches as words
from bot.core.sentences.finals import Offer
from tests.core.builders import CARD, NOW, make_facts, make_final, make_slate, make_take

Read = Callable[[CardView], str]
BATCH = Batch(
    id="B4T",
    workspace="T1",
    channel="local:launch",
    person="U1",
    person_name="mina",
    count=38,
    answered_at=NOW,
    ordered=True,
    created_at=NOW,
)
SHORT = Offer(seconds=5, resolution="720p", price=Money.usd("0.75"), model="mini")
ANEW = "Mini renders them anew: same prompts, not the same pixels."
UNSHOWN: dict[str, Any] = {"batch": "B4T", "sheet": 2}
SHOWN: dict[str, Any] = UNSHOWN | {"card": replace(CARD, message="m1")}


def make_batch(*takes: Take) -> BatchFacts:
    return BatchFacts(card=CARD, batch=BATCH, takes=takes, left=Money.usd("36.40"), now=NOW)


def lines(state: State, number: int, **changes: object) -> list[Take]:
    return [make_take(state, id=f"A7K-{n}", label=f"shot {n}", number=n, **changes) for n in range(1, number + 1)]


def test_a_batch_on_its_way(read: Read) -> None:
    """How many do what, what went wrong line by line, the money, and the way back for what waits."""
    takes = [
        *lines(State.DELIVERED, 12),
        *lines(State.RENDERING, 3),
        *lines(State.QUEUED, 22),
        *lines(State.REFUSED, 1, problem="refused by the provider: a protected character"),
    ]
    assert read(draw_batch(make_batch(*takes))) == (
        "🎬 B4T · batch of 38 for mina\n"
        "12 done · 3 rendering · 22 waiting · 1 refused\n"
        "shot 1 (A7K-1): Refused by the provider: a protected character.\n"
        "$3.84 spent · $8.00 held · $36.40 left\n"
        "[Cancel the 22 waiting · $7.04 back]"
    )


def test_a_batch_that_is_done(read: Read) -> None:
    """It says so; of many problems the first ten are named, those that somebody wished are only counted."""
    takes = [
        *lines(State.DELIVERED, 2),
        *lines(State.FAILED, 12, problem=""),
        *lines(State.CANCELLED, 1),
        *lines(State.UNDELIVERABLE, 1, problem="the channel is gone"),
    ]
    card = read(draw_batch(make_batch(*takes))).splitlines()
    assert card[:3] == [
        "🎬 B4T · batch of 38 for mina · done",
        "2 done · 1 cancelled · 12 failed · 1 kept, could not be posted",
        "shot 1 (A7K-1): Failed.",
    ]
    assert (len(card), card[-2]) == (14, "and 3 more")


def test_what_waits_for_an_owner_can_be_asked_for() -> None:
    """Lines beyond the cap have the button; those that a rule holds up do not."""
    asked = [
        *lines(State.ASKED, 2, asked=Asked.CAP),
        *lines(State.ASKED, 1, asked=Asked.OWNER),
        *lines(State.ASKED, 1, asked=Asked.CONFIRM),
    ]
    view = draw_batch(make_batch(*asked))
    assert view.lines == ("2 beyond the cap · 1 to be confirmed · 1 waiting for an owner's yes",)
    assert [button.label for button in view.buttons] == ["Cancel all", "Ask for more"]
    assert draw_batch(make_batch(*asked[2:])).buttons[1:] == ()


def test_a_sheet_whose_drafts_are_not_alike(read: Read) -> None:
    """Each number's final is said with its length and price, and each vote with its own."""
    slate = make_slate(*[State.DELIVERED] * 3)
    facts = make_facts(
        *slate, prompt="", offers={"A7K-2": SHORT}, votes={"A7K-1": 0, "A7K-2": 1, "A7K-3": 0}, quorum=2, **SHOWN
    )
    assert read(draw(facts)).splitlines()[:4] == [
        "🎬 A7K · 3 drafts for mina · sheet 2 of B4T · ready to choose",
        "1 marble · 2 oak · 3 steel",
        "2 oak: 1 of 2 approvals · final 5 s 720p, $0.75",
        f"React (2 approvals each) 1️⃣ or 3️⃣ for 10 s at 720p, $1.50; 2️⃣ for 5 s at 720p, $0.75. {ANEW}",
    ]


def test_models_that_differ_are_both_named() -> None:
    """Two models render anew."""
    offers = {"A7K-2": replace(SHORT, model="pro")}
    assert (
        "; 2️⃣ for 5 s at 720p, $0.75. Mini and pro render them anew"
        in draw(make_facts(*make_slate(State.DELIVERED, State.DELIVERED), offers=offers)).lines[-1]
    )


def test_a_draft_whose_model_is_off_is_no_choice() -> None:
    """The others still are; nothing is ordered once more."""
    facts = make_facts(*make_slate(State.DELIVERED, State.DELIVERED), orderable=False, off=frozenset({"A7K-1"}))
    assert [take.id for take in facts.candidates] == ["A7K-2"]
    assert [button.label for button in draw(facts).buttons] == ["2", "More…"]


def test_a_sheet_of_one(read: Read) -> None:
    """Its label is said, for it has a number and no siblings."""
    take = make_take(State.DELIVERED, id="A7K-1", slate="A7K", number=1, label="hero")
    assert read(draw(make_facts(take, prompt="", **SHOWN))).splitlines()[:2] == [
        "🎬 A7K · draft for mina · sheet 2 of B4T · ready",
        "1 hero",
    ]


def test_a_sheet_on_its_way_and_one_that_failed() -> None:
    """Its title says whose sheet it is, whatever it does."""
    made = draw(make_facts(*make_slate(State.DELIVERING, State.DELIVERED), **SHOWN))
    assert made.title == "🎬 A7K · 2 drafts for mina · sheet 2 of B4T"
    assert draw(make_facts(*make_slate(State.FAILED), **SHOWN)).title.endswith("sheet 2 of B4T · failed")


@pytest.mark.parametrize(
    ("states", "held_back"),
    [
        ((State.QUEUED, State.DELIVERING), True),
        ((State.RENDERING, State.DELIVERING), True),
        ((State.FETCHING, State.DELIVERING), True),
        ((State.REFUSED, State.FAILED), True),
        ((State.ASKED, State.ASKED), True),
        ((State.DELIVERING, State.DELIVERING), False),
        ((State.DELIVERING, State.ASKED), False),
        ((State.DELIVERING, State.UNKNOWN), False),
        ((State.SHELVED, State.REFUSED), False),
    ],
)
def test_a_sheet_is_held_back_while_clips_come_soon(states: tuple[State, ...], held_back: bool) -> None:  # noqa: FBT001
    """And where none will come; once it is on the screen it stays, and what is no sheet never waits."""
    slate = make_slate(*states)
    assert make_facts(*slate, **UNSHOWN).held_back is held_back
    assert not make_facts(*slate, **SHOWN).held_back
    assert not make_facts(*slate).held_back


@pytest.mark.parametrize(("there", "held_back"), [(1, True), (2, False)])
def test_late_takes_are_waited_for_until_half_is_in(there: int, held_back: bool) -> None:  # noqa: FBT001
    """The same rule as for a slate."""
    late = [State.RENDERING] * (4 - there)
    slate = make_slate(*[State.DELIVERING] * there, *late, submitted_at=NOW - 60_000)
    assert make_facts(*slate, **UNSHOWN).held_back is held_back


def test_a_download_in_trouble_holds_nobody_up() -> None:
    """The others of its sheet are shown meanwhile."""
    slate = make_slate(State.DELIVERING, State.DELIVERING)
    stuck = make_take(State.FETCHING, id="A7K-3", slate="A7K", number=3, problem="the host does not answer")
    assert not make_facts(*slate, stuck, **UNSHOWN).held_back


def test_files_are_named_by_label() -> None:
    """A batch's clips and finals carry their line's label; a slate's variants do not."""
    draft, final = make_take(id="A7K-2", number=2, label="Hero: shot/1"), make_final(label="")
    facts = make_facts(draft, **UNSHOWN)
    assert clip_name(facts, draft) == "A7K-2-Hero-shot-1.mp4"
    assert clip_name(facts, final) == "A7K-2F.mp4"
    assert clip_name(make_facts(draft), draft) == "A7K-2.mp4"


def test_the_report_counts_and_names() -> None:
    """What is there, what is not and why, and what it has cost; its maker is mentioned."""
    takes = [
        *lines(State.DELIVERED, 1),
        *lines(State.REFUSED, 1, problem="refused by the provider"),
        *lines(State.ASKED, 1, asked=Asked.CAP),
        *lines(State.UNKNOWN, 1),
    ]
    view = words.report(words.report_facts(BATCH, takes, NOW))
    assert view.title == (
        "Batch B4T: 1 draft is there, 1 beyond the cap (kept for 72 hours), 1 not sure, 1 refused. $0.32 spent."
    )
    assert view.lines == ("shot 1 (A7K-1): Refused by the provider.", "shot 1 (A7K-1): Not sure.")
    assert view.mentions == ("U1",)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((), ""),
        ((7,), "Line 7, $0.32, does not fit the cap; it is kept, and you can ask for more."),
        ((7, 8), "Lines 7–8, $0.64, do not fit the cap; they are kept, and you can ask for more."),
        ((7, 9), "2 lines from line 7 on, $0.64, do not fit the cap; they are kept, and you can ask for more."),
    ],
)
def test_lines_beyond_the_cap(numbers: tuple[int, ...], said: str) -> None:
    """One, a run, or several from one on."""
    assert words.beyond_cap(numbers, total([Money.usd("0.32")] * len(numbers)) or ZERO) == said
