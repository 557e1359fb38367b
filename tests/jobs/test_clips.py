"""What happens to a clip after it was made: hide, rescue, keep, link."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import ArchiveError, ChatBusy
from bot.core.lifecycle import State
from bot.core.periods import native_moment
from bot.core.ports import Job, JobStatus, Transaction
from bot.core.rows import Post, PostState, Take
from tests.jobs.acts import card_of, clip_of, drafted, presses, sets, state_of, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, ON_BOTH_STORES, RAVI, TEAM, Office


async def purged(office: Office, take: Take) -> None:
    """Its time is over: the file is gone from the archive."""

    async def work(tx: Transaction) -> None:
        row = await tx.lock(Take, take.id)
        assert row is not None
        await tx.step(row, replace(row, purged_at=tx.now))

    await office.store.transact(work)


@ON_BOTH_STORES
async def test_hide_takes_a_clip_down(office: Office) -> None:
    """Its files leave the chat and the card is blanked; archive and ledger stay."""
    take = (await drafted(office))[0]
    used = (await office.budget()).used
    notice = await types(office, f"/clip hide {take.id}")
    assert notice.text.startswith(f"{take.id} is taken down. The archive keeps it")
    assert office.chat.files == {}
    assert (await card_of(office, take)).view.title == f"{take.id} was taken down."
    assert [post.state for post in await office.rows(Post)] == [PostState.GONE]
    assert (await office.take(take.id)).clip is not None
    assert (await office.budget()).used == used


async def test_hide_of_a_slate_takes_down_what_is_there(office: Office) -> None:
    """A take of it that has no clip is left as it is; with none at all there is nothing to hide."""
    failed = JobStatus(job=Job.FAILED, said="failed", error="no")
    office.provider.script.add("poll", failed)
    takes = await office.order("a mug on {oak|steel}")
    assert "no clip in the chat" in (await types(office, f"/clip hide {takes[0].card}")).text
    await office.work()
    await types(office, f"/clip hide {takes[0].card}")
    rows = await office.rows(Take, order=("number",))
    assert {(take.state, take.hidden) for take in rows} == {(State.FAILED, False), (State.DELIVERED, True)}
    assert office.chat.files == {}


@ON_BOTH_STORES
async def test_hide_before_it_was_posted(office: Office) -> None:
    """A clip that is on its way is kept and not posted."""
    take = (await office.order())[0]
    while await state_of(office, take) is not State.FETCHING:
        await office.worker.advance(take.id)
        await office.clock.advance(10)
    await types(office, f"/clip hide {take.id}")
    await office.work()
    assert await state_of(office, take) is State.SHELVED
    assert office.chat.files == {}
    await types(office, f"/clip rescue {take.id}")
    await office.work()
    assert clip_of(office, take)


async def test_hide_while_the_chat_does_not_answer(office: Office) -> None:
    """The take is hidden at once, the answer does not claim more, and the sweep removes the message later."""
    take = (await drafted(office))[0]
    office.chat.script.add("take_down", ChatBusy("not now"))
    assert "goes within the hour" in (await types(office, f"/clip hide {take.id}")).text
    assert (await office.take(take.id)).hidden
    await office.sweep.once()
    assert office.chat.files == {}


@ON_BOTH_STORES
async def test_rescue_posts_again_from_the_archive(office: Office) -> None:
    """A clip that was taken down, or deleted by a person, comes back; nothing is bought for it."""
    take = (await drafted(office))[0]
    await types(office, f"/clip hide {take.id}")
    assert (await types(office, f"/clip rescue {take.id}")).text == f"{take.id} will be posted here."
    await office.work()
    assert clip_of(office, take)
    assert not (await office.take(take.id)).hidden
    office.chat.lose(clip_of(office, take).message)
    await types(office, f"/clip repost {take.id}", JO)
    await office.work()
    assert clip_of(office, take)
    assert len(office.provider.orders) == 1


async def test_rescue_of_what_is_on_its_way(office: Office) -> None:
    """Asked for twice it is posted once more, and the second answer says the same."""
    take = (await drafted(office))[0]
    for _ in range(2):
        assert "will be posted" in (await types(office, f"/clip rescue {take.id}")).text


async def test_rescue_of_a_slate_posts_what_there_is(office: Office) -> None:
    """Takes without a clip do not stand in the way of the others."""
    takes = await drafted(office, "a mug on {oak|steel}")
    await purged(office, takes[0])
    assert (await types(office, f"/clip rescue {takes[0].card}")).text == f"{takes[1].id} will be posted here."


async def test_nothing_to_post(office: Office) -> None:
    """A take that renders, ended or was removed from the archive after its time has nothing to post."""
    take = (await office.order())[0]
    assert "has no clip to post: it waits for its turn" in (await types(office, f"/clip rescue {take.id}")).text
    await office.work()
    await purged(office, take)
    assert "is no longer kept" in (await types(office, f"/clip rescue {take.id}")).text
    assert "is no longer kept" in (await types(office, f"/clip keep {take.id}")).text


@ON_BOTH_STORES
async def test_keep_is_for_ever(office: Office) -> None:
    """A kept draft outlives the retention of the others."""
    kept, old = (await drafted(office))[0], (await drafted(office, "a dog"))[0]
    assert (await types(office, f"/clip keep {kept.id}")).text == f"{kept.id} is kept for ever."
    await office.clock.advance(91 * 24 * 3600)
    await office.sweep.once()
    assert (await office.take(kept.id)).purged_at is None
    assert (await office.take(old.id)).purged_at is not None


async def test_keep_what_has_no_clip(office: Office) -> None:
    """A take that ended without a clip cannot be kept; of a slate the others are."""
    takes = await office.order("a mug on {oak|steel}")
    await types(office, f"/clip cancel {takes[0].id}")
    assert "no clip to post: it was cancelled" in (await types(office, f"/clip keep {takes[0].id}")).text
    assert (await types(office, f"/clip keep {takes[0].card}")).text == f"{takes[1].id} is kept for ever."


async def test_a_final_has_buttons_for_it(office: Office) -> None:
    """*Keep for ever* on the final's message does what the verb does."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    await office.work()
    await presses(office, "Keep for ever", clip_of(office, f"{draft.id}-F"), JO)
    assert (await office.take(f"{draft.id}-F")).kept


