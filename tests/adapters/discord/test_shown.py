"""Cards and lines as people in a server see them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import discord
import pytest
import simcord

from adapters.discord import keycaps
from adapters.discord.client import DailiesClient
from bot.core.errors import ChatBusy, ChatClosed
from bot.core.ports import Button, CardView, Message, Posted, Reaction
from bot.core.rows.talk import card_nonce
from tests.adapters.discord.room import Room, room

CARD = CardView(title="A7K · 4 drafts", lines=("1 rendering",), buttons=(Button(label="Cancel", action="cancel:A7K"),))
DONE = CardView(title="A7K · 1 finished")
#: Where an interaction is answered.
CALLBACK = "/interactions/*/callback"


async def ordered(at: Room, *, defers: bool = False) -> tuple[Message, simcord.InteractionResult]:
    """A card that was the answer to a command, and what its maker saw."""
    client, shown = at.server.client, list[Message]()
    assert isinstance(client, DailiesClient)

    @client.tree.command(description="Order")
    async def draft(interaction: discord.Interaction) -> None:
        expected = at.pending.expect(launch(at), interaction)
        task = asyncio.create_task(at.chat.show(CARD, channel=launch(at), nonce=card_nonce("A7K"), message=None))
        if defers:
            await interaction.response.defer()
        at.pending.settle(expected, card="A7K")
        shown.append(await task)

    await client.tree.sync()
    seen = await at.server.mina.slash(at.server.launch, "draft")
    return shown[0], seen


def launch(at: Room) -> str:
    return at.server.channel_id(at.server.launch)


def said(at: Room, channel: simcord.ChannelHandle | None = None) -> list[discord.Message]:
    return at.server.shown(channel or at.server.launch)


def posts(at: Room) -> list[str]:
    """Where the bot posted messages by its own token."""
    return [each.path for each in at.server.env.http_requests if (each.method, each.path[-9:]) == ("POST", "/messages")]


@pytest.mark.parametrize("defers", [False, True])
async def test_the_answer(*, defers: bool) -> None:
    """A card is itself the answer to what ordered it, deferred or not; it is edited by the bot's own token."""
    async with room() as at:
        card, _ = await ordered(at, defers=defers)
        assert [card.id] == [f"{each.channel.id}/{each.id}" for each in said(at)]
        assert posts(at) == []
        assert await at.chat.show(DONE, channel=launch(at), nonce=card_nonce("A7K"), message=card) == card
        assert [each.content for each in said(at)] == ["A7K · 1 finished"]
        assert "webhooks" not in next(each.path for each in at.server.env.http_requests[::-1] if each.method == "PATCH")


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (401, 50027), (404, 10015), (400, 40060), (503, 0)])
async def test_the_answer_is_not_taken(status: int, code: int) -> None:
    """Where an interaction is over, its card is posted by the bot itself, once."""
    async with room() as at:
        at.server.env.inject_error("POST", CALLBACK, status=status, code=code)
        card, _ = await ordered(at)
        assert [card.id] == [f"{each.channel.id}/{each.id}" for each in said(at)]
        assert len(posts(at)) == 1


async def test_the_answer_is_taken_and_lost() -> None:
    """A card of which nobody knows whether it answers its interaction is looked for, until Discord can say so."""
    async with room() as at:
        client, shown = at.server.client, list[Message]()
        assert isinstance(client, DailiesClient)

        @client.tree.command(description="Order")
        async def draft(interaction: discord.Interaction) -> None:
            expected = at.pending.expect(launch(at), interaction)
            await interaction.response.defer()
            await interaction.edit_original_response(content="What Discord took")
            for method in ("PATCH", "GET"):
                fault = {"method": method, "path": "/webhooks/*/messages/@original", "status": 503, "code": 0}
                at.server.env.backend.faults.append({**fault, "message": "away", "times": 1})
            at.pending.settle(expected, card="A7K")
            shown.append(await at.chat.show(CARD, channel=launch(at), nonce=card_nonce("A7K"), message=None))

        await client.tree.sync()
        await at.server.mina.slash(at.server.launch, "draft")
        assert [each.id for each in shown] == [f"{each.channel.id}/{each.id}" for each in said(at)]
        assert posts(at) == []


