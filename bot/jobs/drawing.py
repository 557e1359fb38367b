"""From the rows to a card: everything that it shows, read at the moment that it is sent."""

from __future__ import annotations

from bot.core.budgets import scopes_of, see_purses
from bot.core.cards import CardFacts
from bot.core.errors import StoreError
from bot.core.money import ZERO
from bot.core.ports import Transaction
from bot.core.rows import Card, Channel, Shot, Slate, Take, Vote, Workspace
from bot.jobs.finals import round_of
from bot.jobs.kit import Kit
from bot.jobs.places import here


async def load(kit: Kit, tx: Transaction, card_id: str) -> CardFacts:
    """Everything that a card shows.

    Raises:
        StoreError: the card's rows are not complete; always a defect.
    """
    card = await tx.get(Card, card_id)
    takes = await tx.rows(Take, card=card_id, order=("number", "round", "id"))
    channel = await tx.get(Channel, card.channel) if card else None
    workspace = await tx.get(Workspace, card.workspace) if card else None
    drafts = tuple(take for take in takes if take.draft is None)
    shot = await tx.get(Shot, drafts[0].shot) if drafts else None
    if card is None or channel is None or workspace is None or shot is None:
        msg = f"the rows of card {card_id} are not complete"
        raise StoreError(msg)
    slate = await tx.get(Slate, card_id)
    at = here(kit, workspace, channel)
    votes = {}
    for draft in drafts:
        current = round_of([take for take in takes if take.draft == draft.id])
        votes[draft.id] = len(at.roles.counting(await tx.rows(Vote, take=draft.id, round=current), draft))
    purses = await see_purses(tx, scopes_of(workspace, channel, card.person, ""), kit.rules.zone)
    lefts = [purse.left for purse in purses if purse.left is not None]
    model = kit.catalogue.known(shot.model)
    return CardFacts(
        card=card,
        prompt=slate.prompt if slate else shot.prompt,
        shot=shot,
        prompts=await _prompts(tx, takes),
        drafts=drafts,
        finals=tuple(take for take in takes if take.draft is not None),
        votes=votes,
        quorum=channel.policy.quorum,
        grace_s=channel.policy.grace_s,
        left=min(lefts, default=None),
        over=max((purse.excess for purse in purses), default=ZERO),
        final_price=ZERO if model is None else model.quote(model.final_resolution, shot.seconds),
        final_resolution="" if model is None else model.final_resolution,
        orderable=model is not None and model.on,
        now=tx.now,
    )


async def _prompts(tx: Transaction, takes: list[Take]) -> dict[str, str]:
    shots = {take.shot: await tx.get(Shot, take.shot) for take in takes}
    return {take.id: shot.prompt for take in takes if (shot := shots[take.shot]) is not None}
