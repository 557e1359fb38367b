"""A final that starts from its draft's frame: the frame is handed over, named in the order, and never bought twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import ArchiveError, NotSent, NotSentFor, OutcomeUnknown, ServerFault
from bot.core.fakes.provider import FILES
from bot.core.lifecycle import State
from bot.core.money import ZERO
from bot.core.ports import History
from bot.core.rows import AttemptKind, ClipPicture, Outcome, PictureKind, Take
from tests.jobs.acts import drafted, votes
from tests.jobs.conftest import JO, Office, keep_posters
from tests.jobs.worker.conftest import (
    Crash,
    attempts,
    bills,
    crashes,
    outcomes,
    posts,
    restart,
    row_for,
    slots,
)

FOX = "https://pictures.invalid/fox.png"


async def armed(office: Office, **options: Any) -> Take:
    """The armed final of a draft of the look match, of which there is a picture."""
    draft = (await drafted(office, look="match", **options))[0]
    await keep_posters(office, draft)
    await votes(office, draft.id, JO)
    final = await office.take(f"{draft.id}-F")
    assert final.state is State.ARMED
    return final


def orders(office: Office) -> list[tuple[str, dict[str, Any]]]:
    """What was sent, the drafts' first: where, and with what."""
    sent = [call["order"] for call in office.provider.script.called("submit")]
    return [(order.endpoint, dict(order.payload)) for order in sent]


def handed_over(office: Office) -> list[tuple[str, str]]:
    """The files that were uploaded, by name, as what."""
    return [(call["picture"].name, call["media_type"]) for call in office.provider.script.called("upload")]


async def test_a_shot_of_text_is_ordered_from_the_frame(any_office: Office) -> None:
    """The poster's own bytes are uploaded as an attempt of their own, and are the start image."""
    final = await armed(any_office)
    await any_office.work()
    assert (await any_office.take(final.id)).state is State.DELIVERED
    endpoint, payload = orders(any_office)[-1]
    picture = any_office.provider.script.called("upload")[0]["picture"]
    assert endpoint == "seedance-2-mini-image-to-video"
    assert (payload["image_url"], payload["prompt"]) == (f"{FILES}/{picture.name}", "a fox in snow")
    poster = (await any_office.rows(ClipPicture))[0]
    assert Path(picture).read_bytes() == any_office.archive.files[poster.name]
    (attempt,) = await attempts(any_office, final, AttemptKind.PREPARE)
    assert (attempt.payload, attempt.outcome) == (poster.name, Outcome.ACCEPTED)


async def test_a_start_image_is_replaced_by_the_frame(office: Office) -> None:
    """The draft was made from the picture; its final starts from what became of it."""
    await armed(office, image=FOX)
    await office.work()
    (_, draft), (endpoint, final) = orders(office)
    assert endpoint == "seedance-2-mini-image-to-video"
    assert draft["image_url"] == f"{FILES}/fox.png"
    assert str(final["image_url"]).endswith(".jpg")
    assert [media for _, media in handed_over(office)] == ["image/png", "image/jpeg"]


async def test_references_stay_and_the_frame_is_the_last(office: Office) -> None:
    """Their numbers in the prompt mean what they did, and the prompt names the frame."""
    await armed(office, refs=("https://pictures.invalid/a.png", "https://pictures.invalid/b.png"))
    await office.work()
    endpoint, final = orders(office)[-1]
    assert endpoint == "seedance-2-mini-omni-reference"
    *references, frame = final["images_list"]
    assert references == [f"{FILES}/a.png", f"{FILES}/b.png"]
    assert frame.endswith(".jpg")
    assert final["prompt"] == "a fox in snow\nStart from the frame @image3."


async def test_an_archive_that_is_away_is_waited_for(any_office: Office) -> None:
    """The final keeps its slot and its hold, and the frame is read again."""
    final = await armed(any_office)
    any_office.archive.script.add("open", ArchiveError("the disk does not answer"), ArchiveError("nor now"))
    await any_office.work()
    assert (await any_office.take(final.id)).state is State.DELIVERED
    closed, accepted = Outcome.CLOSED, Outcome.ACCEPTED
    assert await outcomes(any_office, final, AttemptKind.PREPARE) == [closed, closed, accepted]