async def test_reactions() -> None:
    """Every vote by whomever, the bot's own too, in few questions; what is no vote is not asked for."""
    async with room() as at:
        view = replace(CARD, numbers=("A7K-1", "A7K-2"))
        card = await at.chat.show(view, channel=launch(at), nonce="c1", message=None)
        message = at.server.client.get_partial_messageable(at.server.launch.id).get_partial_message(
            int(card.id.split("/")[1])
        )
        for sign in ("1️⃣", "2️⃣"):
            await message.add_reaction(sign)
        (shown,) = said(at)
        for person, sign in ((at.server.jo, "2️⃣"), (at.server.zed, "✅"), (at.server.jo, "👍"), (at.server.mina, "❌")):
            await person.react(shown, sign)
        before = len(at.server.env.http_requests)
        found = await at.chat.reactions(card)
        bot = Reaction(person=str(at.server.bot_id), emoji="1️⃣", name="dailies", bot=True)
        assert [each.emoji for each in found] == ["1️⃣", "2️⃣", "2️⃣", "✅", "❌"]
        assert {*found} == {
            bot,
            replace(bot, emoji="2️⃣"),
            Reaction(person=str(at.server.jo.id), emoji="2️⃣", name="jo"),
            Reaction(person=str(at.server.zed.id), emoji="✅", name="zed", guest=True),
            Reaction(person=str(at.server.mina.id), emoji="❌", name="mina"),
        }
        assert len(at.server.env.http_requests) - before == 4
        assert sorted(at.asked) == sorted({*at.asked})


async def test_archived() -> None:
    """A thread that was archived meanwhile is opened for what is to be said; a locked one stays closed."""
    async with room() as at:
        thread = at.server.channel_id(at.server.thread)
        card = await at.chat.show(CARD, channel=thread, nonce="c1", message=None)
        edits = f"/channels/{at.server.thread.id}/messages/*"
        at.server.allow(at.server.launch, manage_channels=True, manage_threads=True)  # simcord wants more than Discord.
        at.server.archive(at.server.thread)
        at.server.env.inject_error("PATCH", edits, status=400, code=50083)
        await at.chat.show(DONE, channel=thread, nonce="c1", message=card)
        assert [each.content for each in said(at, at.server.thread)] == ["A7K · 1 finished"]
        at.server.allow(at.server.launch)
        at.server.archive(at.server.thread, locked=True)
        await at.server.env.settle()
        at.server.env.inject_error("PATCH", edits, status=400, code=50083)
        with pytest.raises(ChatClosed, match="#storyboard is locked"):
            await at.chat.show(CARD, channel=thread, nonce="c1", message=card)


@pytest.mark.parametrize("alone", [True, False])
async def test_hidden_in_an_archived_thread(tmp_path: Path, *, alone: bool) -> None:
    """What is to be seen no longer goes from a thread that was archived meanwhile, too."""
    async with room() as at:
        thread, place = at.server.channel_id(at.server.thread), f"/channels/{at.server.thread.id}/messages/*"
        card = await at.chat.show(CARD, channel=thread, nonce="c1", message=None)
        posted = await asyncio.gather(*(clip(at, tmp_path, n, thread, card) for n in ((1,) if alone else (1, 2))))
        at.server.allow(at.server.launch, manage_channels=True, manage_threads=True)  # simcord wants more than Discord.
        at.server.archive(at.server.thread)
        at.server.env.inject_error("DELETE" if alone else "PATCH", place, status=400, code=50083)
        await at.chat.take_down(posted[0].message, file=posted[0].file_id)
        left = [file.filename for each in said(at, at.server.thread) for file in each.attachments]
        assert left == ([] if alone else ["A7K-2.mp4"])


async def test_late_in_an_archived_thread(tmp_path: Path) -> None:
    """A clip is posted, or added, in a thread that was archived meanwhile, and so are a sheet's numbers."""
    async with room() as at:
        thread = at.server.channel_id(at.server.thread)
        card = await at.chat.show(CARD, channel=thread, nonce="c1", message=None)
        await asyncio.gather(*(clip(at, tmp_path, number, thread, card) for number in (1, 2)))
        at.server.allow(at.server.launch, manage_channels=True, manage_threads=True)  # simcord wants more than Discord.
        at.server.archive(at.server.thread)
        at.server.env.inject_error("PATCH", f"/channels/{at.server.thread.id}/messages/*", status=400, code=50083)
        at.server.env.inject_error("PUT", "/channels/*/messages/*/reactions/*/@me", status=400, code=50083)
        assert (await clip(at, tmp_path, 3, thread, card)).together
        at.server.archive(at.server.thread)
        at.server.env.inject_error("POST", f"/channels/{at.server.thread.id}/messages", status=400, code=50083)
        other = await at.chat.show(CARD, channel=thread, nonce="c2", message=None)
        at.server.archive(at.server.thread)
        at.server.env.inject_error("POST", f"/channels/{at.server.thread.id}/messages", status=400, code=50083)
        assert not (await clip(at, tmp_path, 4, thread, other)).together
        await keycaps.react(at.server.client, card, 1)
        assert [len(each.attachments) for each in said(at, at.server.thread)] == [0, 3, 0, 1]
        assert at.server.reacted("1️⃣", said(at, at.server.thread)[0]) == [at.server.bot_id]


