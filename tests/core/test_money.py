"""Amounts of money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.money import MICROS_PER_DOLLAR, ZERO, Money, total

AMOUNTS = st.integers(-(10**13), 10**13).map(Money)


@pytest.mark.parametrize(
    ("amount", "micros"),
    [
        ("0.32", 320_000),
        ("1.5", 1_500_000),
        (50, 50_000_000),
        (Decimal("0.0825"), 82_500),
        ("-0.32", -320_000),
        ("1E+7", 10_000_000_000_000),
        ("0.0000001", 1),
        ("1.0000001", 1_000_001),
        ("-0.0000009", 0),
        ("0.0000010000000000000000000000000000001", 2),
        ("1e-999999999", 1),
        ("0", 0),
    ],
)
def test_dollars_are_read_exactly_and_what_is_finer_is_rounded_up(amount: str | int | Decimal, micros: int) -> None:
    """A hold is never smaller than its bill: whatever is finer than a micro-dollar is rounded up."""
    assert Money.usd(amount).micros == micros


@pytest.mark.parametrize("amount", ["", "five", "$5", "nan", "sNaN", "inf", "-inf", "10000000.000001", "1e999999999"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    """What is no finite number of at most ten million dollars is a ValueError that names it."""
    with pytest.raises(ValueError, match="is not an amount"):
        Money.usd(amount)


@pytest.mark.parametrize("amount", [0.1, True])
def test_a_float_is_never_money(amount: float) -> None:
    """A float no longer says what was meant, and a truth value never did."""
    with pytest.raises(TypeError, match=f"not {type(amount).__name__}"):
        Money.usd(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("micros", "shown"),
    [
        (0, "$0.00"),
        (320_000, "$0.32"),
        (1_500_000, "$1.50"),
        (82_500, "$0.0825"),
        (1, "$0.000001"),
        (1_234_567_890_000, "$1,234,567.89"),
        (-500_000, "-$0.50"),
        (-1_000_000, "-$1.00"),
    ],
)
def test_amounts_are_shown_with_two_decimals_or_as_many_as_they_have(micros: int, shown: str) -> None:
    """Two decimals always, more only where the amount is finer than a cent."""
    assert str(Money(micros)) == shown


@given(AMOUNTS)
def test_what_is_shown_is_exactly_the_amount(amount: Money) -> None:
    """An amount that is read again from how it is shown is the same amount."""
    assert Money.usd(str(amount).replace("$", "").replace(",", "")) == amount
    assert amount.decimal * MICROS_PER_DOLLAR == amount.micros


@given(AMOUNTS, AMOUNTS, st.integers(-15, 15))
def test_amounts_add_up_like_whole_numbers(one: Money, other: Money, times: int) -> None:
    """Sums, differences, multiples, signs and comparisons are those of the micro-dollars."""
    assert (one + other).micros == one.micros + other.micros
    assert one - other == one + -other
    assert one * times == total([one] * times if times >= 0 else [-one] * -times)
    assert (one < other, one <= other, one > other) == (
        one.micros < other.micros,
        one.micros <= other.micros,
        one.micros > other.micros,
    )


def test_nothing_sums_to_zero_and_zero_is_no_money() -> None:
    """The sum of nothing is zero, and only zero is false."""
    assert total([]) == ZERO
    assert not ZERO
    assert Money(-1)
