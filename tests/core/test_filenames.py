from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.filenames import is_safe, is_safe_path, safe_name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["launch"], "launch"),
        (["A7K-2.mp4"], "A7K-2.mp4"),
        (["A7K-2F2", "draft.mp4"], "A7K-2F2-draft.mp4"),
        (["#launch"], "launch"),
        (["Launch Film 2026"], "Launch-Film-2026"),
        (["a -- b"], "a-b"),
        (["a--b"], "a--b"),
        (["вечерний-просмотр"], "вечерний-просмотр"),
        (["今日のラッシュ"], "今日のラッシュ"),
        (["दैनिक रश"], "दैनिक-रश"),
        (["عروض اليوم"], "عروض-اليوم"),
        (["ﬁlm ²"], "film-2"),
        (["../../etc/passwd"], "etc-passwd"),
        (["..\\..\\boot.ini"], "boot.ini"),
        ([".hidden"], "hidden"),
        (["trailing. "], "trailing"),
        (["a\0b\nc"], "a-b-c"),
        (["🎬 takes"], "takes"),
    ],
)
def test_safe_name(parts: list[str], name: str) -> None:
    """Letters and digits of any script stay, every run of anything else becomes a dash."""
    assert safe_name(*parts) == name


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("🎬", "unnamed-", ""),
        ("", "unnamed-", ""),
        ("..", "unnamed-", ""),
        ("x" * 200, "x" * 71 + "-", ""),
        ("я" * 200, "я" * 35 + "-", ""),
        ("con", "", "-con"),
        ("Aux.mp4", "", "-Aux.mp4"),
        ("COM7", "", "-COM7"),
    ],
)
def test_fingerprint(name: str, start: str, end: str) -> None:
    """Where nothing is left, or too much, or a device's name, a fingerprint is added."""
    made = safe_name(name)
    assert (made.startswith(start), made.endswith(end), is_safe(made)) == (True, True, True)
    assert len(made) == len(start) + 8 + len(end)


def test_told_apart() -> None:
    """Names that would be shortened to the same stay different."""
    assert safe_name("x" * 200) != safe_name("x" * 201)
    assert safe_name("🎬") != safe_name("🎥")


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_always_safe(parts: list[str]) -> None:
    """Whatever goes in, what comes out is safe, short, and stays as it is when it goes in again."""
    name = safe_name(*parts)
    assert is_safe(name)
    assert is_safe_path(f"2026-11/{name}")
    assert 0 < len(name.encode()) <= 80
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "part",
    ["", ".", "..", ".a", "-a", "a.", "a-", "a b", "a/b", "a\\b", "a:b", "NUL", "lpt1.txt", "ﬁ", "\ud800", "x" * 81],
)
def test_not_safe(part: str) -> None:
    """Hidden, dangling, divided, reserved, decomposed, broken and overlong names are not safe."""
    assert not is_safe(part)


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("2026-11/launch/A7K-2.mp4", True),
        ("A7K.mp4", True),
        ("a/b/c/d/e/f/g/h", True),
        ("a/b/c/d/e/f/g/h/i", False),
        ("/A7K.mp4", False),
        ("a//b", False),
        ("a/", False),
        ("a/../b", False),
        ("", False),
    ],
)
def test_path(path: str, *, safe: bool) -> None:
    """A path is relative, of a few safe names."""
    assert is_safe_path(path) is safe
