"""The key's prepaid money."""

from __future__ import annotations

from bot.core.money import ZERO, Money


class Wallet:
    """Never below zero, except when an owner of the simulator sets it so."""

    def __init__(self, balance: Money) -> None:
        """Begin with this much."""
        self.balance = balance
        #: Everything that was ever debited, and given back.
        self.debited = ZERO
        self.refunded = ZERO

    def debit(self, amount: Money) -> bool:
        """Take the amount; ``False`` and nothing taken where the balance is short."""
        if self.balance < amount:
            return False
        self.balance -= amount
        self.debited += amount
        return True

    def refund(self, amount: Money) -> None:
        """Give the amount back."""
        self.balance += amount
        self.refunded += amount
