"""The log of what owners set: one line for each thing that changed, in the transaction that changed it."""

from __future__ import annotations

import pytest

from bot.core.rows import Change
from tests.jobs.acts import charges, drafted, presses, sets, to_dana, types
from tests.jobs.conftest import DANA, ON_BOTH_STORES, Office
from tests.jobs.test_over_cap import asked
from tests.jobs.test_raising import raise_button

CHANNEL, WORKSPACE = "channel:local:launch", "workspace:local"


async def logged(office: Office) -> list[tuple[str, str, str, str]]:
    """Where, what, before and after, in the order of what."""
    changes = await office.rows(Change)
    assert {(change.by, change.by_name) for change in changes} <= {("dana", "dana")}
    return sorted((change.scope, change.what, change.before, change.after) for change in changes)


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("budget set 20", [(CHANNEL, "cap", "$50.00", "$20.00")]),
        ("budget set 50", []),
        ("budget set none", [(CHANNEL, "cap", "$50.00", "none")]),
        (
            "budget set 20 --period week --zone Europe/Berlin --envelope 5",
            [
                (CHANNEL, "cap", "$50.00", "$20.00"),
                (CHANNEL, "envelope", "$0.00", "$5.00"),
                (CHANNEL, "period", "month", "week"),
                (CHANNEL, "zone", "UTC", "Europe/Berlin"),
            ],
        ),
        ("budget set 20 --scope workspace", [(WORKSPACE, "cap", "$100.00", "$20.00")]),
        ("budget set 20 --scope person", [(WORKSPACE, "person cap", "none", "$20.00")]),
        ("budget raise 10", [(CHANNEL, "cap", "$50.00", "$60.00")]),
        ("pause the client calls", [(CHANNEL, "ordering", "goes on", "paused: the client calls")]),
        ("pause --everywhere", [(WORKSPACE, "ordering", "goes on", "paused")]),
        (
            "settings quorum=2 grace=15 owner-above=5",
            [(CHANNEL, "owner-above", "off", "$5.00"), (CHANNEL, "quorum", "1", "2")],
        ),
    ],
)
async def test_what_is_set_is_logged(office: Office, line: str, changes: list[tuple[str, str, str, str]]) -> None:
    """Who, where, what, from what to what; what stays as it was is no change."""
    await sets(office, line)
    assert await logged(office) == changes


async def test_a_refused_change_is_none(office: Office) -> None:
    """Neither one that may not be made nor one by somebody who may not."""
    await types(office, "/dailies budget set 20")
    await types(office, "/dailies budget set 4 --envelope 2", DANA)
    await types(office, "/dailies settings approvers=@jo quorum=2", DANA)
    assert [what for _, what, _, _ in await logged(office)] == ["cap", "envelope"]


async def test_resume_and_the_contact(office: Office) -> None:
    """The end of a pause, and who looks after the budget from now on."""
    await sets(office, "pause")
    await sets(office, "resume")
    await presses(office, "I look after", await types(office, "/clip help"), DANA)
    assert await logged(office) == [
        (CHANNEL, "contact", "nobody", "dana"),
        (CHANNEL, "ordering", "goes on", "paused"),
        (CHANNEL, "ordering", "paused", "goes on"),
    ]


@ON_BOTH_STORES
async def test_a_raise_by_an_owners_yes(office: Office) -> None:
    """Every cap that it has raised; a person's in the workspace, by name."""
    await sets(office, "budget set 0.50 --scope person")
    await presses(office, "Raise by $10", await asked(office), DANA)
    assert (CHANNEL, "cap", "$0.70", "$10.70") in await logged(office)
    assert (WORKSPACE, "cap of mina", "$0.50", "$10.50") in await logged(office)


async def test_a_raise_by_an_alerts_button(office: Office) -> None:
    """The same line as the verb's."""
    await presses(office, "Raise", raise_button(), DANA)
    assert await logged(office) == [(CHANNEL, "cap", "$50.00", "$60.00")]


async def test_go_on(office: Office) -> None:
    """Each scope that goes on, and the take whose overrun had stopped it."""
    charges(office, "0.90")
    take = (await drafted(office))[0]
    for _ in range(2):
        await presses(office, "Go on", to_dana(office, "cost"), DANA)
    assert await logged(office) == [
        (CHANNEL, "stop", f"overrun of {take.id}", "goes on"),
        (WORKSPACE, "stop", f"overrun of {take.id}", "goes on"),
        (WORKSPACE, "stop of mina", f"overrun of {take.id}", "goes on"),
    ]
