"""A provider key's pauses: why nothing is submitted with it, who was told, and when it starts again."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import NotSent, NotSentFor, ProviderError
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Between, Transaction
from bot.core.rows import Key, Take
from bot.jobs.kit import Kit
from bot.jobs.steps import tell_owner

#: Provider seconds to wait where the provider does not say; provider.md, "Submit", rule 4.
RATE_WAIT_S = 30.0
#: After a connection that failed: doubled with each return of the take, up to the last.
NETWORK_WAIT_S = 5.0
LAST_NETWORK_WAIT_S = 300.0
#: While credit or the key's acceptance is missing it is looked for once a minute.
PROBE_S = 60.0
#: Unknown outcomes in a row from which on the key is paused and probed.
UNKNOWNS_IN_A_ROW = 2
#: Pauses that end only when a balance request says so.
PROBED = ("credit", "key", "unknowns")
#: The pause of rows that were restored from a backup; only the operator ends it (``bot.jobs.restored``).
RESTORED = "restored"
#: Pauses that may last; what waits for them does not go on by itself.
LASTING = (*PROBED, RESTORED)
#: A pause gives way only to one that stands later here, or to itself.
PAUSES = ("", "network", "rate", "unknowns", "credit", "key", RESTORED)
#: A provider that answers so serves no balance: the next order itself is the probe.
NOT_SERVED = frozenset({404, 405, 501})


async def pause_for(kit: Kit, tx: Transaction, take: Take, answer: NotSent) -> None:
    """Pause the take's key as long as the reason asks, and tell whoever can mend it, once until it works again."""
    match answer.reason:
        case NotSentFor.NETWORK:
            wait = min(LAST_NETWORK_WAIT_S, NETWORK_WAIT_S * 2**take.returns)
            await _pause(kit, tx, take.key, "network", wait)
        case NotSentFor.RATE:
            wait = RATE_WAIT_S if answer.retry_after_s is None else answer.retry_after_s
            await _pause(kit, tx, take.key, "rate", wait)
        case NotSentFor.CREDIT:
            key = await _pause(kit, tx, take.key, "credit", PROBE_S)
            waiting = await tx.count(Take, key=take.key, state=(State.QUEUED, State.ADMITTED))
            await _tell(kit, tx, take, key, "credit", waiting=str(1 + waiting))
        case NotSentFor.KEY:
            key = await _pause(kit, tx, take.key, "key", PROBE_S)
            await _tell(kit, tx, take, key, "key_refused", why=answer.text)


async def _tell(kit: Kit, tx: Transaction, take: Take, key: Key, line: str, **facts: str) -> None:
    await tell_owner(kit, tx, line, about=f"{key.id}:{key.told_at}", channel=take.channel, **facts)


async def note_unknown(kit: Kit, tx: Transaction, take: Take) -> None:
    """Count an unknown outcome; the second in a row pauses the key until its balance can be read."""
    key = await _locked(tx, take.key)
    key = replace(key, unknowns=key.unknowns + 1)
    await tx.put(key)
    if key.unknowns >= UNKNOWNS_IN_A_ROW:
        await _pause(kit, tx, key.id, "unknowns", 0)


async def note_works(tx: Transaction, key_id: str) -> None:
    """The provider has judged an order of this key (locked): what was wrong with it is over."""
    key = await _locked(tx, key_id)
    if key.unknowns or key.told_at is not None:
        await tx.put(replace(key, unknowns=0, told_at=None))


async def _pause(kit: Kit, tx: Transaction, key_id: str, why: str, seconds: float) -> Key:
    """Pause the key, or leave a graver pause as it is; a pause is never shortened. The key as it is then.

    ``told_at`` names the incident: it is set by its first pause and stays until the key works again.
    """
    key = await _locked(tx, key_id)
    key = replace(key, told_at=tx.now if key.told_at is None else key.told_at)
    if PAUSES.index(why) >= PAUSES.index(key.paused_for):
        until = max(tx.now + kit.provider_ms(seconds), key.paused_until or 0)
        key = replace(key, paused_for=why, paused_until=until, paused_at=key.paused_at or tx.now)
        await _wake_one(kit, tx, key_id, until)
    await tx.put(key)
    return key


async def probe(kit: Kit, key_id: str) -> None:
    """Look at a paused key whose time has come: a timed pause ends, the others when the balance allows."""
    key = await kit.store.transact(lambda tx: _begin_probe(kit, tx, key_id))
    if key is None:
        return
    balance = None
    try:
        balance = (await kit.provider.balance()).amount
    except ProviderError as error:
        if error.status not in NOT_SERVED:
            return
    await kit.store.transact(lambda tx: _judge_probe(kit, tx, key, balance))


async def _begin_probe(kit: Kit, tx: Transaction, key_id: str) -> Key | None:
    """The key, if it is to be probed now; the next probe is a minute later, whatever comes of this one."""
    key = await tx.lock(Key, key_id)
    if key is None or key.paused_for in ("", RESTORED) or tx.now < (key.paused_until or 0):
        return None
    if key.paused_for not in PROBED:
        await _end_pause(kit, tx, key)
        return None
    again = tx.now + kit.provider_ms(PROBE_S)
    await tx.put(replace(key, paused_until=again))
    await _wake_one(kit, tx, key_id, again)
    return key


async def _judge_probe(kit: Kit, tx: Transaction, probed: Key, balance: Money | None) -> None:
    """Without credit for the cheapest take that waits, the pause goes on; ``None`` is a balance that nobody tells."""
    key = await _locked(tx, probed.id)
    if key.paused_for != probed.paused_for:
        return
    waiting = await tx.rows(Take, key=key.id, state=(State.QUEUED, State.ADMITTED), order=("price",), limit=1)
    short = key.paused_for == "credit" and balance is not None and waiting and balance < waiting[0].price
    key = replace(key, balance=key.balance if balance is None else balance)
    if short:
        await tx.put(key)
    else:
        await _end_pause(kit, tx, key)


async def _end_pause(kit: Kit, tx: Transaction, key: Key) -> None:
    """Let a key's takes start again, all of them by themselves."""
    paused_ms = tx.now - (key.paused_at or tx.now)
    for take in await tx.rows(Take, key=key.id, state=State.QUEUED, tried_since=Between(low=1), order=("id",)):
        row = await tx.lock(Take, take.id)
        if row is not None and row.state is State.QUEUED and row.tried_since is not None:
            await tx.step(row, replace(row, tried_since=row.tried_since + paused_ms))
    await tx.put(replace(key, paused_for="", paused_until=None, paused_at=None, unknowns=0))
    await _wake_one(kit, tx, key.id, tx.now)


async def _wake_one(kit: Kit, tx: Transaction, key_id: str, at: int) -> None:
    """Have the key's queue looked at: any of its takes does."""
    for waiting in await tx.rows(Take, key=key_id, state=State.QUEUED, order=("queued_at",), limit=1):
        kit.engine.wake(tx, waiting.id, at)


async def _locked(tx: Transaction, key_id: str) -> Key:
    return await tx.lock(Key, key_id) or Key(id=key_id)
