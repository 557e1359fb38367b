"""What is offered while one types an id or a model."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import Place
from bot.core.modals import Choice
from bot.jobs.suggesting import LOOKED_AT, OFFERED
from tests.jobs.acts import drafted, sets, types, votes
from tests.jobs.conftest import JO, LAUNCH, ON_BOTH_STORES, TEAM, Office


async def offered(office: Office, verb: str, typed: str = "", place: Place = LAUNCH) -> list[str]:
    """The ids."""
    return [choice.value for choice in await office.manager.suggesting.takes(place, verb, typed)]


@ON_BOTH_STORES
async def test_newest_first(office: Office) -> None:
    """The channel's takes, newest first, with what they are; a slate stands before its takes."""
    single = (await drafted(office, "a fox in snow"))[0]
    await office.clock.advance(5)
    one, two = await office.order("a mug on {oak|steel}")
    choices = await office.manager.suggesting.takes(LAUNCH, "show", "")
    assert choices == [
        Choice(value=one.card, label=f"{one.card} · 2 drafts · a mug on {{oak|steel}}"),
        Choice(value=one.id, label=f"{one.id} · draft · waiting · a mug on oak"),
        Choice(value=two.id, label=f"{two.id} · draft · waiting · a mug on steel"),
        Choice(value=single.id, label=f"{single.id} · draft · ready · a fox in snow"),
    ]


@ON_BOTH_STORES
async def test_typed(office: Office) -> None:
    """What was typed is the beginning of an id, dash or no dash, or words of the prompt."""
    one, two = await drafted(office, "a mug on {oak|steel}")
    fox = (await drafted(office))[0]
    assert await offered(office, "show", two.id.lower().replace("-", "")) == [two.id]
    assert await offered(office, "again", one.card) == [one.card, one.id, two.id]
    assert await offered(office, "show", " FOX in") == [fox.id]
    assert await offered(office, "show", "a dragon") == []


@ON_BOTH_STORES
async def test_what_the_verb_can_do_something_with(office: Office) -> None:
    """Only what waits or renders is cancelled, drafts with a clip are promoted, and clips are kept and hidden."""
    one, two = await drafted(office, "a mug on {oak|steel}")
    await votes(office, one.id, JO)
    await office.work()
    waiting = (await office.order())[0]
    final = f"{one.id}F"
    assert await offered(office, "cancel") == [waiting.id]
    assert sorted(await offered(office, "promote")) == [one.id, two.id]
    assert sorted(await offered(office, "keep")) == sorted([one.card, one.id, two.id, final])
    assert waiting.id in await offered(office, "remix")
    await types(office, f"/clip hide {two.id}")
    await office.work()
    assert await offered(office, "reject") == [waiting.id, one.id]


@ON_BOTH_STORES
async def test_other_channels(office: Office) -> None:
    """A take of another channel is offered once its whole id is typed, and without its prompt; other servers' never."""
    take = (await drafted(office, "a secret"))[0]
    assert await offered(office, "show", "", TEAM) == []
    assert await office.manager.suggesting.takes(TEAM, "show", take.id) == [
        Choice(value=take.id, label=f"{take.id} · draft · ready")
    ]
    assert await offered(office, "cancel", take.id, TEAM) == []
    assert await offered(office, "show", take.id, replace(TEAM, workspace="local:other")) == []


@ON_BOTH_STORES
async def test_threads(office: Office) -> None:
    """What was ordered in a thread, which may be a private one, is offered there, and elsewhere by its whole id."""
    thread = replace(LAUNCH, room=f"{LAUNCH.channel}/thread")
    (secret,) = await office.order("a secret", place=thread)
    (fox,) = await office.order()
    assert await offered(office, "show") == [fox.id]
    assert await offered(office, "show", "secret") == []
    assert sorted(await offered(office, "show", "", thread)) == sorted([fox.id, secret.id])
    assert await office.manager.suggesting.takes(LAUNCH, "show", secret.id) == [
        Choice(value=secret.id, label=f"{secret.id} · draft · waiting")
    ]


async def test_not_too_many(office: Office) -> None:
    """A list has an end, however many takes there are."""
    await sets(office, "budget set none --scope workspace")
    await sets(office, "budget set none")
    for _ in range(4):
        await office.order("a fox", count=10)
    assert LOOKED_AT > OFFERED == len(await offered(office, "show"))


def test_models(office: Office) -> None:
    """Models that are on come with what a second costs."""
    first = office.manager.suggesting.models()[0]
    assert first.value == "mini"
    assert first.label.startswith("mini · ")
    assert "480p $0.08 per second · 720p $0.15 per second" in first.label
