"""The size ladder: the clip as it came, a smaller copy, a preview with a link; each for a chat that takes no more."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.commands import Cancel, Hide, Rescue
from bot.core.errors import ArchiveError, ChatBusy, ChatError, ClipDamaged, FileTooLarge
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.ports.chat import Sent
from bot.core.rows import Attempt, AttemptKind, ClipPicture, Form, Outcome, PictureKind, Post, PostState, Take
from bot.jobs.worker import forms
from bot.media.errors import CannotFit, MediaUnavailable
from bot.media.fitted import Fitted
from tests.jobs.conftest import Office, make_office
from tests.jobs.worker.conftest import Crash, crashes, require_one_post, restart

#: What the provider's clip of the tests has.
CLIP_BYTES = len(b"a clip")
LIMIT = 3
TOO_LARGE = FileTooLarge("413")
MINUTE_S = 60


@pytest.fixture(autouse=True)
def smallest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clips of these tests have six bytes, so the smallest chat takes five."""
    monkeypatch.setattr(forms, "SMALLEST_LIMIT_BYTES", 5)


async def posted(office: Office, seconds: float = 600) -> Take:
    take = (await office.order())[0]
    await office.work(seconds)
    return await office.take(take.id)


def clip_message(office: Office) -> Sent:
    return next(sent for sent in office.chat.sent if sent.file)


async def forms_of(office: Office, take: Take) -> list[tuple[Form, PostState]]:
    posts = await office.rows(Post, take=take.id, order=("created_at", "nonce"))
    return [(post.form, post.state) for post in sorted(posts, key=lambda post: list(Form).index(post.form))]


async def give_preview(office: Office, take: Take, *, kind: PictureKind = PictureKind.WEBP, size: int = 2) -> None:
    content = b"w" * size
    picture = ClipPicture(
        take=take.id,
        kind=kind,
        name=f"2026-11/launch/{take.id}.{kind.value}",
        size=size,
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=office.clock.now(),
    )
    office.archive.files[picture.name] = content
    await office.store.transact(lambda tx: tx.put(picture))


async def with_preview(office: Office, **picture: Any) -> Take:
    """A take whose clip waits for its card, with a preview in the archive."""
    office.chat.script.add("show", ChatBusy("not yet", retry_after_s=100))
    take = await posted(office, MINUTE_S)
    assert take.state is State.DELIVERING
    await give_preview(office, take, **picture)
    return take


async def test_a_clip_that_the_chat_takes_is_posted_as_it_came(office: Office) -> None:
    """Of exactly the limit, too; nothing is encoded."""
    office.chat.largest_file_bytes = CLIP_BYTES
    take = await posted(office)
    assert await forms_of(office, take) == [(Form.ORIGINAL, PostState.POSTED)]
    assert list(office.chat.files.values()) == [b"a clip"]


async def test_a_clip_that_is_larger_than_the_chat_takes_is_posted_smaller(any_office: Office) -> None:
    """Without a try in vain; the message says so, under the clip's own name."""
    any_office.chat.largest_file_bytes = LIMIT
    take = await posted(any_office)
    assert await forms_of(any_office, take) == [(Form.SMALLER, PostState.POSTED)]
    assert list(any_office.chat.files.values()) == [b"a c"]
    sent, kept = clip_message(any_office), f"The original is kept as {take.id}."
    said = f"This clip is 1 kB and this server takes 1 kB: here is a smaller copy (1 kB). {kept}"
    assert (sent.file, sent.view.lines) == (f"{take.id}.mp4", (said,))
    await require_one_post(any_office, take)


async def test_a_limit_that_is_not_known_is_found_out(any_office: Office) -> None:
    """The original is refused; then it is made for the smallest chat there is. The mention is not lost."""
    any_office.chat.says_limit, any_office.chat.largest_file_bytes = False, 5
    take = await posted(any_office)
    assert await forms_of(any_office, take) == [(Form.ORIGINAL, PostState.GONE), (Form.SMALLER, PostState.POSTED)]
    assert [len(each) for each in any_office.chat.files.values()] == [5]
    assert "more than this server takes" in clip_message(any_office).view.lines[0]
    assert clip_message(any_office).view.mentions == ("mina",)


