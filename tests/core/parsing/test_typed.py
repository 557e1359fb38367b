"""Verbs whose options come by name, as on Discord."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest

from bot.core.charts import Plot, Theme
from bot.core.commands import (
    Again,
    AskMore,
    BatchLine,
    BudgetSet,
    BudgetShow,
    Cancel,
    CastVote,
    Command,
    DirectFinal,
    Draft,
    Help,
    Hide,
    Keep,
    Link,
    Models,
    OpenModal,
    OrderBatch,
    OrderOptions,
    Pause,
    RaiseCap,
    Remix,
    Rescue,
    Resume,
    Savings,
    Settings,
    Show,
    SpendExport,
    SpendPlot,
    SpendReport,
    Status,
    Tips,
)
from bot.core.modals import Form
from bot.core.money import ZERO, Money
from bot.core.parsing.origin import Origin
from bot.core.parsing.typed import OPTIONS, kind_of, typed
from bot.core.periods import Days, Reach
from bot.core.policy import Period
from bot.core.rows import Meaning, Source
from bot.core.sums import Part
from tests.core.parsing.conftest import NOW, ORIGIN

Make = Callable[..., Command]
Refused = Callable[..., str]
choose: Callable[..., Command] = partial(typed, Origin(**ORIGIN, event="e1", now=NOW))
FOX = {"prompt": "a fox in snow"}


@pytest.mark.parametrize(
    ("path", "given", "kind", "facts"),
    [
        ("clip draft", FOX, Draft, {"prompt": "a fox in snow"}),
        (
            "clip draft",
            FOX | {"seconds": "9", "draft-seconds": "5", "ratio": "9:16", "count": "3", "audio": "off"},
            Draft,
            {
                "prompt": "a fox in snow",
                "options": OrderOptions(seconds=9, draft_seconds=5, ratio="9:16", count=3, audio=False),
            },
        ),
        (
            "clip draft",
            FOX | {"bitrate": "high", "model": "mini", "look": "match", "no": " "},
            Draft,
            {"prompt": "a fox in snow", "options": OrderOptions(bitrate="high", model="mini", look="match")},
        ),
        (
            "clip draft",
            FOX | {"addresses": "https://a.example/1.png"},
            Draft,
            {"prompt": "a fox in snow", "options": OrderOptions(image="https://a.example/1.png")},
        ),
        (
            "clip ref",
            FOX | {"addresses": "https://a.example/1.png a.example/2.png"},
            Draft,
            {
                "prompt": "a fox in snow",
                "mode": "omni",
                "options": OrderOptions(refs=("https://a.example/1.png", "https://a.example/2.png")),
            },
        ),
        ("clip final", FOX | {"seconds": "4"}, DirectFinal, FOX | {"options": OrderOptions(seconds=4)}),
        (
            "clip remix",
            {"id": "a7k–2", "prompt": "a fox in rain", "count": "2"},
            Remix,
            {"subject": "A7K-2", "prompt": "a fox in rain", "options": OrderOptions(count=2)},
        ),
        ("clip show", {"id": " a7k "}, Show, {"subject": "A7K"}),
        ("clip cancel", {"id": "A7K-2F"}, Cancel, {"subject": "A7K-2F"}),
        ("clip again", {"id": "A7K"}, Again, {"subject": "A7K"}),
        ("clip hide", {"id": "A7K"}, Hide, {"subject": "A7K"}),
        ("clip rescue", {"id": "A7K"}, Rescue, {"subject": "A7K"}),
        ("clip keep", {"id": "A7K"}, Keep, {"subject": "A7K"}),
        ("clip link", {"id": "A7K"}, Link, {"subject": "A7K"}),
        (
            "clip promote",
            {"id": "A7K"},
            CastVote,
            {"subject": "A7K", "meaning": Meaning.APPROVE, "source": Source.VERB, "at": NOW},
        ),
        (
            "clip reject",
            {"id": "A7K"},
            CastVote,
            {"subject": "A7K", "meaning": Meaning.REJECT, "source": Source.VERB, "at": NOW},
        ),
        ("clip status", {}, Status, {}),
        ("clip tips", {}, Tips, {}),
        ("clip help", {}, Help, {}),
        ("dailies help", {}, Help, {"root": "dailies"}),
        ("dailies models", {}, Models, {}),
        ("dailies budget show", {}, BudgetShow, {}),
        ("dailies budget set", {"amount": "50"}, BudgetSet, {"amount": Money.usd(50)}),
        ("dailies budget set", {"amount": "none", "scope": "person"}, BudgetSet, {"uncapped": True, "scope": "person"}),
        (
            "dailies budget set",
            {"period": "week", "zone": "europe/berlin", "envelope": "0", "tell": "off", "warn": "70"},
            BudgetSet,
            {"period": Period.WEEK, "zone": "Europe/Berlin", "envelope": ZERO, "tell": 0, "warn": 70},
        ),
        ("dailies budget set", {"approve": "90", "drafts-only": "on"}, BudgetSet, {"approve": 90, "drafts_only": True}),
        ("dailies budget raise", {"amount": "$10.50"}, RaiseCap, {"by": Money.usd("10.50")}),
        (
            "dailies budget raise",
            {"amount": "10", "scope": "workspace"},
            RaiseCap,
            {"by": Money.usd(10), "scope": "workspace:W"},
        ),
        ("dailies budget ask", {}, AskMore, {}),
        (
            "dailies budget ask",
            {"amount": "20", "why": "the film"},
            AskMore,
            {"amount": Money.usd(20), "why": "the film"},
        ),
        ("dailies pause", {"why": "the client\n calls"}, Pause, {"why": "the client calls"}),
        ("dailies pause", {"everywhere": "on"}, Pause, {"everywhere": True}),
        ("dailies resume", {"everywhere": "off"}, Resume, {}),
        ("dailies resume", {"everywhere": "on"}, Resume, {"everywhere": True}),
        ("dailies spend report", {}, SpendReport, {}),
        (
            "dailies spend report",
            {"by": "person", "period": "last month", "scope": "workspace"},
            SpendReport,
            {"by": Part.PERSON, "reach": Reach.LAST_MONTH, "scope": "workspace:W"},
        ),
        (
            "dailies spend plot",
            {"plot": "people", "theme": "dark", "period": "2026-11-03", "scope": "channel"},
            SpendPlot,
            {"plot": Plot.PEOPLE, "theme": Theme.DARK, "reach": Days(date(2026, 11, 3), date(2026, 11, 3))},
        ),
        ("dailies spend plot", {}, SpendPlot, {}),
        ("dailies spend export", {}, SpendExport, {}),
        ("dailies spend export", {"form": "json", "period": "all"}, SpendExport, {"form": "json", "reach": Reach.ALL}),
        ("dailies savings", {"period": "2026"}, Savings, {"reach": Days(date(2026, 1, 1), date(2026, 12, 31))}),
        ("dailies settings show", {}, Settings, {}),
        (
            "dailies settings set",
            {"quorum": "2", "hour": "5pm", "reset": "Ratio"},
            Settings,
            {"changes": (("quorum", "2"), ("hour", "5pm"), ("ratio", "default"))},
        ),
        ("clip build", {}, OpenModal, {"form": Form.BUILD}),
        ("clip build", {"subject": " a fox "}, OpenModal, {"form": Form.BUILD, "prompt": "a fox"}),
        (
            "clip image",
            FOX | {"seconds": "9"},
            OpenModal,
            FOX | {"form": Form.IMAGE, "options": OrderOptions(seconds=9)},
        ),
        ("clip ref", {}, OpenModal, {"form": Form.REF}),
        ("clip batch", {}, OpenModal, {"form": Form.BATCH}),
        (
            "clip remix",
            {"id": "A7K", "ratio": "1:1", "addresses": "a.example/1.png"},
            OpenModal,
            {
                "form": Form.EDIT,
                "subject": "A7K",
                "options": OrderOptions(ratio="1:1"),
                "pictures": ("https://a.example/1.png",),
            },
        ),
        ("dailies settings set", {}, OpenModal, {"form": Form.SETTINGS}),
        ("dailies budget set", {}, OpenModal, {"form": Form.BUDGET}),
        ("dailies budget set", {"scope": "workspace"}, OpenModal, {"form": Form.BUDGET, "scope": "workspace"}),
    ],
)
def test_chosen(make: Make, path: str, given: Mapping[str, str], kind: type[Command], facts: Any) -> None:
    """Each verb becomes the command that the same words, typed, would be; one that lacks something opens its window."""
    assert choose(path, given) == make(kind, **facts)


@pytest.mark.parametrize(
    "prompt",
    [
        "promote A7K-2",
        "status",
        "final: a race car",
        "a fox --seconds 9 --no blur",
        "Tom &amp; Jerry <https://a.example>",
    ],
)
def test_prompts_are_read_for_nothing(make: Make, prompt: str) -> None:
    """A prompt is rendered as it was written, whatever verb, option or markup it looks like."""
    assert choose("clip draft", {"prompt": prompt}) == make(Draft, prompt=prompt)


def test_what_is_not_wanted(make: Make) -> None:
    """``no`` is answered with positive words, and never a part of the prompt."""
    tip = "Tip: the model follows positive words better: “no motion blur” → “sharp, crisp frames”."
    for path, kind, more in (
        ("clip draft", Draft, {}),
        ("clip final", DirectFinal, {}),
        ("clip remix", Remix, {"subject": "A7K"}),
    ):
        given = FOX | {"no": "motion blur"} | ({"id": "A7K"} if more else {})
        assert choose(path, given) == make(kind, **FOX, remark=tip, **more)


@pytest.mark.parametrize(
    ("path", "pictures", "facts"),
    [
        ("clip draft", {"image": "file:/i"}, {"options": OrderOptions(image="file:/i")}),
        (
            "clip draft",
            {"ref2": "file:/2", "image": "file:/i", "ref1": "file:/1"},
            {"options": OrderOptions(image="file:/i", refs=("file:/1", "file:/2"))},
        ),
        ("clip image", {"image": "file:/i"}, {"mode": "image", "options": OrderOptions(image="file:/i")}),
        ("clip ref", {"ref1": "file:/1"}, {"mode": "omni", "options": OrderOptions(refs=("file:/1",))}),
    ],
)
def test_pictures(make: Make, path: str, pictures: Mapping[str, str], facts: Any) -> None:
    """Pictures are placed by the option that they were given with, references in the order of their numbers."""
    assert choose(path, FOX, pictures=pictures) == make(Draft, **FOX, **facts)


@pytest.mark.parametrize(
    ("path", "given", "pictures", "placed"),
    [
        ("clip image", {}, {"image": "file:/i"}, ("file:/i",)),
        (
            "clip ref",
            {"addresses": "a.example/3.png"},
            {"ref2": "b", "ref1": "a"},
            ("a", "b", "https://a.example/3.png"),
        ),
        ("clip remix", {"id": "A7K"}, {"ref1": "b", "image": "a"}, ("a", "b")),
    ],
)
def test_pictures_go_with_the_window(
    path: str, given: Mapping[str, str], pictures: Mapping[str, str], placed: tuple[str, ...]
) -> None:
    """Without a prompt the window opens with the pictures that were given already."""
    command = choose(path, given, pictures=pictures)
    assert isinstance(command, OpenModal)
    assert command.pictures == placed


def test_list(make: Make) -> None:
    """A list is read from its file, options and all, and what is remarkable in it is said."""
    command = choose("clip batch", listed="hero | a fox --seconds 9 --glow")
    line = BatchLine(number=1, label="hero", prompt="a fox --glow", options=OrderOptions(seconds=9))
    assert command == make(
        OrderBatch, lines=(line,), remark="Line 1: “--glow” is not an option and stays in the prompt."
    )


@pytest.mark.parametrize(
    ("path", "given", "sentence"),
    [
        ("clip dance", {}, "clip dance is no command of mine; clip help shows those that there are."),
        ("clip status", {"id": "A7K"}, "status stands alone; you gave id."),
        (
            "dailies budget raise",
            {"amount": "5", "period": "day"},
            "budget raise takes amount or scope; you gave period.",
        ),
        ("clip draft", FOX | {"seconds": "99"}, "seconds is 4 to 15; you asked for 99."),
        ("clip draft", FOX | {"ratio": "2:1"}, "ratio is 16:9, 9:16, 1:1, 3:4, 4:3 or 21:9; you asked for 2:1."),
        ("clip draft", FOX | {"model": "maxi"}, "model is mini; you asked for maxi."),
        ("clip draft", FOX | {"audio": "loud"}, "audio is on or off; you asked for loud."),
        ("clip draft", {}, "The prompt is empty; write what the clip shows, as in: a fox in snow."),
        (
            "clip draft",
            FOX | {"addresses": "fox"},
            "addresses is an address that begins with https://, or an attached picture; you asked for fox.",
        ),
        (
            "clip image",
            FOX | {"addresses": "a.example/1.png a.example/2.png"},
            "image starts from one picture; you gave 2. ref takes up to 9.",
        ),
        ("clip show", {}, "id is that of a take or a slate, like A7K-2 or A7K; you gave none."),
        ("clip show", {"id": "the fox"}, "id is that of a take or a slate, like A7K-2 or A7K; you gave the fox."),
        ("clip remix", {"prompt": "a fox"}, "id is that of a take or a slate, like A7K-2 or A7K; you gave none."),
        (
            "dailies budget set",
            {"amount": "much"},
            "A cap is an amount in dollars, like 50 or $50.00; you asked for much.",
        ),
        ("dailies budget set", {"scope": "team"}, "scope is channel, workspace or person; you asked for team."),
        ("dailies budget set", {"period": "hour"}, "period is day, week, month or none; you asked for hour."),
        (
            "dailies budget set",
            {"zone": "Moon"},
            "zone is the IANA name of a zone, like Europe/Berlin; you asked for Moon.",
        ),
        ("dailies budget raise", {}, "budget raise needs an amount, as in budget raise 10."),
        (
            "dailies budget raise",
            {"amount": "5", "scope": "person"},
            "scope is channel or workspace; you asked for person.",
        ),
        (
            "dailies budget ask",
            {"amount": "0"},
            "What you ask for is more than $0.00, in whole cents, like 10 or $10.50.",
        ),
        ("dailies pause", {"why": "x" * 201}, "pause takes a reason of at most 200 characters; yours has 201."),
        ("dailies resume", {"everywhere": "maybe"}, "everywhere is on or off; you asked for maybe."),
        ("dailies spend report", {"by": "hour"}, "by is day, person, stage or model; you asked for hour."),
        ("dailies spend plot", {"theme": "pink"}, "theme is light or dark; you asked for pink."),
        ("dailies spend export", {"form": "pdf"}, "form is csv or json; you asked for pdf."),
        (
            "dailies savings",
            {"period": "2026-13"},
            "2026-13 is not in the calendar; write a day as 2026-11-03, a month as 2026-11.",
        ),
        ("dailies settings set", {"quorum": "0"}, "quorum is 1 to 20; you asked for 0."),
    ],
)
def test_refused(refused: Refused, path: str, given: Mapping[str, str], sentence: str) -> None:
    """Whatever the chat let through is refused by the name of its option, with what is allowed."""
    assert refused(choose, path, given=given) == sentence


def test_missing_reference(refused: Refused) -> None:
    """References are numbered without a gap, so that a prompt's numbers mean the pictures that they say."""
    sentence = "ref1 is missing: number the pictures from ref1 on without a gap."
    assert refused(choose, "clip ref", given=FOX, pictures={"ref2": "file:/2"}) == sentence


