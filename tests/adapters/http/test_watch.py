"""Health, readiness and figures over HTTP."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.http.meters import MeteredProvider, Meters
from adapters.http.server import HttpServer
from adapters.http.watch import WatchDesk
from bot.core.commands import Judge
from bot.core.errors import Gone, OutcomeUnknown
from bot.core.fakes.provider import FakeProvider
from bot.core.lifecycle import State
from bot.core.ports import Order
from bot.core.rows import Key
from bot.core.transacting import Tally
from bot.jobs import readiness
from tests.adapters.http.conftest import Served, served
from tests.jobs.conftest import DANA, MINA, TEAM, Office
from tests.jobs.worker.conftest import Watched, ordered


class Usage(NamedTuple):
    """What a disk says of itself."""

    total: int
    used: int
    free: int


async def scraped(here: Served) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels, in the order of their names."""
    answer = await here.http.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_health(here: Served) -> None:
    """Well while the engine runs, unwell when it does not."""
    assert (await here.http.get("/healthz")).status_code == 200
    here.engine.said = replace(here.engine.said, serving=False)
    assert (await here.http.get("/healthz")).status_code == 503


async def test_ready(here: Served) -> None:
    """Every check is named."""
    answer = await here.http.get("/readyz")
    assert answer.status_code == 200
    checks = dict.fromkeys(("rows", "key", "lock", "disk", "engine", "slack"), "ok")
    assert answer.json() == {"ready": True, "checks": checks}


async def not_ready(here: Served, *checks: str) -> dict[str, str]:
    answer = await here.http.get("/readyz")
    assert answer.status_code == 503
    found: dict[str, str] = answer.json()["checks"]
    assert [name for name, said in found.items() if said != "ok"] == list(checks)
    return found


async def test_not_ready_without_a_chat(here: Served) -> None:
    """A chat that is not heard says why not."""
    here.slack[0] = "the connection to Slack is lost; it is tried again"
    assert (await not_ready(here, "slack"))["slack"] == here.slack[0]


async def test_not_ready_without_rows(office: Office, tmp_path: Path) -> None:
    """Rows that cannot be written, or do not answer, are no rows to work with; no detail is shown."""
    store = Watched(office.store)
    async with served(office, tmp_path, store=store) as here:
        store.full = True
        assert (await not_ready(here, "rows", "key"))["rows"] == "cannot be read and written"


