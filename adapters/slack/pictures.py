"""Pictures in messages: uploaded once, shared nowhere, and shown by an image block that names the file."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from weakref import WeakValueDictionary

from adapters.chat.notes import Notes
from adapters.slack.client import ClientOf
from adapters.slack.filing import BytesGone, Filing, Info
from adapters.slack.ids import split
from adapters.slack.shelves import HUNG, PICTURES, SHELVES
from bot.core.errors import ChatBusy, ChatError
from bot.core.ports import Clock, Message, Picture, Store

#: What an image block shows.
SHOWN = frozenset({".png", ".jpg", ".jpeg", ".gif"})
#: The bytes of a picture, and what Slack makes of them, may take so long.
BYTES_S = 20.0
PROCESSED_S = 10.0
#: A picture that Slack has not processed by then is asked for again this much later.
AGAIN_S = 5.0
#: A file that was there is taken to be there for so long, unless we removed it.
SURE_S = 600.0


class Pictures:
    """Files by the name of the picture. Every method raises only ChatError and its children."""

    def __init__(self, client_of: ClientOf, store: Store, clock: Clock, *, processed_s: float = PROCESSED_S) -> None:
        """``processed_s`` is how long Slack may take over a picture before it is asked for again."""
        self._client_of = client_of
        self._notes = Notes(store, clock, SHELVES)
        self._clock = clock
        self._processed_s = processed_s
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        #: By key: the file, and until when it need not be looked at.
        self._sure: dict[str, tuple[str, float]] = {}

    async def file_id(self, picture: Picture, channel: str) -> str:
        """The id of the picture's file, uploaded once per workspace and name, as an image block can show it.

        Raises:
            ChatBusy: Slack has not processed it yet.
            FileTooLarge
            ChatError: no PNG, JPEG or GIF.
        """
        if picture.path.suffix.lower() not in SHOWN:
            msg = f"Slack shows no {picture.path.suffix or PurePath(picture.name).suffix} in a message"
            raise ChatError(msg)
        team, _ = split(channel)
        key = f"{team}:{picture.name}"
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            file, until = self._sure.get(key, ("", 0.0))
            if not file or self._clock.monotonic() > until:
                file = await self._uploaded(team, key, picture)
                self._keep(key, file)
            return file

    async def hung(self, message: Message, picture: Picture | None) -> None:
        """A message shows this picture now, or none; the file of the one that it showed before is removed.

        Raises:
            ChatError: it could not be noted, or removed; asked again, it is.
        """
        team, _ = split(message.channel)
        at = f"{message.channel}:{message.id}"
        facts = await self._notes.get(HUNG, at)
        before, now = facts["picture"].split("\n") if facts else [], [picture.name] if picture else []
        if before == now:
            return
        old = [name for name in before if name not in now]
        try:
            while old:
                await self._drop_named(team, old[0])
                del old[0]
        finally:  # What could not be removed is removed with the next, whatever is shown by then.
            await self._note_hung(at, [*old, *now])

    async def drop(self, team: str, file: str) -> None:
        """Remove a picture's file; one that is not there is not an error. Asked for again, it is uploaded anew."""
        for key in [key for key, (known, _) in self._sure.items() if known == file and key.startswith(f"{team}:")]:
            del self._sure[key]
        await self._filing(team).delete(file)

    def _keep(self, key: str, file: str) -> None:
        """A picture that nobody asked for within that time is forgotten, so that their number stays small."""
        now = self._clock.monotonic()
        self._sure = {each: known for each, known in self._sure.items() if known[1] > now} | {key: (file, now + SURE_S)}

    async def _drop_named(self, team: str, name: str) -> None:
        if noted := await self._notes.get(PICTURES, f"{team}:{name}"):
            await self.drop(team, noted["file"])

    async def _note_hung(self, at: str, names: list[str]) -> None:
        if names:
            await self._notes.put(HUNG, at, {"picture": "\n".join(names)})
        else:
            await self._notes.forget(HUNG, at)

    def _filing(self, team: str) -> Filing:
        return Filing(self._client_of(team), self._clock, bytes_s=BYTES_S)

    async def _uploaded(self, team: str, key: str, picture: Picture) -> str:
        """The file that is noted, while Slack has it; else a new one, noted before it is there."""
        filing = self._filing(team)
        facts = await self._notes.get(PICTURES, key)
        there = facts is not None and await filing.info(facts["file"]) is not None
        file = facts["file"] if facts and there else await self._anew(filing, key, picture)
        # Before Slack knows what a file is, no message can show it.
        if not await filing.look(file, _kind, within_s=self._processed_s):
            if there:  # Slack had its time once more: an end that never reached it is no reason to wait for ever.
                await filing.delete(file)
                await self._notes.forget(PICTURES, key)
            msg = "Slack has not processed a picture yet"
            raise ChatBusy(msg, retry_after_s=AGAIN_S)
        return file

    async def _anew(self, filing: Filing, key: str, picture: Picture) -> str:
        ticket = await filing.ticket(picture.name, picture.path)
        await self._notes.put(PICTURES, key, {"file": ticket.file})
        await filing.send(ticket, picture.path)
        try:
            await filing.complete(ticket.file, picture.name, None)
        except BytesGone as error:
            await self._notes.forget(PICTURES, key)
            raise ChatBusy(str(error)) from error
        return ticket.file


def _kind(info: Info | None) -> str | None:
    return (info or {}).get("mimetype") or None
