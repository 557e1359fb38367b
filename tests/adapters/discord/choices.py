"""The counter with the real commands, menus and suggestions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from adapters.discord import tree
from adapters.discord.client import DailiesClient
from tests.adapters.discord.counter import Counter, counter

#: The smallest picture there is: two pixels of a PNG's beginning do for whoever only passes it on.
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def installed(client: DailiesClient, desk: Any) -> None:
    """Everything that can be chosen, in place of what was there."""
    client.tree.clear_commands(guild=None)
    tree.install(client.tree, desk)


def described_client() -> DailiesClient:
    """A client that knows its commands and hears nothing."""
    client = DailiesClient()
    installed(client, SimpleNamespace(models=("mini",)))
    return client


@asynccontextmanager
async def choices(folder: Path, **more: Any) -> AsyncIterator[Counter]:
    """The counter, where people choose commands instead of typing them."""
    async with counter(folder, **more) as here:
        installed(here.client, here.desk)
        await here.client.tree.sync()
        yield here
