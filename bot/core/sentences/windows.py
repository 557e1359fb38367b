"""What is said around windows, where a chat has no room in one for all, or cannot show in it what is at fault."""

from __future__ import annotations

from collections.abc import Mapping

AGAIN = "Correct it"
NEXT = "Go on"
MORE = "More of it"


def at_fault(errors: Mapping[str, str], *, files: bool) -> str:
    """Each field at fault by its label, with its sentence; ``files``: some were given, which no window keeps."""
    said = [f"{label}: {sentence}" for label, sentence in errors.items()]
    kept = "Nothing was done, and nothing that you wrote is lost"
    return "\n".join((*said, f"{kept}; files have to be given again." if files else f"{kept}."))


def goes_on(label: str) -> str:
    """A text that is longer than one window."""
    return f"{label}: the rest of it comes in the next window. Nothing was done yet; what you wrote is kept."


def not_opened() -> str:
    """A window that did not open."""
    return "The window did not open; press the button once more."


def forgotten() -> str:
    """A window that is not known any more."""
    return "That window is too old; nothing was done. Open it anew."


def not_yours() -> str:
    """A window that somebody else has filled in."""
    return "That window is somebody else's; nothing was done. Open one of your own."
