"""Menus on messages."""

from __future__ import annotations

from pathlib import Path

import discord

from adapters.discord.ids import message_id
from bot.core.rows import Card, Shot
from tests.adapters.discord.choices import PNG, choices
from tests.adapters.discord.counter import Counter


async def shown(here: Counter) -> discord.Message:
    """A draft, delivered, whose card is a message of Discord's."""
    async with here.drawing():
        seen = await here.at.mina.slash(here.at.launch, "clip draft", prompt="a fox")
    await here.office.work()
    assert seen.response is not None
    (card,) = await here.office.rows(Card)
    channel = here.at.launch.id

    async def link(tx: object) -> None:
        del tx

    del link
    found = message_id(channel, seen.response.id)
    await here.office.store.transact(lambda tx: tx.put(_standing(card, found)))
    return seen.response.message


def _standing(card: Card, message: str) -> Card:
    """The counter's chat is in memory and gives ids of its own: the card under that of Discord's message."""
    from dataclasses import replace

    return replace(card, message=message)


async def test_as_a_button(tmp_path: Path) -> None:
    """*Take info*, *Remix* and *Promote* on a card do what its buttons do."""
    async with choices(tmp_path) as here:
        message = await shown(here)
        info = await here.at.mina.context_menu(here.at.launch, "Take info", message)
        assert info.response is not None
        assert "“a fox”" in info.response.content
        remix = await here.at.mina.context_menu(here.at.launch, "Remix", message)
        assert remix.modal is not None
        await here.at.mina.context_menu(here.at.launch, "Promote", message)
        assert sorted(take.stage.value for take in await here.takes()) == ["draft", "final"]


async def test_messages_of_others(tmp_path: Path) -> None:
    """On a message that shows nothing of ours it is said that it does not."""
    async with choices(tmp_path) as here:
        message = await here.at.jo.send(here.at.launch, "hello")
        seen = await here.at.mina.context_menu(here.at.launch, "Promote", message)
        assert seen.response is not None
        assert "no clip or card of mine" in seen.response.content


async def test_animate(tmp_path: Path) -> None:
    """A picture in anybody's message opens the window, and the order has it, though Discord shows it only once."""
    async with choices(tmp_path) as here, here.drawing():
        message = await here.at.jo.send(here.at.launch, "look", attachments=[("fox.png", PNG)])
        seen = await here.at.mina.context_menu(here.at.launch, "Animate this picture", message)
        assert seen.modal is not None
        await here.at.mina.submit_modal(seen, {"prompt": "it wakes up"})
        (shot,) = await here.office.rows(Shot)
        assert (shot.mode, len(shot.pictures)) == ("image", 1)


async def test_no_picture(tmp_path: Path) -> None:
    """A message without a picture is answered so, whatever file it has."""
    async with choices(tmp_path) as here:
        message = await here.at.jo.send(here.at.launch, "look", attachments=[("fox.txt", b"a fox")])
        seen = await here.at.mina.context_menu(here.at.launch, "Animate this picture", message)
        assert seen.response is not None
        assert "no picture" in seen.response.content
