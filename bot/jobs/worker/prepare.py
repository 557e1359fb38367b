"""From a slot to the order: references are handed to the provider, the body is made, T2 is written."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.core.catalogue import Matched, matched
from bot.core.errors import ArchiveError, KeyRefused, NotSent, NotSentFor, OrderRefused, Refusal, Transient
from bot.core.lifecycle import State
from bot.core.ports import Between, Order, Stored, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Shot, Take
from bot.core.sentences import answers
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.frames import require_frame, starts_from_frame
from bot.jobs.keys import pause_for
from bot.jobs.kit import Kit
from bot.jobs.refusing import refuse
from bot.jobs.steps import locked, move, named
from bot.jobs.worker.submit import Submit

#: One upload may take so long; a take that cannot be prepared so often is refused.
UPLOAD_S = 120.0
MARGIN_S = 30.0
PREPARE_TRIES = 5
#: Provider seconds until the next try, times the tries so far.
PREPARE_AGAIN_S = 10.0
#: A picture that was handed over so recently, in real milliseconds, is not handed over again.
UPLOAD_KEPT_MS = 3600 * 1000

Settle = Callable[[Transaction, Take], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToHandOver:
    """A picture that an order names."""

    #: In the picture store; of a draft's frame in the archive, where names have a folder.
    name: str
    media_type: str
    #: Gives the file.
    open: Callable[[], Coroutine[Any, Any, Path]]


class Prepare:
    """The state admitted."""

    def __init__(self, kit: Kit, submit: Submit) -> None:
        """``submit`` sends what was prepared."""
        self._kit = kit
        self._submit = submit

    async def step(self, take: Take) -> Wake | Done:
        """Prepare the order and send it."""
        shot = await self._kit.store.transact(lambda tx: named(tx, Shot, take.shot))
        try:
            order = self._order(take, shot, await self._worded(take, shot))
        except OrderRefused as error:
            return await self._refuse(take, answers.refused_because(error.reason, error.text))
        except Refusal as refusal:
            return await self._refuse(take, refusal.sentence.rstrip("."))
        except KeyRefused as error:
            return await self._wait_for_key(take, NotSent(error.text, reason=NotSentFor.KEY, status=error.status))
        except Transient as error:
            return await self._try_again(take, error.text)
        return await self._submit.send(take, order)

    async def _worded(self, take: Take, shot: Shot) -> Matched:
        """The mode, the prompt and the pictures' URLs, each upload an attempt of its own."""
        model = self._kit.catalogue.model(shot.model)
        if not starts_from_frame(take, shot):
            urls = tuple([await self._url_of(take, self._reference(name)) for name in shot.pictures])
            return Matched(mode=shot.mode, prompt=shot.prompt, pictures=urls)
        draft = await self._kit.store.transact(lambda tx: named(tx, Take, take.draft or ""))
        frame = self._frame(await self._kit.store.transact(lambda tx: require_frame(tx, draft)))
        all_ = {name: self._reference(name) for name in shot.pictures} | {frame.name: frame}
        worded = matched(model, shot.mode, prompt=shot.prompt, pictures=shot.pictures, frame=frame.name)
        urls = tuple([await self._url_of(take, all_[name]) for name in worded.pictures])
        return replace(worded, pictures=urls)

    def _reference(self, name: str) -> ToHandOver:
        async def there() -> Path:
            return self._kit.pictures.path(name)

        return ToHandOver(name=name, media_type=self._kit.pictures.media_type(name), open=there)

    def _frame(self, stored: Stored) -> ToHandOver:
        async def opened() -> Path:
            try:
                return await self._kit.archive.open(stored)
            except ArchiveError as error:
                why = f"the draft's frame cannot be read: {error}"
                raise Transient(why) from error

        return ToHandOver(name=stored.name, media_type="image/jpeg", open=opened)

    async def _url_of(self, take: Take, picture: ToHandOver) -> str:
        known = await self._kit.store.transact(lambda tx: _handed_over(tx, take, picture.name))
        return known or await self._upload(take, picture)

    async def _upload(self, take: Take, picture: ToHandOver) -> str:
        now = self._kit.clock.now()
        attempt = Attempt(
            id=self._kit.ids.unique(),
            take=take.id,
            kind=AttemptKind.PREPARE,
            owner=self._kit.owner,
            started_at=now,
            expires_at=now + round((UPLOAD_S + MARGIN_S) * 1000),
            payload=picture.name,
        )
        await self._kit.store.transact(lambda tx: tx.add(attempt))
        try:
            url = await self._kit.provider.upload(await picture.open(), picture.media_type)
        except (OrderRefused, KeyRefused, Transient) as error:
            why = error.text
            await self._kit.store.transact(lambda tx: _close(tx, attempt, Outcome.CLOSED, why))
            raise
        await self._kit.store.transact(lambda tx: _close(tx, attempt, Outcome.ACCEPTED, url))
        return url

    def _order(self, take: Take, shot: Shot, worded: Matched) -> Order:
        return self._kit.catalogue.model(shot.model).order(
            worded.mode,
            prompt=worded.prompt,
            ratio=shot.ratio,
            resolution=take.resolution,
            seconds=take.seconds,
            audio=shot.audio,
            high_bitrate=shot.bitrate == "high",
            picture_urls=worded.pictures,
        )

    async def _try_again(self, take: Take, why: str) -> Wake | Done:
        tries = await self._kit.store.transact(
            lambda tx: tx.count(Attempt, take=take.id, kind=AttemptKind.PREPARE, outcome=Outcome.CLOSED)
        )
        if tries >= PREPARE_TRIES:
            return await self._refuse(take, answers.not_prepared(why))
        return Wake(self._kit.clock.now() + self._kit.provider_ms(PREPARE_AGAIN_S * tries))

    async def _wait_for_key(self, take: Take, refused: NotSent) -> Done:
        """Back to its old place; its key is paused."""

        async def work(tx: Transaction, row: Take) -> None:
            await pause_for(self._kit, tx, row, refused)
            await move(self._kit, tx, row, State.QUEUED, at=tx.now)

        return await self._while_admitted(take, work)

    async def _refuse(self, take: Take, why: str) -> Done:
        async def work(tx: Transaction, row: Take) -> None:
            await refuse(self._kit, tx, row, why, by="worker", reason="not prepared")

        return await self._while_admitted(take, work)

    async def _while_admitted(self, take: Take, settle: Settle) -> Done:
        async def work(tx: Transaction) -> None:
            row = await locked(tx, take.id, with_key=True)
            if row.state is State.ADMITTED:
                await settle(tx, row)

        await self._kit.store.transact(work)
        return DONE


async def _handed_over(tx: Transaction, take: Take, picture: str) -> str | None:
    """The URL under which the provider has the picture already."""
    done = await tx.rows(
        Attempt,
        take=take.id,
        kind=AttemptKind.PREPARE,
        outcome=Outcome.ACCEPTED,
        started_at=Between(low=tx.now - UPLOAD_KEPT_MS),
        order=("-started_at",),
    )
    return next((attempt.answer for attempt in done if attempt.payload == picture), None)


async def _close(tx: Transaction, attempt: Attempt, outcome: Outcome, answer: str) -> None:
    await tx.put(replace(attempt, outcome=outcome, ended_at=tx.now, answer=answer))
