"""What a simulator is told before it starts; the same for the whole of its life."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypedDict

DEFAULT_KEY = "practice-key"
DEFAULT_BASE = "/api/v1"
#: The guide's 24 hours; other documents speak of 30 days, which a client must not count on.
DEFAULT_LIFETIME_S = 24 * 60 * 60
#: The guide's "5 to 10 jobs at once per key".
DEFAULT_CONCURRENCY = 10
LARGEST_CONCURRENCY = 100_000
SMALLEST_SCALE = 0.0001
LARGEST_SCALE = 100.0


class Shape(Enum):
    """Whose documents the answers follow; spec: "Where the guide and the service differ"."""

    #: ``{"id", "status"}``, ``output`` a string, ``error`` a text, 400 for a parameter, 422 for the content policy.
    GUIDE = "guide"
    #: ``{"request_id", "status", "cost"}``, ``outputs`` a list, ``detail`` lists, 422 for a field.
    VENDOR = "vendor"
    #: The vendor's words, every answer under ``data``.
    WRAPPED = "wrapped"


class Auth(Enum):
    """Which header may carry the key."""

    #: Either of them.
    BOTH = "both"
    #: ``Authorization: Bearer KEY`` only.
    BEARER = "bearer"
    #: ``x-api-key: KEY`` only.
    API_KEY = "x-api-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the simulated service behaves. Seconds called ``_s`` are provider seconds, multiplied by ``scale``.

    Raises:
        ValueError: a value out of its range, in one line.
    """

    key: str = DEFAULT_KEY
    #: Real seconds per provider second, 0.0001 to 100; at 0.01 a job of 48 s takes half a second.
    scale: float = 1.0
    #: Decides every latency; the same orders in the same sequence take equally long.
    seed: int = 0
    auth: Auth = Auth.BOTH
    shape: Shape = Shape.GUIDE
    #: The path before every endpoint.
    base: str = DEFAULT_BASE
    #: Whether a failed job gives its money back, unless a fault says otherwise.
    refunds: bool = True
    #: Jobs at once per key; one more is answered 429.
    concurrency: int = DEFAULT_CONCURRENCY
    #: How long a clip's URL works.
    lifetime_s: float = DEFAULT_LIFETIME_S
    #: How long the history takes to show a new job.
    history_lag_s: float = 0.0
    #: Whether answers carry the cost and balance headers.
    cost_headers: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        checks = {
            "the key is empty or has spaces": bool(self.key) and not any(mark.isspace() for mark in self.key),
            f"the scale is not between {SMALLEST_SCALE} and {LARGEST_SCALE:g}": (
                SMALLEST_SCALE <= self.scale <= LARGEST_SCALE
            ),
            "the base path does not begin with / or ends with one": (
                self.base.startswith("/") and not self.base.endswith("/") and "{" not in self.base
            ),
            f"the concurrency is not between 1 and {LARGEST_CONCURRENCY}": 1 <= self.concurrency <= LARGEST_CONCURRENCY,
            "the lifetime is negative": self.lifetime_s >= 0,
            "the history's lag is negative": self.history_lag_s >= 0,
        }
        for trouble, fine in checks.items():
            if not fine:
                raise ValueError(trouble)

    def real(self, provider_seconds: float) -> float:
        """Real seconds for so many provider seconds."""
        return provider_seconds * self.scale


class PlanOptions(TypedDict, total=False):
    """The fields of a ``Plan`` as keyword arguments."""

    key: str
    scale: float
    seed: int
    auth: Auth
    shape: Shape
    base: str
    refunds: bool
    concurrency: int
    lifetime_s: float
    history_lag_s: float
    cost_headers: bool
