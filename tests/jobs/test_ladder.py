"""The ladder: each step of a cap is told once, to whom it concerns, whatever has passed it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.core import ledger
from bot.core.commands import AnswerAsk, DirectFinal
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.ports.chat import Sent
from bot.core.rows import Alert, Budget, Channel, Take
from bot.jobs.steps import locked, say
from tests.jobs.acts import button_of, charges, drafted, sets, types, votes
from tests.jobs.conftest import DANA, JO, MINA, ON_BOTH_STORES, RAVI, TEAM, Office, make_office

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
CHANNEL, WORKSPACE = "channel:local:launch", "workspace:local"


async def steps(office: Office, scope: str = CHANNEL) -> list[int]:
    """The steps that were told of a scope under its newest cap."""
    budget = await office.budget(scope)
    alerts = await office.rows(Alert, scope=scope, period_start=budget.period_start, cap_version=budget.cap_version)
    return sorted(alert.step for alert in alerts)


async def said(office: Office, to: str | None = None) -> list[Sent]:
    """What was said at steps, to the channel or to a person."""
    while await office.outbox.once():
        pass
    return [sent for sent in office.chat.sent if sent.to == to and " used" in sent.view.title]


async def titles(office: Office, to: str | None = None) -> list[str]:
    return [sent.view.title for sent in await said(office, to)]


@ON_BOTH_STORES
async def test_each_step_is_told_once(office: Office) -> None:
    """The channel hears of every step, the contact from the second on; never twice, whatever is given back between."""
    await sets(office, "budget set 3.20")
    for number in range(10):
        await office.order(f"a fox {number}")
        await said(office)
        if number in (4, 7):
            await types(office, f"/clip cancel {(await office.order(f'a dog {number}'))[0].id}")
    assert await steps(office) == [50, 80, 95, 100]
    assert await titles(office) == [
        "#launch: $1.60 of $3.20 used. Everything goes on.",
        "#launch: $2.56 of $3.20 used (8 drafts). Everything goes on; from 95 % the owner approves each order.",
        "#launch: $3.20 of $3.20 used (10 drafts). Nothing more is ordered until 1 Dec or until the cap is raised.",
    ]
    warned, full = await said(office, "dana")
    assert (warned.view.lines, full.view.lines) == (("mina $2.56 (8, 0)",), ("mina $3.20 (10, 0)",))


@ON_BOTH_STORES
async def test_several_steps_passed_at_once_send_the_highest(office: Office) -> None:
    """The lower ones are noted as told and never come after it."""
    await sets(office, "budget set 1")
    await office.order("a fox", count=3)
    assert await steps(office) == [50, 80, 95]
    assert await titles(office) == ["#launch: $0.96 of $1.00 used (3 drafts). The owner approves each order now."]
    assert len(await said(office, "dana")) == 1


async def test_the_channel_reads_no_name_and_the_contact_can_act(office: Office) -> None:
    """The three who have spent most by name, the others as one; raises for this version of the cap, and the report."""
    await sets(office, "budget set 4")
    lee = replace(MINA, id="lee", name="lee")
    await office.order("a fox", JO, count=4)
    for person, number in ((MINA, 3), (RAVI, 2), (DANA, 1)):
        await office.order("a dog", person, count=number)
    await office.clock.advance(60)
    await office.order("a dog", lee)
    contact = (await said(office, "dana"))[0]
    assert contact.view.lines == ("jo $1.28 (4, 0) · mina $0.96 (3, 0) · ravi $0.64 (2, 0) · others $0.32 (1, 0)",)
    for title in await titles(office):
        assert not any(name in title for name in ("jo", "mina", "ravi", "dana"))
    version = (await office.budget()).cap_version
    assert button_of(contact, "Raise by $10").action == f"raise-cap:1000.{version}:{CHANNEL}"
    assert button_of(contact, "Report").action == f"report-of:{CHANNEL}"
    assert all(not sent.view.mentions for sent in await said(office))


async def test_a_line_that_waited_says_what_was_so_at_the_step(office: Office) -> None:
    """Its takes, its people and its pace are those of its figures, whatever is ordered before the chat takes it."""
    await _nearly_full(office)
    await office.clock.advance(HOUR_S)
    await office.order("a dog", JO)
    half, warned = (await titles(office))[:2]
    assert half == "#launch: $1.60 of $3.00 used. Everything goes on."
    assert warned.startswith("#launch: $2.56 of $3.00 used (8 drafts). At this pace it is full today at 10:37. Every")
    assert (await said(office, "dana"))[0].view.lines == ("mina $2.56 (8, 0)",)


async def _nearly_full(office: Office) -> None:
    """$2.56 of $3.00 used by eight drafts in 56 hours."""
    await sets(office, "budget set 3.00")
    for number in range(8):
        await office.clock.advance(8 * HOUR_S)
        await office.order(f"a fox {number}")


@pytest.mark.parametrize("what", ["raised", "passed", "over"])
async def test_a_line_that_comes_too_late_forecasts_nothing(office: Office, what: str) -> None:
    """Neither of a cap that was raised meanwhile, nor what should have been by now, nor of a period that is over."""
    await _nearly_full(office)
    if what == "raised":
        await sets(office, "budget set 30")
    await office.clock.advance({"raised": 0, "passed": DAY_S / 2, "over": 40 * DAY_S}[what])
    said_of = "#launch: $2.56 of $3.00 used (8 drafts)."
    assert (await titles(office))[1] == f"{said_of} Everything goes on; from 95 % the owner approves each order."


async def test_a_line_of_an_earlier_version_is_sent_as_it_was_written(office: Office) -> None:
    """It has all its words in its facts, and no period to be read from."""
    await office.order()
    facts = {"used": "#launch: $2.56 of $3.00 used (8 drafts).", "forecast": "", "works": "Everything goes on."}
    private = facts | {"scope": CHANNEL, "version": "1", "people": "mina $2.56 (8, 0)"}

    async def left_waiting(tx: Transaction) -> None:
        await say(office.kit, tx, "ladder", about="old", channel="local:launch", **facts)
        await say(office.kit, tx, "ladder_contact", about="old", channel="local:launch", to="dana", **private)

    await office.kit.store.transact(left_waiting)
    said_then = "#launch: $2.56 of $3.00 used (8 drafts). Everything goes on."
    assert (await titles(office), await titles(office, "dana")) == ([said_then], [said_then])
    assert (await said(office, "dana"))[0].view.lines == ("mina $2.56 (8, 0)",)


async def test_a_cap_that_spans_channels_is_told_to_the_first_owner(office: Office) -> None:
    """Every step of it, with the takes of all channels; nothing stands in a channel."""
    await sets(office, "budget set 1.28 --scope workspace")
    await office.order("a fox", JO)
    await office.order("a dog", MINA, TEAM)
    assert await titles(office) == []
    assert await titles(office, "dana") == ["The workspace: $0.64 of $1.28 used. Everything goes on."]
    assert (await said(office, "dana"))[0].view.lines == ("jo $0.32 (1, 0) · mina $0.32 (1, 0)",)
    assert await steps(office, WORKSPACE) == [50]


async def test_a_persons_cap_is_told_to_the_first_owner_by_name(office: Office) -> None:
    """The person's name, and no report, for a person has none of their own."""
    await sets(office, "budget set 0.40 --scope person")
    await office.order("a fox", JO)
    told = (await said(office, "dana"))[0]
    assert told.view.title.startswith("jo: $0.32 of $0.40 used (1 draft). Everything goes on; from 95 %")
    assert told.view.lines == ()
    assert await titles(office) == []


