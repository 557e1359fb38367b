"""Help, tips and listings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.muapi.catalogue import load_catalogue
from bot.core.commands import Actor, Place, Remix
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.notices import SILENCE, Notice
from bot.core.parsing import parse_clip, parse_dailies
from bot.core.prompts import lint
from bot.core.sentences import guides
from bot.core.settings_options import settings
from tests.core.builders import NOW, SHOT, make_final, make_purse, make_slate, make_take

ORIGIN = {"actor": Actor(id="U1", name="mina"), "place": Place(workspace="T1", channel="c", name="launch")}
LAUNCH = make_purse("50", "13.60", "1.28")
FREE = make_purse(None, "3", scope="person:T1/U1", name="mina")


@pytest.mark.parametrize(
    "typed",
    [
        "a mug on {marble|oak|steel}",
        "image: a fox runs --image https://example.com/fox.png",
        "ref: a fox runs --ref1 https://example.com/fox.png",
        "final: lap of a race car",
        "promote A7K-2",
        "reject A7K-2",
        "again A7K",
        "remix A7K: a fox in rain",
        "status",
        "show A7K",
        "cancel A7K",
        "hide A7K",
        "rescue A7K",
        "keep A7K",
        "tips",
    ],
)
def test_the_verbs_of_the_help_are_understood(typed: str) -> None:
    """What the help says can be typed, and its verb stands in it."""
    assert parse_clip(typed, **ORIGIN, event="e1", now=NOW)  # type: ignore[arg-type]
    verb = typed.partition(" ")[0]
    assert any(verb in line for line in guides.HELP["clip"])


@pytest.mark.parametrize(
    "typed",
    [
        "budget",
        "budget set 50 --period week --envelope 20",
        "budget raise 10 --scope workspace",
        "budget ask 20 for the launch film",
        "pause the client calls",
        "resume",
        "spend report",
        "spend report last by person",
        "spend report 2026-11 by day --scope workspace",
        "spend export csv 2026-11",
        "savings 2026-11",
        "settings owner-above=5",
        "models",
    ],
)
def test_the_verbs_of_the_other_help_are_understood(typed: str) -> None:
    """The same for money and settings."""
    assert parse_dailies(typed, **ORIGIN, event="e1", now=NOW)  # type: ignore[arg-type]
    assert any(typed.partition(" ")[0] in line for line in guides.HELP["dailies"])


def test_the_help_names_every_setting() -> None:
    """As it is typed."""
    assert [each.name for each in settings() if each.name not in "\n".join(guides.HELP["dailies"])] == []


def test_what_a_refused_prompt_is_offered_can_be_typed() -> None:
    """The way to edit and try again is a command."""
    remix = parse_clip("remix A7K-2: your new prompt", **ORIGIN, event="e1", now=NOW)  # type: ignore[arg-type]
    assert isinstance(remix, Remix)
    assert (remix.subject, remix.prompt) == ("A7K-2", "your new prompt")


def test_the_tips_follow_their_own_advice() -> None:
    """The example prompt of the tips has nothing negative in it."""
    assert lint(guides.TIPS[1]) is None


@pytest.mark.parametrize(
    ("contact", "who"),
    [
        ("dana", "dana looks after it."),
        (guides.AN_OWNER, "An owner looks after it."),
        (None, "Nobody looks after it yet."),
    ],
)
def test_the_welcome_says_what_to_type_and_what_it_costs(contact: str | None, who: str) -> None:
    """A first command with its length and price, what ✅ does, the cap, and who looks after it."""
    said = guides.welcome(Money.usd("0.48"), "#launch has $50.00 of $50.00 left until 1 Dec.", contact, seconds=6)
    assert said == (
        "I make short video clips here. Try /clip a fox in snow: a 6 s draft, $0.48. ✅ finishes it at 720p.\n"
        f"#launch has $50.00 of $50.00 left until 1 Dec. {who}"
    )


def test_the_catalogue_names_every_model_with_its_prices_and_their_date() -> None:
    """Whether it is on, what it costs, how long its clips are; those off say why."""
    models = load_catalogue()
    first, *others = models.models
    off = [
        replace(model, on=False, price=replace(model.price, confirmed=confirmed))
        for model in others[:2]
        for confirmed in (True, False)
    ]
    said = guides.catalogue(replace(models, models=(first, *off))).splitlines()
    assert said[0].startswith("mini (on) · ")
    assert "480p $0.08 per second, 720p $0.15 per second · 4–15 s" in said[0]
    assert "(off) · " in said[1]
    assert "(off, price not confirmed) · " in said[2]
    assert said[-1] == f"Prices as listed on {models.priced_on:%d %b %Y}; those not confirmed keep a model off."


def test_a_cap_that_was_set_is_shown_as_it_stands_now() -> None:
    """What is left of it, and what changes only later."""
    later = "Its period is a week in UTC from 1 Dec on."
    assert guides.budget_set(LAUNCH, [later]) == f"#launch has $36.40 of $50.00 left until 1 Dec.\n{later}"
    assert guides.budget_set(FREE, []) == "mina has no cap."


def test_the_queue_shows_what_runs_and_who_waits_in_which_place() -> None:
    """Running first, then the places, then what waits for a yes; and why nothing starts, if so."""
    running = make_slate(State.RENDERING)
    waiting = [(1, make_final(State.QUEUED)), (None, make_take(State.QUEUED, id="B7K"))]
    asked = [make_take(State.ASKED, id="C7K")]
    said = guides.queue(running, waiting, asked, NOW, 5, paused_for="credit")
    assert said.splitlines() == [
        "A7K-1 rendering, about 20 s left · for mina · $0.32",
        "A7K-2F waiting, place 1 · for mina · $1.50",
        "B7K waiting, stopped · for mina · $0.32",
        "C7K waits for a yes · for mina · $0.32",
        "5 at once, finals first.",
        "Waiting for provider credit: what waits starts by itself when there is some.",
    ]


def test_a_paused_queue_says_who_and_since_when() -> None:
    """What may not start has no place, and is paused."""
    said = guides.queue([], [(None, make_take())], [], NOW, 5, paused_for="", paused_by="dana since 25 Nov, 14:05")
    assert said.splitlines() == [
        "A7K waiting, paused · for mina · $0.32",
        "5 at once, finals first.",
        "dana paused ordering on 25 Nov, 14:05; what waits keeps its place.",
    ]


@pytest.mark.parametrize("reason", ["credit", "key", "rate", "network", "unknowns", "something else"])
def test_every_pause_has_its_reason(reason: str) -> None:
    """Whatever a key is paused for is said; nobody is told to try again."""
    last = guides.queue([make_take()], [], [], NOW, 5, paused_for=reason).splitlines()[-1]
    assert last == guides.PAUSES.get(reason, "Ordering pauses for a moment.")
    assert "try again" not in last.lower()


def test_an_empty_queue_says_so() -> None:
    """Nothing runs, nothing waits."""
    assert guides.queue([], [], [], NOW, 5, paused_for="credit") == "Nothing is under way here."
    assert guides.queue([make_take()], [], [], NOW, 5, paused_for="").endswith("5 at once, finals first.")


def test_a_take_in_full() -> None:
    """What was asked, what it cost line by line, how often it was ordered, where its clip is."""
    take = make_final(State.DELIVERED, job="job_9", clip="2026-11/launch/A7K-2F.mp4", clip_note="asked 10 s, got 9.5 s")
    shot = replace(SHOT, pictures=("fox.png",))
    said = guides.take_in_full(take, shot, look="match", booked=["hold $1.50", "settle $0.00"], submits=1, now=NOW)
    assert said.splitlines() == [
        "A7K-2F · final for mina · ready",
        "“a ceramic mug on oak, steam rising, soft morning light”",
        "mini · 720p · 10 s · 16:9 · with sound · 1 picture · look match",
        "price $1.50 · hold $1.50 · settle $0.00",
        "ordered once · provider job job_9",
        "approved by jo and ravi",
        "file 2026-11/launch/A7K-2F.mp4",
        "Asked 10 s, got 9.5 s.",
    ]


@pytest.mark.parametrize(("submits", "said"), [(0, "not ordered yet"), (1, "ordered once"), (3, "ordered 3 times")])
def test_how_often_a_take_was_ordered_is_never_hidden(submits: int, said: str) -> None:
    """An owner sees at once whether anything was sent twice; a take without money says that too."""
    take = make_take(State.REFUSED, problem="refused by the provider")
    lines = guides.take_in_full(
        take, replace(SHOT, audio=False), look="new", booked=[], submits=submits, now=NOW
    ).splitlines()
    assert lines[2:] == [
        "mini · 480p · 4 s · 16:9 · silent · look new",
        "price $0.32 · nothing booked",
        said,
        "Refused by the provider.",
    ]


def test_silence_says_nothing_to_anybody() -> None:
    """An event that came twice is answered with nothing; an answer is private unless it says otherwise."""
    assert Notice(text="", private=True, buttons=(), card=None, needed=False) == SILENCE
