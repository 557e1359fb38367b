"""Pictures in Slack's messages: uploaded once, shared nowhere, gone when another has replaced them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.slack.filing import NotKnown
from adapters.slack.pictures import SURE_S
from bot.core.errors import ChatBusy, ChatError
from bot.core.ports import Message
from tests.adapters.slack.desk import Desk, desk
from tests.adapters.slack.workspace import LAUNCH, OTHER, SwiftClock

BEGIN, COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"
CARD = Message(channel=LAUNCH, id="1.000000")


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, SwiftClock()) as made:
        yield made


async def test_uploaded_once(at: Desk) -> None:
    """A picture is uploaded once per name, whoever asks, in whichever channel, before or after a restart."""
    pictures, picture = at.pictures, at.picture()
    ids = await asyncio.gather(*(pictures.file_id(picture, channel) for channel in (LAUNCH, OTHER)))
    assert {*ids, await at.pictures.file_id(picture, LAUNCH)} == {at.files()[0].id}
    assert len(at.slack.calls(BEGIN)) == 1
    assert not at.slack.messages("C1")
    assert "channel_id" not in at.slack.calls(COMPLETE)[0].args


async def test_processed(at: Desk) -> None:
    """It is given out only when Slack knows what it is."""
    at.slack.late_shares_s = 0.3
    with pytest.raises(ChatBusy, match="not processed"):
        await at.pictures.file_id(at.picture(), LAUNCH)
    at.slack.late_shares_s = 0
    await at.slack.until(lambda: at.files()[0].processed)
    assert await at.pictures.file_id(at.picture(), LAUNCH) == at.files()[0].id
    assert len(at.slack.calls(BEGIN)) == 1


async def test_deleted(at: Desk) -> None:
    """A file that somebody deleted, or that we removed, is uploaded again."""
    pictures, picture = at.pictures, at.picture()
    first = await pictures.file_id(picture, LAUNCH)
    await pictures.drop("T1", first)
    second = await pictures.file_id(picture, LAUNCH)
    at.slack.files[second].deleted = True
    third = await at.pictures.file_id(picture, LAUNCH)
    assert len({first, second, third}) == 3
    assert [file.id for file in at.files()] == [third]


async def test_interrupted(at: Desk) -> None:
    """An upload whose bytes or whose end did not reach Slack is made anew; one whose answer was lost is found."""
    at.slack.fail(COMPLETE, "file_not_found")
    with pytest.raises(ChatBusy, match="no longer has"):
        await at.pictures.file_id(at.picture(), LAUNCH)
    at.slack.fail(COMPLETE, "http_500")
    for error in (NotKnown, ChatBusy):
        with pytest.raises(error):
            await at.pictures.file_id(at.picture(), LAUNCH)
    at.slack.fail(COMPLETE, "lost")
    with pytest.raises(NotKnown):
        await at.pictures.file_id(at.picture(), LAUNCH)
    await at.slack.until(lambda: at.files() and at.files()[0].processed)
    assert await at.pictures.file_id(at.picture(), LAUNCH) == at.files()[0].id


async def test_what_slack_shows(at: Desk) -> None:
    """Slack shows PNG, JPEG and GIF; anything else is refused before it is uploaded."""
    with pytest.raises(ChatError, match=r"\.webp"):
        await at.pictures.file_id(at.picture("preview.webp"), LAUNCH)
    assert not at.slack.calls()


async def test_replaced(at: Desk) -> None:
    """The file of a card's picture is removed when the card shows another or none, also after a restart."""
    first, second = at.picture("sheet-1.png"), at.picture("sheet-2.png")
    await at.pictures.file_id(first, LAUNCH)
    await at.pictures.hung(CARD, first)
    await at.pictures.hung(CARD, first)
    await at.pictures.file_id(second, LAUNCH)
    await at.pictures.hung(CARD, second)
    assert [file.name for file in at.files()] == ["sheet-2.png"]
    await at.pictures.hung(CARD, None)
    await at.pictures.hung(CARD, None)
    assert not at.files()
    assert await at.pictures.file_id(first, LAUNCH) == at.files()[0].id


async def test_replaced_later(at: Desk) -> None:
    """A file that Slack does not remove now is removed the next time that this is asked for."""
    first = at.picture("sheet-1.png")
    await at.pictures.file_id(first, LAUNCH)
    await at.pictures.hung(CARD, first)
    at.slack.fail("files.delete", "ratelimited")
    with pytest.raises(ChatBusy):
        await at.pictures.hung(CARD, None)
    await at.pictures.hung(CARD, None)
    assert not at.files()


async def test_replaced_twice_while_slack_removes_nothing(at: Desk) -> None:
    """However often a card's picture changes meanwhile, each file that it showed is removed in the end."""
    sheets = [at.picture(f"sheet-{number}.png") for number in range(3)]
    at.slack.fail("files.delete", "ratelimited", times=2)
    for sheet in sheets:
        await at.pictures.file_id(sheet, LAUNCH)
        with suppress(ChatBusy):
            await at.pictures.hung(CARD, sheet)
    await at.pictures.hung(CARD, None)
    assert not at.files()


async def test_a_workspace_has_its_own(at: Desk) -> None:
    """Another workspace gets a file of its own."""
    at.slack.team("T2")
    at.clients.install("T2", at.slack.teams["T2"].bot_token)
    ours = await at.pictures.file_id(at.picture(), LAUNCH)
    theirs = await at.pictures.file_id(replace(at.picture()), "slack:T2/C9")
    assert (at.slack.files[ours].team, at.slack.files[theirs].team) == ("T1", "T2")


async def test_what_is_known_of_pictures_stays_small(at: Desk) -> None:
    """A picture that nobody has asked for for a while is looked up in the rows the next time, and is the same file."""
    pictures = at.pictures
    first = await pictures.file_id(at.picture("sheet-1.png"), LAUNCH)
    await at.clock.sleep(SURE_S + 1)
    await pictures.file_id(at.picture("sheet-2.png"), LAUNCH)
    assert list(pictures._sure) == ["T1:sheet-2.png"]  # noqa: SLF001 - memory shows nowhere else
    assert await pictures.file_id(at.picture("sheet-1.png"), LAUNCH) == first
