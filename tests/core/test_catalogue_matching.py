"""The look *match* in a model's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from adapters.muapi.catalogue import load_catalogue
from bot.core.catalogue import Catalogue, Matched, Model, matched, require_frame_taker, takes_frame
from bot.core.errors import Refusal

MINI = load_catalogue().model("mini")
FIVE = ("1.png", "2.png", "3.png", "4.png", "5.png")


def only(*modes: str) -> Model:
    """Mini with these of its modes alone."""
    return replace(MINI, name="other", modes=MappingProxyType({mode: MINI.modes[mode] for mode in modes}))


@pytest.mark.parametrize(
    ("mode", "pictures", "worded"),
    [
        ("text", (), Matched(mode="image", prompt="a fox", pictures=("f",))),
        ("image", ("1.png",), Matched(mode="image", prompt="a fox", pictures=("f",))),
        ("omni", FIVE, Matched(mode="omni", prompt="a fox\nStart from the frame @image6.", pictures=(*FIVE, "f"))),
    ],
)
def test_a_shot_with_its_frame(mode: str, pictures: tuple[str, ...], worded: Matched) -> None:
    """Text becomes an image's; a start image is replaced; references keep their numbers, and the prompt names it."""
    assert matched(MINI, mode, prompt="a fox", pictures=pictures, frame="f") == worded


def test_a_prompt_without_room_or_a_model_without_names_has_the_frame_unnamed() -> None:
    """It is handed over all the same."""
    full = "x" * MINI.prompt_characters
    assert matched(MINI, "omni", prompt=full, pictures=FIVE).prompt == full
    omni = MINI.modes["omni"]
    assert omni.pictures is not None
    nameless = replace(MINI, modes={"omni": replace(omni, pictures=replace(omni.pictures, named=""))})
    assert matched(nameless, "omni", prompt="a fox", pictures=FIVE).prompt == "a fox"


@pytest.mark.parametrize(
    ("model", "mode", "pictures", "why"),
    [
        (only("text"), "text", (), "other cannot start from a draft's frame."),
        (only("text", "image"), "omni", FIVE, "other cannot start from a draft's frame."),
        (
            MINI,
            "omni",
            (*FIVE, *FIVE[:4]),
            (
                "mini takes 9 pictures, and the shot has 9: there is no room for the draft's frame. "
                "Order it with 8, or leave its look new."
            ),
        ),
    ],
)
def test_what_cannot_start_from_a_frame(model: Model, mode: str, pictures: tuple[str, ...], why: str) -> None:
    """The sentence says why, and what to do."""
    with pytest.raises(Refusal) as refused:
        matched(model, mode, prompt="a fox", pictures=pictures)
    assert refused.value.sentence == why


def test_a_model_that_cannot_is_refused_with_those_that_can() -> None:
    """By name, as far as there are any; one that can passes."""
    text = only("text")
    assert (takes_frame(text, "text"), takes_frame(MINI, "image")) == (False, True)
    require_frame_taker(Catalogue(priced_on=date(2026, 6, 15), models=(MINI, text)), MINI, "omni")
    for models, can in ((MINI, text), "mini can"), ((text,), "no model that is on can"):
        with pytest.raises(Refusal) as refused:
            require_frame_taker(Catalogue(priced_on=date(2026, 6, 15), models=models), text, "text")
        assert refused.value.sentence == (
            f"look match starts a final from its draft's frame, which other cannot; {can}. Or say look new."
        )
