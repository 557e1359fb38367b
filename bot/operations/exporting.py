"""A ledger as a file, for the operator: any scope, any size, wherever the bot's user may write."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.control.protocol import Failed
from bot.core.budgets import Purse, Scope, see_purses
from bot.core.errors import Refusal
from bot.core.parsing.spending import FORMS, read_reach
from bot.core.policy import CapPolicy
from bot.core.ports import Store, Transaction
from bot.core.rows import Channel, Workspace
from bot.core.sentences import reports
from bot.jobs.spending.exporting import LedgerFile
from bot.jobs.spending.files import write_whole
from bot.jobs.spending.reading import extent
from bot.operations.views import dollars


async def export(
    store: Store, file: Path, *, form: str, scope: str, reach: str, zone: str, force: bool
) -> dict[str, Any]:
    """Write a scope's lines; without a scope those of the only workspace.

    ``form`` is one of ``FORMS``; ``reach`` a period as the chat takes it, empty for the current one; ``zone`` that of
    scopes that have none of their own; with ``force`` a file that is there is replaced.

    Raises:
        Failed: with the sentence that says why.
    """
    if form not in FORMS:
        msg = f"The file's name ends in .csv or .json; this one is {file.name}."
        raise Failed(msg)
    if not force and await asyncio.to_thread(file.exists):
        msg = f"{file} is there already; name another file, or replace it with --force."
        raise Failed(msg)
    try:
        asked = read_reach("--period", reach)

        async def begin(tx: Transaction) -> tuple[Purse, Any]:
            purse = await purse_of(tx, scope, zone)
            return purse, await extent(tx, purse, asked)

        purse, of = await store.transact(begin)
        ledger = LedgerFile(store, of)
        heading = {"scope": of.scope, "name": purse.scope.name, "period": reports.when(of.days), "zone": of.zone}
        await write_whole(file, ledger.pieces(form, heading))
    except Refusal as refusal:
        raise Failed(refusal.sentence) from refusal
    except OSError as error:
        msg = f"{file} could not be written: {error.strerror or error}."
        raise Failed(msg) from error
    total = ledger.sums.total
    sums = {"lines": ledger.lines, "takes": total.takes, "spent": dollars(total.spent), "held": dollars(total.held)}
    return {"file": str(file), "scope": of.scope, "period": heading["period"], **sums}


async def purse_of(tx: Transaction, wanted: str, zone: str) -> Purse:
    """A scope as the operator names it, in its current period; ``zone`` is that of scopes that have none of their own.

    Raises:
        Failed: there is none, or none was named and there are several workspaces.
    """
    scope = wanted or await _only_workspace(tx)
    kind, _, name = scope.partition(":")
    match kind:
        case "channel" if (channel := await tx.get(Channel, name)) is not None:
            known = Scope(id=scope, name=f"#{channel.name}", policy=channel.policy.cap)
        case "workspace" if (workspace := await tx.get(Workspace, name)) is not None:
            known = Scope(id=scope, name=name, policy=workspace.policy.cap)
        case "person":
            known = Scope(id=scope, name=name.partition("/")[2], policy=CapPolicy(amount=None))
        case _:
            msg = f"There is no scope {scope}; dailies spend lists them, such as channel:… or workspace:…."
            raise Failed(msg)
    return (await see_purses(tx, (known,), zone))[0]


async def _only_workspace(tx: Transaction) -> str:
    found = await tx.rows(Workspace, order=("id",), limit=2)
    if len(found) != 1:
        msg = "Say whose ledger with --scope; dailies spend lists the scopes."
        raise Failed(msg)
    return f"workspace:{found[0].id}"
