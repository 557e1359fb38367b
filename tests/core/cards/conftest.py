from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.ports import CardView


@pytest.fixture(scope="session")
def read() -> Callable[[CardView], str]:
    """A card as a person reads it: title, prompt in quotes, lines, money, and the buttons in brackets."""

    def text(view: CardView) -> str:
        quote = f"“{view.quote}”" if view.quote else ""
        buttons = " ".join(f"[{button.label}]" for button in view.buttons)
        return "\n".join(filter(None, (view.title, quote, *view.lines, view.footer, buttons)))

    return text
