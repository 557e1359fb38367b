"""Buttons: made for a message, and found again by what they carry when one is pressed after days."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Self
from urllib.parse import urlsplit

import discord

from bot.core.ports import Button

Interaction = discord.Interaction[Any]
Press = Callable[[Interaction, str], Awaitable[None]]

#: Of a message: five rows of five.
MOST_BUTTONS = 25
#: Of a button's text, and of what it carries.
LABEL_CHARACTERS = 80
ID_CHARACTERS = 100
#: Whatever it is, it is answered: what no button of ours carries, with a sentence.
_ANYTHING = re.compile(rf".{{1,{ID_CHARACTERS}}}", re.DOTALL)
#: What a button carries in a direct message before its action: the server that it is about.
_HOME = re.compile(r"@(\d{1,20}) ")


class Act(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_ANYTHING):
    """A pressed button; its custom id is the action, so that nothing of it has to be in memory."""

    #: Carries out what a button says.
    press: Press

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button of the message that was pressed."""
        del interaction, match
        return cls(item)  # type: ignore[arg-type]  # only our buttons have custom ids

    async def callback(self, interaction: Interaction) -> None:
        """Carry out what it says."""
        await self.press(interaction, self.custom_id)


def hear(client: discord.Client, press: Press) -> None:
    """Have ``press`` called for every press from now on, on messages of earlier processes too."""
    client.add_dynamic_items(type("Act", (Act,), {"press": staticmethod(press)}, template=_ANYTHING))


def from_home(button: Button, guild: int) -> Button:
    """The button as it stands in a direct message, which belongs to no server: it says of which it speaks."""
    marked = f"@{guild} {button.action}"
    return button if _is_link(button) or len(marked) > ID_CHARACTERS else replace(button, action=marked)


def action_of(custom_id: str) -> str:
    """What a button says, wherever it stands."""
    return _HOME.sub("", custom_id, count=1) if _HOME.match(custom_id) else custom_id


def home_of(message: discord.Message | None) -> int | None:
    """The server that a direct message is about, as far as its buttons say."""
    rows = message.components if message else []
    items = [item for row in rows if isinstance(row, discord.ActionRow) for item in row.children]
    found = (_HOME.match(str(getattr(item, "custom_id", None) or "")) for item in items)
    return next((int(match[1]) for match in found if match), None)


def view_of(buttons: Sequence[Button]) -> discord.ui.View:
    """The buttons of a message that is sent or edited.

    It is stopped: of a view that is not, the client would keep a part in memory for each message.
    """
    view = discord.ui.View(timeout=None)
    for button in buttons[:MOST_BUTTONS]:
        view.add_item(_item(button))
    view.stop()
    return view


def _item(button: Button) -> discord.ui.Button[Any]:
    label = button.label[:LABEL_CHARACTERS]
    if _is_link(button):
        return discord.ui.Button(label=label, url=button.action)
    return discord.ui.Button(label=label, custom_id=button.action)


def _is_link(button: Button) -> bool:
    return urlsplit(button.action).scheme in {"http", "https"}
