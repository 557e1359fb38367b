"""A hidden draft is not seen beside its final either: wherever a process ends, and however the chat answers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from bot.core.errors import ChatBusy, ChatError
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.ports import Posted
from bot.core.rows import Post, PostState, Take
from tests.jobs.acts import clip_of, drafted, finals, types, votes
from tests.jobs.conftest import JO, ON_BOTH_STORES, Office
from tests.jobs.test_picturing import finished
from tests.jobs.worker.conftest import Crash


@pytest.fixture
async def pictured(office: Office) -> Office:
    """The office with pictures of each clip."""
    office.media.pictures = True
    return office


async def hides(office: Office, take: Take) -> str:
    return (await types(office, f"/clip hide {take.id}")).text


async def require_alone(office: Office, final: Take) -> None:
    """The final stands there, once, and shows nothing of its draft; nothing is left to be done."""
    (sent,) = [sent for sent in office.chat.sent if sent.file == f"{final.id}.mp4"]
    assert sent.view.picture is None
    (post,) = await office.rows(Post, take=final.id)
    assert (post.state, post.pictured) == (PostState.POSTED, False)
    assert (await office.take(final.id)).state is State.DELIVERED


@ON_BOTH_STORES
async def test_a_final_stays_without_its_hidden_draft(pictured: Office) -> None:
    """The draft's own message goes; of its final's only the picture; a second hide takes off nothing."""
    draft, final = await finished(pictured)
    before = clip_of(pictured, final)
    assert before.view.picture is not None
    assert "is taken down" in await hides(pictured, draft)
    assert [sent.file for sent in pictured.chat.sent if sent.file] == [f"{final.id}.mp4"]
    assert clip_of(pictured, final).message == before.message
    await require_alone(pictured, final)
    await hides(pictured, draft)
    await pictured.sweep.once()
    assert len(pictured.chat.script.called("take_off_picture")) == 1


async def test_a_final_of_a_draft_that_is_shown_keeps_its_picture(pictured: Office) -> None:
    """The other draft of a slate is not meant."""
    takes = await drafted(pictured, "a mug on {oak|steel}")
    for take in takes:
        await votes(pictured, take.id, JO)
    await pictured.work()
    await hides(pictured, takes[0])
    await pictured.sweep.once()
    await require_alone(pictured, await pictured.take(f"{takes[0].id}F"))
    assert clip_of(pictured, f"{takes[1].id}F").view.picture is not None


@pytest.mark.parametrize("end", [Crash(), After(Crash()), ChatBusy("not now")], ids=repr)
async def test_hide_ends_before_or_after_the_picture_is_gone(pictured: Office, end: Any) -> None:
    """By a kill, or a chat that does not take it: the wish is in the rows, and the sweep of the next start obeys."""
    draft, final = await finished(pictured)
    pictured.chat.script.add("take_off_picture", end)
    with suppress(Crash):
        assert "goes within the hour" in await hides(pictured, draft)
    assert (await pictured.take(draft.id)).hidden
    await pictured.sweep.once()
    await require_alone(pictured, final)


async def test_hide_ends_before_anything_is_gone(pictured: Office) -> None:
    """Killed at the draft's own message: both are removed by the sweep."""
    draft, final = await finished(pictured)
    pictured.chat.script.add("take_down", Crash())
    with pytest.raises(Crash):
        await hides(pictured, draft)
    await pictured.sweep.once()
    assert [sent.file for sent in pictured.chat.sent if sent.file] == [f"{final.id}.mp4"]
    await require_alone(pictured, final)


async def test_a_sweep_that_the_chat_does_not_answer(pictured: Office) -> None:
    """The next one tries again."""
    draft, final = await finished(pictured)
    pictured.chat.script.add("take_off_picture", ChatError("down"), ChatError("down"))
    await hides(pictured, draft)
    await pictured.sweep.once()
    assert clip_of(pictured, final).view.picture is not None
    await pictured.sweep.once()
    await require_alone(pictured, final)


async def armed(office: Office) -> Take:
    """A draft whose final is ordered."""
    (draft,) = await drafted(office)
    await votes(office, draft.id, JO)
    return draft


async def test_hide_comes_when_the_picture_is_made_and_not_yet_posted(pictured: Office) -> None:
    """The final is begun without it."""
    draft = await armed(pictured)
    before = len(pictured.media.drawn)

    async def hide() -> None:
        await hides(pictured, draft)

    pictured.media.drawing = hide
    await pictured.work()
    (final,) = await finals(pictured)
    assert len(pictured.media.drawn) > before
    assert pictured.chat.script.called("post_clip")[-1]["view"].picture is None
    await require_alone(pictured, final)
    assert not pictured.chat.script.called("take_off_picture")


