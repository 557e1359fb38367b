"""Text on pictures, in every script."""

# ruff: noqa: RUF001  # letters of other scripts are what is tested
from __future__ import annotations

import random
import unicodedata

import pytest
from PIL import Image, ImageDraw

from bot.media import fonts, lettering
from bot.media.fonts import FACES, JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL, is_unseen
from bot.media.lettering import ELLIPSIS, UNKNOWN, Style, draw, plain, shortened, width, wrapped

STYLE = Style(size=40)
SCRIPTS = {
    "Latin": "a ceramic mug — “soft” light, Tiếng Việt, ½ x² €",
    "Cyrillic": "Чашка на дубовом столе",
    "Greek": "Μια κούπα σε δρύινο τραπέζι",
    "Arabic": "كوب من السيراميك على طاولة",
    "Persian": "می‌خواهم",
    "Hebrew": "סֵפֶל קרמיקה על שולחן אלון",
    "Hindi": "ओक की मेज पर सिरेमिक मग, क्षितिज",
    "Thai": "แก้วเซรามิกบนโต๊ะไม้โอ๊ค น้ำ",
    "Chinese": "橡木桌上的陶瓷杯，柔和的晨光",
    "Taiwan": "臺灣 ㄅㄆㄇ 陶瓷杯",
    "Japanese": "オーク材のテーブルの上の陶器のマグ",
    "Korean": "참나무 테이블 위의 도자기 머그",
    "Jamo": "\u1112\u1161\u11ab",
    "Bengali": "ওক টেবিলে সিরামিক মগ",
    "Tamil": "ஓக் மேசையில் பீங்கான்",
    "Armenian": "Կավե գավաթ",
    "Georgian": "კერამიკული ჭიქა",
    "Amharic": "የሸክላ ኩባያ",
    "Khmer": "កែវសេរ៉ាមិច",
    "emoji": "👨‍👩‍👧‍👦 👩🏽‍🚀 🇩🇪🇺🇸 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ ✅ ❤️ 🦊 👍🏿 ☕",
    "signs": "™ © → ★ ✓ ♥ ∞ ≈ ▲",
    "all": "fox 狐狸 キツネ 여우 ثعلب लोमड़ी שועל лиса αλεπού 🦊",
}


@pytest.fixture(params=[True, False], ids=["shaped", "not shaped"])
def shapes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """With HarfBuzz, where it is there, and without."""
    monkeypatch.setattr(fonts, "SHAPES", request.param and fonts.SHAPES)
    return bool(fonts.SHAPES)


def written(text: str) -> Image.Image:
    """The text in white on black, as large as it says that it is."""
    image = Image.new("L", (round(width(text, STYLE)) + 40, 100))
    draw(ImageDraw.Draw(image), (20, 65), text, Style(size=40, colour="white"))
    return image


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_no_script_shows_boxes(text: str, shapes: bool) -> None:  # noqa: FBT001  # a fixture
    """Every character that is drawn is in the font in which it is drawn, and nothing is replaced."""
    runs = lettering.runs(text)
    drawn = "".join(run.shown for run in runs)
    assert all(run.face.has(run.shown) for run in runs)
    assert UNKNOWN not in drawn
    if shapes:
        assert sorted(drawn) == sorted(plain(text))
    assert written(text).getbbox() is not None


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_text_is_as_wide_as_it_says(text: str, shapes: bool) -> None:  # noqa: FBT001, ARG001  # a fixture
    """Nothing is drawn beside the room that is measured, a letter's own overhang aside."""
    image = written(text)
    left, _, right, _ = image.getbbox() or (0, 0, 0, 0)
    assert left >= 10
    assert right <= image.width - 10


def test_a_sign_that_no_font_has_is_a_dot() -> None:
    """Whatever it is: an old script, a private sign, one that is not given yet."""
    for text in ("𒀀", "\ue000", "\U000e0fff\U0010ffff", "\u0378"):
        runs = lettering.runs(f"a{text}b")
        assert "".join(run.text for run in runs).replace(UNKNOWN, "") == "ab"
        assert all(run.face.has(run.shown) for run in runs)
    assert UNKNOWN in lettering.runs("a 𒀀 b")[0].text