async def test_a_chat_that_refuses_what_it_said_it_takes(office: Office) -> None:
    """The limit that it named is not believed any more."""
    office.chat.script.add("post_clip", TOO_LARGE)
    take = await posted(office)
    assert await forms_of(office, take) == [(Form.ORIGINAL, PostState.GONE), (Form.SMALLER, PostState.POSTED)]


async def test_a_clip_that_is_smaller_than_any_limit_and_refused_goes_to_the_preview(office: Office) -> None:
    """A copy for the smallest chat would be no smaller."""
    office.chat.says_limit = False
    take = await with_preview(office)
    office.chat.script.add("post_clip", TOO_LARGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms, "SMALLEST_LIMIT_BYTES", CLIP_BYTES)
        await office.work()
    assert await forms_of(office, take) == [(Form.ORIGINAL, PostState.GONE), (Form.PREVIEW, PostState.POSTED)]


@pytest.mark.parametrize(("kind", "ending"), [(PictureKind.WEBP, "webp"), (PictureKind.GIF, "gif")])
async def test_a_limit_that_shrinks_meanwhile_leads_to_the_preview(
    office: Office, kind: PictureKind, ending: str
) -> None:
    """With the link to the clip, dated, word for word."""
    office.archive.links_begin = "https://files.example/<a>/"
    take = await with_preview(office, kind=kind)
    office.chat.largest_file_bytes = LIMIT
    office.chat.script.add("post_clip", TOO_LARGE)
    await office.work()
    assert await forms_of(office, take) == [(Form.SMALLER, PostState.GONE), (Form.PREVIEW, PostState.POSTED)]
    sent = clip_message(office)
    assert (sent.file, list(office.chat.files.values())) == (f"{take.id}.{ending}", [b"ww"])
    assert "here is a preview without sound" in sent.view.lines[0]
    link = f"https://files.example/<a>/{take.clip}?as={take.id}.mp4&for=604800"
    assert sent.view.lines[1].startswith(f"The clip is at {link} until ")


async def test_a_preview_without_a_link_is_posted_alone(office: Office) -> None:
    """An archive that cannot be asked for one does not hold it up."""
    office.archive.script.always("link", ArchiveError("away"))
    office.media.cannot_fit.append(CannotFit("too few"))
    take = await with_preview(office)
    office.chat.largest_file_bytes = LIMIT
    await office.work()
    assert await forms_of(office, take) == [(Form.PREVIEW, PostState.POSTED)]
    assert len(clip_message(office).view.lines) == 1


@pytest.mark.parametrize("trouble", ["too large", "unreadable"])
async def test_without_a_preview_the_link_is_posted_alone(office: Office, trouble: str) -> None:
    """A message without a file; hide takes it down."""
    office.archive.links_begin = "https://files.example/"
    office.media.cannot_fit.append(CannotFit("too few"))
    take = await with_preview(office, size=4 if trouble == "too large" else 2)
    if trouble == "unreadable":
        del office.archive.files[f"2026-11/launch/{take.id}.webp"]
    office.chat.largest_file_bytes = LIMIT
    await office.work()
    assert await forms_of(office, take) == [(Form.PREVIEW, PostState.POSTED)]
    lines = [sent.view.lines for sent in office.chat.sent if "https://files.example/" in "".join(sent.view.lines)]
    assert len(lines) == 1
    assert lines[0][0].endswith(f"it could not be posted itself. The original is kept as {take.id}.")
    await office.handle(Hide, subject=take.id)
    assert not any("https://files.example/" in "".join(sent.view.lines) for sent in office.chat.sent)


async def test_a_link_alone_is_posted_once_across_a_crash(office: Office) -> None:
    """The message stands, its answer was lost: nobody sees it twice."""
    office.archive.links_begin = "https://files.example/"
    office.media.cannot_fit.append(CannotFit("too few"))
    office.chat.largest_file_bytes = LIMIT
    office.chat.script.add("say", After(Crash()))
    take = (await office.order())[0]
    await crashes(office)
    office.media.cannot_fit.append(CannotFit("too few"))
    office = await restart(office)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED
    assert sum("https://files.example/" in "".join(sent.view.lines) for sent in office.chat.sent) == 1


