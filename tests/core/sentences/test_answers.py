"""Answers to commands, word for word."""

from __future__ import annotations

import inspect

import pytest

from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.sentences import answers
from tests.core.builders import make_final, make_purse, make_take

BACK = Money.usd("0.64")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Who may.
        (
            answers.makers_only("launch", guest=True),
            "Guests and people of other organisations cannot order clips in #launch.",
        ),
        (
            answers.makers_only("launch", guest=False),
            "Clips in #launch are ordered by the makers that its settings name, and you are not one of them.",
        ),
        (
            answers.approvers_only("launch"),
            "Finals in #launch are ordered by its approvers, and you are not one of them.",
        ),
        (
            answers.pick_shown("launch", guest=True),
            "Finals in #launch are approved by members. Your pick is shown.",
        ),
        (
            answers.pick_shown("launch", guest=False),
            "Finals in #launch are approved by the approvers that its settings name. Your pick is shown.",
        ),
        (answers.owners_only("launch"), "In #launch only an owner decides that."),
        (answers.makers_yes("A7K", "mina"), "Only mina, who asked for A7K, can confirm it."),
        (answers.not_yours("A7K"), "Only its maker, an approver or an owner can do that to A7K."),
        (
            answers.not_in_private(),
            "Clips are ordered in a channel, because a cap belongs to one; nothing can be ordered in private.",
        ),
        (
            answers.place_not_added(),
            "I am not set up for this place yet: the operator adds it first. Nothing can be ordered here until then.",
        ),
        # While nothing can be ordered.
        (
            answers.ordering_paused("launch", "dana"),
            "Not ordered: dana paused ordering in #launch. What is submitted goes on; what waits keeps its place.",
        ),
        (
            answers.ordering_paused("", "dana since 25 Nov, 14:05"),
            (
                "Not ordered: dana paused ordering everywhere on 25 Nov, 14:05. What is submitted goes on; "
                "what waits keeps its place."
            ),
        ),
        (
            answers.paused("launch"),
            (
                "Ordering in #launch is paused. What is queued or approved waits with its money held; "
                "what is submitted goes on. /dailies resume lets it go on."
            ),
        ),
        (
            answers.paused_already("", "dana since 25 Nov, 14:05"),
            (
                "Ordering everywhere is paused already, by dana since 25 Nov, 14:05. "
                "/dailies resume --everywhere lets it go on."
            ),
        ),
        (answers.not_paused("launch"), "Ordering in #launch is not paused; nothing was changed."),
        (answers.resumed("launch", None), "Ordering in #launch goes on; what waited starts by itself."),
        (
            answers.resumed("launch", "eve since 25 Nov, 14:05"),
            (
                "Ordering in #launch may go on, but everywhere it is paused by eve since 25 Nov, 14:05: "
                "/dailies resume --everywhere ends that."
            ),
        ),
        (
            answers.scope_stopped("#launch", "overrun:A7K-2F"),
            "Ordering is stopped for #launch: A7K-2F cost more than was held for it. An owner lets it go on.",
        ),
        (
            answers.clock_behind(120_000),
            (
                "Nothing is ordered now: this machine's clock is 2 min behind what was already written. "
                "The operator sets it right."
            ),
        ),
        (
            answers.ordering_stopped(),
            (
                "Nothing was done: my records cannot be read or written right now, so ordering is stopped. "
                "The operator has to look."
            ),
        ),
        (
            answers.chat_failed("rate limited."),
            "Nothing was ordered: the chat did not answer (rate limited). Say it again in a moment.",
        ),
        (
            answers.defect(),
            "Something went wrong on my side, and nothing was changed by it. The operator finds it in the log.",
        ),
        # Ids.
        (answers.no_such_take("X9X"), "There is no X9X here. /clip status lists what is under way."),
        (
            answers.no_such_take("<!here>" + "X" * 90),
            (f"There is no \u2039!here\u203a{'X' * 32}… here. /clip status lists what is under way."),
        ),
        (answers.which(["A7K-1", "A7K-2"]), "Which one? A7K-1, A7K-2"),
        (answers.which_number("A7K", 4), "Which one of A7K? React with its number, 1 to 4."),
        (answers.which_number("A7K", 1), "A7K is a single draft: react with ✅ to finish it."),
        # Votes.
        (
            answers.approvals("A7K-2", 1, 2, Money.usd("1.50"), own_only=False),
            "A7K-2: 1 of 2 approvals · final $1.50.",
        ),
        (
            answers.approvals("A7K-2", 0, 2, Money.usd("1.50"), own_only=True),
            "A7K-2: 0 of 2 approvals · final $1.50. Your own draft needs the others' approvals.",
        ),
        (
            answers.armed(make_final(), 15),
            "A7K-2 is approved: A7K-2F is ordered in 15 s · $1.50 held. Undo is on the card.",
        ),
        (
            answers.armed(make_final(), 0),
            "A7K-2 is approved: A7K-2F is ordered now · $1.50 held. Undo is on the card.",
        ),
        (
            answers.final_already(make_final(State.DELIVERED)),
            "A7K-2F is in the channel already; nothing more is ordered. React 🔁 on it for another roll.",
        ),
        (
            answers.final_already(make_final(State.RENDERING)),
            "A7K-2F is being made; nothing more is ordered.",
        ),
        (
            answers.final_under_way(make_final(State.UNKNOWN)),
            "A7K-2F may be being made, which is not known yet, and it is the one. Nothing more is ordered.",
        ),
        (answers.vote_taken_back("A7K-2"), "Your approval of A7K-2 is taken back."),
        (answers.disarmed(make_final()), "A7K-2F is not ordered · $1.50 is back."),
        (
            answers.too_late_to_undo(make_final(State.RENDERING)),
            "There is nothing to undo: A7K-2F is being made.",
        ),
        (
            answers.set_aside("A7K-2", "jo"),
            "A7K-2 was set aside by jo; it can be finished once that rejection (❌) is taken back.",
        ),
        (answers.rejected("A7K-2"), "A7K-2 is set aside. Take your ❌ back to undo that."),
        (answers.no_longer_rejected("A7K-2"), "A7K-2 is no longer set aside."),
        (
            answers.is_final_already("A7K-2F"),
            "A7K-2F is a final; there is nothing to promote. React 🔁 for another roll.",
        ),
        (answers.not_promotable(make_take(State.RENDERING)), "A7K is being made; vote when you have seen it."),
        (
            answers.not_promotable(make_take(State.REFUSED)),
            "A7K has no clip: it was refused. /clip again A7K makes a new one.",
        ),
        (answers.not_promotable(make_take(State.RELEASED)), "A7K has no clip: it was judged lost."),
        (answers.was_hidden("A7K"), "A7K was taken down. /clip rescue A7K posts it again."),
        (
            answers.votes_are_gone("A7K-2F"),
            "A7K-2F is not ordered: its approvals were taken back meanwhile.",
        ),
        # Cancel.
        (answers.cancelled("A7K", BACK), "A7K is cancelled · $0.64 is back."),
        (answers.cancelled("A7K", ZERO), "A7K is cancelled · nothing was held."),
        (answers.cancelled_some("A7K", 2, BACK), "2 takes of A7K cancelled · $0.64 is back."),
        (answers.cancelled_some("A7K", 1, ZERO), "1 take of A7K cancelled · nothing was held."),
        (
            answers.cancel_remembered(make_take()),
            (
                "A7K is being ordered this moment: if the provider has not taken it, it is cancelled; else it is kept, "
                "not posted."
            ),
        ),
        (
            answers.cannot_cancel_unknown(make_take()),
            "A7K cannot be cancelled: whether the provider has it is not known yet. $0.32 stays held until it is.",
        ),
        (
            answers.will_be_kept("A7K"),
            "A7K is made and paid; it is kept and not posted if that is still possible.",
        ),
        (answers.nothing_to_cancel(make_take(State.LOST)), "A7K cannot be cancelled: it is lost."),
        (
            answers.nothing_waits("A7K"),
            "Nothing of A7K waits any more. /clip cancel A7K-1 keeps what is being made from being posted.",
        ),
        # Clips.
        (answers.kept(["A7K"]), "A7K is kept for ever."),
        (answers.kept(["A7K-1", "A7K-2"]), "A7K-1 and A7K-2 are kept for ever."),
        (
            answers.hidden(["A7K"]),
            "A7K is taken down. The archive keeps it; /clip rescue A7K posts it again.",
        ),
        (
            answers.hidden(["A7K-1", "A7K-2"]),
            "A7K-1 and A7K-2 are taken down. The archive keeps them; /clip rescue A7K-1 posts that one again.",
        ),
        (
            answers.hidden_soon(["A7K"]),
            "A7K is hidden; the chat does not answer, so what is posted goes within the hour.",
        ),
        (answers.rescued(["A7K"]), "A7K will be posted here."),
        (
            answers.nothing_to_post(make_take(State.DELIVERED, purged_at=1)),
            "The clip of A7K is no longer kept: drafts are removed after their time unless 📌 keeps them.",
        ),
        (answers.nothing_to_post(make_take(State.FAILED)), "A7K has no clip to post: it failed."),
        (
            answers.nothing_to_hide(make_take(State.QUEUED)),
            "A7K has no clip in the chat: it waits for its turn.",
        ),
        # Owners.
        (
            answers.owner_asked("launch", known=True),
            "Whoever looks after the budget of #launch has been asked. Your order keeps its place for 72 hours.",
        ),
        (
            answers.owner_asked("launch", known=False),
            "Nobody looks after the budget of #launch yet, so the question stands in the channel for 72 hours.",
        ),
        (answers.owner_was_asked("A7K"), "The owner has been asked for A7K already; one question is enough."),
        (
            answers.not_waiting(make_take(State.DECLINED)),
            "A7K no longer waits for an answer: it was declined.",
        ),
        (answers.declined("A7K"), "A7K is declined; its maker is told."),
        (answers.allowed("A7K", []), "A7K is ordered; the cap stays as it is."),
        (
            answers.allowed(answers.rest_of("B4T", 8), []),
            "The rest of B4T (8 drafts) is ordered; the cap stays as it is.",
        ),
        (answers.declined(answers.rest_of("B4T", 1)), "The rest of B4T (1 draft) is declined; its maker is told."),
        (answers.ask_instead(None), "/dailies budget ask 10 asks for more."),
        (answers.ask_instead(Money.usd("2.50")), "/dailies budget ask 2.50 asks for it."),
        (
            answers.allowed("A7K", [make_purse("60"), make_purse("110", scope="workspace:T1", name="the workspace")]),
            "#launch was raised to $60.00 and the workspace was raised to $110.00. A7K is ordered.",
        ),
        (
            answers.question_is_old(make_take(State.RENDERING)),
            "That question is settled: A7K is being made.",
        ),
        (
            answers.released("A7K", BACK),
            "Released: A7K · $0.64 is back. What turns up within a day is booked and delivered after all.",
        ),
        (
            answers.written_off("A7K", BACK),
            "Written off: A7K · $0.64 charged. A clip that turns up within a day is delivered.",
        ),
        (answers.looking_again("A7K"), "Looking again for A7K; you are told only if that settles it."),
        (answers.goes_on("launch"), "Ordering in #launch goes on."),
        (answers.looks_after("launch", "dana"), "dana looks after the budget of #launch now."),
    ],
)
def test_an_answer_reads(said: str, expected: str) -> None:
    """What happened, what it costs, what to do."""
    assert said == expected


def test_what_is_being_made_cannot_be_stopped_and_can_be_wished_for_again() -> None:
    """The money stays committed, whether it is held or charged by now."""
    text, buttons = answers.cannot_stop(make_take(State.RENDERING))
    assert text == "A7K is already being made; $0.32 stays committed. It will be kept, not posted."
    assert [(button.label, button.action) for button in buttons] == [("Post it anyway", "rescue:A7K")]
    assert answers.cannot_stop(make_take(State.FETCHING))[0] == text


def test_every_answer_is_reached_by_its_name() -> None:
    """The package names what it gives, and gives nothing that it does not name."""
    public = {name for name, value in vars(answers).items() if inspect.isfunction(value) or inspect.isclass(value)}
    assert public == set(answers.__all__) - {"Said"}
