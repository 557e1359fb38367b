from __future__ import annotations

import pytest

from adapters.local.names import channel_name, person, place, shown
from bot.core.commands import Actor, Place
from bot.core.errors import Refusal


def test_place() -> None:
    """A channel's name is in small letters, with or without its sign."""
    launch = Place(workspace="local", channel="local:launch", name="launch")
    assert [place("launch"), place("#Launch"), place(" launch ")] == [launch] * 3
    assert channel_name("local:launch") == "launch"


@pytest.mark.parametrize("typed", ["", "#", "a b", "../up", "a/b", "local:launch", ".hidden", "x" * 100, "a\x1b"])
def test_no_place(typed: str) -> None:
    """A name that could not be a file's is no channel's."""
    with pytest.raises(Refusal, match="A channel's name has letters"):
        place(typed)


def test_person() -> None:
    """A person's id is the name in small letters; a guest's is never a member's."""
    assert person("Bob") == Actor(id="bob", name="Bob")
    assert person("@bob", admins=frozenset({"bob"})) == Actor(id="bob", name="bob", admin=True)
    assert person("guest:Zed", admins=frozenset({"zed"})) == Actor(id="guest:zed", name="Zed", guest=True)
    assert [shown("bob"), shown("guest:zed")] == ["@bob", "@zed"]


@pytest.mark.parametrize("typed", ["", "@", "guest:", "a b", "mina:x", "guest:guest:zed", "x" * 65, "é"])
def test_no_person(typed: str) -> None:
    """A name that the settings could not name is no person's."""
    with pytest.raises(Refusal, match="A person's name has letters"):
        person(typed)
