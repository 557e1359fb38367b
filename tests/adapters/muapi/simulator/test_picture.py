"""What is written on a clip, and what is behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from adapters.muapi.simulator.picture import MOST_REFERENCE_PIXELS, Scene, draw
from adapters.muapi.simulator.references import start_picture
from adapters.muapi.simulator.writing import SMALLEST_TEXT_PX, first_line, fit, font, plain, readable, wrap

SCENE = Scene(width=320, height=180, prompt="a fox in snow", title="Mini", job="job_1")


def test_the_prompt_is_drawn() -> None:
    """The writing covers a good part of the picture, and differs by prompt and by job."""
    _, written = draw(SCENE)
    covered = sum(written.getchannel("A").histogram()[128:]) / (320 * 180)
    assert 0.02 < covered < 0.5
    assert draw(replace(SCENE, prompt="a hare in snow"))[1].tobytes() != written.tobytes()
    assert draw(replace(SCENE, job="job_2"))[1].tobytes() != written.tobytes()


@pytest.mark.parametrize(
    ("prompt", "lines", "cut"),
    [
        ("a fox", 1, False),
        ("a fox in the snow at dawn, in soft light", 2, False),
        ("fox " * 5_000, 6, True),
        ("狐" * 20_000, 6, True),
        ("", 1, False),
    ],
)
def test_fit(prompt: str, lines: int, *, cut: bool) -> None:
    """A prompt is as large as its box allows; a very long one is small, and ends in dots."""
    shown, face = fit(prompt, width=290, height=100, largest=20)
    assert len(shown) == lines
    assert shown[-1].endswith("...") is cut
    assert all(face.getlength(line) <= 295 for line in shown)
    assert face.size >= SMALLEST_TEXT_PX


def test_wrap_breaks_long_words() -> None:
    """A word that is wider than the line is broken, and nothing is lost."""
    face = font("x", 20)
    lines = wrap("a " + "x" * 60 + " b", face, 100)
    assert all(face.getlength(line) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == "a" + "x" * 60 + "b"


@pytest.mark.parametrize(
    ("text", "drawn"), [("café — “déjà vu”", "cafe - “deja vu”"), ("3×4 → 12", "3x4 -> 12"), ("Ångström", "Angstrom")]
)
def test_accents_are_drawn_plainly(text: str, drawn: str) -> None:
    """The built-in font writes what it lacks in its plain form."""
    assert readable(text, font(text, 20)) == drawn
    assert plain("Ünïcödé") == "Unicode"


def test_other_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that no font has is written as question marks, and the picture is drawn all the same."""
    monkeypatch.setattr("adapters.muapi.simulator.writing.WIDE_FONT", "no-such-font.ttf")
    text = "狐 fox \U0001f98a"
    assert readable(text, font(text, 20)) == "? fox ?"


def test_reference_is_the_backdrop(tmp_path: Path) -> None:
    """A picture that was uploaded is shown as it is; what is no picture is left out."""
    path = tmp_path / "red.png"
    Image.new("RGB", (50, 50), (255, 0, 0)).save(path)
    red, green, blue = _middle(draw(replace(SCENE, reference=path))[0])
    assert red > 120
    assert red > 2 * max(green, blue)
    path.write_bytes(b"no picture")
    assert draw(replace(SCENE, reference=path))[0].tobytes() == draw(SCENE)[0].tobytes()


def test_what_is_written_on_a_picture_stands_on_bands(tmp_path: Path) -> None:
    """So a clip that starts from a frame of another shows that frame as it is, and its writing once."""
    path = tmp_path / "frame.png"
    Image.new("RGB", (50, 50), (255, 0, 0)).save(path)
    start, written = draw(replace(SCENE, prompt="a fox in snow, " * 20, reference=path))
    alpha = written.getchannel("A")
    assert _middle(start) == (255, 0, 0)
    assert alpha.crop((0, 50, 320, 110)).getextrema() == (0, 0)
    assert [alpha.getpixel(at) for at in ((319, 0), (319, 179))] == [255, 255]


def test_a_line_too_long_for_its_band_ends_in_dots() -> None:
    """At the size that it has, not smaller."""
    line, face = first_line("a fox in snow, " * 20, width=200, size=20)
    assert line.startswith("a fox in")
    assert line.endswith("...")
    assert (face.size, face.getlength(line) <= 200) == (20, True)
    assert first_line(" ", width=200, size=20)[0] == "(no prompt)"


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"image_url": "https://a/start"}, "https://a/start"),
        ({"images_list": ["https://a/1", "https://a/2"], "prompt": "a fox"}, "https://a/1"),
        ({"images_list": ["https://a/1", "https://a/2"], "prompt": "@image1, from @image2."}, "https://a/2"),
        ({"images_list": ["https://a/1"], "prompt": "@image7 and @image0"}, "https://a/1"),
        ({"images_list": [7]}, ""),
        ({"images_list": "https://a/1"}, ""),
        ({}, ""),
    ],
)
def test_which_picture_a_clip_starts_from(payload: dict[str, object], shown: str) -> None:
    """The start image; of references the one that the prompt names last, else the first."""
    assert start_picture(payload) == shown


def test_giant_reference_is_left_out(tmp_path: Path) -> None:
    """A reference of more pixels than can be afforded is not opened."""
    path = tmp_path / "giant.png"
    Image.new("1", (8_000, MOST_REFERENCE_PIXELS // 8_000 + 1)).save(path)
    assert draw(replace(SCENE, reference=path))[0].tobytes() == draw(SCENE)[0].tobytes()


def _middle(picture: Image.Image) -> tuple[int, int, int]:
    pixel = picture.getpixel((160, 90))
    assert isinstance(pixel, tuple)
    return int(pixel[0]), int(pixel[1]), int(pixel[2])
