from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.commands import Command, Draft, OrderOptions

CAT = "https://example.com/cat.png"
DOG = "https://example.com/dog.png"
Parse = Callable[..., Any]
Make = Callable[..., Command]


@pytest.mark.parametrize(
    ("options", "read"),
    [
        ("--seconds 10", OrderOptions(seconds=10)),
        ("--s 10s", OrderOptions(seconds=10)),
        ("--duration 10", OrderOptions(seconds=10)),
        ("--length 10", OrderOptions(seconds=10)),
        ("--final-seconds 10", OrderOptions(seconds=10)),
        ("--draft-seconds 15", OrderOptions(draft_seconds=15)),
        ("--ratio 21:9", OrderOptions(ratio="21:9")),
        ("--ar 9x16", OrderOptions(ratio="9:16")),
        ("--count 10", OrderOptions(count=10)),
        ("--n 2,", OrderOptions(count=2)),
        ("--audio off", OrderOptions(audio=False)),
        ("--bitrate High", OrderOptions(bitrate="high")),
        ("--model mini", OrderOptions(model="mini")),
        ("--look match", OrderOptions(look="match")),
        (f"--image {CAT}", OrderOptions(image=CAT)),
        ("--image example.com/cat.png", OrderOptions(image=CAT)),
        (f"--ref2 {DOG} --ref1 {CAT}", OrderOptions(refs=(CAT, DOG))),
        ("--count 2 --count 3 --ratio 1:1", OrderOptions(count=3, ratio="1:1")),
    ],
)
def test_read(clip: Parse, make: Make, options: str, read: OrderOptions) -> None:
    """Every option of the table is read by its name and its aliases, and the last of several counts."""
    assert clip(f"a fox {options}") == make(Draft, prompt="a fox", options=read)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--seconds 3", "--seconds is 4 to 15; you asked for 3."),
        ("--length ten", "--length is 4 to 15; you asked for ten."),
        ("--draft-seconds 16", "--draft-seconds is 4 to 15; you asked for 16."),
        ("--ratio 2:1", "--ratio is 16:9, 9:16, 1:1, 3:4, 4:3 or 21:9; you asked for 2:1."),
        ("--count 11", "--count is 1 to 10; you asked for 11."),
        ("--count 0", "--count is 1 to 10; you asked for 0."),
        ("--count", "--count is 1 to 10; you gave no value."),
        ("--audio loud", "--audio is on or off; you asked for loud."),
        ("--bitrate low", "--bitrate is normal or high; you asked for low."),
        ("--model wan", "--model is mini; you asked for wan."),
        ("--look same", "--look is new or match; you asked for same."),
        (
            "--image file:/etc/passwd",
            "--image is an address that begins with https://, or an attached picture; you asked for file:/etc/passwd.",
        ),
        (
            "--ref1 ftp://x/y",
            "--ref1 is an address that begins with https://, or an attached picture; you asked for ftp://x/y.",
        ),
        (
            "--image cat.png",
            "--image is an address that begins with https://, or an attached picture; you asked for cat.png.",
        ),
        (
            "--image http://",
            "--image is an address that begins with https://, or an attached picture; you asked for http://.",
        ),
        (
            "--image http://[",
            "--image is an address that begins with https://, or an attached picture; you asked for http://[.",
        ),
        (
            '--image "https://x/a b"',
            "--image is an address that begins with https://, or an attached picture; you asked for https://x/a b.",
        ),
        (f"--ref1 {CAT} --ref3 {DOG}", "--ref2 is missing: number the pictures from ref1 on without a gap."),
        ("--no", "--no is followed by what you do not want, as in --no blur; it is answered with positive words."),
    ],
)
def test_refused(clip: Parse, refused: Callable[..., str], options: str, sentence: str) -> None:
    """A value that is not allowed is refused with the option as typed and what is allowed."""
    assert refused(clip, f"a fox {options}") == sentence


def test_long_address(clip: Parse, refused: Callable[..., str]) -> None:
    """An address above 2,048 characters is refused, and only its beginning is repeated."""
    sentence = refused(clip, f"a fox --image https://x.com/{'a' * 2048}")
    assert sentence.startswith("--image is an address")
    assert len(sentence) < 200


def test_models_that_are_on(clip: Parse, make: Make) -> None:
    """The models that may be named are those that are on."""
    assert clip("a fox --model Fast", known=("mini", "fast")) == make(
        Draft, prompt="a fox", options=OrderOptions(model="fast")
    )


@pytest.mark.parametrize(
    ("text", "prompt", "remark"),
    [
        ("--fast cars", "--fast cars", "“--fast” is not an option and stays in the prompt."),
        (
            "a fox --secnds 5",
            "a fox --secnds 5",
            "“--secnds” is not an option and stays in the prompt; did you mean --seconds?",
        ),
        (
            "a fox --no “motion blur”",
            "a fox",
            "Tip: the model follows positive words better: “no motion blur” → “sharp, crisp frames”.",
        ),
        (
            "--a --a --b --c --d fox",
            "--a --a --b --c --d fox",
            " ".join(f"“--{word}” is not an option and stays in the prompt." for word in "abc"),
        ),
    ],
)
def test_remarks(clip: Parse, make: Make, text: str, prompt: str, remark: str) -> None:
    """What is no option stays in the prompt and is remarked upon, three at most; ``--no`` earns positive words."""
    assert clip(text) == make(Draft, prompt=prompt, remark=remark)


@pytest.mark.parametrize(
    ("text", "pictures", "mode", "options"),
    [
        (f"image: a cat --image {CAT}", (), "image", OrderOptions(image=CAT)),
        (f"animate: a cat --ref1 {CAT}", (), "image", OrderOptions(image=CAT)),
        ("image: a cat", ("file:cat.png",), "image", OrderOptions(image="file:cat.png")),
        (f"ref: a cat --ref1 {CAT} --ref2 {DOG}", (), "omni", OrderOptions(refs=(CAT, DOG))),
        (f"omni: a cat --image {CAT}", ("file:d.png",), "omni", OrderOptions(refs=(CAT, "file:d.png"))),
        ("a cat", ("file:c.png",), "text", OrderOptions(image="file:c.png")),
        ("a cat", ("file:c.png", "file:d.png"), "text", OrderOptions(refs=("file:c.png", "file:d.png"))),
        (f"a cat --image {CAT}", ("file:d.png",), "text", OrderOptions(image=CAT, refs=("file:d.png",))),
        (f"a cat --image {CAT} --ref1 {DOG}", (), "text", OrderOptions(image=CAT, refs=(DOG,))),
    ],
)
def test_pictures(
    clip: Parse, make: Make, text: str, pictures: tuple[str, ...], mode: str, options: OrderOptions
) -> None:
    """Pictures come as addresses or attached; each verb puts them where its mode needs them."""
    assert clip(text, pictures=pictures) == make(Draft, prompt="a cat", mode=mode, options=options)


@pytest.mark.parametrize(
    ("text", "pictures", "sentence"),
    [
        ("image: a dog", 2, "image starts from one picture; you gave 2. ref takes up to 9."),
        ("ref: a dog", 10, "ref takes 1 to 9 pictures; you gave 10."),
        ("a dog", 10, "ref takes 1 to 9 pictures; you gave 10."),
    ],
)
def test_wrong_pictures(clip: Parse, refused: Callable[..., str], text: str, pictures: int, sentence: str) -> None:
    """More pictures than a verb takes are refused."""
    assert refused(clip, text, pictures=("file:x.png",) * pictures) == sentence
