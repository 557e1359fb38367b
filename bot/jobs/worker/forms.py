"""In which form a clip is posted: as it came, smaller, or as a preview; each for a chat that takes no larger file."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import ArchiveError, ClipDamaged
from bot.core.ports import Chat, Picture, Stored
from bot.core.rows import ClipPicture, Form, PictureKind, Post, PostState, Rank, Take
from bot.core.sentences import sizes
from bot.jobs.kit import Kit
from bot.jobs.steps import touch
from bot.media.errors import CannotFit, MediaUnavailable
from bot.media.workers import OnProgress

log = logging.getLogger(__name__)

#: What every chat takes: Discord without boosts. Aimed at where the limit is not known.
SMALLEST_LIMIT_BYTES = 10 * (1 << 20)
#: A copy that could not be made for reasons of ours is tried so often, with pauses doubled from the first.
TRIES = 4
FIRST_AGAIN_MS = 15_000
#: One is encoded at a time, and so many wait for that; more do not keep places of the engine, and are looked at again.
COPIES_AT_ONCE = 4
LOOK_AGAIN_MS = 5_000
DAY_S = 24 * 3600
#: The better picture first.
PREVIEWS = (PictureKind.WEBP, PictureKind.GIF)
ENDINGS = {PictureKind.WEBP: ".webp", PictureKind.GIF: ".gif"}


class NotNow(Exception):
    """The copy could not be made, for reasons that say nothing of the clip; ``at`` is when to try again."""

    def __init__(self, at: int) -> None:
        """UTC milliseconds."""
        super().__init__(at)
        self.at = at


class NothingFits(Exception):
    """The chat takes the clip in no form; ``str()`` is why, as part of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What is posted of a clip."""

    form: Form
    #: ``None``: nothing but what is said.
    path: Path | None
    ending: str = ".mp4"
    #: What is said of its form.
    said: tuple[str, ...] = ()
    #: Where the clip itself is, word for word: a link is neither shortened nor escaped.
    link: str = ""
    #: A final's draft beside it.
    picture: Picture | None = None


class Forms:
    """Chooses the form, and makes the copy where it is not there."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit
        #: By take: how often its copy could not be made.
        self._failed = Counter[str]()

    async def choose(self, chat: Chat, take: Take, clip: Path, refused: Collection[Form]) -> Copy:
        """The largest form that the chat may take and has not refused yet.

        ``clip`` is the original. Making a copy of it takes seconds; cancelled, nothing is left of it.

        Raises:
            ChatError: the chat cannot say what it takes.
            NothingFits: there is none.
            NotNow: the copy is to be tried again.
            Stopped: nobody wants it any more.
        """
        most = await chat.most_bytes(take.channel)
        size = take.clip_size or 0
        if Form.ORIGINAL not in refused and (most is None or size <= most):
            return Copy(form=Form.ORIGINAL, path=clip)
        most = most if most is not None and most < size else None
        limit = SMALLEST_LIMIT_BYTES if most is None else most
        if Form.SMALLER not in refused and limit < size:
            path = await self._smaller(chat, take, clip, limit)
            if path is not None:
                said = sizes.smaller(take.id, size, most, path.stat().st_size)
                return Copy(form=Form.SMALLER, path=path, said=(said,))
        preview = None if Form.PREVIEW in refused else await self._preview(take, most)
        if preview is None:
            raise NothingFits(sizes.not_posted(size, most))
        return preview

    async def _smaller(self, chat: Chat, take: Take, clip: Path, limit: int) -> Path | None:
        """The smaller copy; ``None`` when it cannot be made."""
        if self._kit.copies.under_way >= COPIES_AT_ONCE:
            raise NotNow(self._kit.clock.now() + LOOK_AGAIN_MS)
        name = f"{take.clip_sha256}-{limit}.mp4"

        async def work(tell: OnProgress) -> Path:
            async def make(into: Path) -> None:
                await self._announce(chat, take)
                await self._kit.media.fit(clip, into, limit_bytes=limit, on_progress=tell)

            return await self._kit.drawn.get(name, make)

        try:
            path: Path | None = await self._kit.copies.make(take.id, work)
            del self._failed[take.id]
        except (CannotFit, ClipDamaged) as error:
            log.warning("no smaller copy of %s: %s", take.id, error)
            path = None
        except (MediaUnavailable, OSError) as error:
            self._require_no_more(take, error)
            path = None
        return path

    def _require_no_more(self, take: Take, error: Exception) -> None:
        """The copy was tried often enough.

        Raises:
            NotNow: it was not.
        """
        self._failed[take.id] += 1
        tries = self._failed[take.id]
        log.warning("the smaller copy of %s could not be made (%d of %d): %s", take.id, tries, TRIES, error)
        if tries < TRIES:
            raise NotNow(self._kit.clock.now() + FIRST_AGAIN_MS * 2 ** (tries - 1)) from error

    async def _announce(self, chat: Chat, take: Take) -> None:
        """The card says how far it is, where cards say such things."""
        if chat.progress_every_s is not None:
            await self._kit.store.transact(lambda tx: touch(self._kit, tx, take.card, Rank.PROGRESS))

    async def _preview(self, take: Take, most: int | None) -> Copy | None:
        """A picture of the clip and a link to it, or either of them."""
        found = await self._picture(take, most)
        link, size = await self._link(take), take.clip_size or 0
        if found is None and not link:
            return None
        say = sizes.only_link if found is None else sizes.preview
        path, ending = found or (None, "")
        return Copy(form=Form.PREVIEW, path=path, ending=ending, said=(say(take.id, size, most),), link=link)

    async def _picture(self, take: Take, most: int | None) -> tuple[Path, str] | None:
        pictures = await self._kit.store.transact(lambda tx: tx.rows(ClipPicture, take=take.id, kind=PREVIEWS))
        for picture in sorted(pictures, key=lambda each: PREVIEWS.index(each.kind)):
            if most is not None and picture.size > most:
                continue
            stored = Stored(name=picture.name, size=picture.size, sha256=picture.sha256)
            try:
                return await self._kit.archive.open(stored), ENDINGS[picture.kind]
            except ArchiveError as error:
                log.warning("the preview of %s cannot be read: %s", take.id, error)
        return None

    async def _link(self, take: Take) -> str:
        """The sentence that says where the clip is; empty where it has no address."""
        seconds = self._kit.rules.link_days * DAY_S
        until = self._kit.clock.now() + seconds * 1000
        try:
            link = await self._kit.archive.link(stored(take), name=f"{take.id}.mp4", seconds=seconds)
        except ArchiveError as error:
            log.warning("the clip of %s has no link now: %s", take.id, error)
            link = None
        return "" if link is None else sizes.linked(take.id, link, until, self._kit.rules.zone)


def stored(take: Take) -> Stored:
    """The clip in the archive."""
    return Stored(name=take.clip or "", size=take.clip_size or 0, sha256=take.clip_sha256 or "")


def refused(take: Take, posts: Iterable[Post]) -> frozenset[Form]:
    """The forms that the chat has not taken since the clip is to be posted; a rescue begins anew."""
    gone = (post for post in posts if post.state is PostState.GONE and post.message is None)
    return frozenset(post.form for post in gone if post.created_at >= take.state_at)
