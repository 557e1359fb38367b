"""Who may what, where: every command, from everyone who can give it; decided here once for all chats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.core import commands as asked
from bot.core.commands import Actor, BatchLine, Command, Place
from bot.core.errors import OutcomeUnknown
from bot.core.fakes import FakeClock, FakeIds, MemoryStore
from bot.core.lifecycle import State
from bot.core.modals import Form
from bot.core.money import Money
from bot.core.ports import Row, Transaction
from bot.core.rows import (
    Asked,
    Budget,
    Card,
    Channel,
    ClipPicture,
    Key,
    Line,
    Meaning,
    Shot,
    Slate,
    Source,
    Take,
    Workspace,
)
from bot.jobs.manager import JobManager
from tests.jobs.acts import BOT, drafted, sets, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, RAVI, Office, keep_posters, make_office

#: The events are left behind: those of the test are others.
TABLES: tuple[type[Row], ...] = (Workspace, Channel, Key, Card, Slate, Shot, Take, ClipPicture, Budget, Line)
PRIVATE = Place(workspace="local", channel="local:dm", name="dana", direct=True)
ELSEWHERE = Place(workspace="other", channel="local:other/general", name="general")

G_ORDER = "Guests and people of other organisations cannot order clips in #launch."
MAKERS = "are ordered by the makers that its settings name"
APPROVERS = "Finals in #launch are ordered by its approvers"
OWNERS = "only an owner decides that"
EXPORT = "is exported by its owners and its contact"
IN_PRIVATE = "nothing can be ordered in private"
YOURS = "Only its maker, an approver or an owner can do that"
MINAS = "Only mina, who asked for"
G_PICK = "Finals in #launch are approved by members. Your pick is shown."
PICK = "approved by the approvers that its settings name. Your pick is shown."
NOT_ADDED = "I am not set up for this place yet"


class Said(NamedTuple):
    """What each of them reads, as far as it matters; nothing where it is empty."""

    #: Of another organisation, or invited for this channel alone.
    guest: str
    #: An owner, in a direct message.
    direct: str
    #: A member of the channel, where the settings name nobody.
    member: str
    #: The same, where the settings name another maker.
    unnamed: str
    #: Where the settings name another maker and this approver.
    approver: str
    owner: str


def _all(said: str, direct: str | None = None) -> Said:
    """Everyone may look."""
    return Said(said, said if direct is None else direct, said, said, said, said)


def _makers(said: str, direct: str = IN_PRIVATE) -> Said:
    """What costs, or asks for more."""
    return Said(G_ORDER, direct, said, MAKERS, MAKERS, said)


def _say(said: str) -> Said:
    """What the maker, an approver and an owner may, wherever they are: it costs nothing."""
    return Said(YOURS, said, said, YOURS, said, said)


def _owners(said: str, direct: str = IN_PRIVATE) -> Said:
    """What only owners decide."""
    return Said(OWNERS, direct, OWNERS, OWNERS, OWNERS, said)


class Case(NamedTuple):
    """A command with what it is about."""

    kind: type[Command]
    facts: Mapping[str, Any]
    said: Said


#: By the words in angle brackets: the take of the scene that is meant.
CASES = (
    Case(asked.Draft, {"prompt": "a dog"}, _makers("$0.32 held")),
    Case(asked.OrderBatch, {"lines": (BatchLine(number=1, label="hero", prompt="a dog"),)}, _makers("$0.32 held")),
    Case(
        asked.DirectFinal,
        {"prompt": "a dog"},
        Said(APPROVERS, IN_PRIVATE, "Order it?", APPROVERS, "Order it?", "Order it?"),
    ),
    Case(asked.OrderBatch, {"lines": (BatchLine(number=1, label="dog", prompt="a dog"),)}, _makers("$0.32 held")),
    Case(asked.Again, {"subject": "<made>"}, _makers("$0.32 held")),
    Case(asked.Remix, {"subject": "<made>", "prompt": "a dog"}, _makers("$0.32 held")),
    Case(asked.UseTip, {"subject": "<negative>"}, _makers("$0.32 held")),
    Case(
        asked.CastVote,
        {"subject": "<made>", "meaning": Meaning.APPROVE, "source": Source.BUTTON, "at": 1},
        Said(G_PICK, IN_PRIVATE, "is approved", PICK, "is approved", "is approved"),
    ),
    Case(
        asked.CastVote,
        {"subject": "<made>", "meaning": Meaning.REJECT, "source": Source.BUTTON, "at": 1},
        _say("is set aside"),
    ),
    Case(asked.SetLook, {"subject": "<made>", "look": "match"}, _say("start from the draft's frame from now on")),
    Case(asked.SetLook, {"subject": "<made>", "look": "new"}, _say("are new rolls already")),
    Case(asked.Undo, {"subject": "<armed>"}, _say("is not ordered")),
    Case(asked.React, {"message": "<card>", "emoji": "✅", "added": True, "at": 1}, Said(G_PICK, "", "", PICK, "", "")),
    Case(
        asked.React,
        {"message": "<card>", "emoji": "🔁", "added": True, "at": 1},
        Said(G_ORDER, "", "", MAKERS, MAKERS, ""),
    ),
    Case(asked.React, {"message": "<card>", "emoji": "👍", "added": True, "at": 1}, _all("")),
    Case(asked.Confirm, {"subject": "<confirm>", "yes": True}, _all(MINAS, IN_PRIVATE)),
    Case(asked.Confirm, {"subject": "<confirm>", "yes": False}, _say("is cancelled")),
    Case(asked.AskOwner, {"subject": "<short>"}, _makers("has been asked", "has been asked")),
    Case(asked.Fewer, {"subject": "<short>", "count": 1}, _all(MINAS, IN_PRIVATE)),
    Case(asked.AnswerAsk, {"subject": "<rule>", "yes": True}, _owners("is ordered", "is ordered")),
    Case(asked.AnswerAsk, {"subject": "<rule>", "yes": False}, _owners("is declined", "is declined")),
    Case(asked.Judge, {"subject": "<unknown>", "verdict": "lost", "ver": "<ver>"}, _owners("Released", "Released")),
    Case(asked.GoOn, {"subject": "<made>"}, _owners("goes on", "goes on")),
    Case(asked.Cancel, {"subject": "<queued>"}, _say("is cancelled")),
    Case(asked.Hide, {"subject": "<made>"}, _say("taken down")),
    Case(asked.Rescue, {"subject": "<made>"}, _say("will be posted")),
    Case(asked.Keep, {"subject": "<made>"}, _say("kept for ever")),
    Case(asked.Link, {"subject": "<made>"}, _say("no public address")),
    Case(asked.Show, {"subject": "<made>"}, _all("draft for mina")),
    Case(asked.More, {"subject": "<made>"}, _all("draft for mina")),
    Case(asked.FullPrompt, {"subject": "<made>"}, _all("a fox in snow")),
    Case(asked.OpenModal, {"form": Form.BUILD}, _makers("Write the six parts")),
    Case(asked.OpenModal, {"form": Form.IMAGE}, _makers("image needs a prompt and a picture")),
    Case(asked.OpenModal, {"form": Form.REF}, _makers("ref needs a prompt and 1 to 9 pictures")),
    Case(asked.OpenModal, {"form": Form.EDIT, "subject": "<made>"}, _makers("and the new prompt")),
    Case(asked.OpenModal, {"form": Form.BATCH}, _makers("batch is followed by a list")),
    Case(asked.OpenModal, {"form": Form.SETTINGS}, _owners("Write /dailies settings")),
    Case(asked.OpenModal, {"form": Form.BUDGET}, _owners("Write /dailies budget set")),
    Case(asked.OpenModal, {"form": Form.BUDGET, "scope": "workspace"}, _owners("--scope workspace")),
    Case(asked.OpenModal, {"form": Form.ASK_MORE}, _makers("Write how much more")),
    Case(
        asked.OpenModal,
        {"form": Form.DECLINE, "subject": "<rule>", "asked_at": "<asked>"},
        _owners("costs nothing", "costs nothing"),
    ),
    Case(asked.Status, {}, _all("at once, finals first", IN_PRIVATE)),
    Case(asked.Help, {}, _all("one draft per variant")),
    Case(asked.Tips, {}, _all("Say six things")),
    Case(asked.Welcome, {}, _all("", IN_PRIVATE)),
    Case(asked.OpenHome, {"channels": ("local:launch",)}, _all("")),
    Case(asked.Models, {}, _all("mini (on)")),
    Case(asked.BudgetShow, {}, _all("#launch: ", IN_PRIVATE)),
    Case(asked.SpendReport, {}, _all("#launch", IN_PRIVATE)),
    Case(asked.SpendPlot, {}, _all("#launch", IN_PRIVATE)),
    Case(asked.Savings, {}, _all("#launch", IN_PRIVATE)),
    Case(asked.SpendExport, {}, Said(EXPORT, IN_PRIVATE, EXPORT, EXPORT, EXPORT, "lines of the ledger")),
    Case(asked.BudgetSet, {"amount": Money.usd(20)}, _owners("of $20.00 left")),
    Case(asked.RaiseCap, {"by": Money.usd(5)}, _owners("was raised to")),
    Case(
        asked.RaiseCap,
        {"by": Money.usd(5), "scope": "workspace:local"},
        Said("Only an owner", IN_PRIVATE, "Only an owner", "Only an owner", "Only an owner", "was raised to"),
    ),
    Case(
        asked.RaiseCap,
        {"by": Money.usd(5), "scope": "channel:local:launch", "cap_version": "<version>"},
        _owners("was raised to", "was raised to"),
    ),
    Case(asked.AskMore, {}, _makers("has been asked")),
    Case(asked.Pause, {}, _owners("is paused")),
    Case(asked.Pause, {"everywhere": True}, _owners("is paused")),
    Case(asked.Resume, {}, _owners("is not paused")),
    Case(asked.LookAfter, {}, _owners("looks after the budget")),
    Case(asked.Settings, {}, _all("quorum: 1", IN_PRIVATE)),
    Case(asked.Settings, {"changes": (("quorum", "2"),)}, _owners("quorum: 2")),
)
#: Who gives it, and where.
GIVEN: Mapping[str, tuple[Actor, Place]] = {
    "guest": (GUEST, LAUNCH),
    "direct": (DANA, PRIVATE),
    "member": (JO, LAUNCH),
    "unnamed": (JO, LAUNCH),
    "approver": (RAVI, LAUNCH),
    "owner": (DANA, LAUNCH),
}
NAMED = {"unnamed": {"makers": ("mina",)}, "approver": {"makers": ("mina",), "approvers": ("ravi",)}}


class Scene(NamedTuple):
    """Rows in which there is something for every command, and what in them is meant."""

    rows: tuple[Row, ...]
    meant: Mapping[str, Any]
    now: int


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """The scene, once it was played."""
    return []


async def played(office: Office) -> Scene:
    """Let mina have, besides a clip, one order in each state that somebody can answer."""
    made, negative = (await drafted(office))[0], (await drafted(office, "a fox, no motion blur"))[0]
    approved = (await drafted(office, "a cat"))[0]
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    lost = (await office.order("a horse"))[0]
    await office.work(60)
    await votes(office, approved.id, JO)
    await types(office, "/clip final: a race car")
    await sets(office, "settings owner-above=0.50")
    await types(office, "/clip a mug on {oak|steel}")
    await sets(office, "settings owner-above=off")
    queued = (await office.order("a cow"))[0]
    await sets(office, "budget set 4")
    await types(office, "/clip a mug --count 3")
    await sets(office, "budget set 50")
    await keep_posters(office, made)
    takes = await office.rows(Take)
    by_asked = {take.asked: take.card for take in takes if take.state is State.ASKED}
    meant = {
        "<made>": made.id,
        "<negative>": negative.id,
        "<armed>": next(take.id for take in takes if take.state is State.ARMED),
        "<card>": (await office.rows(Card, id=made.card))[0].message,
        "<confirm>": by_asked[Asked.CONFIRM],
        "<rule>": by_asked[Asked.OWNER],
        "<short>": by_asked[Asked.CAP],
        "<unknown>": lost.id,
        "<ver>": (await office.take(lost.id)).question_ver,
        "<queued>": queued.id,
        "<version>": (await office.budget()).cap_version,
        "<asked>": next(take.asked_owner_at for take in takes if take.asked is Asked.OWNER),
    }
    rows = [row for table in TABLES for row in await office.rows(table)]
    return Scene(rows=tuple(rows), meant=meant, now=office.clock.now())


async def on_stage(scene: Scene, folder: Path, **settings: Any) -> Office:
    """An office with the scene's rows, in which the channel's settings name these people."""
    clock = FakeClock(scene.now)
    office = make_office(folder, store=MemoryStore(clock), clock=clock)
    object.__setattr__(office.kit, "ids", FakeIds(2))

    async def fill(tx: Transaction) -> None:
        for row in scene.rows:
            if isinstance(row, Channel):
                row = replace(row, policy=replace(row.policy, **settings))  # noqa: PLW2901 - the row as it is to be
            await tx.add(row)

    await office.store.transact(fill)
    return office


def test_every_command_is_in_the_table(tmp_path: Path) -> None:
    """Who may is decided for each of them."""
    handled = JobManager(make_office(tmp_path).kit)._handlers  # noqa: SLF001 - the one table that says it
    assert {case.kind for case in CASES} == set(handled)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.kind.__name__}-{number}" for number, case in enumerate(CASES)])
async def test_who_may(
    office: Office, scenes: list[Scene], tmp_path: Path, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    """Each of them is answered so; bots are not, and a place that was not added has one sentence for everything."""
    if not scenes:
        scenes.append(await played(office))
    facts = {name: scenes[0].meant.get(str(fact), fact) for name, fact in case.facts.items()}
    for who, said in case.said._asdict().items():
        stage = await on_stage(scenes[0], tmp_path, **NAMED.get(who, {}))
        actor, place = GIVEN[who]
        text = (await stage.handle(case.kind, actor, place, **facts)).text
        assert said in text if said else not text, (who, text)
        await stage.require_balanced()
    stage = await on_stage(scenes[0], tmp_path)
    before = await stage.rows(Take)
    for bot in (BOT, replace(BOT, id="dana")):
        assert not (await stage.handle(case.kind, bot, **facts)).text
    text = (await stage.handle(case.kind, DANA, ELSEWHERE, **facts)).text
    assert text.startswith(NOT_ADDED) if case.kind is not asked.React else not text
    assert await stage.rows(Take) == before
    assert "a defect:" not in caplog.text
