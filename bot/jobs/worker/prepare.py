"""From a slot to the order: references are handed to the provider, the body is made, T2 is written."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import KeyRefused, OrderRefused, Refusal, Transient
from bot.core.ledger import release
from bot.core.lifecycle import State
from bot.core.ports import Order, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Rank, Shot, Take
from bot.core.sentences import answers
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move, say
from bot.jobs.worker.submit import Submit

#: One upload may take so long; a take that cannot be prepared so often is refused.
UPLOAD_S = 120.0
PREPARE_TRIES = 5
PREPARE_AGAIN_S = 10.0
MARGIN_S = 30.0


class Prepare:
    """The state admitted."""

    def __init__(self, kit: Kit, submit: Submit) -> None:
        """``submit`` sends what was prepared."""
        self._kit = kit
        self._submit = submit

    async def step(self, take: Take) -> Wake | Done:
        """Prepare the order and send it."""
        shot = await self._kit.store.transact(lambda tx: tx.get(Shot, take.shot))
        if shot is None:
            return DONE
        try:
            order = self._order(take, shot, await self._uploaded(take, shot))
        except (OrderRefused, Refusal) as error:
            why = str(error)
            await self._kit.store.transact(lambda tx: self._refuse(tx, take, why))
            return DONE
        except (Transient, KeyRefused) as error:
            return await self._try_again(take, error.text)
        return await self._submit.send(take, order)

    async def _uploaded(self, take: Take, shot: Shot) -> tuple[str, ...]:
        """The URLs of the shot's pictures, each upload an attempt of its own."""
        return tuple([await self._upload(take, name) for name in shot.pictures])

    async def _upload(self, take: Take, name: str) -> str:
        attempt = Attempt(
            id=self._kit.ids.unique(),
            take=take.id,
            kind=AttemptKind.PREPARE,
            owner=self._kit.owner,
            started_at=self._kit.clock.now(),
            expires_at=self._kit.clock.now() + round((UPLOAD_S + MARGIN_S) * 1000),
        )
        await self._kit.store.transact(lambda tx: tx.add(attempt))
        url = await self._kit.provider.upload(self._kit.pictures.path(name), self._kit.pictures.media_type(name))
        await self._kit.store.transact(lambda tx: _close(tx, attempt, url))
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
            lambda tx: tx.count(Attempt, take=take.id, kind=AttemptKind.PREPARE, outcome=Outcome.SENDING)
        )
        if tries >= PREPARE_TRIES:
            await self._kit.store.transact(lambda tx: self._refuse(tx, take, answers.not_prepared(why)))
            return DONE
        return Wake(self._kit.clock.now() + self._kit.provider_ms(PREPARE_AGAIN_S * tries))

    async def _refuse(self, tx: Transaction, take: Take, why: str) -> None:
        row = await locked(tx, take.id, with_key=True)
        if row.state is State.ADMITTED:
            back = await release(tx, row, by="worker", reason="not prepared")
            await move(self._kit, tx, back, State.REFUSED, rank=Rank.OUTCOME, problem=why)
            await say(
                self._kit,
                tx,
                "refused",
                about=row.id,
                channel=row.channel,
                to=row.person,
                card=row.card,
                subject=row.id,
                why=why,
                money=str(row.held),
            )


async def _close(tx: Transaction, attempt: Attempt, url: str) -> None:
    await tx.put(replace(attempt, outcome=Outcome.ACCEPTED, ended_at=tx.now, answer=url))