async def test_not_ready_while_rows_hang(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer does not keep the one who asks."""
    monkeypatch.setattr(readiness, "ROWS_S", 0.05)
    store = Watched(office.store)
    async with served(office, tmp_path, store=store) as here:
        store.after = asyncio.Event().wait  # type: ignore[assignment]
        assert (await not_ready(here, "rows", "key"))["rows"] == "no answer within 0.05 s"


@pytest.mark.parametrize(("reason", "ready"), [("key", False), ("credit", True), ("rate", True), ("", True)])
async def test_readiness_and_the_key(here: Served, reason: str, ready: bool) -> None:  # noqa: FBT001  # a table's column
    """A key that the provider refuses is unwell; one that waits is not."""
    await here.office.store.transact(lambda tx: tx.put(Key(id="muapi", paused_for=reason)))
    assert (await here.http.get("/readyz")).status_code == (200 if ready else 503)


async def test_not_ready_without_room(here: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that has no room for the largest clip is unwell, and says what is missing."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 5, 400_000_000))
    assert (await not_ready(here, "disk"))["disk"] == "400 MB free, the largest clip has 500 MB"


async def test_not_ready_without_a_disk(here: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that cannot be asked is unwell."""

    def gone(_: Path) -> Usage:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", gone)
    assert (await not_ready(here, "disk"))["disk"] == "Input/output error"


async def test_a_home_that_is_not_there_yet(office: Office, tmp_path: Path) -> None:
    """The room is that of the disk where the home will be."""
    async with served(office, tmp_path / "not" / "yet") as here:
        assert (await here.http.get("/readyz")).status_code == 200


@pytest.mark.parametrize(
    ("change", "said"),
    [({"overdue_ms": 61_000}, "61 s late"), ({"serving": False}, "not running"), ({"late_ms": 90_000}, "")],
    ids=["overdue", "stopped", "was late once"],
)
async def test_readiness_and_the_engine(here: Served, change: dict[str, Any], said: str) -> None:
    """An engine that does not run, or is hopelessly late now, is unwell."""
    here.engine.said = replace(here.engine.said, **change)
    if said:
        assert (await not_ready(here, "engine"))["engine"] == said
    else:
        assert (await here.http.get("/readyz")).status_code == 200


async def test_readiness_is_kept_for_a_moment(here: Served) -> None:
    """However many ask at once, the rows are written once; a second later they are written again."""
    before = here.office.kit.clock.now()
    await asyncio.gather(*(here.http.get("/readyz") for _ in range(5)))
    await here.office.store.transact(lambda tx: tx.put(Key(id="muapi", paused_for="key")))
    assert (await here.http.get("/readyz")).status_code == 200
    await here.office.clock.advance(1.1)
    assert (await here.http.get("/readyz")).status_code == 503
    assert here.office.kit.clock.now() > before


async def test_figures_of_takes_and_money(here: Served) -> None:
    """Takes by state and stage, what is held and spent by place, slots, the outbox and the way to the chat."""
    office = here.office
    await ordered(office)
    await office.work()
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    (lost,) = await office.order("another", place=TEAM)
    await office.work(30)
    found = await scraped(here)
    price = float((await office.take(lost.id)).price.decimal)
    assert found["dailies_takes", "draft", "delivered"] == 1
    assert found["dailies_takes", "draft", "unknown"] == 1
    assert found["dailies_takes", "final", "delivered"] == 0
    assert found["dailies_spent_dollars", "local:launch", "channel"] == price
    assert found["dailies_held_dollars", "local:team", "channel"] == price
    assert found["dailies_spent_dollars", "local", "workspace"] == price
    assert found["dailies_cap_dollars", "local:launch", "channel"] == 50
    assert found["dailies_scope_stopped", "local", "workspace"] == 0
    assert found["dailies_slots_used", "muapi"] == 1
    assert found["dailies_slots", "muapi"] == 5
    assert 25 <= found["dailies_unknown_oldest_seconds",] <= 30
    assert found["dailies_outbox_entries",] == 0
    assert found["dailies_delivery_lag_seconds", "0.5"] >= 0
    assert found["dailies_key_paused", "muapi", "key"] == 0


async def test_figures_name_no_person(here: Served) -> None:
    """Whoever reads the figures learns what is spent, not by whom."""
    await ordered(here.office)
    text = (await here.http.get("/metrics")).text
    assert MINA.id not in text
    assert "person" not in text


async def test_figures_of_what_waits(here: Served) -> None:
    """What is still to be shown, and for how long, and a key that is paused with its reason."""
    await here.office.order()
    await here.office.clock.advance(5)
    await here.office.store.transact(lambda tx: tx.put(Key(id="muapi", paused_for="credit")))
    found = await scraped(here)
    assert found["dailies_outbox_entries",] >= 1
    assert found["dailies_outbox_oldest_seconds",] == 5
    assert found["dailies_key_paused", "muapi", "credit"] == 1
    assert ("dailies_delivery_lag_seconds", "0.5") not in found


async def test_figures_of_several_clips(here: Served) -> None:
    """The way of the clips is told by its middle, its slow ones and its slowest."""
    await here.office.order("a mug", count=4)
    await here.office.work()
    found = await scraped(here)
    parts = [found["dailies_delivery_lag_seconds", part] for part in ("0.5", "0.95", "1")]
    assert parts == sorted(parts)


async def test_old_periods_are_not_shown(here: Served) -> None:
    """What was spent last month is not what is spent now."""
    await ordered(here.office)
    await here.office.work()
    await here.office.clock.advance(40 * 24 * 3600)
    found = await scraped(here)
    assert not [key for key in found if key[0] == "dailies_spent_dollars"]


async def test_figures_of_engine_and_database(here: Served) -> None:
    """How the engine and the database do, and which version runs."""
    found = await scraped(here)
    assert found["dailies_engine_running",] == 1
    assert found["dailies_engine_waiting",] == 2
    assert found["dailies_poll_late_seconds",] == 0.04
    assert found["dailies_engine_overdue_seconds",] == 0
    assert found["dailies_database_transactions_total",] == 7
    assert found["dailies_database_failures_total",] == 2
    assert [key[1] for key in found if key[0] == "dailies_build_info"] == ["0.1.0"]


async def test_figures_without_rows(office: Office, tmp_path: Path) -> None:
    """Figures that cannot be read are no figures."""
    store = Watched(office.store)
    async with served(office, tmp_path, store=store) as here:
        store.full = True
        assert (await here.http.get("/metrics")).status_code == 503


async def test_the_provider_is_metered(here: Served, tmp_path: Path) -> None:
    """Every call is counted and timed under its name, errors by their kind, and nothing else is changed."""
    provider = FakeProvider()
    metered = MeteredProvider(provider, here.meters)
    order = Order(endpoint="e", payload={})
    assert (await metered.submit(order)).job == "job-1"
    provider.script.add("poll", Gone("404"), ValueError("a defect"))
    for error in (Gone, ValueError):
        with pytest.raises(error):
            await metered.poll("job-1")
    await metered.estimate(order)
    await metered.find_recent(0)
    await metered.upload(tmp_path / "fox.png", "image/png")
    await metered.balance()
    await metered.download("https://x.invalid", tmp_path / "clip.mp4", limit_bytes=100, timeout_s=1)
    await metered.close()
    found = await scraped(here)
    for method in ("submit", "estimate", "find_recent", "upload", "balance", "download"):
        assert found["dailies_provider_calls_total", method] == 1
        assert found["dailies_provider_seconds_count", method] == 1
    assert found["dailies_provider_calls_total", "poll"] == 2
    assert found["dailies_provider_errors_total", "Gone", "poll"] == 1
    assert found["dailies_provider_errors_total", "Other", "poll"] == 1
    assert provider.closed


async def test_two_applications_count_apart(here: Served) -> None:
    """Each has a registry of its own: nothing is counted in the process as a whole."""
    await MeteredProvider(FakeProvider(), Meters()).balance()
    assert ("dailies_provider_calls_total", "balance") not in await scraped(here)


async def test_taken_port(here: Served) -> None:
    """A port that is taken is an error, and leaves nothing open."""
    desk = WatchDesk(here.office.kit, home=Path.cwd(), meters=here.meters, tally=Tally(), heard={})
    with pytest.raises(OSError, match="address already in use"):
        async with HttpServer("127.0.0.1", here.http.base_url.port or 0, desk.routes()):
            pass


async def test_a_verdict_is_seen(here: Served) -> None:
    """Figures are read anew each time."""
    here.office.provider.script.add("submit", OutcomeUnknown("no answer"))
    take = await ordered(here.office, State.UNKNOWN)
    await here.office.work(60)
    assert (await scraped(here))["dailies_takes", "draft", "unknown"] == 1
    take = await here.office.take(take.id)
    await here.office.handle(Judge, DANA, subject=take.id, verdict="lost", ver=take.question_ver)
    found = await scraped(here)
    assert (found["dailies_takes", "draft", "unknown"], found["dailies_unknown_oldest_seconds",]) == (0, 0)
