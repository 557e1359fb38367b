"""After a 5xx without a job id: whether and when the order is repeated; provider.md, "Submit", rule 5."""

from __future__ import annotations

import json

from bot.core.ports import Order, Transaction
from bot.core.rows import Attempt, Outcome, Take
from bot.core.sentences import answers
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move
from bot.jobs.worker.evidence import Look, look
from bot.jobs.worker.verdict import give_up

#: Repeats at most, and the first pause before one, doubled each time; provider seconds.
REPEATS = 3
BACKOFF_S = 2.0
#: Careful: two complete readings without a match so far apart; unreadable for so long makes it unknown.
READINGS_APART_S = 60.0
UNREADABLE_S = 600.0
READ_AGAIN_S = 10.0


class Repeat:
    """The decision; the sending is Submit's."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    async def step(self, take: Take, attempts: list[Attempt]) -> Order | Wake | Done:
        """The order to repeat now, when to look again, or ``DONE`` when it became unknown or has its job."""
        closed = [attempt for attempt in attempts if attempt.outcome is Outcome.CLOSED]
        latest = closed[-1]
        if self._kit.rules.resend_5xx == "never" or take.cancel_asked or len(closed) > REPEATS:
            return await self._give_up(take)
        ended = latest.ended_at or latest.started_at
        ready = ended + self._kit.provider_ms(BACKOFF_S * 2 ** (len(closed) - 1))
        now = self._kit.clock.now()
        if now < ready:
            return Wake(ready)
        seen = await look(self._kit, closed)
        if seen.found:
            return DONE
        if seen.blocked or (self._kit.rules.resend_5xx == "careful" and not seen.complete):
            return await self._read_again(take, ended)
        if self._kit.rules.resend_5xx == "guide":
            return _order(latest)
        return await self._careful(take, latest, seen)

    async def _read_again(self, take: Take, ended: int) -> Wake | Done:
        """What cannot be read, or not be told from an order under way, proves nothing; for so long it is waited for."""
        now = self._kit.clock.now()
        if now - ended > self._kit.provider_ms(UNREADABLE_S):
            return await self._give_up(take)
        return Wake(now + self._kit.provider_ms(READ_AGAIN_S))

    async def _careful(self, take: Take, latest: Attempt, seen: Look) -> Order | Wake:
        """Two complete readings without a match, a minute apart, or nothing is repeated."""
        apart = self._kit.provider_ms(READINGS_APART_S)
        if take.missing_since is None:
            at = await self._kit.store.transact(lambda tx: self._first_reading(tx, take, apart))
            return Wake(at)
        if seen.begun < take.missing_since + apart:
            return Wake(take.missing_since + apart)
        return _order(latest)

    async def _first_reading(self, tx: Transaction, take: Take, apart: int) -> int:
        """Note when the first reading was over; when the second may begin."""
        row = await locked(tx, take.id)
        if row.ver == take.ver:
            await move(self._kit, tx, row, row.state, at=tx.now + apart, missing_since=tx.now)
        return tx.now + apart

    async def _give_up(self, take: Take) -> Done:
        why = answers.provider_fault(take.problem)
        await self._kit.store.transact(lambda tx: give_up(self._kit, tx, take.id, why))
        return DONE


def _order(attempt: Attempt) -> Order:
    """The very same body again."""
    return Order(endpoint=attempt.endpoint, payload=json.loads(attempt.payload))
