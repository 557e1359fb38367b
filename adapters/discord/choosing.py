"""From a table of verbs to commands with typed options, and from one that was chosen to its answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import discord
from discord import app_commands

from adapters.discord import roles
from adapters.discord.buttons import Interaction
from adapters.discord.desk import Desk
from bot.core.commands import Command, OpenModal, OrderBatch
from bot.core.errors import Refusal
from bot.core.kinds import Choice, Switch, Whole
from bot.core.notices import Notice
from bot.core.parsing.options import REFS
from bot.core.parsing.origin import Origin
from bot.core.parsing.typed import OPTIONS, kind_of, typed
from bot.core.parsing.why import WHY_CHARACTERS
from bot.core.sentences import commands as words

#: In which a command can be given, and where it is installed: servers alone, for nothing is ordered elsewhere.
SERVERS: Mapping[str, Any] = {
    "guild_only": True,
    "allowed_contexts": app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    "allowed_installs": app_commands.AppInstallationType(guild=True, user=False),
}
PICTURES = ("image", *REFS)
FILE = "file"
#: Whose options name roles.
SETTINGS = "dailies settings set"
#: Without these there is nothing to be done, not even to be asked in a window.
REQUIRED = frozenset(
    {("clip draft", "prompt"), ("clip final", "prompt"), ("dailies budget raise", "amount")}
    | {(path, "id") for path, names in OPTIONS.items() if "id" in names}
)
#: Verbs of which a card may come.
ORDERS = frozenset(f"clip {verb}" for verb in ("draft", "image", "ref", "final", "batch", "remix", "again"))

Given = Mapping[str, Any]
SlashCommand = app_commands.Command[Any, Any, None]


def command(desk: Desk, path: str) -> SlashCommand:
    """A verb of the table as a command of Discord's; ``path`` has its root: ``clip draft``, ``dailies budget set``."""

    async def chosen(interaction: Interaction, /, **options: Any) -> None:
        given = {name.replace("_", "-"): value for name, value in options.items() if value is not None}
        await carry_out(desk, interaction, path, given)

    names = {name: name.replace("-", "_") for name in OPTIONS[path]}
    chosen.__signature__ = _signature(path, names)  # type: ignore[attr-defined]  # what discord.py reads
    app_commands.rename(**{own: name for name, own in names.items() if own != name})(chosen)
    app_commands.describe(**{own: words.option(path, name) for name, own in names.items()})(chosen)
    app_commands.choices(**{own: found for name, own in names.items() if (found := _choices(path, name))})(chosen)
    return app_commands.Command(name=path.rpartition(" ")[2], description=words.VERBS[path], callback=chosen)


def group(path: str, **more: Any) -> app_commands.Group:
    """A root, or a verb with verbs of its own."""
    return app_commands.Group(name=path.rpartition(" ")[2], description=words.ROOTS[path], **more)


def _signature(path: str, names: Mapping[str, str]) -> inspect.Signature:
    """The options as discord.py reads them from a handler; those that must be given come first."""
    kind, one = inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter("interaction", one, annotation=discord.Interaction)]
    for name, own in names.items():
        default = inspect.Parameter.empty if (path, name) in REQUIRED else None
        parameters.append(inspect.Parameter(own, kind, annotation=_type(path, name), default=default))
    return inspect.Signature(parameters)


def _type(path: str, name: str) -> Any:
    if name in (*PICTURES, FILE):
        return discord.Attachment
    if name == "why":
        return app_commands.Range[str, 1, WHY_CHARACTERS]
    kind = kind_of(path, name)
    return app_commands.Range[int, kind.least, kind.most] if isinstance(kind, Whole) else str


def _choices(path: str, name: str) -> list[app_commands.Choice[str]]:
    kind = kind_of(path, name)
    values = kind.values if isinstance(kind, Choice | Switch) else ()
    return [app_commands.Choice(name=value, value=value) for value in values]


async def carry_out(desk: Desk, interaction: Interaction, path: str, given: Given) -> None:
    """Carry out a verb with the options that were given, and answer whoever gave it.

    It is acknowledged at once only where something is fetched: what is wrong with the rest is said to them alone.
    """
    files = {name: value for name, value in given.items() if isinstance(value, discord.Attachment)}
    texts = {name: str(value) for name, value in given.items() if name not in files}
    if path == SETTINGS:
        texts = {name: roles.named(text, interaction.guild) for name, text in texts.items()}
    read = partial(typed, path=path, given=texts, models=desk.models)
    fetching = bool(files) and await _fits(desk, interaction, read, files)
    await desk.answering.carry_out(
        interaction,
        _carried_out(desk, interaction, read, files),
        public=path in ORDERS,
        fetching=fetching,
        given={"subject": texts["subject"]} if "subject" in texts else {},
    )


Read = Callable[..., Command]


async def _fits(desk: Desk, interaction: Interaction, read: Read, files: Mapping[str, discord.Attachment]) -> bool:
    """Whether the files have to be fetched: not for what is refused anyway, nor for a window."""
    try:
        return not isinstance(_read(await desk.origin(interaction), read, files), OpenModal)
    except Refusal:
        return False


def _read(origin: Origin, read: Read, files: Mapping[str, discord.Attachment]) -> Command:
    """The command, as far as it can be told before its files are here; a list is not read yet."""
    if FILE in files:
        return origin.make(OrderBatch, lines=())
    return read(origin, pictures={name: file.filename for name, file in files.items()})


async def _carried_out(
    desk: Desk, interaction: Interaction, read: Read, files: Mapping[str, discord.Attachment]
) -> Notice:
    origin = await desk.origin(interaction)
    if not files:
        return await desk.manager.handle(read(origin))
    if FILE in files:
        return await desk.manager.handle(read(origin, listed=await desk.attachments.document(files[FILE])))
    names, pictures = tuple(files), tuple(files.values())
    if isinstance(_read(origin, read, files), OpenModal):
        return await desk.manager.handle(read(origin, pictures=_named(names, desk.attachments.hold(pictures))))
    async with AsyncExitStack() as stack:
        fetched = await stack.enter_async_context(desk.attachments.pictures(pictures))
        return await desk.manager.handle(read(origin, pictures=_named(names, fetched)))


def _named(names: Sequence[str], pictures: Sequence[str]) -> dict[str, str]:
    return dict(zip(names, pictures, strict=True))
