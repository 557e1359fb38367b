"""The verbs that only look: show, status, tips, help, models, budget show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.ports import Job, JobStatus, Transaction
from bot.core.rows import Budget, Key, Take
from tests.jobs.acts import drafted, presses, sets, types, votes
from tests.jobs.conftest import DANA, JO, LAUNCH, ON_BOTH_STORES, TEAM, Office, make_office

RENDERING = JobStatus(job=Job.RUNNING, said="processing")


@ON_BOTH_STORES
async def test_show_has_a_take_in_full(office: Office) -> None:
    """What was asked, what it cost line by line, how often it was ordered, its job, and where its clip is."""
    draft = (await drafted(office, seconds=9, ratio="1:1"))[0]
    await votes(office, draft.id, JO)
    await office.work()
    text = (await types(office, f"/clip show {draft.id}")).text
    for said in (f"{draft.id} · draft for mina · ready", "“a fox in snow”", "mini · 480p · 4 s · 1:1 · with sound"):
        assert said in text
    assert "price $0.32 · hold $0.32 · settle $0.00" in text
    assert "ordered once · provider job job-1" in text
    assert f"file {(await office.take(draft.id)).clip}" in text
    assert "approved by jo" in (await types(office, f"/clip show {draft.id}-F")).text


@ON_BOTH_STORES
async def test_show_of_a_slate_has_all_its_takes(office: Office) -> None:
    """Each take in full, in the order of their numbers; what was never ordered has nothing booked."""
    await sets(office, "budget set 0.10")
    await types(office, "/clip a mug on {oak|steel}")
    takes = await office.rows(Take, order=("number",))
    text = (await types(office, f"/clip show {takes[0].card}")).text
    assert text.index("a mug on oak") < text.index("a mug on steel")
    assert "price $0.32 · nothing booked" in text
    assert "not ordered yet" in text


@ON_BOTH_STORES
async def test_status_says_what_runs_and_waits(office: Office) -> None:
    """What runs, what waits and in which place, what is asked; another channel's slot is not listed here."""
    office.provider.script.always("poll", RENDERING)
    await sets(office, "settings confirm-above=10")
    assert (await types(office, "/clip status")).text == "Nothing is under way here."
    takes = await office.order("a fox", count=7)
    await types(office, "/clip final: a race car")
    await office.order(place=TEAM)
    await office.work(1)
    text = (await types(office, "/clip queue")).text
    assert text.count("rendering") == 4
    assert f"{takes[5].id} waiting, place " in text
    assert "waits for its maker's yes" in text
    assert "5 at once, finals first." in text
    assert len(text.splitlines()) == 7 + 1 + 1


@ON_BOTH_STORES
async def test_status_says_why_takes_wait(office: Office) -> None:
    """A key that is paused is named with its reason; a take that may not start has no place."""
    take = (await office.order())[0]

    async def pause(tx: Transaction) -> None:
        key = await tx.lock(Key, "muapi")
        assert key is not None
        await tx.put(replace(key, paused_for="credit"))
        budget = await tx.lock(Budget, "channel:local:launch", (await office_period(tx)).period_start)
        assert budget is not None
        await tx.put(replace(budget, stopped_by=f"overrun:{take.id}"))

    await office.store.transact(pause)
    text = (await types(office, "/clip status")).text
    assert "waiting, stopped" in text
    assert "Waiting for provider credit" in text


async def office_period(tx: Transaction) -> Budget:
    return (await tx.rows(Budget, scope="channel:local:launch"))[0]


@ON_BOTH_STORES
async def test_help_is_the_welcome(office: Office) -> None:
    """What it does, a first command with its price, the cap and who looks after it, every verb; *Try it* orders."""
    notice = await types(office, "/clip help")
    assert "I make short video clips here. Try /clip a fox in snow: a 4 s draft, $0.32." in notice.text
    assert "#launch has $50.00 of $50.00 left until 1 Dec. An owner looks after it." in notice.text
    for verb in ("promote", "again", "remix", "cancel", "hide", "rescue", "keep", "status", "tips"):
        assert verb in notice.text
    assert "1 draft of 4 s" in (await presses(office, "Try it · $0.32", notice)).text
    assert (await types(office, "/clip")).text.startswith("I make short video clips here.")


