"""The pictures of cards and finals: when they are made, how often, and what happens when they cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.cards import Beside, Sheet
from bot.core.errors import ArchiveError
from bot.core.lifecycle import State
from bot.core.ports import CardView, Charge, Job, JobStatus, Message, Picture
from bot.core.rows import ClipPicture, Outbox, PictureKind, Rank, Take
from bot.jobs.outbox import OutboxSender
from bot.media.errors import MediaUnavailable
from tests.jobs.acts import card_of, clip_of, drafted, finals, types, votes
from tests.jobs.conftest import JO, Office, nothing
from tests.jobs.test_outbox import edited, sent_all, shows, touched

FOUR = "a mug on {marble|oak|steel|slate}"
CANNOT = [MediaUnavailable("no process can be started"), ArchiveError("away"), OSError("full"), RuntimeError("a slip")]


@pytest.fixture
async def pictured(office: Office) -> Office:
    """The office with pictures of each clip."""
    office.media.pictures = True
    return office


def sheets(office: Office) -> list[Sheet]:
    """Those that were drawn, in order."""
    return [drawn for drawn in office.media.drawn if isinstance(drawn, Sheet)]


async def picture_of(office: Office, take: Take) -> Picture | None:
    return (await card_of(office, take)).view.picture


async def shown_picture(office: Office, take: Take) -> Picture:
    picture = await picture_of(office, take)
    assert picture is not None
    return picture


def raising(*errors: Exception) -> Callable[[], Awaitable[object]]:
    """Each of the errors once, then nothing more."""
    left = list(errors)

    async def drawing() -> None:
        if left:
            raise left.pop(0)

    return drawing


async def test_a_card_that_is_ready_shows_its_sheet(pictured: Office) -> None:
    """Not before; the picture is a file that stays, with words that say all of it."""
    takes = await drafted(pictured, FOUR)
    picture = await shown_picture(pictured, takes[0])
    assert picture.about == f"Contact sheet of {takes[0].card}: 1 marble, 2 oak, 3 steel, 4 slate. Prompt: {FOUR}"
    assert picture.name.startswith(f"{takes[0].card}-sheet-")
    assert picture.path.read_bytes().startswith(b"\xff\xd8")
    (sheet,) = sheets(pictured)
    assert [row.strip for row in sheet.rows] == [take.id for take in takes]
    views = [call["view"] for call in pictured.chat.script.called("show")]
    assert [view.picture is not None for view in views] == [False] * (len(views) - 1) + [True]


async def test_a_single_draft_has_a_sheet_too(pictured: Office) -> None:
    """One row, its frames over time."""
    (take,) = await drafted(pictured)
    assert (await shown_picture(pictured, take)).about.startswith(f"Frames of {take.id}, over its 4 s.")


async def test_a_sheet_is_drawn_once_for_as_long_as_it_looks_the_same(pictured: Office) -> None:
    """A vote changes the card and not its sheet, and a new process finds it on the disk."""
    takes = await drafted(pictured, FOUR)
    before = await shown_picture(pictured, takes[0])
    await types(pictured, f"/clip reject {takes[2].id}")
    assert await picture_of(pictured, takes[0]) == before
    pictured.outbox = OutboxSender(pictured.kit)
    await touched(pictured, takes[0].card)
    assert await picture_of(pictured, takes[0]) == before
    assert len(sheets(pictured)) == 1


async def held_up(office: Office, late: Take) -> Callable[[], None]:
    """The provider goes on rendering this one, until what is returned is called."""
    usual, over = office.provider.poll, asyncio.Event()

    async def poll(job: str) -> JobStatus:
        if not over.is_set() and job == (await office.take(late.id)).job:
            return JobStatus(job=Job.RUNNING, said="processing", charge=Charge())
        return await usual(job)

    office.provider.poll = poll  # type: ignore[method-assign]
    return over.set


async def test_a_late_one_leaves_a_hole_until_it_comes(pictured: Office) -> None:
    """Half are in and the rest late: the sheet is there; the late arrival redraws it once, and numbers never move."""
    takes = await pictured.order(FOUR)
    late = takes[2]
    let_go = await held_up(pictured, late)
    await pictured.work()
    first = await shown_picture(pictured, late)
    assert "2 oak, 3 steel late, 4 slate" in first.about
    let_go()
    seen = len(shows(pictured))
    await pictured.work()
    second = await shown_picture(pictured, late)
    assert "2 oak, 3 steel, 4 slate" in second.about
    assert second.name != first.name
    assert [[row.hole for row in sheet.rows] for sheet in sheets(pictured)] == [["", "", "late", ""], [""] * 4]
    later = [call["view"] for call in pictured.chat.script.called("show")][seen:]
    assert all(view.picture is not None for view in later)


async def test_what_is_taken_down_is_blanked(pictured: Office) -> None:
    """The sheet is drawn anew without its frames; with nothing left to see there is none."""
    takes = await drafted(pictured, "a mug on {marble|oak}")
    before = await shown_picture(pictured, takes[0])
    await types(pictured, f"/clip hide {takes[1].id}")
    after = await shown_picture(pictured, takes[0])
    assert after.name != before.name
    assert "1 marble, 2 oak taken down" in after.about
    assert [row.strip for row in sheets(pictured)[-1].rows] == [takes[0].id, ""]
    await types(pictured, f"/clip hide {takes[0].card}")
    assert await picture_of(pictured, takes[0]) is None


async def test_the_sheet_stays_until_the_card_is_decided(pictured: Office) -> None:
    """While a final is armed and made it is on the card; a decided card is one line."""
    takes = await drafted(pictured, FOUR)
    before = await shown_picture(pictured, takes[0])
    await votes(pictured, takes[1].id)
    assert await picture_of(pictured, takes[0]) == before
    await pictured.work()
    assert await picture_of(pictured, takes[0]) is None
    assert len(sheets(pictured)) == 1


async def test_clips_without_pictures_have_no_sheet(office: Office) -> None:
    """As those that were fetched before there were any."""
    (take,) = await drafted(office)
    assert await picture_of(office, take) is None
    assert office.media.drawn == []


async def test_a_slow_sheet_holds_nothing_up(pictured: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card is shown without it, votes and Undo too, the grace begins; when it is there the card shows it."""
    monkeypatch.setattr("bot.jobs.picturing.WAIT_S", 0.01)
    gate = asyncio.Event()
    pictured.media.drawing = gate.wait
    takes = await drafted(pictured, FOUR)
    card = await card_of(pictured, takes[0])
    assert (card.view.picture, "ready to choose" in card.view.title) == (None, True)
    await votes(pictured, takes[1].id)
    card = await card_of(pictured, takes[0])
    assert any(button.label == "Undo" for button in card.view.buttons)
    assert (await finals(pictured))[0].order_at is not None
    seen = len(shows(pictured))
    await pictured.clock.advance(2)
    await sent_all(pictured)
    gate.set()
    await until_drawn(pictured)
    await pictured.clock.advance(2)
    await sent_all(pictured)
    assert (await shown_picture(pictured, takes[0])).about.startswith("Contact sheet of")
    assert len(sheets(pictured)) == 1
    assert len(shows(pictured)) > seen
    pictured.media.drawing = nothing


