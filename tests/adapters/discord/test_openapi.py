"""What Discord's description of its API says of what discord.py sends, and that it would say if it were wrong."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.adapters.discord.openapi import complaints
from tests.adapters.discord.server import plain_client, server
from tests.adapters.discord.wire import signed_in, wire

MESSAGES = "/channels/1/messages"


@dataclass(frozen=True, slots=True)
class Made:
    """A request that nobody sent."""

    method: str
    path: str
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (Made("POST", MESSAGES, {"content": "x" * 4001}), "$.content"),
        (Made("POST", MESSAGES, {"contents": "x"}), "'contents'"),
        (Made("POST", MESSAGES, {"embeds": [{"description": "x" * 4097}]}), "$.embeds[0].description"),
        (Made("POST", MESSAGES, {"allowed_mentions": {"users": [1, 1]}}), "$.allowed_mentions.users"),
        (Made("POST", "/channels/1/message", {}), "no such route"),
        (Made("POST", MESSAGES), "no body"),
        (Made("POST", "/guilds/1/channels", {}), "not described"),
        (Made("POST", "/interactions/1/t/callback", {"type": 7, "data": {"contents": "x"}}), "'contents'"),
        (Made("GET", MESSAGES, None, {"limits": 3}), "the query has 'limits'"),
        (Made("PUT", "/applications/1/commands", [{"name": "x" * 33, "description": "x"}]), "$[0]"),
    ],
)
def test_it_complains(made: Made, wrong: str) -> None:
    """Of a name, a size, a route, a missing body, a query."""
    (complaint,) = complaints([made])
    assert wrong in complaint


async def test_discord_py_on_the_wire() -> None:
    """Cards with buttons and files, edits, reactions, histories and direct messages are as described."""
    async with wire() as discord_, signed_in() as client:
        channel = client.get_partial_messageable(77, guild_id=5)
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Undo", custom_id="undo:1"))
        embed = discord.Embed(title="A7K", description="a mug").set_image(url="attachment://sheet.png")
        file = discord.File(io.BytesIO(b"png"), "sheet.png", description="Contact sheet")
        mentions = discord.AllowedMentions(everyone=False, users=[discord.Object(9)], roles=False, replied_user=False)
        sent = await channel.send("hello", embed=embed, view=view, file=file, nonce="n1", allowed_mentions=mentions)
        reply = discord.MessageReference(message_id=sent.id, channel_id=77, guild_id=5, fail_if_not_exists=False)
        await channel.send("reply", reference=reply)
        await sent.edit(content="", embed=embed, attachments=sent.attachments, view=None)
        await sent.add_reaction("1\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}")
        assert [each.content async for each in channel.history(limit=5, after=discord.Object(1))] == ["", "reply"]
        await client.http.start_private_message(9)
        assert complaints(discord_.asked) == []


async def test_discord_py_in_simcord() -> None:
    """Commands, answers, windows and what follows them are as described."""
    client = plain_client()
    tree = app_commands.CommandTree(client)
    client.tree = tree  # type: ignore[attr-defined]  # By this name simcord finds it.

    @tree.command(description="Draft a clip")
    @app_commands.describe(prompt="What is to be seen", seconds="How long")
    async def draft(interaction: discord.Interaction, prompt: str, seconds: app_commands.Range[int, 1, 15] = 4) -> None:
        await interaction.response.send_message(f"{prompt}, {seconds} s", ephemeral=True)
        await interaction.followup.send("more", ephemeral=True)
        await interaction.edit_original_response(content="done")

    @tree.context_menu(name="Remix")
    async def remix(interaction: discord.Interaction, _message: discord.Message) -> None:
        modal = discord.ui.Modal(title="Remix")
        modal.add_item(discord.ui.Label(text="Prompt", component=discord.ui.TextInput(custom_id="prompt")))
        await interaction.response.send_modal(modal)

    async with server(client) as here:
        await tree.sync()
        shown = await here.mina.slash(here.launch, "draft", prompt="a fox", seconds=5)
        assert shown.response
        assert shown.response.content == "done"
        said = await here.mina.send(here.launch, "look")
        assert (await here.mina.context_menu(here.launch, "Remix", said)).modal
        assert complaints(here.env.http_requests) == []
