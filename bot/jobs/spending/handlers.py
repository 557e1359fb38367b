"""Handlers of ``spend report``, ``plot``, ``export`` and ``savings``; the sums are read in ``reading``."""

from __future__ import annotations

from functools import partial

from bot.core.charts import Theme
from bot.core.commands import OfMoney, Place, Savings, SpendExport, SpendPlot, SpendReport
from bot.core.errors import Refusal
from bot.core.filenames import safe_name
from bot.core.money import ZERO
from bot.core.notices import Document, Notice
from bot.core.periods import Reach
from bot.core.ports import Transaction
from bot.core.rows import Take
from bot.core.sentences import charts, ladder, reports
from bot.core.sentences.savings import savings
from bot.core.sums import Part, Sums, SumsByStage
from bot.jobs.budgets.pace import full_at_pace
from bot.jobs.kit import Kit
from bot.jobs.spending.accounts import Account, Sight, account_of, names_of
from bot.jobs.spending.exporting import LedgerFile
from bot.jobs.spending.picturing import picture_of, plotted
from bot.jobs.spending.reading import Extent, extent, newest_takes, read, read_as
from bot.jobs.spending.saving import saving_of

#: Takes that a report in short lists: as many as a phone shows.
LISTED = 10
#: Where charts are drawn on a dark background unless the person asks for another.
DARK_PLATFORMS = frozenset({"discord"})


class Spending:
    """Handlers of what asks where the money went. Nothing is locked, and no period is begun."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def report(self, command: SpendReport) -> Notice:
        """Totals by stage, person and model with the newest takes, or a table; to guests the total alone."""
        account, of, sums = await read(self._kit.store, partial(self._begin, command))
        total, _ = await self._total(command, account, of, sums)
        if account.sight is Sight.TOTALS:
            return Notice(text=total)
        if _is_empty(sums):
            return _nothing(command, total, of)
        names = await names_of(self._kit.store, account.workspace, reports.people_in(command.by, sums))
        if command.by is not None:
            return _as_table(command.by, total, sums, names)
        takes = await self._newest(of)
        lines = (total, *reports.in_short(sums, names), *reports.newest(takes, LISTED))
        return Notice(text="\n".join(line for line in lines if line))

    async def plot(self, command: SpendPlot) -> Notice:
        """The report as a picture, with its figures in words as well; to guests the total alone."""
        account, of, sums = await read_as(SumsByStage, self._kit.store, partial(self._begin, command))
        total, full = await self._total(command, account, of, sums)
        if account.sight is Sight.TOTALS:
            return Notice(text=total)
        if _is_empty(sums):
            return _nothing(command, total, of)
        theme = command.theme or _theme_in(command.place)
        found = await plotted(self._kit.store, account, of, sums, plot=command.plot, theme=theme, full=full)
        if found is None:
            return Notice(text=f"{total}\n{charts.NO_DRAFTS}")
        picture = await picture_of(self._kit, found)
        lines = (total, *found.lines, "" if picture else charts.NOT_DRAWN)
        return Notice(text="\n".join(line for line in lines if line), picture=picture)

    async def _total(
        self, command: SpendReport | SpendPlot, account: Account, of: Extent, sums: Sums
    ) -> tuple[str, int | None]:
        """What a report begins with; and when the cap will be full, UTC milliseconds, where that can be said."""
        current = command.reach is Reach.PERIOD
        total = reports.totals(account.purse, sums, of.days, current=current)
        full = await full_at_pace(self._kit.store, account.purse, of) if current else None
        return (total if full is None else f"{total}\n{ladder.forecast(full, account.purse, of.now)}"), full

    async def _begin(self, command: OfMoney, tx: Transaction) -> tuple[Account, Extent]:
        account = await account_of(self._kit, tx, command)
        return account, await extent(tx, account.purse, command.reach)

    async def _newest(self, of: Extent) -> list[Take]:
        ids = await newest_takes(self._kit.store, of, LISTED)
        found = await self._kit.store.transact(lambda tx: tx.rows(Take, id=tuple(ids)))
        return sorted(found, key=lambda take: ids.index(take.id))

    async def export(self, command: SpendExport) -> Notice:
        """Every line of the ledger as a file, whose sums the answer says; for owners and the contact."""
        account, of = await self._kit.store.transact(partial(self._begin, command))
        if account.sight is not Sight.LINES:
            raise Refusal(reports.no_lines_for_you(account.purse.scope.name))
        file = LedgerFile(self._kit.store, of)
        heading = {"scope": of.scope, "name": account.purse.scope.name, "period": reports.when(of.days)}
        pieces = file.pieces(command.form, heading | {"zone": of.zone})
        path = await self._kit.exports.write(f"{self._kit.ids.unique()}.{command.form}", pieces)
        name = f"{_file_stem(account, of)}.{command.form}"
        text = reports.exported(account.purse, of.days, file.sums, lines=file.lines, name=name)
        return Notice(text=text, document=Document(path=path, name=name, about=text.partition("\n")[0]))

    async def savings(self, command: Savings) -> Notice:
        """Actual spending against everything at the final's resolution at once; ``saving`` has the method."""
        account, of = await self._kit.store.transact(partial(self._begin, command))
        return Notice(text=savings(account.purse, of.days, await saving_of(self._kit, of)))


def _is_empty(sums: Sums) -> bool:
    return not any(sums.of(part) for part in Part)


def _nothing(command: SpendReport | SpendPlot, total: str, of: Extent) -> Notice:
    return Notice(text=f"{total}\n{reports.nothing(of.days, current=command.reach is Reach.PERIOD)}")


def _theme_in(place: Place) -> Theme:
    """As most people see that platform."""
    return Theme.DARK if place.channel.partition(":")[0] in DARK_PLATFORMS else Theme.LIGHT


def _as_table(part: Part, total: str, sums: Sums, names: dict[str, str]) -> Notice:
    down = part is Part.DAY and any(each.held < ZERO for each in sums.of(part).values())
    return Notice(text=f"{total}\n{reports.HELD_WENT_DOWN}" if down else total, table=reports.table(part, sums, names))


def _file_stem(account: Account, of: Extent) -> str:
    """``launch-2026-11-01-to-2026-11-30``: a name to show, under which nothing is kept here."""
    name = account.purse.scope.name.removeprefix("#").replace(" ", "-")
    days = "all" if of.days is None else f"{of.days.first}-to-{of.days.last}"
    return safe_name(name, days)
