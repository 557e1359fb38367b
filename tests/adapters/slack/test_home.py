"""The App Home, published to the fake Slack by the real slack_sdk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.client import Clients
from adapters.slack.home import Homes, channel_of, rendered
from bot.core.commands import Actor, Command, OpenHome, Place
from bot.core.fakes.chat import FakeChat
from bot.core.homes import Home, HomeLine, HomePart
from bot.core.notices import Notice
from bot.core.ports.chat import Button
from tests.adapters.slack.fake.server import FakeSlack
from tests.jobs.acts import drafted
from tests.jobs.conftest import Office, make_office

MINA, DANA = Actor(id="U1", name="mina"), Actor(id="U2", name="dana", admin=True)
LAUNCH = Place(workspace="slack:T1", channel="slack:T1/C1", name="launch")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.person("U1", "mina")
        slack.person("U2", "dana", admin=True)
        slack.channel("C1", "launch", members=("U1", "U2"))
        slack.channel("C2", "board", members=("U2",), private=True)
        yield slack


@pytest.fixture
async def clients(slack: FakeSlack) -> AsyncIterator[Clients]:
    clients = Clients(base_url=slack.api_url, tokens={"T1": slack.bot_token})
    yield clients
    await clients.close()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = make_office(tmp_path, owners=("U2",))
    object.__setattr__(office.kit, "chats", {"slack": FakeChat("slack")})
    return office


def said(slack: FakeSlack, person: str) -> str:
    """Everything that the person's home shows."""
    view = slack.home(person)
    assert view is not None
    return "\n".join(
        block["text"]["text"] if "text" in block else " ".join(each["text"]["text"] for each in block["elements"])
        for block in view.payload["blocks"]
        if block["type"] != "divider"
    )


async def test_each_sees_the_channels_that_they_are_in(slack: FakeSlack, clients: Clients, office: Office) -> None:
    """Budgets of one's own channels with bars and figures, the queue and one's takes; an owner sees every channel."""
    board = replace(LAUNCH, channel="slack:T1/C2", name="board")
    await drafted(office, "a fox in <snow>", place=LAUNCH, actor=MINA)
    await office.order("a secret", place=board, actor=DANA)
    homes = Homes(clients, office.manager)
    await homes.publish("T1", MINA, "slack:e1")
    text = said(slack, "U1")
    assert "#launch\n$49.68 of $50.00 left" in text
    assert "░░░░ 0 % used" in text
    assert "#board" not in text
    assert "a secret" not in text
    assert "draft · ready · $0.32 · “a fox in " in text
    assert "Ask for more Report" in text
    await homes.publish("T1", DANA, "slack:e2")
    text = said(slack, "U2")
    assert "#board" in text
    assert "Raise by $10 Change budget Settings Report" in text
    assert "quorum: 1" in text


async def test_a_button_of_a_channel_says_which(slack: FakeSlack, clients: Clients, office: Office) -> None:
    """A press in the home acts in the channel below whose title it is; others act in private."""
    await office.order(place=LAUNCH, actor=MINA)
    await Homes(clients, office.manager).publish("T1", MINA, "slack:e1")
    view = slack.home("U1")
    assert view is not None
    rows = {
        each["text"]["text"]: block
        for block in view.payload["blocks"]
        if block["type"] == "actions"
        for each in block["elements"]
    }
    assert channel_of({"block_id": rows["Report"]["block_id"]}, "T1") == "slack:T1/C1"
    assert channel_of({"block_id": rows["Help"]["block_id"]}, "T1") is None
    assert channel_of({}, "T1") is None


async def test_a_place_that_was_not_added_is_told_so(slack: FakeSlack, clients: Clients, office: Office) -> None:
    """The sentence stands where the home would; of another workspace nothing is shown."""
    await office.order(place=replace(LAUNCH, workspace="slack:T0", channel="slack:T0/C1"), actor=MINA)
    await Homes(clients, office.manager).publish("T1", MINA, "slack:e1")
    assert said(slack, "U1").startswith("I am not set up for this place yet")


async def test_what_slack_refuses_is_logged(
    slack: FakeSlack, clients: Clients, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A home that cannot be shown does no harm; the app that is not installed there neither."""
    slack.fail("views.publish", "internal_error")
    await Homes(clients, office.manager).publish("T1", MINA, "slack:e1")
    await Homes(clients, office.manager).publish("T9", MINA, "slack:e2")
    assert caplog.text.count("could not be shown") == 2
    assert slack.home("U1") is None


async def test_bots_have_no_home(slack: FakeSlack, clients: Clients, office: Office) -> None:
    """Silence is not shown."""
    await Homes(clients, office.manager).publish("T1", replace(MINA, bot=True), "slack:e1")
    assert slack.calls("views.publish") == []


async def test_many_channels_are_read_page_by_page(slack: FakeSlack, clients: Clients) -> None:
    """Every page is asked for; the command has them all."""
    for number in range(250):
        slack.channel(f"C{1000 + number}", f"room-{number}", members=("U1",))
    heard: list[Command] = []

    class Listening:
        async def handle(self, command: Command) -> Notice:
            heard.append(command)
            return Notice(home=Home(parts=()))

    await Homes(clients, Listening()).publish("T1", MINA, "slack:e1")
    (command,) = heard
    assert isinstance(command, OpenHome)
    assert len(command.channels) == 251
    assert command.place.direct


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (HomeLine(text="A7K · ready", address="https://s.example/p1"), "<https://s.example/p1|A7K> · ready"),
        (HomeLine(text="A7K · ready", address="javascript:x"), "A7K · ready"),
        (HomeLine(text="a <!channel> b"), "a &lt;!channel&gt; b"),
    ],
)
def test_lines(line: HomeLine, shown: str) -> None:
    """Only the first word leads anywhere, and nothing that a person wrote mentions anybody."""
    blocks: list[dict[str, Any]] = rendered(Home(parts=(HomePart(title="", lines=(line,)),))).to_dict()["blocks"]
    assert blocks[0]["text"]["text"] == shown


def test_it_fits() -> None:
    """Long parts are shown in several sections, and no home has more blocks than Slack takes."""
    lines = tuple(HomeLine(text=f"{number} {'x' * 400}") for number in range(30))
    part = HomePart(title="T" * 300, lines=lines, buttons=(Button(label="Help", action="help"),))
    view = rendered(Home(parts=(part,) * 15)).to_dict()
    assert len(view["blocks"]) == 100
    assert len(view["blocks"][0]["text"]["text"]) == 150


def test_every_take_leads_somewhere() -> None:
    """However long the lines of a part are together, and whatever is in them, each is followed by its first word."""
    mine = [HomeLine(text=f"A7K-{n} · “{'&' * 60}”", address=f"https://s.example/p{n}") for n in range(10)]
    mine.append(HomeLine(text=f"A7K-F · {'&' * 3_000}", address="https://s.example/final"))
    blocks: list[dict[str, Any]] = rendered(Home(parts=(HomePart(title="", lines=tuple(mine)),))).to_dict()["blocks"]
    lines = [line for block in blocks[:-1] for line in block["text"]["text"].split("\n")]
    assert [line.partition("|")[0] for line in lines] == [f"<{line.address}" for line in mine]
    assert len(blocks) == 4
