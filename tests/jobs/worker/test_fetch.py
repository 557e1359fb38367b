"""T5: a clip that is paid for is brought home while its address lives, whatever goes wrong."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.commands import Cancel, Rescue
from bot.core.errors import ArchiveError, ClipDamaged, Gone, Transient
from bot.core.lifecycle import State
from bot.core.ports import Accepted, Job, JobStatus
from bot.core.rows import AttemptKind, Outcome, Take
from bot.jobs.engine import DONE
from bot.jobs.worker.fetch import Fetch
from bot.media.errors import MediaUnavailable
from bot.media.facts import ClipFacts
from tests.jobs.conftest import Office, make_office
from tests.jobs.worker.conftest import attempts, bills, clips, ordered, outcomes

DAY_S = 24 * 3600


def downloads(office: Office) -> int:
    return len(office.provider.script.called("download"))


async def fetched(office: Office, seconds: float = 600) -> Take:
    take = (await office.order())[0]
    await office.work(seconds)
    return await office.take(take.id)


async def test_a_clip_is_archived_with_its_checksum(any_office: Office) -> None:
    """By month, channel and id; size, sum and length are in the row."""
    take = await fetched(any_office)
    assert take.clip == f"2026-11/launch/{take.id}.mp4"
    assert any_office.archive.files[take.clip] == b"a clip"
    assert (take.clip_size, take.clip_sha256, take.clip_ms) == (6, hashlib.sha256(b"a clip").hexdigest(), 4000)
    assert await outcomes(any_office, take, AttemptKind.FETCH) == [Outcome.ACCEPTED]


@pytest.mark.parametrize(
    ("part", "method", "error"),
    [
        ("provider", "download", Transient("reset")),
        ("provider", "download", Gone("403", status=403)),
        ("provider", "download", ClipDamaged("too large")),
        ("archive", "keep", ArchiveError("the disk is full")),
    ],
)
async def test_whatever_fails_is_tried_again(any_office: Office, part: str, method: str, error: Exception) -> None:
    """With growing pauses; the clip arrives, and was bought once."""
    getattr(any_office, part).script.add(method, *[error] * 4)
    take = await fetched(any_office)
    assert (take.state, take.problem, bills(any_office)) == (State.DELIVERED, "", 1)
    starts = [attempt.started_at for attempt in await attempts(any_office, take, AttemptKind.FETCH)]
    assert [round((b - a) / 1000) for a, b in itertools.pairwise(starts)] == [2, 4, 8, 16]
    kinds = await outcomes(any_office, take, AttemptKind.FETCH)
    assert kinds == [Outcome.CLOSED] * 4 + [Outcome.ACCEPTED]


async def test_a_clip_that_is_damaged_is_downloaded_again(office: Office) -> None:
    """Damaged, then good: only the good one is kept."""
    office.media.said = [ClipDamaged("it ends early")]
    take = await fetched(office)
    assert (take.state, downloads(office), len(office.archive.files)) == (State.DELIVERED, 2, 1)


async def test_a_clip_that_could_not_be_checked_is_checked_again(office: Office) -> None:
    """Its bytes are on our disk: they are not downloaded once more."""
    office.media.said = [MediaUnavailable("no memory")] * 3
    take = await fetched(office)
    assert (take.state, downloads(office), len(office.archive.files)) == (State.DELIVERED, 1, 1)


async def test_the_card_says_that_it_is_tried_again(office: Office) -> None:
    """While it fails the row has the reason; a try that fails for the same reason writes nothing new."""
    office.provider.script.always("download", Transient("reset by peer"))
    take = await fetched(office, 60)
    assert (take.state, take.problem) == (State.FETCHING, "reset by peer")
    await office.work(600)
    assert (await office.take(take.id)).ver == take.ver


async def test_differences_are_noted(office: Office) -> None:
    """A clip that is not quite what was asked is kept, with a note."""
    facts = ClipFacts(
        duration_ms=3900, width=864, height=496, frames=94, audio=False, size_bytes=6, differences=("no sound",)
    )
    office.media.said = [facts]
    take = await fetched(office)
    assert (take.clip_note, take.clip_ms) == ("no sound", 3900)


async def test_the_owner_is_told_six_hours_before_the_address_ends(office: Office) -> None:
    """Once, with the reason; a paid clip must not be lost unnoticed."""
    office.provider.script.always("download", Transient("the disk is full"))
    await fetched(office, 17 * 3600)
    assert office.lines(to="dana") == []
    await office.work(3600 * 1.5)
    assert len(office.lines(to="dana")) == 1
    await office.work(3600)
    assert len(office.lines(to="dana")) == 1


async def test_the_last_hours_are_not_a_busy_loop(office: Office) -> None:
    """A try every five minutes, also after the owner was told."""
    office.provider.script.always("download", Transient("down"))
    await fetched(office, 20 * 3600)
    before = downloads(office)
    await office.work(3600)
    assert downloads(office) - before in (11, 12, 13)


async def test_a_clip_is_lost_when_its_address_has_ended(office: Office) -> None:
    """Paid, bytes gone: said, with the cost, to maker and owner; never bought again by itself."""
    office.provider.script.always("download", Gone("AccessDenied", status=403))
    take = await fetched(office, DAY_S - 60)
    assert take.state is State.FETCHING
    await office.work(120)
    take = await office.take(take.id)
    assert (take.state, take.charged, bills(office)) == (State.LOST, take.price, 1)
    assert any("$0.32" in line for line in office.lines(to="mina"))
    assert any("$0.32" in line for line in office.lines(to="dana"))
    await office.require_balanced()


async def test_the_last_try_is_made_when_the_address_ends(office: Office) -> None:
    """Not five minutes before."""
    office.provider.script.always("download", Transient("down"))
    take = await fetched(office, DAY_S + 60)
    last = (await attempts(office, take, AttemptKind.FETCH))[-1]
    assert last.started_at == take.url_expires_at


async def test_a_scaled_day_is_short(tmp_path: Path) -> None:
    """In practice the address lives for a day of the provider's time."""
    office = make_office(tmp_path, provider_scale=0.01)
    office.provider.script.always("download", Gone("403"))
    take = await fetched(office, DAY_S * 0.01 + 60)
    assert take.state is State.LOST


