"""The words on cards."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.lifecycle import CLIP, ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import Money
from bot.core.rows import Asked, Take
from bot.core.sentences.numbers import count, joined, left, span, time_left

#: A take is called late from this many times its usual time on.
LATE_AFTER = 2
NOT_THE_SAME = "Mini renders it anew: same prompt, not the same pixels."


def title(card: str, drafts: tuple[Take, ...], ratio: str, *, ready: bool) -> str:
    """``A7K · 4 drafts for mina · 16:9``."""
    first = drafts[0]
    noun = first.stage.value
    what = (
        f"{noun} for {first.person_name}" if len(drafts) == 1 else f"{count(len(drafts), noun)} for {first.person_name}"
    )
    state = ratio if not ready else "ready to choose" if len(drafts) > 1 else "ready"
    return f"🎬 {joined(card, what, state)}"


def taken_down(card: str) -> str:
    """The blanked card."""
    return f"{card} was taken down."


def decided(card: str, drafts: tuple[Take, ...], finals: tuple[Take, ...], charged: Money) -> str:
    """The one line of a decided card: ``A7K · 1 finished · $2.78``."""
    finished = [take for take in (*finals, *drafts) if take.stage is Stage.FINAL and take.state in CLIP]
    return joined(card, f"{len(finished)} finished", str(charged))


def footer(held: Money, charged: Money, rest: Money | None) -> str:
    """``$1.28 held · $36.40 left``."""
    return joined(f"{charged} spent" if charged else "", f"{held} held" if held else "", left(rest))


def progress(takes: tuple[Take, ...], now: int) -> Iterator[str]:
    """One line for all of a card's takes: ``1 rendering, about 20 s left · 2 marble ready``."""
    said = [joined_words(_named(take) if len(takes) > 1 else "", doing(take, now)) for take in takes]
    yield joined(*said) if len(takes) > 1 else _capital(said[0])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def joined_words(*parts: str) -> str:
    """The parts that say something, between blanks."""
    return " ".join(part for part in parts if part)


def _named(take: Take) -> str:
    return joined_words(str(take.number), take.label)


def doing(take: Take, now: int) -> str:
    """What a take is doing, in a few words."""
    if take.hidden:
        return "taken down"
    if take.rejected_by and take.state in CLIP:
        return f"set aside by {take.rejected_by}"
    match take.state:
        case State.ASKED:
            return "waits for a yes" if take.asked is Asked.CONFIRM else "not ordered: the budget is short"
        case State.RENDERING:
            return _rendering(take, now)
        case state:
            return DOING[state]


#: What a take in each other state is doing.
DOING = {
    State.ARMED: "approved",
    State.QUEUED: "waiting",
    State.ADMITTED: "being ordered",
    State.SUBMITTING: "being ordered",
    State.UNKNOWN: "not sure",
    State.FETCHING: "made, coming up",
    State.DELIVERING: "made, coming up",
    State.DELIVERED: "ready",
    State.SHELVED: "kept, not posted",
    State.UNDELIVERABLE: "kept, could not be posted",
    State.REFUSED: "refused",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    State.DECLINED: "declined",
    State.EXPIRED: "not answered in time",
    State.RELEASED: "judged lost, money back",
    State.WRITTEN_OFF: "judged made, charged",
    State.LOST: "lost",
}


def _rendering(take: Take, now: int) -> str:
    ran = now - (take.submitted_at or now)
    if ran > LATE_AFTER * take.usual_ms:
        return "rendering, late"
    return f"rendering, {time_left(take.usual_ms - ran)}"


def has_trouble(take: Take) -> bool:
    """Whether the card has to explain something about the take."""
    return bool(take.late_told_at and take.state is State.RENDERING) or (
        bool(take.problem or take.clip_note) and take.state not in (State.QUEUED, State.ADMITTED, State.SUBMITTING)
    )


