"""What an operator asks of the rows, as JSON in and JSON out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.control import Failed
from bot.core.charts import Plot, Theme
from bot.core.money import Money
from bot.core.ports import History, HistoryRow
from bot.core.rows import Inbound, Key, Take
from bot.jobs.restored import make_safe
from bot.media.errors import MediaUnavailable
from bot.operations import Operations, Premises, operations, rows_name
from bot.operations.views import dollars
from tests.jobs.acts import sets, types
from tests.jobs.conftest import LAUNCH, Office


class Copies:
    """Rows that note where they are copied to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Path, bool]] = []

    async def copy_to(self, target: Path, *, overwrite: bool = False) -> int:
        self.asked.append((target, overwrite))
        return 7


@pytest.fixture
def copies() -> Copies:
    return Copies()


@pytest.fixture
def premises(office: Office, copies: Copies) -> Premises:
    return Premises(
        store=office.store,
        copying=copies,
        archive=office.archive,
        answers=office.kit.answers,
        provider=office.provider,
        key="muapi",
        scale=1.0,
        wake=office.engine.wake,
        media=office.media,
    )


class Ask:
    """Asks one operation after the other, and keeps what is said meanwhile."""

    def __init__(self, premises: Premises) -> None:
        self.said: list[str] = []
        self._table = Operations(premises).table()

    async def __call__(self, verb: str, **arguments: Any) -> Mapping[str, Any]:
        return await self._table[verb](arguments, self._say)

    async def _say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture
def ask(premises: Premises) -> Ask:
    return Ask(premises)