async def until_drawn(office: Office) -> None:
    """Until nothing is being drawn any more."""
    while tasks := [task for task in asyncio.all_tasks() if task.get_name().startswith("sheet ")]:
        await asyncio.wait(tasks)
    assert office.media.drawn


async def test_while_its_sheet_is_made_the_same_card_is_not_shown_again(
    pictured: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edits are scarce: it is looked at again, and shown when there is something new."""
    monkeypatch.setattr("bot.jobs.picturing.WAIT_S", 0.01)
    gate = asyncio.Event()
    pictured.media.drawing = gate.wait
    (take,) = await drafted(pictured)
    seen = len(shows(pictured))
    for _ in range(3):
        await pictured.clock.advance(1)
        await sent_all(pictured)
    assert len(shows(pictured)) == seen
    assert [row.rank for row in await pictured.rows(Outbox)] == [Rank.PROGRESS]
    gate.set()
    await until_drawn(pictured)
    await pictured.clock.advance(1)
    assert await picture_of(pictured, take) is not None
    assert (len(shows(pictured)), await pictured.rows(Outbox)) == (seen + 1, [])


@pytest.mark.parametrize("error", CANNOT, ids=repr)
async def test_a_sheet_that_cannot_be_made_now_is_made_soon(pictured: Office, error: Exception) -> None:
    """The card is shown without it at once; again after a pause, with it."""
    pictured.media.drawing = raising(error, error)
    (take,) = await pictured.order()
    await pictured.work(600)
    shown = [call["view"] for call in pictured.chat.script.called("show")]
    assert "ready" in shown[-1].title
    assert shown[-1].picture is None
    await pictured.clock.advance(0.5)
    await touched(pictured, take.card, Rank.PROGRESS)
    for _ in range(4):
        await sent_all(pictured)
        await pictured.clock.advance(2)
    assert await picture_of(pictured, take) is not None
    assert await pictured.rows(Outbox) == []


async def test_an_archive_that_is_away_for_an_hour_costs_no_sheet(pictured: Office) -> None:
    """It is tried at longer and longer intervals, nothing is shown meanwhile, and then it is there."""
    (take,) = await pictured.order()
    pictured.media.drawing = raising(*[ArchiveError("away")] * 14)
    await pictured.work()
    seen = len(shows(pictured))
    for _ in range(80):
        await pictured.clock.advance(60)
        await sent_all(pictured)
    assert await picture_of(pictured, take) is not None
    assert (len(shows(pictured)), len(sheets(pictured))) == (seen + 1, 15)


async def test_a_sheet_that_never_succeeds_is_given_up_until_the_card_changes(
    pictured: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is tried anew."""
    monkeypatch.setattr("bot.jobs.picturing.MOST_TRIES", 3)
    pictured.media.drawing = raising(*[MediaUnavailable("no")] * 4)
    (take,) = await pictured.order()
    await pictured.work()
    for _ in range(10):
        await pictured.clock.advance(5)
        await sent_all(pictured)
    assert (len(sheets(pictured)), await pictured.rows(Outbox)) == (3, [])
    await touched(pictured, take.card, Rank.PROGRESS)
    await sent_all(pictured)
    await pictured.clock.advance(5)
    assert await picture_of(pictured, take) is not None


async def test_a_card_whose_time_left_is_shown_tries_its_sheet_no_more_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is edited every second for what is late, and its sheet is given up as any other."""
    monkeypatch.setattr("bot.jobs.picturing.MOST_TRIES", 3)
    office = edited(tmp_path, 1.0)
    office.media.pictures = True
    office.media.drawing = raising(*[MediaUnavailable("no")] * 9)
    takes = await office.order("a mug on {marble|oak}")
    await held_up(office, takes[1])
    await office.work(200)
    assert await picture_of(office, takes[0]) is None
    seen = len(shows(office))
    for _ in range(20):
        await office.clock.advance(1)
        await sent_all(office)
    assert (len(shows(office)) - seen, len(sheets(office))) == (20, 3)


async def test_failures_are_remembered_of_so_many_cards(pictured: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest are forgotten, and tried again sooner than need be."""
    monkeypatch.setattr("bot.jobs.picturing.MOST_CARDS", 1)
    pictured.media.drawing = raising(*[MediaUnavailable("no")] * 4)
    takes = [(await pictured.order(f"fox {number}"))[0] for number in range(2)]
    await pictured.work()
    for _ in range(10):
        await pictured.clock.advance(5)
        await sent_all(pictured)
    assert [await picture_of(pictured, take) is not None for take in takes] == [True, True]


async def test_two_outboxes_draw_a_sheet_once(pictured: Office) -> None:
    """Whoever is second finds what the first has made."""
    (take,) = await drafted(pictured)
    other = OutboxSender(pictured.kit)
    await types(pictured, f"/clip reject {take.id}")
    await asyncio.gather(pictured.outbox.once(), other.once())
    await touched(pictured, take.card)
    await asyncio.gather(pictured.outbox.once(), other.once())
    assert await picture_of(pictured, take) is not None
    assert len(sheets(pictured)) == 1


async def test_a_crash_between_drawing_and_showing_costs_nothing(pictured: Office) -> None:
    """The sheet is on the disk by then, and the card is shown with it when its row's turn comes again."""
    (take,) = await pictured.order()
    usual = pictured.chat.show
    killed: list[CardView] = []

    async def show(view: CardView, **rest: Any) -> Message:
        if view.picture and not killed:
            killed.append(view)
            raise RuntimeError
        return await usual(view, **rest)

    pictured.chat.show = show  # type: ignore[method-assign]
    await pictured.work()
    pictured.outbox = OutboxSender(pictured.kit)
    assert await picture_of(pictured, take) == killed[0].picture
    assert len(sheets(pictured)) == 1


async def test_what_is_being_drawn_ends_with_the_outbox(pictured: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left behind, and the row waits for the next start."""
    monkeypatch.setattr("bot.jobs.picturing.WAIT_S", 0.01)
    pictured.media.drawing = asyncio.Event().wait
    (take,) = await drafted(pictured)
    stop = asyncio.Event()
    stop.set()
    await pictured.outbox.run(stop)
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("sheet ")] == []
    assert [row.card for row in await pictured.rows(Outbox)] == [take.card]


async def finished(office: Office, prompt: str = "a fox in snow") -> tuple[Take, Take]:
    """A draft and its final, which is posted."""
    (draft,) = await drafted(office, prompt)
    await votes(office, draft.id, JO)
    await office.work()
    (final,) = await finals(office)
    assert final.state is State.DELIVERED
    return draft, final


async def test_a_final_is_posted_with_its_draft_beside_it(pictured: Office) -> None:
    """One picture of two posters, in the message of the final's clip; the draft's own message has none."""
    draft, final = await finished(pictured)
    picture = clip_of(pictured, final).view.picture
    assert picture is not None
    assert picture.name.startswith(f"{final.id}-beside-")
    assert picture.about.startswith(f"Draft {draft.id} (480p, 4 s) beside its final {final.id} (720p")
    assert picture.path.is_file()
    assert [each.final for each in pictured.media.drawn if isinstance(each, Beside)] == [
        f"Final {final.id} · 720p · 5 s"
    ]
    assert clip_of(pictured, draft).view.picture is None


@pytest.mark.parametrize(
    "error", [MediaUnavailable("no"), ArchiveError("away"), OSError("full"), TimeoutError()], ids=repr
)
async def test_a_final_does_not_wait_for_its_picture(pictured: Office, error: Exception) -> None:
    """What cannot be drawn is left out, and the clip is posted."""
    (draft,) = await drafted(pictured)
    pictured.media.drawing = raising(error)
    await votes(pictured, draft.id, JO)
    await pictured.work()
    (final,) = await finals(pictured)
    assert (final.state, clip_of(pictured, final).view.picture) == (State.DELIVERED, None)


async def test_a_final_whose_picture_takes_too_long(pictured: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is posted without it, and nothing goes on drawing."""
    monkeypatch.setattr("bot.jobs.picturing.BESIDE_S", 0.01)
    (draft,) = await drafted(pictured)
    pictured.media.drawing = asyncio.Event().wait
    await votes(pictured, draft.id, JO)
    await pictured.work()
    (final,) = await finals(pictured)
    assert (final.state, clip_of(pictured, final).view.picture) == (State.DELIVERED, None)


async def test_a_final_of_a_draft_without_a_poster(office: Office) -> None:
    """There is nothing to put beside it."""
    await finished(office)
    assert office.media.drawn == []


async def test_a_draft_that_was_taken_down_is_not_shown_beside_its_final(pictured: Office) -> None:
    """Although its poster is kept."""
    (draft,) = await drafted(pictured)
    await votes(pictured, draft.id, JO)
    await pictured.work(16)
    await types(pictured, f"/clip hide {draft.id}")
    await pictured.work()
    (final,) = await finals(pictured)
    assert (final.state, clip_of(pictured, final).view.picture) == (State.DELIVERED, None)
    assert await pictured.rows(ClipPicture, take=draft.id, kind=PictureKind.POSTER)