async def test_the_provider_is_asked_where_a_clip_is_that_is_gone(office: Office) -> None:
    """A job may be given a new address: it is fetched from there."""
    urls: list[str] = []

    def download(url: str, **arguments: Any) -> bytes:
        del arguments
        urls.append(url)
        if "fresh" not in url:
            text = "403"
            raise Gone(text)
        return b"a clip"

    office.provider.script.always("download", download)
    fresh = JobStatus(job=Job.DONE, said="completed", output_url="https://files.invalid/fresh.mp4")
    office.provider.script.add("poll", None, fresh)
    take = await fetched(office)
    assert (take.state, len(urls), urls[-1]) == (State.DELIVERED, 2, "https://files.invalid/fresh.mp4")


@pytest.mark.parametrize("said", [Transient("down"), Gone("404")])
async def test_a_provider_that_does_not_say_where_changes_nothing(office: Office, said: Exception) -> None:
    """The known address is tried on."""
    office.provider.script.add("download", Gone("403"))
    office.provider.script.add("poll", None, said)
    assert (await fetched(office)).state is State.DELIVERED


async def test_an_output_without_a_job_has_no_other_address(office: Office) -> None:
    """It came at once, without an id: only its own address is tried."""
    office.provider.script.add("submit", Accepted(job=None, output_url="https://files.invalid/1.mp4"))
    office.provider.script.add("download", Gone("403"))
    take = await fetched(office)
    assert (take.state, office.provider.script.called("poll")) == (State.DELIVERED, [])


