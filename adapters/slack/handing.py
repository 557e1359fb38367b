"""Documents and pictures of private answers: they go to the person who asked, and to nobody else."""

from __future__ import annotations

import logging
import re

from adapters.slack.client import ClientOf
from adapters.slack.filing import Filing, Share, seen_at
from adapters.slack.text import literal
from bot.core.errors import ChatError
from bot.core.notices import Document
from bot.core.ports import Clock, Picture
from bot.core.sentences import files as words

log = logging.getLogger(__name__)

BYTES_S = 60.0
#: The answer waits so long for the file to be seen.
SHARE_S = 10.0
#: What makes the name of a drawn picture unlike every other; nobody wants to read it.
FINGERPRINT = re.compile(r"-[0-9a-f]{12,}(?=\.[a-z]+$)")


class Handing:
    """Uploads into direct messages."""

    def __init__(self, client_of: ClientOf, clock: Clock, *, share_s: float = SHARE_S) -> None:
        """``share_s`` is how long Slack may take to show the file, in seconds."""
        self._client_of = client_of
        self._clock = clock
        self._share_s = share_s

    async def hand(self, file: Document | Picture, *, team: str, person: str) -> str:
        """Upload it to the person; the sentence that the answer then says of it. It raises nothing of the chat's."""
        try:
            seen = await self._uploaded(file, team, person)
        except ChatError as error:
            log.warning("%s was not handed over: %s", file.name, error)
            seen = False
        return words.handed(_shown(file)) if seen else words.not_handed(_shown(file))

    async def _uploaded(self, file: Document | Picture, team: str, person: str) -> bool:
        filing = Filing(self._client_of(team), self._clock, bytes_s=BYTES_S)
        ticket = await filing.ticket(_shown(file), file.path)
        await filing.send(ticket, file.path)
        channel = await filing.tell(person, literal(file.about))
        await filing.complete(ticket.file, _shown(file), Share(channel=channel))
        found = await filing.look(ticket.file, lambda info: seen_at(info, channel), within_s=self._share_s)
        return found is not None


def _shown(file: Document | Picture) -> str:
    """The name as the person sees it."""
    return FINGERPRINT.sub("", file.name) if isinstance(file, Picture) else file.name
