"""From a slot to the order: pictures are handed to the provider, or the take is refused."""

from __future__ import annotations

import pytest

from bot.core.commands import Cancel
from bot.core.errors import KeyRefused, NotSent, NotSentFor, OrderRefused, Refusal, RefusedFor, Transient
from bot.core.fakes.provider import FILES
from bot.core.lifecycle import State
from bot.core.money import ZERO
from bot.core.rows import AttemptKind, Outcome
from tests.jobs.conftest import Office
from tests.jobs.worker.conftest import Crash, crashes, key_of, outcomes, posts, rebuilt, restart, slots

FOX = "https://pictures.invalid/fox.png"


def uploads(office: Office) -> int:
    return len(office.provider.script.called("upload"))


async def test_pictures_are_handed_over_before_the_order(any_office: Office) -> None:
    """Each upload is an attempt, and the order names the provider's addresses in their order."""
    refs = ("https://pictures.invalid/a.png", "https://pictures.invalid/b.png")
    take = (await any_office.order("a fox", refs=refs))[0]
    await any_office.work()
    assert (await any_office.take(take.id)).state is State.DELIVERED
    order = any_office.provider.script.called("submit")[0]["order"]
    assert [f"{FILES}/a.png", f"{FILES}/b.png"] in list(order.payload.values())
    assert await outcomes(any_office, take, AttemptKind.PREPARE) == [Outcome.ACCEPTED] * 2


async def test_an_upload_that_fails_is_tried_again(office: Office) -> None:
    """The take keeps its slot and its hold meanwhile."""
    office.provider.script.add("upload", Transient("down"), Transient("down"))
    take = (await office.order("a fox", image=FOX))[0]
    await office.work(5)
    waiting = await office.take(take.id)
    assert (waiting.state, waiting.held, await slots(office)) == (State.ADMITTED, take.price, 1)
    await office.work()
    assert ((await office.take(take.id)).state, uploads(office)) == (State.DELIVERED, 3)


async def test_five_uploads_that_fail_are_enough(any_office: Office) -> None:
    """Refused, the hold released, the slot freed, the maker told."""
    any_office.provider.script.always("upload", Transient("the upload is down"))
    take = (await any_office.order("a fox", image=FOX))[0]
    await any_office.work()
    take = await any_office.take(take.id)
    assert (take.state, take.held, await slots(any_office)) == (State.REFUSED, ZERO, 0)
    assert (uploads(any_office), posts(any_office)) == (5, 0)
    assert any("the upload is down" in line for line in any_office.lines(to="mina"))
    await any_office.require_balanced()


async def test_a_picture_that_the_provider_refuses_ends_the_take(office: Office) -> None:
    """Asking again would not help."""
    office.provider.script.add("upload", OrderRefused("too large", reason=RefusedFor.PARAMETERS, status=413))
    take = (await office.order("a fox", image=FOX))[0]
    await office.work()
    take = await office.take(take.id)
    assert (take.state, take.held, uploads(office), posts(office)) == (State.REFUSED, ZERO, 1, 0)
    assert "too large" in take.problem


async def test_a_refused_key_pauses_and_the_take_waits(any_office: Office) -> None:
    """Admitted → queued: 401 at the upload is the key's fault, not the take's."""
    any_office.provider.script.add("upload", KeyRefused("401", status=401))
    take = (await any_office.order("a fox", image=FOX))[0]
    await any_office.work(30)
    waiting = await any_office.take(take.id)
    assert (waiting.state, waiting.held, await slots(any_office)) == (State.QUEUED, take.price, 0)
    assert (await key_of(any_office)).paused_for == "key"
    await any_office.work()
    assert (await any_office.take(take.id)).state is State.DELIVERED


async def test_a_picture_that_was_handed_over_is_not_handed_over_again(office: Office) -> None:
    """An order that was not sent, or a second picture that failed, does not repeat the first upload."""
    office.provider.script.add("upload", None, Transient("down"))
    office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=5))
    refs = ("https://pictures.invalid/a.png", "https://pictures.invalid/b.png")
    await office.order("a fox", refs=refs)
    await office.work()
    assert (uploads(office), posts(office)) == (3, 2)


async def test_an_old_upload_is_made_anew(office: Office) -> None:
    """The provider's address of a picture may not live longer than an hour."""
    office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=4000))
    await office.order("a fox", image=FOX)
    await office.work(5000)
    assert (uploads(office), posts(office)) == (2, 2)


async def test_an_upload_that_a_crash_cut_short_is_made_again(office: Office) -> None:
    """The attempt of the dead process counts as nothing."""
    office.provider.script.add("upload", Crash())
    take = (await office.order("a fox", image=FOX))[0]
    await crashes(office)
    office = await restart(office)
    await office.work()
    assert ((await office.take(take.id)).state, uploads(office)) == (State.DELIVERED, 2)


async def test_a_model_that_is_gone_refuses_what_waits_for_it(office: Office) -> None:
    """The catalogue was edited between the order and its turn: the money goes back, and others go on."""

    class Edited:
        """A catalogue without any model."""

        def model(self, name: str) -> None:
            msg = f"There is no model {name}."
            raise Refusal(msg)

    take = (await office.order())[0]
    edited = await restart(office, catalogue=Edited())
    await edited.work()
    take = await office.take(take.id)
    assert (take.state, take.held, await slots(office), take.problem) == (
        State.REFUSED,
        ZERO,
        0,
        "There is no model mini",
    )


async def test_an_order_that_cannot_be_made_is_refused(office: Office) -> None:
    """The model is there for the price and gone for the body."""
    take = (await office.order())[0]
    await office.worker.advance(take.id)
    assert (await office.take(take.id)).state is State.ADMITTED

    class Gone:
        def model(self, name: str) -> None:
            msg = f"There is no model {name}."
            raise Refusal(msg)

    await rebuilt(office, catalogue=Gone()).worker.advance(take.id)
    take = await office.take(take.id)
    assert (take.state, take.held, await slots(office)) == (State.REFUSED, ZERO, 0)


async def test_a_refusal_does_not_overtake_a_cancel(office: Office) -> None:
    """The take was cancelled while its picture was handed over."""
    take = (await office.order("a fox", image=FOX))[0]

    async def cancelled(**arguments: object) -> None:
        del arguments
        await office.handle(Cancel, subject=take.id)
        text = "too large"
        raise OrderRefused(text, reason=RefusedFor.PARAMETERS)

    office.provider.script.add("upload", cancelled)
    await office.work()
    assert (await office.take(take.id)).state is State.CANCELLED
    await office.require_balanced()


@pytest.mark.parametrize("bitrate", ["normal", "high"])
async def test_the_order_says_what_the_shot_says(office: Office, bitrate: str) -> None:
    """Prompt, ratio, resolution, length, sound and bitrate."""
    await office.order("a fox", ratio="9:16", audio=False, bitrate=bitrate, draft_seconds=6)
    await office.work(0)
    payload = office.provider.script.called("submit")[0]["order"].payload
    assert payload == {
        "prompt": "a fox",
        "aspect_ratio": "9:16",
        "resolution": "480p",
        "duration": 6,
        "generate_audio": False,
        "high_bitrate": bitrate == "high",
    }
