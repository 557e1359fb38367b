"""Servers that the bot comes to: where each is welcomed, once; and those that it is not set up for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.core.rows import Budget, Channel, Workspace
from tests.adapters.discord.studio import Studio, studio, texts


async def _look(here: Studio) -> None:
    await here.arrivals.look_around()
    await here.office.work(1)


async def test_a_server_is_welcomed_once(tmp_path: Path) -> None:
    """The first channel in which the bot may post has the welcome, with price and cap; no second one ever comes."""
    async with studio(tmp_path) as here:
        for _ in range(3):
            await _look(here)
        (welcome,) = texts(here.server.shown(here.server.launch))
        assert "I make short video clips here." in welcome
        assert "/clip" in welcome
        assert here.server.shown(here.server.other) == []


async def test_where_it_may_not_post_another_is_taken(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A channel that is closed to the bot is passed over, and the log says where the welcome is, and why there."""
    caplog.set_level("INFO")
    async with studio(tmp_path) as here:
        here.server.allow(here.server.launch, send_messages=False)
        await _look(here)
        assert here.server.shown(here.server.launch) == []
        assert len(here.server.shown(here.server.other)) == 1
    assert "is welcomed in #other, the first channel in which I may post" in caplog.text


async def test_where_it_may_post_nowhere_the_owner_is_told(tmp_path: Path) -> None:
    """With every channel closed the server's owner hears directly what to allow, once."""
    async with studio(tmp_path) as here:
        for channel in (here.server.launch, here.server.other):
            here.server.allow(channel, send_messages=False)
        for _ in range(2):
            await _look(here)
        owner = here.client.guilds[0].owner_id
        assert owner is not None
        sent = [each for each in here.server.env.http_requests if each.path.endswith("/messages")]
        assert len(sent) == 1
        assert "Allow “View Channel”" in str(sent[0].json)


async def test_another_server_has_one_sentence_and_no_budget(tmp_path: Path) -> None:
    """A second server hears once that the operator adds it first; nothing can be spent there."""
    async with studio(tmp_path) as here:
        await _look(here)
        second = here.server.env.create_guild("Strangers", owner=here.server.env.create_user("ozzy"))
        lobby = second.create_text_channel("lobby")
        for _ in range(2):
            await _look(here)
        assert ["the operator adds it first" in text for text in texts(lobby.history())] == [True]
        spaces = {each.id: each.active for each in await here.office.rows(Workspace)}
        assert spaces == {here.server.workspace_id: True, f"discord:{second.id}": False}
        assert all(each.workspace == here.server.workspace_id for each in await here.office.rows(Channel))
        assert not any(str(second.id) in each.scope for each in await here.office.rows(Budget))


async def test_rows_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A welcome that could not be written comes when it can."""
    async with studio(tmp_path) as here:

        async def broken(work: object) -> object:
            del work
            msg = "no rows"
            raise StoreError(msg)

        with monkeypatch.context() as broke:
            broke.setattr(here.office.store, "transact", broken)
            await here.arrivals.look_around()
        await _look(here)
        assert len(here.server.shown(here.server.launch)) == 1
