"""Contact sheets and side by sides, drawn from strips and posters."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from bot.core.cards.sheet import Beside, Sheet, SheetRow
from bot.media import beside, sheet
from bot.media.canvas import BACKGROUND, MARGIN_PX, PAPER, WIDTH_PX
from bot.media.errors import MediaUnavailable
from bot.media.media import Media
from bot.media.shapes import FRAMES, STRIP_PX, columns_of

COLOURS = ("#c02020", "#20c020", "#2020c0", "#c0c020", "#20c0c0", "#c020c0", "#808080", "#ff8000", "#008080", "#ffffff")
RATIOS = {f"{wide}:{high}": (wide, high) for wide, high in FRAMES}


def strip_of(folder: Path, shape: tuple[int, int], name: str = "strip") -> Path:
    """A strip whose frames are of one colour each."""
    frames = FRAMES[shape]
    columns = columns_of(frames)
    picture = Image.new("RGB", (STRIP_PX, round(STRIP_PX / frames * shape[1] / shape[0])))
    for start, end, colour in zip(columns, columns[1:], COLOURS, strict=False):
        picture.paste(colour, (start, 0, end, picture.height))
    path = folder / f"{name}.jpg"
    picture.save(path, quality=95)
    return path


def sheet_with(ratio: str, count: int, *, holes: dict[int, str] | None = None) -> Sheet:
    """A sheet of so many drafts; those of ``holes`` have no frames."""
    missing = holes or {}
    rows = tuple(
        SheetRow(
            number=number if count > 1 else 0,
            label="oak" if number == 2 else "",
            caption=f"A7K-{number} · 4 s · $0.32",
            hole=missing.get(number, ""),
            strip="" if number in missing else f"A7K-{number}",
        )
        for number in range(1, count + 1)
    )
    return Sheet(title=f"A7K · {count} drafts", prompt="a mug on oak", ratio=ratio, rows=rows, about="a sheet")


def near(pixel: object, colour: str) -> bool:
    """Whether a pixel has a colour, but for what JPEG makes of it."""
    wanted = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    assert isinstance(wanted, tuple)
    return all(abs(one - other) < 24 for one, other in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize("ratio", RATIOS)
def test_each_row_shows_the_frames_of_its_draft_in_their_order(tmp_path: Path, ratio: str) -> None:
    """In every shape: so many frames as the shape has, each at its place, under each other by number."""
    shape = RATIOS[ratio]
    strip = strip_of(tmp_path, shape)
    drawn = sheet.drawn(sheet_with(ratio, 3), {f"A7K-{number}": strip for number in (1, 2, 3)})
    assert drawn.width == WIDTH_PX
    left, across = MARGIN_PX + sheet.GUTTER_PX, WIDTH_PX - 2 * MARGIN_PX - sheet.GUTTER_PX
    high = round(across / FRAMES[shape] * shape[1] / shape[0])
    row_px = high + sheet.CAPTION_PX + sheet.ROW_GAP_PX
    for place in range(3):
        middle = drawn.height - (3 - place) * row_px + high // 2
        for frame, (start, end) in enumerate(
            zip(columns_of(FRAMES[shape], across=across), columns_of(FRAMES[shape], across=across)[1:], strict=False)
        ):
            assert near(drawn.getpixel((left + (start + end) // 2, middle)), COLOURS[frame])


def test_numbers_never_move(tmp_path: Path) -> None:
    """A hole keeps its row: what comes late is drawn where its number already is, and nothing else changes."""
    strip = strip_of(tmp_path, (16, 9))
    early = sheet.drawn(sheet_with("16:9", 3, holes={2: "late"}), {"A7K-1": strip, "A7K-3": strip})
    late = sheet.drawn(sheet_with("16:9", 3), {f"A7K-{number}": strip for number in (1, 2, 3)})
    assert early.size == late.size
    row_px = (early.height - _head(early, 3)) // 3
    first, third = (
        (0, 0, WIDTH_PX, _head(early, 3) + row_px - 40),
        (0, _head(early, 3) + 2 * row_px, WIDTH_PX, early.height),
    )
    assert early.crop(first).tobytes() == late.crop(first).tobytes()
    assert early.crop(third).tobytes() == late.crop(third).tobytes()
    assert early.tobytes() != late.tobytes()


def _head(drawn: Image.Image, rows: int) -> int:
    across = WIDTH_PX - 2 * MARGIN_PX - sheet.GUTTER_PX
    return drawn.height - rows * (round(across / 4 * 9 / 16) + sheet.CAPTION_PX + sheet.ROW_GAP_PX)


def test_a_hole_says_why_in_words(tmp_path: Path) -> None:
    """It is paper with ink on it, neither frames nor nothing."""
    drawn = sheet.drawn(sheet_with("16:9", 2, holes={1: "refused", 2: "late"}), {})
    colours = {colour for _, colour in drawn.getcolors(1 << 20) or []}
    paper = Image.new("RGB", (1, 1), PAPER).getpixel((0, 0))
    assert paper in colours
    assert len(colours) > 20  # the edges of letters have many shades
    del tmp_path


def test_a_draft_that_is_alone_has_no_number(tmp_path: Path) -> None:
    """Its frames begin at the margin."""
    drawn = sheet.drawn(sheet_with("16:9", 1), {"A7K-1": strip_of(tmp_path, (16, 9))})
    assert near(drawn.getpixel((MARGIN_PX + 20, drawn.height - 250)), COLOURS[0])


def test_a_strip_of_another_shape_is_not_stretched(tmp_path: Path) -> None:
    """A clip that came upright although it was to lie is shown as it is, in the middle of its row."""
    drawn = sheet.drawn(sheet_with("9:16", 2), {f"A7K-{number}": strip_of(tmp_path, (21, 9)) for number in (1, 2)})
    across = WIDTH_PX - 2 * MARGIN_PX - sheet.GUTTER_PX
    high, strip_px = round(across / 10 * 16 / 9), round(across * 9 / 21 / 3)
    top = drawn.height - (high + sheet.CAPTION_PX + sheet.ROW_GAP_PX)
    assert near(drawn.getpixel((MARGIN_PX + sheet.GUTTER_PX + 20, top + 4)), COLOURS[0]) is (strip_px > high - 8)


def test_ten_drafts_of_any_text_fit(tmp_path: Path) -> None:
    """Long labels, prompts of forty thousand characters and any script leave the size as it is."""
    strip = strip_of(tmp_path, (9, 16))
    calm = sheet_with("9:16", 10)
    rows = tuple(
        SheetRow(number=row.number, label="大理石 " * 90, caption=row.caption, strip=row.strip) for row in calm.rows
    )
    loud = Sheet(title="A7K · " + "x" * 900, prompt="مرحبا <!channel> " * 3_000, ratio="9:16", rows=rows, about="")
    strips = {row.strip: strip for row in rows}
    drawn, plain = sheet.drawn(loud, strips), sheet.drawn(calm, strips)
    assert (drawn.width, drawn.height - plain.height) == (WIDTH_PX, sheet.LINE_PX)


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_draft_stands_beside_its_final(tmp_path: Path, ratio: str) -> None:
    """The draft is left or above, whole, and neither is stretched."""
    wide, high = RATIOS[ratio]
    for name, colour in {"draft": COLOURS[0], "final": COLOURS[2]}.items():
        Image.new("RGB", (wide * 30, high * 30), colour).save(tmp_path / f"{name}.jpg", quality=95)
    words = Beside(draft="Draft A7K-2 · 480p · 4 s", final="Final A7K-2F · 720p · 10 s", ratio=ratio, about="")
    drawn = beside.drawn(words, tmp_path / "draft.jpg", tmp_path / "final.jpg")
    at = [
        next(place for place in _middles(drawn) if near(drawn.getpixel(place), colour))
        for colour in (COLOURS[0], COLOURS[2])
    ]
    assert at[0] < at[1] if ratio != "21:9" else at[0][1] < at[1][1]
    assert near(drawn.getpixel((2, 2)), BACKGROUND)
    assert drawn.height <= WIDTH_PX


def _middles(drawn: Image.Image) -> list[tuple[int, int]]:
    return [(drawn.width * x // 16, drawn.height * y // 16) for x in range(1, 16) for y in range(1, 16)]


async def test_a_worker_draws_both(tmp_path: Path) -> None:
    """The pictures are JPEGs, drawn outside of this process."""
    media, strip = Media(), strip_of(tmp_path, (16, 9))
    await media.draw_sheet(sheet_with("16:9", 2), {"A7K-1": strip, "A7K-2": strip}, tmp_path / "sheet.jpg")
    words = Beside(draft="Draft", final="Final", ratio="16:9", about="")
    await media.draw_beside(words, strip, strip, tmp_path / "beside.jpg")
    for name in ("sheet.jpg", "beside.jpg"):
        with Image.open(tmp_path / name) as found:
            assert (found.format, found.width) == ("JPEG", WIDTH_PX)


async def test_what_cannot_be_drawn_is_said_to_be_unavailable(tmp_path: Path) -> None:
    """A strip that is no picture says nothing of a clip; nothing is left of the sheet."""
    (tmp_path / "strip.jpg").write_bytes(b"no picture")
    with pytest.raises(MediaUnavailable, match="cannot identify"):
        await Media().draw_sheet(sheet_with("16:9", 1), {"A7K-1": tmp_path / "strip.jpg"}, tmp_path / "sheet.jpg")
    assert not (tmp_path / "sheet.jpg").exists()
