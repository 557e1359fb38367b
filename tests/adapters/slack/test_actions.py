"""Buttons and windows, as people use them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.views import CALLBACK
from bot.core.commands import Command
from bot.core.lifecycle import State
from bot.core.notices import Notice
from tests.adapters.slack.fake.values import FileStub, Json
from tests.adapters.slack.studio import PATIENCE_S, Studio, studio


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path) as made:
        yield made


#: A window of ours, of which Slack has left out what was filled in.
OURS: Json = {
    "type": "modal",
    "id": "V1",
    "callback_id": CALLBACK,
    "private_metadata": '{"action":"form:build","channel":"C1"}',
}


def _pressed(value: str) -> Json:
    """A press of a button with this value on some message, as Slack sends it."""
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "trigger_id": "t1",
        "channel": {"id": "C1"},
        "container": {"type": "message", "channel_id": "C1"},
        "actions": [{"type": "button", "action_id": "x", "value": value}],
    }


async def test_a_card_is_finished_by_its_button(here: Studio) -> None:
    """*Finish it* arms the final and *Undo* disarms it; each is answered to whoever pressed it."""
    await here.drafted()
    assert (await here.slack.press("U2", here.card(), "Finish it")).ok
    assert await here.finals() == [State.ARMED]
    assert "15 s" in await here.answered("U2")
    await here.office.work(1)
    assert (await here.slack.press("U1", here.card(), "Undo")).ok
    assert await here.finals() == [State.CANCELLED]


async def test_a_press_that_may_not_act_is_answered_privately(here: Studio) -> None:
    """A guest's press orders nothing and is answered to the guest alone."""
    await here.drafted()
    await here.slack.press("U3", here.card(), "Finish it")
    assert await here.answered("U3")
    assert await here.finals() == []


async def test_a_confirmed_order_has_no_buttons_any_more(here: Studio) -> None:
    """The answer to a confirmation takes the place of the question, so that nobody confirms twice."""
    await here.clip("final: a fox in snow")
    question = here.slack.private("U1")[-1]
    label = next(element["text"]["text"] for block in question.blocks for element in block.get("elements", []))
    assert (await here.slack.press("U1", question, label)).ok
    await here.desk.answering.finish()
    assert not [block for each in here.slack.private("U1") for block in each.blocks if block["type"] == "actions"]
    assert len(await here.takes()) == 1


async def test_a_late_press_is_acknowledged_before_anything_is_said(tmp_path: Path) -> None:
    """A press whose work takes long is acknowledged in time, even where the address for its answer hangs."""
    go_on = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        writer.close()
        await writer.wait_closed()
        del reader

    hung = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with studio(tmp_path, patience_s=PATIENCE_S) as here, hung:
        (take,) = await here.drafted()
        handle = here.office.manager.handle

        async def slow(command: Command) -> Notice:
            await go_on.wait()
            return await handle(command)

        object.__setattr__(here.desk.manager, "handle", slow)
        here.slack.patience_s = 1.0
        address = f"http://127.0.0.1:{hung.sockets[0].getsockname()[1]}/actions/1"
        said = _pressed(f"promote:{take.id}") | {"response_url": address}
        assert (await here.slack.kit.delivery.once("interactive", said)).ok
        go_on.set()
        await here.desk.answering.finish()
    assert await here.finals() == [State.ARMED]


@pytest.mark.parametrize(
    "value", ["promote:ZZ9", "show:A7K", "explode:A7K", "raise:A7K:1", "x" * 2000, "judge:A7K:made.1"]
)
async def test_forged_and_foreign_buttons_are_answered(here: Studio, value: str) -> None:
    """A button that no card of ours here has is answered with a sentence, and does nothing."""
    assert (await here.slack.kit.delivery.once("interactive", _pressed(value))).ok
    assert await here.answered()
    assert await here.takes() == []


