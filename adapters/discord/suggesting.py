"""What is offered while one types an option. It binds nobody, and what goes wrong with it offers nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any
from zoneinfo import available_timezones

from discord import app_commands

from adapters.discord.buttons import Interaction
from adapters.discord.desk import Desk
from bot.core.modals import Choice
from bot.core.parsing.typed import OPTIONS, kind_of
from bot.core.prompts import shorten
from bot.core.sentences.commands import PERIODS

log = logging.getLogger(__name__)
#: Discord's limits: how many, and of a name and a value.
MOST = 25
CHARACTERS = 100
#: Discord waits three seconds; the way there and back is counted too.
PATIENCE_S = 2.0

Suggest = Callable[[Interaction, str, str], Awaitable[Iterable[Choice]]]
Offered = list[app_commands.Choice[str]]


def install(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Have every option that can be guessed suggest something; the commands are in the tree already."""
    sources = _sources(desk)
    for command in tree.walk_commands():
        if not isinstance(command, app_commands.Command) or command.qualified_name not in OPTIONS:
            continue
        path = command.qualified_name
        for name in OPTIONS[path]:
            if name in sources and (name == "model" or kind_of(path, name) is None):
                command.autocomplete(name)(_offering(sources[name], path.partition(" ")[2]))


def _sources(desk: Desk) -> Mapping[str, Suggest]:
    async def takes(interaction: Interaction, verb: str, typed: str) -> Iterable[Choice]:
        origin = await desk.origin(interaction)
        return await desk.manager.suggesting.takes(origin.place, verb, typed)

    async def models(_: Interaction, __: str, typed: str) -> Iterable[Choice]:
        return [each for each in desk.manager.suggesting.models() if typed.casefold() in each.label.casefold()]

    return {"id": takes, "model": models, "period": _words(PERIODS), "zone": _words(sorted(available_timezones()))}


def _words(known: Iterable[str]) -> Suggest:
    """Of these words those that have in them what was typed, those that begin so first."""
    listed = tuple(known)

    async def found(_: Interaction, __: str, typed: str) -> Iterable[Choice]:
        start = typed.strip().replace(" ", "_").casefold()
        meant = [word for word in listed if start in word.replace(" ", "_").casefold()]
        meant.sort(key=lambda word: not word.replace(" ", "_").casefold().startswith(start))
        return [Choice(value=word, label=word) for word in meant]

    return found


def _offering(suggest: Suggest, verb: str) -> Callable[[Interaction, str], Coroutine[Any, Any, Offered]]:
    async def offered(interaction: Interaction, current: str) -> Offered:
        try:
            async with asyncio.timeout(PATIENCE_S):
                found = await suggest(interaction, verb, str(current))
        except Exception:  # whatever it is, one can type the same
            log.warning("nothing could be suggested for %s", verb, exc_info=True)
            return []
        return [_choice(each) for each in found if len(each.value) <= CHARACTERS][:MOST]

    return offered


def _choice(each: Choice) -> app_commands.Choice[str]:
    return app_commands.Choice(name=shorten(each.label, CHARACTERS), value=each.value)
