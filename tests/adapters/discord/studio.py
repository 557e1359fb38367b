"""An office whose chat is Discord: the real manager, worker and discord.py, in a server of simcord's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adapters.chat.notes import Notes
from adapters.discord import presses, submissions
from adapters.discord.answering import Answering
from adapters.discord.arrivals import WELCOMED, Arrivals
from adapters.discord.attachments import Attachments
from adapters.discord.chat import DiscordChat
from adapters.discord.client import DailiesClient
from adapters.discord.desk import Desk
from adapters.discord.pending import Pending
from adapters.discord.people import People
from adapters.discord.places import Places
from adapters.discord.reactions import Reactions
from adapters.discord.uploads import Uploads
from adapters.discord.windows import WINDOWS, Windows
from bot.core.commands import Draft
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.parsing.origin import Origin
from bot.core.rows import Card, Channel, Take, Vote
from bot.jobs.catching_up import CatchUp
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.sweep import Sweep
from bot.jobs.worker.advance import Worker
from tests.adapters.discord.server import Server, server
from tests.adapters.slack.workspace import SwiftClock
from tests.jobs.conftest import Office, make_office


@dataclass(slots=True, kw_only=True)
class Studio:
    """What a test looks at."""

    server: Server
    office: Office
    client: DailiesClient
    desk: Desk
    chat: DiscordChat
    people: People
    places: Places
    arrivals: Arrivals
    reactions: Reactions
    catch_up: CatchUp
    clock: SwiftClock

    async def drafted(self, prompt: str = "a fox in snow", *, channel: Any = None) -> Take:
        """A draft whose clip is in the chat, ordered by Mina."""
        known = {take.id for take in await self.takes()}
        place = self.places.place(self.client.get_channel((channel or self.server.launch).id))
        actor = await self.people.known(self.server.guild.id, self.server.mina.id)
        origin = Origin(actor=actor, place=place, event=f"discord:{len(known)}", now=self.clock.now())
        said = await self.desk.manager.handle(origin.make(Draft, prompt=prompt))
        assert said.card is not None, said.text
        await self.office.work()
        (take,) = [take for take in await self.takes() if take.id not in known]
        return take

    async def only_crew_approves(self) -> None:
        """Votes in #launch are the crew's from now on."""
        row = (await self.office.rows(Channel, id=self.server.channel_id(self.server.launch)))[0]
        policy = replace(row.policy, approvers=(f"&{self.server.crew.id}",))
        await self.office.store.transact(lambda tx: tx.put(replace(row, policy=policy)))

    async def confirms_above(self, dollars: str) -> None:
        """Dearer orders in #launch are confirmed by their maker from now on."""
        row = (await self.office.rows(Channel, id=self.server.channel_id(self.server.launch)))[0]
        policy = replace(row.policy, confirm_above=Money.usd(dollars))
        await self.office.store.transact(lambda tx: tx.put(replace(row, policy=policy)))

    async def takes(self, **conditions: Any) -> list[Take]:
        return await self.office.rows(Take, order=("number", "id"), **conditions)

    async def finals(self) -> list[State]:
        return [take.state for take in await self.takes() if take.draft is not None]

    async def until_armed(self) -> None:
        """Wait for the final that a vote orders."""
        while await self.finals() != [State.ARMED]:  # noqa: ASYNC110 - what is waited for is a row
            await asyncio.sleep(0.01)

    async def votes(self) -> list[tuple[str, bool]]:
        return [(vote.person, vote.standing) for vote in await self.office.rows(Vote)]

    async def tell_cleared(self, message: Any, what: dict[str, Any]) -> None:
        """As the gateway tells that a message's reactions were cleared, which simcord never does."""
        where = {"channel_id": message.channel.id, "message_id": message.id, "guild_id": self.server.guild.id}
        event = "MESSAGE_REACTION_REMOVE_EMOJI" if what else "MESSAGE_REACTION_REMOVE_ALL"
        self.client._connection.parsers[event](where | what)  # noqa: SLF001 - where the gateway hands them over
        await asyncio.sleep(0)
        await self.reactions.finish()

    async def card(self) -> Any:
        """The newest card, as everybody sees it."""
        card = (await self.office.rows(Card, order=("-created_at",)))[0]
        channel, _, message = (card.message or "").partition("/")
        found = self.client.get_channel(int(channel))
        return await found.fetch_message(int(message))  # type: ignore[union-attr]


@asynccontextmanager
async def studio(tmp_path: Path, *, check_errors: bool = True) -> AsyncIterator[Studio]:
    """The server's people; Dana, who manages it, owns its money."""
    client = DailiesClient()
    async with server(client, check_errors=check_errors) as there:
        clock, office = SwiftClock(), make_office(tmp_path, owners=())
        people, places, pending = People(client, clock), Places(client, clock), Pending()
        uploads = Uploads(client, office.store, clock)
        chat = DiscordChat(
            client=client, store=office.store, clock=clock, pending=pending, uploads=uploads, who=people.known
        )
        kit = replace(office.kit, chats={"discord": chat})
        office.kit, office.manager, office.worker, office.outbox = kit, JobManager(kit), Worker(kit), OutboxSender(kit)
        office.sweep = Sweep(kit, office.worker)
        notes = Notes(office.store, clock, (WELCOMED, WINDOWS))
        desk = Desk(
            manager=office.manager,
            people=people,
            places=places,
            answering=Answering(pending, Windows(notes), clock=clock),
            attachments=Attachments(tmp_path / "fetched", clock),
            aside=chat.aside,
            clock=clock,
        )
        presses.install(client, desk)
        submissions.install(client, desk)
        catch_up = CatchUp(kit, office.manager.handle, people.in_workspace)
        reactions = Reactions(desk, client=client, people=people, places=places, chat=chat, look=catch_up.look)
        arrivals = Arrivals(desk, client=client, places=places, chat=chat, notes=notes)
        client.install(reactions=reactions, arrivals=arrivals)
        yield Studio(
            server=there,
            office=office,
            client=client,
            desk=desk,
            chat=chat,
            people=people,
            places=places,
            arrivals=arrivals,
            reactions=reactions,
            catch_up=catch_up,
            clock=clock,
        )
        await desk.answering.finish()
        await chat.close()


def texts(messages: list[Any]) -> list[str]:
    """What each message says, embeds included."""
    return ["\n".join([each.content, *(embed.description or "" for embed in each.embeds)]) for each in messages]
