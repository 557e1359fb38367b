from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bot.core.commands import Actor, Command, Place
from bot.core.errors import Refusal
from bot.core.parsing import parse_action, parse_clip, parse_dailies

NOW = 1_750_000_000_000
ORIGIN: dict[str, Any] = {
    "actor": Actor(id="U1", name="mina"),
    "place": Place(workspace="W", channel="C", name="launch"),
}


@pytest.fixture(scope="session")
def make() -> Callable[..., Command]:
    """Makes the command that is expected, as the person that the other fixtures speak for."""
    return lambda kind, **facts: kind(**ORIGIN, event="e1", **facts)


@pytest.fixture(scope="session")
def clip() -> Callable[..., Command]:
    """Types after ``/clip``."""
    return partial(parse_clip, **ORIGIN, event="e1", now=NOW)


@pytest.fixture(scope="session")
def dailies() -> Callable[..., Command]:
    """Types after ``/dailies``."""
    return partial(parse_dailies, **ORIGIN, event="e1", now=NOW)


@pytest.fixture(scope="session")
def press() -> Callable[..., Command]:
    """Presses a button."""
    return partial(parse_action, **ORIGIN, event="e1", now=NOW)


@pytest.fixture(scope="session")
def refused() -> Callable[..., str]:
    """The sentence with which a text is refused."""

    def sentence(parse: Callable[..., Command], text: str, **more: object) -> str:
        with pytest.raises(Refusal) as caught:
            parse(text, **more)
        return caught.value.sentence

    return sentence
