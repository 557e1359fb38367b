from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import (
    Again,
    AnswerAsk,
    AskOwner,
    BudgetShow,
    Cancel,
    CastVote,
    Command,
    Confirm,
    Draft,
    FullPrompt,
    GoOn,
    Help,
    Hide,
    Judge,
    Keep,
    Link,
    LookAfter,
    Models,
    More,
    OpenModal,
    RaiseCap,
    Rescue,
    SetLook,
    Settings,
    Show,
    SpendReport,
    Status,
    Tips,
    Undo,
)
from bot.core.errors import Refusal
from bot.core.modals import ACTION_CHARACTERS, Form
from bot.core.money import Money
from bot.core.parsing import action, judge_action, raise_action, raise_cap_action
from bot.core.rows import Meaning, Source

NOW = 1_750_000_000_000
BY_BUTTON = {"source": Source.BUTTON, "at": NOW}
Parse = Callable[..., Any]
Make = Callable[..., Command]


@pytest.mark.parametrize(
    ("carried", "kind", "facts"),
    [
        (action("promote", "A7K-2"), CastVote, {"subject": "A7K-2", "meaning": Meaning.APPROVE, **BY_BUTTON}),
        (action("reject", "A7K"), CastVote, {"subject": "A7K", "meaning": Meaning.REJECT, **BY_BUTTON}),
        (action("undo", "A7K-2F"), Undo, {"subject": "A7K-2F"}),
        (action("cancel", "A7K"), Cancel, {"subject": "A7K"}),
        (action("again", "A7K"), Again, {"subject": "A7K", "source": Source.BUTTON}),
        (action("keep", "A7K"), Keep, {"subject": "A7K"}),
        (action("hide", "A7K"), Hide, {"subject": "A7K"}),
        (action("rescue", "A7K"), Rescue, {"subject": "A7K"}),
        (action("show", "A7K"), Show, {"subject": "A7K"}),
        (action("look", "A7K", "match"), SetLook, {"subject": "A7K", "look": "match"}),
        (action("confirm", "A7K"), Confirm, {"subject": "A7K", "yes": True}),
        (action("dismiss", "A7K"), Confirm, {"subject": "A7K", "yes": False}),
        (action("ask", "A7K"), AskOwner, {"subject": "A7K"}),
        (
            raise_action("A7K", Money.usd(10), 1764),
            AnswerAsk,
            {"subject": "A7K", "yes": True, "raise_by": Money.usd(10), "asked_at": 1764},
        ),
        (
            raise_cap_action("channel:slack:T1/C2", Money.usd(25), 3),
            RaiseCap,
            {"scope": "channel:slack:T1/C2", "by": Money.usd(25), "cap_version": 3},
        ),
        ("report", SpendReport, {"scope": ""}),
        (action("report-of", argument="workspace:T1"), SpendReport, {"scope": "workspace:T1"}),
        (action("allow", "A7K", "17"), AnswerAsk, {"subject": "A7K", "yes": True, "raise_by": None, "asked_at": 17}),
        (action("declined", "A7K", "17"), AnswerAsk, {"subject": "A7K", "yes": False, "asked_at": 17}),
        (action("decline", "A7K", "17"), OpenModal, {"form": Form.DECLINE, "subject": "A7K", "asked_at": 17}),
        (action("build"), OpenModal, {"form": Form.BUILD}),
        (action("image"), OpenModal, {"form": Form.IMAGE}),
        (action("ref"), OpenModal, {"form": Form.REF}),
        (action("batch"), OpenModal, {"form": Form.BATCH}),
        (action("edit", "A7K-2"), OpenModal, {"form": Form.EDIT, "subject": "A7K-2"}),
        (action("change-settings"), OpenModal, {"form": Form.SETTINGS}),
        (action("change-budget", argument="person"), OpenModal, {"form": Form.BUDGET, "scope": "person"}),
        (action("ask-more"), OpenModal, {"form": Form.ASK_MORE}),
        (action("more", "A7K"), More, {"subject": "A7K"}),
        (action("prompt", "A7K"), FullPrompt, {"subject": "A7K"}),
        (action("link", "A7K"), Link, {"subject": "A7K"}),
        (judge_action("A7K-2", "lost", 12), Judge, {"subject": "A7K-2", "verdict": "lost", "ver": 12}),
        (action("go-on", "A7K-2"), GoOn, {"subject": "A7K-2"}),
        (action("lookafter"), LookAfter, {}),
        (action("status"), Status, {}),
        (action("help"), Help, {"root": "clip"}),
        (action("tips"), Tips, {}),
        (action("models"), Models, {}),
        (action("budget"), BudgetShow, {}),
        (action("settings"), Settings, {"changes": ()}),
        (action("report"), SpendReport, {}),
        (action("try"), Draft, {"prompt": "a fox in snow"}),
    ],
)
def test_press(press: Parse, make: Make, carried: str, kind: type[Command], facts: dict[str, Any]) -> None:
    """What a button carries comes back as the command that it stands for."""
    assert press(carried) == make(kind, **facts)
    assert len(carried) <= ACTION_CHARACTERS


def test_carried_text() -> None:
    """An action is its parts after colons."""
    assert action("undo", "A7K-2F") == "undo:A7K-2F"
    assert raise_action("A7K", Money.usd("10.50"), 1764) == "raise:A7K:1050.1764"
    assert judge_action("A7K", "check", 3) == "judge:A7K:check.3"


@pytest.mark.parametrize(
    ("verb", "subject", "argument"),
    [
        ("fly", "A7K", ""),
        ("promote", "", ""),
        ("promote", "a7k", ""),
        ("promote", "A7K:x", ""),
        ("promote", "A7K", "x"),
        ("look", "A7K", ""),
        ("look", "A7K", "old"),
        ("status", "A7K", ""),
        ("raise", "A7K", ""),
        ("raise-cap", "", "1000.0:channel:x"),
        ("raise-cap", "", "1000.1:team:x"),
        ("raise-cap", "A7K", "1000.1:channel:x"),
        ("report-of", "", "channel:a b"),
        ("change-budget", "", ""),
        ("change-budget", "", "team"),
        ("edit", "", ""),
        ("raise", "A7K", "0"),
        ("raise", "A7K", "-5"),
        ("raise", "A7K", "1000000000"),
        ("raise", "A7K", "\u0661"),
        ("judge", "A7K", "lost"),
        ("judge", "A7K", "guess.1"),
        ("judge", "A7K", "lost.0"),
    ],
)
def test_forged(press: Parse, refused: Callable[..., str], verb: str, subject: str, argument: str) -> None:
    """What no button of ours carries cannot be built, and is refused when it is pressed."""
    with pytest.raises(ValueError, match="no button does"):
        action(verb, subject, argument)
    sentence = "This button is not known any more; nothing was done. status shows what runs and waits."
    assert refused(press, f"{verb}:{subject}:{argument}") == sentence


def test_largest_raise(press: Parse) -> None:
    """A cap is raised by less than ten million dollars at once."""
    assert press("raise:A7K:999999999.1764105600000").raise_by == Money.usd("9999999.99")


def test_too_long(press: Parse, refused: Callable[..., str]) -> None:
    """A text that no button can carry is refused before it is read."""
    assert refused(press, "status" + ":" * 95).startswith("This button is not known")


@given(text=st.text(max_size=120) | st.from_regex(r"(promote|raise|judge|try):[A-Z0-9-]{0,6}:?[a-z0-9.]{0,9}"))
def test_only_refusals(press: Parse, text: str) -> None:
    """Whatever comes back from a platform is a command or refused."""
    with suppress(Refusal):
        assert isinstance(press(text), Command)