@pytest.mark.parametrize(
    "body",
    [
        {"type": "block_actions"},
        {"type": "block_actions", "actions": [{"value": "status"}]},
        {"type": "block_actions", "actions": [{"type": "button", "url": "https://a.example"}], "user": {"id": "U1"}},
        {"type": "view_submission"},
        {"type": "view_submission", "view": {"callback_id": "other", "private_metadata": "{}"}},
        {"type": "view_submission", "user": {"id": "U1"}, "view": OURS},
        {"type": "view_submission", "user": {"id": "U1"}, "view": OURS | {"state": {"values": {"prompt.1": None}}}},
        {"type": "view_submission", "user": {"id": "U1"}, "view": OURS | {"state": {"values": {}}, "blocks": [5]}},
        {"type": "message_action", "callback_id": "promote"},
        _pressed("status") | {"channel": {"id": "D1"}, "message": {"blocks": 5}},
        _pressed("status") | {"type": "message_action", "callback_id": "animate", "message": {"ts": "1.1", "files": 5}},
    ],
)
async def test_payloads_without_fields_are_acknowledged(
    here: Studio, body: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be read is acknowledged, orders nothing, and leaves no traceback anywhere."""
    assert (await here.slack.kit.delivery.once("interactive", {"team": {"id": "T1"}} | body)).ok
    await here.desk.answering.finish()
    assert await here.takes() == []
    assert "Traceback" not in caplog.text


async def test_hidden_and_finished_takes_say_so(here: Studio) -> None:
    """A press on a card whose clip was hidden, or which has its final, is answered and orders nothing more."""
    (take,) = await here.drafted()
    card = here.card()
    await here.slack.press("U2", card, "Finish it")
    await here.office.work()
    assert await here.finals() == [State.DELIVERED]
    await here.slack.shortcut("U2", card, "promote")
    assert await here.answered("U2")
    await here.clip(f"hide {take.id}")
    await here.office.work()
    await here.slack.shortcut("U2", card, "info")
    assert take.id in await here.answered("U2")
    assert await here.finals() == [State.DELIVERED]


async def test_a_window_orders_once_however_often_it_comes(here: Studio) -> None:
    """A form with a fault stays open with a sentence at the field; filled in well it orders, and twice is once."""
    (take,) = await here.drafted()
    await here.slack.press("U1", here.card(), "Edit")
    (view,) = here.slack.views("U1")
    acked = await here.slack.submit("U1", view, {"prompt.1": "   "})
    assert acked.payload["response_action"] == "errors"
    assert list(acked.payload["errors"]) == ["prompt.1"]
    acked = await here.slack.submit("U1", view, {"prompt.1": "a fox in the rain"})
    assert acked.payload.get("response_action", "clear") == "clear"
    assert "$0.32" in await here.answered()
    await here.slack.submit("U1", view, {"prompt.1": "a fox in the rain"})
    await here.desk.answering.finish()
    assert len(await here.takes()) == 2
    assert take.id


async def test_a_fault_is_shown_before_pictures_are_fetched(here: Studio) -> None:
    """What is wrong in a window stands below its fields at once, however long its picture would take."""
    await here.drafted()
    await here.slack.press("U1", here.card(), "Edit")
    (view,) = here.slack.views("U1")
    picture = FileStub(name="fox.png", content=b"\x89PNG\r\n\x1a\n" + bytes(64))
    looked = len(here.slack.calls("files.info"))
    acked = await here.slack.submit("U1", view, {"prompt.1": "   "}, files={"pictures": [picture]})
    assert acked.payload["response_action"] == "errors"
    assert len(here.slack.calls("files.info")) == looked


async def test_a_window_that_cannot_open_says_how_to_type_it(here: Studio) -> None:
    """Where Slack does not open the window, the answer says how to type the same."""
    await here.drafted()
    here.slack.fail("views.open", "expired_trigger_id", times=1)
    await here.slack.press("U1", here.card(), "Edit")
    assert "remix" in await here.answered()


async def test_a_press_at_home_draws_the_home_anew(here: Studio) -> None:
    """A button in a home acts, is answered directly, and the home shows it."""
    await here.clip("a fox")
    await here.slack.open_home("U1")
    await here.desk.answering.finish()
    home = here.slack.home("U1")
    assert home is not None
    labels = [
        element["text"]["text"] for block in home.blocks for element in block.get("elements", []) if "value" in element
    ]
    before = len(here.slack.calls("views.publish"))
    await here.slack.press("U1", home, labels[0])
    await here.slack.until(lambda: here.slack.calls("views.open") or len(here.slack.calls("views.publish")) > before)


async def test_a_list_comes_as_a_file(here: Studio) -> None:
    """A list that is picked in the batch window is read, and answered with its price; one that is gone is named."""
    await here.clip("batch")
    (view,) = here.slack.views("U1")
    listed = FileStub(
        name="shots.csv", content=b"label,prompt\nhero,a fox in snow\nwide,a hound\n", mimetype="text/csv"
    )
    here.slack.fail("files.info", "file_not_found", times=1)
    acked = await here.slack.submit("U1", view, files={"file": [listed]})
    assert list(acked.payload["errors"]) == ["file"]
    acked = await here.slack.submit("U1", view, files={"file": [listed]})
    assert acked.payload == {"response_action": "clear"}
    assert "$0.64" in await here.answered()
