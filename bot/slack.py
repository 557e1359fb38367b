"""Slack, put together: the composition root of ``adapters.slack``. It decides nothing.

It is imported only where a token is set, for bolt and slack_sdk take a fifth of a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answering import Answering
from adapters.slack.app import make_app
from adapters.slack.chat import SlackChat
from adapters.slack.checkup import granted
from adapters.slack.client import Clients
from adapters.slack.desk import Desk
from adapters.slack.fetching import Fetching
from adapters.slack.handing import Handing
from adapters.slack.home import Homes
from adapters.slack.ids import PLATFORM
from adapters.slack.needs import without
from adapters.slack.people import People
from adapters.slack.pictures import Pictures
from adapters.slack.places import Places
from adapters.slack.serving import Line, Serving, serve
from adapters.slack.teams import Teams
from adapters.slack.uploads import Uploads
from bot.app import FETCHED_FOLDER, App
from bot.core.errors import ChatBusy, ChatError
from bot.core.ports import Clock, Store
from bot.jobs.catching_up import CatchUp
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)
#: Slack that cannot be reached at the start is asked again after so long.
AGAIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """What the chat and the listeners share."""

    chat: SlackChat
    teams: Teams
    people: People


@dataclass(slots=True, kw_only=True)
class Slack:
    """Slack as this installation serves it."""

    settings: Settings
    api_url: str
    clients: Clients
    #: Where pictures of people are put; the pictures' store may read it.
    fetched: Path
    #: How Slack is heard at this moment.
    line: Line = field(default_factory=Line)
    _room: _Room | None = None

    @property
    def platform(self) -> str:
        """As the rows name it."""
        return PLATFORM

    def not_heard(self) -> str:
        """Why Slack is not heard right now, and what to do; empty while it is."""
        return self.line.trouble

    def make_chat(self, store: Store, clock: Clock) -> SlackChat:
        """The chat, for ``open_app``."""
        teams = Teams(self.clients, clock)
        people, pictures = People(teams, clock), Pictures(self.clients, store, clock)
        chat = SlackChat(
            client_of=self.clients,
            store=store,
            clock=clock,
            uploads=Uploads(self.clients, store, clock, pictures=pictures),
            pictures=pictures,
            who=people.voter,
        )
        self._room = _Room(chat=chat, teams=teams, people=people)
        return chat

    async def serve(self, app: App, stop: asyncio.Event) -> None:
        """Hear Slack until ``stop``; the worker goes on meanwhile, whether Slack can be reached or not.

        Raises:
            SettingsError: Slack does not take the bot's token, or nothing can listen at SLACK_HTTP.
        """
        if not await self._signed_in(app.kit.clock, stop):
            return
        desk = self._desk(app)
        at, token, secret = self.settings.slack_http, self.settings.slack_app_token, self.settings.slack_signing_secret
        serving = Serving(
            app=make_app(
                desk,
                signing_secret=secret.reveal() if secret else "",
                api_url=self.api_url,
                gone=self._gone,
            ),
            clock=app.kit.clock,
            line=self.line,
            app_token=token.reveal() if token else "",
            api_url=self.api_url,
            host=at.host if at else "",
            port=at.port if at else None,
            connected=self._caught_up(app),
            finish=desk.answering.finish,
        )
        try:
            await serve(serving, stop)
        except OSError as error:
            msg = f"SLACK_HTTP: nothing can listen on {at}: {error.strerror or error}"
            raise SettingsError((msg,)) from error

    def _caught_up(self, app: App) -> Callable[[], Awaitable[None]]:
        """Takes over the votes that were given while nobody listened."""
        catch_up = CatchUp(app.kit, app.manager.handle, self._made.people.in_workspace)

        async def connected() -> None:
            await catch_up.run(PLATFORM)

        return connected

    async def _signed_in(self, clock: Clock, stop: asyncio.Event) -> bool:
        """Learn of which workspace the token is; ``False``: it is to stop before Slack could be reached.

        Raises:
            SettingsError: Slack does not take it.
        """
        secret = self.settings.slack_bot_token
        token = secret.reveal() if secret else ""
        while not stop.is_set():
            try:
                grant = await granted(self.clients.with_token(token))
                self.clients.install(grant.team, token)
                # What comes first is not to wait for who the bot is.
                await self._made.teams.installed(grant.team)
            except ChatBusy as error:
                log.warning("Slack cannot be asked whose token SLACK_BOT_TOKEN is, and is asked again: %s", error)
                await _first(stop.wait(), clock.sleep(max(AGAIN_S, error.retry_after_s)))
            except ChatError as error:
                msg = f"SLACK_BOT_TOKEN: Slack does not take it: {error}"
                raise SettingsError((msg,)) from error
            else:
                for scope, what in without(grant.scopes).items():
                    log.warning("Slack has not granted %s, for %s: see dailies doctor", scope, ", ".join(what))
                log.info("serving Slack in %s (%s) as @%s", grant.team_name, grant.team, grant.bot)
                return True
        return False

    @property
    def _made(self) -> _Room:
        if self._room is None:
            msg = "the chat is made first"
            raise RuntimeError(msg)
        return self._room

    def _desk(self, app: App) -> Desk:
        """What every listener works with."""
        room, clock = self._made, app.kit.clock
        fetching = Fetching(self.clients, self.fetched, clock)
        fetching.tidy()
        return Desk(
            manager=app.manager,
            client_of=self.clients,
            teams=room.teams,
            people=room.people,
            places=Places(room.teams, clock),
            answering=Answering(self.clients, Handing(self.clients, clock)),
            homes=Homes(self.clients, app.manager),
            fetching=fetching,
            clock=clock,
            models=tuple(model.name for model in app.kit.catalogue.on),
            clip=self.settings.slack_clip_command,
            dailies=self.settings.slack_dailies_command,
        )

    def _gone(self, team: str) -> None:
        """The app was taken out of a workspace: nothing is sent there any more."""
        self.clients.remove(team)
        self.line.gone(team)

    async def close(self) -> None:
        """Wait for what the chat has begun, then close every connection."""
        if self._room is not None:
            await self._room.chat.close()
        await self.clients.close()


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Slack]:
    """Slack, by the settings; nothing is asked of it yet."""
    api_url = f"{settings.slack_api_url}/" if settings.slack_api_url else AsyncWebClient.BASE_URL
    slack = Slack(
        settings=settings, api_url=api_url, clients=Clients(base_url=api_url), fetched=settings.home / FETCHED_FOLDER
    )
    try:
        yield slack
    finally:
        await slack.close()


async def _first(*waiting: Coroutine[object, object, object]) -> None:
    """Until one of them is over."""
    tasks = [asyncio.create_task(each) for each in waiting]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
