"""``/dailies spend export``: every line of the ledger as CSV or JSON, for owners and the contact."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import Actor
from bot.core.money import Money, total
from bot.core.notices import Notice
from bot.core.ports import Transaction
from bot.core.rows import Channel, Line
from bot.jobs import paging
from bot.jobs.spending.exporting import COLUMNS, harmless, plain_amount
from bot.jobs.spending.files import Exports
from tests.jobs.acts import charges, drafted, sets, types
from tests.jobs.conftest import DANA, GUEST, LAUNCH, MINA, ON_BOTH_STORES, TEAM, Office

SCOPE = "channel:local:launch"


async def exports(office: Office, words: str = "", actor: Actor = DANA, **where: Any) -> tuple[Notice, bytes]:
    """The answer and the bytes of its file."""
    notice = await types(office, f"/dailies spend export {words}", actor, **where)
    assert notice.document is not None, notice.text
    assert notice.private
    return notice, notice.document.path.read_bytes()


def rows_of(file: bytes) -> list[dict[str, str]]:
    """The records of a CSV file, as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))


@ON_BOTH_STORES
async def test_csv_has_every_line(office: Office) -> None:
    """When, which take, what for and whose, with the provider's job; amounts are numbers that add up to the answer."""
    await sets(office, "budget set 50 --zone Europe/Berlin")
    await office.clock.advance(30 * 24 * 3600)
    charges(office, "0.3000005")
    draft = (await drafted(office))[0]
    await office.order("a cat", MINA, TEAM)
    notice, file = await exports(office, "2026-12-01..2026-12-31")
    assert notice.text.splitlines() == [
        "#launch, 1 Dec 2026 to 31 Dec 2026: $0.300001 spent.",
        "launch-2026-12-01-to-2026-12-31.csv has 2 lines of the ledger.",
    ]
    assert notice.document is not None
    assert notice.document.name == "launch-2026-12-01-to-2026-12-31.csv"
    hold, settle = rows_of(file)
    assert list(hold) == list(COLUMNS)
    assert hold == {
        "when": "2026-12-02T10:00:00.000+01:00",
        "date": "2026-12-02",
        "time": "10:00:00",
        "take": draft.id,
        "channel": "#launch",
        "kind": "hold",
        "amount": "0.32",
        "held": "0.32",
        "spent": "0.00",
        "price": "0.32",
        "charged so far": "0.300001",
        "provider job": "job-1",
        "stage": "draft",
        "model": "mini",
        "resolution": "480p",
        "seconds": "4",
        "who": "mina",
        "who id": "mina",
        "by": "mina",
        "reason": "",
        "evidence": "",
        "period": "2026-12-01..2026-12-31",
    }
    assert (settle["kind"], settle["amount"], settle["held"]) == ("settle", "-0.019999", "-0.32")
    assert file.startswith(b"\xef\xbb\xbfwhen,date,time,take,")
    assert file.count(b"\r\n") == file.count(b"\n") == 3