async def test_a_clip_that_is_taken_in_no_form_is_kept(office: Office) -> None:
    """Maker and owner are told why; rescue begins with the original, and its refusals count anew."""
    office.chat.largest_file_bytes = LIMIT
    office.chat.script.add("post_clip", TOO_LARGE)
    take = await posted(office)
    assert (take.state, await forms_of(office, take)) == (State.UNDELIVERABLE, [(Form.SMALLER, PostState.GONE)])
    for person in ("mina", "dana"):
        assert any("it is 1 kB and this server takes 1 kB" in line for line in office.lines(to=person))
    await office.handle(Rescue, subject=take.id)
    office.chat.script.add("post_clip", TOO_LARGE)
    await office.work()
    assert (await office.take(take.id)).state is State.UNDELIVERABLE
    office.chat.largest_file_bytes = 300
    await office.handle(Rescue, subject=take.id)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED
    assert list(office.chat.files.values()) == [b"a clip"]


async def test_a_post_of_before_a_rescue_can_be_refused_too(office: Office) -> None:
    """It was begun, nobody knows what came of it, the channel closed: its row goes on, and its refusal counts."""
    office.chat.script.add("post_clip", Crash())
    take = (await office.order())[0]
    await crashes(office)
    office = await restart(office)
    await office.store.transact(lambda tx: _undeliverable(tx, take.id))
    await office.clock.advance(600)
    await office.handle(Rescue, subject=take.id)
    office.chat.script.always("post_clip", TOO_LARGE)
    await office.work()
    assert (await office.take(take.id)).state is State.UNDELIVERABLE
    assert len(office.chat.script.called("post_clip")) == 3


async def _undeliverable(tx: Any, take_id: str) -> None:
    take = await tx.lock(Take, take_id)
    await tx.step(take, replace(take, state=State.UNDELIVERABLE))


@pytest.mark.parametrize("at", ["most_bytes", "fit", "original", "refused", "smaller", "after", "preview"])
async def test_the_ladder_is_climbed_down_once_across_a_crash_at_every_step(office: Office, at: str) -> None:
    """A refused step is not repeated, and the channel sees the clip once."""
    office.chat.says_limit, office.chat.largest_file_bytes = False, 5
    take = await with_preview(office)
    script = office.chat.script
    match at:
        case "most_bytes":
            script.add("most_bytes", Crash())
        case "fit":
            office.media.cannot_fit.append(Crash())
        case "original":
            script.add("post_clip", Crash())
        case "refused":
            script.add("most_bytes", None, Crash())
        case "smaller":
            script.add("post_clip", None, Crash())
        case "after":
            script.add("post_clip", None, After(Crash()))
        case _:
            script.add("post_clip", TOO_LARGE, TOO_LARGE, After(Crash()))
    await crashes(office)
    office = await restart(office)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED
    last = Form.PREVIEW if at == "preview" else Form.SMALLER
    states = [(form, PostState.GONE) for form in list(Form)[: list(Form).index(last)]]
    assert await forms_of(office, take) == [*states, (last, PostState.POSTED)]
    assert len(office.chat.files) == 1
    outcomes = {attempt.outcome for attempt in await office.rows(Attempt, take=take.id, kind=AttemptKind.POST)}
    assert outcomes <= {Outcome.CLOSED, Outcome.ACCEPTED}


@pytest.mark.parametrize("error", [MediaUnavailable("the worker was killed"), OSError(28, "No space left on device")])
async def test_a_copy_that_cannot_be_made_now_is_tried_again(office: Office, error: Exception) -> None:
    """A killed worker and a full disk say nothing about the clip."""
    office.chat.largest_file_bytes = LIMIT
    office.media.cannot_fit += [error, error]
    take = await posted(office)
    assert (await forms_of(office, take), office.media.fits) == ([(Form.SMALLER, PostState.POSTED)], 3)


async def test_a_copy_that_can_never_be_made_is_not_waited_for(office: Office) -> None:
    """After some tries the preview is posted; nothing half made is left."""
    take = await with_preview(office)
    office.chat.largest_file_bytes = LIMIT
    office.media.cannot_fit += [MediaUnavailable("killed")] * forms.TRIES
    await office.work()
    assert await forms_of(office, take) == [(Form.PREVIEW, PostState.POSTED)]
    assert office.media.fits == forms.TRIES
    assert list((await _drawn(office)).glob("*")) == []


