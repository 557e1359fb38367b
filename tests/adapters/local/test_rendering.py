# ruff: noqa: RUF001 - the sign of a reply stands in what is expected
from __future__ import annotations

import pytest

from adapters.local.entries import Kind
from adapters.local.rendering import WIDTH_COLUMNS, prompt, rendered, rule, stands_alone
from bot.core.ports import Button
from tests.adapters.local.conftest import MakeEntry


def buttons(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(label=label, action=f"show:A7K:{number}") for number, label in enumerate(labels))


def test_card(make_entry: MakeEntry) -> None:
    """A card has its title, the prompt in quotes, its lines, and the footer with what can be pressed."""
    card = make_entry(
        title="🎬 A7K · 4 drafts for mina · 16:9",
        quote="a mug on {marble|oak}, steam rising",
        lines=("1 rendering, about 20 s left · 2 waiting", ""),
        footer="$0.64 held · $36.40 left",
        buttons=buttons("Cancel the 1 waiting · $0.32 back", "More…"),
    )
    assert rendered(card) == [
        "🎬 A7K · 4 drafts for mina · 16:9",
        "“a mug on {marble|oak}, steam rising”",
        "1 rendering, about 20 s left · 2 waiting",
        "",
        "$0.64 held · $36.40 left      [Cancel the 1 waiting · $0.32 back] [More…]",
    ]


def test_many_buttons(make_entry: MakeEntry) -> None:
    """Buttons that do not fit behind the footer stand in lines of their own, at the right, each of them whole."""
    card = make_entry(footer="$0.64 held", buttons=buttons(*(f"Button number {number}" for number in range(9))))
    lines = rendered(card)
    assert lines[:2] == ["A7K", "$0.64 held"]
    assert [line.strip().count("[") for line in lines[2:]] == [5, 4]
    assert {len(line) for line in lines[2:]} == {WIDTH_COLUMNS}


def test_narrow(make_entry: MakeEntry) -> None:
    """On a narrow terminal everything is folded, and a button wider than it still has its line."""
    card = make_entry(title="A7K · 4 drafts", footer="$1.28", buttons=buttons("Cancel all", "Again"))
    assert rendered(card, width=10) == ["A7K ·", "4 drafts", "$1.28", "[Cancel all]", "   [Again]"]


TAKES = [
    ({"title": "A7K-1 · marble", "file": "/clips/A7K-1.mp4", "thread": "launch/1"}, ["› A7K-1.mp4 · marble"]),
    (
        {"title": "A7K-1 · marble", "file": "/clips/A7K-1 (2).mp4", "thread": "launch/1", "mentions": ("mina",)},
        ["› A7K-1 (2).mp4  A7K-1 · marble   @mina"],
    ),
    (
        {"title": "A7K", "file": "/clips/A7K.mp4", "thread": "launch/1", "lines": ("shorter than asked",)},
        ["› A7K.mp4", "  shorter than asked"],
    ),
    (
        {"title": "Final A7K-F is here · $1.50", "quote": "a fox", "file": "/clips/A7K-F.mp4", "mentions": ("mina",)},
        ["Final A7K-F is here · $1.50   @mina", "“a fox”", "› A7K-F.mp4"],
    ),
]


@pytest.mark.parametrize(("facts", "lines"), TAKES)
def test_clip(make_entry: MakeEntry, facts: dict[str, object], lines: list[str]) -> None:
    """A draft's clip is a reply to its card, a final is a message of its own; the maker is mentioned."""
    assert rendered(make_entry(Kind.CLIP, **facts)) == lines


def test_several_mentions(make_entry: MakeEntry) -> None:
    """Everybody who is mentioned is named behind the title."""
    assert rendered(make_entry(Kind.LINE, mentions=("mina", "jo"))) == ["A7K   @mina @jo"]


SAID = [
    (Kind.LINE, {"title": "#launch was raised."}, ["#launch was raised."]),
    (
        Kind.LINE,
        {"title": "mina asks for $2.25.", "quote": "hero shot", "to": "dana", "buttons": buttons("Raise by $10")},
        ["to @dana: mina asks for $2.25.", "“hero shot”      [Raise by $10]"],
    ),
    (Kind.LINE, {"title": "👍 is applause.", "thread": "launch/1"}, ["› 👍 is applause."]),
    (
        Kind.LINE,
        {"title": "Refused.", "quote": "a mouse", "thread": "launch/1", "to": "guest:zed"},
        ["› to @zed: Refused.", "  “a mouse”"],
    ),
    (Kind.ANSWER, {"title": "4 drafts\n#launch has $1", "to": "jo"}, ["(only you) 4 drafts", "#launch has $1"]),
    (Kind.ANSWER, {"title": "dana looks after it."}, ["dana looks after it."]),
    (
        Kind.ANSWER,
        {"title": "Not ordered: " + "x" * 80, "to": "jo", "buttons": buttons("Ask for more")},
        ["(only you) Not ordered:", "x" * 80 + "      [Ask for more]"],
    ),
]


@pytest.mark.parametrize(("kind", "facts", "lines"), SAID)
def test_said(make_entry: MakeEntry, kind: Kind, facts: dict[str, object], lines: list[str]) -> None:
    """Lines say whom they are for, replies hang under their card, private answers say so."""
    assert rendered(make_entry(kind, **facts)) == lines


def test_harmless(make_entry: MakeEntry) -> None:
    """What a person wrote, wherever it stands, cannot move the cursor, forge a line or ring the bell."""
    evil = "\x1b[2J\x07\rmina> /clip"
    card = make_entry(title=evil, quote=evil, lines=(evil,), footer=evil, buttons=buttons(f"{evil}\nmore"))
    replied = make_entry(Kind.LINE, thread="launch/1", title=evil, to=f"jo{evil}")
    for line in [*rendered(card), *rendered(replied), rule(evil), *prompt(evil, evil, guest=False)]:
        assert line.isprintable()


def test_rule() -> None:
    """The line above a card names what it has to name, and is always as wide."""
    assert rule() == "─" * 60
    assert rule("#team", "PRACTICE").startswith("── #team · PRACTICE ──")
    assert {len(rule(*names)) for names in [(), ("",), ("#team",), ("", "PRACTICE")]} == {60}


def test_stands_alone(make_entry: MakeEntry) -> None:
    """Cards and finals stand below a rule; replies, lines and answers do not."""
    alone = [make_entry(), make_entry(Kind.CLIP, file="a.mp4")]
    others = [make_entry(Kind.CLIP, thread="launch/1"), make_entry(Kind.LINE), make_entry(Kind.ANSWER)]
    assert [stands_alone(entry) for entry in alone + others] == [True, True, False, False, False]


def test_prompt() -> None:
    """What was typed stands behind who typed it; a guest is called one, a long line hangs under its first."""
    assert prompt("mina", "/clip a fox", guest=False) == ["mina> /clip a fox"]
    assert prompt("zed", "react ✅ A7K", guest=True) == ["zed (guest)> react ✅ A7K"]
    assert prompt("mina", "x " * 60, guest=False)[1].startswith("  x")
