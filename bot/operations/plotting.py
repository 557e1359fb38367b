"""A chart as a file, for the operator: any scope, wherever the bot's user may write."""

from __future__ import annotations

import asyncio
import tempfile
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from bot.control.protocol import Failed
from bot.core.charts import Chart, Plot, Theme
from bot.core.errors import Refusal
from bot.core.kinds import one_of
from bot.core.parsing.spending import read_reach
from bot.core.periods import Reach
from bot.core.ports import Store, Transaction
from bot.core.rows import Channel
from bot.core.sentences import reports
from bot.core.sums import Part, SumsByStage
from bot.jobs.budgets.pace import full_at_pace
from bot.jobs.spending.accounts import Account, Sight
from bot.jobs.spending.picturing import plotted
from bot.jobs.spending.reading import Extent, extent, read_as
from bot.media.errors import MediaUnavailable
from bot.media.media import Media
from bot.operations.exporting import purse_of
from bot.operations.views import dollars

E = TypeVar("E", bound=Enum)


async def plot(
    store: Store, media: Media, file: Path, *, what: str, theme: str, scope: str, reach: str, zone: str, force: bool
) -> dict[str, Any]:
    """Draw a scope's chart; without a scope that of the only workspace.

    ``what`` is one of ``Plot``, ``theme`` one of ``Theme``; the others are those of ``exporting.export``.

    Raises:
        Failed: with the sentence that says why.
    """
    if file.suffix.lower() != ".png":
        msg = f"The file's name ends in .png; this one is {file.name}."
        raise Failed(msg)
    if not force and await asyncio.to_thread(file.exists):
        msg = f"{file} is there already; name another file, or replace it with --force."
        raise Failed(msg)
    kind, look = _chosen(Plot, "--what", what or Plot.DAYS.value), _chosen(Theme, "--theme", theme or Theme.LIGHT.value)
    try:
        asked = read_reach("--period", reach)

        async def begin(tx: Transaction) -> tuple[Account, Extent]:
            purse = await purse_of(tx, scope, zone)
            account = Account(purse=purse, workspace=await _workspace_of(tx, purse.scope.id), sight=Sight.LINES)
            return account, await extent(tx, purse, asked)

        account, of, sums = await read_as(SumsByStage, store, begin)
        full = await full_at_pace(store, account.purse, of) if asked is Reach.PERIOD else None
        some = any(sums.of(part) for part in Part)
        found = await plotted(store, account, of, sums, plot=kind, theme=look, full=full) if some else None
    except Refusal as refusal:
        raise Failed(refusal.sentence) from refusal
    if found is None:
        msg = f"There is nothing to draw of {of.scope}, {reports.when(of.days)}."
        raise Failed(msg)
    await _draw(media, found.chart, file)
    told = {"spent": dollars(sums.total.spent), "held": dollars(sums.total.held), "about": found.about}
    return {"file": str(file), "scope": of.scope, "period": reports.when(of.days), **told}


def _chosen(kind: type[E], name: str, word: str) -> E:
    try:
        return kind(word.lower())
    except ValueError as error:
        msg = f"{name} is {one_of(tuple(each.value for each in kind))}; this is {word}."
        raise Failed(msg) from error


async def _workspace_of(tx: Transaction, scope: str) -> str:
    kind, _, name = scope.partition(":")
    if kind == "channel":
        channel = await tx.get(Channel, name)
        return channel.workspace if channel else ""
    return name.partition("/")[0]


async def _draw(media: Media, chart: Chart, file: Path) -> None:
    """In a folder beside the file, which goes when it is done: matplotlib leaves its list of fonts there."""
    try:
        with tempfile.TemporaryDirectory(prefix=f".{file.stem}", dir=file.parent) as folder:
            drawn = Path(folder, file.name)
            await media.draw_chart(chart, drawn)
            await asyncio.to_thread(drawn.replace, file)
    except MediaUnavailable as error:
        msg = f"The chart could not be drawn: {error}."
        raise Failed(msg) from error
    except OSError as error:
        msg = f"{file} could not be written: {error.strerror or error}."
        raise Failed(msg) from error
