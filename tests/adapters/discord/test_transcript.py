"""The transcript shows what Discord would."""

from __future__ import annotations

import io

import discord

from tests.adapters.discord.server import server
from tests.adapters.discord.transcript import Film, everything, shown, transcript


async def test_what_is_read() -> None:
    """Markup is drawn, escapes are not seen, and whoever is notified is told apart from whoever is only named."""
    async with server() as here:
        channel = here.client.get_channel(here.launch.id)
        assert isinstance(channel, discord.TextChannel)
        embed = discord.Embed(description=f"**A7K** \\*not bold\\*\n-# {here.jo.mention} · 5").set_image(
            url="attachment://sheet.png"
        )
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Undo", custom_id="undo:1", style=discord.ButtonStyle.danger))
        sent = await channel.send(
            f"{here.mina.mention} {here.jo.mention}",
            embed=embed,
            view=view,
            files=[discord.File(io.BytesIO(b"png"), each, description="Four cups") for each in ("sheet.png", "a.mp4")],
            allowed_mentions=discord.AllowedMentions(users=[discord.Object(here.mina.id)]),
        )
        await here.jo.react(sent, "✅")
        assert shown(here, sent).splitlines() == [
            "  TestBot:",
            "    @mina (@jo)",
            "    | A7K *not bold*",
            "    | · (@jo) · 5",
            "    | [picture sheet.png]",
            "    [file a.mp4, 3 B: Four cups]",
            "    [Undo (red)]",
            "    ✅ jo",
        ]
        assert transcript(here).startswith("== #launch ==")


async def test_what_was_seen() -> None:
    """Each state of a message is a scene; the transcript has the last."""
    async with server() as here:
        film = Film(here)
        channel = here.client.get_channel(here.launch.id)
        assert isinstance(channel, discord.TextChannel)
        sent = await channel.send("1 rendering")
        await sent.edit(content="ready")
        assert ["1 rendering" in each for each in film.scenes] == [True, False]
        assert "TestBot (edited):\n    ready" in film.shown()
        assert len(everything(here)) == 1
