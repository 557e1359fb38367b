"""Files: reserved, uploaded, processed, shared late or never, and deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.adapters.slack.fake.values import FakeMessage, FileStub, Json, SlackError
from tests.adapters.slack.fake.world import World

KINDS = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "csv": "text/csv",
    "txt": "text/plain",
    "pdf": "application/pdf",
}
#: What an image block shows.
SHOWABLE = frozenset({"png", "jpg", "jpeg", "gif"})


@dataclass(slots=True, kw_only=True, eq=False)
class FakeFile:
    """A file; ``largest_piece`` is the most that arrived at once, ``shares`` has its messages by channel."""

    id: str
    name: str
    title: str
    team: str
    user: str
    path: Path
    length: int
    created: float
    alt_text: str | None = None
    mimetype: str | None = None
    uploaded: bool = False
    completed: bool = False
    processed: bool = False
    deleted: bool = False
    pieces: int = 0
    largest_piece: int = 0
    shares: dict[str, list[FakeMessage]] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()

    @property
    def kind(self) -> str:
        """The ending of its name."""
        return self.name.rsplit(".", 1)[-1].lower() if "." in self.name else "binary"

    @property
    def showable(self) -> bool:
        """Whether an image block may show it."""
        return self.kind in SHOWABLE


@dataclass(slots=True)
class Files:
    """Every file of every workspace."""

    world: World

    def reserved(self, team: str, user: str, name: str, length: int, alt_text: str | None) -> FakeFile:
        """A file that has an id and no bytes yet."""
        new = self.world.new_id("F")
        file = FakeFile(
            id=new,
            name=name,
            title=name,
            team=team,
            user=user,
            path=self.world.folder / new,
            length=length,
            created=self.world.now(),
            alt_text=alt_text,
        )
        self.world.files[new] = file
        return file

    def picked(self, user: str, stub: FileStub) -> FakeFile:
        """A file that somebody uploads on their machine."""
        file = self.reserved(self.world.people[user].team, user, stub.name, len(stub.content), None)
        file.mimetype = stub.mimetype
        file.path.write_bytes(stub.content)
        file.uploaded = file.completed = file.processed = True
        return file

    def found(self, team: str, file: str) -> FakeFile:
        """The file of this id.

        Raises:
            SlackError: there is none, or it was deleted.
        """
        known = self.world.files.get(file)
        if known is None or known.team != team:
            raise SlackError(error="file_not_found")
        if known.deleted:
            raise SlackError(error="file_deleted")
        return known

    async def settle(self, files: list[FakeFile], message: dict[str, Any] | None) -> None:
        """Process completed files, and share them where they were completed for a channel, after a while."""
        await asyncio.sleep(self.world.late_shares_s)
        for file in files:
            file.processed = True
        lost = self.world.never_share or any(file.alt_text for file in files)
        if message is not None and not lost:
            self.shared(self.world.post(**message, files=[file.id for file in files]))

    def shared(self, message: FakeMessage) -> None:
        """Enter a message in the shares of its files."""
        for file in message.files:
            self.world.files[file].shares.setdefault(message.channel, []).append(message)

    def deleted(self, file: FakeFile) -> None:
        """Take a file away, also from its messages; one with nothing left goes with it."""
        file.deleted = True
        file.path.unlink(missing_ok=True)
        for message in [each for shared in file.shares.values() for each in shared]:
            message.files.remove(file.id)
            message.deleted = message.deleted or not (message.files or message.text or message.blocks)
        file.shares = {}


def files_json(world: World, files: Iterable[str]) -> list[Json]:
    """Files as messages and modals show them."""
    return [file_json(world, world.files[each]) for each in files]


def file_json(world: World, file: FakeFile) -> Json:
    """What files.info tells of a file; while it is processed, nothing of its kind."""
    address = f"{world.origin}/files-pri/{file.team}-{file.id}/{file.name}"
    shares: dict[str, dict[str, list[Json]]] = {}
    for channel, messages in file.shares.items():
        side = "private" if world.channels[channel].private else "public"
        standing = [_share(world, message) for message in messages if not message.deleted]
        if standing:
            shares.setdefault(side, {})[channel] = standing
    return {
        "id": file.id,
        "created": int(file.created),
        "timestamp": int(file.created),
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype or KINDS.get(file.kind, "application/octet-stream") if file.processed else "",
        "filetype": file.kind if file.processed else "",
        "user": file.user,
        "user_team": file.team,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": "public" in shares,
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": f"https://{world.teams[file.team].domain}.slack.com/files/{file.user}/{file.id}/{file.name}",
        "channels": list(shares.get("public", {})),
        "shares": shares,
    }


def _share(world: World, message: FakeMessage) -> Json:
    share = {"ts": message.ts, "channel_name": world.channels[message.channel].name, "share_user_id": message.user}
    return share | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