async def test_the_channels_own_contact_is_told(office: Office) -> None:
    """Whoever looks after a channel hears of its cap; of the workspace's the first owner does."""
    await sets(office, "budget set 0.40")
    await office.kit.store.transact(_looked_after_by_ravi)
    await sets(office, "budget set 0.40 --scope workspace")
    await office.order("a fox")
    assert [title.partition(":")[0] for title in await titles(office, "ravi")] == ["#launch"]
    assert [title.partition(":")[0] for title in await titles(office, "dana")] == ["The workspace"]


async def _looked_after_by_ravi(tx: Transaction) -> None:
    channel = await tx.lock(Channel, "local:launch")
    if channel is not None:
        await tx.put(replace(channel, contact="ravi", contact_name="ravi"))


async def test_where_nobody_looks_after_a_budget_the_channel_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without names, and with the button to look after it; a person's own cap is nobody else's to read."""
    office = make_office(tmp_path_factory.mktemp("alone"), owners=())
    admin = replace(DANA, admin=True)
    for line in ("budget set 0.40", "budget set 0.50 --scope workspace", "budget set 0.32 --scope person"):
        await types(office, f"/dailies {line}", admin)
    await office.order("a fox")
    told = await said(office)
    assert [sent.view.title.partition(" used")[0] for sent in told] == [
        "#launch: $0.32 of $0.40",
        "The workspace: $0.32 of $0.50",
    ]
    assert [button_of(sent, "I look after").action for sent in told] == ["lookafter", "lookafter"]
    assert await steps(office, "person:local/mina") == [50, 80, 95, 100]
    assert [sent.to for sent in office.chat.sent if sent.to] == []


@ON_BOTH_STORES
async def test_a_raise_lets_the_steps_speak_again(office: Office) -> None:
    """A new version of the cap: where what is used stands above a step still, the highest is told once."""
    await sets(office, "budget set 0.64")
    await office.order("a fox")
    await sets(office, "budget set 0.60")
    assert await titles(office) == [
        "#launch: $0.32 of $0.64 used. Everything goes on.",
        "#launch: $0.32 of $0.60 used. Everything goes on.",
    ]
    await sets(office, "budget set 40")
    assert (await steps(office), len(await said(office))) == ([], 2)
    await sets(office, "budget set 40 --envelope 2 --period week")
    assert (await office.budget()).cap_version == 4


async def test_a_lower_cap_tells_what_is_reached_by_it(office: Office) -> None:
    """A cap that is set below what is used passes every step at once; one of nothing passes none."""
    await office.order("a fox", count=3)
    await sets(office, "budget set 0.50")
    assert await steps(office) == [50, 80, 95, 100]
    assert (await titles(office))[0].startswith("#launch: $0.96 of $0.50 used (3 drafts). Nothing more is ordered")
    await sets(office, "budget set 0")
    await sets(office, "budget set none")
    assert len(await said(office)) == 1


async def test_a_ladder_that_is_set_tells_what_is_reached_by_it(office: Office) -> None:
    """A step that is set below what is used is told at once; one below a step that was told is only noted."""
    await sets(office, "budget set 1")
    await office.order("a fox")
    await sets(office, "budget set --tell 30")
    assert await titles(office) == ["#launch: $0.32 of $1.00 used. Everything goes on."]
    await office.order("a dog")
    await sets(office, "budget set --warn 64 --drafts-only on")
    assert (await titles(office))[1:] == [
        (
            "#launch: $0.64 of $1.00 used (2 drafts). Drafts go on, finals need the owner's yes; from 95 % the owner "
            "approves each order."
        )
    ]
    await sets(office, "budget set --tell 20")
    await sets(office, "budget set --tell off --warn 63")
    assert (await steps(office), len(await said(office))) == ([20, 30, 63, 64], 2)


async def test_a_ladder_for_each_person_counts_at_once(office: Office) -> None:
    """The policy of everybody's own cap is looked at for everybody."""
    await sets(office, "budget set 1 --scope person")
    await office.order("a fox", JO)
    await office.order("a fox", MINA)
    await sets(office, "budget set --scope person --tell 30")
    assert [title.partition(" used")[0] for title in await titles(office, "dana")] == [
        "jo: $0.32 of $1.00",
        "mina: $0.32 of $1.00",
    ]


