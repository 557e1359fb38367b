"""Answers to orders, and how budgets stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.budgets import Purse
from bot.core.commands import Actor, Place
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.owner_rules import OwnerRule
from bot.core.parsing import parse_action
from bot.core.ports import Button
from bot.core.sentences import answers
from tests.core.builders import NOW, make_final, make_purse
from tests.core.sentences.conftest import Planned

LAUNCH = make_purse("50", "12.32")
SHORT = make_purse("50", "49.10", "1.50")
TEAM = make_purse("100", "99.95", scope="workspace:T1", name="the workspace")
MINA = make_purse("10", "9.90", scope="person:T1/U1", name="mina", end=None)
FREE = make_purse(None, "3", scope="person:T1/U1", name="mina")
EACH = Money.usd("0.32")


def labels(buttons: tuple[Button, ...]) -> dict[str, str]:
    """What each says and does; every one can be pressed."""
    actor, place = Actor(id="U1", name="mina"), Place(workspace="T1", channel="local:launch", name="launch")
    for button in buttons:
        assert parse_action(button.action, actor=actor, place=place, event="e1", now=NOW)
    return {button.label: button.action for button in buttons}


def test_a_period_that_is_over_is_named() -> None:
    """Where the budget of an earlier period is spoken of, it has its last day, and does not reset any more."""
    november, ever = replace(SHORT, over=True), replace(MINA, over=True)
    assert answers.raised_to(november) == "#launch in the period until 1 Dec was raised to $50.00"
    assert answers.raised_to(ever) == "the cap of mina was raised to $10.00"
    assert answers.how_used(november, named=True).startswith("#launch in the period until 1 Dec: $47.60 of $50.00")
    assert answers.still_over([november], EACH) == (
        "Not ordered: this still needs $0.32, #launch in the period until 1 Dec has $0.90 left "
        "(cap $50.00: $47.60 spent, $1.50 held)."
    )


def test_an_order_names_price_lengths_and_what_is_left(drafts: Planned, final: Planned) -> None:
    """Everything that matters about money, once, in two lines; a final has no final to come."""
    purses = [LAUNCH, make_purse("100", scope="workspace:T1", name="the workspace"), FREE]
    assert answers.ordered(drafts, Money.usd("1.28"), purses, 4) == (
        "4 drafts of 4 s at 480p: $1.28 held. Finals will be 10 s at 720p, $1.50 each.\n"
        "#launch has $36.40 of $50.00 left until 1 Dec."
    )
    assert answers.ordered(drafts, EACH, [FREE], 1) == (
        "1 draft of 4 s at 480p: $0.32 held. The final will be 10 s at 720p, $1.50.\nmina has no cap."
    )
    assert answers.ordered(final, Money.usd("1.50"), [TEAM, LAUNCH], 1) == (
        "1 final of 10 s at 720p: $1.50 held.\nThe workspace has $0.00 of $100.00 left until 1 Dec."
    )


@pytest.mark.parametrize(
    ("purse", "said"),
    [
        (LAUNCH, "#launch has $37.68 of $50.00 left until 1 Dec."),
        (MINA, "mina has $0.10 of $10.00 left."),
        (FREE, "mina has no cap."),
        (make_purse("10", "13"), "#launch has $0.00 of $10.00 left until 1 Dec; $3.00 over it is used."),
    ],
)
def test_how_a_budget_stands(purse: Purse, said: str) -> None:
    """What is left of what until when; a cap below what is used shows zero and the excess."""
    assert answers.standing((purse, purse.left or ZERO)) == said


@pytest.mark.parametrize(
    ("purse", "said"),
    [
        (SHORT, "cap $50.00: $47.60 spent, $1.50 held"),
        (LAUNCH, "cap $50.00: $12.32 spent"),
        (make_purse("10", "13", "1"), "cap $10.00: $12.00 spent, $1.00 held, $3.00 over it"),
        (
            make_purse("50", "30", envelope="15", used_finals=Money.usd(5)),
            "cap $50.00: $30.00 spent, $10.00 kept for finals",
        ),
    ],
)
def test_what_is_used_of_a_cap(purse: Purse, said: str) -> None:
    """Spent and held apart; beyond the cap and kept for finals where there is such."""
    assert answers.used(purse) == said
    assert answers.until(purse) == " until 1 Dec"


@pytest.mark.parametrize(
    ("purse", "said"),
    [
        (SHORT, "$47.60 of $50.00 spent, $1.50 held."),
        (LAUNCH, "$12.32 of $50.00 spent."),
        (FREE, "$3.00 spent."),
    ],
)
def test_how_a_cap_is_used_when_an_owner_is_asked(purse: Purse, said: str) -> None:
    """Short, for the question; with its name where it is not the channel's."""
    assert answers.how_used(purse) == said
    assert answers.how_used(purse, named=True) == f"{purse.scope.name}: {said}"