def hide_during_upload(office: Office, draft: Take, *, end: BaseException | None = None) -> None:
    """The next clip arrives with its picture, and the draft is hidden meanwhile; how the answer is lost, if it is."""

    async def post_clip(**arguments: Any) -> Posted:
        await hides(office, draft)
        posted = await office.chat.post_clip(**arguments)
        if end is not None:
            raise end
        return posted

    office.chat.script.add("post_clip", post_clip)


@ON_BOTH_STORES
async def test_hide_comes_while_the_final_is_on_its_way(pictured: Office) -> None:
    """Its picture is taken off as soon as the post is known."""
    draft = await armed(pictured)
    hide_during_upload(pictured, draft)
    await pictured.work()
    (final,) = await finals(pictured)
    assert len(pictured.chat.script.called("take_off_picture")) == 1
    await require_alone(pictured, final)


async def test_hide_comes_while_the_clip_itself_is_on_its_way(office: Office) -> None:
    """It is taken down as soon as the post is known, as the answer has said, and rescue posts it again."""
    (draft,) = await office.order()
    hide_during_upload(office, draft)
    await office.work()
    assert office.chat.files == {}
    assert [post.state for post in await office.rows(Post)] == [PostState.GONE]
    await types(office, f"/clip rescue {draft.id}")
    await office.work()
    assert clip_of(office, draft)


@pytest.mark.parametrize("end", [Crash(), After(Crash()), ChatError("down")], ids=repr)
async def test_and_then_the_picture_is_not_taken_off(pictured: Office, end: Any) -> None:
    """The final is delivered by then; the sweep brings it to its end."""
    draft = await armed(pictured)
    hide_during_upload(pictured, draft)
    pictured.chat.script.add("take_off_picture", end)
    with suppress(Crash):
        await pictured.work()
    (final,) = await finals(pictured)
    assert final.state is State.DELIVERED
    await pictured.sweep.once()
    await require_alone(pictured, final)


@pytest.mark.parametrize(
    ("kind_of_store", "end"), [("sql", Crash()), ("memory", Crash()), ("memory", ChatError("reset"))], ids=repr
)
async def test_and_the_answer_is_lost(pictured: Office, end: BaseException) -> None:
    """Whoever finds the post knows that it has the picture."""
    draft = await armed(pictured)
    hide_during_upload(pictured, draft, end=end)
    try:
        await pictured.work()
    except Crash:
        (final,) = await finals(pictured)
        pictured.engine.wake_now(final.id, pictured.clock.now())
        await pictured.work()
    (final,) = await finals(pictured)
    await require_alone(pictured, final)


async def test_and_the_post_is_found_only_when_it_is_made_again(pictured: Office) -> None:
    """A second try under the same nonce, without the picture, gives the first one's message, which has it."""
    draft = await armed(pictured)
    hide_during_upload(pictured, draft, end=ChatError("reset"))
    pictured.chat.script.always("find_post", lambda **_: None)
    await pictured.work()
    (final,) = await finals(pictured)
    with_picture, without = [call["view"].picture for call in pictured.chat.script.called("post_clip")[-2:]]
    assert (with_picture is None, without) == (False, None)
    await require_alone(pictured, final)


async def test_rescue_of_the_final_posts_it_without_its_hidden_draft(pictured: Office) -> None:
    """And with it once the draft is rescued too; the messages of before stay as they are."""
    draft, final = await finished(pictured)
    await hides(pictured, draft)
    pictured.chat.lose(clip_of(pictured, final).message)
    await types(pictured, f"/clip rescue {final.id}")
    await pictured.work()
    assert clip_of(pictured, final).view.picture is None
    for rescued in (draft, final):
        await types(pictured, f"/clip rescue {rescued.id}")
        await pictured.work()
    pictures = [sent.view.picture for sent in pictured.chat.sent if sent.file == f"{final.id}.mp4"]
    assert [picture is None for picture in pictures] == [True, False]
    await pictured.sweep.once()
    assert clip_of(pictured, draft)


async def test_a_draft_and_its_final_are_both_hidden(pictured: Office) -> None:
    """By a bot that reached no chat: nothing of either is left after the sweep."""
    draft, final = await finished(pictured)
    pictured.chat.script.add("take_down", ChatError("down"), ChatError("down"))
    pictured.chat.script.add("take_off_picture", ChatError("down"))
    for take in (draft, final):
        assert "goes within the hour" in await hides(pictured, take)
    await pictured.sweep.once()
    assert pictured.chat.files == {}
    assert {post.state for post in await pictured.rows(Post)} == {PostState.GONE}
