"""Reading the history: every plausible shape, and never an absence that is not proven."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.muapi.client import MOST_HISTORY_PAGES, MuapiClient
from bot.core.errors import KeyRefused, Transient
from bot.core.ports import HistoryRow
from tests.adapters.muapi.client.wire import Provider

#: 2026-11-02 09:00:00 UTC.
NINE = 1_793_610_000_000
SINCE = NINE


def row(job: str, created_at: object = "2026-11-02T09:00:05Z") -> dict[str, object]:
    return {"id": job, "created_at": created_at}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            {"request_id": "j", "endpoint": "ep", "input": {"prompt": "x", "cfg": 0.5}, "created_at": NINE},
            HistoryRow(job="j", endpoint="ep", payload={"prompt": "x", "cfg": 0.5}, created_at=NINE),
        ),
        (
            {"id": "j", "model": "/api/v1/ep/", "payload": '{"prompt": "x"}', "createdAt": NINE // 1000},
            HistoryRow(job="j", endpoint="ep", payload={"prompt": "x"}, created_at=NINE),
        ),
        (
            {"id": 7, "model_name": "ep", "params": "no json", "created": "2026-11-02T09:00:00.250Z"},
            HistoryRow(job="7", endpoint="ep", payload=None, created_at=NINE + 250),
        ),
        (
            {"task_id": "j", "endpoint": "", "request": [], "timestamp": "2026-11-02 09:00:00"},
            HistoryRow(job="j", endpoint=None, payload=None, created_at=NINE),
        ),
        (
            {"id": "j", "created_at": "2026-11-02T11:00:00+02:00"},
            HistoryRow(job="j", endpoint=None, payload=None, created_at=NINE),
        ),
        (
            {"id": "j", "created_at": 1793610000.25},
            HistoryRow(job="j", endpoint=None, payload=None, created_at=NINE + 250),
        ),
        ({"id": "j", "created_at": "now"}, HistoryRow(job="j", endpoint=None, payload=None, created_at=None)),
        ({"id": "j", "created_at": 10**30}, HistoryRow(job="j", endpoint=None, payload=None, created_at=None)),
        ({"id": "j", "created_at": True}, HistoryRow(job="j", endpoint=None, payload=None, created_at=None)),
    ],
)
async def test_a_row_is_read_in_each_shape(
    client: MuapiClient, provider: Provider, item: dict[str, Any], expected: HistoryRow
) -> None:
    """Ids, endpoints, bodies and times are found under each plausible name, and times in each plausible unit."""
    provider.says({"items": [item], "next_cursor": None})

    history = await client.find_recent(SINCE)

    assert history.rows == (expected,)
    assert history.complete


OLDER = row("old", "2026-11-02T08:00:00Z")


@pytest.mark.parametrize(
    ("body", "complete"),
    [
        ([], True),
        ({"items": []}, True),
        ({"data": []}, True),
        ({"data": {"results": [row("a")], "next_cursor": ""}}, True),
        ({"history": [row("a")], "nextCursor": None}, True),
        ({"history": [row("a")], "cursor": None}, False),
        ({"history": [row("a")], "next": None, "has_more": True}, False),
        ({"items": [], "has_more": True}, False),
        ({"predictions": [row("a")], "pagination": {"next": None}}, True),
        ({"rows": [row("a")], "meta": {"has_more": False}}, True),
        ({"jobs": [row("a"), OLDER]}, True),
        ([row("a"), OLDER], True),
        ([row("a")], False),
        ({"items": [row("a")]}, False),
        ({"items": [row("a")], "has_more": True}, False),
        ([OLDER, row("a")], False),
        ([row("a"), row("b", None), OLDER], False),
        ([row("a"), row("b", None)], False),
        ({"items": [row("a"), {"prompt": "an id is missing"}], "next_cursor": None}, False),
        ({"items": [row("a"), "what", OLDER], "next_cursor": None}, False),
    ],
)
async def test_an_absence_needs_a_proof(
    client: MuapiClient, provider: Provider, body: object, *, complete: bool
) -> None:
    """Complete is a list whose every row was read, and that says its end, or is sorted and reaches an older row."""
    provider.says(body)

    assert (await client.find_recent(SINCE)).complete is complete


async def test_pages_are_read_until_an_older_row(client: MuapiClient, provider: Provider) -> None:
    """Each page's cursor leads to the next, and older rows are not given."""
    provider.says({"items": [row("a"), row("b")], "next_cursor": "c2"})
    provider.says({"items": [row("c"), OLDER], "next_cursor": 3})

    history = await client.find_recent(SINCE)

    assert [found.job for found in history.rows] == ["a", "b", "c"]
    assert history.complete
    assert [seen.query for seen in provider.seen] == [{"limit": "100"}, {"limit": "100", "cursor": "c2"}]


async def test_an_empty_page_with_a_cursor_is_not_the_end(client: MuapiClient, provider: Provider) -> None:
    """A page may be empty and still lead on."""
    provider.says({"items": [], "next_cursor": "c2"})
    provider.says({"items": [row("a")], "next_cursor": None})

    history = await client.find_recent(SINCE)

    assert ([found.job for found in history.rows], history.complete) == (["a"], True)


@pytest.mark.parametrize("cursor", ["\ud800", "a\nb", "c" * 2_001])
async def test_a_cursor_that_no_address_carries_is_not_followed(
    client: MuapiClient, provider: Provider, cursor: str
) -> None:
    """The rows before it are read, and prove no absence."""
    provider.says({"items": [row("a")], "next_cursor": cursor})

    history = await client.find_recent(SINCE)

    assert ([found.job for found in history.rows], history.complete, len(provider.seen)) == (["a"], False, 1)


async def test_a_list_that_goes_in_circles_is_left(client: MuapiClient, provider: Provider) -> None:
    """A cursor that comes again proves nothing and ends the reading."""
    provider.says({"items": [row("a")], "next_cursor": "same"})

    history = await client.find_recent(SINCE)

    assert not history.complete
    assert len(provider.seen) == 2


async def test_a_list_without_end_is_left(client: MuapiClient, provider: Provider) -> None:
    """The number of pages is bounded."""
    for page in range(MOST_HISTORY_PAGES + 5):
        provider.says({"items": [row(f"j{page}")], "next_cursor": f"c{page}"})

    history = await client.find_recent(SINCE)

    assert not history.complete
    assert len(provider.seen) == MOST_HISTORY_PAGES


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (200, '{"predictions_v2": []}', Transient),
        (200, "<html>", Transient),
        (404, "{}", Transient),
        (500, "{}", Transient),
        (429, "{}", Transient),
        (401, "{}", KeyRefused),
    ],
)
async def test_a_history_that_cannot_be_read_is_no_absence(
    client: MuapiClient, provider: Provider, status: int, text: str, error: type[Exception]
) -> None:
    """What is not a list of predictions is an error, never an empty list."""
    provider.says(status=status, text=text)

    with pytest.raises(error):
        await client.find_recent(SINCE)


async def test_a_reading_says_when_it_was_by_the_providers_clock(client: MuapiClient, provider: Provider) -> None:
    """The Date of its first page; one that cannot be read says nothing."""
    provider.says([], headers={"Date": "Mon, 02 Nov 2026 09:00:07 GMT"})
    assert (await client.find_recent(SINCE)).as_of == NINE + 7_000
    provider.answers.clear()
    provider.says([], headers={"Date": "yesterday"})
    assert (await client.find_recent(SINCE)).as_of is None
