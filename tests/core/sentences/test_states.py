"""What a take is doing, and what went wrong with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.lifecycle import Stage, State
from bot.core.rows import Asked, Take
from bot.core.sentences import finals, takes
from bot.core.sentences.states import captioned, doing, is_, named
from tests.core.builders import NOW, make_final, make_slate, make_take


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_words(state: State) -> None:
    """A few words for the card, and a clause for answers; none says the state's name where people would not."""
    take = make_take(state)
    assert doing(take, NOW)
    assert is_(take)
    assert "_" not in doing(take, NOW) + is_(take)


@pytest.mark.parametrize(
    ("take", "said"),
    [
        (make_take(State.QUEUED), "waiting"),
        (make_take(State.ASKED), "waits for a yes"),
        (make_take(State.ASKED, asked=Asked.CONFIRM), "waits for its maker's yes"),
        (make_take(State.ASKED, asked=Asked.CAP), "not ordered, the budget is short"),
        (make_take(State.ASKED, asked=Asked.OWNER), "waits for an owner's yes"),
        (make_take(State.SUBMITTING), "being ordered"),
        (make_take(State.SUBMITTING, cancel_asked=True), "being ordered, then cancelled if that is possible"),
        (make_take(State.RENDERING), "rendering, about 20 s left"),
        (make_take(State.RENDERING, submitted_at=None), "rendering, about 20 s left"),
        (make_take(State.RENDERING, submitted_at=NOW - 26_000), "rendering, any moment now"),
        (make_take(State.RENDERING, submitted_at=NOW - 51_000), "rendering, late"),
        (make_take(State.RENDERING, dismissed=True), "rendering, to be kept and not posted"),
        (make_take(State.UNKNOWN), "not sure"),
        (make_take(State.REFUSED), "refused"),
        (make_take(State.DELIVERED), "ready"),
        (make_take(State.DELIVERED, hidden=True), "taken down"),
        (make_take(State.DELIVERED, rejected_by="jo"), "set aside by jo"),
        (make_take(State.FAILED, rejected_by="jo"), "failed"),
    ],
)
def test_what_a_take_is_doing(take: Take, said: str) -> None:
    """The words on its card."""
    assert doing(take, NOW) == said


def test_the_time_is_left_out_where_another_take_says_it() -> None:
    """A slate says the time once, of the take that is done first; what is late has none."""
    slow, fast, late = make_slate(*[State.RENDERING] * 3)
    fast = make_take(State.RENDERING, number=2, submitted_at=NOW - 15_000)
    late = make_take(State.RENDERING, number=3, submitted_at=NOW - 60_000)
    assert takes.progress((slow, fast, late), NOW) == "1 rendering · 2 rendering, about 10 s left · 3 rendering, late"
    assert takes.progress((late, make_take(State.QUEUED, number=4)), NOW) == "3 rendering, late · 4 waiting"


def test_takes_and_finals_are_named_as_the_card_numbers_them() -> None:
    """In a slate by number and words, a single take by its id; a final as its draft."""
    assert named(make_slate(State.QUEUED)[0]) == "1 marble"
    assert named(make_take()) == "A7K"
    assert named(make_final()) == "2 oak"
    assert named(make_final(number=0, draft="A7K", id="A7K-F")) == "A7K"
    assert [captioned(make_take()), captioned(make_slate(State.QUEUED)[0])] == ["A7K", "A7K-1 · marble"]


MANY: dict[str, Any] = {"submitted_at": NOW - 120_000}