def trouble(take: Take) -> str:
    """What happened, and what it costs."""
    money = (
        f"{take.held} stays held" if take.held else f"{take.charged} charged" if take.charged else "nothing was charged"
    )
    match take.state:
        case State.RENDERING:
            return (
                f"Late: {take.id} usually takes {span(take.usual_ms)}. Still being made; you will not be charged again."
            )
        case State.UNKNOWN:
            return (
                f"Not sure: {take.problem or 'the provider did not answer'} when {take.id} was ordered. {money} and "
                "nothing is ordered again until it is known."
            )
        case State.FETCHING | State.DELIVERING:
            return f"{take.id} is made and paid; bringing it here is tried again: {take.problem}."
        case State.DELIVERED | State.SHELVED:
            return f"{take.id}: {take.clip_note or take.problem}."
        case State.CANCELLED:
            return f"{take.id} was cancelled: {take.problem}; {money}."
        case _:
            return f"{take.id}: {take.problem}; {money}."


def votes(draft: Take, given: int, quorum: int, seconds: int, price: Money) -> str:
    """``2 oak: 1 of 2 approvals · final 10 s 720p, $1.50``."""
    name = _named(draft) if draft.number else draft.id
    return joined(f"{name}: {given} of {quorum} approvals", f"final {seconds} s 720p, {price}")


def final_line(final: Take, now: int, grace_s: int) -> str:
    """What the card says of a final that was ordered from it."""
    name = (f"{final.number} {final.label}".strip()) if final.number else str(final.draft)
    match final.state:
        case State.ARMED:
            wait = grace_s if final.order_at is None else max(0, round((final.order_at - now) / 1000))
            return joined(f"{name}: approved by {final.approved_by}", f"ordering in {wait} s")
        case State.ASKED if final.asked is Asked.CAP:
            return joined(f"{name}: approved by {final.approved_by}", f"{final.price} is more than is left")
        case state if state in ENDED_WITHOUT_CLIP:
            return joined(f"{final.id} {doing(final, now)}", final.problem, _back(final))
        case State.DELIVERED:
            return joined(f"{final.id} finished", str(final.charged))
        case _:
            return joined(f"{final.id} {doing(final, now)}", f"{final.held} held" if final.held else "")


def _back(final: Take) -> str:
    return f"{final.charged} charged" if final.charged else "nothing was charged"


def how_to_finish(drafts: tuple[Take, ...], seconds: int, price: Money) -> str:
    """What a reaction does, before the vote."""
    open_ones = [take for take in drafts if take.state in CLIP and take.stage is Stage.DRAFT and not take.rejected_by]
    if not open_ones:
        return ""
    how = "React ✅ to finish it" if len(drafts) == 1 else f"React {_keycaps(open_ones)} to finish one"
    return f"{how}: {seconds} s at 720p, {price}. {NOT_THE_SAME}"


def _keycaps(takes: list[Take]) -> str:
    numbers = [take.number for take in takes]
    caps = ["🔟" if number == 10 else f"{number}\ufe0f\u20e3" for number in numbers]  # noqa: PLR2004 - the tenth keycap
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):  # noqa: PLR2004
        return f"{caps[0]}–{caps[-1]}"
    return " or ".join(caps)


def cancel_label(waiting: int, of: int, back: Money) -> str:
    """``Cancel the 2 waiting · $0.64 back``."""
    what = "Cancel" if of == 1 else "Cancel all" if waiting == of else f"Cancel the {waiting} waiting"
    return joined(what, f"{back} back" if back else "")


def promote_label(take: Take, of: int) -> str:
    """The button beside the reaction."""
    return "Finish it" if of == 1 else str(take.number)


def post_anyway_label(take: Take, of: int) -> str:
    """For a clip that is kept and not posted."""
    return "Post it anyway" if of == 1 else f"Post {take.id} anyway"


def clip_caption(take: Take, of: int) -> str:
    """What stands with a draft's clip."""
    return joined(take.id, take.label) if of > 1 else take.id


def final_here(take: Take, rest: Money | None) -> str:
    """``Final A7K-2F is here · $1.50 · $34.90 left``."""
    return joined(
        f"{'Final' if take.stage is Stage.FINAL else 'Clip'} {take.id} is here", str(take.charged), left(rest)
    )


def approved(take: Take) -> str:
    """Who approved a final."""
    return f"Approved by {take.approved_by}." if take.approved_by else ""