async def clip(at: Room, folder: Path, number: int, channel: str, card: Message) -> Posted:
    file = folder / f"A7K-{number}.mp4"
    file.write_bytes(b"clip")
    words = CardView(title=f"A7K-{number}")
    return await at.chat.post_clip(words, file, name=file.name, channel=channel, nonce=f"n{number}", thread=card)


async def test_not_opened() -> None:
    """Where the bot may not open a thread again, whoever reads of it is told who can."""
    async with room() as at:
        thread = at.server.channel_id(at.server.thread)
        at.server.env.inject_error("POST", f"/channels/{at.server.thread.id}/messages", status=400, code=50083)
        at.server.env.inject_error("PATCH", f"/channels/{at.server.thread.id}", status=403, code=50013)
        with pytest.raises(ChatClosed, match="#storyboard is archived; anybody who writes in it opens it again"):
            await at.chat.show(CARD, channel=thread, nonce="c1", message=None)


async def test_forum() -> None:
    """What is said to a forum itself becomes a post of its own, once."""
    async with room() as at:
        forum = at.server.channel_id(at.server.forum)
        line = CardView(title="#ideas: $25.10 of $50.00 used.", buttons=CARD.buttons)
        first = await at.chat.say(line, channel=forum, nonce="l1", to=None, thread=None)
        assert await at.chat.say(line, channel=forum, nonce="l1", to=None, thread=None) == first
        place, _ = first.id.split("/")
        assert (await at.chat.link(first) or "").endswith(first.id)
        thread = at.server.client.get_channel(int(place))
        assert isinstance(thread, discord.Thread)
        assert (thread.name, thread.parent_id) == (line.title, at.server.forum.id)


async def test_a_lost_answer_in_a_forum() -> None:
    """A post that came about though nobody heard of it is found; one that did not is made."""
    async with room() as at:
        forum, line = at.server.channel_id(at.server.forum), CardView(title="#ideas: $25.10 of $50.00 used.")
        at.server.env.inject_error("POST", f"/channels/{at.server.forum.id}/threads", status=503)
        with pytest.raises(ChatBusy):
            await at.chat.say(line, channel=forum, nonce="l1", to=None, thread=None)
        begun = at.server.client.get_channel(at.server.forum.id)
        assert isinstance(begun, discord.ForumChannel)
        stands = (await begun.create_thread(name=line.title, content=line.title)).message
        found = await at.chat.say(line, channel=forum, nonce="l1", to=None, thread=None)
        assert found.id == f"{stands.channel.id}/{stands.id}"
        other = await at.chat.say(line, channel=forum, nonce="l2", to=None, thread=None)
        assert other != found
        assert [each.name for each in begun.threads].count(line.title) == 2


async def test_direct() -> None:
    """What is for one person is a direct message with its buttons, and nobody else sees it."""
    async with room() as at:
        await at.chat.say(CARD, channel=launch(at), nonce="l1", to=str(at.server.dana.id), thread=None)
        (word,) = at.server.direct(at.server.dana)
        assert "A7K · 4 drafts" in word.content
        assert word.components
        assert said(at) == []


async def test_mentioned() -> None:
    """Only who is meant is notified, whatever a person wrote."""
    async with room() as at:
        hostile = f"<@{at.server.jo.id}> @everyone <@&{at.server.crew.id}>"
        view = CardView(title="A7K", quote=hostile, lines=("1 oak",), mentions=(str(at.server.mina.id),))
        await at.chat.show(view, channel=launch(at), nonce="c1", message=None)
        await at.chat.say(replace(view, title=hostile), channel=launch(at), nonce="l1", to=None, thread=None)
        for message in said(at):
            assert [each.id for each in message.mentions] == [at.server.mina.id]
            assert (message.mention_everyone, message.role_mentions) == (False, [])
