"""What core shows and answers, as Discord messages: cards, lines, the words beside a clip, and notices."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import discord

from adapters.chat.parts import width
from adapters.discord import text
from bot.core.notices import Notice
from bot.core.ports import Button, CardView, Picture

#: Core keeps a prompt on a card to 200 characters.
QUOTE_CHARACTERS = 1_000
#: Small print keeps its place below everything else.
FOOTER_CHARACTERS = 1_000
#: Of an answer: more find no room in a message and its embed.
MOST_PIECES = 4
MOST_BUTTONS = 25
LABEL_CHARACTERS = 80
ACTION_CHARACTERS = 100
ADDRESS_CHARACTERS = 512
ALT_CHARACTERS = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as Discord takes it."""

    content: str = ""
    embed: discord.Embed | None = None
    buttons: tuple[Button, ...] = ()
    #: To be attached as ``file`` says; the embed shows it.
    picture: Picture | None = None
    #: Whom it may notify, by id.
    mentions: tuple[str, ...] = ()

    @property
    def allowed(self) -> discord.AllowedMentions:
        """Nobody is notified but those."""
        users = [discord.Object(int(person)) for person in self.mentions]
        return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)

    @property
    def bare(self) -> Rendered:
        """Without the picture."""
        embed = self.embed and self.embed.copy().set_image(url=None)
        said = embed if embed and embed.description else None
        return replace(self, embed=said, picture=None)

    @property
    def digest(self) -> str:
        """The same for what looks the same."""
        shown = (self.content, self.embed and self.embed.to_dict(), self.buttons, self.picture, self.mentions)
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Part:
    """Plain text, and how it is drawn."""

    plain: str
    draw: Callable[[str], str] = text.linking


def card(view: CardView) -> Rendered:
    """A card: its title in bold, the quote, the lines, the small print, the picture, the buttons.

    One that says nothing but its title is one short line.
    """
    if not (view.quote or view.lines or view.footer or view.picture):
        return _message(view, text.cut(view.title, text.CONTENT_CHARACTERS, text.linking), None)
    footer = text.cut(view.footer, FOOTER_CHARACTERS, text.small)
    said, _ = _below_each_other(_parts(view, text.bold), text.EMBED_CHARACTERS - width(footer) - 1)
    description = "\n".join(part for part in (said, footer) if part)
    return _message(view, "", _embed(description, view.picture))


def line(view: CardView) -> Rendered:
    """What is said unasked: sentences, so that nothing is bold."""
    return _spread(view, _parts(view, text.linking))


def clip_words(view: CardView) -> Rendered:
    """The words beside a clip: in the message's own text, so that they are read before the clip is seen."""
    return _spread(view, _parts(view, text.bold if view.quote or view.lines else text.linking))


def notice(said: Notice) -> Rendered:
    """An answer: its text, its table in a font of fixed width, its picture, its buttons."""
    parts = [_Part(piece) for piece in islice(text.pieces(said.text), MOST_PIECES)]
    if said.table:
        parts.append(_Part(said.table, text.table))
    content, rest = _below_each_other(parts, text.CONTENT_CHARACTERS, whole=True)
    below, _ = _below_each_other(rest, text.EMBED_CHARACTERS)
    embed = _embed(below, said.picture) if below or said.picture else None
    return Rendered(content=content, embed=embed, buttons=_buttons(said.buttons), picture=said.picture)


def with_line(words: str, embed: discord.Embed) -> discord.Embed:
    """A card that stands, with a line more above its small print; as it is, where that has no room."""
    lines = (embed.description or "").split("\n")
    small = lines.pop() if lines[-1].startswith("-# ") else ""
    description = "\n".join(part for part in ("\n".join(lines), text.linking(words), small) if part)
    if width(description) <= text.EMBED_CHARACTERS:
        embed.description = description
    return embed


def file(picture: Picture) -> discord.File:
    """The picture as an attachment, with what it shows for whoever cannot see it.

    Raises:
        OSError: it cannot be read.
    """
    return discord.File(picture.path, filename=picture.name, description=picture.about[:ALT_CHARACTERS] or None)


def _parts(view: CardView, title: Callable[[str], str]) -> list[_Part]:
    quote = [_Part(view.quote, _quote)] if view.quote else []
    return [part for part in (_Part(view.title, title), *quote, *map(_Part, view.lines)) if part.plain]


def _quote(plain: str) -> str:
    return text.cut(plain, QUOTE_CHARACTERS, text.quoted)


def _spread(view: CardView, parts: Iterable[_Part]) -> Rendered:
    """The parts in the message's own text; those that it has no room for, and a picture, in an embed below."""
    footer = [_Part(view.footer, text.small)] if view.footer else []
    room = text.CONTENT_CHARACTERS - width(text.mentions(view.mentions)) - 1
    content, rest = _below_each_other([*parts, *footer], room, whole=True)
    below, _ = _below_each_other(rest, text.EMBED_CHARACTERS)
    return _message(view, content, _embed(below, view.picture) if below or view.picture else None)


def _message(view: CardView, content: str, embed: discord.Embed | None) -> Rendered:
    said = (content, text.mentions(view.mentions))
    return Rendered(
        content="\n".join(part for part in said if part),
        embed=embed,
        buttons=_buttons(view.buttons),
        picture=view.picture,
        mentions=text.known(view.mentions),
    )


def _embed(description: str, picture: Picture | None) -> discord.Embed:
    embed = discord.Embed(description=description or None)
    if picture is not None:
        embed.set_image(url=f"attachment://{picture.name}")
    return embed


def _below_each_other(parts: Iterable[_Part], most: int, *, whole: bool = False) -> tuple[str, list[_Part]]:
    """The parts below each other, ``most`` characters at most, and those that found no room.

    The first that does not fit is cut; with ``whole`` it is left over.
    """
    below, rest = "", list(parts)
    while rest:
        begun = f"{below}\n" if below else ""
        room = most - width(begun)
        plain, draw = rest[0].plain, rest[0].draw
        fits = len(plain) <= most and width(draw(plain)) <= room
        if not fits and whole:
            break
        drawn = draw(plain) if fits else text.cut(plain, room, draw)
        below = begun + drawn if drawn else below
        if not fits:
            break
        rest.pop(0)
    return below, rest


def _buttons(given: Sequence[Button]) -> tuple[Button, ...]:
    """Those that Discord takes: no action twice, none without a label."""
    kept: dict[str, Button] = {}
    for button in given:
        label = button.label.strip()[:LABEL_CHARACTERS]
        most = ADDRESS_CHARACTERS if button.action.startswith("https://") else ACTION_CHARACTERS
        if label and 0 < len(button.action) <= most:
            kept.setdefault(button.action, Button(label=label, action=button.action))
    return tuple(kept.values())[:MOST_BUTTONS]
