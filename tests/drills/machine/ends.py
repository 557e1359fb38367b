"""What must be true when everything has come to rest: the provider's bills against the rows, clips against bytes."""

from __future__ import annotations

from collections import Counter

from bot.core import ladder
from bot.core.budgets import Purse, Scope, holds
from bot.core.ledger import SECOND_JOB
from bot.core.lifecycle import WAITING, State
from bot.core.money import total
from bot.core.ports import Transaction
from bot.core.rows import Alert, Budget, Channel, Form, Key, Post, PostState, Shot, Slot, Take
from bot.jobs.worker.repeat import READINGS_APART_S
from tests.drills.machine.laws import Rows, require_books
from tests.drills.machine.vendor import URL_LIVES_MS
from tests.drills.machine.world import MOVING, World
from tests.drills.vendor import Behaviour, MadeJob

#: Where a take may be when nothing moves any more.
AT_REST = frozenset(State) - MOVING
#: The money of a job that no take has is held, or a person has judged it.
OPEN_QUESTIONS = frozenset({State.UNKNOWN, State.RELEASED, State.WRITTEN_OFF})
KEPT = frozenset({State.DELIVERED, State.SHELVED, State.UNDELIVERABLE})


async def require_good_end(world: World) -> None:
    """Every law that is about the end."""
    rows = await world.rows()
    require_books(rows)
    for take in rows.takes:
        assert take.state in AT_REST or (take.state is State.FETCHING and is_expired(world, take)), take
        assert not take.held or take.state in WAITING | {State.UNKNOWN}, take
        require_one_bill(world, take, {other.job for other in rows.takes if other.id != take.id})
        require_asked_once(world, take)
    require_booked(world, rows)
    require_open(world, rows, await world.read(prompts))
    await world.read(lambda tx: require_clips(world, tx))
    await world.read(lambda tx: require_told(world, tx))


async def require_told(world: World, tx: Transaction) -> None:
    """Each step of a channel's cap that is reached is noted, and the highest that was ever passed was told, once."""
    said = list(world.site.laws.steps.values())
    assert len(said) == len(set(said)), said
    alerts = await tx.rows(Alert)
    for channel in await tx.rows(Channel):
        place = Scope(id=f"channel:{channel.id}", name="", policy=channel.policy.cap)
        for budget in await tx.rows(Budget, scope=place.id):
            cap = (budget.scope, budget.period_start, budget.cap_version)
            noted = [each.step for each in alerts if (each.scope, each.period_start, each.cap_version) == cap]
            reached = ladder.reached(Purse(scope=place, budget=budget, zone="UTC")) if holds(budget, tx.now) else ()
            assert set(reached) <= set(noted), (budget, noted)
            assert not noted or f"ladder:{':'.join(map(str, cap))}:{max(noted)}" in said, (budget, noted, said)


async def prompts(tx: Transaction) -> dict[str, str]:
    return {shot.id: shot.prompt for shot in await tx.rows(Shot)}


def require_one_bill(world: World, take: Take, of_others: set[str | None]) -> None:
    """One job for each take; after a 5xx that hid a job for longer than the careful wait there may be another.

    A job that an identical take has in its place is that one's.
    """
    bills = [job for job in world.site.vendor.bills(take.id) if job.id not in of_others]
    hidden = [job for job in bills if is_hidden(world, job)]
    assert len(bills) <= 1 + len(hidden), (take, bills)


def is_hidden(world: World, job: MadeJob) -> bool:
    """The documented exception; provider.md, "Submit", rule 5."""
    if job.behaviour is not Behaviour.FAULT_AFTER:
        return False
    return world.rules.resend_5xx == "guide" or world.site.vendor.lag_of[job.id] >= READINGS_APART_S


def require_asked_once(world: World, take: Take) -> None:
    """An unknown has its question, which may be that of others too."""
    if take.state is State.UNKNOWN and take.job is None:
        assert take.incident is not None, take
        speaks_for_all = take.incident.partition(":")[0]
        asked = world.site.laws.questions.get(speaks_for_all, set())
        assert f"unknown:{take.incident}" in asked, (take, asked)


def require_booked(world: World, rows: Rows) -> None:
    """Each job that a take has is booked at what it was billed at; a second one beside it."""
    jobs = world.site.vendor.jobs
    for take in rows.takes:
        lines = [line for line in rows.lines if line.take == take.id and line.reason == SECOND_JOB]
        others = total(line.amount for line in lines if line.scope == lines[0].scope)
        if take.job is not None and take.state is not State.UNKNOWN:
            own = take.charged - others
            want = take.price if take.state is State.WRITTEN_OFF else jobs[take.job].billed
            assert own == want or take.state is State.RELEASED, (take, jobs[take.job])
        elif take.state is not State.WRITTEN_OFF:
            assert take.charged == others, take


def require_open(world: World, rows: Rows, prompt_of: dict[str, str]) -> None:
    """A job that no take has is some identical take's, which says that it does not know; or is the exception."""
    site = world.site
    known = {take.job for take in rows.takes} | {line.evidence for line in rows.lines if line.reason == SECOND_JOB}
    open_questions = Counter(
        (prompt_of[take.shot], take.resolution)
        for take in rows.takes
        if take.job is None and take.state in OPEN_QUESTIONS
    )
    for job in site.vendor.jobs.values():
        if job.id in known or is_hidden(world, job):
            continue
        what = (str(job.order.payload["prompt"]), str(job.order.payload["resolution"]))
        open_questions[what] -= 1
        assert open_questions[what] >= 0, (job, rows.takes)


async def require_clips(world: World, tx: Transaction) -> None:
    """Every paid clip is in the archive, byte for byte, and in the chat where it was posted."""
    site = world.site
    for take in await tx.rows(Take, state=tuple(KEPT)):
        clip = site.vendor.jobs[take.job or ""].clip
        assert take.purged_at is not None or site.archive.files[take.clip or ""] == clip, take
        posts = await tx.rows(Post, take=take.id, state=PostState.POSTED)
        assert posts or take.state is not State.DELIVERED or take.hidden, take
        for post in posts:
            posted = site.chat.files.get(post.file_id or "", clip)
            # The drill's smaller copy is the beginning of the clip.
            assert posted == (clip if post.form is Form.ORIGINAL else clip[: len(posted)]), post
    for take in await tx.rows(Take, state=State.LOST):
        assert is_expired(world, take), take


def is_expired(world: World, take: Take) -> bool:
    """Whether the provider has the clip no more."""
    vendor = world.site.vendor
    return vendor.clock.now() >= vendor.jobs[take.job or ""].ends_at + URL_LIVES_MS


async def require_slots(world: World, tx: Transaction) -> None:
    """No more places are given than the key has, and no more jobs render at once.

    A place runs out by the clock, 15 min after the order; where that was set wrong, before the job has ended.
    """
    key = next(iter(await tx.rows(Key)), None)
    if key is None:
        return
    assert await tx.count(Slot) <= key.slots
    assert world.was_set or len(world.site.vendor.running()) <= key.slots, world.site.vendor.running()