async def test_a_new_period_begins_at_the_bottom(office: Office) -> None:
    """Each period has its own steps; what is booked in one that is over tells nothing any more."""
    await sets(office, "budget set 0.64")
    await office.order("a fox")
    await office.clock.advance(40 * DAY_S)
    charges(office, "0.60")
    await office.work()
    assert [alert.step for alert in await office.rows(Alert)] == [50]
    await office.store.transact(_let_go_on)
    await office.order("a dog")
    november, december = await office.rows(Budget, scope=CHANNEL, order=("period_start",))
    assert (november.used, december.used) == (Money.usd("0.60"), Money.usd("0.60"))
    assert [(alert.period_start, alert.step) for alert in await office.rows(Alert, order=("period_start", "step"))] == [
        (november.period_start, 50),
        (december.period_start, 50),
        (december.period_start, 80),
    ]


async def _let_go_on(tx: Transaction) -> None:
    for budget in await tx.lock_all(Budget):
        await tx.put(replace(budget, stopped_by=None))


async def test_what_is_forgotten_is_read_and_not_told_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has just started, or remembers no more, finds what was told in the rows."""
    monkeypatch.setattr("bot.jobs.budgets.ladder.REMEMBERED", 1)
    await sets(office, "budget set 1")
    await sets(office, "budget set 1 --scope workspace")
    for number in range(3):
        await office.order(f"a fox {number}")
    assert (len(await said(office)), len(await said(office, "dana"))) == (2, 3)


async def test_money_of_no_channel_waits_for_one(office: Office) -> None:
    """Nothing says where it would be told; the next booking does."""
    await sets(office, "budget set 1 --scope workspace")
    await office.order("a fox")

    async def dearer(tx: Transaction) -> None:
        whole = (await tx.lock_all(Budget, scope=WORKSPACE))[0]
        await tx.put(replace(whole, cap=Money.usd("0.60"), cap_version=9))

    await office.kit.store.transact(dearer)
    assert await steps(office, WORKSPACE) == []
    await types(office, "/dailies budget set 0.60 --scope workspace", DANA)
    assert await steps(office, WORKSPACE) == [50]


async def _armed_final(office: Office) -> None:
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)


async def _final_to_confirm(office: Office) -> None:
    await office.handle(DirectFinal, DANA, prompt="a fox")


async def _owners_yes(office: Office) -> None:
    await sets(office, "budget set 0.10")
    take = (await office.order())[0]
    await office.handle(AnswerAsk, DANA, subject=take.id, yes=True, raise_by=None)


async def _overrun(office: Office) -> None:
    charges(office, "2.00")
    await drafted(office)


async def _late_evidence(office: Office) -> None:
    charges(office, "0.05")
    take = (await drafted(office))[0]

    async def booking(tx: Transaction, row: Take) -> Take:
        made = await ledger.recommit(tx, replace(row, price=Money.usd(1)), by="provider", evidence="history 1")
        return await ledger.settle(tx, made, made.price, by="provider", evidence="job-1")

    await _books(office, take, booking)


async def _second_job(office: Office) -> None:
    cost = Money.usd(1)
    await _books(
        office,
        (await drafted(office))[0],
        lambda tx, row: ledger.book_second_job(tx, row, by="provider", job="job-2", charge=cost),
    )


async def _price_that_rose(office: Office) -> None:
    take = (await office.order())[0]
    await _books(office, take, lambda tx, row: ledger.reprice(tx, row, Money.usd(1), by="prices"))


async def _books(office: Office, take: Take, booking: Callable[[Transaction, Take], Awaitable[Take]]) -> None:
    async def work(tx: Transaction) -> None:
        row = await locked(tx, take.id)
        await tx.step(row, await booking(tx, row))

    await office.kit.store.transact(work)


#: Every way in which more comes to be used of a cap, beside an order.
WAYS: tuple[Callable[[Office], Awaitable[None]], ...] = (
    _armed_final,
    _final_to_confirm,
    _owners_yes,
    _overrun,
    _late_evidence,
    _second_job,
    _price_that_rose,
)


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_of_booking_is_seen(office: Office, way: Callable[[Office], Awaitable[None]]) -> None:
    """A final that is armed or confirmed, an owner's yes, a charge above its hold."""
    await sets(office, "budget set 1.50")
    await way(office)
    budget = await office.budget()
    assert budget.cap is not None
    assert budget.used.micros * 2 >= budget.cap.micros
    assert (await steps(office))[0] == 50
