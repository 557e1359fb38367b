"""The ports without a network, a disk or a real clock; they pass the contract suites of the real ones."""

from bot.core.fakes.clock import FakeClock, FakeIds
from bot.core.fakes.store import MemoryStore

__all__ = ["FakeClock", "FakeIds", "MemoryStore"]
