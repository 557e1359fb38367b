"""One aiohttp server for everything that is served."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from aiohttp import web

#: No body that anybody sends here is larger.
MOST_BYTES = 64 * 1024
STOP_WAIT_S = 2.0
#: The rest of a body that was refused is not read for longer.
LINGER_S = 0.5


class HttpServer:
    """Listens for as long as its context is open."""

    def __init__(self, host: str, port: int, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Port 0 is any free one."""
        self._host, self._port = host, port
        app = web.Application(client_max_size=MOST_BYTES)
        app.add_routes(routes)
        # No access log: an address of a webhook is a secret.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_WAIT_S, lingering_time=LINGER_S)

    @property
    def port(self) -> int:
        """The real one, once it listens."""
        return self._port

    async def __aenter__(self) -> Self:
        """Begin to listen.

        Raises:
            OSError: the port is taken, or the host is not this machine's.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no more, and give what is under way two seconds."""
        await self._runner.cleanup()
