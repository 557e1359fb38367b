"""When an order needs an owner's yes although every cap has room for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.owner_rules import OwnerRule, owner_rule
from bot.core.policy import ChannelPolicy, Ladder
from tests.core.builders import make_purse

PRICE = Money.usd("1.50")


def stepped(used: str, cap: str | None = "100", **steps: Any) -> Purse:
    """A purse with so much of 100 used, under a ladder."""
    purse = make_purse(cap, used)
    return replace(purse, scope=replace(purse.scope, policy=replace(purse.scope.policy, ladder=Ladder(**steps))))


@pytest.mark.parametrize(("above", "asks"), [(None, False), ("1.50", False), ("1.49", True), ("0", True)])
def test_an_order_above_a_price(above: str | None, asks: bool) -> None:  # noqa: FBT001
    """Only what costs more than the channel's limit; unless it is set, none does."""
    policy = ChannelPolicy(owner_above=None if above is None else Money.usd(above))
    rule = owner_rule(policy, [make_purse()], PRICE, Stage.DRAFT)
    assert rule == (OwnerRule(above=Money.usd(above or "0")) if asks else None)


@pytest.mark.parametrize(
    ("purse", "draft", "final"),
    [
        (stepped("94.99"), None, None),
        (stepped("95"), 95, 95),
        (stepped("99", approve=None), None, None),
        (stepped("99", cap=None), None, None),
        (stepped("79.99", drafts_only=True), None, None),
        (stepped("80", drafts_only=True), None, 80),
        (stepped("80", drafts_only=True, warn=None), None, None),
        (stepped("95", drafts_only=True), 95, 95),
        (stepped("50", approve=50, warn=60, drafts_only=True), 50, 50),
    ],
)
def test_a_step_of_a_cap(purse: Purse, draft: int | None, final: int | None) -> None:
    """From the step on, exactly; drafts-only asks for finals alone; without a cap or a step nothing is asked."""
    for stage, step in ((Stage.DRAFT, draft), (Stage.FINAL, final)):
        rule = owner_rule(ChannelPolicy(), [purse], PRICE, stage)
        assert (None if rule is None else rule.step) == step
        assert rule is None or rule.finals_only == (draft is None)


def test_the_narrowest_cap_is_named() -> None:
    """Of several rules the price comes first, then the first cap that is reached."""
    purses = [stepped("10"), stepped("97"), stepped("99")]
    rule = owner_rule(ChannelPolicy(), purses, PRICE, Stage.DRAFT)
    assert rule is not None
    assert rule.purse is purses[1]
    priced = owner_rule(ChannelPolicy(owner_above=Money.usd(1)), purses, PRICE, Stage.DRAFT)
    assert priced == OwnerRule(above=Money.usd(1))
