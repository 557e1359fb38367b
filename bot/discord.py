"""Discord, put together: the composition root of ``adapters.discord``. It decides nothing.

It is imported only where a token is set, for discord.py takes a third of a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from adapters.chat.notes import Notes
from adapters.discord import presses, submissions, syncing, tree
from adapters.discord.answering import Answering
from adapters.discord.arrivals import WELCOMED, Arrivals
from adapters.discord.attachments import Attachments
from adapters.discord.chat import DiscordChat
from adapters.discord.checkup import signed_in
from adapters.discord.client import DailiesClient, use
from adapters.discord.desk import Desk
from adapters.discord.ids import PLATFORM
from adapters.discord.pending import Pending
from adapters.discord.people import People
from adapters.discord.places import Places
from adapters.discord.reactions import Reactions
from adapters.discord.serving import Line, Serving, TokenRefused, serve
from adapters.discord.uploads import Uploads
from adapters.discord.windows import WINDOWS, Windows
from bot.app import FETCHED_FOLDER, App
from bot.core.clock import SystemClock
from bot.core.commands import Command, Place
from bot.core.errors import ChatError
from bot.core.fakes import MemoryStore
from bot.core.modals import Choice
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Clock, Message, Store
from bot.jobs.catching_up import CatchUp
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """What the chat and the handlers share."""

    chat: DiscordChat
    people: People
    pending: Pending
    notes: Notes


@dataclass(slots=True, kw_only=True)
class Discord:
    """Discord as this installation serves it."""

    settings: Settings
    client: DailiesClient
    #: Where pictures of people are put; the pictures' store may read it.
    fetched: Path
    #: How Discord is heard at this moment.
    line: Line = field(default_factory=Line)
    _room: _Room | None = None

    @property
    def platform(self) -> str:
        """As the rows name it."""
        return PLATFORM

    def not_heard(self) -> str:
        """Why Discord is not heard right now, and what to do; empty while it is."""
        return self.line.trouble

    def make_chat(self, store: Store, clock: Clock) -> DiscordChat:
        """The chat, for ``open_app``."""
        people, pending = People(self.client, clock), Pending()
        limit = self.settings.discord_file_limit_mb
        uploads = Uploads(self.client, store, clock, largest_bytes=limit * MEGABYTE if limit else None)
        self.client.limit_told = uploads.limit_told
        chat = DiscordChat(
            client=self.client, store=store, clock=clock, pending=pending, uploads=uploads, who=people.known
        )
        notes = Notes(store, clock, (WELCOMED, WINDOWS))
        self._room = _Room(chat=chat, people=people, pending=pending, notes=notes)
        return chat

    async def serve(self, app: App, stop: asyncio.Event) -> None:
        """Hear Discord until ``stop``; the worker goes on meanwhile, whether Discord can be reached or not.

        Raises:
            SettingsError: Discord does not take the bot's token.
        """
        secret, room = self.settings.discord_bot_token, self._made
        places, clock = Places(self.client, app.kit.clock), app.kit.clock
        windows = Windows(room.notes)
        desk = self._desk(app, places, windows)
        catch_up = CatchUp(app.kit, app.manager.handle, room.people.in_workspace)
        reactions = Reactions(
            desk, client=self.client, people=room.people, places=places, chat=room.chat, look=catch_up.look
        )
        arrivals = Arrivals(desk, client=self.client, places=places, chat=room.chat, notes=room.notes)
        self._hear(desk, reactions, arrivals)

        async def connected() -> None:
            await self._sync()
            await arrivals.look_around()
            await catch_up.run(PLATFORM)

        async def finish() -> None:
            await asyncio.gather(reactions.finish(), desk.answering.finish())

        serving = Serving(
            client=self.client,
            token=secret.reveal() if secret else "",
            clock=clock,
            line=self.line,
            connected=connected,
            finish=finish,
        )
        try:
            await serve(serving, stop)
        except TokenRefused as error:
            msg = f"DISCORD_BOT_TOKEN: {error}"
            raise SettingsError((msg,)) from error

    def _desk(self, app: App, places: Places, windows: Windows) -> Desk:
        """What every handler works with."""
        room, clock = self._made, app.kit.clock
        attachments = Attachments(self.fetched, clock)
        attachments.tidy()
        return Desk(
            manager=app.manager,
            people=room.people,
            places=places,
            answering=Answering(room.pending, windows, clock=clock),
            attachments=attachments,
            aside=room.chat.aside,
            clock=clock,
            models=tuple(model.name for model in app.kit.catalogue.on),
        )

    def _hear(self, desk: Desk, reactions: Reactions, arrivals: Arrivals) -> None:
        """Everything that the bot hears, and by whom."""
        tree.install(self.client.tree, desk)
        presses.install(self.client, desk)
        submissions.install(self.client, desk)
        self.client.install(reactions=reactions, arrivals=arrivals)

    async def _sync(self) -> None:
        """Tell Discord of the commands, where they have changed."""
        guilds = self.settings.discord_dev_guilds or (None,)
        try:
            for guild in guilds:
                await syncing.sync(self.client, self._made.notes, guild=guild)
        except ChatError as error:
            log.warning("Discord was not told of the commands, as they are now: %s; see dailies discord sync", error)

    @property
    def _made(self) -> _Room:
        if self._room is None:
            msg = "the chat is made first"
            raise RuntimeError(msg)
        return self._room

    async def close(self) -> None:
        """Wait for what the chat has begun, then close every connection."""
        if self._room is not None:
            await self._room.chat.close()
        await self.client.close()


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Discord]:
    """Discord, by the settings; nothing is asked of it yet."""
    if settings.discord_api_url:
        use(settings.discord_api_url)
    discord = Discord(settings=settings, client=DailiesClient(), fetched=settings.home / FETCHED_FOLDER / PLATFORM)
    try:
        yield discord
    finally:
        await discord.close()


class _Nobody:
    """Stands where the app would, so that commands can be described: it hears nothing, offers nothing, says nothing."""

    @property
    def suggesting(self) -> _Nobody:
        """Itself."""
        return self

    async def takes(self, place: Place, verb: str, typed: str) -> list[Choice]:
        """None."""
        del place, verb, typed
        return []

    def models(self) -> list[Choice]:
        """None."""
        return []

    async def handle(self, command: Command) -> Notice:
        """Nothing is carried out."""
        del command
        return SILENCE

    async def shown(self, channel: str, message: str) -> None:
        """No message is ours."""

    async def aside(self, message: Message, name: str, sentence: str) -> None:
        """Nothing is said."""


@contextlib.asynccontextmanager
async def describing(settings: Settings) -> AsyncIterator[DailiesClient]:
    """A client that knows every command, to compare them or to tell Discord of them; it hears nothing."""
    if settings.discord_api_url:
        use(settings.discord_api_url)
    client, clock, nobody = DailiesClient(), SystemClock(), _Nobody()
    windows = Windows(Notes(MemoryStore(clock), clock, (WINDOWS,)))
    desk = Desk(
        manager=nobody,
        people=People(client, clock),
        places=Places(client, clock),
        answering=Answering(Pending(), windows, clock=clock),
        attachments=Attachments(settings.home / FETCHED_FOLDER / PLATFORM, clock),
        aside=nobody.aside,
        clock=clock,
    )
    tree.install(client.tree, desk)
    try:
        yield client
    finally:
        await client.close()


async def tell(settings: Settings, store: Store, token: str, *, guild: int | None, force: bool) -> bool:
    """Whether Discord was told of the commands; it is not where they are as it was told before, unless forced.

    Raises:
        ChatError: it could not be told; the sentence says what to do.
    """
    async with describing(settings) as client:
        await signed_in(client, token)
        notes = Notes(store, SystemClock(), (WINDOWS,))
        return await syncing.sync(client, notes, guild=guild, force=force)
