"""The words on a card about its takes: what it is, what they are doing, what went wrong, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.lifecycle import ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import ZERO, Money, total
from bot.core.rows import Take
from bot.core.sentences.numbers import count, joined, left, listed, spaced, span
from bot.core.sentences.plain import capital, reason, sentence
from bot.core.sentences.states import DOING, doing, is_late, label, maker, named, ran_ms, remaining_ms, who_paused

NOTHING_CHARGED = "Nothing was charged."
#: The provider may show a job that was judged lost or made, for a day.
_SHOULD_IT_TURN_UP = {
    State.RELEASED: "should it turn up within a day, it is booked and delivered after all.",
    State.WRITTEN_OFF: "should it turn up within a day, it is delivered after all.",
}


def title(card: str, drafts: Sequence[Take], state: str) -> str:
    """``🎬 A7K · 4 drafts for mina · 16:9``."""
    noun = drafts[0].stage.value
    what = noun if len(drafts) == 1 else count(len(drafts), noun)
    return f"🎬 {joined(card, f'{what} for {maker(drafts[0])}', state)}"


def ready(drafts: Sequence[Take]) -> str:
    """What the title says when the team can choose."""
    return "ready" if len(drafts) == 1 else "ready to choose"


def ended(drafts: Sequence[Take], now: int) -> str:
    """What the title says when nothing came of it: the one word for all, or that there is nothing to choose."""
    words = {doing(take, now) for take in drafts}
    return words.pop() if len(words) == 1 else "nothing to choose"


def taken_down(card: str) -> str:
    """The blanked card."""
    return f"{card} was taken down."


def decided(card: str, finals: Sequence[Take], charged: Money, now: int) -> str:
    """The one line of a decided card: ``A7K · 1 finished · $2.78``."""
    finished = [take for take in finals if take.state is State.DELIVERED and not take.hidden]
    others = [spaced("" if take.id == card else take.id, doing(take, now)) for take in finals if take not in finished]
    return joined(card, f"{len(finished)} finished" if finished else "", *others, str(charged))


def footer(held: Money, charged: Money, rest: Money | None, over: Money = ZERO) -> str:
    """``$1.28 held · $36.40 left``."""
    return joined(f"{charged} spent" if charged else "", f"{held} held" if held else "", left(rest, over))


def progress(takes: Sequence[Take], now: int) -> str:
    """``1 rendering, about 20 s left · 2 rendering · 3 waiting``: the time once, of the take that is done first."""
    if len(takes) == 1:
        return capital(doing(takes[0], now))
    rendering = [take for take in takes if take.state is State.RENDERING and not is_late(take, now)]
    first = min(rendering, key=lambda take: remaining_ms(take, now), default=None)
    return joined(*(f"{take.number} {doing(take, now, timed=take is first)}" for take in takes))


def paused(by: str) -> str:
    """While an owner keeps what waits from being ordered."""
    return f"Waiting: {who_paused(by)}; nothing is ordered until it goes on."


def choices(takes: Sequence[Take], now: int) -> str:
    """``1 marble · 2 oak · 3 steel refused``: what there is to choose from."""
    return joined(*(_choice(take, now) for take in takes))


def _choice(take: Take, now: int) -> str:
    to_be_seen = label(take) and take.state is State.DELIVERED and not take.hidden and not take.rejected_by
    return named(take) if to_be_seen else spaced(named(take), doing(take, now))


def troubles(takes: Sequence[Take], now: int) -> list[str]:
    """What went wrong with a card's takes, each once: what happened, what it costs, what to do."""
    groups: dict[tuple[State, str], list[Take]] = {}
    for take in takes:
        if take.state in ENDED_WITHOUT_CLIP:
            groups.setdefault((take.state, take.problem), []).append(take)
    said = [
        why_ended(group, "" if len(group) == len(takes) else listed(map(named, group))) for group in groups.values()
    ]
    return [*said, *filter(None, (trouble(take, now) for take in takes))]


def why_ended(takes: Sequence[Take], subject: str) -> str:
    """Why takes with the same ending have no clip, and what that cost; ``subject`` names them, if they need it."""
    first, charged = takes[0], total(take.charged for take in takes)
    clause = reason(first.problem) or DOING[first.state]
    clause = f"{subject}: {clause}." if subject else sentence(clause)
    return f"{clause} {_money(first, charged)}"


def _money(take: Take, charged: Money) -> str:
    cost = f"{charged} was charged" if charged else NOTHING_CHARGED.rstrip(".")
    match take.state:
        case State.RELEASED | State.WRITTEN_OFF:
            return f"{cost}; {_SHOULD_IT_TURN_UP[take.state]}"
        case State.FAILED if take.unverified:
            return f"{cost}; the provider did not say that it gave the money back."
        case _:
            return f"{cost}."


def trouble(take: Take, now: int) -> str:
    """What has to be said of a take that has its clip or may still get it; nothing where all is well."""
    match take.state:
        case State.RENDERING if is_late(take, now):
            return (
                f"Late: {take.id} usually takes {span(take.usual_ms)} and has taken {span(ran_ms(take, now))}. "
                "Still being made; you will not be charged again."
            )
        case State.UNKNOWN:
            asked = " An owner has been asked." if take.question_at else ""
            return (
                f"Not sure about {take.id}: {_why(take, 'the provider did not answer the order')}. {take.held} stays "
                f"held and nothing is ordered again until it is known.{asked}"
            )
        case State.FETCHING | State.DELIVERING if take.problem:
            return f"{take.id} is made and paid, and is still being brought here: {reason(take.problem)}."
        case State.UNDELIVERABLE:
            return (
                f"{take.id} could not be posted: {_why(take, 'the channel is closed')}. It is kept; "
                f"/clip rescue {take.id} posts it."
            )
        case State.DELIVERED | State.SHELVED if take.clip_note and not take.hidden:
            return f"{take.id}: {reason(take.clip_note)}."
        case _:
            return ""


def _why(take: Take, unsaid: str) -> str:
    return reason(take.problem) or unsaid


def cancel_label(waiting: int, of: int, back: Money) -> str:
    """``Cancel the 2 waiting · $0.64 back``."""
    some = "Cancel the one waiting" if waiting == 1 else f"Cancel the {waiting} waiting"
    what = "Cancel" if of == 1 else "Cancel all" if waiting == of else some
    return joined(what, f"{back} back" if back else "")


def post_anyway_label(take: Take, of: int) -> str:
    """For a clip that is kept and not posted."""
    return "Post it anyway" if of == 1 else f"Post {take.id} anyway"


def finished(takes: Iterable[Take]) -> list[Take]:
    """The finals that have their clip; nothing more happens to them by itself."""
    done = (State.DELIVERED, State.SHELVED, State.UNDELIVERABLE)
    return [take for take in takes if take.stage is Stage.FINAL and take.state in done]
