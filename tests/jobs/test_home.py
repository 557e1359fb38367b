"""A person's home: budgets, what is under way, their own takes, and what they may press."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import Actor, OpenHome, Pause
from bot.core.errors import ChatError
from bot.core.homes import Home, HomePart
from bot.core.ports import Job, JobStatus, Message
from bot.core.rows import Budget
from tests.jobs.acts import drafted, sets, types
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, TEAM, Office

PRIVATE = replace(LAUNCH, channel="local:mina", direct=True)
BOTH = (LAUNCH.channel, TEAM.channel)


async def opened(office: Office, actor: Actor = MINA, channels: tuple[str, ...] = (LAUNCH.channel,)) -> Home:
    """What the person sees."""
    notice = await office.handle(OpenHome, actor, PRIVATE, channels=channels)
    assert notice.text == ""
    assert notice.home is not None
    return notice.home


def texts(home: Home, title: str) -> list[str]:
    """The lines below a title."""
    return [line.text for part in home.parts if part.title == title for line in part.lines]


def part(home: Home, title: str) -> HomePart:
    return next(part for part in home.parts if part.title == title)


def labels(home: Home, title: str) -> list[str]:
    return [button.label for button in part(home, title).buttons]


async def test_before_anything(office: Office) -> None:
    """It says how to begin; showing it begins no period."""
    await types(office, "/clip help")
    home = await opened(office, channels=())
    assert [part.title for part in home.parts] == ["No channel yet", "Under way", "My takes", ""]
    assert "/invite @dailies" in texts(home, "No channel yet")[0]
    assert texts(home, "My takes") == ["You have made none yet."]
    assert await office.rows(Budget) == []


@ON_BOTH_STORES
async def test_budgets_have_bars_and_figures(office: Office) -> None:
    """Each channel's cap: what is left of it until when, what is spent and held, a bar, who looks after it."""
    await drafted(office)
    await sets(office, "budget set 0.64")
    home = await opened(office)
    assert texts(home, "#launch") == [
        "$0.32 of $0.64 left until 1 Dec",
        "$0.32 spent",
        "██████████░░░░░░░░░░ 50 % used",
        "dana looks after it.",
    ]
    assert part(home, "#launch").channel == LAUNCH.channel
    assert texts(home, "The workspace")[0] == "$99.68 of $100.00 left until 1 Dec"
    await sets(office, "budget set none")
    assert texts(await opened(office), "#launch")[:2] == ["No cap, counted until 1 Dec", "$0.32 spent"]
    await sets(office, "budget set 0")
    assert "████████████████████ 100 % used" in texts(await opened(office), "#launch")


async def test_who_sees_and_presses_what(office: Office) -> None:
    """One's own channels, an owner all that were used and their settings; buttons are what one may."""
    await office.order()
    await office.order(place=TEAM)
    assert labels(await opened(office), "#launch") == ["Ask for more", "Report"]
    assert "#team" not in [each.title for each in (await opened(office)).parts]
    assert labels(await opened(office, GUEST), "#launch") == ["Report"]
    home = await opened(office, DANA, ())
    assert labels(home, "#team") == ["Raise by $10", "Change budget", "Settings", "Report"]
    assert any("quorum: 1 · approvers: " in text for text in texts(home, "#launch"))
    await sets(office, "budget set none")
    assert labels(await opened(office, DANA), "#launch") == ["Change budget", "Settings", "Report"]


async def test_a_pause_is_said(office: Office) -> None:
    """Who has stopped ordering, and when."""
    await office.handle(Pause, DANA, LAUNCH)
    assert any(text.startswith("dana paused ordering on ") for text in texts(await opened(office), "#launch"))


@ON_BOTH_STORES
async def test_what_is_under_way(office: Office) -> None:
    """What runs and what waits with its place, of the person's channels; ten are named, the others counted."""
    office.provider.script.always("poll", JobStatus(job=Job.RUNNING, said="processing"))
    await sets(office, "settings confirm-above=10")
    await office.order("a fox", count=10)
    await office.order("a dog", JO, place=TEAM)
    await office.work(1)
    lines = texts(await opened(office), "Under way")
    assert sum("rendering" in line for line in lines) == 4
    assert sum("waiting, place " in line for line in lines) == 6
    lines = texts(await opened(office, MINA, BOTH), "Under way")
    assert lines[-1] == "1 more: /clip status in their channel names them."
    await office.handle(Pause, DANA, LAUNCH)
    assert any("waiting, held back" in line for line in texts(await opened(office), "Under way"))


@ON_BOTH_STORES
async def test_my_takes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first, each with its state, price and prompt, leading to its message where that has an address."""

    async def link(message: Message) -> str:
        if message.channel == TEAM.channel:
            why = "not now"
            raise ChatError(why)
        return f"https://chat.example/{message.id}"

    monkeypatch.setattr(office.chat, "link", link)
    first = (await drafted(office, "a fox in snow"))[0]
    await drafted(office, "a cow", place=TEAM)
    await office.order("a dog", JO)
    office.clock.jump(1)
    waiting = (await office.order("a horse"))[0]
    lines = part(await opened(office, channels=BOTH), "My takes").lines
    assert lines[0].text == f"{waiting.id} · draft · waiting · $0.32 · “a horse”"
    assert lines[-1].text == f"{first.id} · draft · ready · $0.32 · “a fox in snow”"
    assert lines[-1].address.startswith("https://chat.example/")
    assert [line.address for line in lines[:2]] == ["", ""]
    assert len(lines) == 3


async def test_more_channels_than_are_shown(office: Office) -> None:
    """The others are counted."""
    places = [replace(LAUNCH, channel=f"local:c{number:02}", name=f"c{number:02}") for number in range(14)]
    for place in places:
        await types(office, "/clip help", place=place)
    home = await opened(office, channels=tuple(place.channel for place in places))
    assert sum(part.title.startswith("#") for part in home.parts) == 12
    assert texts(home, "")[0] == "2 more channels: /dailies budget there says how they stand."
