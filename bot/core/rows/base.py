"""What the row classes say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique index: no two rows in which every ``when`` condition holds agree in all ``columns``.

    NULL agrees with nothing, itself included. ``when`` takes a plain value for equality, a tuple for
    membership, and ``Not`` for "none of these".
    """

    name: str
    columns: tuple[str, ...]
    when: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Not:
    """None of these values."""

    values: frozenset[object]
