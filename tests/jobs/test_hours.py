"""The dailies hour: one message a day in each channel that has set one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import ChatBusy, ChatError, StoreError
from bot.core.fakes.clock import MORNING_MS
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.ports.chat import Sent
from bot.core.rows import Budget, Channel, Inbound, Outbox, Slate, Take, Workspace
from bot.jobs.hours import Hours
from tests.jobs.acts import card_of, drafted, presses, sets, types, votes
from tests.jobs.conftest import DANA, JO, LAUNCH, ON_BOTH_STORES, ON_EVERY_STORE, TEAM, Office

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


@pytest.fixture
def hours(office: Office) -> Hours:
    return Hours(office.kit)


async def until(office: Office, hour: float) -> None:
    """Let everything happen up to an hour of the first day, counted on over midnight: 33 is the next day's nine."""
    passed = (office.clock.now() - MORNING_MS) / 1000
    await office.work((hour - 9) * HOUR_S - passed)


async def told(office: Office, hours: Hours) -> list[Sent]:
    """Every dailies hour that has been told, once what is due now is."""
    await hours.once()
    await office.work(0)
    return [sent for sent in office.chat.sent if sent.view.title.startswith("Dailies of")]


@ON_BOTH_STORES
async def test_the_days_message(office: Office, hours: Hours) -> None:
    """What is undecided with its address, finals made, money spent and left; its named approvers are mentioned."""
    office.chat.links_begin = "https://chat.example/"
    await sets(office, "settings hour 17:00 approvers=@jo,@ravi,@lee,@kim")
    slate = await drafted(office, "a mug on {marble|oak}")
    chosen = (await drafted(office, "a race car"))[0]
    single = (await drafted(office, "a fox in snow"))[0]
    await votes(office, chosen.id, JO)
    await until(office, 16.9)
    assert await told(office, hours) == []
    await until(office, 17)
    (said,) = await told(office, hours)
    assert said.view.title == "Dailies of #launch: 2 undecided, 1 final made, $2.03 spent since yesterday."
    cards = [(await card_of(office, take)).message for take in (single, slate[0])]
    assert said.view.lines == (
        f"{single.id} · “a fox in snow” · https://chat.example/{cards[0].channel}/{cards[0].id}",
        f"{slate[0].card} · 2 drafts · “a mug on {{marble|oak}}” · https://chat.example/{cards[1].channel}/{cards[1].id}",
        f"Finals: {chosen.id}-F",
    )
    assert said.view.footer == "#launch has $47.97 of $50.00 left until 1 Dec."
    assert (said.view.mentions, said.to, said.message.channel) == (("jo", "ravi", "lee"), None, LAUNCH.channel)


async def test_a_sheet_of_a_batch_is_named(office: Office, hours: Hours) -> None:
    """It has no prompt of its own; what it is a part of stands in its place."""
    await sets(office, "settings hour 17:00")
    await presses(office, "Order", await types(office, "/clip batch:\nfirst | a plate\nsecond | a cup"))
    await until(office, 17)
    (said,) = await told(office, hours)
    sheet = (await office.rows(Slate))[0]
    assert said.view.lines == (f"{sheet.id} · 2 drafts · sheet 1 of {sheet.batch}",)


@ON_EVERY_STORE
async def test_it_is_told_once_a_day(office: Office, hours: Hours) -> None:
    """However often it is looked at, and by however many processes at once; the next day again."""
    await sets(office, "settings hour 17")
    await drafted(office)
    await until(office, 17)
    await asyncio.gather(hours.once(), Hours(office.kit).once(), Hours(office.kit).once())
    assert len(await told(office, hours)) == 1
    await until(office, 19)
    assert len(await told(office, hours)) == 1
    await until(office, 24 + 17)
    first, second = await told(office, hours)
    assert "1 undecided, $0.32 spent" in first.view.title
    assert "1 undecided, nothing spent" in second.view.title


async def test_nothing_to_say_is_not_said(office: Office, hours: Hours) -> None:
    """A day without orders has no message; what comes after the hour is the next day's."""
    await sets(office, "settings hour 17:00")
    await until(office, 17)
    assert await told(office, hours) == []
    await drafted(office)
    await until(office, 18)
    assert await told(office, hours) == []
    await until(office, 24 + 17)
    assert len(await told(office, hours)) == 1


async def test_off_nothing_is_told(office: Office, hours: Hours) -> None:
    """At first, and when it is switched off again."""
    await drafted(office)
    await until(office, 17)
    assert await told(office, hours) == []
    await sets(office, "settings hour 17:00")
    await sets(office, "settings hour off")
    assert await told(office, hours) == []
    assert await office.rows(Inbound, id="hour:local:launch:2026-11-02") == []


