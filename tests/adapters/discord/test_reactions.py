"""Reactions on Discord: whose count, on what, and how they are answered."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from simcord.backend.models import Reaction

from bot.core.errors import StoreError
from bot.core.lifecycle import State
from bot.core.rows import Take
from tests.adapters.discord.server import until
from tests.adapters.discord.studio import studio, texts


@pytest.mark.parametrize("emoji", ["✅", "✅\N{VARIATION SELECTOR-16}", "✔️", "✔"])
async def test_a_tick_orders_the_final_and_its_withdrawal_takes_it_back(tmp_path: Path, emoji: str) -> None:
    """✅ on a card, however the emoji is written, arms the final; taken back in time it disarms it."""
    async with studio(tmp_path) as here:
        await here.drafted()
        await here.server.jo.react(await here.card(), emoji)
        assert await here.finals() == [State.ARMED]
        assert await here.votes() == [(str(here.server.jo.id), True)]
        await here.server.jo.unreact(await here.card(), emoji)
        assert await here.finals() == [State.CANCELLED]


async def test_in_a_thread_it_is_the_channels(tmp_path: Path) -> None:
    """A card in a thread is voted on there, and its budget and settings are the channel's."""
    async with studio(tmp_path) as here:
        take = await here.drafted(channel=here.server.thread)
        assert take.channel == here.server.channel_id(here.server.launch)
        await here.server.jo.react(await here.card(), "✅")
        assert await here.finals() == [State.ARMED]


async def test_what_means_nothing_is_left_alone(tmp_path: Path) -> None:
    """Other emoji, other messages, the bot's own and other bots' reactions are no talk: nothing is asked or said."""
    async with studio(tmp_path) as here:
        await here.drafted()
        card = await here.card()
        other = await here.server.mina.send(here.server.launch, "nice")
        await here.server.jo.react(card, "🎉")
        await here.server.jo.react(other, "✅")
        await card.add_reaction("✅")
        assert await here.votes() == []
        assert len(here.server.shown(here.server.launch)) == 3


async def test_who_may_not_is_told_on_the_card(tmp_path: Path) -> None:
    """A reaction that may not act is answered by a line on the card, once, and nobody is notified of it."""
    async with studio(tmp_path) as here:
        await here.drafted()
        await here.only_crew_approves()
        before = len(here.server.shown(here.server.launch))
        for _ in range(2):
            await here.server.zed.react(await here.card(), "✅")
            await here.server.zed.unreact(await here.card(), "✅")
        (card,) = texts([await here.card()])
        assert card.count("zed") == 1
        assert (await here.card()).mentions == []
        assert len(here.server.shown(here.server.launch)) == before
        assert await here.finals() == []


async def test_whoever_is_banned_counts_no_more(tmp_path: Path) -> None:
    """A member who is banned after voting is a guest here from then on: the vote stands for nothing when read again."""
    async with studio(tmp_path) as here:
        await here.drafted()
        await here.server.jo.react(await here.card(), "✅")
        here.server.env.backend.apply_ban(here.server.guild.id, here.server.jo.id, None)
        await here.clock.sleep(61)
        actor = await here.people.known(here.server.guild.id, here.server.jo.id)
        assert (actor.guest, actor.admin, actor.groups) == (True, False, ())


async def test_a_vote_of_whoever_is_banned_meanwhile_orders_nothing(tmp_path: Path) -> None:
    """A final that a member armed is not ordered once they are banned, though they were looked up for the vote."""
    async with studio(tmp_path) as here:
        await here.drafted()
        card, guild, jo = await here.card(), here.server.guild.id, here.server.jo.id
        stored = here.server.env.backend.get_message(card.channel.id, card.id)
        stored.reactions.append(Reaction(emoji="✅", user_ids=[jo]))
        assert await here.catch_up.run("discord") == 1
        assert await here.finals() == [State.ARMED]
        here.server.env.backend.apply_ban(guild, jo, None)
        await here.clock.sleep(15)
        await here.office.work()
        assert await here.finals() == [State.CANCELLED]


