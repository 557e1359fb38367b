"""A slate's clips come at the same time, on chats that show them in one message.

Nothing is kept of it: whether a clip waits follows from the rows of its siblings, and a wait that nobody ends has an
end of its own.
"""

from __future__ import annotations

from bot.core.cards import is_coming
from bot.core.lifecycle import Stage, State
from bot.core.ports import Transaction
from bot.core.rows import Take
from bot.core.sentences.states import late_after
from bot.jobs.kit import Kit

#: A clip waits for its siblings at most so long: theirs may stand in a long queue, or behind a key without credit.
LONGEST_WAIT_MS = 5 * 60 * 1000
#: So often it is looked at again, should nobody have woken it.
LOOK_AGAIN_MS = 30_000


async def wait_for_siblings(kit: Kit, tx: Transaction, take: Take) -> int | None:
    """When a draft's clip is looked at again, which its siblings' are to come with; ``None``: it waits no longer."""
    until, now = take.state_at + LONGEST_WAIT_MS, kit.clock.now()
    if now >= until or not _is_one_of_several(kit, take):
        return None
    coming = await _coming(tx, take, now)
    if not coming:
        return None
    late_at = [late_after(each, now) + 1 for each in coming if each.state is State.RENDERING]
    return min(now + LOOK_AGAIN_MS, until, *late_at)


async def wake_siblings(kit: Kit, tx: Transaction, stepped: Take) -> None:
    """After a step of a take (locked with its slate): when nobody is to be waited for any more, those that wait come.

    It is the last one that gets in, or it has ended, or is late.
    """
    if stepped.state is State.DELIVERED or not _is_one_of_several(kit, stepped):
        return
    if _comes(stepped, tx.now) or await _coming(tx, stepped, tx.now):
        return
    for sibling in await tx.rows(Take, card=stepped.card, draft=None, state=State.DELIVERING):
        if sibling.id != stepped.id:
            kit.engine.wake(tx, sibling.id, tx.now)


def _is_one_of_several(kit: Kit, take: Take) -> bool:
    """Whether its clip is shown with others'; a platform that does not run here shows none."""
    chat = kit.chats.get(take.channel.partition(":")[0])
    return take.stage is Stage.DRAFT and take.slate is not None and chat is not None and chat.clips_together


async def _coming(tx: Transaction, take: Take, now: int) -> list[Take]:
    """Its siblings whose clips are still to come."""
    siblings = await tx.rows(Take, card=take.card, draft=None)
    return [each for each in siblings if each.id != take.id and _comes(each, now)]


def _comes(take: Take, now: int) -> bool:
    """Whether its clip comes soon by itself, to be seen."""
    return is_coming(take, now) and not take.dismissed
