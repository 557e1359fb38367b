"""The real bot on a server of simcord: discord.py's own client, a file of rows, a simulated provider over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import discord
import simcord

from adapters.discord.client import DailiesClient
from adapters.muapi.simulator import Simulator
from bot.app import App, open_app
from bot.discord import opened
from bot.settings import Settings, load
from tests.adapters.discord.server import Server, until

#: Of a bot that simcord plays.
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.simcord.token"


def settings_for(here: Server, simulator: Simulator, home: Path, **more: str) -> Settings:
    """An installation whose Discord and provider are these; Dana owns its budgets."""
    return load(
        {
            "HOME": str(home),
            "DAILIES_HOME": str(home / "home"),
            "DAILIES_OWNERS": str(here.dana.id),
            "DAILIES_PROVIDER_SCALE": str(simulator.plan.scale),
            "MUAPI_API_KEY": simulator.plan.key,
            "MUAPI_BASE_URL": simulator.base_url,
            "DISCORD_BOT_TOKEN": TOKEN,
            **more,
        }
    )


@asynccontextmanager
async def at_work(
    settings: Settings, here: Server, *, through: Callable[[App], App] = lambda app: app
) -> AsyncIterator[App]:
    """The bot from its start, once Discord is heard, to its graceful end.

    ``through`` gives the app that is served, from the one that was opened.
    """
    stop = asyncio.Event()
    async with opened(settings) as served:
        _without_gateway(served.client)
        await here.env.restart_bot(served.client)
        async with open_app(settings, chats=[served.make_chat], pictures_from=served.fetched) as app_opened:
            app = through(app_opened)
            deeds = [asyncio.create_task(app.run(stop)), asyncio.create_task(served.serve(app, stop))]
            try:
                await until(
                    lambda: (
                        any(deed.done() for deed in deeds)
                        or (not served.not_heard() and here.env.backend.commands.get(None))
                    ),
                    what="Discord is heard, and knows the commands",
                )
                yield app
            finally:
                stop.set()
                await asyncio.gather(*deeds)


def _without_gateway(client: DailiesClient) -> None:
    """Have simcord hand the client its events itself: there is no connection to make, and it is heard at once."""

    async def connect(*, reconnect: bool = True) -> None:
        del reconnect
        client.heard(0)
        client.heard(None)
        await asyncio.Event().wait()

    client.shard_count = 1
    client.connect = connect  # type: ignore[method-assign]  # the one thing that simcord has no part of


def buttons(message: discord.Message) -> list[discord.Button]:
    """Those of a message, from left to right."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return [each for row in rows for each in row.children if isinstance(each, discord.Button)]


def seen_by(here: Server, person: simcord.MemberActor) -> list[discord.Message]:
    """What one person sees in #launch, in its thread and in direct messages, the newest first."""
    places = [here.launch.history(viewer=person), here.thread.history(viewer=person), here.direct(person)]
    return sorted((each for place in places for each in place), key=lambda each: each.id, reverse=True)


async def press(person: simcord.MemberActor, message: discord.Message, custom_id: str) -> None:
    """Press a button, in the server or in a direct message."""
    hand = person.user if message.guild is None else person
    await hand.click(message, custom_id=custom_id)


def standing(here: Server) -> Counter[str]:
    """How often each clip stands, by the hash of its bytes."""
    backend = here.env.backend
    files = [
        backend.cdn.get(file["url"])
        for channel in backend.messages.values()
        for message in channel.values()
        for file in message.attachments
        if file["filename"].endswith(".mp4")
    ]
    return Counter(hashlib.sha256(content or b"").hexdigest() for content in files)
