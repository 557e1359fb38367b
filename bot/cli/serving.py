"""The control socket of a process that runs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from bot.app import App
from bot.control import ControlServer, socket_path
from bot.operations import Operations, Premises, rows_name
from bot.settings import Settings


@contextlib.asynccontextmanager
async def served(app: App, settings: Settings) -> AsyncIterator[None]:
    """Serve the operator's verbs meanwhile; without a socket, where none can be made, everything else works."""
    premises = Premises(
        store=app.kit.store,
        copying=app.rows,
        archive=app.kit.archive,
        answers=app.kit.answers,
        provider=app.kit.provider,
        key=app.kit.key,
        scale=app.kit.rules.provider_scale,
        wake=app.kit.engine.wake,
    )
    server = ControlServer(
        socket_path(settings.home),
        rows=rows_name(settings.database_url.reveal()),
        operations=Operations(premises).table(),
    )
    await server.start()
    try:
        yield
    finally:
        await server.close()
