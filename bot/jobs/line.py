"""Who waits for a slot of a key, in which turn, and who of them may start.

Those who wait may be thousands, but they are of few parties: the takes of one person in one channel, of a stage and a
lane. What decides is the same for all of a party, but how long each has waited.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.core.budgets import newest_budget, scopes_of
from bot.core.lifecycle import SLOTTED, Stage, State
from bot.core.ports import Store, Transaction
from bot.core.rows import BATCH_LANE, Channel, Key, Slot, Take, Workspace
from bot.jobs.paging import pages
from bot.jobs.steps import named

#: A batch leaves this many slots to others, where there are several.
BATCH_LEAVES = 1
LANES = (0, 1, BATCH_LANE)
#: Looked at in one transaction.
PARTIES_AT_ONCE = 20
#: In a party.
LONGEST_WAITING = ("queued_at", "number", "id")


class Party(NamedTuple):
    """What those who wait are told apart by."""

    stage: Stage
    workspace: str
    channel: str
    person: str
    lane: int


Turn = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """How many takes have a slot and are under way, by what is counted."""

    channels: Counter[str]
    people: Counter[tuple[str, str]]

    def turn(self, party: Party) -> Turn:
        """The lower, the sooner.

        Finals first; then the channel with fewest in flight, the person with fewest, single before slate before batch.
        """
        final = 0 if party.stage is Stage.FINAL else 1
        return (final, self.channels[party.channel], self.people[party.workspace, party.person], party.lane)


class Gate:
    """Where ordering is stopped: a channel or workspace paused, a scope stopped by an overrun. Each is read once."""

    def __init__(self, tx: Transaction) -> None:
        """What is found holds in this transaction."""
        self._tx = tx
        self._workspaces: dict[str, Workspace] = {}
        self._channels: dict[str, Channel] = {}
        self._stopped: dict[str, bool] = {}

    async def lets(self, party: Party) -> bool:
        """Whether the takes of the party may start."""
        workspace = self._workspaces.get(party.workspace) or await named(self._tx, Workspace, party.workspace)
        self._workspaces[workspace.id] = workspace
        if workspace.paused_by:
            return False
        channel = self._channels.get(party.channel) or await named(self._tx, Channel, party.channel)
        self._channels[channel.id] = channel
        if channel.paused_by:
            return False
        return not any([await self._is_stopped(scope.id) for scope in scopes_of(workspace, channel, party.person, "")])

    async def _is_stopped(self, scope: str) -> bool:
        if scope not in self._stopped:
            latest = await newest_budget(self._tx, scope)
            self._stopped[scope] = latest is not None and bool(latest.stopped_by)
        return self._stopped[scope]


async def next_in_line(tx: Transaction, key: Key) -> Take | None:
    """Who is next: ``None`` when nobody who waits may start now."""
    slots = tuple([slot.take for slot in await tx.rows(Slot, key=key.id)])
    batches = await tx.count(Take, id=slots, lane=BATCH_LANE)
    full = batches >= max(1, key.slots - BATCH_LEAVES)
    first = await _first(tx, key.id, lanes=LANES[:-1] if full else LANES)
    heads = [
        take for party in first for take in await tx.rows(Take, **_of(party, key.id), order=LONGEST_WAITING, limit=1)
    ]
    return min(heads, key=lambda take: (take.number, take.id), default=None)


async def may_anyone_start(tx: Transaction, key: str) -> bool:
    """Whether a slot is all that somebody waits for."""
    return bool(await _first(tx, key))


async def in_line(store: Store, key: str) -> tuple[list[Take], list[Take]]:
    """Everyone who waits and may start, in turn; and everyone who is held back."""
    waiting = [take async for page in pages(store, Take, by="queued_at", key=key, state=State.QUEUED) for take in page]
    free = await _free(
        store, sorted({_party(take) for take in waiting}, key=lambda party: (party.channel, party.person))
    )
    flight = await store.transact(lambda tx: _flight(tx, key))
    waiting.sort(key=lambda take: (flight.turn(_party(take)), take.queued_at or 0, take.number, take.id))
    return [take for take in waiting if _party(take) in free], [take for take in waiting if _party(take) not in free]


async def _free(store: Store, parties: list[Party]) -> set[Party]:
    """Those of the parties that may start; a few are looked at in each transaction, for each needs several rows."""
    free: set[Party] = set()

    async def judge(tx: Transaction, some: list[Party]) -> list[Party]:
        gate = Gate(tx)
        return [party for party in some if await gate.lets(party)]

    for start in range(0, len(parties), PARTIES_AT_ONCE):
        some = parties[start : start + PARTIES_AT_ONCE]
        free.update(await store.transact(lambda tx, some=some: judge(tx, some)))  # type: ignore[misc]
    return free


async def _first(tx: Transaction, key: str, *, lanes: tuple[int, ...] = LANES) -> list[Party]:
    """Of the parties that may start, the one whose turn it is; several, where their first have waited equally long."""
    waiting = await tx.least(Take, "queued_at", by=Party._fields, key=key, state=State.QUEUED, lane=lanes)
    flight, gate = await _flight(tx, key), Gate(tx)
    turns = {party: (flight.turn(party), since or 0) for each, since in waiting.items() for party in [Party(*each)]}
    first: list[Party] = []
    for party in sorted(turns, key=turns.__getitem__):
        if first and turns[party] > turns[first[0]]:
            break
        if await gate.lets(party):
            first.append(party)
    return first


async def _flight(tx: Transaction, key: str) -> Flight:
    """By the slots; what renders without one, because it is late, takes nobody's place.

    Of each take only whose it is is read: its group is itself.
    """
    slots = tuple([slot.take for slot in await tx.rows(Slot, key=key)])
    whose = ("channel", "workspace", "person", "id")
    flying = await tx.least(Take, "created_at", by=whose, id=slots, state=tuple(SLOTTED))
    return Flight(
        channels=Counter(channel for channel, _, _, _ in flying),
        people=Counter((workspace, person) for _, workspace, person, _ in flying),
    )


def _party(take: Take) -> Party:
    return Party(take.stage, take.workspace, take.channel, take.person, take.lane)


def _of(party: Party, key: str) -> dict[str, Any]:
    return {"key": key, "state": State.QUEUED, **party._asdict()}
