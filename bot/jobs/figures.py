"""What the rows say in numbers, for whoever watches: read in short transactions, a page in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.budgets import newest_budget
from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.ports import Between, Store, Transaction
from bot.core.rows import Budget, Channel, Key, Outbox, Slot, Take, Workspace

#: Places whose budgets are shown; the oldest ones, so that a figure does not come and go.
MOST_PLACES = 500
#: Budgets that are read in one transaction.
PAGE = 25
#: The newest clips whose way is measured, and how old they may be.
CLIPS = 100
CLIPS_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeFigures:
    """What a place may spend and has spent in its current period. People are not shown."""

    #: ``channel`` or ``workspace``.
    kind: str
    id: str
    spent: Money
    held: Money
    #: ``None``: no cap.
    cap: Money | None
    stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigures:
    """A provider key."""

    id: str
    slots: int
    used: int
    #: Why nothing is ordered with it; empty when it is not paused.
    paused_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that is read from the rows; ages in milliseconds, 0 where there is nothing that could be old."""

    takes: Mapping[tuple[State, Stage], int]
    scopes: tuple[ScopeFigures, ...]
    keys: tuple[KeyFigures, ...]
    oldest_unknown_ms: int
    outbox: int
    oldest_outbox_ms: int
    #: From the provider's being done to the post, of the newest clips of the last day; shortest first.
    delivery_ms: tuple[int, ...]


async def read_figures(store: Store) -> Figures:
    """Read them all.

    Raises:
        StoreError: the rows cannot be read.
    """
    takes: dict[tuple[State, Stage], int] = {}
    for state in State:
        takes |= await store.transact(lambda tx, state=state: _counted(tx, state))  # type: ignore[misc]
    outbox, oldest_outbox = await store.transact(_outbox)
    return Figures(
        takes=takes,
        scopes=tuple(await _scopes(store)),
        keys=tuple(await store.transact(_keys)),
        oldest_unknown_ms=await store.transact(_oldest_unknown),
        outbox=outbox,
        oldest_outbox_ms=oldest_outbox,
        delivery_ms=tuple(await store.transact(_deliveries)),
    )


async def _counted(tx: Transaction, state: State) -> dict[tuple[State, Stage], int]:
    return {(state, stage): await tx.count(Take, state=state, stage=stage) for stage in Stage}


async def _scopes(store: Store) -> list[ScopeFigures]:
    ids = await store.transact(_places)
    pages = [ids[begin : begin + PAGE] for begin in range(0, len(ids), PAGE)]
    found: list[ScopeFigures] = []
    for page in pages:
        found += await store.transact(lambda tx, page=page: _budgets(tx, page))  # type: ignore[misc]
    return found


async def _places(tx: Transaction) -> list[tuple[str, str]]:
    """The kind and id of every workspace and channel."""
    workspaces = await tx.rows(Workspace, order=("created_at", "id"), limit=MOST_PLACES)
    channels = await tx.rows(Channel, order=("created_at", "id"), limit=MOST_PLACES)
    return [("workspace", each.id) for each in workspaces] + [("channel", each.id) for each in channels]


async def _budgets(tx: Transaction, places: list[tuple[str, str]]) -> list[ScopeFigures]:
    found = [(kind, place, await newest_budget(tx, f"{kind}:{place}")) for kind, place in places]
    return [_scope(kind, place, budget) for kind, place, budget in found if budget and _runs(budget, tx.now)]


def _runs(budget: Budget, now: int) -> bool:
    return budget.period_end is None or budget.period_end > now


def _scope(kind: str, place: str, budget: Budget) -> ScopeFigures:
    return ScopeFigures(
        kind=kind,
        id=place,
        spent=budget.used - budget.held,
        held=budget.held,
        cap=budget.cap,
        stopped=budget.stopped_by is not None,
    )


async def _keys(tx: Transaction) -> list[KeyFigures]:
    return [
        KeyFigures(id=key.id, slots=key.slots, used=await tx.count(Slot, key=key.id), paused_for=key.paused_for)
        for key in await tx.rows(Key, order=("id",))
    ]


async def _oldest_unknown(tx: Transaction) -> int:
    oldest = await tx.rows(Take, state=State.UNKNOWN, order=("state_at",), limit=1)
    return max(0, tx.now - oldest[0].state_at) if oldest else 0


async def _outbox(tx: Transaction) -> tuple[int, int]:
    oldest = await tx.rows(Outbox, order=("created_at",), limit=1)
    return await tx.count(Outbox), max(0, tx.now - oldest[0].created_at) if oldest else 0


async def _deliveries(tx: Transaction) -> list[int]:
    newest = await tx.rows(
        Take, state=State.DELIVERED, done_at=Between(low=tx.now - CLIPS_MS), order=("-done_at",), limit=CLIPS
    )
    return sorted(take.state_at - (take.done_at or take.state_at) for take in newest)
