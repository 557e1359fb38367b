from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from bot.media.facts import Asked, ClipFacts, Measured

CLIP = Measured(
    duration_ms=5000, width=864, height=496, frames=120, audio=True, audio_damaged=False, size_bytes=1_000_000
)
ASKED = Asked(seconds=5, width_over_height=(16, 9), audio=True)


def differences(clip: Measured, asked: Asked) -> tuple[str, ...]:
    return ClipFacts.of(clip, asked).differences


def test_as_asked() -> None:
    """A clip as it was asked has its facts and no differences."""
    assert ClipFacts.of(CLIP, ASKED) == ClipFacts(
        duration_ms=5000, width=864, height=496, frames=120, audio=True, size_bytes=1_000_000, differences=()
    )


@pytest.mark.parametrize(
    ("seconds", "duration_ms", "said"),
    [
        (4, 3400, ()),
        (4, 3399, ("asked 4 s, got 3.4 s",)),
        (4, 4600, ()),
        (4, 4601, ("asked 4 s, got 4.6 s",)),
        (10, 8500, ()),
        (10, 8200, ("asked 10 s, got 8.2 s",)),
        (10, 11_500, ()),
        (10, 11_560, ("asked 10 s, got 11.6 s",)),
        (15, 5000, ("asked 15 s, got 5.0 s",)),
    ],
)
def test_length(seconds: int, duration_ms: int, said: tuple[str, ...]) -> None:
    """A length within 15 % or 0.6 s of the asked one, whichever is more, is as asked."""
    assert differences(replace(CLIP, duration_ms=duration_ms), replace(ASKED, seconds=seconds)) == said


@pytest.mark.parametrize(
    ("asked", "width", "height"),
    [
        ((16, 9), 864, 496),
        ((9, 16), 496, 864),
        ((1, 1), 640, 640),
        ((3, 4), 560, 752),
        ((4, 3), 752, 560),
        ((21, 9), 992, 432),
        ((16, 9), 1280, 720),
        ((9, 16), 720, 1280),
        ((1, 1), 960, 960),
        ((3, 4), 834, 1112),
        ((4, 3), 1112, 834),
        ((21, 9), 1470, 630),
        (None, 17, 999),
    ],
)
def test_shape(asked: tuple[int, int] | None, width: int, height: int) -> None:
    """Every frame size of the provider has the shape that it was asked in."""
    clip = replace(CLIP, width=width, height=height)
    assert not differences(clip, replace(ASKED, width_over_height=asked))


@pytest.mark.parametrize(
    ("asked", "width", "height", "said"),
    [
        ((16, 9), 640, 640, "asked 16:9, got 640×640"),
        ((9, 16), 1280, 720, "asked 9:16, got 1280×720"),
        ((1, 1), 1000, 969, "asked 1:1, got 1000×969"),
        ((4, 3), 1280, 720, "asked 4:3, got 1280×720"),
    ],
)
def test_other_shape(asked: tuple[int, int], width: int, height: int, said: str) -> None:
    """A shape that is off by more than 3 % is named with the frame's size."""
    clip = replace(CLIP, width=width, height=height)
    assert differences(clip, replace(ASKED, width_over_height=asked)) == (said,)


@pytest.mark.parametrize(
    ("asked", "has", "damaged", "said"),
    [
        (True, True, False, ()),
        (False, False, False, ()),
        (True, False, False, ("asked for sound, has none",)),
        (False, True, False, ("asked for no sound, has some",)),
        (True, True, True, ("its sound is damaged",)),
        (True, False, True, ("asked for sound, has none", "its sound is damaged")),
    ],
)
def test_sound(asked: bool, has: bool, damaged: bool, said: tuple[str, ...]) -> None:  # noqa: FBT001
    """Sound that was asked for is missed, other sound is noticed, damage is named."""
    clip = replace(CLIP, audio=has, audio_damaged=damaged)
    assert differences(clip, replace(ASKED, audio=asked)) == said


def test_read() -> None:
    """A worker's answer is read back as it was measured."""
    assert Measured.read(asdict(CLIP)) == CLIP


@pytest.mark.parametrize(
    "change",
    [{"frames": "120"}, {"frames": None}, {"frames": True}, {"audio": 1}, {"duration_ms": 1.5}, {"extra": 1}],
)
def test_read_rubbish(change: dict[str, object]) -> None:
    """An answer with a field too many, or of another type, is none."""
    with pytest.raises(ValueError, match="not the facts of a clip"):
        Measured.read(asdict(CLIP) | change)


def test_read_nothing() -> None:
    """An answer without a field is none."""
    with pytest.raises(ValueError, match="not the facts of a clip"):
        Measured.read({})