@ON_BOTH_STORES
async def test_json_has_the_same(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """One object: scope, period, lines and sums; amounts are text, so that no reader rounds them."""
    monkeypatch.setattr(paging, "PAGE", 2)
    await drafted(office, count=3)
    await office.clock.advance(1)
    await office.order("a dog", MINA)
    _, file = await exports(office, "json")
    found = json.loads(file)
    assert (found["version"], found["scope"], found["name"]) == (1, SCOPE, "#launch")
    assert (found["period"], found["zone"]) == ("1 Nov 2026 to 30 Nov 2026", "UTC")
    booked = await office.rows(Line, scope=SCOPE, order=("at", "id"))
    assert [(line["take"], line["kind"]) for line in found["lines"]] == [
        (line.take, line.kind.value) for line in booked
    ]
    assert total(Money.usd(line["amount"]) for line in found["lines"]) == (await office.budget()).used
    assert found["sums"] == {"lines": 7, "takes": 4, "spent": "0.96", "held": "0.32"}
    assert set(found["lines"][0]) == {name.replace(" ", "_") for name in COLUMNS}


async def test_a_file_of_nothing(office: Office) -> None:
    """Its heading and no line; in JSON a whole object too."""
    notice, file = await exports(office)
    assert notice.text.endswith("launch-2026-11-01-to-2026-11-30.csv has 0 lines of the ledger.")
    assert rows_of(file) == []
    assert json.loads((await exports(office, "json all"))[1])["lines"] == []


async def test_the_workspace_and_a_budget_without_end(office: Office) -> None:
    """A workspace's ledger names each line's channel; a period without end has no dates."""
    await sets(office, "budget set 50 --period none --scope workspace")
    await office.clock.advance(40 * 24 * 3600)
    await office.order()
    await office.order("a cat", MINA, TEAM)
    notice, file = await exports(office, "--scope workspace")
    assert [(row["channel"], row["period"]) for row in rows_of(file)] == [("#launch", ""), ("#team", "")]
    assert notice.document is not None
    assert notice.document.name == "the-workspace-all.csv"


async def test_only_owners_and_the_contact_export(office: Office) -> None:
    """Members have the report; guests not even that."""
    await office.order()
    refused = "The ledger of #launch is exported by its owners and its contact; /dailies spend report has its figures."
    for actor in (MINA, GUEST):
        assert (await types(office, "/dailies spend export", actor)).text == refused

    async def look_after(tx: Transaction) -> None:
        channel = await tx.get(Channel, "local:launch")
        assert channel is not None
        await tx.put(replace(channel, contact="mina", contact_name="mina"))

    await office.store.transact(look_after)
    assert len(rows_of((await exports(office, actor=MINA))[1])) == 1


FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff201",
    "\u00a0=1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text: str) -> None:
    """Whatever a spreadsheet may take for a formula gets an apostrophe before it."""
    assert harmless(text) == f"'{text}"


def test_a_long_id_keeps_its_digits() -> None:
    """A platform's id of 18 digits would be rounded as a number."""
    assert (harmless("123456789012345678"), harmless("1234")) == ("'123456789012345678", "1234")


@pytest.mark.parametrize("text", ["", "mina", "a=1", "'=1", "A7K-2", "1-2"])
def test_other_text_stays(text: str) -> None:
    """Text that is none is left as it is."""
    assert harmless(text) == text


@ON_BOTH_STORES
async def test_names_that_want_to_be_formulas(office: Office) -> None:
    """Hostile names come out of the file as text, each in its own cell; in JSON they are as they were given."""
    people = [Actor(id=f"U{place}", name=f'{text}",x\r\n;{text}') for place, text in enumerate(FORMULAS)]
    for person in people:
        await office.order("a fox", person, replace(LAUNCH, name='=HYPERLINK("x")'))
    named = replace(LAUNCH, name="launch")
    rows = rows_of((await exports(office, place=named))[1])
    assert {row["who id"]: row["who"] for row in rows} == {person.id: f"'{person.name}" for person in people}
    assert {len(row) for row in rows} == {len(COLUMNS)}
    lines = json.loads((await exports(office, "json", place=named))[1])["lines"]
    assert {line["who"] for line in lines} == {person.name for person in people}


async def test_a_name_that_no_encoding_takes(office: Office) -> None:
    """A lone surrogate becomes a question mark; the file is whole all the same."""
    await office.order("a fox", Actor(id="U1", name="mina\ud800"))
    assert rows_of((await exports(office))[1])[0]["who"] == "mina?"


@given(st.integers(-(10**12), 10**12))
def test_amounts_are_numbers(micros: int) -> None:
    """Exact, two to six decimals, no sign but the minus, no thousands, no exponent."""
    text = plain_amount(Money(micros))
    assert Decimal(text) == Money(micros).decimal
    assert set(text) <= set("-.0123456789")
    assert 2 <= len(text.partition(".")[2]) <= 6


async def test_a_file_that_would_be_too_large(office: Office) -> None:
    """Refused with a way out; nothing is left of it."""
    await office.order()
    folder = office.kit.answers._folder.parent / "exports"  # noqa: SLF001
    object.__setattr__(office.kit, "exports", Exports(folder, most_bytes=100))
    notice = await types(office, "/dailies spend export", DANA)
    assert notice.document is None
    assert "export a shorter period, as in /dailies spend export csv 2026-11." in notice.text
    assert list(folder.iterdir()) == []


def files_in(office: Office) -> Iterator[str]:
    folder = office.kit.answers._folder.parent / "exports"  # noqa: SLF001
    return (path.name for path in folder.iterdir())


async def test_old_files_are_swept(office: Office) -> None:
    """After a day by the sweep, finished or not; a younger one stays for a chat that is slow."""
    notice, _ = await exports(office)
    assert notice.document is not None
    assert list(files_in(office)) == [notice.document.path.name]
    await office.sweep.once()
    assert list(files_in(office)) == [notice.document.path.name]
    yesterday = office.clock.now() / 1000 - 24 * 3600 - 1
    os.utime(notice.document.path, (yesterday, yesterday))
    await office.sweep.once()
    assert list(files_in(office)) == []
