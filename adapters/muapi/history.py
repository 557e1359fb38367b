"""Reading the key's history. The shape of its rows is not documented, so every plausible one is understood.

An absence bills money twice when it is believed wrongly. So a reading is complete only when it proves that it
reached back far enough: an older row was seen in a list that is sorted newest first, or the list said that it
ended; and every row on the way could be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from adapters.muapi.answers import id_in, layers, parsed
from bot.core.ports.provider import HistoryRow

LIST_NAMES = ("items", "results", "history", "predictions", "data", "rows", "jobs")
#: An empty one of these says that the list ends; an empty ``cursor`` may only repeat what was asked.
NEXT_NAMES = ("next_cursor", "nextCursor", "next")
CURSOR_NAMES = (*NEXT_NAMES, "cursor")
ENDPOINT_NAMES = ("endpoint", "model", "model_name", "endpoint_name", "model_id")
PAYLOAD_NAMES = ("input", "payload", "params", "request", "body")
TIME_NAMES = ("created_at", "createdAt", "created", "submitted_at", "timestamp")
#: No time is larger, in whatever unit (it is the year 33658 in milliseconds).
LARGEST_TIME = 1_000_000_000_000_000
#: Above this a number of a time is milliseconds, below it seconds (it is the year 5138 in seconds).
FIRST_MILLISECONDS = 100_000_000_000
MS_PER_S = 1_000
#: A longer cursor, or one with letters that no address can carry, is not followed.
MOST_CURSOR_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the history."""

    rows: tuple[HistoryRow, ...]
    #: Rows that could not be read; any of them may be the job that is looked for.
    unreadable: int
    #: Where the next page begins; ``None`` when the page names none.
    cursor: str | None
    #: The page says that nothing follows it.
    ended: bool

    def reaches(self, since: int) -> bool:
        """Whether its last row is older than ``since``, in a page that is sorted newest first."""
        times = [row.created_at for row in self.rows]
        known = [time for time in times if time is not None]
        descending = known == sorted(known, reverse=True)
        return bool(times) and len(known) == len(times) and descending and known[-1] < since


def read_page(document: object) -> Page | None:
    """The page in an answer; ``None`` when there is no list in it."""
    items = _items(document)
    if items is None:
        return None
    rows = [row for item in items if (row := _row(item)) is not None]
    places = _places(document)
    cursor = _cursor(places)
    return Page(
        rows=tuple(rows),
        unreadable=len(items) - len(rows),
        cursor=cursor,
        ended=cursor is None and _ends(places, empty=not items),
    )


def _items(document: object) -> list[object] | None:
    if isinstance(document, list):
        return document
    found = (layer[name] for layer in layers(document) for name in LIST_NAMES if isinstance(layer.get(name), list))
    items = next(found, None)
    return items if isinstance(items, list) else None


def _places(document: object) -> list[Mapping[str, object]]:
    """Where a page may speak of the next one."""
    found = [place for layer in layers(document) for place in (layer, layer.get("pagination"), layer.get("meta"))]
    return [place for place in found if isinstance(place, dict)]


def _cursor(places: list[Mapping[str, object]]) -> str | None:
    values = (place.get(name) for place in places for name in CURSOR_NAMES)
    texts = (str(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool))
    return next((text for text in texts if 0 < len(text) <= MOST_CURSOR_CHARACTERS and text.isprintable()), None)


def _ends(places: list[Mapping[str, object]], *, empty: bool) -> bool:
    """Whether a page without a cursor says that it is the last."""
    more = [place.get("has_more") for place in places]
    if True in more:
        return False
    without_next = any(name in place and not place[name] for place in places for name in NEXT_NAMES)
    return empty or without_next or False in more


def _row(item: object) -> HistoryRow | None:
    if not isinstance(item, dict) or (job := id_in(item)) is None:
        return None
    return HistoryRow(job=job, endpoint=_endpoint(item), payload=_payload(item), created_at=_created_at(item))


def _endpoint(item: Mapping[str, object]) -> str | None:
    names = (item.get(name) for name in ENDPOINT_NAMES)
    found = next((name for name in names if isinstance(name, str) and name.strip("/ ")), None)
    return found.strip("/ ").rsplit("/", 1)[-1] if found else None


def _payload(item: Mapping[str, object]) -> Mapping[str, object] | None:
    for name in PAYLOAD_NAMES:
        value = item.get(name)
        if isinstance(value, str):
            value = parsed(value.encode("utf-8", "replace"))
        if isinstance(value, dict):
            # Back to JSON's own numbers: what is compared with an order has no decimals.
            return plain(value)
    return None


def plain(value: dict[str, object]) -> dict[str, object]:
    """The same object with floats for decimals, as the order's body had them."""
    result = json.loads(json.dumps(value, default=float))
    return result if isinstance(result, dict) else {}


def _created_at(item: Mapping[str, object]) -> int | None:
    return next((time for name in TIME_NAMES if (time := _milliseconds(item.get(name))) is not None), None)


def _milliseconds(value: object) -> int | None:
    """UTC milliseconds from ISO 8601 (UTC where it names no zone), or from seconds or milliseconds since 1970."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if not 0 < value < LARGEST_TIME:
            return None
        return int(value) if value >= FIRST_MILLISECONDS else int(value * MS_PER_S)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * MS_PER_S)
