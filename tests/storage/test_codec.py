from __future__ import annotations

import json
from typing import Any

import pytest

from bot.core.errors import StoreError
from bot.core.money import Money
from bot.core.policy import CapPolicy, ChannelPolicy, Period, WorkspacePolicy
from bot.core.ports.store import Row
from bot.core.rows import Channel, Outbox, Rank, Shot, Workspace
from storage.codec import columns, decode, encode


def stored(row: Any, **changes: Any) -> list[Any]:
    """A row's values as the database has them, some of them changed."""
    values = {**encode(row), **changes}
    kind: type[Row] = type(row)
    return [values[column.name] for column in columns(kind)]


POLICY = ChannelPolicy(
    cap=CapPolicy(amount=Money.usd("12.34"), period=Period.DAY, zone="Europe/Berlin", envelope=Money(5)),
    quorum=3,
    approvers=("ada", "bob"),
    confirm_above=Money(1),
)
CHANNEL = Channel(id="c", workspace="w", name="launch", policy=POLICY)


def test_a_policy_is_readable_json() -> None:
    """Money is whole micro-dollars, an enum its value, a tuple a list; and it comes back the same."""
    written = encode(CHANNEL)["policy"]
    assert isinstance(written, str)
    assert json.loads(written)["cap"] == {
        "amount": 12_340_000,
        "period": "day",
        "zone": "Europe/Berlin",
        "envelope": 5,
        "ladder": {"tell": 50, "warn": 80, "approve": 95, "drafts_only": False},
    }
    assert json.loads(written)["approvers"] == ["ada", "bob"]
    assert decode(Channel, stored(CHANNEL)) == CHANNEL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", ChannelPolicy()),
        ('{"quorum": 2}', ChannelPolicy(quorum=2)),
        ('{"quorum": 2, "invented_later": {"a": [1]}}', ChannelPolicy(quorum=2)),
        ('{"cap": {}}', ChannelPolicy()),
        ('{"cap": {"period": "week"}}', ChannelPolicy(cap=CapPolicy(amount=Money.usd(50), period=Period.WEEK))),
        ('{"cap": {"amount": null, "later": 1}}', ChannelPolicy(cap=CapPolicy(amount=None))),
    ],
)
def test_policies_of_other_versions_are_read(text: str, expected: ChannelPolicy) -> None:
    """What is missing has its default, in a nested policy that of its place; what is not known is passed over."""
    assert decode(Channel, stored(CHANNEL, policy=text)).policy == expected


def test_the_default_of_a_nested_policy_is_that_of_its_place() -> None:
    """A workspace's cap and a person's have defaults of their own."""
    read = decode(Workspace, stored(Workspace(id="w", platform="local"), policy='{"cap": {}, "person_cap": {}}'))
    assert read.policy == WorkspacePolicy()


def test_facts_and_pictures_keep_order_and_letters() -> None:
    """Dicts and tuples of text come back in order, whatever the letters."""
    row = Outbox(id="o", channel="c", facts={"ü": "🎬", "a": "\x00\\"}, rank=Rank.UNDO, due_at=1, created_at=1)
    assert decode(Outbox, stored(row)) == row
    assert list(decode(Outbox, stored(row)).facts) == ["ü", "a"]


@pytest.mark.parametrize(
    ("row", "changes"),
    [
        (CHANNEL, {"policy": "not JSON"}),
        (CHANNEL, {"policy": "[1]"}),
        (CHANNEL, {"policy": '{"cap": 5}'}),
        (CHANNEL, {"policy": '{"cap": {"period": "fortnight"}}'}),
        (Outbox(id="o", channel="c", rank=Rank.UNDO, due_at=1, created_at=1), {"rank": 9}),
        (Outbox(id="o", channel="c", rank=Rank.UNDO, due_at=1, created_at=1), {"facts": "5"}),
    ],
    ids=["text", "list", "number", "enum", "column", "facts"],
)
def test_a_value_that_no_version_wrote_is_a_store_error(row: Any, changes: dict[str, Any]) -> None:
    """A damaged value is named by its table and never quoted."""
    with pytest.raises(StoreError, match=f"A row of {type(row).__name__} cannot be read"):
        decode(type(row), stored(row, **changes))


def test_an_empty_list_is_no_null() -> None:
    """An empty tuple is stored as an empty list."""
    shot = Shot(
        id="s",
        workspace="w",
        model="mini",
        mode="text",
        prompt="",
        ratio="1:1",
        seconds=5,
        draft_seconds=4,
        audio=False,
        bitrate="normal",
        look="new",
    )
    assert encode(shot)["pictures"] == "[]"
    assert encode(shot)["audio"] == 0


def test_no_text_has_a_nul() -> None:
    """PostgreSQL has no NUL in a text, so none is written to any database; nothing else is changed."""
    line = Outbox(id="o\0", channel="c", line="no", facts={"why": "a\0b"}, rank=Rank.STATE, due_at=1, created_at=1)
    assert encode(line)["id"] == "o\ufffd"
    assert "\0" not in str(encode(line)["facts"])
