"""Roles keep their names in the settings."""

from __future__ import annotations

import pytest

from adapters.discord import roles
from tests.adapters.discord.server import server


async def test_a_role_is_named() -> None:
    """What is mentioned is kept with its name as of now; what the server does not have stays as it was sent."""
    async with server() as here:
        guild = here.client.get_guild(here.guild.id)
        crew = f"<@&{here.crew.id}>"
        assert roles.named(f"{crew} <@&1> <@{here.jo.id}>", guild) == f"&{here.crew.id}|crew <@&1> <@{here.jo.id}>"
        assert roles.named(crew, None) == crew


@pytest.mark.parametrize(
    ("name", "kept"), [("the, crew", "&7|thecrew"), ("@ |", "<@&7>"), ("x" * 100, f"&7|{'x' * 80}")]
)
def test_names_that_settings_cannot_have(name: str, kept: str) -> None:
    """Blanks and signs that part names are left out."""
    assert roles.with_name("7", name) == kept
