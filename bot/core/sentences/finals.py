"""The words on a card about votes and finals, and those that go with a clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.emoji import KEYCAPS
from bot.core.lifecycle import ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import ZERO, Money
from bot.core.rows import Asked, Take
from bot.core.sentences.numbers import joined, left, listed
from bot.core.sentences.plain import capital, reason
from bot.core.sentences.states import doing, named
from bot.core.sentences.takes import why_ended

#: From so many numbers in a row on, only the ends are said: ``1️⃣–4️⃣``.
RUN_FROM = 3
#: Ended like this a final's job may still turn up, so nothing invites to order another.
_MAY_TURN_UP = (State.RELEASED, State.WRITTEN_OFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the final of a draft would be."""

    seconds: int
    resolution: str
    price: Money
    model: str


def how_to_finish_each(candidates: Sequence[tuple[Take, Offer]], quorum: int) -> str:
    """The same where the finals would differ: which reaction orders what."""
    offers: dict[Offer, list[int]] = {}
    for take, offer in candidates:
        offers.setdefault(offer, []).append(take.number)
    orders = "; ".join(
        f"{_keycaps(numbers)} for {offer.seconds} s at {offer.resolution}, {offer.price}"
        for offer, numbers in offers.items()
    )
    votes = f" ({quorum} approvals each)" if quorum > 1 else ""
    models = capital(listed(dict.fromkeys(offer.model for offer in offers)))
    render = "renders them" if len({offer.model for offer in offers}) == 1 else "render them"
    return f"React{votes} {orders}. {models} {render} anew: same prompts, not the same pixels."


def how_to_finish(
    candidates: Sequence[Take], of: int, *, seconds: int, resolution: str, price: Money, quorum: int, model: str
) -> str:
    """What a reaction orders and costs, and that the final is a new roll: on the card before anybody votes."""
    caps = "✅" if of == 1 else _keycaps([take.number for take in candidates])
    which = f"{caps} to finish {'it' if len(candidates) == 1 else 'one'}"
    votes = f", {quorum} approvals{' each' if len(candidates) > 1 else ''}" if quorum > 1 else ""
    return (
        f"React {which}{votes}: {seconds} s at {resolution}, {price}. "
        f"{capital(model)} renders it anew: same prompt, not the same pixels."
    )


def _keycaps(numbers: Sequence[int]) -> str:
    caps = [KEYCAPS[number - 1] for number in numbers]
    if len(caps) >= RUN_FROM and numbers[-1] - numbers[0] == len(caps) - 1:
        return f"{caps[0]}–{caps[-1]}"
    *most, last = caps
    return f"{', '.join(most)} or {last}" if most else last


def votes(draft: Take, given: int, quorum: int, seconds: int, resolution: str, price: Money) -> str:
    """``2 oak: 1 of 2 approvals · final 10 s 720p, $1.50``."""
    return joined(f"{named(draft)}: {given} of {quorum} approvals", f"final {seconds} s {resolution}, {price}")


def final_line(final: Take, now: int, grace_s: int, *, paused: bool = False) -> str:
    """What the card says of a final that was ordered from it; ``paused``: nothing is ordered there now."""
    match final.state:
        case State.ARMED:
            return joined(_approved(final), "paused" if paused else _ordering(final, now, grace_s))
        case State.ASKED:
            return _asked(final)
        case State.DELIVERED if not final.hidden:
            return joined(f"{final.id} finished", str(final.charged))
        case state if state in ENDED_WITHOUT_CLIP:
            again = "" if state in _MAY_TURN_UP else " A vote given anew orders another."
            return why_ended([final], final.id) + again
        case _:
            money = f"{final.held} held" if final.held else str(final.charged) if final.charged else ""
            return joined(f"{final.id} {doing(final, now)}", money)


def says_held(final: Take) -> bool:
    """Whether its line says what it holds, so that nothing else on the card needs to."""
    return final.state not in (State.ARMED, State.ASKED) or final.asked is Asked.CONFIRM


def _asked(final: Take) -> str:
    match final.asked:
        case Asked.CAP:
            return joined(_approved(final), f"not ordered, {final.price} is more than is left")
        case Asked.OWNER:
            return joined(_approved(final), f"waits for an owner's yes, {final.price}")
        case _:
            return joined(f"{final.id} waits for a yes", f"{final.held} held")


def _approved(final: Take) -> str:
    by = reason(final.approved_by)
    return f"{named(final)}: approved by {by}" if by else f"{named(final)}: approved"


def _ordering(final: Take, now: int, grace_s: int) -> str:
    """The grace begins when the card that says this is on the screen."""
    wait_s = grace_s if final.order_at is None else max(0, round((final.order_at - now) / 1000))
    return f"ordering in {wait_s} s" if wait_s else "ordering now"


def promote_label(take: Take, of: int) -> str:
    """The button beside the reaction."""
    return "Finish it" if of == 1 else str(take.number)


def undo_label(final: Take, of: int) -> str:
    """The button that disarms a final; ``of`` are armed."""
    return "Undo" if of == 1 else f"Undo {final.id}"


def cancel_final_label(final: Take) -> str:
    """For a final that waits for its turn."""
    return joined(f"Cancel {final.id}", f"{final.held} back" if final.held else "")


def final_here(take: Take, rest: Money | None, over: Money = ZERO) -> str:
    """``Final A7K-2F is here · $1.50 · $34.90 left``; a draft that has no card to stand under is a clip."""
    noun = "Final" if take.stage is Stage.FINAL else "Clip"
    return joined(f"{noun} {take.id} is here", str(take.charged), left(rest, over))


def made_as(take: Take) -> str:
    """``10 s at 720p · approved by jo and ravi``."""
    by = reason(take.approved_by)
    return joined(f"{take.seconds} s at {take.resolution}", f"approved by {by}" if by else "")