def test_over_the_cap_every_figure_is_named_and_what_can_be_done() -> None:
    """The price, what is left, when it resets, how it was used; ask, or take as many as fit."""
    text, buttons = answers.over_cap("A7K", EACH * 4, [SHORT], EACH, 4, Stage.DRAFT)
    assert text == (
        "Not ordered: this needs $1.28, #launch has $0.90 left until 1 Dec (cap $50.00: $47.60 spent, $1.50 held)."
    )
    assert labels(buttons) == {"Ask for more": "ask:A7K", "2 drafts instead · $0.64": "fewer:A7K:2"}


def test_over_several_caps_each_is_named_and_the_tightest_decides_what_fits() -> None:
    """Every cap that is short stands in the answer; nothing is offered that would not fit in all."""
    text, buttons = answers.over_cap("A7K", EACH * 4, [SHORT, TEAM, MINA], EACH, 4, Stage.DRAFT)
    assert text == (
        "Not ordered: this needs $1.28, #launch has $0.90 left until 1 Dec (cap $50.00: $47.60 spent, $1.50 held); "
        "the workspace has $0.05 left until 1 Dec (cap $100.00: $99.95 spent); "
        "mina has $0.10 left (cap $10.00: $9.90 spent)."
    )
    assert labels(buttons) == {"Ask for more": "ask:A7K"}


def test_what_is_kept_for_finals_is_not_left_for_drafts() -> None:
    """A draft that the envelope leaves no room for is told so."""
    purse = make_purse("50", "29.70", envelope="20")
    text, _ = answers.over_cap("A7K", EACH, [purse], EACH, 1, Stage.DRAFT)
    assert text == (
        "Not ordered: this needs $0.32, #launch has $0.30 left for drafts until 1 Dec "
        "(cap $50.00: $29.70 spent, $20.00 kept for finals)."
    )


def test_a_final_over_the_cap_names_only_what_is_short() -> None:
    """The quorum is there, the money is not."""
    text, buttons = answers.final_over_cap(make_final(), [SHORT, LAUNCH])
    assert text.startswith("Not ordered: this needs $1.50, #launch has $0.90 left")
    assert labels(buttons) == {"Ask for more": "ask:A7K-2F"}


def test_an_order_in_the_look_match_says_what_its_finals_start_from(drafts: Planned, final: Planned) -> None:
    """Before anything is held for them."""
    drafts, final = replace(drafts, look="match"), replace(final, look="match")
    said = answers.ordered(drafts, Money.usd("1.28"), [FREE], 4)
    assert "Finals will be 10 s at 720p, $1.50 each, from its draft's frame." in said
    assert "$1.50, from the draft's frame." in answers.ordered(drafts, EACH, [FREE], 1)
    text, _ = answers.confirm_order("A7K-F2", Money.usd("1.50"), [FREE], 1, final)
    assert (
        text == "1 final of 10 s at 720p from the draft's frame: $1.50 held for 15 minutes. Order it?\nmina has no cap."
    )


