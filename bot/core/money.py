"""Amounts of money, exact to the millionth of a dollar.

No float ever touches an amount: rates and provider answers are parsed as decimals, and what
cannot be represented exactly is rounded up, so that a hold is never smaller than its bill.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from functools import total_ordering
from typing import Self

MICROS_PER_DOLLAR = 1_000_000
MICROS_PER_CENT = 10_000
#: The exponent of a micro-dollar, for exact rounding whatever the context's precision.
MICRO_DOLLAR = Decimal("0.000001")
#: More than any cap or price can be; a larger figure is a typing slip or a hostile answer.
LARGEST_DOLLARS = 10_000_000


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """A whole number of micro-dollars (USD); may be negative, as a ledger line may be."""

    micros: int

    @classmethod
    def usd(cls, amount: str | int | Decimal) -> Self:
        """Read dollars exactly; what is finer than a micro-dollar is rounded up.

        Raises:
            TypeError: a float, which no longer says what was meant.
            ValueError: not a finite decimal number, or beyond ±10 million dollars.
        """
        if isinstance(amount, bool | float):
            msg = f"an amount is text, a whole number or a Decimal, not {type(amount).__name__}"
            raise TypeError(msg)
        try:
            dollars = Decimal(amount)
        except InvalidOperation as error:
            msg = f"{amount!r} is not an amount in dollars"
            raise ValueError(msg) from error
        if not dollars.is_finite() or dollars.copy_abs() > LARGEST_DOLLARS:
            msg = f"{amount!r} is not an amount between -10 and +10 million dollars"
            raise ValueError(msg)
        # Quantised first: a product of many digits would be rounded to the context's 28, and perhaps down.
        return cls(int(dollars.quantize(MICRO_DOLLAR, ROUND_CEILING) * MICROS_PER_DOLLAR))

    @property
    def decimal(self) -> Decimal:
        """The amount in dollars, exact."""
        return Decimal(self.micros) / MICROS_PER_DOLLAR

    def __add__(self, other: Money) -> Money:
        """The sum."""
        return Money(self.micros + other.micros)

    def __sub__(self, other: Money) -> Money:
        """The difference."""
        return Money(self.micros - other.micros)

    def __mul__(self, times: int) -> Money:
        """The amount, a whole number of times."""
        return Money(self.micros * times)

    def __neg__(self) -> Money:
        """The amount with its sign turned."""
        return Money(-self.micros)

    def __lt__(self, other: Money) -> bool:
        """Whether this is the smaller amount."""
        return self.micros < other.micros

    def __bool__(self) -> bool:
        """Whether it is any money at all."""
        return self.micros != 0

    def __str__(self) -> str:
        """Dollars with two decimals, more only where the amount has a finer part: ``$1.50``, ``$0.0825``."""
        sign = "-" if self.micros < 0 else ""
        whole, rest = divmod(abs(self.micros), MICROS_PER_DOLLAR)
        decimals = f"{rest:06d}"
        return f"{sign}${whole:,}.{decimals[:2]}{decimals[2:].rstrip('0')}"


ZERO = Money(0)


def total(amounts: Iterable[Money]) -> Money:
    """The sum of an iterable of amounts; nothing sums to zero."""
    return Money(sum(amount.micros for amount in amounts))