@pytest.mark.parametrize(("late", "number"), [(2.9, 1), (3.1, 0)])
async def test_an_hour_that_was_missed_is_told_within_three(
    office: Office, hours: Hours, late: float, number: int
) -> None:
    """A bot that was down makes up for it; later than that the day's message would only confuse."""
    await sets(office, "settings hour 17:00")
    await drafted(office)
    await until(office, 17 + late)
    assert len(await told(office, hours)) == number


async def test_what_was_told_late_is_not_told_again(office: Office, hours: Hours) -> None:
    """Each message goes on from where the last one ended, so that no final and no cent is said twice."""
    await sets(office, "settings hour 17:00")
    draft = (await drafted(office))[0]
    await until(office, 18)
    await votes(office, draft.id, JO)
    await until(office, 19)
    assert "1 final made, $1.07 spent" in (await told(office, hours))[0].view.title
    await office.order()
    await until(office, 24 + 17)
    assert "1 undecided, $0.32 spent" in (await told(office, hours))[1].view.title


async def test_each_channel_has_its_own_hour_in_its_own_zone(office: Office, hours: Hours) -> None:
    """Five in Tokyo was an hour ago, five in Berlin is to come."""
    for place, line in ((TEAM, "settings hour 17:00"), (LAUNCH, "settings hour 18:00")):
        await office.order(place=place)
        await types(office, f"/dailies {line}", DANA, place)
    await types(office, "/dailies budget set 50 --zone Asia/Tokyo", DANA, LAUNCH)
    await types(office, "/dailies budget set 50 --zone Europe/Berlin", DANA, TEAM)
    await until(office, 10)
    assert [sent.message.channel for sent in await told(office, hours)] == [LAUNCH.channel]
    await until(office, 16)
    assert [sent.message.channel for sent in await told(office, hours)] == [LAUNCH.channel, TEAM.channel]


Pause = Callable[[Transaction], Any]


async def _paused_channel(tx: Transaction) -> None:
    for channel in await tx.rows(Channel):
        await tx.put(replace(channel, paused_by="dana"))


async def _paused_workspace(tx: Transaction) -> None:
    for workspace in await tx.rows(Workspace):
        await tx.put(replace(workspace, paused_by="dana"))


async def _removed_workspace(tx: Transaction) -> None:
    for workspace in await tx.rows(Workspace):
        await tx.put(replace(workspace, active=False))


@pytest.mark.parametrize("pause", [_paused_channel, _paused_workspace, _removed_workspace])
async def test_a_paused_place_is_passed_over(office: Office, hours: Hours, pause: Pause) -> None:
    """While it is paused, or may not spend, nothing is told."""
    await sets(office, "settings hour 17:00")
    await drafted(office)
    await office.store.transact(pause)
    await until(office, 17)
    assert await told(office, hours) == []


async def test_where_nothing_can_be_posted_nothing_is_written(office: Office, hours: Hours) -> None:
    """A closed channel, and a chat that does not answer; once it is open, within the three hours, it is told."""
    await sets(office, "settings hour 17:00")
    await drafted(office)
    await until(office, 17)
    office.chat.closed_channels[LAUNCH.channel] = "I may not post here."
    assert await told(office, hours) == []
    office.chat.closed_channels.clear()
    office.chat.script.add("may_post", ChatError("down"))
    assert await told(office, hours) == []
    assert await office.rows(Outbox) == []
    assert len(await told(office, hours)) == 1


async def test_an_hour_that_is_changed_meanwhile_is_not_told(office: Office, hours: Hours) -> None:
    """Switched off between the look and the writing: nothing is written."""
    await sets(office, "settings hour 17:00")
    await drafted(office)
    await until(office, 17)

    async def switches_off(**_: Any) -> None:
        await sets(office, "settings hour off")

    office.chat.script.add("may_post", switches_off)
    assert await told(office, hours) == []


async def test_what_is_undecided(office: Office, hours: Hours) -> None:
    """Not what was set aside, hidden, removed, chosen from, or is a week old; a final that was undone chose nothing."""
    await sets(office, "settings hour 17:00")
    old = (await drafted(office, "too old"))[0]
    await until(office, 6 * 24 + 17)
    rejected, hidden, purged, chosen, undone, left = [
        (await drafted(office, prompt, count=2))
        for prompt in ("rejected", "hidden", "purged", "chosen", "undone", "left over")
    ]
    for take in rejected:
        await types(office, f"/clip reject {take.id}")
    await types(office, f"/clip hide {hidden[0].card}")
    for take in purged:
        await office.store.transact(lambda tx, id_=take.id: _purge(tx, id_))  # type: ignore[misc]
    await votes(office, chosen[0].id, JO)
    await votes(office, undone[0].id, JO)
    await types(office, f"/clip cancel {undone[0].id}F", JO)
    await types(office, f"/clip reject {left[0].id}")
    await until(office, 7 * 24 + 17)
    assert (await office.take(old.id)).state is State.DELIVERED
    said = (await told(office, hours))[-1]
    assert said.view.lines[:-1] == (
        f"{left[0].card} · “left over”",
        f"{undone[0].card} · 2 drafts · “undone”",
    )


