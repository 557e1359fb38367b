"""The welcome: once in each channel."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import Welcome
from bot.core.rows import Channel
from tests.jobs.acts import presses, sets
from tests.jobs.conftest import DANA, LAUNCH, MINA, ON_BOTH_STORES, TEAM, Office


def lines_of(office: Office, channel: str) -> list[str]:
    """The welcomes that stand in a channel."""
    return [
        sent.view.title
        for sent in office.chat.sent
        if sent.message.channel == channel and sent.view.title.startswith("I make")
    ]


@ON_BOTH_STORES
async def test_a_channel_is_welcomed_once(office: Office) -> None:
    """What it does, a first command with its price, what ✅ does, the cap, who looks after it; later never again."""
    for _ in range(2):
        assert not (await office.handle(Welcome, MINA, LAUNCH)).text
    await office.work(1)
    office.clock.jump(400 * 24 * 3600)
    await office.sweep.once()
    await office.handle(Welcome, DANA, LAUNCH)
    await office.handle(Welcome, DANA, TEAM)
    await office.work(1)
    assert lines_of(office, LAUNCH.channel) == [
        "I make short video clips here. Try /clip a fox in snow: a 4 s draft, $0.32. ✅ finishes it at 720p."
    ]
    assert len(lines_of(office, TEAM.channel)) == 1
    (channel,) = await office.rows(Channel, id=LAUNCH.channel)
    assert channel.welcomed_at is not None


async def test_what_it_says_and_offers(office: Office) -> None:
    """The channel's cap and its contact, the dailies hour while it is off, and four buttons that act."""
    await sets(office, "settings draft-seconds=8")
    await office.handle(Welcome, MINA, LAUNCH)
    await office.work(1)
    sent = next(sent for sent in office.chat.sent if sent.view.title.startswith("I make"))
    view = sent.view
    assert "an 8 s draft, $0.64" in view.title
    assert view.lines == (
        "#launch has $50.00 of $50.00 left until 1 Dec. dana looks after it.",
        "A daily summary: /dailies settings hour 17:00",
    )
    assert [button.label for button in view.buttons] == [
        "Try it · $0.64", "Build a prompt", "Change budget", "I look after this budget",
    ]  # fmt: skip
    assert "1 draft of 8 s" in (await presses(office, "Try it · $0.64", sent)).text


async def test_another_workspace_is_not_welcomed(office: Office) -> None:
    """Whoever has added it there reads one sentence, and the channel nothing."""
    await office.handle(Welcome, MINA, LAUNCH)
    elsewhere = replace(LAUNCH, workspace="other", channel="local:other/general")
    assert (await office.handle(Welcome, MINA, elsewhere)).text.startswith("I am not set up for this place yet")
    await office.work(1)
    assert lines_of(office, elsewhere.channel) == []
