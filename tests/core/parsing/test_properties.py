from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import Command, Draft
from bot.core.errors import Refusal
from bot.core.parsing import verbs
from bot.core.parsing.options import NAMES
from bot.core.prompts import check

Parse = Callable[..., Any]

WORDS = st.sampled_from(
    [
        *(*verbs.CLIP, *verbs.DAILIES, *(f"--{name}" for name in NAMES)),
        *("A7K-2", "a7k2", "set", "4", "9:16", "on", "fox", ":", "\n", "\u2014count", "\u201cmotion blur\u201d"),
        *("{a|b}", "https://x.com/a.png", "$50", "quorum", "ratio=1:1"),
    ]
)
TYPED = st.text(max_size=80) | st.lists(WORDS, max_size=10).map(" ".join)


@given(text=TYPED)
def test_clip_only_refuses(clip: Parse, text: str) -> None:
    """Any text after ``/clip`` is a command, or refused with a sentence."""
    with suppress(Refusal):
        assert isinstance(clip(text), Command)


@given(text=TYPED)
def test_dailies_only_refuses(dailies: Parse, text: str) -> None:
    """Any text after ``/dailies`` is a command, or refused with a sentence."""
    with suppress(Refusal):
        assert isinstance(dailies(text), Command)


@given(text=st.text(alphabet=st.characters(exclude_characters="-\u2013\u2014&<"), min_size=1, max_size=80))
def test_prompts_pass_unchanged(clip: Parse, text: str) -> None:
    """Text without a verb and without options is the prompt, down to its blanks and line breaks."""
    prompt = f"* {text}"
    made = clip(prompt)
    assert isinstance(made, Draft)
    assert (made.prompt, made.remark) == (check(prompt), "")


@given(text=TYPED)
def test_a_draft_at_most(clip: Parse, text: str) -> None:
    """Nothing typed without a colon and without a count makes more than one draft."""
    if ":" not in text and "count" not in text and "--n" not in text:
        with suppress(Refusal):
            made = clip(text)
            assert not isinstance(made, Draft) or made.options.count == 1


@pytest.mark.parametrize(
    "text",
    [
        "--a " * 6_000,
        "\u2014ab " * 6_000,
        "--count 1 " * 3_000,
        "--no no " * 3_000,
        '--no "' * 3_000,
        "no " * 7_000,
        "\u201c" * 20_000,
        "<https://" * 3_000,
        " " * 50_000 + "x",
        "A7K" * 7_000,
    ],
    ids=range(10),
)
def test_hostile_text_is_quick(clip: Parse, text: str) -> None:
    """Text made to be slow is read, or refused, in well under the time that a chat waits."""
    began = time.process_time()
    with suppress(Refusal):
        clip(f"show {text}")
    assert time.process_time() - began < 2