async def test_the_welcome_offers_the_dailies_hour_while_it_is_off(office: Office) -> None:
    """One line, which can be typed as it stands; then it is gone."""
    offer = "A daily summary: /dailies settings hour 17:00"
    assert offer in (await types(office, "/clip help")).text.splitlines()
    assert "hour: 17:00" in (await types(office, offer.partition(": ")[2], DANA)).text
    assert offer not in (await types(office, "/clip help")).text


async def test_help_without_an_owner(office: Office) -> None:
    """Where nobody looks after the budget the welcome says so."""
    object.__setattr__(office.kit, "rules", replace(office.kit.rules, owners=()))
    assert "Nobody looks after it yet." in (await types(office, "/clip help")).text


async def test_help_in_private(office: Office) -> None:
    """The verbs are told anywhere; a budget is spoken of only where one is."""
    private = replace(LAUNCH, channel="local:mina", direct=True)
    text = (await types(office, "/clip help", place=private)).text
    assert "/clip status" in text
    assert "left" not in text
    assert "/dailies budget set 50" in (await types(office, "/dailies help", place=private)).text


@pytest.mark.parametrize("line", ["/clip status", "/dailies budget", "/dailies spend report", "/dailies settings"])
async def test_what_belongs_to_a_channel_is_not_told_in_private(office: Office, line: str) -> None:
    """A private message has no queue, no budget and no settings."""
    private = replace(LAUNCH, channel="local:mina", direct=True)
    assert "a cap belongs to one" in (await types(office, line, place=private)).text


async def test_tips_say_how_to_write_a_prompt(office: Office) -> None:
    """Six parts, positive words, variants."""
    assert "subject · action · environment · camera · style" in (await types(office, "/clip tips")).text


async def test_models_have_prices_and_their_date(office: Office) -> None:
    """Every model of the catalogue: on or off, its prices, and when they were read."""
    text = (await types(office, "/dailies models")).text
    assert "mini (on)" in text
    assert "off, price not confirmed" in text
    assert "Prices as listed on" in text


@ON_BOTH_STORES
async def test_budget_shows_every_cap_that_applies(office: Office) -> None:
    """Channel, workspace and person, and who looks after it; showing begins no period and locks nothing."""
    text = (await types(office, "/dailies budget")).text
    assert text.splitlines() == [
        "#launch: $50.00 of $50.00 left until 1 Dec",
        "$0.00 spent",
        "Steps: 50 % told here · 80 % contact told · 95 % owner approves each",
        "",
        "The workspace: $100.00 of $100.00 left until 1 Dec",
        "$0.00 spent",
        "Steps: 50 % owner told · 80 % owner told · 95 % owner approves each",
        "",
        "mina: no cap · $0.00 spent",
        "",
        "An owner looks after the budget of #launch.",
    ]
    assert await office.rows(Budget) == []


async def test_who_looks_after_a_budget_is_named_once_they_have_written(office: Office) -> None:
    """The settings know an id alone; the name is the one that they had when they set something here, else ordered."""
    owner = replace(DANA, name="Dana Roy")
    assert "An owner looks after it." in (await types(office, "/clip help")).text
    await types(office, "/clip a fox", owner)
    assert "Dana Roy looks after it." in (await types(office, "/clip help")).text
    await types(office, "/dailies budget set 20", replace(DANA, name="Dana"))
    assert (await types(office, "/dailies budget")).text.endswith("Dana looks after the budget of #launch.")


async def test_where_nobody_is_named_nobody_looks_after_it(tmp_path: Path) -> None:
    """Neither a contact nor an owner in the settings."""
    office = make_office(tmp_path, owners=())
    assert "Nobody looks after it yet." in (await types(office, "/clip help")).text
