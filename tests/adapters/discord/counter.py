"""A counter where people ask: the real manager behind discord.py's own client, in a server of simcord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import discord
import simcord
from discord import app_commands

from adapters.chat.notes import Notes
from adapters.discord import cards, presses, submissions
from adapters.discord.answering import Answering
from adapters.discord.attachments import Attachments
from adapters.discord.buttons import Interaction, hear, view_of
from adapters.discord.client import DailiesClient
from adapters.discord.desk import Desk
from adapters.discord.pending import Pending
from adapters.discord.people import People
from adapters.discord.places import Places
from adapters.discord.windows import SHELVES, Windows
from bot.core.commands import Command
from bot.core.fakes.chat import FakeChat
from bot.core.notices import Notice
from bot.core.parsing import parse_clip
from bot.core.ports import Button, CardView, Message
from bot.core.rows import Rank, Take
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.worker.advance import Worker
from tests.adapters.discord.openapi import complaints
from tests.adapters.discord.server import Server, server, until
from tests.jobs.conftest import Office, make_office

#: Where simcord keeps files.
DOORS = ("https://cdn.simcord.invalid",)


class AnsweringChat(FakeChat):
    """A chat in memory whose new cards answer whoever ordered them, as those of Discord do."""

    def __init__(self, pending: Pending) -> None:
        super().__init__("discord")
        self.pending = pending
        #: The cards that nobody waited for.
        self.alone: list[str] = []

    async def show(
        self, view: CardView, *, channel: str, nonce: str, message: Message | None, rank: Rank = Rank.STATE
    ) -> Message:
        interaction = None if message else await self.pending.claim(nonce, channel)
        if interaction is not None:
            try:
                await _answer(interaction, view)
            except discord.DiscordException:
                self.alone.append(nonce)
            finally:
                self.pending.shown(interaction)
        elif message is None:
            self.alone.append(nonce)
        return await super().show(view, channel=channel, nonce=nonce, message=message, rank=rank)


async def _answer(interaction: Interaction, view: CardView) -> None:
    drawn = cards.card(view)
    shown: dict[str, Any] = {"content": drawn.content, "embed": drawn.embed, "view": view_of(drawn.buttons)}
    if interaction.response.is_done():
        await interaction.edit_original_response(**shown)
    else:
        await interaction.response.send_message(**{name: each for name, each in shown.items() if each})


@dataclass(slots=True, kw_only=True)
class Counter:
    """What a test looks at."""

    at: Server
    office: Office
    client: DailiesClient
    desk: Desk
    pending: Pending
    chat: AnsweringChat
    folder: Path
    #: What was heard and is left to the test.
    later: list[Interaction]

    @property
    def env(self) -> simcord.Env:
        return self.at.env

    async def clip(
        self, text: str, person: simcord.MemberActor | None = None, **more: Any
    ) -> simcord.InteractionResult:
        """Type ``/clip`` and whatever follows."""
        return await (person or self.at.mina).slash(more.pop("channel", self.at.launch), "clip", text=text, **more)

    async def typed(self, text: str, *, fetching: bool = False) -> tuple[simcord.InteractionResult, Interaction]:
        """An interaction that the bot has heard and not answered, for tests in which real time goes by."""
        seen = await self.at.mina.slash(self.at.launch, "clip", text="later")
        interaction = self.later.pop()
        await self.desk.answering.carry_out(interaction, self.work(interaction, text), fetching=fetching)
        return seen, interaction

    async def fill(
        self, person: simcord.MemberActor, shown: simcord.InteractionResult, values: dict[str, Any]
    ) -> simcord.InteractionResult:
        """Send a window off with these values; what is not among them stays as it was shown."""
        return await person.submit_modal(shown, self.held(shown) | values)

    def held(self, shown: simcord.InteractionResult) -> dict[str, Any]:
        """What a window has before anybody has written in it."""
        found: dict[str, Any] = {}
        for each in asked(shown):
            match int(each["type"]):
                case 4:
                    found[each["custom_id"]] = each.get("value") or ""
                case 3:
                    chosen = [option["value"] for option in each["options"] if option.get("default")]
                    found |= {each["custom_id"]: chosen} if chosen else {}
                case 7:
                    handles = {str(own): actor for own, actor in self.at.people.items()}
                    handles[str(self.at.crew.id)] = self.at.crew  # type: ignore[assignment]  # a role is one of them
                    found[each["custom_id"]] = [handles[str(own["id"])] for own in each.get("default_values", ())]
                case _:
                    pass
        return found

    async def work(self, interaction: Interaction, text: str) -> Notice:
        """What comes of a text."""
        return await carried_out(self.desk, interaction, text)

    def callbacks(self) -> list[int]:
        """How interactions were answered, in Discord's numbers: 4 a message, 5 later, 6 and 7 in place, 9 a window."""
        asked = [each for each in self.env.http_requests if each.path.endswith("/callback")]
        return [each.json["type"] for each in asked if each.json]

    async def takes(self) -> list[Take]:
        return await self.office.rows(Take, order=("number", "id"))

    @asynccontextmanager
    async def drawing(self) -> AsyncIterator[None]:
        """Meanwhile cards are shown as soon as they are written."""
        task = asyncio.create_task(self._draw())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _draw(self) -> None:
        while True:
            await self.office.outbox.once()
            await asyncio.sleep(0.005)

    async def put(self, *buttons: Button, to: simcord.MemberActor | None = None) -> discord.Message:
        """A message of the bot's in #launch, or to one person, with these buttons."""
        where: Any = self.client.get_channel(self.at.launch.id)
        if to is not None:
            where = await self.client.create_dm(discord.Object(to.id))
        sent: discord.Message = await where.send("Well?", view=view_of(buttons))
        return sent

    def say(self, said: Notice, *, late: bool = False) -> None:
        """From now on whatever is asked for is answered so; ``late``: once the next interaction was acknowledged."""
        before = len(self.callbacks())

        async def handle(command: Command) -> Notice:
            del command
            if late:
                await until(lambda: len(self.callbacks()) > before)
            return said

        object.__setattr__(self.desk.manager, "handle", handle)

    async def left_to_test(
        self, deed: Awaitable[simcord.InteractionResult], *, for_good: bool = False
    ) -> simcord.InteractionResult:
        """A press that is heard, and then carried out as the handler would, while real time goes by."""

        async def press(interaction: Interaction, said: str) -> None:
            del said
            self.later.append(interaction)

        hear(self.client, press)
        seen = await deed
        interaction = self.later.pop()
        work = self.desk.manager.handle(None)  # type: ignore[arg-type]  # whatever it is, it is answered as ``say`` has it
        await self.desk.answering.carry_out(interaction, work, public=False, for_good=for_good)
        return seen

    def late(self) -> None:
        """From now on the manager does nothing before an interaction was acknowledged."""
        handle = self.office.manager.handle

        async def later(command: Command) -> Notice:
            await until(self.callbacks)
            return await handle(command)

        object.__setattr__(self.desk.manager, "handle", later)

    def slow(self, go_on: asyncio.Event) -> None:
        """From now on the manager waits before it says what came of something."""
        handle = self.office.manager.handle

        async def slowly(command: Command) -> Notice:
            said = await handle(command)
            await go_on.wait()
            return said

        object.__setattr__(self.desk.manager, "handle", slowly)

    async def restart(self) -> None:
        """Another process, on the same rows."""
        made = equipped(self.office, self.folder)
        self.client, self.desk, self.pending = made.client, made.desk, made.pending
        self.chat, self.later = made.chat, made.later
        await self.env.restart_bot(self.client)
        await self.client.tree.sync()


