"""What the bot asks for, against what the code does: no permission, intent or scope more or less."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest
from discord import abc

from adapters import discord as package
from adapters.discord import needs
from adapters.discord.client import INTENTS, DailiesClient

FOLDER = Path(package.__file__).parent
#: discord.py's own classes whose methods ask Discord something.
ASKING = (abc.Messageable, discord.Client, discord.Guild, discord.Message, discord.PartialMessage, discord.Thread,
          discord.TextChannel, discord.ForumChannel, discord.Member, discord.Reaction, discord.User)  # fmt: skip


#: Of signing in, and of others that are called so: texts are joined, too.
NO_QUESTIONS = frozenset(
    {"close", "connect", "join", "login", "http.close", "http.connector", "http.request", "http.token"}
)


def _asked() -> Iterator[str]:
    """The names of everything that is called in the adapter and asks Discord something."""
    asking = {
        name
        for each in ASKING
        for name, method in inspect.getmembers(each, inspect.isfunction)
        if not name.startswith("_") and ("http." in inspect.getsource(method) or name in {"send", "users"})
    }
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in asking:
                yield node.attr
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "http":
                yield f"http.{node.attr}"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "http":
                yield f"http.{node.attr}"


def test_every_call_has_a_row() -> None:
    """Every call that is made stands in the table with what it takes, and no other does."""
    assert set(_asked()) - NO_QUESTIONS == set(needs.CALLS)


def test_asks_for_what_is_used() -> None:
    """The permissions of the invitation are those that calls take, one for one."""
    used = {permission for needed in needs.CALLS.values() for permission in needed}
    assert used == set(needs.PERMISSIONS)
    assert needs.permissions().value == 274878024768


def test_listens_to_what_is_heard() -> None:
    """Every handler of the client has its intent, every intent a handler; together they are 1025, none privileged."""
    own = {name for name in vars(DailiesClient) if name.startswith("on_")}
    assert own - {"on_error", "on_ready", "on_shard_ready", "on_shard_resumed", "on_shard_disconnect"} == set(
        needs.EVENTS
    )
    assert {name for name, on in INTENTS if on} == {each for needed in needs.EVENTS.values() for each in needed}
    assert INTENTS.value == 1025
    assert not any((INTENTS.members, INTENTS.presences, INTENTS.message_content))


def test_names_are_discords() -> None:
    """Every permission that is named is one of discord.py's."""
    assert set(needs.PERMISSIONS) <= set(discord.Permissions.VALID_FLAGS)


@pytest.mark.parametrize(("thread", "lacking"), [(False, {"send_messages"}), (True, {"send_messages_in_threads"})])
def test_names_what_is_missing(lacking: set[str], *, thread: bool) -> None:
    """In a thread posting takes its own permission, in a channel the channel's; the others everywhere."""
    granted = discord.Permissions(needs.permissions().value)
    assert needs.without(granted, thread=thread) == {}
    granted.update(send_messages=False, send_messages_in_threads=False)
    assert set(needs.without(granted, thread=thread)) == lacking


def test_keeps_nothing_in_memory() -> None:
    """The client has no cache of messages, asks for nobody's list of members, and lets no message mention anybody."""
    client = DailiesClient()
    assert list(client.cached_messages) == []
    mentions = client.allowed_mentions
    assert mentions is not None
    assert not any((mentions.everyone, mentions.users, mentions.roles))