async def test_an_archive_that_stays_away_ends_the_final(any_office: Office) -> None:
    """Refused after five tries, with the reason, the money back and nothing ordered."""
    final = await armed(any_office)
    any_office.archive.script.always("open", ArchiveError("the disk does not answer"))
    await any_office.work()
    ended = await any_office.take(final.id)
    assert (ended.state, ended.held, await slots(any_office), posts(any_office)) == (State.REFUSED, ZERO, 0, 1)
    assert "the draft's frame cannot be read: the disk does not answer" in ended.problem
    await any_office.require_balanced()


async def test_a_picture_that_has_gone_meanwhile_ends_the_final(office: Office) -> None:
    """Between the vote and the order its row was removed: the money is back, and the card says what to do."""
    final = await armed(office)
    await office.store.transact(lambda tx: tx.delete(ClipPicture, final.draft or "", PictureKind.POSTER.value))
    await office.work()
    ended = await office.take(final.id)
    assert (ended.state, ended.held, posts(office)) == (State.REFUSED, ZERO, 1)
    assert "press A new roll" in ended.problem


async def test_a_frame_is_handed_over_once_within_the_hour_and_anew_after_it(office: Office) -> None:
    """A final that returns to the queue is ordered with the address that still lives; the others prove no job."""
    rate = NotSent("too many", reason=NotSentFor.RATE, retry_after_s=5)
    office.provider.script.add("submit", None, rate, NotSent("too many", reason=NotSentFor.RATE, retry_after_s=4000))
    final = await armed(office)
    await office.work(5000)
    assert (await office.take(final.id)).state is State.DELIVERED
    assert (len(handed_over(office)), posts(office), bills(office)) == (2, 4, 2)


async def test_a_crash_in_the_upload_orders_once(office: Office) -> None:
    """The frame is handed over again, and the final ordered once."""
    final = await armed(office)
    office.provider.script.add("upload", Crash())
    await crashes(office)
    office = await restart(office)
    await office.work()
    assert ((await office.take(final.id)).state, bills(office)) == (State.DELIVERED, 2)


@pytest.mark.parametrize("after", ["answer lost", "5xx"])
async def test_an_order_is_known_by_what_was_sent_then(office: Office, after: str) -> None:
    """However many addresses the frame had since: evidence and repeats go by the attempt's own body."""
    final = await armed(office)
    rate = NotSent("too many", reason=NotSentFor.RATE, retry_after_s=4000)
    fault = OutcomeUnknown("no answer") if after == "answer lost" else ServerFault("502", status=502)
    office.provider.script.add("upload", f"{FILES}/one.jpg", f"{FILES}/two.jpg")
    office.provider.script.add("submit", rate, fault)
    await office.work(4025)
    first, second = await attempts(office, final)
    assert json.loads(first.payload)["image_url"] == f"{FILES}/one.jpg"
    assert json.loads(second.payload)["image_url"] == f"{FILES}/two.jpg"
    assert first.order_sha256 != second.order_sha256
    history = History(rows=(row_for(second, "job-99"),), complete=True)
    office.provider.script.always("find_recent", history)
    await office.work(300)
    found = await office.take(final.id)
    assert (found.job, posts(office), len(handed_over(office))) == ("job-99", 3, 2)


async def test_a_repeat_after_a_5xx_sends_the_very_same_body(office: Office) -> None:
    """It is not prepared again: the same address, one bill, one clip."""
    final = await armed(office)
    office.provider.script.add("submit", ServerFault("502", status=502))
    await office.work()
    first, second = await attempts(office, final)
    assert (first.order_sha256, first.payload) == (second.order_sha256, second.payload)
    assert (bills(office), len(handed_over(office))) == (2, 1)