def test_picture_of_a_verb_that_takes_none(refused: Refused) -> None:
    """A picture where none belongs is refused like any other option."""
    assert (
        refused(choose, "clip show", given={"id": "A7K"}, pictures={"image": "x"}) == "show takes id; you gave image."
    )


def test_reset_of_no_setting(refused: Refused) -> None:
    """What is no setting cannot go back to its beginning."""
    assert refused(choose, "dailies settings set", given={"reset": "tempo"}).startswith("tempo is not a setting;")


@pytest.mark.parametrize("path", OPTIONS)
def test_every_verb_is_read(path: str) -> None:
    """There is a reader for each verb of the table."""
    given = {"id": "A7K"} if "id" in OPTIONS[path] else {"amount": "5"} if path == "dailies budget raise" else {}
    assert choose(path, given | (FOX if "prompt" in OPTIONS[path] else {})).event == "e1"


@pytest.mark.parametrize(
    ("path", "name", "allowed"),
    [
        ("clip draft", "seconds", "4 to 15"),
        ("clip draft", "look", "new or match"),
        ("clip draft", "image", None),
        ("clip draft", "model", None),
        ("clip show", "id", None),
        ("dailies budget set", "scope", "channel, workspace or person"),
        ("dailies budget raise", "scope", "channel or workspace"),
        ("dailies spend report", "period", None),
        ("dailies settings set", "quorum", "1 to 20"),
        ("dailies settings set", "model", None),
    ],
)
def test_kinds(path: str, name: str, allowed: str | None) -> None:
    """What an option may be can be said beforehand, but for texts, pictures and what only rows and catalogue know."""
    kind = kind_of(path, name)
    assert (kind.allowed if kind else None) == allowed
