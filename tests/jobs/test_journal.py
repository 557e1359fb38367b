"""The journal: what happened to a take is in the log, line by line, and nothing that people wrote."""

from __future__ import annotations

import logging

import pytest

from bot.core.errors import StoreError
from bot.core.ports import Transaction
from bot.core.rows import Inbound, Take
from bot.jobs.journal import Journal
from bot.jobs.story import NotFound, stories
from tests.jobs.acts import votes
from tests.jobs.conftest import JO, Office, make_office

PROMPT = "a very secret fox"
NAME = "bot.jobs.journal"


@pytest.fixture
def told(office: Office, caplog: pytest.LogCaptureFixture, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office whose transactions are told to the log."""
    caplog.set_level(logging.DEBUG, NAME)
    return make_office(tmp_path_factory.mktemp("told"), store=Journal(office.store), clock=office.clock)


def lines(caplog: pytest.LogCaptureFixture, take: str, level: int = logging.INFO) -> list[tuple[str, str]]:
    """Event and step of each line of a take."""
    own = [record for record in caplog.records if record.name == NAME and record.levelno >= level]
    return [(record.getMessage(), vars(record)["step"]) for record in own if vars(record)["take"] == take]


async def test_the_way_of_a_take(told: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Every step of a draft, its attempts, its money in each scope, its post and its card are one line each."""
    (take,) = await told.order(PROMPT)
    await told.work()
    said = lines(caplog, take.id)
    steps = [step for event, step in said if event == "take"]
    assert steps == [
        "new → queued",
        "queued → admitted",
        "admitted → submitting",
        "submitting → rendering",
        "rendering → fetching",
        "fetching → delivering",
        "delivering → delivered",
    ]
    assert [step for event, step in said if event == "money"] == ["hold"] * 3 + ["settle"] * 3
    assert [step for event, step in said if event == "attempt"] == [
        "submit begun",
        "submit accepted",
        "fetch begun",
        "fetch accepted",
        "post begun",
        "post accepted",
    ]
    assert [step for event, step in said if event == "post"] == ["sending", "posted"]
    assert ("card", "drawn") in said
    records = [record for record in caplog.records if record.name == NAME]
    assert {vars(record).get("channel") for record in records} == {"local:launch"}
    assert PROMPT not in str([vars(record) for record in records])


async def test_nothing_is_told_before_it_is_committed(told: Office, caplog: pytest.LogCaptureFixture) -> None:
    """A transaction that is rolled back is told to nobody."""
    (take,) = await told.order()
    caplog.clear()

    async def fails(tx: Transaction) -> None:
        row = await tx.lock(Take, take.id)
        assert row is not None
        await tx.step(row, row)
        assert await tx.claim(Inbound(id="x", at=1))
        raise StoreError

    with pytest.raises(StoreError):
        await told.store.transact(fails)
    assert lines(caplog, take.id, logging.DEBUG) == []


async def test_the_story_of_a_take(office: Office) -> None:
    """A take's rows are told in the order of time: written, held, ordered, done, posted, voted for."""
    (take,) = await office.order(PROMPT)
    await office.work()
    await votes(office, take.id, JO)
    await office.work()
    both = await stories(office.store, take.id.lower())
    assert [story.take.id for story in both] == [take.id]
    (final,) = await stories(office.store, f"{take.id}F")
    assert final.take.id == f"{take.id}-F"
    events = both[0].events
    assert [event.at for event in events] == sorted(event.at for event in events)
    told = "\n".join(event.says for event in events)
    words = [
        "written as a draft for mina",
        "hold: used +$0.32, held +$0.32",
        "ordered",
        "submit",
        "settle: used +$0.00, held -$0.32",
        "the provider was done",
        "post",
    ]
    assert [word for word in words if word not in told] == []
    assert any(event.what == "vote" and f"used by {take.id}-F" in event.says for event in events)
    assert PROMPT not in told


async def test_the_stories_of_a_slate(office: Office) -> None:
    """A slate's id gives the story of each of its takes."""
    takes = await office.order("a mug on {oak|ice}")
    assert [story.take.id for story in await stories(office.store, takes[0].card)] == [take.id for take in takes]


@pytest.mark.parametrize("typed", ["Z9Z", "", "A7K-99", "drop table takes", "A7K-2F" * 50])
async def test_an_id_that_nothing_has(office: Office, typed: str) -> None:
    """An unknown id, and what is none, is answered with a sentence."""
    with pytest.raises(NotFound, match="There is no take"):
        await stories(office.store, typed)
