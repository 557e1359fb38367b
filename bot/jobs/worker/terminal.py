"""T4: the job has ended. The money is settled or given back, and the slot freed, before anything is downloaded."""

from __future__ import annotations

from bot.core.ledger import settle, stop_scopes
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import JobStatus, Transaction
from bot.core.rows import Rank, Take
from bot.core.sentences import answers
from bot.jobs.kit import Kit
from bot.jobs.steps import move, say, tell_owner

#: The provider's URLs are valid for so long; provider.md, "Plan for 24 h".
URL_LIVES_S = 24 * 3600.0


async def done(kit: Kit, tx: Transaction, take: Take, status: JobStatus) -> Take:
    """The clip is ready: settle it and have it fetched."""
    paid = await _settle(kit, tx, take, _charge(take, status))
    return await move(
        kit,
        tx,
        paid,
        State.FETCHING,
        at=tx.now,
        output_url=status.output_url,
        done_at=tx.now,
        missing_since=None,
        url_expires_at=tx.now + kit.provider_ms(URL_LIVES_S),
    )


async def failed(kit: Kit, tx: Transaction, take: Take, status: JobStatus, why: str) -> Take:
    """The job ended without a clip. Without a refund mark it is charged, unverified, and the owner told."""
    returned = status.charge.refunded or status.charge.amount == ZERO
    charged = not returned and kit.rules.charge_unmarked_failures
    paid = await _settle(kit, tx, take, _charge(take, status) if charged else ZERO)
    failure = await move(kit, tx, paid, State.FAILED, rank=Rank.OUTCOME, problem=why, unverified=charged)
    await say(
        kit,
        tx,
        "failed",
        about=take.id,
        channel=take.channel,
        to=take.person,
        card=take.card,
        subject=take.id,
        why=why,
        charged=str(failure.charged) if failure.charged else "",
        back=str(take.held),
    )
    if charged:
        await tell_owner(
            kit,
            tx,
            "failed_charged",
            about=take.id,
            channel=take.channel,
            subject=take.id,
            why=why,
            charged=str(failure.charged),
        )
    return failure


def gave_no_clip(status: JobStatus) -> str:
    """Why a done job without a URL is a failure."""
    return answers.done_without_clip(status.said)


def _charge(take: Take, status: JobStatus) -> Money:
    """What the provider names, else what it named at submit, else our own estimate."""
    if status.charge.refunded:
        return ZERO
    if status.charge.amount is not None:
        return status.charge.amount
    return take.price if take.named is None else take.named


async def _settle(kit: Kit, tx: Transaction, take: Take, charge: Money) -> Take:
    """Book the charge; one above its hold stops the scope and is told."""
    settled = await settle(tx, take, charge, by="provider", evidence=take.job or "answer")
    tx.after(lambda: kit.learned.forget(take.model))
    if charge > take.price:
        await stop_scopes(tx, take)
        await tell_owner(
            kit,
            tx,
            "overrun",
            about=take.id,
            channel=take.channel,
            subject=take.id,
            price=str(take.price),
            charged=str(charge),
        )
    return settled
