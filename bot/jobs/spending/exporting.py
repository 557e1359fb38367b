"""The ledger as a file: CSV that opens right in a spreadsheet, or JSON; written as it is read, page by page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.money import Money
from bot.core.periods import day_of
from bot.core.ports import Store, Transaction
from bot.core.rows import Budget, Channel, Line, Take
from bot.core.sums import Sum, Sums
from bot.jobs.spending.reading import Extent, lines_of

BYTE_ORDER_MARK = "\ufeff"
#: What a spreadsheet takes for the beginning of a formula, as it is and in full width.
FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
#: A spreadsheet keeps so many digits of a number; the ids of some platforms' people have more.
EXACT_DIGITS = 15
JSON_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line with what is known of its take."""

    line: Line
    take: Take
    channel: str
    #: Of the line: ``2026-11-01..2026-11-30``; empty without end.
    period: str
    zone: str


Value = str | int | Money
#: The columns, in their order. Text is text in a spreadsheet too; numbers and amounts are numbers,
#: ``date`` and ``time`` a date and a time of the zone, which ``when`` is not to a spreadsheet.
COLUMNS: Mapping[str, Callable[[Row], Value]] = {
    "when": lambda row: moment(row.line.at, row.zone),
    "date": lambda row: moment(row.line.at, row.zone)[:10],
    "time": lambda row: moment(row.line.at, row.zone)[11:19],
    "take": lambda row: row.take.id,
    "channel": lambda row: row.channel,
    "kind": lambda row: row.line.kind.value,
    "amount": lambda row: row.line.amount,
    "held": lambda row: row.line.held,
    "spent": lambda row: row.line.amount - row.line.held,
    "price": lambda row: row.take.price,
    "charged so far": lambda row: row.take.charged,
    "provider job": lambda row: row.take.job or "",
    "stage": lambda row: row.line.stage.value,
    "model": lambda row: row.line.model,
    "resolution": lambda row: row.take.resolution,
    "seconds": lambda row: row.take.seconds,
    "who": lambda row: row.take.person_name,
    "who id": lambda row: row.line.person,
    "by": lambda row: row.line.by,
    "reason": lambda row: row.line.reason,
    "evidence": lambda row: row.line.evidence,
    "period": lambda row: row.period,
}


class LedgerFile:
    """The lines of an extent as bytes; once all were given, their number and their sums."""

    def __init__(self, store: Store, of: Extent) -> None:
        """``of`` was fixed before."""
        self._store, self._of = store, of
        self._names: dict[str, str] = {}
        self._periods: dict[int, str] = {}
        self.lines = 0
        self.sums = Sums()

    def pieces(self, form: str, heading: Mapping[str, str]) -> AsyncIterator[bytes]:
        """The file, ``csv`` or ``json``; the ``heading`` stands in JSON before the lines, the sums stand behind them.

        Raises:
            StoreError: while it is read.
        """
        return self._csv() if form == "csv" else self._json(heading)

    async def _csv(self) -> AsyncIterator[bytes]:
        yield _encoded(BYTE_ORDER_MARK + _records([COLUMNS]))
        async for rows in self._rows():
            yield _encoded(_records([_cell(value(row)) for value in COLUMNS.values()] for row in rows))

    async def _json(self, heading: Mapping[str, str]) -> AsyncIterator[bytes]:
        head = json.dumps({"version": JSON_VERSION, **heading}, ensure_ascii=False)
        yield _encoded(f'{head[:-1]}, "lines": [')
        separator = "\n"
        async for rows in self._rows():
            if rows:
                yield _encoded(separator + ",\n".join(json.dumps(_object(row), ensure_ascii=False) for row in rows))
                separator = ",\n"
        total = self.sums.total
        sums = {"lines": self.lines, "takes": total.takes, "spent": plain_amount(total.spent)}
        yield _encoded(f'\n], "sums": {json.dumps({**sums, "held": plain_amount(total.held)})}}}\n')

    async def _rows(self) -> AsyncIterator[list[Row]]:
        async for page in lines_of(self._store, self._of):
            takes = await self._store.transact(lambda tx, page=page: self._known(tx, page))  # type: ignore[misc]
            for line in page:
                some = Sum(amount=line.amount, held=line.held, takes=line.takes)
                day = day_of(line.at, self._of.zone)
                self.sums.add(some, day=day, person=line.person, stage=line.stage, model=line.model)
            self.lines += len(page)
            yield [self._row(line, takes[line.take]) for line in page]

    async def _known(self, tx: Transaction, page: list[Line]) -> dict[str, Take]:
        """The page's takes; the names of their channels and the ends of their periods are kept."""
        takes = {take.id: take for take in await tx.rows(Take, id=tuple({line.take for line in page}))}
        for channel in {take.channel for take in takes.values()} - self._names.keys():
            row = await tx.get(Channel, channel)
            self._names[channel] = f"#{row.name}" if row else channel
        for start in {line.period_start for line in page} - self._periods.keys():
            self._periods[start] = _period(await tx.get(Budget, self._of.scope, start), self._of.zone)
        return takes

    def _row(self, line: Line, take: Take) -> Row:
        return Row(
            line=line,
            take=take,
            channel=self._names[take.channel],
            period=self._periods[line.period_start],
            zone=self._of.zone,
        )


def _period(budget: Budget | None, zone: str) -> str:
    if budget is None or budget.period_end is None:
        return ""
    return f"{day_of(budget.period_start, zone)}..{day_of(budget.period_end - 1, zone)}"


def moment(at: int, zone: str) -> str:
    """``2026-11-02T10:00:00.000+01:00``."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).isoformat(timespec="milliseconds")


def plain_amount(amount: Money) -> str:
    """Dollars as a number: two decimals, up to six where the amount is finer; ``-1.50``."""
    return str(amount).replace("$", "").replace(",", "")


def _cell(value: Value) -> str | int:
    if isinstance(value, Money):
        return plain_amount(value)
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, also behind blanks that it may drop, or rounds as a number."""
    long_number = text.isdecimal() and len(text) > EXACT_DIGITS
    return f"'{text}" if long_number or text[:1] in FORMULA or text.lstrip()[:1] in FORMULA else text


def _records(rows: Iterable[Iterable[Any]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return file.getvalue()


def _object(row: Row) -> dict[str, str | int]:
    values = {name.replace(" ", "_"): value(row) for name, value in COLUMNS.items()}
    return {name: plain_amount(value) if isinstance(value, Money) else value for name, value in values.items()}


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")  # A lone surrogate, which no encoding takes.
