"""What is offered while one types an id or a model: read only, and as good as a guess, for anything may be typed."""

from __future__ import annotations

from bot.core.commands import Place
from bot.core.errors import Refusal
from bot.core.ids import normal
from bot.core.lifecycle import CLIP, WAITING, Stage, State
from bot.core.modals import Choice
from bot.core.ports import Transaction
from bot.core.rows import Card, Shot, Slate, Take
from bot.core.sentences import suggestions as words
from bot.jobs.kit import Kit
from bot.jobs.places import find_takes

#: So many of a channel's newest takes are looked through.
LOOKED_AT = 100
#: A list that is longer helps nobody.
OFFERED = 25
#: Verbs about clips, which can do nothing with a take that has none.
OF_CLIPS = frozenset({"hide", "rescue", "keep", "link"})
#: Verbs about drafts that are there; of a slate they need the number.
OF_DRAFTS = frozenset({"promote", "reject"})


class Suggesting:
    """Answers what may be meant."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def takes(self, place: Place, verb: str, typed: str) -> list[Choice]:
        """Ids that the verb can do something with, the channel's newest first; what was typed is in id or prompt.

        Of another channel of the workspace a take is offered once its id is typed, and without its prompt.

        Raises:
            StoreError: the rows cannot be read.
        """
        return await self._kit.store.transact(lambda tx: _takes(tx, place, verb, typed))

    def models(self) -> list[Choice]:
        """The models that are on, with their prices."""
        return [Choice(value=model.name, label=words.model(model)) for model in self._kit.catalogue.on]


async def _takes(tx: Transaction, place: Place, verb: str, typed: str) -> list[Choice]:
    newest = await tx.rows(Take, channel=place.channel, order=("-created_at", "number"), limit=LOOKED_AT)
    offered = await _described(tx, await _seen_from(tx, place, newest), verb)
    found = [choice for choice in offered if _is_meant(choice, typed)]
    return found[:OFFERED] or await _elsewhere(tx, place, verb, typed)


async def _seen_from(tx: Transaction, place: Place, takes: list[Take]) -> list[Take]:
    """Those that are shown in the channel itself, or in the thread where one types: another may be a private one."""
    cards = {card.id: card for card in await tx.rows(Card, id=tuple({take.card for take in takes}))}
    return [take for take in takes if cards[take.card].room in {"", place.room}]


async def _described(tx: Transaction, takes: list[Take], verb: str) -> list[Choice]:
    """Each take, and before the first of a slate the slate as a whole, where the verb is about such too."""
    shots = {shot.id: shot for shot in await tx.rows(Shot, id=tuple({take.shot for take in takes}))}
    named = tuple({take.slate for take in takes if take.slate})
    slates = {slate.id: slate for slate in await tx.rows(Slate, id=named)} if verb not in OF_DRAFTS else {}
    choices = []
    for take in takes:
        if not _fits(take, verb):
            continue
        slate = slates.pop(take.slate or "", None)
        if slate is not None:
            choices.append(Choice(value=slate.id, label=words.slate(slate.id, slate.count, slate.prompt)))
        choices.append(Choice(value=take.id, label=words.take(take, shots[take.shot].prompt, tx.now)))
    return choices


def _fits(take: Take, verb: str) -> bool:
    """Whether the verb can do something with it, as far as its state tells."""
    if verb == "cancel":
        return take.state in WAITING | {State.SUBMITTING, State.RENDERING}
    if verb in OF_DRAFTS:
        return take.stage is Stage.DRAFT and take.state in CLIP and not take.hidden
    return verb not in OF_CLIPS or take.state in CLIP


def _is_meant(choice: Choice, typed: str) -> bool:
    """The id begins so, with or without its dash; or the words are in its description."""
    start = normal(typed).replace("-", "")
    return choice.value.replace("-", "").startswith(start) or typed.strip().casefold() in choice.label.casefold()


async def _elsewhere(tx: Transaction, place: Place, verb: str, typed: str) -> list[Choice]:
    """What has exactly this id in another channel of the workspace."""
    try:
        found = await find_takes(tx, place.workspace, typed)
    except Refusal:
        return []
    fitting = [take for take in found if _fits(take, verb)]
    return [Choice(value=take.id, label=words.take(take, "", tx.now)) for take in fitting[:OFFERED]]
