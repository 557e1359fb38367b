"""What is drawn for a card: the contact sheet of its drafts, and a draft beside its final. Words only, no pixels."""

from __future__ import annotations

from dataclasses import dataclass


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
