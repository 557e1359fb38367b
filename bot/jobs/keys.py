"""A provider key's pauses: why nothing is submitted with it, who was told, and when it starts again."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import KeyRefused, NotSent, NotSentFor, Transient
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import Key, Take
from bot.jobs.admission import clear_pause
from bot.jobs.kit import Kit
from bot.jobs.steps import tell_owner

#: Provider seconds to wait where the provider does not say; provider.md, "Submit", rule 4.
RATE_WAIT_S = 30.0
NETWORK_WAIT_S = 5.0
#: While credit or the key's acceptance is missing it is looked for once a minute.
PROBE_S = 60.0
#: Unknown outcomes in a row from which on the key is paused and probed.
UNKNOWNS_IN_A_ROW = 2
#: Pauses that end only when a balance request says so.
PROBED = ("credit", "key", "unknowns")


async def pause_for(kit: Kit, tx: Transaction, take: Take, answer: NotSent) -> None:
    """Pause the take's key (locked) as long as the reason asks, and tell whoever can mend it."""
    match answer.reason:
        case NotSentFor.NETWORK:
            await _pause(kit, tx, take.key, "network", NETWORK_WAIT_S)
        case NotSentFor.RATE:
            wait = RATE_WAIT_S if answer.retry_after_s is None else answer.retry_after_s
            await _pause(kit, tx, take.key, "rate", wait)
        case NotSentFor.CREDIT:
            if await _pause(kit, tx, take.key, "credit", PROBE_S):
                waiting = 1 + await tx.count(Take, key=take.key, state=(State.QUEUED, State.ADMITTED))
                await tell_owner(
                    kit, tx, "credit", about=f"{take.key}:{tx.now}", channel=take.channel, waiting=str(waiting)
                )
        case NotSentFor.KEY:
            if await _pause(kit, tx, take.key, "key", PROBE_S):
                await tell_owner(
                    kit, tx, "key_refused", about=f"{take.key}:{tx.now}", channel=take.channel, why=answer.text
                )


async def note_unknown(kit: Kit, tx: Transaction, take: Take) -> None:
    """Count an unknown outcome; the second in a row pauses the key until its balance can be read."""
    key = await tx.lock(Key, take.key)
    if key is None:
        return
    key = replace(key, unknowns=key.unknowns + 1)
    await tx.put(key)
    if key.unknowns >= UNKNOWNS_IN_A_ROW:
        await _pause(kit, tx, key.id, "unknowns", 0)


async def _pause(kit: Kit, tx: Transaction, key_id: str, why: str, seconds: float) -> bool:
    """Whether this begins a pause of its kind; a probed pause is never shortened to a timed one."""
    key = await tx.lock(Key, key_id)
    if key is None or (key.paused_for in PROBED and why not in PROBED):
        return False
    until = tx.now + kit.provider_ms(seconds)
    await tx.put(replace(key, paused_for=why, paused_until=until, paused_at=key.paused_at or tx.now))
    for waiting in await tx.rows(Take, key=key_id, state=State.QUEUED, limit=1):
        kit.engine.wake(tx, waiting.id, until)
    return key.paused_for != why


async def probe(kit: Kit, key_id: str) -> None:
    """Look at a paused key: a timed pause ends by itself, the others when the balance allows."""
    key = await kit.store.transact(lambda tx: tx.get(Key, key_id))
    now = kit.clock.now()
    if key is None or not key.paused_for or now < (key.paused_until or 0):
        return
    balance = None
    if key.paused_for in PROBED:
        try:
            balance = (await kit.provider.balance()).amount
        except (Transient, KeyRefused):
            await kit.store.transact(lambda tx: _again_later(kit, tx, key_id))
            return
    await kit.store.transact(lambda tx: _judge_probe(kit, tx, key_id, balance))


async def _judge_probe(kit: Kit, tx: Transaction, key_id: str, balance: Money | None) -> None:
    key = await tx.lock(Key, key_id)
    if key is None or not key.paused_for:
        return
    if key.paused_for == "credit" and balance is not None:
        waiting = await tx.rows(Take, key=key_id, state=(State.QUEUED, State.ADMITTED), order=("price",), limit=1)
        if waiting and balance < waiting[0].price:
            await tx.put(replace(key, balance=balance))
            await _again_later(kit, tx, key_id)
            return
    await clear_pause(kit, tx, replace(key, balance=key.balance if balance is None else balance))


async def _again_later(kit: Kit, tx: Transaction, key_id: str) -> None:
    key = await tx.lock(Key, key_id)
    if key is not None:
        await tx.put(replace(key, paused_until=tx.now + kit.provider_ms(PROBE_S)))
        for waiting in await tx.rows(Take, key=key_id, state=State.QUEUED, limit=1):
            kit.engine.wake(tx, waiting.id, tx.now + kit.provider_ms(PROBE_S))