async def test_audit(office: Office, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings are counted and described; more than anybody reads are left off, and said to be."""
    await office.order("a mug on {oak|ice|moss}")
    await office.work()
    clean = await ask("audit", files=True)
    assert clean == {
        "version": 1, "takes": 3, "clean": True, "serious": 0, "notices": 0, "findings": [], "left_off": 0,
    }  # fmt: skip
    monkeypatch.setattr(operations, "MOST_FINDINGS", 2)
    kept, office.archive.files = office.archive.files, {}
    found = await ask("audit")
    office.archive.files = kept
    assert (found["clean"], found["serious"], found["left_off"]) == (False, 3, 1)
    assert [set(each) for each in found["findings"]] == [{"severity", "code", "subject", "says", "remedy"}] * 2


async def test_backup(ask: Ask, copies: Copies, tmp_path: Path) -> None:
    """The file and whether to replace it are handed on; a relative path has no meaning in another process."""
    target = str(tmp_path / "b.db")
    assert await ask("backup", file=target, force=True) == {"file": target, "bytes": 7}
    assert copies.asked == [(Path(target), True)]
    for wrong in ({"file": "b.db"}, {}, {"file": 5}, {"file": ""}, {"file": "/a\0b"}):
        with pytest.raises(Failed):
            await ask("backup", **wrong)


async def test_spend(office: Office, ask: Ask) -> None:
    """Each scope in its newest period: channels first, then the workspace, then people."""
    await office.order()
    await office.work()
    await office.order()
    scopes = (await ask("spend"))["scopes"]
    assert [scope["scope"] for scope in scopes] == ["channel:local:launch", "workspace:local", "person:local/mina"]
    assert (scopes[0]["name"], scopes[0]["spent"], scopes[0]["held"], scopes[0]["left"]) == (
        "#launch", "0.32", "0.32", "49.36",
    )  # fmt: skip
    assert (scopes[2]["cap"], scopes[2]["left"], scopes[0]["over"]) == (None, None, False)
    await office.clock.advance(40 * 24 * 3600)
    assert all(scope["over"] for scope in (await ask("spend"))["scopes"])


async def test_a_cap_below_what_is_used(office: Office, ask: Ask) -> None:
    """Nothing is left, and by how much the cap is exceeded is said apart."""
    await office.order()
    await sets(office, "budget set 0.20")
    scope = (await ask("spend"))["scopes"][0]
    assert (scope["cap"], scope["left"], scope["excess"]) == ("0.20", "0.00", "0.12")


async def test_export(office: Office, ask: Ask, tmp_path: Path) -> None:
    """A ledger as CSV or JSON, of any scope and period; the answer has what its lines add up to."""
    await office.order()
    await office.work()
    await office.order()
    target = tmp_path / "all.csv"
    answer = await ask("export", file=str(target), form="csv", zone="UTC", reach="all")
    assert answer == {
        "file": str(target),
        "scope": "workspace:local",
        "period": "since the beginning",
        "lines": 3,
        "takes": 2,
        "spent": "0.32",
        "held": "0.32",
    }
    assert len(target.read_text(encoding="utf-8-sig").splitlines()) == 1 + 3
    for scope in ("channel:local:launch", "person:local/mina"):
        found = await ask("export", file=str(target), form="json", scope=scope, zone="UTC", force=True)
        assert (found["lines"], found["period"]) == (3, "1 Nov 2026 to 30 Nov 2026")
        assert json.loads(target.read_bytes())["scope"] == scope
    assert [path.name for path in tmp_path.glob("*all*")] == ["all.csv"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"file": "all.csv"}, "not an absolute path"),
        ({"form": "xlsx"}, "ends in .csv or .json"),
        ({"scope": "channel:nowhere"}, "There is no scope channel:nowhere"),
        ({"scope": "workspace:nowhere"}, "There is no scope workspace:nowhere"),
        ({"reach": "soon"}, "--period takes a period: last, "),
        ({"reach": "last"}, "has no earlier period"),
        ({"file": "/nowhere/all.csv"}, "could not be written"),
    ],
)
async def test_export_refused(office: Office, ask: Ask, tmp_path: Path, arguments: dict[str, str], says: str) -> None:
    """One sentence says what is wrong, and no file is left; one that is there stays as it is."""
    await office.order()
    asked = {"file": str(tmp_path / "all.csv"), "form": "csv", "zone": "UTC"}
    with pytest.raises(Failed, match=re.escape(says)):
        await ask("export", **(asked | arguments))
    assert not list(tmp_path.glob("*all*"))
    (tmp_path / "all.csv").write_bytes(b"mine")
    with pytest.raises(Failed, match="is there already"):
        await ask("export", **asked)
    assert (tmp_path / "all.csv").read_bytes() == b"mine"


async def test_export_of_several_places(office: Office, ask: Ask, tmp_path: Path) -> None:
    """With two workspaces the scope has to be said."""
    await office.order()
    await types(office, "/clip a fox", place=replace(LAUNCH, workspace="local2", channel="local:other", name="other"))
    with pytest.raises(Failed, match="Say whose ledger"):
        await ask("export", file=str(tmp_path / "all.csv"), form="csv", zone="UTC")


async def test_plot(office: Office, ask: Ask, tmp_path: Path) -> None:
    """A chart of any scope as a PNG; the answer has its words, and nothing else is left beside the file."""
    await office.order()
    await office.work()
    target = tmp_path / "chart.png"
    answer = await ask("plot", file=str(target), zone="UTC", reach="all")
    assert answer == {
        "file": str(target),
        "scope": "workspace:local",
        "period": "since the beginning",
        "spent": "0.32",
        "held": "0.00",
        "about": answer["about"],
    }
    assert answer["about"].startswith("Local: spending by day. since 2 Nov 2026 · $0.32 spent.")
    for scope in ("channel:local:launch", "person:local/mina"):
        await ask("plot", file=str(target), scope=scope, what="people", theme="dark", zone="UTC", force=True)
        drawn = office.media.charts[-1]
        assert (drawn.plot, drawn.theme, drawn.bars[0].name) == (Plot.PEOPLE, Theme.DARK, "mina")
    assert target.read_bytes() == b"a chart"
    assert [path.name for path in tmp_path.glob("*chart*")] == ["chart.png"]
    await ask("plot", file=str(tmp_path / "finished.png"), what="finished", zone="UTC")
    assert office.media.charts[-1].bars


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"file": "chart.png"}, "not an absolute path"),
        ({"file": "/nowhere/chart.pdf"}, "ends in .png; this one is chart.pdf"),
        ({"file": "/nowhere/chart.png"}, "could not be written: No such file"),
        ({"what": "pie"}, "--what is days, people or finished; this is pie."),
        ({"theme": "blue"}, "--theme is light or dark; this is blue."),
        ({"scope": "channel:nowhere"}, "There is no scope channel:nowhere"),
        ({"reach": "last"}, "has no earlier period"),
        ({"reach": "2020"}, "There is nothing to draw of workspace:local, 1 Jan 2020 to 31 Dec 2020."),
    ],
)
async def test_plot_refused(office: Office, ask: Ask, tmp_path: Path, arguments: dict[str, str], says: str) -> None:
    """One sentence says what is wrong, and no file is left; one that is there stays as it is."""
    await office.order()
    asked = {"file": str(tmp_path / "chart.png"), "zone": "UTC"}
    with pytest.raises(Failed, match=re.escape(says)):
        await ask("plot", **(asked | arguments))
    office.media.cannot_draw = MediaUnavailable("no process can be started")
    with pytest.raises(Failed, match="could not be drawn: no process"):
        await ask("plot", **asked)
    assert not list(tmp_path.glob("*chart*"))
    (tmp_path / "chart.png").write_bytes(b"mine")
    with pytest.raises(Failed, match="is there already"):
        await ask("plot", **asked)


async def test_places(office: Office, ask: Ask) -> None:
    """A second workspace may spend when it is added, and no longer when it is removed."""
    other = replace(LAUNCH, workspace="local2", channel="local:other", name="other")
    await office.order()
    assert "operator" in (await types(office, "/clip a fox", place=other)).text
    listed = (await ask("places"))["places"]
    assert [(place["id"], place["active"]) for place in listed] == [("local", True), ("local2", False)]
    assert listed[0]["channels"][0]["held"] == listed[0]["held"] == "0.32"
    added = await ask("places add", id="local2")
    assert (added["active"], added["changed"]) == (True, True)
    assert "held" in (await types(office, "/clip a fox", place=other)).text
    assert not (await ask("places add", id="local2"))["changed"]
    await ask("places remove", id="local2")
    assert "held" not in (await types(office, "/clip a fox", place=other)).text
    with pytest.raises(Failed, match=r"There is no workspace nowhere; known are: local, local2\."):
        await ask("places add", id="nowhere")


async def test_places_of_an_old_period(office: Office, ask: Ask) -> None:
    """What was spent in a period that is over is not what this one has spent."""
    await office.order()
    await office.work()
    assert (await ask("places"))["places"][0]["spent"] == "0.32"
    await office.clock.advance(40 * 24 * 3600)
    assert (await ask("places"))["places"][0]["spent"] == "0.00"


async def test_show(office: Office, ask: Ask) -> None:
    """A take with its events; an id that nothing has is a sentence."""
    (take,) = await office.order()
    await office.work()
    (told,) = (await ask("show", id=take.id))["takes"]
    assert (told["id"], told["state"], told["charged"]) == (take.id, "delivered", "0.32")
    assert {event["what"] for event in told["events"]} == {"take", "money", "attempt", "post"}
    with pytest.raises(Failed, match="There is no take Z9Z"):
        await ask("show", id="Z9Z")


async def test_health(office: Office, ask: Ask) -> None:
    """The rows are written to and left as they were; what waits is counted, pauses are named."""
    await office.order()
    await office.store.transact(lambda tx: tx.put(Key(id="muapi", paused_for="credit")))
    health = await ask("health")
    assert (health["open"], health["paused"], health["behind_ms"], health["answers"]) == (1, {"muapi": "credit"}, 0, 0)
    assert not any(row.id == operations.PROBE for row in await office.rows(Inbound))


async def test_going_on(office: Office, ask: Ask, premises: Premises) -> None:
    """After a restore the provider's list is read first; unread, it takes the operator's word for it."""
    assert await ask("go on") == {"restored": False, "complete": True, "jobs": [], "waiting": 0}
    await make_safe(office.store, key="muapi", backup_at=office.clock.now())
    await office.order()
    office.provider.script.add("find_recent", History(rows=(), complete=False))
    with pytest.raises(Failed, match="--unread"):
        await ask("go on")
    with pytest.raises(Failed, match="MUAPI_API_KEY"):
        await Ask(replace(premises, provider=None))("go on")
    stranger = HistoryRow(job="job-7", endpoint="mini", payload=None, created_at=5)
    office.provider.script.add("find_recent", History(rows=(stranger,), complete=True))
    gone_on = await ask("go on")
    assert gone_on["jobs"] == [{"job": "job-7", "endpoint": "mini", "at": 5}]
    assert (gone_on["restored"], gone_on["waiting"]) == (True, 1)
    await office.work()
    assert [take.state.value for take in await office.rows(Take)] == ["delivered"]


async def test_going_on_unread(office: Office, premises: Premises) -> None:
    """Without a key, and unread, it goes on."""
    await make_safe(office.store, key="muapi", backup_at=office.clock.now())
    gone_on = await Ask(replace(premises, provider=None))("go on", unread=True)
    assert (gone_on["restored"], gone_on["complete"]) == (True, False)
    assert not any(key.paused_for for key in await office.rows(Key))


def test_names_and_amounts() -> None:
    """Rows have a name that says nothing of their address; amounts are exact."""
    assert rows_name("sqlite:///a") == rows_name("sqlite:///a") != rows_name("sqlite:///b")
    assert "secret" not in rows_name("postgresql://me:secret@db/x")
    amounts = [Money.usd("1.5"), Money.usd("-0.25"), Money.usd("0.0825"), Money(0), None]
    assert [dollars(amount) for amount in amounts] == ["1.50", "-0.25", "0.0825", "0.00", None]