@pytest.mark.parametrize(
    ("look", "given", "ordered", "said"),
    [
        ("match", 0, [], "Finals of A7K start from the draft's frame from now on."),
        (
            "match",
            1,
            ["A7K-2F"],
            (
                "Finals of A7K start from the draft's frame from now on. A7K-2F stays as ordered. "
                "The approval given already counts for that too."
            ),
        ),
        (
            "new",
            2,
            ["A7K-1F", "A7K-2F"],
            (
                "Finals of A7K are new rolls from now on. A7K-1F and A7K-2F stay as ordered. "
                "The 2 approvals given already count for that too."
            ),
        ),
    ],
)
def test_a_changed_look_says_what_it_means_for_what_was_said_before(
    look: str, given: int, ordered: list[str], said: str
) -> None:
    """What was ordered stays; votes that stand approve what the card says now."""
    assert answers.look_set("A7K", look, given=given, ordered=ordered) == said
    assert answers.look_already("A7K", look) == said.partition(" from now on.")[0] + " already."


def test_a_frame_that_is_not_there_says_what_to_do() -> None:
    """It may be drawn yet, or its clip is gone."""
    assert answers.no_frame("A7K-2", kept=True) == (
        "A7K-2 has no picture to start from yet; missing ones are drawn within the hour. Vote again then, or press "
        "A new roll on its card."
    )
    assert answers.no_frame("A7K-2", kept=False) == (
        "The clip of A7K-2 is no longer kept, so nothing can start from it: press A new roll on its card."
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (1, "1 final of 10 s at 720p: $1.50 held for 15 minutes. Order it?"),
        (4, "4 finals of 10 s at 720p: $1.50 held for 15 minutes. Order them?"),
    ],
)
def test_an_order_to_confirm_names_its_price(final: Planned, given: int, said: str) -> None:
    """What it costs, how long it waits, what is left then, and yes or no."""
    text, buttons = answers.confirm_order("A7K", Money.usd("1.50"), [FREE], given, final)
    assert text == f"{said}\nmina has no cap."
    assert labels(buttons) == {"Order · $1.50": "confirm:A7K", "Never mind": "dismiss:A7K"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (answers.confirmed("A7K", EACH), "A7K is ordered · $0.32 held."),
        (answers.count_out_of_range(12, 10), "count is 1 to 10; you asked for 12."),
        (answers.no_tip("A7K"), "A7K already says what it wants in positive words."),
        (
            answers.no_draft_to_match(),
            "A direct final has no draft to start from: order a draft with --look match, or leave the option out.",
        ),
        (
            answers.still_over([SHORT], EACH * 3),
            (
                "Not ordered: this still needs $0.96, #launch has $0.90 left until 1 Dec "
                "(cap $50.00: $47.60 spent, $1.50 held)."
            ),
        ),
        (
            answers.still_short([SHORT, TEAM], Money.usd("1.50")),
            (
                "That is not enough for $1.50: #launch has $0.90 left and the workspace has $0.05 left. "
                "Raise by more, or allow this one only."
            ),
        ),
        (answers.persons_cap(None), "Nobody has a cap of their own now."),
        (answers.persons_cap(Money.usd(10)), "Each person may spend $10.00 here."),
        (
            answers.envelope_too_large(Money.usd(60), Money.usd(50)),
            "The finals envelope of $60.00 is a part of the cap, which would be $50.00: set both, or a smaller one.",
        ),
        (
            answers.envelope_too_large(Money.usd(60), None),
            "The finals envelope of $60.00 is a part of a cap, and there is none.",
        ),
        (answers.raised_to(SHORT), "#launch was raised to $50.00"),
        (answers.raised_to(MINA), "the cap of mina was raised to $10.00"),
        (
            answers.from_next_reset("week", "Europe/Berlin", LAUNCH),
            "Its period is a week in Europe/Berlin from 1 Dec on.",
        ),
        (answers.from_next_reset("none", "UTC", LAUNCH), "It is one budget without reset from 1 Dec on."),
        (answers.from_next_reset("day", "UTC", MINA), "Its period is a day in UTC from now on."),
    ],
)
def test_short_answers_about_money(said: str, expected: str) -> None:
    """Each says what happened and its numbers."""
    assert said == expected


