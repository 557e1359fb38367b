"""From a slot to the order: references are handed to the provider, the body is made, T2 is written."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from bot.core.errors import KeyRefused, NotSent, NotSentFor, OrderRefused, Refusal, Transient
from bot.core.lifecycle import State
from bot.core.ports import Between, Order, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Shot, Take
from bot.core.sentences import answers
from bot.jobs.engine import DONE, Done, Wake
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
            order = self._order(take, shot, await self._uploaded(take, shot))
        except OrderRefused as error:
            return await self._refuse(take, answers.refused_because(error.reason, error.text))
        except Refusal as refusal:
            return await self._refuse(take, refusal.sentence.rstrip("."))
        except KeyRefused as error:
            return await self._wait_for_key(take, NotSent(error.text, reason=NotSentFor.KEY, status=error.status))
        except Transient as error:
            return await self._try_again(take, error.text)
        return await self._submit.send(take, order)

    async def _uploaded(self, take: Take, shot: Shot) -> tuple[str, ...]:
        """The URLs of the shot's pictures, each upload an attempt of its own."""
        return tuple([await self._url_of(take, name) for name in shot.pictures])

    async def _url_of(self, take: Take, picture: str) -> str:
        known = await self._kit.store.transact(lambda tx: _handed_over(tx, take, picture))
        return known or await self._upload(take, picture)

    async def _upload(self, take: Take, picture: str) -> str:
        now = self._kit.clock.now()
        attempt = Attempt(
            id=self._kit.ids.unique(),
            take=take.id,
            kind=AttemptKind.PREPARE,
            owner=self._kit.owner,
            started_at=now,
            expires_at=now + round((UPLOAD_S + MARGIN_S) * 1000),
            payload=picture,
        )
        await self._kit.store.transact(lambda tx: tx.add(attempt))
        try:
            url = await self._kit.provider.upload(
                self._kit.pictures.path(picture), self._kit.pictures.media_type(picture)
            )
        except (OrderRefused, KeyRefused, Transient) as error:
            why = error.text
            await self._kit.store.transact(lambda tx: _close(tx, attempt, Outcome.CLOSED, why))
            raise
        await self._kit.store.transact(lambda tx: _close(tx, attempt, Outcome.ACCEPTED, url))
        return url

    def _order(self, take: Take, shot: Shot, urls: tuple[str, ...]) -> Order:
        return self._kit.catalogue.model(shot.model).order(
            shot.mode,
            prompt=shot.prompt,
            ratio=shot.ratio,
            resolution=take.resolution,
            seconds=take.seconds,
            audio=shot.audio,
            high_bitrate=shot.bitrate == "high",
            picture_urls=urls,
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
