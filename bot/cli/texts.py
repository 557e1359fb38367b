"""Times and tables as the operator reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def moment(at: int, zone: str = "UTC") -> str:
    """``2026-11-25 17:57:41``."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def day(at: int, zone: str = "UTC") -> str:
    """``2026-11-25``."""
    return moment(at, zone)[:10]


def counted(number: int, noun: str) -> str:
    """``1 take is``, ``2 takes are``."""
    return f"{number} {noun} is" if number == 1 else f"{number} {noun}s are"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns below each other, each line ended; nothing for no rows."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)
