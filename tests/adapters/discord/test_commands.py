"""``/clip`` and ``/dailies``, as people choose them in Discord."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import simcord
from discord import app_commands

from adapters.discord import syncing
from adapters.discord.commands import failed
from bot.core.commands import Command
from bot.core.notices import Notice
from bot.core.parsing import verbs
from bot.core.parsing.typed import OPTIONS
from bot.core.rows import Batch, Shot, Take
from bot.core.sentences.commands import MENUS
from tests.adapters.discord.choices import PNG, choices, described_client
from tests.adapters.discord.counter import Counter

#: Discord's limits of a command.
MOST_OPTIONS, MOST_CHOICES, NAME_CHARACTERS, TEXT_CHARACTERS = 25, 25, 32, 100


def text(seen: simcord.InteractionResult) -> str:
    """What the person alone is told."""
    assert seen.response is not None
    assert seen.response.ephemeral
    return seen.response.content


def nested(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command and everything in it."""
    yield command
    for option in command.get("options", ()):
        yield from nested(option)


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, Any]]:
    """Each command as Discord is told of it."""
    return {each["name"]: each for each in syncing.described(described_client().tree)}


def test_limits(described: dict[str, dict[str, Any]]) -> None:
    """No command has more characters, options or choices than Discord takes, and each option is described."""
    for command in described.values():
        assert syncing.characters(command) < syncing.MOST_CHARACTERS
        for each in nested(command):
            assert len(each.get("options", ())) <= MOST_OPTIONS
            assert len(each.get("choices", ())) <= MOST_CHOICES
            assert len(each["name"]) <= NAME_CHARACTERS
            if each["type"] != 3 or "description" in each:
                assert len(each.get("description", "")) <= TEXT_CHARACTERS
                assert each.get("description", "") != "…"


def test_every_verb(described: dict[str, dict[str, Any]]) -> None:
    """Every verb of the table is a sub-command with the table's options; aliases are for chats where one types."""
    known = {name: {each["name"] for each in described[name]["options"]} for name in ("clip", "dailies")}
    assert known["clip"] == set(verbs.CLIP.values())
    assert known["dailies"] == set(verbs.DAILIES)
    command = described_client().tree.get_command("dailies")
    assert isinstance(command, app_commands.Group)
    found = {each.qualified_name: each for each in command.walk_commands() if isinstance(each, app_commands.Command)}
    for path, each in found.items():
        assert {parameter.display_name for parameter in each.parameters} == set(OPTIONS[path])


def test_who_sees_them(described: dict[str, dict[str, Any]]) -> None:
    """Commands are for servers alone, and everybody's until those who manage a server say otherwise."""
    assert set(described) == {"clip", "dailies", *MENUS.values()}
    for command in described.values():
        assert command["contexts"] == [0]
        assert command["integration_types"] == [0]
        assert command["dm_permission"] is False
        assert command["default_member_permissions"] is None


async def test_a_draft(tmp_path: Path) -> None:
    """A draft with typed options: its card is the answer, for everyone."""
    async with choices(tmp_path) as here, here.drawing():
        options: dict[str, Any] = {"draft-seconds": 6, "ratio": "1:1", "count": 2}
        seen = await here.at.mina.slash(here.at.launch, "clip draft", prompt="status --seconds 9", **options)
        assert here.callbacks() == [4]
        assert seen.response is not None
        assert not seen.response.ephemeral
        takes = await here.takes()
        assert [take.seconds for take in takes] == [6, 6]
        assert {shot.prompt for shot in await here.office.rows(Shot)} == {"status --seconds 9"}


async def test_what_is_wrong(tmp_path: Path) -> None:
    """An option that Discord let through is refused privately, by its name, and orders nothing."""
    async with choices(tmp_path) as here:
        for path, options, said in (
            ("clip draft", {"prompt": "a fox", "model": "maxi"}, "model is mini; you asked for maxi."),
            ("clip show", {"id": "the fox"}, "id is that of a take or a slate, like A7K-2 or A7K; you gave the fox."),
            ("clip show", {"id": "ZZ9"}, "There is no ZZ9 here"),
            ("dailies spend report", {"period": "someday"}, "you gave someday"),
        ):
            assert said in text(await here.at.mina.slash(here.at.launch, path, **options))
        assert await here.takes() == []


async def test_pictures(tmp_path: Path) -> None:
    """Pictures are fetched while everyone sees that it is being thought about; then the card takes that place."""
    async with choices(tmp_path) as here, here.drawing():
        attached = {"image": ("i.png", PNG), "ref1": ("r.png", PNG)}
        await here.at.mina.slash(here.at.launch, "clip draft", prompt="a fox", **attached)
        assert here.callbacks() == [5]
        (shot,) = await here.office.rows(Shot)
        assert shot.mode == "omni"
        assert len(shot.pictures) == 2
        assert list((tmp_path / "incoming").iterdir()) == []


