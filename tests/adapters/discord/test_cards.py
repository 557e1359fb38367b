"""What core shows and answers, as Discord's messages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import discord
import pytest

from adapters.chat.parts import width
from adapters.discord import cards, text
from bot.core.moments import marked
from bot.core.notices import Notice
from bot.core.ports import Button, CardView, Picture
from tests.core.builders import NOW

SHEET = Picture(path=Path("/sheet.png"), name="A7K-1.png", about="Contact sheet of A7K: 1 marble, 2 oak <b>.")
READY = CardView(
    title="🎬 A7K · 2 drafts for mina · ready to choose",
    quote="a mug on {marble|oak} <@1>",
    lines=("1 marble · 2 oak", "React 1️⃣–2️⃣ to finish one: 10 s at 720p, $1.50."),
    footer=f"$0.64 spent · $36.40 left until {marked(NOW, '1 Dec')}",
    buttons=(Button(label="1", action="promote:A7K-1"), Button(label="Again · $0.64", action="again:A7K")),
    numbers=("A7K-1", "A7K-2"),
    mentions=("12", "12"),
    picture=SHEET,
)


def below(shown: cards.Rendered) -> str:
    assert shown.embed is not None
    return shown.embed.description or ""


def test_card_with_sheet() -> None:
    """Title and quote, the lines, the money in small print with each reader's own time, the sheet; and who is meant."""
    card = cards.card(READY)
    assert below(card).split("\n") == [
        "**🎬 A7K · 2 drafts for mina · ready to choose**",
        "> \u2068a mug on {marble|oak} \\<@1\\>\u2069",
        "1 marble · 2 oak",
        "React 1️⃣–2️⃣ to finish one: 10 s at 720p, $1.50.",
        f"-# $0.64 spent · $36.40 left until <t:{NOW // 1000}:f>",
    ]
    assert card.embed is not None
    assert card.embed.image.url == "attachment://A7K-1.png"
    assert (card.content, card.picture, card.buttons) == ("<@12>", SHEET, READY.buttons)
    assert json.loads(json.dumps(card.allowed.to_dict())) == {"parse": [], "users": [12]}


def test_without_its_picture() -> None:
    """Where its picture cannot be sent, everything else of a card is."""
    bare = cards.card(READY).bare
    assert (below(bare), bare.picture) == (below(cards.card(READY)), None)
    assert bare.embed is not None
    assert bare.embed.image.url is None
    assert cards.line(CardView(title="Here it is.", picture=SHEET)).bare.embed is None


def test_decided() -> None:
    """A decided card is one short line, and mentions nobody."""
    card = cards.card(CardView(title="A7K · 1 finished · $2.78"))
    assert (card.content, card.embed, card.buttons) == ("A7K · 1 finished · $2.78", None, ())
    assert card.allowed.to_dict()["parse"] == []


def test_line() -> None:
    """A line is a sentence in the message's own text, in which the address of a card may be followed."""
    view = CardView(title="#launch: $25.10 used.", lines=("A7K · https://discord.com/channels/1/2/3",), footer="50 %")
    line = cards.line(replace(view, mentions=("12",)))
    assert line.content == "#launch: $25.10 used.\nA7K · <https://discord.com/channels/1/2/3>\n-# 50 %\n<@12>"
    assert line.embed is None


def test_clip_words() -> None:
    """Beside a clip everything stands in the message's own text; a draft's is its name alone."""
    assert cards.clip_words(CardView(title="A7K-2 · oak", mentions=("12",))).content == "A7K-2 · oak\n<@12>"
    final = cards.clip_words(CardView(title="Final A7K-2F is here · $1.50", quote="oak", picture=SHEET))
    assert final.content == "**Final A7K-2F is here · $1.50**\n> \u2068oak\u2069"
    assert final.embed is not None
    assert (final.embed.image.url, below(final)) == ("attachment://A7K-1.png", "")


def test_notice() -> None:
    """An answer has its text, its table in a font of fixed width, its picture and its buttons."""
    button = Button(label="Go", action="help")
    said = cards.notice(Notice(text="4 drafts", table="a  1\nb  2", picture=SHEET, buttons=(button,)))
    assert said.content == "4 drafts\n```\na  1\nb  2\n```"
    assert said.embed is not None
    assert (said.embed.image.url, said.buttons, said.mentions) == ("attachment://A7K-1.png", (button,), ())
    assert cards.notice(Notice(text="4 drafts")).embed is None


def test_long_notice() -> None:
    """What the message's own text has no room for stands below it; a table is not parted where it fits."""
    said = cards.notice(Notice(text="word " * 390, table="row\n" * 400))
    assert said.content == ("word " * 390).strip()
    assert below(said) == "```\n" + "row\n" * 400 + "\n```"


@pytest.mark.parametrize("sign", ["<", "*", "a", "🎬", "a ", "https://a.example/b ", "`", "\n", "|"])
def test_forty_thousand_characters(sign: str) -> None:
    """Whatever is to be shown, Discord's limits hold, and the money is on the card."""
    long = sign * 40_000
    view = CardView(title=long, quote=long, lines=(long,) * 9, footer="$1.28 held", buttons=READY.buttons)
    drawn = [cards.card(view), cards.line(view), cards.clip_words(view), cards.notice(Notice(text=long, table=long))]
    for shown in [*drawn, cards.card(CardView(title=long)), cards.card(replace(view, footer=long))]:
        assert width(shown.content) <= 2_000
        assert shown.embed is None or width(below(shown)) <= 4_096
    assert below(drawn[0]).endswith("\n-# $1.28 held")


def test_buttons() -> None:
    """Discord takes 25, each action once, none without words; an address may be longer than an action."""
    many = tuple(Button(label="x" * 90, action=f"again:{n}") for n in range(40))
    shown = cards.card(CardView(title="A7K", buttons=many)).buttons
    assert (len(shown), len(shown[0].label)) == (25, 80)
    far = Button(label="Open", action="https://a.example/" + "b" * 200)
    odd = (Button(label=" ", action="help"), Button(label="a", action="b" * 101), far, *READY.buttons, *READY.buttons)
    assert cards.card(CardView(title="A7K", buttons=odd)).buttons == (far, *READY.buttons)


def test_same_look() -> None:
    """What looks the same has the same digest; another picture, line or button another one."""
    same = cards.card(READY).digest
    assert same == cards.card(replace(READY)).digest
    others = (replace(READY, footer="x"), replace(READY, buttons=()), replace(READY, picture=replace(SHEET, name="b")))
    assert len({same, *(cards.card(other).digest for other in others)}) == 4


def test_with_line() -> None:
    """A line more stands above the small print; where there is no room, the card stays as it is."""
    embed = discord.Embed(description="**A7K**\na line\n-# $1 held")
    assert cards.with_line("zed: *no*", embed).description == "**A7K**\na line\nzed: \\*no\\*\n-# $1 held"
    assert cards.with_line("zed: no", discord.Embed()).description == "zed: no"
    full = discord.Embed(description="x" * text.EMBED_CHARACTERS)
    assert cards.with_line("zed: no", full).description == "x" * text.EMBED_CHARACTERS


def test_file(tmp_path: Path) -> None:
    """A picture is attached with its name and what it shows."""
    path = tmp_path / "p.png"
    path.write_bytes(b"png")
    made = cards.file(replace(SHEET, path=path, about="x" * 2_000))
    made.close()
    assert (made.filename, len(made.description or "")) == ("A7K-1.png", 1_024)
    with pytest.raises(OSError, match="none"):
        cards.file(replace(SHEET, path=tmp_path / "none"))