async def test_rows_that_cannot_be_written_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Discord sends no event twice: a reaction that could not be written is tried again until it can."""
    async with studio(tmp_path) as here:
        await here.drafted()
        card, whole = await here.card(), here.office.store.transact
        failures = iter([True, True])

        async def broken(work: Any) -> Any:
            if next(failures, False):
                msg = "no rows"
                raise StoreError(msg)
            return await whole(work)

        with monkeypatch.context() as broke:
            broke.setattr(here.office.store, "transact", broken)
            await here.server.jo.react(card, "✅")
            await until(lambda: caplog.text.count("is tried again") == 2)
        await here.until_armed()


async def test_what_was_missed_is_read_again(tmp_path: Path) -> None:
    """Votes that were given and taken back while nobody listened are found after a reconnect."""
    async with studio(tmp_path) as here:
        await here.drafted()
        card = await here.card()
        stored = here.server.env.backend.get_message(card.channel.id, card.id)
        stored.reactions.append(Reaction(emoji="✅", user_ids=[here.server.ravi.id]))
        assert await here.catch_up.run("discord") == 1
        assert await here.finals() == [State.ARMED]
        stored.reactions.clear()
        assert await here.catch_up.run("discord") == 1
        assert await here.finals() == [State.CANCELLED]


async def test_two_at_once_keep_their_order(tmp_path: Path) -> None:
    """A reaction given and taken back within a moment is taken back, whichever is carried out first."""
    async with studio(tmp_path) as here:
        await here.drafted()
        card = await here.card()
        await asyncio.gather(here.server.jo.react(card, "✅"), asyncio.sleep(0))
        await here.server.jo.unreact(card, "✅")
        assert [standing for _, standing in await here.votes()] == [False]


async def test_a_question_stands_below_its_card(tmp_path: Path) -> None:
    """What a reaction asks back has its buttons in an answer to the card, where whoever may presses them."""
    async with studio(tmp_path) as here:
        await here.drafted()
        await here.confirms_above("0.10")
        card = await here.card()
        await here.server.mina.react(card, "🔁")
        question: Any = here.server.shown(here.server.launch)[-1]
        assert question.reference is not None
        assert question.reference.message_id == card.id
        assert any(
            getattr(item, "label", "").startswith("Order")
            for row in question.components
            for item in getattr(row, "children", ())
        )
        assert question.mentions == []
        assert len(await here.office.rows(Take, state=State.ASKED)) == 1


async def test_who_cannot_be_read_is_told_in_the_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A reaction taken back by somebody whom Discord does not describe is tried again, then answered on the card."""
    async with studio(tmp_path) as here:
        await here.drafted()
        card, jo = await here.card(), here.server.jo
        await jo.react(card, "✅")
        await here.clock.sleep(61)
        path = f"/guilds/{here.server.guild.id}/members/{jo.id}"
        here.server.env.inject_error("GET", path, status=500, code=0, times=9)
        await jo.unreact(card, "✅")
        await until(lambda: caplog.text.count("is tried again") == 3)
        await here.reactions.finish()
    assert "could not find out who you are" in caplog.text


async def test_a_channel_that_cannot_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A reaction in a thread of which nothing can be learned is tried again, and left alone."""
    async with studio(tmp_path) as here:
        await here.drafted(channel=here.server.thread)
        card = await here.card()
        here.client.guilds[0]._threads.clear()  # noqa: SLF001 - as of a thread that nobody told of
        path = f"/channels/{here.server.thread.id}"
        here.server.env.inject_error("GET", path, status=403, code=50001, times=9)
        await here.server.jo.react(card, "✅")
        await until(lambda: "a reaction was not carried out:" in caplog.text)
        assert await here.votes() == []


@pytest.mark.parametrize("cleared", [{}, {"emoji": {"id": None, "name": "✔️"}}], ids=["all", "one emoji"])
async def test_cleared_reactions_are_votes_taken_back(tmp_path: Path, cleared: dict[str, Any]) -> None:
    """Whoever may clear a message's reactions, all or those with one emoji, takes every such vote back at once."""
    async with studio(tmp_path) as here:
        await here.drafted()
        card = await here.card()
        stored = here.server.env.backend.get_message(card.channel.id, card.id)
        stored.reactions.append(Reaction(emoji="✅", user_ids=[here.server.jo.id]))
        await here.catch_up.run("discord")
        stored.reactions.clear()
        await here.tell_cleared(card, {"emoji": {"id": None, "name": "🎉"}})
        assert await here.finals() == [State.ARMED]
        await here.tell_cleared(card, cleared)
        assert await here.finals() == [State.CANCELLED]
        assert [standing for _, standing in await here.votes()] == [False]
