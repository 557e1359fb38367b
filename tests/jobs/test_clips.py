"""What happens to a clip after it was made: hide, rescue, keep."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import ChatBusy
from bot.core.lifecycle import State
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


async def test_who_may(office: Office) -> None:
    """Hide, rescue and keep are its maker's, an approver's and an owner's of its own channel, wherever they ask."""
    await sets(office, "settings approvers=@jo")
    take = (await drafted(office))[0]
    for verb in ("hide", "rescue", "keep"):
        for actor in (GUEST, RAVI):
            assert "Only its maker" in (await types(office, f"/clip {verb} {take.id}", actor, TEAM)).text
    for actor in (JO, DANA):
        assert "is kept for ever" in (await types(office, f"/clip keep {take.id}", actor, TEAM)).text
