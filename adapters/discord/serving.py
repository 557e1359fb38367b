"""Serves the client until it is to stop: signed in as soon as Discord can be reached, then heard by its gateway."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

import aiohttp
import discord

from adapters.chat import hearing
from adapters.discord.client import DailiesClient
from bot.core.ports import Clock

log = logging.getLogger(__name__)
#: Discord cannot be reached, or does not want to be asked just now.
PASSING = (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError, TimeoutError)
#: The gateway's code for a token that is not taken (any more).
BAD_TOKEN = 4004
MEND_TOKEN = "reset it under Bot in the app's settings (Reset Token), set it, and start anew"  # noqa: S105 - no token
LOST = "the connection to Discord is lost; it is tried again"


class TokenRefused(Exception):
    """Discord does not take the bot's token; the text says what to set."""


@dataclass(slots=True, kw_only=True)
class Line(hearing.Line):
    """How Discord is heard at this moment; readiness looks at it."""

    trouble: str = "Discord is not connected yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is needed to hear Discord."""

    client: DailiesClient
    #: DISCORD_BOT_TOKEN.
    token: str = field(repr=False)
    clock: Clock
    line: Line
    #: Once, when it is known who the bot is.
    signed_in: hearing.Deed = hearing.nothing
    #: After each connection: what was missed is looked up.
    connected: hearing.Deed = hearing.nothing
    #: Waits for the answers that are still to be given.
    finish: hearing.Deed = hearing.nothing


async def serve(serving: Serving, stop: asyncio.Event) -> None:
    """Hear Discord until ``stop``, then answer what is under way; requests can be made until the client is closed.

    A token that is refused later on ends the hearing, not the process: what is under way goes on until ``stop``.

    Raises:
        TokenRefused: Discord does not take it from the first.
    """
    async with hearing.looked_up("Discord", serving.connected, serving.clock) as due:
        ear = _Ear(serving, due)
        listening = asyncio.create_task(ear.hear())
        stopped = asyncio.create_task(hearing.first_of(stop, serving.line.given_up))
        try:
            await asyncio.wait({listening, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await hearing.ended(stopped)
            await ear.close()
            await hearing.within("Discord", serving.finish())
            await hearing.ended(listening)
    if listening.done() and not listening.cancelled():
        listening.result()
    await stop.wait()


class _Ear:
    """Keeps the client connected; discord.py itself comes back from whatever passes once it is."""

    def __init__(self, serving: Serving, due: asyncio.Event) -> None:
        self._serving = serving
        self._client = serving.client
        self._due = due
        self._lost = set[int]()
        self._told = False
        self._client.heard, self._client.lost = self._heard, self._went

    async def hear(self) -> None:
        """Until the client is closed, or nothing but a person will mend it.

        Raises:
            TokenRefused
        """
        await self._patiently(self._sign_in)
        await self._serving.signed_in()
        await self._patiently(self._connect)

    async def close(self) -> None:
        """Hear nothing more. Requests can still be made: what is under way has to be answered."""
        self._client.heard = self._client.lost = _ignored
        for shard in self._client.shards.values():
            await shard.disconnect()

    async def _sign_in(self) -> None:
        try:
            await self._client.login(self._serving.token)
        except discord.LoginFailure as error:
            msg = f"Discord does not take it: {MEND_TOKEN}"
            raise TokenRefused(msg) from error

    async def _connect(self) -> None:
        try:
            await self._client.connect()
        except discord.PrivilegedIntentsRequired:
            # None of ours is privileged: whoever sees this has changed what is listened to.
            self._serving.line.give_up("Discord refuses what the bot wants to hear (4014): install Dailies anew.")
        except discord.ConnectionClosed as error:
            self._serving.line.give_up(_given_up(error.code))

    async def _patiently(self, deed: hearing.Deed) -> None:
        pause_s = hearing.PAUSE_S
        while True:
            try:
                await deed()
            except PASSING as error:
                self._tell(type(error).__name__)
            else:
                return
            await self._serving.clock.sleep(pause_s)
            pause_s = min(hearing.LONGEST_PAUSE_S, pause_s * 2)
            await self._client.reopened()

    def _heard(self, shard: int | None) -> None:
        if shard is None:
            self._due.set()
            return
        self._lost.discard(shard)
        if self._lost:
            return
        log.info("Discord is heard%s", " again" if self._told else "")
        self._told = False
        self._serving.line.open()

    def _went(self, shard: int) -> None:
        self._lost.add(shard)
        self._tell(f"connection {shard} is closed")

    def _tell(self, why: str) -> None:
        """Say once that the connection is lost, not at each attempt."""
        if not self._told:
            log.warning("Discord cannot be heard (%s); it is tried again until it can", why)
        self._told = True
        if not self._serving.line.given_up.is_set():
            self._serving.line.trouble = LOST


def _ignored(_shard: int | None) -> None:
    """It is over."""


def _given_up(code: int) -> str:
    goes_on = "What is under way goes on and is kept."
    if code == BAD_TOKEN:
        return f"Discord does not accept DISCORD_BOT_TOKEN any more: {MEND_TOKEN}. {goes_on}"
    return f"Discord has ended the connection for good ({code}): look at the bot's app, and start anew. {goes_on}"
