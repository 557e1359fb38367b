"""What is said of a clip that is larger than a chat takes."""

from __future__ import annotations

import pytest

from bot.core.sentences import sizes

MB = 1 << 20
CLIP, COPY, LIMIT = round(14.2 * MB), round(9.4 * MB), 10 * MB


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 kB"), (840 * 1024, "840 kB"), (MB, "1 MB"), (LIMIT, "10 MB"), (CLIP, "14.2 MB"), (500 * MB, "500 MB")],
)
def test_a_size_is_said_as_the_chats_say_it(number: int, said: str) -> None:
    """In their megabytes, with one decimal where it says something."""
    assert sizes.size(number) == said


def test_a_smaller_copy_says_why_it_is_one() -> None:
    """Both sizes, the limit, and where the original is."""
    assert sizes.smaller("A7K-2F", CLIP, LIMIT, COPY) == (
        "This clip is 14.2 MB and this server takes 10 MB: here is a smaller copy (9.4 MB). "
        "The original is kept as A7K-2F."
    )


def test_a_limit_that_is_not_known_is_not_named() -> None:
    """It was found out by a refusal."""
    assert sizes.smaller("A7K-2F", CLIP, None, COPY) == (
        "This clip is 14.2 MB, more than this server takes: here is a smaller copy (9.4 MB). "
        "The original is kept as A7K-2F."
    )


def test_a_preview_says_what_it_lacks() -> None:
    """Its sound."""
    assert sizes.preview("A7K-2F", CLIP, LIMIT) == (
        "This clip is 14.2 MB and this server takes 10 MB: here is a preview without sound. "
        "The original is kept as A7K-2F."
    )
    assert sizes.only_link("A7K-2F", CLIP, LIMIT) == (
        "This clip is 14.2 MB and this server takes 10 MB: it could not be posted itself. "
        "The original is kept as A7K-2F."
    )


def test_a_link_is_dated() -> None:
    """With what to do when it has ended."""
    at = 1_796_256_000_000
    assert sizes.linked("A7K-2F", "https://files.example/a7k", at, "UTC") == (
        "The clip is at https://files.example/a7k until 3 Dec; then /clip link A7K-2F gives another link."
    )


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (LIMIT, "it is 14.2 MB and this server takes 10 MB, and nothing smaller could be posted"),
        (None, "it is 14.2 MB, more than this server takes, and nothing smaller could be posted"),
    ],
)
def test_a_clip_that_fits_in_no_form_says_why(most: int | None, said: str) -> None:
    """As a part of the sentence that says that it was not posted."""
    assert sizes.not_posted(CLIP, most) == said


def test_a_copy_in_the_making_says_how_far_it_is() -> None:
    """One at a time is encoded; the others wait."""
    assert sizes.copying({"A7K-2F": 40, "A7K-3F": 0}) == (
        "A7K-2F: making a smaller copy, 40 % · A7K-3F: making a smaller copy"
    )
