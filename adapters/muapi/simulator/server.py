"""The simulator itself: one aiohttp server on loopback, started and stopped as a context."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.muapi.simulator.account import AccountDesk
from adapters.muapi.simulator.armory import Armory
from adapters.muapi.simulator.book import Book
from adapters.muapi.simulator.caller import Call, Caller
from adapters.muapi.simulator.control import ControlDesk, Report, report
from adapters.muapi.simulator.faults import make_mark
from adapters.muapi.simulator.files import FileDesk
from adapters.muapi.simulator.jobs import Bill
from adapters.muapi.simulator.orders import OrderDesk
from adapters.muapi.simulator.plan import Plan, PlanOptions
from adapters.muapi.simulator.questions import QuestionDesk
from adapters.muapi.simulator.shapes import wire
from adapters.muapi.simulator.shelf import Shelf
from adapters.muapi.simulator.uploads import UploadDesk
from adapters.muapi.simulator.wallet import Wallet
from adapters.muapi.simulator.world import World
from bot.core.clock import SystemClock
from bot.core.money import Money
from bot.core.ports.clock import Clock

LOOPBACK = "127.0.0.1"
DEFAULT_BALANCE = Money.usd(100)
#: The body of an order: a prompt of 20,000 characters, each written as an escape of twelve.
MOST_ORDER_BYTES = 512 * 1024
STOP_WAIT_S = 0.2


class Simulator:
    """A provider that costs nothing.

    ::

        async with Simulator(scale=0.01, balance=Money.usd(20)) as simulator:
            ...  # talk to simulator.base_url with simulator.plan.key
            assert len(simulator.bills()) == 1
    """

    def __init__(
        self,
        *,
        balance: Money = DEFAULT_BALANCE,
        folder: Path | None = None,
        host: str = LOOPBACK,
        port: int = 0,
        clock: Clock | None = None,
        **plan: Unpack[PlanOptions],
    ) -> None:
        """``folder`` keeps the clips after the end; without one they are removed. Port 0 is any free one.

        Raises:
            ValueError: a field of the plan is out of its range.
        """
        self.plan = Plan(**plan)
        self._balance = balance
        self._folder = folder
        self._host, self._port = host, port
        self._clock = clock or SystemClock()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._runner: web.AppRunner | None = None
        self._world: World | None = None

    @property
    def origin(self) -> str:
        """``http://host:port``, with the real port."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def base_url(self) -> str:
        """What a client is given as its base URL."""
        return f"{self.origin}{self.plan.base}"

    async def __aenter__(self) -> Self:
        """Start to listen.

        Raises:
            OSError: the port is taken, or the folder cannot be written.
        """
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; what was billed can still be read."""
        await self._stop()

    def bills(self) -> list[Bill]:
        """What was billed, oldest first."""
        return self._open_world().book.bills()

    def calls(self) -> list[Call]:
        """The calls to webhooks, oldest first."""
        return list(self._open_world().caller.made)

    def report(self) -> Report:
        """The totals."""
        return report(self._open_world())

    def arm(self, name: str, value: str = "", *, times: int = 1) -> None:
        """Let a fault strike the next ``times`` submits, polls or readings of the history, as its moment is.

        Raises:
            ValueError: no such fault.
        """
        self._open_world().armory.arm(make_mark(name, value), times)

    def set_balance(self, balance: Money) -> None:
        """Change what the wallet holds."""
        self._open_world().wallet.balance = balance

    def _open_world(self) -> World:
        if self._world is None:
            msg = "the simulator was not started"
            raise RuntimeError(msg)
        return self._world

    async def _start(self) -> None:
        folder = await asyncio.to_thread(self._make_folders)
        self._world = world = self._make_world(folder)
        app = web.Application(client_max_size=MOST_ORDER_BYTES, middlewares=[_in_our_words(world)])
        for desk in (ControlDesk, FileDesk, UploadDesk, QuestionDesk, AccountDesk, OrderDesk):
            app.add_routes(desk(world).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_WAIT_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    def _make_folders(self) -> Path:
        if self._folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="dailies-simulator-")
        folder = self._folder or Path(self._temporary.name if self._temporary else "")
        (folder / "uploads").mkdir(parents=True, exist_ok=True)
        return folder

    def _make_world(self, folder: Path) -> World:
        wallet = Wallet(self._balance)
        return World(
            plan=self.plan,
            clock=self._clock,
            wallet=wallet,
            book=Book(self.plan, self._clock, wallet),
            armory=Armory(),
            shelf=Shelf(folder),
            uploads=folder / "uploads",
            wire=wire(self.plan.shape),
            caller=Caller(self._clock, self.plan.scale),
        )

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._world is not None:
            await self._world.caller.close()
            await self._world.shelf.close()
        if self._temporary is not None:
            await asyncio.to_thread(self._temporary.cleanup)
            self._temporary = None


def _in_our_words(world: World) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Errors of the server library, such as 404, 405 and 413, become JSON in the service's words."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            if request.path.startswith("/control"):
                return web.json_response({"error": error.text}, status=error.status)
            return world.error(error.status, error.reason)

    return middleware
