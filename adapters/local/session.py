"""People at one keyboard: each line becomes a command, and its answer is shown. Nothing is decided here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from adapters.local import finding, lines, names
from adapters.local.chat import LocalChat
from adapters.local.lists import read_list_file
from adapters.local.screen import Screen
from bot.core.commands import Actor, Command, Place, React
from bot.core.errors import ChatError, Refusal, StoreError
from bot.core.notices import Notice
from bot.core.parsing import parse_action, parse_clip, parse_dailies
from bot.core.ports import Between, Button, Clock, Ids, Reaction, Store
from bot.core.rows import Outbox

T = TypeVar("T")

#: How long a button or a message that was asked for may take to appear, in seconds.
PATIENCE_S = 5.0
LOOK_EVERY_S = 0.05


class Manager(Protocol):
    """The one door to the product."""

    async def handle(self, command: Command) -> Notice:
        """Carry out a command; a refusal is an answer too."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a session works with."""

    chat: LocalChat
    screen: Screen
    manager: Manager
    store: Store
    clock: Clock
    ids: Ids
    #: The names of the models that are on.
    models: tuple[str, ...]
    #: Returns when nothing is in flight.
    until_idle: Callable[[], Awaitable[None]]
    patience_s: float = PATIENCE_S


class Session:
    """Who types, and where, from line to line."""

    def __init__(self, desk: Desk, *, person: str, channel: str) -> None:
        """Begin as ``person``, who looks after this place where the settings name no owner, in ``channel``.

        Raises:
            Refusal: not a name that a person or a channel can have.
        """
        self._desk = desk
        self._admins = frozenset({person.lower()})
        self.actor: Actor = names.person(person, admins=self._admins)
        self.place: Place = names.place(channel)
        desk.screen.look_at(self.place.channel)

    async def type(self, typed: str) -> Notice | None:
        """Carry out a line, and show what it is answered.

        Raises:
            EndOfSession: it said quit.
        """
        if not typed.strip():
            return None
        self._desk.screen.typed(self.actor, typed.strip())
        try:
            answer = await self._answered(typed)
            await self._until_shown()
        except (ChatError, StoreError) as error:
            self._desk.screen.note(f"This line could not be carried out: {error}")
            return None
        return answer

    async def _answered(self, typed: str) -> Notice | None:
        try:
            done = await self._act(lines.read(typed))
        except Refusal as refusal:
            done = Notice(text=refusal.sentence)
        if isinstance(done, Command):
            # The card that an order makes must not be seen before the answer that announces it.
            with self._desk.chat.answer_first():
                done = await self._desk.manager.handle(done)
                await self._show(done)
        elif done is not None:
            await self._show(done)
        return done

    async def _act(self, line: lines.Line) -> Command | Notice | None:
        match line:
            case lines.Slash():
                return await self._slash(line)
            case lines.Reacted():
                return await self._react(line)
            case lines.Pressed():
                return await self._press(line)
            case lines.Became(name=name):
                self.actor = names.person(name, admins=self._admins)
            case lines.Went(name=name):
                self.place = names.place(name)
                self._desk.screen.look_at(self.place.channel)
            case lines.Waits(seconds=seconds):
                await (self._desk.until_idle() if seconds is None else self._desk.clock.sleep(seconds))
                self._desk.screen.settle()
            case lines.Helps():
                return Notice(text=lines.HELP)
            case lines.Quits():
                raise EndOfSession
        return None

    async def _slash(self, line: lines.Slash) -> Command:
        parse = parse_clip if line.root == "clip" else parse_dailies
        if line.file:
            parse = partial(parse_clip, listed=await asyncio.to_thread(read_list_file, line.file))
        return parse(
            line.text,
            actor=self.actor,
            place=self.place,
            event=self._event(),
            now=self._desk.clock.now(),
            known=self._desk.models,
        )

    async def _react(self, line: lines.Reacted) -> Command | Notice:
        """Let the reaction stand, or no longer, as the platform would; then say so."""
        target = await self._patiently(lambda: self._target(line))
        if target is None:
            verb = "to react to" if line.added else f"with a {line.emoji} of {self.actor.name}"
            return Notice(text=f"{line.subject} has no message {verb} here.")
        reaction = Reaction(person=self.actor.id, emoji=target.emoji, name=self.actor.name, guest=self.actor.guest)
        if not await self._desk.chat.react(target.message, reaction, stands=line.added):
            return Notice(text=f"Your {target.emoji} is on {line.subject} already.")
        return React(
            actor=self.actor,
            place=names.place(names.channel_name(target.message.channel)),
            event=self._event(),
            message=target.message.id,
            emoji=target.emoji,
            added=line.added,
            at=self._desk.clock.now(),
        )

    async def _target(self, line: lines.Reacted) -> finding.Target | None:
        """Where the reaction goes; to be taken back, where it stands."""
        found = await self._desk.store.transact(lambda tx: finding.targets(tx, line.subject, line.emoji))
        if line.added:
            return next(iter(found), None)
        for target in found:
            standing = await self._desk.chat.reactions(target.message)
            if any((each.person, each.emoji) == (self.actor.id, target.emoji) for each in standing):
                return target
        return None

    async def _press(self, line: lines.Pressed) -> Command | Notice:
        button = await self._patiently(lambda: self._button(line), even_refused=True)
        if button is None:
            return Notice(text=f"No message about {line.subject or 'anything'} has a button for {self.actor.name}.")
        return parse_action(
            button.action, actor=self.actor, place=self.place, event=self._event(), now=self._desk.clock.now()
        )

    async def _button(self, line: lines.Pressed) -> Button | None:
        return finding.button(await self._desk.chat.standing(self.place.channel), line, self.actor.id)

    async def _patiently(self, look: Callable[[], Awaitable[T | None]], *, even_refused: bool = False) -> T | None:
        """Look again while what is looked for may still come: lines that are read from a file are faster than eyes."""
        until = self._desk.clock.monotonic() + self._desk.patience_s
        while True:
            last = self._desk.clock.monotonic() >= until
            try:
                found = await look()
            except Refusal:
                if last or not even_refused:
                    raise
                found = None
            if found is not None or last:
                return found
            await self._desk.clock.sleep(LOOK_EVERY_S)

    async def _until_shown(self) -> None:
        """In a transcript, what a line brought about stands below it, before the next line."""
        if self._desk.screen.progress_every_s is None:
            await self._patiently(self._all_shown)

    async def _all_shown(self) -> bool | None:
        due = Between(high=self._desk.clock.now())
        return None if await self._desk.store.transact(lambda tx: tx.count(Outbox, due_at=due)) else True

    async def _show(self, notice: Notice) -> None:
        if notice.text:
            await self._desk.chat.answer(notice, channel=self.place.channel, nonce=self._event(), person=self.actor.id)

    def _event(self) -> str:
        return f"local:{self._desk.ids.unique()}"


class EndOfSession(Exception):
    """Somebody typed quit."""
