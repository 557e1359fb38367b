"""What core shows and answers, as Slack messages: cards, lines, the words beside a clip, and notices."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from slack_sdk.models.blocks import Block

from adapters.slack import blocks, text
from adapters.slack.blocks import Rendered
from bot.core.moments import worded
from bot.core.notices import Notice
from bot.core.ports import CardView
from bot.core.sentences.plain import unlinked

#: Slack's own limit is that of a section; core keeps a prompt on a card to 200 characters.
QUOTE_CHARACTERS = 1_000
#: Room that a section keeps for what is not counted: the signs of a quote and of bold text.
SPARE_CHARACTERS = 100


def card(view: CardView, picture: str | None = None) -> Rendered:
    """A card: its title in bold, the quote, the picture (a file's id), the lines, the small print, the buttons.

    One that says nothing but its title is one short line.
    """
    alone = not (view.quote or view.lines or view.footer or picture)
    title = text.linking(view.title) if alone else text.bold(view.title)
    return blocks.rendered(_fallback(view), _blocks(view, title, picture))


def line(view: CardView, picture: str | None = None) -> Rendered:
    """What is said unasked: sentences, so that nothing is bold."""
    return blocks.rendered(_fallback(view), _blocks(view, text.linking(view.title), picture))


def comment(view: CardView) -> str:
    """The same in one piece of mrkdwn, for the comment of a file, beside which Slack shows no blocks."""
    body = [*_head(view, text.bold(view.title) if view.quote or view.lines else text.linking(view.title)), *_tail(view)]
    footer = text.linking(view.footer)
    return "\n".join(part for part in (*body, footer) if part)


def notice(said: Notice, picture: str | None = None) -> Rendered:
    """An answer: its text, its table in a font of fixed width, its picture, its buttons."""
    return blocks.rendered(said.text or said.table, _answer(said, picture))


def _answer(said: Notice, picture: str | None) -> Iterator[Block]:
    kept = text.cut(said.text, text.MESSAGE_CHARACTERS)
    # The buttons come whatever the length of what stands above them.
    last = [*([blocks.image(picture, _about(said))] if picture else []), *blocks.buttons(said.buttons)]
    body = chain(blocks.sections(kept), blocks.table(said.table) if said.table else ())
    yield from islice(body, blocks.MOST_BLOCKS - len(last))
    yield from last


def _about(said: Notice) -> str:
    return said.picture.about if said.picture else ""


def _blocks(view: CardView, title: str, picture: str | None) -> Iterator[Block]:
    head, tail = _head(view, title), _tail(view)
    if picture and view.picture:
        yield from below_each_other(head)
        yield blocks.image(picture, view.picture.about)
        yield from below_each_other(tail)
    else:
        yield from below_each_other([*head, *tail])
    if view.footer:
        yield blocks.context(text.linking(text.cut(view.footer, text.SECTION_CHARACTERS - SPARE_CHARACTERS)))
    yield from blocks.buttons(view.buttons)


def _head(view: CardView, title: str) -> list[str]:
    quote = text.quoted(text.cut(view.quote, QUOTE_CHARACTERS)) if view.quote else ""
    return [part for part in (title, quote) if part]


def _tail(view: CardView) -> list[str]:
    lines = (text.linking(piece) for line in view.lines for piece in text.pieces(line))
    return [part for part in (*lines, text.mentions(view.mentions)) if part]


def below_each_other(parts: list[str]) -> Iterator[Block]:
    """The parts below each other, in as few sections as they fit into; none of them is parted."""
    below = ""
    for part in parts:
        together = f"{below}\n{part}" if below else part
        if len(together) > text.SECTION_CHARACTERS and below:
            yield blocks.section(below)
            below = part
        else:
            below = together
    if below:
        yield blocks.section(below)


def _fallback(view: CardView) -> str:
    """All that is said, without markup, for notifications and screen readers."""
    quote = f"“{unlinked(worded(view.quote))}”" if view.quote else ""
    return "\n".join(part for part in (view.title, quote, *view.lines, view.footer) if part)
