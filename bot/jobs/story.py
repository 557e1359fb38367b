"""What happened to a take: everything that the rows know of it, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.ids import matches, normal, readings
from bot.core.money import ZERO, Money
from bot.core.ports import Store, Transaction
from bot.core.rows import Attempt, Card, Line, Outcome, Post, Take, Vote
from bot.jobs.steps import sheets_of

#: How many ids an answer lists.
LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    #: UTC milliseconds.
    at: int
    #: ``take``, ``attempt``, ``money``, ``vote`` or ``post``.
    what: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A take as it is now, and how it came to be so."""

    take: Take
    events: tuple[Event, ...]


class NotFound(Exception):
    """No take is meant, or several are; ``str()`` is a sentence with the ids."""


async def stories(store: Store, typed: str) -> list[Story]:
    """The stories of what an id names: a take, or every take of a slate or batch with their finals.

    Raises:
        NotFound: nothing has this id, or several have.
    """
    return await store.transact(lambda tx: _stories(tx, typed))


async def _stories(tx: Transaction, typed: str) -> list[Story]:
    bases = sorted({each.base for each in readings(typed)})
    sheets = [sheet.id for sheet in await sheets_of(tx, normal(typed))]
    cards = [card for base in (*bases, *sheets) if (card := await tx.get(Card, base))]
    takes = [take for card in cards for take in await tx.rows(Take, card=card.id, order=("number", "round", "id"))]
    if sheets:
        return [await _story(tx, take) for take in takes]
    meant = matches(typed, {take.id for take in takes} | {take.card for take in takes})
    if not meant:
        msg = f"There is no take {normal(typed)}; an id looks like A7K, A7K-2 or A7K-2F."
        raise NotFound(msg)
    if len(meant) > 1:
        msg = f"{normal(typed)} may be {', '.join(meant[:LISTED])}; write the dash."
        raise NotFound(msg)
    own = [take for take in takes if take.id == meant[0]]
    return [await _story(tx, take) for take in own or [take for take in takes if take.card == meant[0]]]


async def _story(tx: Transaction, take: Take) -> Story:
    events = list(_of_take(take))
    for attempt in await tx.rows(Attempt, take=take.id):
        events += _of_attempt(attempt)
    events += _of_lines(await tx.rows(Line, take=take.id))
    events += [_of_vote(vote) for vote in await tx.rows(Vote, take=take.id)]
    events += [_of_post(post) for post in await tx.rows(Post, take=take.id)]
    order = ("take", "vote", "money", "attempt", "post")
    return Story(take=take, events=tuple(sorted(events, key=lambda event: (event.at, order.index(event.what)))))


def _of_take(take: Take) -> Iterator[Event]:
    """The moments that its row keeps."""
    what = f"{take.stage.value} for {take.person_name}: {take.model} {take.resolution} {take.seconds} s, {take.price}"
    moments = (
        (take.created_at, f"written as a {what}"),
        (take.queued_at, "waits for a slot"),
        (take.submitted_at, "ordered"),
        (take.late_told_at, "said to be late"),
        (take.question_at, "the owner was asked about it"),
        (take.done_at, "the provider was done"),
        (take.purged_at, "its clip was removed from the archive, its time being over"),
        (take.state_at, f"{take.state.value} since then" + (f": {take.problem}" if take.problem else "")),
    )
    return (Event(at=at, what="take", says=says) for at, says in moments if at is not None)


def _of_attempt(attempt: Attempt) -> Iterator[Event]:
    name = f"{attempt.kind.value} {attempt.id}"
    yield Event(at=attempt.started_at, what="attempt", says=f"{name} begun by {attempt.owner}")
    if attempt.ended_at is not None:
        yield Event(at=attempt.ended_at, what="attempt", says=f"{name} {attempt.outcome.value}")
    elif attempt.outcome is not Outcome.SENDING:
        yield Event(at=attempt.expires_at, what="attempt", says=f"{name} {attempt.outcome.value} by then")


def _of_lines(lines: list[Line]) -> Iterator[Event]:
    """Lines that do the same in several scopes are one event."""
    together: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        same = (line.at, line.kind, line.amount, line.held, line.reason, line.evidence)
        together.setdefault(same, []).append(line)
    for alike in together.values():
        line, scopes = alike[0], ", ".join(sorted(line.scope for line in alike))
        why = " ".join(part for part in (line.reason, f"({line.evidence})" if line.evidence else "") if part)
        says = f"{line.kind.value}: used {_signed(line.amount)}, held {_signed(line.held)}, by {line.by} in {scopes}"
        yield Event(at=line.at, what="money", says=says + (f": {why}" if why else ""))


def _signed(amount: Money) -> str:
    """``+$0.32``, ``-$0.32``."""
    return f"{'' if amount < ZERO else '+'}{amount}"


def _of_vote(vote: Vote) -> Event:
    stands = "" if vote.standing else ", taken back"
    used = f", used by {vote.used_by}" if vote.used_by else ""
    says = f"{vote.name} {vote.meaning.value} by {vote.source.value}, round {vote.round}{stands}{used}"
    return Event(at=vote.at, what="vote", says=says)


def _of_post(post: Post) -> Event:
    where = f" as message {post.message}" if post.message else ""
    return Event(
        at=post.created_at, what="post", says=f"post {post.nonce} in {post.channel}: {post.state.value}{where}"
    )
