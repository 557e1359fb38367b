"""Text of any script: a glyph for each character, in the order in which it is read, no wider than there is room."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from bot.media import lettering
from bot.media.fonts import face_of, faces
from bot.media.lettering import BOLD, MOST_CHARACTERS, Pen, plain, runs, shortened, width_of, wrapped, write

PEN = Pen(40)
MI_KHAHAM = "می\u200cخواهم"  # noqa: RUF001  # Persian: a joiner keeps two letters apart
SCRIPTS = {
    "Latin": "Überläufer, ça va, łódź, İstanbul",
    "Greek": "Καλημέρα",
    "Cyrillic": "Ж мрамор, ґанок",
    "Arabic": "الرخام الأبيض",
    "Persian": "گچ و چوب",
    "Hebrew": "שיש לבן",
    "Devanagari": "सफ़ेद संगमरमर",
    "Bengali": "সাদা মার্বেল",
    "Tamil": "வெள்ளை பளிங்கு",
    "Telugu": "తెల్ల పాలరాయి",
    "Thai": "หินอ่อนสีขาว",
    "Khmer": "ថ្មម៉ាប",
    "Georgian": "მარმარილო",
    "Armenian": "մարմար",
    "Chinese": "白色大理石",
    "Japanese": "大理石のカウンター",
    "Korean": "하얀 대리석",
    "Vietnamese": "đá cẩm thạch trắng",
    "symbols": "16:9 · 4 s → ½ × $0.32 … “mug” ♥ ☃",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_script_is_shown_as_it_was_written(text: str) -> None:
    """Nothing is replaced, and each piece is in a font that has all of it."""
    assert plain(text) == text
    pieces = runs(text)
    assert "".join(run.text for run in pieces) == text
    for run in pieces:
        assert all(run.face.has(one) for one in run.text if one not in lettering.JOINERS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("🔥 hot", "(fire) hot"),
        ("👨‍👩‍👧", "(man)(woman)(girl)"),
        ("👍🏽", "(thumbs up sign)"),
        ("flag 🇩🇪", "flag DE"),
        ("1️⃣ first", "1 first"),
        ("ᚠ\U0001e900", "ᚠ" if face_of("ᚠ") else "·"),
        ("a\u202eb\u0007c\u200b\ufeffd", "abcd"),
        ("two\n\nlines\tand  more", "two lines and more"),
        ("<!channel> @everyone", "<!channel> @everyone"),
        ("", ""),
    ],
)
def test_what_no_font_has_is_named_and_what_controls_is_dropped(text: str, shown: str) -> None:
    """An empty box is never drawn, and no character turns the line around or breaks it."""
    assert plain(text).startswith(shown)


def test_no_text_is_too_long_to_be_read() -> None:
    """Forty thousand characters cost as much as six hundred."""
    assert len(plain("word " * 8_000)) <= MOST_CHARACTERS


def test_lines_that_mix_directions_are_laid_out_as_they_are_read() -> None:
    """In a left-to-right line Hebrew words stand in its place, the first of them at the right, digits as digits."""
    line = runs("red אבג 12 דה blue")
    assert {run.text.strip(): run.level for run in line if run.text.strip()} == {
        "red": 0,
        "אבג": 1,
        "12": 2,
        "דה": 1,
        "blue": 0,
    }
    placed = "".join(run.text for run in lettering._in_order(line))  # noqa: SLF001
    assert [placed.index(word) for word in ("red", "דה", "12", "אבג", "blue")] == sorted(
        map(placed.index, ("red", "דה", "12", "אבג", "blue"))
    )


def test_joiners_stay_inside_words_only() -> None:
    """Persian keeps its non-joiner; between emoji that are named there is nothing to join."""
    assert plain(MI_KHAHAM) == MI_KHAHAM
    assert plain("a\u200d") == "a"


@pytest.mark.parametrize("text", ["a mug on marble, steam rising", SCRIPTS["Arabic"], SCRIPTS["Chinese"] * 9])
def test_shortened_text_fits(text: str) -> None:
    """Whatever does not fit ends in an ellipsis; what fits is whole."""
    assert width_of(shortened(text, PEN, 200), PEN) <= 200
    assert shortened(text, PEN, 200).endswith("…")
    assert shortened(text, PEN, 10_000) == text


def test_text_is_wrapped_between_words_and_within_what_has_none() -> None:
    """No line is wider than there is room; of what is left over, the last line says that there was more."""
    lines = wrapped("a ceramic mug on marble, steam rising, soft morning light, slow push-in", PEN, 500, lines=2)
    assert (len(lines), lines[0].split()[0], lines[1][-1]) == (2, "a", "…")
    assert all(width_of(line, PEN) <= 500 for line in lines)
    unbroken = wrapped("大" * 60, PEN, 500, lines=9)
    assert "".join(unbroken) == "大" * 60
    assert wrapped("short", PEN, 500, lines=2) == ["short"]
    assert wrapped("", PEN, 500, lines=2) == []


def test_text_is_as_wide_as_it_says() -> None:
    """What is written ends where it was measured to end, and inks nothing beyond."""
    picture = Image.new("RGB", (900, 90), "black")
    end = write(ImageDraw.Draw(picture), (10, 60), "oak مكتب 大理 (4 s)", Pen(40, BOLD), "white")
    assert end == pytest.approx(10 + width_of("oak مكتب 大理 (4 s)", Pen(40, BOLD)))
    box = picture.getbbox()
    assert box is not None
    assert (box[0] >= 9, box[2] <= end + 2) == (True, True)


def test_pillow_without_raqm_writes_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every build of Pillow shapes text; then the order is right all the same, and nothing fails."""
    monkeypatch.setattr(lettering, "_shapes", lambda: False)
    picture = Image.new("RGB", (600, 90), "black")
    assert write(ImageDraw.Draw(picture), (10, 60), "oak אבג", PEN, "white") > 100


def test_weights_differ_where_the_font_has_them() -> None:
    """Bold is bold in Latin; a font of one weight is taken as it is."""
    assert width_of("marble", Pen(40, BOLD)) > width_of("marble", PEN)
    assert width_of("大理石", Pen(40, BOLD)) == width_of("大理石", PEN)
    assert faces()[0].path.name.startswith("NotoSans")