@pytest.mark.parametrize(
    "text",
    ["a\u202egnp.exe\u202c b", "a\u2066b\u2069", "a\x00b\x1b[31mc", "a\u200eb\u200f\u061cc", "\ufeffab", "a\ud800b"],
)
def test_control_characters_do_nothing(text: str) -> None:
    """Neither those of terminals nor those that turn the direction of writing."""
    kept = plain(text)
    assert all(unicodedata.category(one) not in {"Cc", "Cs"} for one in kept)
    assert all(unicodedata.bidirectional(one) not in {"RLO", "LRO", "RLE", "LRE", "PDF", "LRI", "PDI"} for one in kept)
    assert {run.level for run in lettering.runs(text)} == {0}


def test_marks_stay_with_their_letters() -> None:
    """An accent, a family, a flag: whatever is seen as one is one, also where a line is cut."""
    assert lettering.signs("e\u0301a") == ["e\u0301", "a"]
    assert lettering.signs("👨‍👩‍👧‍👦🇩🇪🇺🇸👍🏿1️⃣") == ["👨‍👩‍👧‍👦", "🇩🇪", "🇺🇸", "👍🏿", "1️⃣"]
    assert lettering.signs("🏴󠁧󠁢󠁥󠁮󠁧󠁿x") == ["🏴󠁧󠁢󠁥󠁮󠁧󠁿", "x"]
    family = "👨‍👩‍👧‍👦"
    assert shortened(family * 9, STYLE, 200).strip(ELLIPSIS) in {family * number for number in range(9)}


def test_each_language_has_its_own_chinese_characters() -> None:
    """By what stands around them."""
    faces = {text: lettering.runs(text)[0].face for text in ("骨の", "骨 뼈", "骨", "骨ㄍ")}
    assert list(faces.values()) == [JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL]


@pytest.mark.parametrize("text", ["a fox in snow, " * 40, "狐狸在雪中奔跑。" * 40, "x" * 400, "ثعلب في الثلج " * 40])
def test_text_is_wrapped_and_shortened(text: str) -> None:
    """No line is wider than it may be; what is left out is an ellipsis, and what is there is in order."""
    lines = wrapped(text, STYLE, 700, lines=2)
    assert len(lines) == 2
    assert all(0 < width(line, STYLE) <= 700 for line in lines)
    assert lines[-1].endswith(ELLIPSIS)
    together = " ".join(lines).rstrip(ELLIPSIS)
    assert plain(text).replace(" ", "").startswith(together.replace(" ", ""))


def test_text_that_fits_is_left_alone() -> None:
    """On as many lines as it needs."""
    assert wrapped("a fox", STYLE, 700, lines=2) == ["a fox"]
    assert wrapped("", STYLE, 700, lines=2) == []
    assert shortened("a fox", STYLE, 700) == "a fox"
    assert shortened("a fox", STYLE, 1) == ELLIPSIS
    assert wrapped("狐狸。", STYLE, 90, lines=3) == ["狐", "狸。"]
    assert wrapped("{ash|oak|elm}", STYLE, 130, lines=3) == ["{ash|", "oak|", "elm}"]


def test_hostile_text_has_an_end() -> None:
    """Forty thousand characters of anything, in a moment and within the room that there is."""
    chance = random.Random(7)
    signs = "".join(
        chr(chance.choice([*range(0x20, 0x250), *range(0x590, 0x700), 0x200D, 0x202E, 0xFE0F, 0x1F1E6]))
        for _ in range(40_000)
    )
    for text in ("\n" * 40_000, "é\u0301" + "\u0301" * 40_000, "\u202e" * 40_000, signs, "\u200d" * 40_000):
        lines = wrapped(text, STYLE, 1_000, lines=2)
        assert all(width(line, STYLE) <= 1_000 for line in lines)
        written(shortened(text, STYLE, 1_000))


def test_every_font_is_there() -> None:
    """Each in its package; and each is opened in regular and bold."""
    for face in (*FACES, JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL):
        assert face.font(20, 400).getname()[0]
        assert face.font(20, 700) is not None
    assert is_unseen("\u200d")
    assert not is_unseen("a")
