"""What is offered while one types."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import suggesting
from bot.core.errors import StoreError
from bot.core.modals import Choice
from tests.adapters.discord.choices import choices


async def test_ids(tmp_path: Path) -> None:
    """The channel's takes, newest first; in a thread those of its channel."""
    async with choices(tmp_path) as here, here.drawing():
        mina = here.at.mina
        await mina.slash(here.at.launch, "clip draft", prompt="a fox in snow")
        (take,) = await here.takes()
        for channel in (here.at.launch, here.at.thread):
            (offered,) = await mina.autocomplete(channel, "clip show", "id", "")
            assert offered["value"] == take.id
            assert offered["name"] == f"{take.id} · draft · waiting · a fox in snow"
        assert await mina.autocomplete(here.at.other, "clip show", "id", "") == []


async def test_models_periods_and_zones(tmp_path: Path) -> None:
    """Models with their prices, periods in words, zones by any part of their names, with a blank or without."""
    async with choices(tmp_path) as here:
        mina, launch = here.at.mina, here.at.launch
        (mini,) = await mina.autocomplete(launch, "clip draft", "model", "min")
        assert mini["value"] == "mini"
        assert "$0.08 per second" in mini["name"]
        periods = await mina.autocomplete(launch, "dailies spend report", "period", "last")
        assert [each["value"] for each in periods] == ["last", "last week", "last month", "last year"]
        zones = await mina.autocomplete(launch, "dailies budget set", "zone", "new york")
        assert [each["value"] for each in zones] == ["America/New_York"]
        assert len(await mina.autocomplete(launch, "dailies budget set", "zone", "")) == suggesting.MOST


async def test_not_more_than_discord_takes(tmp_path: Path) -> None:
    """At most 25, each of at most 100 characters; an id that is longer cannot be one of Discord's values."""
    async with choices(tmp_path) as here:
        known = [Choice(value=f"A{number}", label="a fox " * 40) for number in range(40)]

        async def takes(*_: Any) -> list[Choice]:
            return [Choice(value="x" * 101, label="x"), *known]

        object.__setattr__(here.desk.manager.suggesting, "takes", takes)
        offered = await here.at.mina.autocomplete(here.at.launch, "clip show", "id", "")
        assert [each["value"] for each in offered] == [f"A{number}" for number in range(25)]
        assert all(len(each["name"]) <= suggesting.CHARACTERS for each in offered)


@pytest.mark.parametrize("fails", ["rows", "late"])
async def test_nothing_goes_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    """Where the rows cannot be read, or not in time, nothing is offered, and nothing is raised."""
    monkeypatch.setattr(suggesting, "PATIENCE_S", 0.01)
    async with choices(tmp_path) as here:

        async def takes(*_: Any) -> list[Choice]:
            if fails == "rows":
                raise StoreError
            await asyncio.Event().wait()
            return []

        object.__setattr__(here.desk.manager.suggesting, "takes", takes)
        assert await here.at.mina.autocomplete(here.at.launch, "clip show", "id", "A7") == []
