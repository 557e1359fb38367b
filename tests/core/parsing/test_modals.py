"""Windows that came back: the same commands as typed text, and every error at its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.core.commands import (
    AnswerAsk,
    AskMore,
    BatchLine,
    BudgetSet,
    BudgetShow,
    Command,
    Draft,
    OrderBatch,
    OrderOptions,
    Remix,
    Settings,
)
from bot.core.errors import Refusal
from bot.core.modals import ModalRefused
from bot.core.money import Money
from bot.core.parsing import parse_modal
from bot.core.parsing.batch import HOW
from bot.core.policy import Period
from tests.core.parsing.conftest import NOW, ORIGIN

Make = Callable[..., Command]
PNG = "https://x.com/a.png"
#: What a cap's window has in the first minute.
CAP = {
    "amount": "$50.00",
    "period": "month",
    "zone": "UTC",
    "envelope": "none",
    "tell": "50 %",
    "warn": "80 %",
    "approve": "95 %",
    "drafts-only": "off",
}
#: The same of settings, as far as people are concerned.
PEOPLE = {"quorum": "1", "approvers": "everyone", "approvers-named": "", "makers": "named", "makers-named": "U1 U2"}


def submits(action: str, values: Mapping[str, str], pictures: tuple[str, ...] = (), **more: Any) -> Command:
    """Submit a window."""
    return parse_modal(action, values, pictures, **ORIGIN, event="e1", now=NOW, **more)


def errors(action: str, values: Mapping[str, str], **more: Any) -> dict[str, str]:
    """What stands below which fields."""
    with pytest.raises(ModalRefused) as caught:
        submits(action, values, **more)
    return caught.value.errors


@pytest.mark.parametrize(
    ("action", "values", "pictures", "kind", "facts"),
    [
        (
            "build",
            {"subject": "a mug", "action": "steams", "camera": "slow push-in", "ratio": "9:16", "audio": "off"},
            (),
            Draft,
            {"prompt": "a mug steams, slow push-in", "options": OrderOptions(ratio="9:16", audio=False)},
        ),
        ("build", {"subject": "a mug"}, (PNG,), Draft, {"prompt": "a mug", "options": OrderOptions(image=PNG)}),
        (
            "image",
            {"prompt": " a fox --count 3 ", "count": "2", "seconds": "9"},
            ("file:a.png",),
            Draft,
            {
                "prompt": "a fox --count 3",
                "mode": "image",
                "options": OrderOptions(count=2, seconds=9, image="file:a.png"),
            },
        ),
        (
            "image",
            {"prompt": "a fox", "addresses": "x.com/a.png"},
            (),
            Draft,
            {"prompt": "a fox", "mode": "image", "options": OrderOptions(image=PNG)},
        ),
        (
            "ref",
            {"prompt": "a fox", "addresses": f"{PNG}\nhttps://x.com/b.png"},
            ("file:c.png",),
            Draft,
            {
                "prompt": "a fox",
                "mode": "omni",
                "options": OrderOptions(refs=("file:c.png", PNG, "https://x.com/b.png")),
            },
        ),
        (
            "edit:A7K-2",
            {"prompt": "a fox", "draft-seconds": "5", "look": "match", "model": "mini", "bitrate": "high"},
            (),
            Remix,
            {
                "subject": "A7K-2",
                "prompt": "a fox",
                "options": OrderOptions(draft_seconds=5, look="match", model="mini", bitrate="high"),
            },
        ),
        (
            "edit:A7K",
            {"prompt": "a {red|blue} fox"},
            ("file:a.png",),
            Remix,
            {"subject": "A7K", "prompt": "a {red|blue} fox", "options": OrderOptions(image="file:a.png")},
        ),
        (
            "batch",
            {"list": "hero | a fox"},
            (),
            OrderBatch,
            {"lines": (BatchLine(number=1, label="hero", prompt="a fox"),)},
        ),
        (
            "batch",
            {"list": " ", "file": "label,prompt\nhero,a fox"},
            (),
            OrderBatch,
            {"lines": (BatchLine(number=2, label="hero", prompt="a fox"),)},
        ),
        (
            "ask-more",
            {"amount": "20", "why": "for the film"},
            (),
            AskMore,
            {"amount": Money.usd(20), "why": "for the film"},
        ),
        ("ask-more", {}, (), AskMore, {}),
        (
            "decline:A7K:17",
            {"why": "too\nlong"},
            (),
            AnswerAsk,
            {"subject": "A7K", "yes": False, "asked_at": 17, "why": "too long"},
        ),
    ],
)
def test_what_was_filled_in(
    make: Make,
    action: str,
    values: dict[str, str],
    pictures: tuple[str, ...],
    kind: type[Command],
    facts: dict[str, Any],
) -> None:
    """Is the command of the same words, typed; a field that did not come back is as it was."""
    assert submits(action, values, pictures) == make(kind, **facts)


@pytest.mark.parametrize(
    ("action", "values", "found"),
    [
        (
            "build",
            {"action": "runs", "seconds": "3", "ratio": "2:1"},
            {
                "subject": "Say who or what the clip shows, as in: a fox.",
                "seconds": "seconds is 4 to 15; you asked for 3.",
                "ratio": "ratio is 16:9, 9:16, 1:1, 3:4, 4:3 or 21:9; you asked for 2:1.",
            },
        ),
        (
            "image",
            {"prompt": " "},
            {
                "prompt": "The prompt is empty; write what the clip shows, as in: a fox in snow.",
                "pictures": "Add a picture here, or write the address below.",
            },
        ),
        (
            "ref",
            {"prompt": "x" * 20_001, "addresses": "a picture"},
            {
                "prompt": "The prompt has 20,001 characters; at most 20,000 fit.",
                "addresses": "A picture is an address that begins with https://, or an attached picture; "
                "you asked for a.",
            },
        ),
        ("ref", {"prompt": "a fox"}, {"pictures": "Add 1 to 9 pictures here, or write the address below."}),
        (
            "image",
            {"prompt": "a fox", "addresses": f"{PNG} {PNG}"},
            {"pictures": "image starts from one picture; you gave 2. ref takes up to 9."},
        ),
        (
            "edit:A7K",
            {"prompt": "a {red|} fox", "count": "4", "addresses": " ".join([PNG] * 10)},
            {
                "prompt": "{red|} has an empty variant; write something on each side of every bar.",
                "pictures": "ref takes 1 to 9 pictures; you gave 10.",
            },
        ),
        (
            "edit:A7K",
            {"prompt": "a {red|blue} fox", "count": "6"},
            {
                "count": "That makes 12 takes; at most 10 are ordered at once: use fewer variants or a smaller count.",
            },
        ),
        ("batch", {}, {"list": HOW}),
        (
            "batch",
            {"list": "a fox", "file": "a dog"},
            {"list": "There is a list here and another one in the file; give one of them."},
        ),
        (
            "batch",
            {"file": "label,wish\na,b"},
            {
                "file": "The column “wish” is not known. Columns are label, prompt, "
                "image, ref1 to ref9 and the options, as seconds or ratio."
            },
        ),
        (
            "ask-more",
            {"amount": "0", "why": "x" * 201},
            {
                "amount": "What you ask for is more than $0.00, in whole cents, like 10 or $10.50.",
                "why": "budget ask takes a reason of at most 200 characters; yours has 201.",
            },
        ),
        (
            "decline:A7K:17",
            {"why": "x" * 201},
            {"why": "a decline takes a reason of at most 200 characters; yours has 201."},
        ),
        (
            "change-settings",
            {"grace": "500", "hour": "25:00", "quorum": "2"},
            {
                "grace": "grace is 0 to 120; you asked for 500.",
                "hour": "hour is a time of day, like 17:00 or 5pm, or off; you asked for 25:00.",
            },
        ),
        (
            "change-budget:channel",
            {"amount": "-5", "period": "year", "zone": "Mars", "tell": "150", "envelope": "x"},
            {
                "amount": "An amount cannot be negative; write 50; you asked for -5.",
                "period": "period is day, week, month or none; you asked for year.",
                "zone": "zone is the IANA name of a zone, like Europe/Berlin; you asked for Mars.",
                "tell": "tell is a whole percentage from 1 to 99, like 80, or off; you asked for 150.",
                "envelope": "envelope is an amount in dollars, like 50 or $50.00; you asked for x.",
            },
        ),
    ],
)
def test_every_error_stands_at_its_field(action: str, values: dict[str, str], found: dict[str, str]) -> None:
    """All of them at once, each with what is allowed."""
    assert errors(action, values) == found


@pytest.mark.parametrize(
    ("changed", "facts"),
    [
        ({"amount": "75"}, {"amount": Money.usd(75)}),
        ({"amount": "none"}, {"uncapped": True}),
        ({"period": "week", "zone": "Europe/Berlin"}, {"period": Period.WEEK, "zone": "Europe/Berlin"}),
        ({"envelope": "20"}, {"envelope": Money.usd(20)}),
        ({"tell": "off", "drafts-only": "on"}, {"tell": 0, "drafts_only": True}),
        ({"approve": "90"}, {"approve": 90}),
    ],
)
def test_only_what_was_changed_of_a_cap_is_set(make: Make, changed: dict[str, str], facts: dict[str, Any]) -> None:
    """So that nobody undoes what another owner has set while the window was open."""
    command = submits("change-budget:workspace", CAP | changed, before=CAP)
    assert command == make(BudgetSet, scope="workspace", **facts)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"amount": ""}, {"amount": "A cap is an amount in dollars, like 50 or $50.00; write none for no cap."}),
        ({"envelope": "60"}, {"envelope": "The envelope is at most the cap of $50.00; you asked for $60.00."}),
        (
            {"amount": "none", "envelope": "5"},
            {"envelope": "The envelope is a part of a cap; without a cap there is none."},
        ),
        (
            {"warn": "40"},
            {"warn": "--warn has to be above --tell: they would be 40 % and 50 %. Set both, or one off."},
        ),
        (
            {"warn": "off", "drafts-only": "on"},
            {
                "drafts-only": "--drafts-only begins at --warn, which is off: set --warn too, as in --warn 80 "
                "--drafts-only on."
            },
        ),
    ],
)
def test_a_cap_that_cannot_be(changed: dict[str, str], found: dict[str, str]) -> None:
    """What is changed is looked at beside what stays."""
    assert errors("change-budget:channel", CAP | changed, before=CAP) == found


def test_a_cap_that_is_as_it_was_is_shown(make: Make) -> None:
    """Nothing is set then."""
    assert submits("change-budget:channel", CAP, before=CAP) == make(BudgetShow)


def test_a_part_of_the_ladder_is_looked_at_by_the_manager(make: Make) -> None:
    """Where not all of its steps came back."""
    assert submits("change-budget:channel", {"tell": "85"}) == make(BudgetSet, tell=85)


@pytest.mark.parametrize(
    ("changed", "changes"),
    [
        ({}, ()),
        ({"quorum": "2"}, (("quorum", "2"),)),
        ({"approvers": "owners"}, (("approvers", "owners"),)),
        ({"approvers-named": "U3"}, (("approvers", "U3"),)),
        ({"approvers": "named", "approvers-named": "U3 U4"}, (("approvers", "U3 U4"),)),
        ({"makers-named": "U1"}, (("makers", "U1"),)),
        ({"makers": "everyone"}, (("makers", "everyone"),)),
        ({"makers": "everyone", "makers-named": ""}, (("makers", "everyone"),)),
    ],
)
def test_only_what_was_changed_of_the_settings_is_set(
    make: Make, changed: dict[str, str], changes: tuple[tuple[str, str], ...]
) -> None:
    """People are chosen in a field of their own; whoever is chosen anew is meant to count."""
    assert submits("change-settings", PEOPLE | changed, before=PEOPLE) == make(Settings, changes=changes)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"approvers": "named"}, {"approvers-named": "Choose the people here, or everyone or owners above."}),
        ({"makers-named": ""}, {"makers-named": "Choose the people here, or everyone or owners above."}),
        (
            {"quorum": "2", "approvers": "named", "approvers-named": "U3"},
            {"quorum": "quorum 2 cannot be reached: there is 1 approver (U3)."},
        ),
        ({"quorum": ""}, {"quorum": "quorum is 1 to 20; you gave no value."}),
    ],
)
def test_settings_that_cannot_be(changed: dict[str, str], found: dict[str, str]) -> None:
    """Nobody named, a quorum above the approvers, a setting without a value."""
    assert errors("change-settings", PEOPLE | changed, before=PEOPLE) == found


#: The same, with a group among the approvers.
GROUPED = PEOPLE | {"approvers": "named", "approvers-named": "U1", "approvers-groups": "&S1|designers"}


@pytest.mark.parametrize(
    ("changed", "changes"),
    [
        ({}, ()),
        ({"quorum": "5"}, (("quorum", "5"),)),
        ({"approvers-named": "U3"}, (("approvers", "U3 &S1|designers"),)),
        ({"approvers-named": ""}, (("approvers", "&S1|designers"),)),
        ({"approvers-groups": "&S2"}, (("approvers", "U1 &S2"),)),
        ({"approvers-groups": ""}, (("approvers", "U1"),)),
        ({"approvers": "owners"}, (("approvers", "owners"),)),
    ],
)
def test_groups_are_kept_unless_they_are_changed(
    make: Make, changed: dict[str, str], changes: tuple[tuple[str, str], ...]
) -> None:
    """They have a field of their own beside that of the people."""
    assert submits("change-settings", GROUPED | changed, before=GROUPED) == make(Settings, changes=changes)


def test_groups_are_kept_where_the_chat_did_not_ask_for_them(make: Make) -> None:
    """A chat with little room asks for the first fields alone."""
    asked = {"approvers": "named", "approvers-named": "U3"}
    changes = (("approvers", "U3 &S1|designers"),)
    assert submits("change-settings", asked, before=GROUPED) == make(Settings, changes=changes)


def test_neither_people_nor_groups() -> None:
    """Somebody has to be named."""
    emptied = {"approvers-named": "", "approvers-groups": ""}
    found = {"approvers-named": "Choose the people here, or everyone or owners above."}
    assert errors("change-settings", GROUPED | emptied, before=GROUPED) == found


@pytest.mark.parametrize("action", ["promote:A7K", "fly", "", "edit", "decline:A7K"])
def test_a_window_that_is_none_of_ours(action: str) -> None:
    """Is refused as a button is."""
    with pytest.raises(Refusal, match="not known any more"):
        submits(action, {})


def test_a_model_that_is_on_may_be_chosen(make: Make) -> None:
    """By the names that the catalogue has."""
    chosen = submits("image", {"prompt": "a fox", "model": "pro"}, (PNG,), known=("mini", "pro"))
    assert chosen == make(Draft, prompt="a fox", mode="image", options=OrderOptions(model="pro", image=PNG))
    assert errors("image", {"prompt": "a fox", "model": "pro"}, pictures=(PNG,)) == {
        "model": "model is mini; you asked for pro."
    }
