"""What is answered to a command, at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.core.budgets import Purse
from bot.core.errors import RefusedFor
from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.parsing.actions import action
from bot.core.periods import day_name
from bot.core.ports.chat import Button
from bot.core.ports.provider import JobStatus
from bot.core.rows import Take
from bot.core.sentences.numbers import count, span

Said = tuple[str, tuple[Button, ...]]


class Quoted(Protocol):
    """What the sentences need of a plan."""

    @property
    def stage(self) -> Stage:
        """Draft or final."""
        ...

    @property
    def length(self) -> int:
        """Seconds of each take."""
        ...

    @property
    def resolution(self) -> str:
        """``480p``."""
        ...

    @property
    def seconds(self) -> int:
        """Seconds of a final."""
        ...

    @property
    def final_price(self) -> Money:
        """A final's price."""
        ...


# Ordering.


def ordered(plan: Quoted, price: Money, purses: Sequence[Purse], number: int) -> str:
    """``4 drafts of 4 s at 480p: $1.28 held. Finals will be 10 s at 720p, $1.50 each. #launch has …``."""
    what = _what(plan, number)
    if plan.stage is Stage.FINAL:
        return f"{what}: {price} held.\n{standing(tightest(purses, price))}"
    one = "The final will be" if number == 1 else "Finals will be"
    each = "" if number == 1 else " each"
    finals = f"{one} {plan.seconds} s at 720p, {plan.final_price}{each}."
    return f"{what}: {price} held. {finals}\n{standing(tightest(purses, price))}"


def _what(plan: Quoted, number: int) -> str:
    return f"{count(number, plan.stage.value)} of {plan.length} s at {plan.resolution}"


def tightest(purses: Sequence[Purse], price: Money) -> tuple[Purse, Money]:
    """The purse with the least left, once the price is taken off; without caps the first."""
    capped = [(purse, purse.left - price) for purse in purses if purse.left is not None]
    return min(capped, key=lambda each: each[1], default=(purses[0], Money(0)))


def standing(tight: tuple[Purse, Money]) -> str:
    """``#launch has $36.40 of $50.00 left until 1 Dec.``."""
    purse, rest = tight
    if purse.budget.cap is None:
        return f"{_name(purse)} has no cap."
    return f"{_name(purse)} has {max(Money(0), rest)} of {purse.budget.cap} left{until(purse)}."


def until(purse: Purse) -> str:
    """When the budget resets."""
    end = purse.budget.period_end
    return "" if end is None else f" until {day_name(end, purse.zone)}"


def _name(purse: Purse) -> str:
    name = purse.scope.name
    return name[0].upper() + name[1:] if name.startswith("the ") else name


