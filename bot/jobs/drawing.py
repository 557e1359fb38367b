"""From the rows to a card: everything that it shows, read at the moment that it is sent."""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import scopes_of, see_purses
from bot.core.cards import BatchFacts, CardFacts, Phase
from bot.core.catalogue import Model, takes_frame
from bot.core.lifecycle import SLOTTED, Stage
from bot.core.money import ZERO
from bot.core.ports import Transaction
from bot.core.rows import Batch, Card, Channel, ClipPicture, PictureKind, Shot, Slate, Take, Vote, Workspace
from bot.core.sentences.finals import Offer
from bot.jobs.finals import round_of
from bot.jobs.frames import look_of, starts_from_frame
from bot.jobs.kit import Kit
from bot.jobs.places import here
from bot.jobs.quotes import at_last_charge
from bot.jobs.steps import named, takes_of_batch


async def load(kit: Kit, tx: Transaction, card_id: str) -> CardFacts:
    """Everything that a card shows.

    Raises:
        StoreError: the card's rows are not complete; always a defect.
    """
    card = await named(tx, Card, card_id)
    channel, workspace = await named(tx, Channel, card.channel), await named(tx, Workspace, card.workspace)
    takes = await tx.rows(Take, card=card_id, order=("number", "round", "id"))
    drafts = tuple(take for take in takes if take.draft is None)
    shots = {take.id: await named(tx, Shot, take.shot) for take in takes}
    shot = shots[drafts[0].id]
    slate = await tx.get(Slate, card_id)
    models = {each.model: await _model(kit, tx, each.model, takes) for each in shots.values()}
    at = here(kit, workspace, channel)
    votes = {}
    for draft in drafts:
        current = round_of([take for take in takes if take.draft == draft.id])
        votes[draft.id] = len(at.roles.counting(await tx.rows(Vote, take=draft.id, round=current), draft))
    purses = await see_purses(tx, scopes_of(workspace, channel, card.person, ""), kit.rules.zone)
    lefts = [purse.left for purse in purses if purse.left is not None]
    model = models[shot.model]
    off = frozenset(draft.id for draft in drafts if not _is_on(models[shots[draft.id].model]))
    return CardFacts(
        card=card,
        prompt=slate.prompt if slate else shot.prompt,
        shot=shot,
        prompts={take.id: shots[take.id].prompt for take in takes},
        drafts=drafts,
        finals=tuple(take for take in takes if take.draft is not None),
        votes=votes,
        quorum=channel.policy.quorum,
        grace_s=channel.policy.grace_s,
        left=min(lefts, default=None),
        over=max((purse.excess for purse in purses), default=ZERO),
        final_price=ZERO if model is None else model.quote(model.final_resolution, shot.seconds),
        final_resolution="" if model is None else model.final_resolution,
        offers={draft.id: _offer(card, shots[draft.id], models[shots[draft.id].model]) for draft in drafts},
        startable=frozenset(draft.id for draft in drafts if _can_start(shots[draft.id], models[shots[draft.id].model])),
        matched=frozenset(take.id for take in takes if starts_from_frame(take, shots[take.id])),
        paused_by=at.paused_by or "",
        copies={take.id: made for take in takes if (made := kit.copies.percent(take.id)) is not None},
        orderable=not off,
        off=off,
        batch=(slate and slate.batch) or "",
        sheet=(slate and slate.sheet) or 0,
        now=tx.now,
    )


async def with_strips(tx: Transaction, facts: CardFacts) -> CardFacts:
    """The same with the strips that the card's sheet is made of; nothing is read for a card that has none."""
    if facts.phase is not Phase.READY:
        return facts
    rows = await tx.rows(ClipPicture, take=tuple(take.id for take in facts.seen), kind=PictureKind.STRIP)
    return replace(facts, strips={row.take: row for row in rows})


async def _model(kit: Kit, tx: Transaction, name: str, takes: list[Take]) -> Model | None:
    """The model at its price by now."""
    model = kit.catalogue.known(name)
    if model is None or any(take.state in SLOTTED for take in takes):  # drawn rarely by then
        return model
    return await at_last_charge(kit, tx, model, Stage.FINAL)


def _is_on(model: Model | None) -> bool:
    return model is not None and model.on


def _can_start(shot: Shot, model: Model | None) -> bool:
    return model is not None and takes_frame(model, shot.mode)


def _offer(card: Card, shot: Shot, model: Model | None) -> Offer:
    """What the final of a shot would be."""
    if model is None:
        return Offer(seconds=shot.seconds, resolution="", price=ZERO, model=shot.model)
    price = model.quote(model.final_resolution, shot.seconds)
    return Offer(
        seconds=shot.seconds,
        resolution=model.final_resolution,
        price=price,
        model=shot.model,
        look=look_of(card, shot, model),
    )


async def load_batch(kit: Kit, tx: Transaction, batch: Batch) -> BatchFacts:
    """Everything that a batch's card shows."""
    channel, workspace = await named(tx, Channel, batch.channel), await named(tx, Workspace, batch.workspace)
    purses = await see_purses(tx, scopes_of(workspace, channel, batch.person, ""), kit.rules.zone)
    return BatchFacts(
        card=await named(tx, Card, batch.id),
        batch=batch,
        takes=tuple(await takes_of_batch(tx, batch.id)),
        left=min((purse.left for purse in purses if purse.left is not None), default=None),
        over=max((purse.excess for purse in purses), default=ZERO),
        now=tx.now,
    )
