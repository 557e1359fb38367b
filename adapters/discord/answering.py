"""One answer to each interaction, in time: what was asked for is done first, then it is said.

An order's answer is its card (``pending``); everything else is said to whoever asked. What takes longer than Discord
waits is acknowledged meanwhile. An answer that cannot be given undoes nothing; what the person has to know is then
said in a direct message, or in the channel.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adapters.chat.outcomes import Work, outcome
from adapters.discord import saying
from adapters.discord.buttons import Interaction, home_of
from adapters.discord.fields import modal_of
from adapters.discord.ids import channel_id
from adapters.discord.pending import Expected, Pending
from adapters.discord.windows import Window, Windows, opened
from bot.core.modals import Modal
from bot.core.notices import Notice
from bot.core.ports import Clock
from bot.core.sentences import windows as words

log = logging.getLogger(__name__)

#: Discord waits three seconds from when the person pressed; its ways there and back are counted too.
PATIENCE_S = 2.0
#: As much of it may have gone before we heard; more is a clock that is off.
MOST_AGE_S = 1.0
#: A card takes the place of a deferred answer for so long; the token lives for 15 minutes.
CARD_S = 600.0
#: What is said beside a card waits so long for it to be there.
SHOWN_S = 10.0
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True, kw_only=True)
class _Turn:
    """An interaction that is being answered."""

    interaction: Interaction
    #: Its card is the answer, where one comes.
    expected: Expected | None
    #: The press is on a message that only this person sees, which loses its buttons once it was carried out.
    instead: bool
    #: What a window is not to ask any more.
    given: Mapping[str, str]
    #: The deferred answer is for everyone.
    public: bool = False
    #: Deferred, with a message that says that we are thinking.
    thinking: bool = False
    #: Until when it has to be answered, by the loop.
    until: float


class Answering:
    """Answers; by the tasks that an interaction came in, and by its own, which ``finish`` waits for."""

    def __init__(
        self,
        pending: Pending,
        windows: Windows,
        *,
        clock: Clock,
        patience_s: float = PATIENCE_S,
        card_s: float = CARD_S,
    ) -> None:
        """``patience_s`` is how long an interaction may stay without an answer, ``card_s`` how long its card may."""
        self._pending = pending
        self.windows = windows
        self._clock = clock
        self._patience_s = patience_s
        self._card_s = card_s
        self._under_way: set[asyncio.Task[Any]] = set()

    async def finish(self) -> None:
        """Wait for every answer that is still to be given; one that waits for a card does not wait any longer."""
        while self._under_way:
            for expected in self._pending.waiting():
                expected.gone.set()
            await asyncio.wait(self._under_way, timeout=1.0)

    async def carry_out(
        self,
        interaction: Interaction,
        work: Work,
        *,
        public: bool = True,
        fetching: bool = False,
        for_good: bool = False,
        given: Mapping[str, str] = NOTHING,
    ) -> None:
        """Do the work and answer; it raises nothing of the chat's.

        ``public``: a card may come of it. ``fetching``: something has to be fetched first, so that it is acknowledged
        at once. ``for_good``: nobody should press it twice. ``given``: by field, what a window that the work opens
        need not ask.
        """
        turn = self._turn(interaction, public=public, for_good=for_good, given=given)
        await self._kept(self._carry_out(turn, work, fetching=fetching))

    async def _carry_out(self, turn: _Turn, work: Work, *, fetching: bool) -> None:
        task = self._start(self._worked(turn, work))
        if fetching or not await self._done(task, turn):
            await self._defer(turn)
        said = saying.at_home(await task, home_of(turn.interaction.message))
        if turn.expected is not None and said.card is not None and not said.needed:
            await self._by_card(turn, turn.expected, said)
        else:
            await self._say(turn, said)

    async def window(self, interaction: Interaction, custom_id: str) -> None:
        """Open a window that is noted once more, with what was filled in; it raises nothing of the chat's."""
        turn = self._turn(interaction, public=False, for_good=False, given=NOTHING)
        await self._kept(self._window(turn, custom_id))

    async def _window(self, turn: _Turn, custom_id: str) -> None:
        try:
            window = await self.windows.known(custom_id)
            if window is None:
                await self._say(turn, Notice(text=words.forgotten(), needed=True))
            elif window.person not in {"", str(turn.interaction.user.id)}:
                await self._say(turn, Notice(text=words.not_yours(), needed=True))
            else:
                await self._show(turn.interaction, window)
        except saying.FAILURES as error:
            log.warning("a window could not be opened again: %s", saying.named(error))
            await self._say(turn, Notice(text=words.not_opened(), needed=True))

    def _turn(self, interaction: Interaction, *, public: bool, for_good: bool, given: Mapping[str, str]) -> _Turn:
        instead = for_good and saying.is_own(interaction)
        expected = None
        if public and not instead and interaction.guild_id is not None and interaction.channel_id is not None:
            where = channel_id(interaction.guild_id, interaction.channel_id)
            expected = self._pending.expect(where, interaction)
        age_s = self._clock.now() / 1000 - interaction.created_at.timestamp()
        left_s = self._patience_s - min(max(age_s, 0.0), MOST_AGE_S)
        until = asyncio.get_running_loop().time() + left_s
        return _Turn(interaction=interaction, expected=expected, instead=instead, given=given, until=until)

    async def _worked(self, turn: _Turn, work: Work) -> Notice:
        """What came of it; whichever card was waiting for this is told at once."""
        card = None
        try:
            said = await outcome(work)
            card = None if said.needed else said.card
            return said
        finally:
            if turn.expected is not None:
                self._pending.settle(turn.expected, card=card)

    async def _by_card(self, turn: _Turn, expected: Expected, said: Notice) -> None:
        """The card is the answer; it takes the place of a deferred one where it does not come at once."""
        claimed = await _within(expected.claimed, turn.until)
        if not claimed and not turn.thinking:
            await self._defer(turn)
        until = asyncio.get_running_loop().time() + self._card_s
        if not (claimed or await _first(expected, until)) and self._pending.drop(expected):
            await self._say(turn, said)  # The card comes all the same, without this interaction.
            return
        await _within(expected.shown, asyncio.get_running_loop().time() + SHOWN_S)
        if beside := saying.beside(said):
            await self._follow(turn, beside)

    async def _say(self, turn: _Turn, said: Notice) -> None:
        """Say it by the interaction; where that does not take it any more, in other ways."""
        try:
            try:
                await self._answer(turn, said)
            except saying.FAILURES as error:
                if not saying.is_about_files(error, said):
                    raise
                saying.note(error)
                await self._answer(turn, saying.without_files(said))
        except saying.FAILURES as error:
            saying.note(error)
            await saying.otherwise(turn.interaction, saying.without_files(said))

    async def _answer(self, turn: _Turn, said: Notice) -> None:
        response = turn.interaction.response
        if said.modal is not None and not response.is_done():
            try:
                await self._show(turn.interaction, _opened(turn, said.modal))
            except saying.FAILURES as error:
                log.warning("a window could not be opened: %s", saying.named(error))
            else:
                return
        if turn.instead and not said.needed:
            await saying.in_place(turn.interaction, said)
        elif saying.is_silent(said):
            await saying.say_nothing(turn.interaction, thinking=turn.thinking)
        elif not response.is_done():
            await saying.send(response.send_message, said, ephemeral=said.private)
        elif turn.thinking and turn.public is not said.private:
            await saying.edit(turn.interaction.edit_original_response, said)
        elif turn.thinking:
            await saying.apart(turn.interaction, said)
        else:
            await saying.send(turn.interaction.followup.send, said, ephemeral=said.private)

    async def _show(self, interaction: Interaction, window: Window) -> None:
        key = str(interaction.id)
        await self.windows.keep(key, window)
        await interaction.response.send_modal(modal_of(window, key))

    async def _follow(self, turn: _Turn, said: Notice) -> None:
        """Say it privately beside the card, which has what has to be known; elsewhere it would be out of place."""
        try:
            await saying.send(turn.interaction.followup.send, said, ephemeral=True)
        except saying.FAILURES as error:
            saying.note(error)

    async def _defer(self, turn: _Turn) -> None:
        """Tell Discord that it takes longer: for everyone where a card may come, else for the person alone.

        A message that is to lose its buttons stays as it is meanwhile. A window cannot be opened any more after it.
        """
        expected = turn.expected
        if expected is None:
            await self._acknowledge(turn, public=False)
            return
        async with expected.turn:
            if not expected.claimed.is_set():
                await self._acknowledge(turn, public=not expected.settled.is_set() or bool(expected.nonce))

    async def _acknowledge(self, turn: _Turn, *, public: bool) -> None:
        try:
            if turn.instead:
                await turn.interaction.response.defer()
            else:
                await turn.interaction.response.defer(ephemeral=not public, thinking=True)
                turn.thinking, turn.public = True, public
        except saying.FAILURES as error:
            saying.note(error)

    async def _done(self, task: asyncio.Task[Any], turn: _Turn) -> bool:
        left_s = max(0.0, turn.until - asyncio.get_running_loop().time())
        done, _ = await asyncio.wait({task}, timeout=left_s)
        return bool(done)

    async def _kept(self, deed: Coroutine[Any, Any, None]) -> None:
        """To its end, also where whoever waits for it is stopped; a defect is logged."""
        await asyncio.shield(self._start(_logged(deed)))

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task


def _opened(turn: _Turn, modal: Modal) -> Window:
    """One that this interaction opens for whoever it is from."""
    interaction = turn.interaction
    return opened(modal, root=str(interaction.id), person=str(interaction.user.id), given=turn.given)


async def _logged(deed: Coroutine[Any, Any, None]) -> None:
    try:
        await deed
    except Exception:
        log.exception("a defect: an answer was not given")


async def _within(event: asyncio.Event, until: float) -> bool:
    """Whether it was set in time, by the loop's clock."""
    try:
        async with asyncio.timeout_at(until):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def _first(expected: Expected, until: float) -> bool:
    """Whether the card was taken in time, and before nobody waits for it any more."""
    waits = [asyncio.ensure_future(event.wait()) for event in (expected.claimed, expected.gone)]
    try:
        left_s = until - asyncio.get_running_loop().time()
        await asyncio.wait(waits, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
    return expected.claimed.is_set()
