from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.prompts import Tip, lint, lint_option
from bot.core.prompts.positives import POSITIVES

WORDS = st.sampled_from(
    ["no", "not", "without", "don't", "blur", "text", "hat", ",", ".", "with", "the", "and", "or", "camera"]
)


@pytest.mark.parametrize(
    ("prompt", "negative", "better"),
    [
        ("a mug, no motion blur", "no motion blur", "a mug, sharp, crisp frames"),
        ("a fox, not blurry", "not blurry", "a fox, sharp, crisp frames"),
        ("a fox, NO BLUR", "NO BLUR", "a fox, sharp, crisp frames"),
        ("a beach without people", "without people", "a beach, empty and deserted"),
        ("a beach with no people walking around", "no people walking around", "a beach, empty and deserted"),
        ("there is no wind in the scene", "no wind in the scene", "calm air"),
        ("don't shake the camera", "don't shake the camera", "a steady camera"),
        ("don\u2019t shake", "don\u2019t shake", "a steady camera"),
        ("never shake", "never shake", "a steady camera"),
        ("avoid text", "avoid text", "a clean, unmarked picture"),
        ("no text or logos anywhere", "no text or logos anywhere", "a clean, unmarked picture"),
        ("no watermark", "no watermark", "a clean, unmarked picture"),
        ("a city (no cars)", "no cars", "a city (quiet, empty streets)"),
        ("a fox. Do not show faces.", "Do not show faces", "a fox. Empty and deserted."),
        ("the camera does not move", "the camera does not move", "held still"),
        ("no blur and noise", "no blur and noise", "sharp, crisp frames, a clean, smooth picture"),
        ("no blur and people dancing", "no blur", "sharp, crisp frames and people dancing"),
        ("no blur or hats", "no blur", "sharp, crisp frames or hats"),
        ("no grain", "no grain", "a clean, smooth picture"),
        ("no extra fingers", "no extra fingers", "natural, correct anatomy"),
        ("no deformed hands", "no deformed hands", "natural, correct anatomy"),
        ("no distortion", "no distortion", "stable, true shapes"),
        ("no flicker", "no flicker", "steady, even light"),
        ("without any cuts", "without any cuts", "one continuous shot"),
        ("not too dark", "not too dark", "bright, even light"),
        ("no clutter", "no clutter", "a tidy, plain background"),
        ("no music", "no music", "natural ambient sound"),
        ("no sound", "no sound", "silence"),
        ("zero noise", "zero noise", "a clean, smooth picture"),
        ("free of artifacts", "free of artifacts", "fine detail, high quality"),
        ("no 3d look", "no 3d look", "photorealistic, live action"),
        ("a fox\nno rain", "no rain", "a fox\ndry, fair weather"),
        ("no text, no watermark, fox", "no text, no watermark", "a clean, unmarked picture, fox"),
        ("a fox: no blur", "no blur", "a fox: sharp, crisp frames"),
        ("no hats, no blur", "no blur", "no hats, sharp, crisp frames"),
    ],
)
def test_usual(prompt: str, negative: str, better: str) -> None:
    """A usual negative phrase is found, and the prompt is proposed with positive words in its place."""
    tip = lint(prompt)
    assert tip is not None
    assert (tip.negative, tip.prompt) == (negative, better)


@pytest.mark.parametrize(
    ("prompt", "negative"),
    [
        ("a hill with no trees on it", "no trees"),
        ("no trees", "no trees"),
        ("a man without a hat", "without a hat"),
        ("don't look at the lens", "don't look"),
        ("a fox, never look back", "never look back"),
    ],
)
def test_unusual(prompt: str, negative: str) -> None:
    """For an unusual thing the tip asks for other words and leaves the prompt as it is."""
    tip = lint(prompt)
    assert tip == Tip(negative=negative, positive="", prompt=prompt)
    assert tip.sentence == (
        "Tip: the model follows positive words better: "
        f"say what is to be seen instead of “{negative}”, or leave it out."
    )


@pytest.mark.parametrize(
    "prompt",
    [
        *("", "no", "no. 5 perfume", "No.5", "no 5", "Notting Hill", "I know a fox", "a snowy note", "nobody home"),
        *("a sign that says NO ENTRY", "a NO ENTRY sign", "NO ENTRY sign", "a sign that reads no smoking"),
        *('he says "no blur"', "a sign “no text”", "words: 'no blur'", "Dr. No walks in", "No Country for Old Men"),
        *("no one knows", "without a doubt the best", "no man's land", "he cannot say no to cake", "yes or no text"),
        *("a robot that does not know love", "a dancer, avoiding puddles", "whether or not shaky", "zero gravity"),
        *("there is no time", "the No theatre", "piano-no blur", "not far from home", "free of charge", "do not 3"),
        "a fox in snow, sharp, crisp frames",
    ],
)
def test_harmless(prompt: str) -> None:
    """Names, numbers, signs, quotations and idioms are no negative phrases."""
    assert lint(prompt) is None


def test_sentence() -> None:
    """The tip reads as the design has it."""
    tip = lint("a fox, no motion blur")
    assert tip is not None
    assert tip.sentence == ("Tip: the model follows positive words better: “no motion blur” → “sharp, crisp frames”.")


@pytest.mark.parametrize(
    ("unwanted", "negative", "positive", "better"),
    [
        ("motion blur", "no motion blur", "sharp, crisp frames", "a fox, sharp, crisp frames"),
        (
            "blur, any text or hats",
            "no blur, any text or hats",
            "sharp, crisp frames, a clean, unmarked picture",
            "a fox, sharp, crisp frames, a clean, unmarked picture",
        ),
        ("hats", "no hats", "", "a fox"),
        ("", "no ", "", "a fox"),
    ],
)
def test_option(unwanted: str, negative: str, positive: str, better: str) -> None:
    """What ``--no`` does not want is answered with the positive words; the prompt never carries the negative."""
    assert lint_option("a fox", unwanted) == Tip(negative=negative.strip(), positive=positive, prompt=better)


def test_positives_are_positive() -> None:
    """No proposal is itself a negative phrase."""
    assert [entry.says for entry in POSITIVES if lint(f"a fox, {entry.says}") is not None] == []


@given(st.text(max_size=200))
def test_any_text_is_read(prompt: str) -> None:
    """No text breaks the reading, and a tip always quotes something."""
    tip = lint(prompt)
    assert tip is None or tip.negative


@given(
    st.lists(
        st.sampled_from(
            ["no", "not", "without", "don't", "blur", "text", "hat", ",", ".", "with", "the", "and", "or", "camera"]
        ),
        max_size=25,
    )
)
def test_negations_in_any_order(words: list[str]) -> None:
    """However the words fall, a tip has either positive words and another prompt, or neither."""
    prompt = " ".join(words)
    tip = lint(prompt)
    assert tip is None or bool(tip.positive) == (tip.prompt != prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "no " * 6_600,
        "not a the a " * 1_600,
        "no blur or " * 1_800,
        "'" * 20_000,
        "don't " * 3_300,
        "with no text and " * 1_100,
    ],
    ids=range(6),
)
def test_hostile_text_is_quick(prompt: str) -> None:
    """A prompt made to be slow is read in a fraction of a second."""
    began = time.process_time()
    lint(prompt)
    assert time.process_time() - began < 1