def over_cap(subject: str, price: Money, short: Sequence[Purse], each: Money, number: int, stage: Stage) -> Said:
    """Not ordered, with every figure; and what can be done."""
    parts = "; ".join(f"{_name(purse)} has {_room(purse, stage)} left{until(purse)} ({used(purse)})" for purse in short)
    rooms = [room for purse in short if (room := purse.room(stage)) is not None]
    fit = min(number - 1, min(rooms, default=Money(0)).micros // max(1, each.micros))
    buttons = [Button(label="Ask for more", action=action("ask", subject))]
    if fit >= 1:
        buttons.append(
            Button(label=f"{count(fit, stage.value)} instead · {each * fit}", action=action("fewer", subject, str(fit)))
        )
    return f"Not ordered: this needs {price}, {parts}.", tuple(buttons)


def _room(purse: Purse, stage: Stage) -> Money:
    return purse.room(stage) or Money(0)


def used(purse: Purse) -> str:
    """``cap $50.00: $47.60 spent, $1.50 held``."""
    over = f", {purse.excess} over it" if purse.excess else ""
    reserved = purse.scope.policy.envelope
    finals = f", {reserved} of it for finals" if reserved else ""
    return f"cap {purse.budget.cap}: {purse.spent} spent, {purse.budget.held} held{over}{finals}"


def final_over_cap(final: Take, purses: Sequence[Purse]) -> Said:
    """The quorum is there, the money is not."""
    short = [purse for purse in purses if not purse.fits(final.price, Stage.FINAL)]
    return over_cap(final.id, final.price, short or purses, final.price, 1, Stage.FINAL)


def confirm_order(subject: str, price: Money, number: int, plan: Quoted) -> Said:
    """An order that its maker has to confirm."""
    text = f"{_what(plan, number)}: {price}. Order it? {price} is set aside for 15 minutes."
    return text, (
        Button(label=f"Order · {price}", action=action("confirm", subject)),
        Button(label="Never mind", action=action("dismiss", subject)),
    )


def confirmed(card: str, price: Money) -> str:
    """The maker's yes."""
    return f"{card} is ordered · {price} held."


def no_match_yet() -> str:
    """The look that starts from the draft's frame."""
    return "look is new: every final is a new roll of the same prompt. Starting from the draft is not available yet."


def count_out_of_range(given: int, most: int) -> str:
    """How many takes one order may have."""
    return f"count is 1 to {most}; you asked for {given}."


# Who may.


def makers_only(channel: str, *, guest: bool) -> str:
    """A person who may not order."""
    who = (
        "Guests and people of other organisations"
        if guest
        else "Only the makers named in its settings order clips here; you"
    )
    return (
        f"{who} cannot order clips in #{channel}."
        if guest
        else f"Clips in #{channel} are ordered by the makers named in its settings."
    )


def approvers_only(channel: str) -> str:
    """A person who may not order finals."""
    return f"Finals in #{channel} are approved by its approvers, and you are not one of them."


def pick_shown(channel: str) -> str:
    """A vote that does not count."""
    return f"Finals in #{channel} are approved by its members who may approve. Your pick is shown, and does not count."


def owners_only(channel: str) -> str:
    """What only owners decide."""
    return f"Only an owner decides about the money of #{channel}."


def not_yours(take: str) -> str:
    """What only the maker, an approver or an owner may do."""
    return f"Only its maker, an approver or an owner can do that to {take}."


def not_in_private() -> str:
    """Orders need a channel."""
    return "Clips are ordered in a channel, because a cap belongs to one: try it there."


def place_not_added() -> str:
    """A second workspace or server."""
    return "I am not set up for this place yet: the operator adds it first. Nothing can be ordered here until then."


def ordering_paused(channel: str, by: str) -> str:
    """Paused by a person."""
    return f"Ordering in #{channel} is paused by {by}. What is submitted goes on; what waits keeps its place."


def scope_stopped(scope: str, by: str) -> str:
    """Stopped by an overrun."""
    take = by.partition(":")[2]
    return f"Ordering is stopped for {scope}: {take} cost more than was held for it. An owner lets it go on."


def clock_behind(milliseconds: int) -> str:
    """The machine's clock jumped back."""
    return (
        f"Nothing is ordered now: this machine's clock is {span(milliseconds)} behind what was already written. "
        "The operator sets it right."
    )


def ordering_stopped() -> str:
    """The rows cannot be read or written: fail closed."""
    return (
        "Nothing was ordered: my records cannot be written right now, so ordering is stopped. The operator has to look."
    )


# Ids.


def no_such_take(typed: str) -> str:
    """An id that nothing has here."""
    return f"There is no {typed} here. /clip status lists what is under way."


def which(ids: Iterable[str]) -> str:
    """Several fit."""
    return f"Which one? {', '.join(ids)}"


def which_number(card: str, number: int) -> str:
    """✅ on a slate, or a number that it does not have."""
    return f"Which one of {card}? React with its number, 1 to {number}."


# Votes.


def approvals(draft: str, given: int, quorum: int, price: Money, *, own_only: bool) -> str:
    """A vote that was counted."""
    own = " Your own draft needs the others' approvals." if own_only else ""
    return f"{draft}: {given} of {quorum} approvals · final {price}.{own}"


def armed(final: Take, grace_s: int) -> str:
    """The vote that completed the quorum."""
    return f"{final.draft} is approved: {final.id} is ordered in {grace_s} s · {final.price} held. Undo is on the card."


def final_already(final: Take) -> str:
    """A vote for a draft that has its final."""
    return f"{final.id} is there already; nothing more is ordered. React 🔁 on it for another roll."


def final_under_way(final: Take) -> str:
    """🔁 on a final while one is under way."""
    return f"{final.id} is still under way; it is the one. Nothing more is ordered."


def vote_taken_back(draft: str) -> str:
    """A vote that no longer stands."""
    return f"Your approval of {draft} is taken back."


def disarmed(final: Take) -> str:
    """Undone in time."""
    return f"{final.id} is not ordered · {final.price} is back."


def undone(name: str) -> str:
    """Why a final was not ordered."""
    return f"undone by {name}"


def withdrawn() -> str:
    """Why a final was not ordered."""
    return "an approval was taken back"


def never_shown() -> str:
    """Why a final was not ordered."""
    return "its card could not be shown for an hour"


def too_late_to_undo(final: Take) -> str:
    """The grace is over."""
    return f"{final.id} can no longer be undone: it is {final.state.value}."


def set_aside(draft: str, by: str) -> str:
    """A vote for a draft that was rejected."""
    return f"{draft} was set aside by {by}; it can be finished once that ❌ is taken back."


def rejected(take: str) -> str:
    """❌."""
    return f"{take} is set aside. Take the ❌ back to undo that."


def no_longer_rejected(take: str) -> str:
    """❌ taken back."""
    return f"{take} is back among the candidates."


def is_final_already(take: str) -> str:
    """A vote for a final."""
    return f"{take} is a final; there is nothing to promote. React 🔁 for another roll."


def not_promotable(take: Take) -> str:
    """A vote for a draft without a clip."""
    if take.state in (State.FAILED, State.REFUSED, State.CANCELLED, State.LOST, State.DECLINED, State.EXPIRED):
        return f"{take.id} has no clip: it was {take.state.value}. /clip again {take.card} makes a new one."
    return f"{take.id} is not here yet; vote when you have seen it."


def was_hidden(take: str) -> str:
    """A vote for a draft that was taken down."""
    return f"{take} was taken down. /clip rescue {take} posts it again."


def votes_are_gone(take: str) -> str:
    """A yes to a final whose votes were taken back."""
    return f"{take} is not ordered: its approvals were taken back meanwhile."


# Cancel.


def cancelled(subject: str, back: Money) -> str:
    """Dropped before it was ordered."""
    return f"{subject} is cancelled · {back} is back." if back else f"{subject} is cancelled; nothing was held for it."


def cancelled_some(card: str, number: int, back: Money) -> str:
    """What waited of a slate."""
    return f"{count(number, 'take')} of {card} cancelled · {back} is back."


def cancelled_by(name: str) -> str:
    """Why a take ended."""
    return f"cancelled by {name}"


def cancel_remembered(take: Take) -> str:
    """While the order is on its way."""
    return (
        f"{take.id} is being ordered this moment: if the provider has not taken it, it is cancelled; else it is kept, "
        "not posted."
    )


def cannot_stop(take: Take) -> Said:
    """While it renders."""
    money = take.held or take.charged
    text = f"{take.id} is already being made; {money} stays committed. It will be kept, not posted."
    return text, (Button(label="Post it anyway", action=action("rescue", take.id)),)


def cannot_cancel_unknown(take: Take) -> str:
    """While it is not known whether it was ordered."""
    return (
        f"{take.id} cannot be cancelled: whether the provider has it is not known yet. {take.held} stays held until "
        "it is."
    )


def will_be_kept(take: str) -> str:
    """Cancelled at the last moment."""
    return f"{take} is made and paid; it is kept and not posted if that is still possible."


def nothing_to_cancel(take: Take) -> str:
    """It has ended."""
    return f"{take.id} cannot be cancelled: it is {take.state.value.replace('_', ' ')}."


def nothing_waits(card: str) -> str:
    """A slate of which nothing waits."""
    return f"Nothing of {card} waits any more. Name the take, as in /clip cancel {card}-1."


# Clips.


def kept(ids: Sequence[str]) -> str:
    """📌."""
    return f"{', '.join(ids)} {'is' if len(ids) == 1 else 'are'} kept for ever."


def hidden(ids: Sequence[str]) -> str:
    """Taken down."""
    return f"{', '.join(ids)} taken down. The archive keeps it; /clip rescue {ids[0]} posts it again."


def rescued(ids: Sequence[str]) -> str:
    """Posted again."""
    return f"{', '.join(ids)} {'is' if len(ids) == 1 else 'are'} posted from the archive."


def nothing_to_post(take: Take) -> str:
    """There is no clip in the archive."""
    if take.purged_at is not None:
        return f"The clip of {take.id} is no longer kept: drafts are removed after their time unless 📌 keeps them."
    return f"{take.id} has no clip to post: it is {take.state.value.replace('_', ' ')}."


def nothing_to_hide(take: Take) -> str:
    """There is no clip in the chat."""
    return f"{take.id} has no clip in the chat: it is {take.state.value.replace('_', ' ')}."


# Owners.


def owner_asked(channel: str, *, known: bool) -> str:
    """Ask for more."""
    if known:
        return f"Whoever looks after the budget of #{channel} has been asked. Your order keeps its place for 72 hours."
    return f"Nobody looks after the budget of #{channel} yet, so the question stands in the channel for 72 hours."


def not_waiting(take: Take) -> str:
    """The first answer won."""
    return f"{take.id} no longer waits for an answer: it is {take.state.value.replace('_', ' ')}."


def declined(subject: str) -> str:
    """The owner's no."""
    return f"{subject} is declined; its maker is told."


def declined_by(name: str) -> str:
    """Why a take ended."""
    return f"declined by {name}"


def allowed(subject: str, raised: Sequence[Purse]) -> str:
    """The owner's yes."""
    more = "; ".join(raised_to(purse) for purse in raised)
    return f"{more}. {subject} is ordered." if more else f"{subject} is ordered, this one only; the cap stays."


def raised_to(purse: Purse) -> str:
    """A cap after a raise."""
    return f"{_name(purse)} was raised to {purse.budget.cap}"


def still_short(short: Sequence[Purse], price: Money) -> str:
    """A raise that is not enough."""
    names = ", ".join(f"{_name(purse)} ({_room(purse, Stage.FINAL)} left)" for purse in short)
    return f"That is not enough for {price}: {names}. Raise by more, or allow this one only."


def question_is_old(take: Take) -> str:
    """A button of an earlier incident."""
    return f"That question is settled: {take.id} is {take.state.value.replace('_', ' ')}."


def judged_lost() -> str:
    """Why a take ended."""
    return "judged lost by the owner"


def judged_made() -> str:
    """Why a take ended."""
    return "judged made by the owner, without a clip"


def released(take: str, back: Money) -> str:
    """It was lost."""
    return f"{take} is released · {back} is back. Should it turn up within a day, it is booked and delivered after all."


def written_off(take: str, charged: Money) -> str:
    """It was made."""
    return f"{take} is charged · {charged}. Should its clip turn up within a day, it is delivered."


def looking_again(take: str) -> str:
    """Check again."""
    return f"Looking again for {take}; you are told only if that settles it."


def goes_on(channel: str) -> str:
    """After an overrun."""
    return f"#{channel} goes on."


def looks_after(channel: str, name: str) -> str:
    """The new budget contact."""
    return f"{name} looks after the budget of #{channel} now."


# Why a take ended, for its card.


def refused_because(reason: RefusedFor, text: str) -> str:
    """The provider's refusal."""
    said = text.strip().rstrip(".")
    match reason:
        case RefusedFor.POLICY:
            return f"refused by the provider: {said}"
        case RefusedFor.PARAMETERS:
            return f"the provider does not take these values: {said}"
        case RefusedFor.MODEL:
            return f"the provider does not serve this model for our key: {said}"


def failed_because(status: JobStatus) -> str:
    """The job's failure."""
    said = (status.error or status.said).strip().rstrip(".")
    if status.moderated:
        return f"the provider's moderation stopped it: {said}"
    return (
        f"cancelled by the provider: {said}" if status.said.startswith("cancel") else f"failed while rendering: {said}"
    )


def done_without_clip(said: str) -> str:
    """Done without a URL."""
    return f"the provider says {said} but gave no clip"


def not_prepared(why: str) -> str:
    """A reference picture could not be handed over."""
    return f"its picture could not be handed to the provider: {why}"


def tried_too_often(why: str) -> str:
    """It never got through."""
    return f"it could not be ordered, however often it was tried: {why}"


def provider_fault(why: str) -> str:
    """5xx answers."""
    return f"the provider answered with errors of its own ({why})"


def not_answered() -> str:
    """An asked take that nobody answered."""
    return "nobody answered in time"


def never_ends() -> str:
    """Polled for very long."""
    return "the provider has been working on it for far too long"


def job_not_found() -> str:
    """404 for a while."""
    return "the provider no longer knows its job"


def url_is_gone() -> str:
    """No URL to fetch from."""
    return "the provider gave no address for the clip"


def file_was_missing() -> str:
    """The archived file is not there."""
    return "its file was missing from the archive"


def from_next_reset(period: str, zone: str, purse: Purse) -> str:
    """A period or zone that was changed."""
    when = until(purse).replace(" until ", " from ") or " from now"
    return f"Its period is {'one budget without reset' if period == 'none' else f'a {period}'} in {zone}{when} on."


def chat_failed(why: str) -> str:
    """The chat could not be asked."""
    return f"Nothing was changed: the chat did not answer ({why}). Say it again in a moment."


def how_used(purse: Purse) -> str:
    """``$47.60 of $50.00 spent, $1.50 held.``."""
    of = "" if purse.budget.cap is None else f" of {purse.budget.cap}"
    held = f", {purse.budget.held} held" if purse.budget.held else ""
    return f"{purse.spent}{of} spent{held}."


def still_over(short: Sequence[Purse], price: Money) -> str:
    """Fewer takes, and still too many."""
    parts = "; ".join(f"{_name(purse)} has {_room(purse, Stage.DRAFT)} left" for purse in short)
    return f"Not ordered: this still needs {price}; {parts}."


def no_tip(take: str) -> str:
    """The tip's button, where there is nothing to better."""
    return f"{take} already says what it wants in positive words."
