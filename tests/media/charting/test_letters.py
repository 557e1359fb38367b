from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The fonts of matplotlib alone; one more is in a package that is not installed yet."""
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.font_manager import fontManager  # noqa: PLC0415

    from bot.media.charting import letters as module  # noqa: PLC0415

    package = tmp_path / "fontpkg_of_a_test" / "files"
    package.mkdir(parents=True)
    package.with_name("__init__.py").touch()
    shutil.copy(Path(mpl.get_data_path(), "fonts", "ttf", "STIXGeneral.ttf"), package / "more.ttf")
    monkeypatch.setattr(module, "PACKAGES", ("fontpkg_of_a_test", "fontpkg_that_is_not_there"))
    known = list(fontManager.ttflist)
    _forget(module)
    yield module
    fontManager.ttflist[:] = known
    _forget(module)


def _forget(module: Any) -> None:
    module.families.cache_clear()
    module._known.cache_clear()  # noqa: SLF001


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mina", "mina"),
        ("", ""),
        ("Ольга محمد", "Ольга محمد"),
        ("dana 🎬👩🏽\u200d🚀", "dana"),
        ("🎬", "□"),
        ("\U00013000\U00013001 x", "□ x"),
    ],
)
def test_what_no_font_has(letters: Any, text: str, shown: str) -> None:
    """A run of letters becomes one box, an emoji nothing, and a name is never empty."""
    assert letters.drawable(text) == shown


def test_installed_fonts_are_asked_too(letters: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After matplotlib's own; a package that is not installed is passed over."""
    assert letters.families() == ("DejaVu Sans",)
    monkeypatch.syspath_prepend(tmp_path)
    _forget(letters)
    assert letters.families() == ("DejaVu Sans", "STIXGeneral")