@pytest.mark.parametrize(
    ("take", "said"),
    [
        (make_take(State.RENDERING), ""),
        (make_take(State.DELIVERED), ""),
        (make_take(State.QUEUED, problem="the key is paused"), ""),
        (
            make_take(State.RENDERING, **MANY),
            "Late: A7K usually takes 25 s and has taken 2 min. Still being made; you will not be charged again.",
        ),
        (
            make_take(State.UNKNOWN, problem="the provider did not answer the order (ReadTimeout)."),
            (
                "Not sure about A7K: the provider did not answer the order (ReadTimeout). $0.32 stays held and "
                "nothing is ordered again until it is known."
            ),
        ),
        (
            make_take(State.UNKNOWN, question_at=NOW),
            (
                "Not sure about A7K: the provider did not answer the order. $0.32 stays held and nothing is ordered "
                "again until it is known. An owner has been asked."
            ),
        ),
        (
            make_take(State.FETCHING, problem="the provider's host does not answer"),
            "A7K is made and paid, and is still being brought here: the provider's host does not answer.",
        ),
        (make_take(State.FETCHING), ""),
        (
            make_take(State.UNDELIVERABLE),
            "A7K could not be posted: the channel is closed. It is kept; /clip rescue A7K posts it.",
        ),
        (make_take(State.DELIVERED, clip_note="asked 4 s, got 3.8 s"), "A7K: asked 4 s, got 3.8 s."),
        (make_take(State.DELIVERED, clip_note="asked 4 s, got 3.8 s", hidden=True), ""),
    ],
)
def test_trouble_is_told_with_what_it_means_for_the_money(take: Take, said: str) -> None:
    """What happened, what it costs, what to do; nothing where all is well."""
    assert takes.trouble(take, NOW) == said


@pytest.mark.parametrize(
    ("take", "said"),
    [
        (
            make_take(State.REFUSED, problem="refused by the provider: x."),
            "Refused by the provider: x. Nothing was charged.",
        ),
        (make_take(State.FAILED, problem="failed while rendering"), "Failed while rendering. Nothing was charged."),
        (
            make_take(State.FAILED, charged=make_take().price, unverified=True),
            "Failed. $0.32 was charged; the provider did not say that it gave the money back.",
        ),
        (make_take(State.LOST, problem="its address has ended"), "Its address has ended. $0.32 was charged."),
        (make_take(State.DECLINED, problem="declined by dana"), "Declined by dana. Nothing was charged."),
        (make_take(State.EXPIRED), "Not answered in time. Nothing was charged."),
        (
            make_take(State.RELEASED),
            "Judged lost. Nothing was charged; should it turn up within a day, it is booked and delivered after all.",
        ),
        (
            make_take(State.WRITTEN_OFF),
            "Judged made, charged. $0.32 was charged; should it turn up within a day, it is delivered after all.",
        ),
    ],
)
def test_an_ending_is_told_with_its_cost(take: Take, said: str) -> None:
    """Why there is no clip, and whether that was charged."""
    assert takes.troubles((take,), NOW) == [said]


@pytest.mark.parametrize(
    ("final", "said"),
    [
        (make_final(State.ARMED, approved_by=""), "2 oak: approved · ordering in 15 s"),
        (
            make_final(State.ASKED, asked=Asked.CAP),
            "2 oak: approved by jo and ravi · not ordered, $1.50 is more than is left",
        ),
        (
            make_final(State.ASKED, asked=Asked.OWNER),
            "2 oak: approved by jo and ravi · waits for an owner's yes, $1.50",
        ),
        (
            make_final(State.ASKED, asked=Asked.CONFIRM, held=make_final().price),
            "A7K-2F waits for a yes · $1.50 held",
        ),
        (make_final(State.QUEUED), "A7K-2F waiting · $1.50 held"),
        (make_final(State.FETCHING), "A7K-2F made, coming up · $1.50"),
        (make_final(State.DELIVERED), "A7K-2F finished · $1.50"),
        (make_final(State.DELIVERED, hidden=True), "A7K-2F taken down · $1.50"),
        (make_final(State.SHELVED, charged=make_final().held), "A7K-2F kept, not posted · $1.50"),
        (
            make_final(State.RELEASED, problem="judged lost by an owner"),
            (
                "A7K-2F: judged lost by an owner. Nothing was charged; should it turn up within a day, it is booked "
                "and delivered after all."
            ),
        ),
    ],
)
def test_what_became_of_a_final(final: Take, said: str) -> None:
    """Its line on the card; nobody is invited to order again what may still turn up."""
    assert finals.final_line(final, NOW, 15) == said


def test_a_final_that_costs_nothing_yet_says_no_amount() -> None:
    """What is not held and not charged is not mentioned."""
    assert finals.final_line(make_final(State.QUEUED, held=make_take(State.REFUSED).held), NOW, 15) == "A7K-2F waiting"


