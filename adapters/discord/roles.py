"""Roles as people type and pick them, with the names that settings are shown by."""

from __future__ import annotations

import re

import discord

#: As Discord sends a role that somebody mentioned.
_MENTION = re.compile(r"<@&([0-9]{1,20})>")
#: What no name in the settings has.
_NO_NAME = re.compile(r"[\s@<>,|&]")
NAME_CHARACTERS = 80


def named(text: str, guild: discord.Guild | None) -> str:
    """The text with its roles as the settings keep them; one that the server does not have stays as it was sent."""

    def by_name(found: re.Match[str]) -> str:
        role = guild.get_role(int(found[1])) if guild is not None else None
        return found[0] if role is None else with_name(found[1], role.name)

    return _MENTION.sub(by_name, text)


def with_name(role: str, name: str) -> str:
    """A role as the settings keep it; without a name where nothing of that can be kept."""
    kept = _NO_NAME.sub("", name)[:NAME_CHARACTERS]
    return f"&{role}|{kept}" if kept else f"<@&{role}>"