async def test_a_hostile_clip_costs_one_sentence(office: Office) -> None:
    """It is not encoded again and again, and is kept."""
    office.chat.largest_file_bytes = LIMIT
    office.media.cannot_fit.append(ClipDamaged("its frame 3 is damaged"))
    take = await posted(office)
    assert (take.state, office.media.fits) == (State.UNDELIVERABLE, 1)
    assert sum(take.id in line for line in office.lines(to="mina")) == 1


async def test_a_copy_is_made_once_for_several_posts(office: Office) -> None:
    """A post that is made anew finds it; the archive's is never touched."""
    office.chat.largest_file_bytes = LIMIT
    office.chat.script.add("post_clip", ChatBusy("slow down", retry_after_s=40))
    take = await posted(office)
    await office.handle(Rescue, subject=take.id)
    await office.work()
    assert (office.media.fits, len(office.chat.files)) == (1, 2)
    assert office.archive.files[str(take.clip)] == b"a clip"


async def test_more_than_a_few_copies_wait_outside_of_the_engine(office: Office) -> None:
    """A place of the engine is not kept by waiting for an encoder."""
    office.chat.largest_file_bytes = LIMIT
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms, "COPIES_AT_ONCE", 0)
        take = await posted(office, MINUTE_S)
        assert (take.state, office.media.fits) == (State.DELIVERING, 0)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED


class SlowFit:
    """An encoder that waits for the test."""

    def __init__(self, office: Office) -> None:
        self.begun, self.may_end, self.ended = asyncio.Event(), asyncio.Event(), False
        self._usual, office.media.fit = office.media.fit, self  # type: ignore[method-assign]

    async def __call__(self, clip: Path, into: Path, **asked: Any) -> Fitted:
        into.write_bytes(b"half")
        asked["on_progress"](0.4)
        self.begun.set()
        try:
            await self.may_end.wait()
        finally:
            self.ended = True
        return await self._usual(clip, into, **asked)


@pytest.mark.parametrize("command", [Cancel, Hide])
async def test_a_cancel_stops_the_encoder(office: Office, command: Any) -> None:
    """The clip is kept and not posted, and half a copy is nowhere."""
    office.chat.largest_file_bytes = LIMIT
    fit, take = SlowFit(office), (await office.order())[0]
    working = asyncio.create_task(office.work())
    await fit.begun.wait()
    await office.handle(command, subject=take.id)
    await working
    assert (fit.ended, fit.may_end.is_set()) == (True, False)
    assert ((await office.take(take.id)).state, office.chat.files) == (State.SHELVED, {})
    assert list((await _drawn(office)).glob("*")) == []


async def test_a_stop_of_the_bot_stops_the_encoder(office: Office) -> None:
    """It is not waited for; the next start makes the copy anew."""
    office.chat.largest_file_bytes = LIMIT
    fit, take = SlowFit(office), (await office.order())[0]
    working = asyncio.create_task(office.work())
    await fit.begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert fit.ended
    fit.may_end.set()
    office = await restart(office)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED


@pytest.mark.parametrize("every_s", [5.0, None])
async def test_the_card_says_how_far_the_copy_is(tmp_path: Path, every_s: float | None) -> None:
    """Where cards are edited for such things; and no longer once it is posted."""
    office = make_office(tmp_path)
    office.chat.progress_every_s = every_s
    office.chat.largest_file_bytes = LIMIT
    fit, take = SlowFit(office), (await office.order())[0]
    working = asyncio.create_task(office.work())
    await fit.begun.wait()
    for _ in range(3):
        await office.clock.advance(5)
        await office.outbox.once()
    said = f"{take.id}: making a smaller copy, 40 %"
    card = office.chat.sent[0]
    assert (said in card.view.lines) == (every_s is not None)
    fit.may_end.set()
    await working
    await office.work()
    assert said not in office.chat.sent[0].view.lines
    await office.store.close()


async def _drawn(office: Office) -> Path:
    return office.kit.drawn._folder  # noqa: SLF001


async def test_a_chat_that_cannot_say_its_limit_is_asked_again(office: Office) -> None:
    """As one that cannot be reached."""
    office.chat.script.add("most_bytes", ChatError("reset"))
    assert (await posted(office)).state is State.DELIVERED
