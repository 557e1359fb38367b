"""A Slack workspace on loopback, for the real bolt and the real slack_sdk.

It differs from Slack in this:

- A reply to what is no message, or itself a reply, is refused; Slack hangs it where hardly anybody finds it.
- Messages of people have no ``blocks``; bare domains without ``https://`` are not made links.
- The answer to a command that is ``in_channel`` does not show the command above it.
- ``replace_original`` to a command's address posts anew: that Slack replaces there is nowhere promised.
- Blocks are section, header, context, actions, image, input and divider; every other kind is refused.
- A modal that is opened from inside another stacks on it, as if it were pushed.
- Attachments are taken but not shown; there are no scheduled messages, no unfurling, no group direct messages.
- An upload without a Content-Length is refused, and so is one of another length than announced.
- A file that is completed a second time is shared a second time; links to it are not made public.
- A file is known to everybody by its id: whether its channel is theirs is not checked.
- An answer to a press inside a thread goes to the channel unless it names ``thread_ts``.
- Methods that the app's scopes do not reach, such as those of the history, are unknown ones.
- A request address is not spared for saying ``X-Slack-No-Retry``, nor switched off when it fails often.
- Rate limits are off until ``limits`` is set.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from aiohttp import web

from tests.adapters.slack.fake.acts import Acts
from tests.adapters.slack.fake.api import Api
from tests.adapters.slack.fake.delivery import Delivery
from tests.adapters.slack.fake.file_routes import FileRoutes
from tests.adapters.slack.fake.files import Files
from tests.adapters.slack.fake.kit import Kit
from tests.adapters.slack.fake.replies import Replies
from tests.adapters.slack.fake.screens import Screens
from tests.adapters.slack.fake.signed import SignedHttp
from tests.adapters.slack.fake.sockets import Sockets
from tests.adapters.slack.fake.transcript import message_lines, transcript, view_lines
from tests.adapters.slack.fake.trouble import Trouble
from tests.adapters.slack.fake.values import FakeMessage, FakeView
from tests.adapters.slack.fake.world import World


class FakeSlack(World, Acts):
    """The whole workspace: an async context manager that serves on a port of its own.

    Team ``T1`` is there from the start; who acts and where is made by ``person`` and ``channel``.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        World.__init__(self, clock)
        sockets, replies, screens = Sockets(self), Replies(self), Screens(self)
        signed = SignedHttp(self)
        delivery = Delivery(self, sockets, signed)
        Acts.__init__(
            self,
            Kit(
                world=self,
                sockets=sockets,
                signed=signed,
                delivery=delivery,
                replies=replies,
                screens=screens,
                trouble=Trouble(self),
                files=Files(self),
            ),
        )
        self.person("USLACKBOT", "slackbot", bot=True)

    async def __aenter__(self) -> Self:
        """Serve."""
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/api/{method}", Api(self.kit).serve)
        app.router.add_get("/link/", self.kit.sockets.serve)
        app.router.add_post("/actions/{ticket}", self.kit.replies.serve)
        app.router.add_routes(FileRoutes(self, self.kit.trouble).routes())
        self._folder = TemporaryDirectory(prefix="slack")
        self.folder = Path(self._folder.name)
        # Nought would be for ever: a call that hangs is not waited for.
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *why: object) -> None:
        """Stop delivering, close the sockets and the port, and forget the files."""
        await self.kit.delivery.stop()
        await self.kit.sockets.drop()
        await self._runner.cleanup()
        self._folder.cleanup()

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"{self.origin}/api/"

    @property
    def bot_token(self) -> str:
        return self.teams["T1"].bot_token

    @property
    def scopes(self) -> set[str]:
        """What the app was allowed in T1."""
        return self.teams["T1"].scopes

    @scopes.setter
    def scopes(self, scopes: Iterable[str]) -> None:
        self.teams["T1"].scopes = set(scopes)

    @property
    def bot_user(self) -> str:
        return self.teams["T1"].bot_user

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return len(self.kit.sockets.open)

    @property
    def sent_by_socket(self) -> list[int]:
        """How many envelopes each socket was sent, in the order they were opened."""
        return self.kit.sockets.sent

    def fail(self, method: str, error: str, *, retry_after_s: float = 1, times: int = 1) -> None:
        """Let the next calls of a method fail.

        ``error`` is a name of Slack's, ``ratelimited``, ``http_500``, ``hang`` (answered after ``retry_after_s``), or
        ``lost`` (done, but the connection breaks before the answer). ``upload`` and ``download`` are the addresses of
        files' bytes: ``lost`` or any other, which is a status of 500.
        """
        self.kit.trouble.order(method, error, retry_after_s=retry_after_s, times=times)

    def oauth_code(self, team: str, by: str) -> str:
        """The code with which somebody who installs the app comes back from Slack."""
        self.codes[code := self.new_id("code")] = (self.team(team, installed=False).id, by)
        return code

    async def verify_request_url(self) -> bool:
        """Whether the app answers the challenge that Slack puts to a new request address."""
        return await self.kit.signed.verify()

    async def drop_socket(self, *, abruptly: bool = False) -> None:
        """Close every socket of the app; ``abruptly`` without a closing frame."""
        await self.kit.sockets.drop(abruptly=abruptly)

    async def break_socket(self) -> None:
        """Lose every socket without a closing frame, as a network does."""
        await self.drop_socket(abruptly=True)

    async def refresh_sockets(self) -> None:
        """Ask the app to connect anew, as Slack does every few hours."""
        await self.kit.sockets.refresh()

    async def until(self, condition: Callable[[], object], *, within_s: float = 10) -> None:
        """Wait for what the app does.

        Raises:
            TimeoutError: it did not; the error has the transcript.
        """
        try:
            async with asyncio.timeout(within_s):
                while True:
                    if condition():
                        return
                    await asyncio.sleep(0.005)
        except TimeoutError:
            said = f"what was waited for did not happen in:\n{self.transcript()}"
            raise TimeoutError(said) from None

    def transcript(self, *channels: str) -> str:
        """The channels, all unless some are named, as somebody who saw everything would read them."""
        return transcript(self, channels or tuple(self.channels))

    def shown(self, what: FakeMessage | FakeView) -> str:
        """One message or view as somebody would read it."""
        return "\n".join(view_lines(self, what) if isinstance(what, FakeView) else message_lines(self, what))