@pytest.mark.parametrize(
    ("numbers", "quorum", "said"),
    [
        ((1, 2, 3, 4), 1, "React 1️⃣–4️⃣ to finish one: 10 s"),
        ((1, 2), 1, "React 1️⃣ or 2️⃣ to finish one: 10 s"),
        ((1, 2, 4), 1, "React 1️⃣, 2️⃣ or 4️⃣ to finish one: 10 s"),
        ((9, 10), 3, "React 9️⃣ or 🔟 to finish one, 3 approvals each: 10 s"),
        ((10,), 2, "React 🔟 to finish it, 2 approvals: 10 s"),
        ((0,), 1, "React ✅ to finish it: 10 s"),
        ((0,), 2, "React ✅ to finish it, 2 approvals: 10 s"),
    ],
)
def test_how_to_finish_names_the_reactions_that_do_it(numbers: tuple[int, ...], quorum: int, said: str) -> None:
    """Numbers in a row by their ends, others one by one; how many approvals are needed, where it is not one."""
    candidates = [make_take(State.DELIVERED, number=number) for number in numbers]
    of = 1 if numbers == (0,) else 10
    offer = finals.Offer(seconds=10, resolution="720p", price=make_final().price, model="mini")
    line = finals.how_to_finish(candidates, of, offer, quorum=quorum)
    assert line == f"{said} at 720p, $1.50. Mini renders it anew: same prompt, not the same pixels."
    line = finals.how_to_finish(candidates, of, replace(offer, look="match"), quorum=quorum)
    assert line == f"{said} at 720p, $1.50. Mini starts from the draft's frame: same look, not the same pixels."


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        ({"look": "match"}, "1️⃣ for 10 s at 720p, $1.50; 2️⃣ for 8 s at 720p, $1.50. Mini starts each from its draft's"),
        ({"look": "match", "model": "fast"}, "Mini and fast start each from its draft's frame: same look, not the"),
        ({"look": "new"}, "Mini renders them anew: same prompts"),
        ({"model": "fast"}, "1️⃣ for 10 s at 720p, $1.50, from its frame; 2️⃣ for 8 s at 720p, $1.50, anew. Either way"),
    ],
)
def test_how_to_finish_each_says_which_starts_from_its_frame(offers: dict[str, str], said: str) -> None:
    """In one word where it is the same for all."""
    first = finals.Offer(seconds=10, resolution="720p", price=make_final().price, model="mini", look="match")
    second = replace(first, **({"seconds": 8, "look": "new"} | offers))  # type: ignore[arg-type]
    if "look" in offers:
        first = replace(first, look=offers["look"])
    candidates = [(make_take(State.DELIVERED, number=1), first), (make_take(State.DELIVERED, number=2), second)]
    assert said in finals.how_to_finish_each(candidates, 1)


@pytest.mark.parametrize(
    ("state", "changes", "said"),
    [
        (State.ARMED, {}, "2 oak: approved by jo and ravi · from the draft's frame · ordering in 15 s"),
        (State.ASKED, {"asked": Asked.CAP}, "ravi · from the draft's frame · not ordered, $1.50 is more than is left"),
        (State.ASKED, {"asked": Asked.OWNER}, "from the draft's frame · waits for an owner's yes, $1.50"),
        (State.ASKED, {"asked": Asked.CONFIRM}, "A7K-2F waits for a yes · from the draft's frame · $0.00 held"),
    ],
)
def test_a_final_that_waits_says_that_it_starts_from_the_frame(
    state: State, changes: dict[str, Asked], said: str
) -> None:
    """While it can still be undone or declined."""
    assert said in finals.final_line(make_final(state, **changes), NOW, 15, matched=True)


def test_a_clip_without_a_card_to_stand_under_is_announced_as_a_clip() -> None:
    """A final is a final; a draft that lost its card is a clip, not a final."""
    final, draft = make_final(State.DELIVERED), make_take(State.DELIVERED)
    assert finals.final_here(final, None) == "Final A7K-2F is here · $1.50"
    assert finals.final_here(draft, None) == "Clip A7K is here · $0.32"
    assert (finals.made_as(draft), draft.stage) == ("4 s at 480p", Stage.DRAFT)
    assert finals.made_as(final, matched=True) == (
        "10 s at 720p · made from the draft's frame · approved by jo and ravi"
    )