async def test_an_archive_that_is_full_is_waited_for(any_office: Office) -> None:
    """Full, then freed: the clip is kept."""
    any_office.archive.script.always("keep", ArchiveError("the disk is full"))
    take = await fetched(any_office, 3600)
    assert (take.state, take.problem) == (State.FETCHING, "the disk is full")
    any_office.archive.script.always("keep", None)
    await any_office.work(600)
    assert (await any_office.take(take.id)).state is State.DELIVERED


async def test_a_dismissed_clip_is_kept_and_not_posted(any_office: Office) -> None:
    """Cancelled while it rendered: paid, archived, shelved; *Post it anyway* posts it."""
    take = await ordered(any_office, State.RENDERING)
    await any_office.handle(Cancel, subject=take.id)
    await any_office.work()
    take = await any_office.take(take.id)
    assert (take.state, clips(any_office), len(any_office.archive.files)) == (State.SHELVED, 0, 1)
    assert take.charged == take.price
    await any_office.handle(Rescue, subject=take.id)
    await any_office.work()
    assert ((await any_office.take(take.id)).state, clips(any_office)) == (State.DELIVERED, 1)


async def test_a_take_without_an_address_is_lost(office: Office) -> None:
    """As rows that nobody should have written: it does not wait for ever."""
    office.provider.script.add("download", Transient("down"))
    take = await fetched(office, 15)
    assert take.state is State.FETCHING

    async def forget(tx: Any) -> None:
        row = await tx.lock(Take, take.id)
        await tx.step(row, replace(row, output_url=None))

    await office.store.transact(forget)
    await office.work()
    assert (await office.take(take.id)).state is State.LOST


@pytest.mark.parametrize("fails", [False, True])
async def test_a_take_that_was_fetched_meanwhile_is_left_alone(office: Office, fails: bool) -> None:  # noqa: FBT001
    """Two workers download at once: what the slower one finds changes nothing."""
    office.provider.script.add("download", Transient("down"))
    take = await fetched(office, 15)

    async def slower(**arguments: Any) -> bytes:
        del arguments
        await office.worker.advance(take.id)
        if fails:
            text = "down"
            raise Transient(text)
        return b"a clip"

    office.provider.script.add("download", slower)
    await office.work()
    assert ((await office.take(take.id)).state, clips(office)) == (State.DELIVERED, 1)


async def test_a_take_that_has_gone_on_is_not_fetched(office: Office) -> None:
    """The step reads the state once more before it downloads."""
    office.provider.script.add("download", Transient("down"))
    take = await fetched(office, 15)
    await office.work()
    before = downloads(office)
    assert await Fetch(office.kit).step(take) == DONE
    await office.store.transact(lambda tx: Fetch(office.kit)._lost(tx, take, "gone"))  # noqa: SLF001
    assert ((await office.take(take.id)).state, downloads(office)) == (State.DELIVERED, before)


async def test_a_clip_that_cannot_be_checked_is_kept_before_its_address_ends(office: Office) -> None:
    """The checker is waited for, but not until the clip is gone: *lost* means that the bytes are."""
    office.media.always = MediaUnavailable("no process can be started")
    take = await fetched(office, 17 * 3600)
    assert take.state is State.FETCHING
    await office.work(2 * 3600)
    take = await office.take(take.id)
    assert (take.state, take.clip_ms, take.clip_note) == (State.DELIVERED, None, "it could not be checked")


async def test_the_warning_counts_from_when_the_job_can_have_ended(office: Office) -> None:
    """The bot slept for twenty hours: the address that it then gets has hours left, not a day."""
    office.provider.script.always("download", Transient("down"))
    take = (await office.order())[0]
    await office.work(5)
    office.clock.jump(20 * 3600)
    await office.work(600)
    assert (await office.take(take.id)).state is State.FETCHING
    assert len(office.lines(to="dana")) == 1
