from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refusal
from bot.core.money import Money
from bot.core.policy import ChannelPolicy
from bot.core.settings_options import NAMES, apply, describe, settings

FIRST = ChannelPolicy()


@pytest.mark.parametrize(
    ("name", "text", "changed"),
    [
        ("ratio", "9:16", {"ratio": "9:16"}),
        ("ar", "9x16", {"ratio": "9:16"}),
        ("seconds", "10", {"seconds": 10}),
        ("draft-seconds", "5s", {"draft_seconds": 5}),
        ("model", "mini", {"model": "mini"}),
        ("audio", "off", {"audio": False}),
        ("sound", "off", {"audio": False}),
        ("bitrate", "high", {"bitrate": "high"}),
        ("look", "match", {"look": "match"}),
        ("grace", "0", {"grace_s": 0}),
        ("grace", "120s", {"grace_s": 120}),
        ("quorum", "2", {"quorum": 2}),
        ("approvers", "@jo, @ravi and @lee", {"approvers": ("jo", "ravi", "lee")}),
        ("approvers", "<@U12|jo> <@!34> <@U12>", {"approvers": ("U12", "34")}),
        ("approvers", "<!subteam^S1|@designers> and <@U2|jo>", {"approvers": ("&S1|designers", "U2")}),
        (
            "approvers",
            "<!subteam^S1> &S1|designers <!subteam^S2|@a&amp;>",
            {"approvers": ("&S1|designers", "&S2|aamp;")},
        ),
        (
            "approvers",
            "<@&77> &amp;S1 S0614TZR7 SAOIRSE S1",
            {"approvers": ("&77", "&S1", "&S0614TZR7", "SAOIRSE", "S1")},
        ),
        ("makers", "&S1|lead-art", {"makers": ("&S1|lead-art",)}),
        ("approvers", "everyone", {"approvers": ()}),
        ("approvers", "@everyone, @jo", {"approvers": ()}),
        ("approvers", "None", {"approvers": ("owners",)}),
        ("makers", "owners", {"makers": ("owners",)}),
        ("confirm-above", "$10", {"confirm_above": Money.usd(10)}),
        ("hour", "5pm", {"hour_min": 17 * 60}),
        ("dailies-hour", "off", {"hour_min": None}),
    ],
)
def test_apply(name: str, text: str, changed: dict[str, Any]) -> None:
    """Each setting changes its own field and nothing else."""
    assert apply(FIRST, [(name, text)]) == replace(FIRST, **changed)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("ratio", "2:1", "ratio is 16:9, 9:16, 1:1, 3:4, 4:3 or 21:9; you asked for 2:1."),
        ("seconds", "3", "seconds is 4 to 15; you asked for 3."),
        ("quorum", "0", "quorum is 1 to 20; you asked for 0."),
        ("grace", "121", "grace is 0 to 120; you asked for 121."),
        ("model", "wan", "model is mini; you asked for wan."),
        (
            "approvers",
            "",
            "approvers is everyone, owners, or up to 50 people and groups like @jo @designers; you gave no value.",
        ),
        (
            "approvers",
            "<!here>",
            "approvers is everyone, owners, or up to 50 people and groups like @jo @designers; you asked for <!here>.",
        ),
        ("confirm-above", "-1", "An amount cannot be negative; write 50; you asked for -1."),
    ],
)
def test_refused(name: str, text: str, sentence: str) -> None:
    """A value that is not allowed is refused with the setting and what is allowed."""
    with pytest.raises(Refusal) as refused:
        apply(FIRST, [(name, text)])
    assert refused.value.sentence == sentence


def test_unknown_setting() -> None:
    """An unknown setting is refused with the names of those that there are."""
    with pytest.raises(Refusal, match="colour is not a setting; there are ratio, seconds") as refused:
        apply(FIRST, [("colour", "red")])
    assert "quorum" in refused.value.allowed


@pytest.mark.parametrize(
    ("approvers", "sentence"),
    [
        ("@jo @ravi", "quorum 3 cannot be reached: there are 2 approvers (jo, ravi)."),
        ("@jo", "quorum 3 cannot be reached: there is 1 approver (jo)."),
    ],
)
def test_quorum_out_of_reach(approvers: str, sentence: str) -> None:
    """A quorum above the number of named approvers is refused, whichever of the two was changed."""
    with pytest.raises(Refusal) as refused:
        apply(replace(FIRST, quorum=3), [("approvers", approvers)])
    assert refused.value.sentence == sentence


def test_all_or_none() -> None:
    """Several changes are one; a later one may make an earlier one possible."""
    changed = apply(replace(FIRST, quorum=3), [("approvers", "@jo @ravi"), ("quorum", "2")])
    assert (changed.quorum, changed.approvers) == (2, ("jo", "ravi"))
    assert apply(replace(FIRST, quorum=3), [("approvers", "owners")]).quorum == 3


def test_a_group_is_not_one_person() -> None:
    """How many are in a group is not known, so that no quorum is out of its reach; it is shown without a mention."""
    changed = apply(replace(FIRST, quorum=3), [("approvers", "<!subteam^S1|@designers> <@&77> @jo")])
    assert "approvers: @designers (&S1), &77, jo (" in "\n".join(describe(changed))
    with pytest.raises(Refusal, match="there is 1 approver"):
        apply(changed, [("approvers", "@jo")])


def test_default_goes_back() -> None:
    """``default`` is what a new channel of this installation begins with."""
    changed = replace(FIRST, quorum=3, ratio="1:1")
    assert apply(changed, [("quorum", "default"), ("ratio", "Default")], first=replace(FIRST, ratio="9:16")) == replace(
        FIRST, ratio="9:16"
    )
    assert apply(changed, [("ratio", "default")]).ratio == "16:9"


def test_models_that_are_on() -> None:
    """The models that may be set are those of the catalogue that are on."""
    assert apply(FIRST, [("model", "Fast")], models=("mini", "fast")).model == "fast"


def test_describe() -> None:
    """Every setting is shown with its value and what it may be."""
    lines = describe(replace(FIRST, approvers=("jo", "ravi")))
    assert [line.partition(":")[0] for line in lines] == [setting.name for setting in settings()]
    assert lines[0] == "ratio: 16:9 (16:9, 9:16, 1:1, 3:4, 4:3 or 21:9)"
    assert "grace: 15 s (0 to 120)" in lines
    assert "audio: on (on or off)" in lines
    assert "approvers: jo, ravi (everyone, owners, or up to 50 people and groups like @jo @designers)" in lines
    assert (
        "makers: every member who is no guest (everyone, owners, or up to 50 people and groups like @jo @designers)"
        in lines
    )
    assert "confirm-above: $5.00 (an amount in dollars, like 50 or $50.00)" in lines


def test_too_many_people() -> None:
    """At most fifty people are named."""
    with pytest.raises(Refusal, match="up to 50 people and groups"):
        apply(FIRST, [("makers", " ".join(f"@p{number}" for number in range(51)))])


@given(st.sampled_from(sorted(NAMES)), st.text(max_size=40))
def test_only_refusals(name: str, text: str) -> None:
    """Whatever is typed for a setting is applied or refused."""
    with suppress(Refusal):
        assert apply(FIRST, [(name, text)]).cap == FIRST.cap
