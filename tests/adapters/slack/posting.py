"""Posts one clip on Slack and keeps its notes in a file: a process to be killed in the middle of it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.slack.client import Clients
from adapters.slack.pictures import Pictures
from adapters.slack.uploads import Patience, Uploads
from bot.core.clock import SystemClock
from bot.core.ports import CardView, Posted
from storage import open_store
from tests.adapters.slack.workspace import LAUNCH


async def post(address: str, token: str, database: str, clip: str) -> Posted:
    """Post the clip under the nonce ``n1``, as whatever an earlier process left of it demands."""
    clock = SystemClock()
    store = await open_store(f"sqlite+aiosqlite:///{database}", clock)
    clients = Clients(base_url=address, tokens={"T1": token})
    pictures, patience = Pictures(clients, store, clock), Patience(share_s=2)
    uploads = Uploads(clients, store, clock, pictures=pictures, patience=patience)
    try:
        return await uploads.post_clip(
            CardView(title="A7K-F is here"), Path(clip), name="A7K-F.mp4", channel=LAUNCH, nonce="n1", thread=None
        )
    finally:
        await clients.close()
        await store.close()


if __name__ == "__main__":
    asyncio.run(post(*sys.argv[1:]))