async def _purge(tx: Transaction, take_id: str) -> None:
    take = await tx.lock(Take, take_id)
    assert take is not None
    await tx.step(take, replace(take, purged_at=tx.now))


async def test_ten_are_named_and_the_others_counted(office: Office, hours: Hours) -> None:
    """The newest ten."""
    await sets(office, "settings hour 17:00")
    for number in range(14):
        await office.order(f"fox {number}")
        await office.clock.advance(1)
    await until(office, 17)
    (said,) = await told(office, hours)
    assert "14 undecided" in said.view.title
    assert [line.partition(" · ")[2] for line in said.view.lines[:-1]] == [f"“fox {n}”" for n in range(13, 3, -1)]
    assert said.view.lines[-1] == "and 4 more"


async def test_nobody_is_mentioned_unless_there_is_something_to_decide(office: Office, hours: Hours) -> None:
    """Nor where the approvers are the owners, or everyone; nor by a prompt; nor a group, ever."""
    await sets(office, "settings hour 17:00 approvers=owners")
    draft = (await drafted(office, "<@jo> @everyone"))[0]
    await until(office, 17)
    assert (await told(office, hours))[0].view.mentions == ()
    await sets(office, "settings approvers=@jo <!subteam^S1|@designers>")
    await types(office, f"/clip reject {draft.id}", JO)
    await office.order()
    await types(office, f"/clip cancel {(await office.rows(Take, state=State.QUEUED))[0].id}")
    await drafted(office)
    for take in await office.rows(Take, state=State.DELIVERED, rejected_by=""):
        await types(office, f"/clip reject {take.id}", JO)
    await until(office, 24 + 17)
    said = (await told(office, hours))[1]
    assert (said.view.title, said.view.mentions) == ("Dailies of #launch: $0.32 spent since yesterday.", ())


async def test_a_chat_without_an_address_is_told_all_the_same(
    office: Office, hours: Hours, caplog: pytest.LogCaptureFixture
) -> None:
    """An address that cannot be had is left out; a chat that is busy is asked again."""
    await sets(office, "settings hour 17:00")
    draft = (await drafted(office))[0]
    await until(office, 17)
    office.chat.links_begin = "https://chat.example/"
    office.chat.script.add("link", ChatBusy("slow down", retry_after_s=5))
    office.chat.script.add("link", ChatError("no such message"))
    with caplog.at_level(logging.WARNING):
        assert await told(office, hours) == []
        await office.work(10)
    (said,) = await told(office, hours)
    assert said.view.lines == (f"{draft.id} · “a fox in snow”",)
    assert "has no address" in caplog.text


async def test_it_looks_each_minute_until_it_is_stopped(office: Office, hours: Hours) -> None:
    """An hour that is set while it runs is told at its minute; rows that cannot be read are read a minute later."""
    await office.clock.advance(12.5)
    stop, usual, broken = asyncio.Event(), office.kit.store.transact, False

    async def transact(work: Any) -> Any:
        if broken:
            msg = "the disk is away"
            raise StoreError(msg)
        return await usual(work)

    running = asyncio.create_task(hours.run(stop))
    await drafted(office)
    office.kit.store.transact = transact  # type: ignore[method-assign]
    await sets(office, "settings hour 9:30")
    broken = True
    await office.clock.advance((MORNING_MS - office.clock.now()) / 1000 + 30 * 60)
    broken = False
    assert await office.rows(Inbound, id="hour:local:launch:2026-11-02") == []
    await office.clock.advance(60)
    (event,) = await office.rows(Inbound, id="hour:local:launch:2026-11-02")
    assert event.at == MORNING_MS + 31 * 60 * 1000
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_money_is_of_the_day_on_which_it_is_charged(office: Office, hours: Hours) -> None:
    """Held under yesterday's cap and charged today: it is booked there, and told today."""
    await office.order()
    await sets(office, "budget set 50 --period day")
    await sets(office, "settings hour 0:05")
    await until(office, 29 * 24 - 0.001)
    takes = await office.order()
    await office.work(60)
    assert (await office.take(takes[0].id)).charged == takes[0].price
    assert [budget.held for budget in await office.rows(Budget, scope="channel:local:launch")] == [Money(0)]
    await until(office, 29 * 24 + 0.1)
    assert "$0.32 spent" in (await told(office, hours))[-1].view.title
