"""What core shows and answers, as blocks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.slack import blocks, cards
from bot.core.moments import marked
from bot.core.notices import Notice
from bot.core.ports import Button, CardView, Picture
from tests.core.builders import NOW

SHEET = Picture(path=Path("/sheet.png"), name="A7K-1.png", about="Contact sheet of A7K: 1 marble, 2 oak <b>.")
READY = CardView(
    title="🎬 A7K · 2 drafts for mina · ready to choose",
    quote="a mug on {marble|oak} <!channel>",
    lines=("1 marble · 2 oak", "React 1️⃣–2️⃣ to finish one: 10 s at 720p, $1.50."),
    footer="$0.64 spent · $36.40 left",
    buttons=(
        Button(label="1", action="promote:A7K-1"),
        Button(label="2", action="promote:A7K-2"),
        Button(label="Cancel", action="cancel:A7K"),
        Button(label="Again · $0.64", action="again:A7K"),
    ),
    numbers=("A7K-1", "A7K-2"),
    mentions=("U1", "U1"),
    picture=SHEET,
)


def texts(rendered: blocks.Rendered) -> list[str]:
    return [block["text"]["text"] for block in rendered.blocks if block["type"] == "section"]


def kinds(rendered: blocks.Rendered) -> list[str]:
    return [block["type"] for block in rendered.blocks]


def pressed(rendered: blocks.Rendered) -> list[dict[str, Any]]:
    return [element for block in rendered.blocks if block["type"] == "actions" for element in block["elements"]]


def test_card_with_sheet() -> None:
    """Title and quote, the sheet with its words, the lines and the mention, the money, the buttons."""
    card = cards.card(READY, "F1")
    assert kinds(card) == ["section", "image", "section", "context", "actions"]
    assert texts(card) == [
        "*🎬 A7K · 2 drafts for mina · ready to choose*\n> \u2068a mug on {marble|oak} &lt;!channel&gt;\u2069",
        "1 marble · 2 oak\nReact 1️⃣–2️⃣ to finish one: 10 s at 720p, $1.50.\n<@U1>",
    ]
    assert (card.blocks[1]["slack_file"], card.blocks[1]["alt_text"]) == ({"id": "F1"}, SHEET.about)
    assert card.blocks[3]["elements"][0]["text"] == "$0.64 spent · $36.40 left"
    assert all(block["text"]["verbatim"] for block in card.blocks if block["type"] == "section")


def test_buttons() -> None:
    """A press carries the action; what goes on is green, what ends something red; no id comes twice."""
    again = Button(label="x" * 90, action="again:A7K")
    found = pressed(cards.card(replace(READY, buttons=(*READY.buttons, again))))
    assert [(each["action_id"], each["value"], each.get("style")) for each in found] == [
        ("promote:A7K-1", "promote:A7K-1", "primary"),
        ("promote:A7K-2", "promote:A7K-2", "primary"),
        ("cancel:A7K", "cancel:A7K", "danger"),
        ("again:A7K", "again:A7K", None),
        ("again:A7K#2", "again:A7K", None),
    ]
    assert len(found[-1]["text"]["text"]) == 75


def test_most_buttons() -> None:
    """More buttons than fit are left out."""
    many = tuple(Button(label=str(n), action=f"again:{n}") for n in range(40))
    assert len(pressed(cards.card(CardView(title="A7K", buttons=many)))) == 25


def test_card_without_picture() -> None:
    """Without a picture everything stands in one section."""
    assert kinds(cards.card(READY)) == ["section", "context", "actions"]


def test_decided() -> None:
    """A decided card is one short line, and says the same to whoever sees no blocks."""
    card = cards.card(CardView(title="A7K · 1 finished · $2.78"))
    assert (texts(card), kinds(card), card.text) == (
        ["A7K · 1 finished · $2.78"],
        ["section"],
        "A7K · 1 finished · $2.78",
    )


def test_line() -> None:
    """A line is a sentence, in which the address of a card may be followed."""
    line = cards.line(CardView(title="#launch: $25.10 of $50.00 used.", lines=("A7K · https://a.slack.com/p1",)))
    assert texts(line) == ["#launch: $25.10 of $50.00 used.\nA7K · <https://a.slack.com/p1>"]


def test_fallback() -> None:
    """The fallback says all that the blocks say, and mentions nobody."""
    assert cards.card(READY, "F1").text == (
        "🎬 A7K · 2 drafts for mina · ready to choose\n“a mug on {marble|oak} &lt;!channel&gt;”\n1 marble · 2 oak\n"
        "React 1️⃣–2️⃣ to finish one: 10 s at 720p, $1.50.\n$0.64 spent · $36.40 left"
    )


def test_fallback_of_a_quote() -> None:
    """A prompt with an address, or with the mark of a moment, is no link and no date in the fallback either."""
    text = cards.card(replace(READY, quote=f"see HTTPS://a.example and https://b.example, {marked(NOW, 'now')}")).text
    assert "“see HTTPS:\u200b//a.example and https:\u200b//b.example, now”" in text
    assert "<" not in text


def test_block_ids() -> None:
    """A block that changes has another id, one that does not keeps it; equal blocks of a message differ."""
    before, after = cards.card(READY, "F1"), cards.card(replace(READY, footer="$1.00 left"), "F1")
    changed = [old["block_id"] != new["block_id"] for old, new in zip(before.blocks, after.blocks, strict=True)]
    assert changed == [False, False, False, True, False]
    assert before.digest != after.digest
    twice = cards.notice(Notice(text=("x" * 2_999 + "\n") * 2)).blocks
    assert len({block["block_id"] for block in twice}) == len(twice) == 2


def test_comment() -> None:
    """Beside a file everything but the buttons is said in one text; a draft's is its name alone."""
    assert cards.comment(CardView(title="A7K-2 · oak", mentions=("U1",))) == "A7K-2 · oak\n<@U1>"
    final = cards.comment(CardView(title="Final A7K-2F is here · $1.50", quote="oak", lines=("A new roll.",)))
    assert final == "*Final A7K-2F is here · $1.50*\n> \u2068oak\u2069\nA new roll."


def test_notice() -> None:
    """An answer has its text, its table in a font of fixed width, its picture and its buttons."""
    chart = Picture(path=Path("/c.png"), name="c.png", about="")
    said = cards.notice(
        Notice(text="4 drafts", table="a  1\nb `2` <x>", picture=chart, buttons=(Button(label="Go", action="help"),)),
        "F1",
    )
    assert kinds(said) == ["section", "section", "image", "actions"]
    assert texts(said) == ["4 drafts", "```\na  1\nb \u02cb2\u02cb &lt;x&gt;\n```"]
    assert cards.notice(Notice(table="a 1")).text == "a 1"


def test_forty_thousand_characters() -> None:
    """The longest answer comes in sections that fit, within what a message holds, with its buttons."""
    said = cards.notice(
        Notice(text="<&>" * 14_000, table="row\n" * 40_000, buttons=(Button(label="Go", action="help"),))
    )
    assert len(said.blocks) == 50
    assert kinds(said)[-1] == "actions"
    assert max(map(len, texts(said))) <= 3_000
    assert len(said.text) <= 3_000


def test_long_card() -> None:
    """A card with more lines than a section holds has several, and none is parted."""
    card = cards.card(CardView(title="A7K", quote="&" * 3_000, lines=tuple("<" * 600 for _ in range(6))))
    assert max(map(len, texts(card))) <= 3_000
    assert sum(text.count("&lt;") for text in texts(card)) == 3_600
