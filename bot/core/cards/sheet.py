"""What is drawn for a card: the contact sheet of its drafts, and a draft beside its final. Words only, no pixels."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.cards.facts import CardFacts, Phase
from bot.core.rows import Take
from bot.core.sentences import batches
from bot.core.sentences import pictures as words


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One draft on the sheet."""

    #: Its place in the slate, which never changes; 0 for a draft that is alone.
    number: int
    #: What differs from its siblings, if anything: ``oak``.
    label: str
    #: Its id, length and price: ``A7K-2 · 4 s · $0.32``.
    caption: str
    #: Why there are no frames to see: ``late``, ``refused``; empty where ``strip`` is shown.
    hole: str = ""
    #: The take whose strip is shown; empty for a hole.
    strip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A contact sheet."""

    #: ``A7K · 4 drafts``.
    title: str
    #: The prompt, shortened; may be in any script.
    prompt: str
    #: ``16:9``.
    ratio: str
    rows: tuple[SheetRow, ...]
    #: All of it in words, for whoever cannot see it.
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A draft and its final, side by side."""

    #: ``Draft A7K-2 · 480p · 4 s`` and ``Final A7K-2F · 720p · 10 s``.
    draft: str
    final: str
    ratio: str
    about: str


def sheet_of(facts: CardFacts) -> Sheet | None:
    """The sheet of a card from which the team can choose; nothing where none of its drafts has frames to show."""
    if facts.phase is not Phase.READY:
        return None
    drafts = [(take, words.hole(take, facts.now, pictured=take.id in facts.strips)) for take in facts.drafts]
    if all(why for _, why in drafts):
        return None
    return Sheet(
        title=words.sheet_title(facts.card.id, facts.drafts, batches.sheet_of(facts.batch, facts.sheet)),
        prompt=words.drawn_prompt(facts.prompt),
        ratio=facts.shot.ratio,
        rows=tuple(_row(take, why) for take, why in drafts),
        about=words.about_sheet(facts.card.id, drafts, facts.prompt),
    )


def _row(take: Take, why: str) -> SheetRow:
    return SheetRow(
        number=take.number,
        label=words.drawn_label(take),
        caption=words.caption(take),
        hole=why,
        strip="" if why else take.id,
    )


def beside_of(draft: Take, final: Take, ratio: str) -> Beside | None:
    """A draft beside its final, of which there are posters; nothing of a draft that was taken down."""
    if draft.hidden:
        return None
    return Beside(
        draft=words.drawn_take(draft),
        final=words.drawn_take(final),
        ratio=ratio,
        about=words.about_beside(draft, final),
    )
