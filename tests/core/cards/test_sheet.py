"""What a contact sheet says, row by row, and a draft beside its final."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from bot.core.cards import CardFacts, beside_of, sheet_of
from bot.core.lifecycle import State
from bot.core.rows import Asked, ClipPicture, PictureKind, Take
from bot.core.sentences.pictures import hole
from tests.core.builders import NOW, PROMPT, make_facts, make_final, make_slate, make_take

IN = State.DELIVERED
RUDE = "@everyone <!channel> <@U1> \u202e\x00\n# " + "very " * 100


def strip(take: str) -> ClipPicture:
    return ClipPicture(take=take, kind=PictureKind.STRIP, name=f"{take}.strip.jpg", size=9, sha256="1", created_at=NOW)


def pictured(*drafts: Take, without: tuple[str, ...] = (), **changes: Any) -> CardFacts:
    """A card whose drafts all have strips but those named."""
    strips = {take.id: strip(take.id) for take in drafts if take.id not in without}
    return make_facts(*drafts, **({"strips": strips} | changes))


def test_a_sheet_of_four() -> None:
    """Title, prompt and shape once; of each draft its number, what differs, id, length and price."""
    sheet = sheet_of(pictured(*make_slate(IN, IN, IN, IN)))
    assert sheet is not None
    assert (sheet.title, sheet.prompt, sheet.ratio) == ("A7K · 4 drafts", PROMPT, "16:9")
    assert [(row.number, row.label, row.strip) for row in sheet.rows] == [
        (1, "marble", "A7K-1"),
        (2, "oak", "A7K-2"),
        (3, "steel", "A7K-3"),
        (4, "slate", "A7K-4"),
    ]
    assert sheet.rows[1].caption == "A7K-2 · 4 s · $0.32"
    assert {row.hole for row in sheet.rows} == {""}
    assert sheet.about == f"Contact sheet of A7K: 1 marble, 2 oak, 3 steel, 4 slate. Prompt: {PROMPT}"


def test_a_single_draft_is_one_row_without_a_number() -> None:
    """Nothing differs from it."""
    sheet = sheet_of(pictured(make_take(IN), prompt="a fox"))
    assert sheet is not None
    assert sheet.title == "A7K · draft"
    assert [(row.number, row.label, row.caption) for row in sheet.rows] == [(0, "", "A7K · 4 s · $0.32")]
    assert sheet.about == "Frames of A7K, over its 4 s. Prompt: a fox"


def test_the_sheet_of_a_batch_says_which_one_it_is() -> None:
    """Each of its lines has a prompt of its own, so none stands above them."""
    sheet = sheet_of(pictured(*make_slate(IN, IN), prompt="", batch="B4T", sheet=2))
    assert sheet is not None
    assert (sheet.title, sheet.prompt) == ("A7K · 2 drafts · sheet 2 of B4T", "")
    assert sheet.about == "Contact sheet of A7K: 1 marble, 2 oak."


HOLES: list[tuple[dict[str, Any], str]] = [
    ({"state": State.RENDERING, "submitted_at": NOW - 60_000}, "late"),
    ({"state": State.FETCHING, "late_told_at": NOW}, "late"),
    ({"state": State.REFUSED}, "refused"),
    ({"state": State.FAILED}, "failed"),
    ({"state": State.UNKNOWN}, "not sure"),
    ({"state": State.LOST}, "lost"),
    ({"state": State.CANCELLED}, "cancelled"),
    ({"state": State.SHELVED}, "kept, not posted"),
    ({"state": State.UNDELIVERABLE}, "kept, could not be posted"),
    ({"state": State.ASKED, "asked": Asked.CAP}, "not ordered"),
    ({"state": State.ASKED, "asked": Asked.OWNER}, "waits for a yes"),
    ({"hidden": True}, "taken down"),
    ({"purged_at": NOW}, "no longer kept"),
    ({}, "no picture"),
]


@pytest.mark.parametrize(("changes", "word"), HOLES, ids=str)
def test_a_hole_says_why(changes: dict[str, Any], word: str) -> None:
    """Numbers never move: a draft without frames keeps its row, and the words for the picture say the same."""
    one, two, three, four = make_slate(IN, IN, IN, IN)
    drafts = (one, two, replace(three, **changes), four)
    facts = pictured(*drafts, without=() if changes.get("hidden") else ("A7K-3",))
    sheet = sheet_of(facts)
    assert sheet is not None
    assert [(row.number, row.hole, row.strip) for row in sheet.rows[1:3]] == [(2, "", "A7K-2"), (3, word, "")]
    assert f"2 oak, 3 steel {word}, 4 slate." in sheet.about


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (State.RENDERING, "still rendering"),
        (State.SUBMITTING, "being ordered"),
        (State.QUEUED, "waiting"),
        (State.FETCHING, "made, coming up"),
    ],
)
def test_nothing_is_drawn_while_something_is_still_to_come(state: State, word: str) -> None:
    """There is no sheet yet; a draft that is on its way while the team can choose would say so."""
    facts = pictured(*make_slate(IN, IN, IN, state), without=("A7K-4",))
    assert sheet_of(facts) is None
    late = replace(facts.drafts[3], state=State.RENDERING, submitted_at=NOW - 60_000)
    assert sheet_of(replace(facts, drafts=(*facts.drafts[:3], late))) is not None
    assert hole(facts.drafts[3], NOW, pictured=False) == word


def test_no_price_stands_where_nothing_was_charged() -> None:
    """A refused draft has cost nothing; one that failed and was charged says what it has cost."""
    refused, failed, there = make_slate(State.REFUSED, State.FAILED, IN)
    sheet = sheet_of(pictured(refused, replace(failed, charged=failed.price), there))
    assert sheet is not None
    assert [row.caption for row in sheet.rows] == ["A7K-1 · 4 s", "A7K-2 · 4 s · $0.32", "A7K-3 · 4 s · $0.32"]


def test_a_verdict_is_not_drawn() -> None:
    """The card says it; the sheet stays as it is, so that it need not be drawn again."""
    drafts = make_slate(IN, IN)
    before = sheet_of(pictured(*drafts))
    after = sheet_of(pictured(drafts[0], replace(drafts[1], rejected_by="jo"), votes={"A7K-1": 1, "A7K-2": 0}))
    assert before == after


def test_a_sheet_stays_while_finals_are_under_way_and_goes_when_the_card_is_decided() -> None:
    """A decided card is one line; one of which nothing came has nothing to show."""
    drafts = make_slate(IN, IN)
    assert sheet_of(pictured(*drafts, finals=(make_final(State.RENDERING),))) is not None
    assert sheet_of(pictured(*drafts, finals=(make_final(IN),))) is None
    assert sheet_of(pictured(*make_slate(State.SHELVED, State.REFUSED))) is None


def test_without_any_frames_there_is_no_sheet() -> None:
    """As of clips that an earlier version has fetched, or whose time is over."""
    assert sheet_of(make_facts(*make_slate(IN, IN))) is None


def test_what_a_person_wrote_is_harmless_in_the_words_and_short_in_the_picture() -> None:
    """The words may stand beside ours; what is drawn is pixels, on one line, without control characters."""
    sheet = sheet_of(pictured(*make_slate(*[IN] * 10, labels=(RUDE,) * 10), prompt=RUDE))
    assert sheet is not None
    assert len(sheet.about) <= 1_000
    assert "@everyone" not in sheet.about
    for text in (sheet.about, sheet.prompt, *(row.label for row in sheet.rows)):
        assert not set(text) & set("\n\r\x00\u202e")
    assert not set(sheet.about) & set("<>")
    assert sheet.rows[0].label == "@everyone <!channel> <@U1> #…"
    assert len(sheet.prompt) <= 180


@pytest.mark.parametrize(("state", "hidden"), list(product(State, (False, True))), ids=str)
def test_every_state_has_its_row(state: State, hidden: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Whatever becomes of one draft, it has its row wherever there is a sheet."""
    one, two, three = make_slate(IN, IN, state)
    sheet = sheet_of(pictured(one, two, replace(three, hidden=hidden, submitted_at=NOW - 60_000), without=("A7K-3",)))
    if sheet is not None:
        assert [row.number for row in sheet.rows] == [1, 2, 3]
        assert sheet.rows[2].hole


def test_a_draft_beside_its_final() -> None:
    """Each says its id, resolution and length, and the words say the same."""
    (_, draft), final = make_slate(IN, IN), make_final(State.DELIVERING)
    beside = beside_of(draft, final, "9:16")
    assert beside is not None
    assert (beside.draft, beside.final) == ("Draft A7K-2 · 480p · 4 s", "Final A7K-2F · 720p · 10 s")
    assert (beside.ratio, beside.about) == (
        "9:16",
        "Draft A7K-2 (480p, 4 s) beside its final A7K-2F (720p, 10 s).",
    )
    assert beside_of(replace(draft, hidden=True), final, "9:16") is None