@pytest.mark.parametrize("name", ["<!channel>", "@everyone", "a\nb"])
def test_names_in_answers_are_harmless(name: str) -> None:
    """What people are called mentions nobody."""
    facts: dict[str, Any] = {"scope": "person:T1/U1", "name": name}
    assert answers.standing((make_purse(None, **facts), ZERO)) in (
        "\u2039!channel\u203a has no cap.",
        "@\u200beveryone has no cap.",
        "a b has no cap.",
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (OwnerRule(above=Money.usd(5)), "orders above $5.00 in #launch need an owner's yes"),
        (
            OwnerRule(purse=LAUNCH, step=95),
            "95 % of the cap of #launch is used, and from there each order needs an owner's yes",
        ),
        (
            OwnerRule(purse=TEAM, step=80, finals_only=True),
            "80 % of the cap of the workspace is used, and from there finals need an owner's yes and drafts go on",
        ),
    ],
)
def test_why_an_owner_is_asked(rule: OwnerRule, said: str) -> None:
    """The rule, and whose cap it is."""
    assert answers.why_owner(rule, "launch") == said


def test_what_waits_for_an_owner() -> None:
    """What, why, how much is held, until when, and who was asked."""
    said = "A7K waits for an owner: orders are dear. $0.32 is held until 28 Nov."
    assert answers.waits_for_owner("A7K", EACH, "orders are dear", "dana", "28 Nov") == f"{said} dana has been asked."
    nobody = answers.waits_for_owner("A7K", EACH, "orders are dear", "", "28 Nov")
    assert nobody == f"{said} Nobody looks after the budget yet, so the question stands in the channel."
    assert answers.rose_above("A7K", EACH, [MINA]) == (
        "A7K costs $0.32 by now, and mina has $0.10 left besides what it holds. Nothing is ordered yet."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (answers.cap_raised(LAUNCH, 0, this_period=False), "#launch was raised to $50.00."),
        (
            answers.cap_raised(MINA, 1, this_period=True),
            (
                "The cap of mina was raised to $10.00 for this period only. Still waiting for an owner's yes of their "
                "own: 1 take."
            ),
        ),
        (
            answers.raised_already(LAUNCH),
            "#launch has a cap of $50.00 by now: that question was answered already, and nothing more was raised.",
        ),
        (
            answers.raised_already(FREE),
            "mina has no cap by now: that question was answered already, and nothing more was raised.",
        ),
        (
            answers.raised_too_far(LAUNCH, EACH),
            "A cap is at most $10,000,000; #launch has $50.00 and cannot be raised by $0.32.",
        ),
        (answers.no_cap_to_raise(FREE), "mina has no cap, so there is nothing to raise."),
        (
            answers.not_our_budget(),
            "That budget is not one of this place. /dailies budget shows those that count here.",
        ),
        (answers.asked_for_more("launch", known=True), "Whoever looks after the budget of #launch has been asked."),
        (
            answers.asked_for_more("launch", known=False),
            "Nobody looks after the budget of #launch yet, so the question stands in the channel.",
        ),
        (
            answers.asked_for_more_already("launch"),
            "You have asked for more in #launch within this hour already; once is enough.",
        ),
        (answers.answered_already(make_final()), "That question was answered already; A7K-2F waits for a newer one."),
        (answers.owners_decide(), "Only an owner decides that."),
    ],
)
def test_what_is_said_of_a_raise(text: str, said: str) -> None:
    """How the cap stands, whoever raised it; and who may not."""
    assert text == said
