"""A window's page as a modal of Discord's, and what came back with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.discord import roles, text
from adapters.discord.buttons import Interaction
from adapters.discord.windows import FILES, MOST_CELLS, PART_CHARACTERS, Cell, Window, id_of
from bot.core.approvals import GROUP, LABEL
from bot.core.modals import HINT_CHARACTERS, LABEL_CHARACTERS, Choice, FieldKind
from bot.core.moments import worded
from bot.core.settings_options import EVERYONE

#: Of a modal.
TITLE_CHARACTERS = 45
#: Of the text above the fields.
ABOUT_CHARACTERS = 2_000
#: Of a select; who names more people changes them by typing.
MOST_CHOSEN = 25
#: Of a file picker.
MOST_FILES = 10


def modal_of(window: Window, key: str) -> discord.ui.Modal:
    """The page as Discord shows it; it is stopped, for the client finds what comes back by its id alone."""
    made = discord.ui.Modal(title=worded(window.modal.title)[:TITLE_CHARACTERS], custom_id=id_of(window, key))
    about = worded(window.modal.about)
    beside = len(window.cells) < MOST_CELLS
    if about and beside:
        made.add_item(discord.ui.TextDisplay(text.cut(window.modal.about, ABOUT_CHARACTERS, text.linking)))
    for number, cell in enumerate(window.cells):
        above = about if number == 0 and not beside else ""
        made.add_item(_label(cell, above))
    made.stop()
    return made


def _label(cell: Cell, about: str) -> discord.ui.Label[Any]:
    """A field under its label; of a picker of files, which has nowhere else to say it, with the hint."""
    each = cell.field
    name = each.label if cell.part < 2 else f"{each.label}, continued ({cell.part})"  # noqa: PLR2004 - the first part
    below = about or (each.hint if each.kind in FILES else "")
    return discord.ui.Label(
        text=name[:LABEL_CHARACTERS], description=_shortened(below) or None, component=_component(cell)
    )


def _shortened(said: str) -> str:
    """As many of its words as fit a description."""
    if len(said) <= HINT_CHARACTERS:
        return said
    return f"{said[: HINT_CHARACTERS - 1].rsplit(' ', 1)[0]}…"


def _component(cell: Cell) -> discord.ui.Item[Any]:
    each = cell.field
    match each.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return _text(cell)
        case FieldKind.CHOICE:
            return _select(cell)
        case FieldKind.PEOPLE:
            return _people(cell)
        case FieldKind.PICTURES | FieldKind.DOCUMENT:  # pragma: no branch - the last of all kinds
            most = min(each.most_files, MOST_FILES)
            return discord.ui.FileUpload(custom_id=cell.name, required=each.required, min_values=0, max_values=most)


def _text(cell: Cell) -> discord.ui.TextInput[Any]:
    each = cell.field
    first = cell.part < 2  # noqa: PLR2004 - the first part, or the only one
    long = each.kind is FieldKind.TEXT or "\n" in cell.value
    return discord.ui.TextInput(
        custom_id=cell.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=cell.value or None,
        placeholder=each.hint[:HINT_CHARACTERS] or None if first else None,
        required=each.required and first,
        max_length=PART_CHARACTERS if cell.part else min(each.most_characters, PART_CHARACTERS),
    )


def _select(cell: Cell) -> discord.ui.Select[Any]:
    """What has a value keeps one."""
    options = [_option(each, cell.value) for each in cell.field.choices]
    required = cell.field.required or any(each.default for each in options)
    return discord.ui.Select(custom_id=cell.name, options=options, required=required, min_values=int(required))


def _option(choice: Choice, value: str) -> discord.SelectOption:
    return discord.SelectOption(label=choice.label, value=choice.value, default=choice.value == value)


def _people(cell: Cell) -> discord.ui.Item[Any]:
    """Members and roles; where more are named than a select holds, or one by another name, they are typed."""
    named = [_named(each) for each in cell.value.split()]
    if len(named) > MOST_CHOSEN or not all(own.isdecimal() for own, _ in named):
        return discord.ui.TextInput(
            custom_id=cell.name, style=discord.TextStyle.paragraph, default=cell.value, required=False
        )
    return discord.ui.MentionableSelect(
        custom_id=cell.name,
        required=False,
        min_values=0,
        max_values=MOST_CHOSEN,
        default_values=[discord.SelectDefaultValue(id=int(own), type=kind) for own, kind in named],
    )


def _named(named: str) -> tuple[str, discord.SelectDefaultValueType]:
    """The id of a person or role, as the settings name it."""
    if named.startswith(GROUP):
        own = named.removeprefix(GROUP).partition(LABEL)[0]
        return own, discord.SelectDefaultValueType.role
    return named, discord.SelectDefaultValueType.user


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What came back with a page."""

    #: By cell.
    values: Mapping[str, str]
    #: By field.
    files: Mapping[str, Sequence[discord.Attachment]] = field(default_factory=dict)


def read(interaction: Interaction, window: Window) -> Submitted:
    """What came back; whatever is not there, or not as it should be, counts as not filled in."""
    data: Any = interaction.data or {}
    resolved = data.get("resolved") or {}
    cells = {cell.name: cell for cell in window.cells}
    values: dict[str, str] = {}
    files: dict[str, list[discord.Attachment]] = {}
    for component in _components(data.get("components")):
        cell = cells.get(str(component.get("custom_id")))
        if cell is None:
            continue
        chosen = [str(each) for each in component.get("values") or ()]
        if cell.field.kind in FILES:
            files[cell.field.name] = [*_attachments(interaction, resolved, chosen)]
        elif cell.field.kind is FieldKind.PEOPLE and "values" in component:
            named = [EVERYONE if each == str(interaction.guild_id) else each for each in chosen]
            values[cell.name] = _chosen(named, resolved, cell.value)
        else:
            values[cell.name] = str(component.get("value") or "") or " ".join(chosen)
    return Submitted(values=values, files=files)


def _components(found: Any) -> Iterator[Mapping[str, Any]]:
    """Those that were filled in, out of their labels."""
    for each in found if isinstance(found, list) else ():
        inner = each.get("component")
        if isinstance(inner, dict):
            yield inner


def _attachments(
    interaction: Interaction, resolved: Mapping[str, Any], ids: Sequence[str]
) -> Iterator[discord.Attachment]:
    known = resolved.get("attachments") or {}
    for each in ids:
        if each in known:
            yield discord.Attachment(data=known[each], state=interaction._state)  # noqa: SLF001 - as the vendor makes them


def _chosen(ids: Sequence[str], resolved: Mapping[str, Any], before: str) -> str:
    """People and roles as the settings name them: those from before as they were, in their order."""
    picked = resolved.get("roles") or {}
    known = {_named(each)[0]: each for each in before.split()}
    kept = [each for own, each in known.items() if own in ids]
    new = [each for each in ids if each not in known]
    return " ".join([*kept, *(roles.with_name(each, picked[each]["name"]) if each in picked else each for each in new)])