async def test_pictures_of_a_wrong_order_are_not_fetched(tmp_path: Path) -> None:
    """What is wrong with the rest is said at once, to whoever asked alone."""
    async with choices(tmp_path) as here:
        seen = await here.at.mina.slash(here.at.launch, "clip ref", prompt="a fox", ref2=("r.png", PNG))
        assert "ref1 is missing" in text(seen)
        assert here.callbacks() == [4]


async def test_a_window_with_a_picture(tmp_path: Path) -> None:
    """A picture without a prompt opens the window, and the order has the picture that was given with the command."""
    async with choices(tmp_path) as here, here.drawing():
        seen = await here.at.mina.slash(here.at.launch, "clip image", image=("i.png", PNG))
        assert seen.modal is not None
        await here.at.mina.submit_modal(seen, {"prompt": "it wakes up"})
        (shot,) = await here.office.rows(Shot)
        assert (shot.prompt, shot.mode) == ("it wakes up", "image")
        assert len(shot.pictures) == 1


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("clip image", {"prompt": "a fox"}),
        ("clip ref", {}),
        ("clip batch", {}),
        ("clip build", {"subject": "a fox"}),
        ("dailies budget set", {}),
        ("dailies settings set", {}),
    ],
)
async def test_windows(tmp_path: Path, path: str, options: dict[str, Any]) -> None:
    """Where something is missing a window asks for it."""
    async with choices(tmp_path) as here:
        seen = await here.at.dana.slash(here.at.launch, path, **options)
        assert seen.modal is not None, seen.response and seen.response.content
        if path == "clip build":
            assert "subject" not in str(seen.modal["components"])


async def test_a_list(tmp_path: Path) -> None:
    """A list comes as a file, and its quote is the answer."""
    async with choices(tmp_path) as here, here.drawing():
        listed = b"label,prompt,seconds\nhero,a fox,9\nend,a crow,\n"
        await here.at.mina.slash(here.at.launch, "clip batch", file=("list.csv", listed))
        (batch,) = await here.office.rows(Batch)
        assert batch.count == 2


async def test_money(tmp_path: Path) -> None:
    """An owner sets a cap and a setting, and looks at both; a maker may look, and is told who may change them."""
    async with choices(tmp_path) as here:
        dana, mina, launch = here.at.dana, here.at.mina, here.at.launch
        assert "$70.00" in text(await dana.slash(launch, "dailies budget set", amount="70", period="week"))
        assert "quorum: 2" in text(await dana.slash(launch, "dailies settings set", quorum=2))
        assert "quorum: 2" in text(await mina.slash(launch, "dailies settings show"))
        assert "quorum: 1" in text(await dana.slash(launch, "dailies settings set", reset="quorum"))
        assert "$70.00" in text(await mina.slash(launch, "dailies budget show"))
        assert "owner" in text(await mina.slash(launch, "dailies budget set", amount="700")).lower()


async def test_a_thread(tmp_path: Path) -> None:
    """In a thread the channel's money is spent."""
    async with choices(tmp_path) as here, here.drawing():
        await here.at.mina.slash(here.at.thread, "clip draft", prompt="a fox")
        (take,) = await here.office.rows(Take)
        assert take.channel == here.at.channel_id(here.at.launch)


async def test_commands_that_have_changed(tmp_path: Path) -> None:
    """Discord shows a command for an hour as it was; whoever gives it then is told to reload."""
    async with choices(tmp_path) as here:
        group = here.client.tree.get_command("clip")
        assert isinstance(group, app_commands.Group)
        group.remove_command("tips")
        tips = await here.at.mina.slash(here.at.launch, "clip tips")
        assert "Reload Discord" in text(tips)
        assert here.env.errors


async def test_a_defect(tmp_path: Path) -> None:
    """A defect in a command is answered, and a token that is dead by then is no second one."""
    async with choices(tmp_path) as here:
        for _ in range(2):
            command = described_client().tree.get_command("clip")
            assert command is not None
            seen, interaction = None, await _heard(here)
            del seen
            await failed(interaction, app_commands.AppCommandError("a defect"))
            here.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, times=1)
        assert 4 in here.callbacks()


async def _heard(here: Counter) -> Any:
    """An interaction that nobody has answered yet."""
    heard: list[Any] = []

    async def keep(interaction: Any, work: Any, **_: Any) -> None:
        work.close()
        heard.append(interaction)

    answering = here.desk.answering
    carry_out = answering.carry_out
    answering.carry_out = keep  # type: ignore[method-assign]  # to have an interaction at hand
    await here.at.mina.slash(here.at.launch, "clip tips")
    answering.carry_out = carry_out  # type: ignore[method-assign]
    return heard[0]


async def test_the_same_event_twice(tmp_path: Path) -> None:
    """The id of the interaction is the event: delivered twice, it orders once."""
    async with choices(tmp_path) as here, here.drawing():
        seen: list[Command] = []
        handle = here.office.manager.handle

        async def twice(command: Command) -> Notice:
            seen.append(command)
            await handle(command)
            return await handle(command)

        object.__setattr__(here.desk.manager, "handle", twice)
        await here.at.mina.slash(here.at.launch, "clip draft", prompt="a fox")
        assert len(await here.takes()) == 1
        assert seen[0].event.startswith("discord:")
