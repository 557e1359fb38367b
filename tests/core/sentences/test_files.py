"""What is said of files in a chat."""

from __future__ import annotations

import pytest

from bot.core.sentences import files

MOST = 10 << 20


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (files.handed("spend.csv"), "spend.csv is in our direct messages."),
        (
            files.not_handed("spend.csv"),
            "spend.csv could not be sent to you as a direct message; ask again in a minute.",
        ),
        (files.too_large("fox.png", MOST), "fox.png is larger than 10 MB; make it smaller and give it again."),
        (files.no_picture("fox.mp4"), "fox.mp4 is not a picture; give a PNG, JPEG, WebP or GIF."),
        (
            files.gone(),
            "The picture was deleted, or I cannot see it here; attach it again in a channel that I am in.",
        ),
        (files.not_fetched("fox.png"), "fox.png could not be fetched from the chat; give it again in a minute."),
        (files.too_many(9), "At most 9 pictures go with one order; give fewer."),
        (
            files.not_kept("fox.png"),
            "fox.png cannot be kept on the bot's disk; the operator finds the reason in the log.",
        ),
    ],
)
def test_each_says_what_happened_and_what_to_do(said: str, sentence: str) -> None:
    """The file, what became of it, and the remedy."""
    assert said == sentence


def test_a_name_mentions_nobody() -> None:
    """A file's name is a person's text."""
    assert "<!channel>" not in files.no_picture("<!channel>.mp4")
