"""The words on a card about votes and finals, and those that go with a clip."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.core.emoji import KEYCAPS
from bot.core.lifecycle import ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import ZERO, Money
from bot.core.policy import MATCH, NEW
from bot.core.rows import Asked, Take
from bot.core.sentences.numbers import joined, left, listed
from bot.core.sentences.plain import capital, reason
from bot.core.sentences.states import doing, named
from bot.core.sentences.takes import why_ended

#: From so many numbers in a row on, only the ends are said: ``1️⃣–4️⃣``.
RUN_FROM = 3
#: How a final of the look *match* is made.
FROM_FRAME = "from the draft's frame"
#: Ended like this a final's job may still turn up, so nothing invites to order another.
_MAY_TURN_UP = (State.RELEASED, State.WRITTEN_OFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the final of a draft would be."""

    seconds: int
    resolution: str
    price: Money
    model: str
    #: ``new`` or ``match``.
    look: str = NEW

    @property
    def matches(self) -> bool:
        """Whether it starts from the draft's frame."""
        return self.look == MATCH


def how_to_finish_each(candidates: Sequence[tuple[Take, Offer]], quorum: int) -> str:
    """The same where the finals would differ: which reaction orders what."""
    offers: dict[Offer, list[int]] = {}
    for take, offer in candidates:
        offers.setdefault(offer, []).append(take.number)
    looks = {offer.look for offer in offers}
    orders = "; ".join(
        f"{_keycaps(numbers)} for {offer.seconds} s at {offer.resolution}, {offer.price}{_made_as_each(offer, looks)}"
        for offer, numbers in offers.items()
    )
    votes = f" ({quorum} approvals each)" if quorum > 1 else ""
    models = capital(listed(dict.fromkeys(offer.model for offer in offers)))
    several = len({offer.model for offer in offers}) > 1
    return f"React{votes} {orders}. {_made_of_all(models, looks, several=several)}"


def _made_as_each(offer: Offer, looks: AbstractSet[str]) -> str:
    """How it is made, where others are made differently."""
    if len(looks) == 1:
        return ""
    return ", from its frame" if offer.matches else ", anew"


def _made_of_all(models: str, looks: AbstractSet[str], *, several: bool) -> str:
    """What the model does, or ``several``."""
    if looks == {NEW}:
        return f"{models} {'render' if several else 'renders'} them anew: same prompts, not the same pixels."
    if looks == {MATCH}:
        start = "start" if several else "starts"
        return f"{models} {start} each from its draft's frame: same look, not the same pixels."
    return "Either way they have not the same pixels."


def how_to_finish(candidates: Sequence[Take], of: int, offer: Offer, *, quorum: int) -> str:
    """What a reaction orders and costs, and how the final is made: on the card before anybody votes."""
    caps = "✅" if of == 1 else _keycaps([take.number for take in candidates])
    which = f"{caps} to finish {'it' if len(candidates) == 1 else 'one'}"
    votes = f", {quorum} approvals{' each' if len(candidates) > 1 else ''}" if quorum > 1 else ""
    made = (
        "starts from the draft's frame: same look, not the same pixels."
        if offer.matches
        else "renders it anew: same prompt, not the same pixels."
    )
    return (
        f"React {which}{votes}: {offer.seconds} s at {offer.resolution}, {offer.price}. {capital(offer.model)} {made}"
    )


def _keycaps(numbers: Sequence[int]) -> str:
    caps = [KEYCAPS[number - 1] for number in numbers]
    if len(caps) >= RUN_FROM and numbers[-1] - numbers[0] == len(caps) - 1:
        return f"{caps[0]}–{caps[-1]}"
    *most, last = caps
    return f"{', '.join(most)} or {last}" if most else last


def votes(draft: Take, given: int, quorum: int, offer: Offer) -> str:
    """``2 oak: 1 of 2 approvals · final 10 s 720p, $1.50``."""
    frame = f" {FROM_FRAME}" if offer.matches else ""
    final = f"final {offer.seconds} s {offer.resolution}{frame}, {offer.price}"
    return joined(f"{named(draft)}: {given} of {quorum} approvals", final)


def final_line(final: Take, now: int, grace_s: int, *, paused: bool = False, matched: bool = False) -> str:
    """What the card says of a final that was ordered from it.

    ``paused``: nothing is ordered there now. ``matched``: it starts from the draft's frame.
    """
    frame = FROM_FRAME if matched else ""
    match final.state:
        case State.ARMED:
            return joined(_approved(final), frame, "paused" if paused else _ordering(final, now, grace_s))
        case State.ASKED:
            return _asked(final, frame)
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


def _asked(final: Take, frame: str) -> str:
    match final.asked:
        case Asked.CAP:
            return joined(_approved(final), frame, f"not ordered, {final.price} is more than is left")
        case Asked.OWNER:
            return joined(_approved(final), frame, f"waits for an owner's yes, {final.price}")
        case _:
            return joined(f"{final.id} waits for a yes", frame, f"{final.held} held")


def _approved(final: Take) -> str:
    by = reason(final.approved_by)
    return f"{named(final)}: approved by {by}" if by else f"{named(final)}: approved"


def _ordering(final: Take, now: int, grace_s: int) -> str:
    """The grace begins when the card that says this is on the screen."""
    wait_s = grace_s if final.order_at is None else max(0, round((final.order_at - now) / 1000))
    return f"ordering in {wait_s} s" if wait_s else "ordering now"


def look_label(*, matched: bool) -> str:
    """The button that changes how the card's finals are made; ``matched``: some start from the draft's frame now."""
    return "A new roll" if matched else "Keep this look"


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


def made_as(take: Take, *, matched: bool = False) -> str:
    """``10 s at 720p · made from the draft's frame · approved by jo and ravi``."""
    by = reason(take.approved_by)
    frame = f"made {FROM_FRAME}" if matched else ""
    return joined(f"{take.seconds} s at {take.resolution}", frame, f"approved by {by}" if by else "")