async def test_link(office: Office) -> None:
    """Whoever may asks for the addresses of a slate's clips, for so many days, and nobody else reads them."""
    office.archive.links_begin = "https://clips.example/"
    takes = await office.order("a mug on {oak|steel}")
    assert "has no clip to link to: it waits for its turn" in (await types(office, f"/clip link {takes[0].card}")).text
    await office.work()
    notice = await types(office, f"/clip link {takes[0].card}")
    assert notice.private
    first, second, until = notice.text.splitlines()
    a, b = takes
    assert first.startswith(f"{a.id}: https://clips.example/")
    assert first.endswith(f"{a.id}.mp4?as={a.id}.mp4&for=604800")
    assert second.startswith(f"{b.id}: https://clips.example/")
    ends = native_moment(office.clock.now() + 7 * 24 * 3600 * 1000, "UTC")
    assert until == f"Until {ends} anybody with these addresses can fetch it."


async def test_link_of_a_batch_s_line(office: Office) -> None:
    """The file is called as it is where it was posted."""
    office.archive.links_begin = "https://clips.example/"
    await presses(office, "Order", await types(office, "/clip batch\na fox"))
    await office.work()
    (take,) = await office.rows(Take)
    assert f"?as={take.id}-line-2.mp4&" in (await types(office, f"/clip link {take.id}")).text


async def test_link_without_an_address(office: Office) -> None:
    """Where the archive is a folder there is another way to the clip."""
    take = (await drafted(office))[0]
    said = f"This archive has no public address; /clip rescue {take.id} posts the clip again."
    assert (await types(office, f"/clip link {take.id}")).text == said


async def test_link_while_the_archive_is_out_of_reach(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Then it says so; the log says why."""
    take = (await drafted(office))[0]
    office.archive.script.add("link", ArchiveError("it does not answer"))
    assert "cannot be reached right now" in (await types(office, f"/clip link {take.id}")).text
    assert f"no link to {take.card} can be given: it does not answer" in caplog.text


async def test_link_of_what_is_not_shown(office: Office) -> None:
    """A hidden clip, and one that is no longer kept, have no address; of a slate the others have."""
    office.archive.links_begin = "https://clips.example/"
    takes = await drafted(office, "a mug on {oak|steel|brass}")
    await types(office, f"/clip hide {takes[0].id}")
    await purged(office, takes[1])
    hidden = f"{takes[0].id} was taken down; /clip rescue {takes[0].id} posts it again."
    assert (await types(office, f"/clip link {takes[0].id}")).text == hidden
    assert "is no longer kept" in (await types(office, f"/clip link {takes[1].id}")).text
    addresses = (await types(office, f"/clip link {takes[0].card}")).text
    assert (addresses.count("https://"), takes[2].id in addresses) == (1, True)
    assert addresses.endswith("anybody with this address can fetch it.")


async def test_who_may(office: Office) -> None:
    """Hide, rescue, keep and link are its maker's, an approver's and an owner's of its channel, wherever they ask."""
    await sets(office, "settings approvers=@jo")
    take = (await drafted(office))[0]
    for verb in ("hide", "rescue", "keep", "link"):
        for actor in (GUEST, RAVI):
            assert "Only its maker" in (await types(office, f"/clip {verb} {take.id}", actor, TEAM)).text
    for actor in (JO, DANA):
        assert "is kept for ever" in (await types(office, f"/clip keep {take.id}", actor, TEAM)).text
