"""Who has no say on Slack: another workspace, people of other organisations, guests and bots."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.muapi.simulator import Simulator
from bot.app import App
from bot.core.ports import Transaction
from bot.core.rows import Change, Take, Vote, Workspace
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import FakeMessage
from tests.end_to_end.slack import LAUNCH, LEE, MINA, Room, at_work, id_of, settings_for, workspace

#: Of another organisation, here through Slack Connect; another app's bot; and somebody of the workspace next door.
SAM, ROBOT, EVE = "U7", "U8", "U9"
NEXT_DOOR, HERS = "T2", "C9"
#: All that a card and its clip let anybody do.
DOORS = ("Finish it", "Keep this look", "Again · $0.32", "Edit", "More…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A draft that waits for its verdict in #launch."""

    app: App
    room: Room
    card: FakeMessage
    simulator: Simulator

    async def takes(self) -> list[Take]:
        """All of them; a verdict, an order or a cancellation changes one, or adds one."""
        return await self.app.kit.store.transact(lambda tx: tx.rows(Take, order=("id",)))

    async def changes(self) -> set[str]:
        """The scopes in which somebody changed a cap or a setting."""
        return {change.scope for change in await self.app.kit.store.transact(lambda tx: tx.rows(Change))}

    async def votes(self) -> list[Vote]:
        return await self.app.kit.store.transact(lambda tx: tx.rows(Vote))


@asynccontextmanager
async def shown(folder: Path, slack: FakeSlack, tokens: Mapping[str, str] | None = None) -> AsyncIterator[Shown]:
    """The bot with one draft on a card."""
    async with Simulator(scale=0.005, folder=folder / "provider") as simulator:
        settings = settings_for(slack, simulator, folder)
        async with at_work(settings, slack, tokens=tokens) as app:
            await slack.invite(LAUNCH)
            room = Room(slack)
            card = await room.order(MINA, "a fox in snow", "ready", "[Finish it]")
            await app.until_idle()
            yield Shown(app=app, room=room, card=card, simulator=simulator)


async def test_two_workspaces_never_mix(tmp_path: Path) -> None:
    """Ids, buttons, reactions and shortcuts act on nothing of another workspace, whether it was added or not."""
    async with workspace() as slack:
        slack.person(EVE, "eve", team=NEXT_DOOR, admin=True)
        slack.channel(HERS, "launch", members=(EVE,), team=NEXT_DOOR)
        async with shown(tmp_path, slack, {NEXT_DOOR: slack.teams[NEXT_DOOR].bot_token}) as here:
            name, before = id_of(here.card), await here.takes()
            forged = replace(here.card, channel=HERS, user=slack.teams[NEXT_DOOR].bot_user, reactions={})
            slack.said.append(forged)
            for added in (False, True):
                if added:
                    await _add(here.app)
                for verb in ("promote", "reject", "cancel", "hide", "rescue", "keep", "again", "show", "link"):
                    await slack.command(EVE, HERS, "/clip", f"{verb} {name}")
                for verb in ("budget raise 10", "pause"):
                    await slack.command(EVE, HERS, "/dailies", verb)
                for door in DOORS:
                    await slack.press(EVE, forged, door)
                await slack.react(EVE, forged, "white_check_mark")
                await slack.unreact(EVE, forged, "white_check_mark")
                await slack.shortcut(EVE, forged, "promote")
                await slack.mention(EVE, HERS, "promote", thread=forged.ts)
                await here.app.until_idle()
            assert await here.takes() == before
            assert await here.votes() == []
            assert await here.changes() <= {f"channel:slack:{NEXT_DOOR}/{HERS}"}
            assert len(here.simulator.bills()) == 1
            told = "\n".join(slack.shown(each) for each in slack.private(EVE))
            assert "I am not set up for this place yet" in told
            assert f"There is no {name} here." in told
            assert "a fox" not in told
            assert "mina" not in told
        assert slack.complaints == []


async def _add(app: App) -> None:
    """As ``dailies places add`` does."""

    async def work(tx: Transaction) -> None:
        row = await tx.get(Workspace, f"slack:{NEXT_DOOR}")
        assert row is not None
        await tx.put(replace(row, active=True))

    await app.kit.store.transact(work)


async def test_guests_strangers_and_bots_order_nothing(tmp_path: Path) -> None:
    """By no door: guests and people of other organisations are told in private, of reactions once; bots are not."""
    async with workspace() as slack:
        slack.person(SAM, "sam", team="T3", stranger=True)
        slack.person(ROBOT, "robot", bot=True)
        slack.channels[LAUNCH].members |= {SAM, ROBOT}
        async with shown(tmp_path, slack) as here:
            before = await here.takes()
            for person, words in ((LEE, 1), (SAM, 1), (ROBOT, 0)):
                for _ in range(2):
                    await slack.react(person, here.card, "white_check_mark")
                    await slack.unreact(person, here.card, "white_check_mark")
                assert len(here.room.told(person, "Your pick is shown.")) == words
                for door in DOORS:
                    await slack.press(person, here.card, door)
                await slack.shortcut(person, here.card, "promote")
                await slack.mention(person, LAUNCH, "draft: a dog")
                await slack.command(person, LAUNCH, "/clip", "a dog")
                assert slack.views(person) == []
            await here.app.until_idle()
            assert await here.takes() == before
            assert len(here.simulator.bills()) == 1
            assert not [vote for vote in await here.votes() if vote.person == ROBOT or vote.counted]
            assert slack.private(ROBOT) == []
        assert slack.complaints == []