@dataclass(slots=True, kw_only=True)
class Equipment:
    """Of one process."""

    client: DailiesClient
    desk: Desk
    pending: Pending
    chat: AnsweringChat
    #: What was heard and is left to the test.
    later: list[Interaction]


def equipped(office: Office, folder: Path, **more: Any) -> Equipment:
    """A client with everything that hears."""
    client, pending = DailiesClient(), Pending()
    chat = AnsweringChat(pending)
    office.kit = replace(office.kit, chats={"discord": chat})
    office.chat, office.manager = chat, JobManager(office.kit)
    office.worker, office.outbox = Worker(office.kit), OutboxSender(office.kit)
    windows = Windows(Notes(office.store, office.clock, SHELVES))
    desk = Desk(
        manager=office.manager,
        people=People(client, office.clock),
        places=Places(client, office.clock),
        answering=Answering(pending, windows, clock=office.clock, **more),
        attachments=Attachments(folder / "incoming", office.clock, doors=DOORS),
        aside=_aside,
        clock=office.clock,
    )
    presses.install(client, desk)
    submissions.install(client, desk)
    later: list[Interaction] = []
    client.tree.add_command(_clip(desk, later))
    return Equipment(client=client, desk=desk, pending=pending, chat=chat, later=later)


async def _aside(message: Message, name: str, sentence: str) -> None:
    del message, name, sentence


def asked(shown: simcord.InteractionResult) -> list[dict[str, Any]]:
    """The fields of a window, in their order, as Discord got them."""
    assert shown.modal is not None
    return [each["component"] for each in shown.modal["components"] if "component" in each]


async def carried_out(
    desk: Desk, interaction: Interaction, text: str, picture: discord.Attachment | None = None
) -> Notice:
    """As the handlers of commands do it."""
    origin = await desk.origin(interaction)
    pictures = desk.attachments.hold([picture]) if picture else ()
    command = parse_clip(
        text,
        actor=origin.actor,
        place=origin.place,
        event=origin.event,
        now=origin.now,
        known=desk.models,
        pictures=pictures,
    )
    return await desk.manager.handle(command)


def _clip(desk: Desk, later: list[Interaction]) -> app_commands.Command[Any, Any, None]:
    """One command for all that can be typed: the real ones have their options."""

    async def clip(
        interaction: discord.Interaction,
        text: str,
        picture: discord.Attachment | None = None,
        subject: str = "",
    ) -> None:
        if text == "later":
            later.append(interaction)
            return
        given = {"subject": subject} if subject else {}
        await desk.answering.carry_out(interaction, carried_out(desk, interaction, text, picture), given=given)

    return app_commands.Command(name="clip", description="All of it", callback=clip)


@asynccontextmanager
async def counter(folder: Path, **more: Any) -> AsyncIterator[Counter]:
    """The people of the server, which Dana manages; cards are shown when the test lets them be.

    In the end whatever was asked of Discord is checked against its own description.
    """
    office = make_office(folder, owners=())
    made = equipped(office, folder, **more)
    async with server(made.client) as at:
        await made.client.tree.sync()
        here = Counter(
            at=at,
            office=office,
            client=made.client,
            desk=made.desk,
            pending=made.pending,
            chat=made.chat,
            later=made.later,
            folder=folder,
        )
        yield here
        await here.desk.answering.finish()
        wrong = complaints(here.env.http_requests)
        assert not wrong, wrong
