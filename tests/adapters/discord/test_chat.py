"""Cards and lines on Discord, as its REST sees them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from adapters.discord.chat import DiscordChat
from adapters.discord.payloads import short
from bot.core.emoji import KEYCAPS
from bot.core.errors import ChatBusy, ChatClosed, MessageGone, NotYet
from bot.core.ports import Button, CardView, Message, Picture
from bot.core.rows import Rank
from tests.adapters.discord.server import until
from tests.adapters.discord.speaking import CHANNEL, GUILD, HOUR_MS, LAUNCH, OTHER, Speaking, speaking

CARD = CardView(title="A7K · 4 drafts", lines=("1 rendering",), buttons=(Button(label="Cancel", action="cancel:A7K"),))
DONE = CardView(title="A7K · 1 finished")


@pytest.fixture
async def at() -> AsyncIterator[Speaking]:
    async with speaking() as made:
        yield made


@pytest.fixture
def sheet(tmp_path: Path) -> Picture:
    path = tmp_path / "sheet.png"
    Image.new("RGB", (8, 8)).save(path)
    return Picture(path=path, name="A7K-1.png", about="four mugs")


async def show(at: Speaking, view: CardView = CARD, message: Message | None = None, rank: Rank = Rank.STATE) -> Message:
    return await shown_by(at.chat, at, view, message, rank)


async def shown_by(
    chat: DiscordChat, at: Speaking, view: CardView, message: Message | None, rank: Rank = Rank.STATE
) -> Message:
    """Some seconds after what was shown before."""
    await at.clock.sleep(6)
    return await chat.show(view, channel=LAUNCH, nonce="c1", message=message, rank=rank)


async def test_once(at: Speaking) -> None:
    """A card is posted with a nonce of Discord's length that it does not say twice; afterwards the rows know it."""
    first = await show(at)
    assert first == Message(channel=LAUNCH, id=f"{CHANNEL}/{at.wire.said(CHANNEL)[0]['id']}")
    (asked,) = at.wire.requests("POST", "messages")
    assert asked.body["nonce"] == short(LAUNCH, "c1") != short(OTHER, "c1")
    assert (len(asked.body["nonce"]), asked.body["enforce_nonce"]) == (25, True)
    again = at.again()
    assert await again.show(CARD, channel=LAUNCH, nonce="c1", message=None) == first
    assert len(at.wire.said(CHANNEL)) == 1


async def test_answer_lost(at: Speaking) -> None:
    """Where Discord took a card and its answer got lost, the next try is given the one that stands."""
    at.wire.trouble("POST", "messages", 503, after=True, times=1)
    with pytest.raises(ChatBusy):
        await show(at)
    await show(at)
    assert len(at.wire.said(CHANNEL)) == 1


async def test_cancelled(at: Speaking) -> None:
    """A call that was given up goes on to its end; whoever comes again finds its card."""
    task = asyncio.create_task(show(at))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await show(at)
    assert len(at.wire.requests("POST", "messages")) == 1


async def test_edited(at: Speaking) -> None:
    """An edit replaces everything, by the bot's own token; a card that is decided is one short line."""
    card = await show(at)
    assert await show(at, DONE, card) == card
    (asked,) = at.wire.requests("PATCH")
    assert asked.by_bot
    assert (asked.body["content"], asked.body["embeds"], asked.body["components"]) == ("A7K · 1 finished", [], [])
    assert asked.body["allowed_mentions"]["parse"] == []


async def test_picture_kept(at: Speaking, sheet: Picture) -> None:
    """A picture is sent once and kept by later edits, those of a later process too; another replaces it, none goes."""
    view = replace(CARD, picture=sheet)
    card = await show(at, view)
    await show(at, replace(view, footer="$1"), card)
    later = at.again()
    await shown_by(later, at, replace(view, footer="$2"), card)
    sent = [
        [file.name for file in each.files]
        for each in (*at.wire.requests("POST", "messages"), *at.wire.requests("PATCH"))
    ]
    assert sent == [["A7K-1.png"], [], []]
    assert len(at.wire.requests("GET", f"messages/{card.id.split('/')[1]}")) == 1
    hanging = at.wire.said(CHANNEL)[0]["attachments"]
    assert [(each["filename"], each["description"]) for each in hanging] == [("A7K-1.png", "four mugs")]
    other = replace(view, picture=replace(sheet, name="A7K-2.png"))
    await shown_by(later, at, other, card)
    assert [each["filename"] for each in at.wire.said(CHANNEL)[0]["attachments"]] == ["A7K-2.png"]
    await shown_by(later, at, CARD, card)
    assert at.wire.said(CHANNEL)[0]["attachments"] == []


async def test_picture_too_large(at: Speaking, sheet: Picture) -> None:
    """A picture that the server does not take, or that is gone, keeps no card from being shown."""
    at.wire.largest_bytes = 10
    card = await show(at, replace(CARD, picture=sheet))
    gone = replace(sheet, path=sheet.path.with_name("none"))
    assert await show(at, replace(CARD, picture=gone, footer="$1"), card) == card
    (said,) = at.wire.said(CHANNEL)
    assert (said["attachments"], "image" in said["embeds"][0]) == ([], False)


async def test_pace(at: Speaking) -> None:
    """Progress leaves room for what is urgent; what changes nothing is not sent."""
    cards = [await at.chat.show(CARD, channel=LAUNCH, nonce=f"c{n}", message=None) for n in range(4)]
    await at.chat.show(CARD, channel=LAUNCH, nonce="c0", message=cards[0], rank=Rank.PROGRESS)
    assert at.wire.requests("PATCH") == []
    moving = replace(CARD, footer="about 20 s")
    await at.chat.show(moving, channel=LAUNCH, nonce="c1", message=cards[1], rank=Rank.PROGRESS)
    with pytest.raises(NotYet):
        await at.chat.show(moving, channel=LAUNCH, nonce="c2", message=cards[2], rank=Rank.PROGRESS)
    await at.chat.show(DONE, channel=LAUNCH, nonce="c3", message=cards[3], rank=Rank.UNDO)
    assert (at.chat.progress_every_s or 0) >= 5


async def test_gone(at: Speaking) -> None:
    """A card that somebody deleted is said to be gone; with its nonce another may be posted."""
    card = await show(at)
    at.wire.said(CHANNEL).clear()
    with pytest.raises(MessageGone):
        await show(at, DONE, card)
    assert await at.chat.link(card) is None
    assert await at.chat.reactions(card) == []
    await at.chat.take_down(card)
    assert await show(at) != card


async def test_gone_unheard(at: Speaking) -> None:
    """What stands under a nonce no more is posted anew where the rows had not heard of it yet."""
    card = await show(at)
    at.wire.said(CHANNEL).clear()
    assert await show(at) != card


async def test_too_old(at: Speaking) -> None:
    """A card that Discord takes no edits of any more is posted anew, once, and the old one taken away."""
    card = await show(at)
    at.clock.later_ms += HOUR_MS
    at.wire.trouble("PATCH", "messages", 400, 30046, times=2)
    with pytest.raises(NotYet):
        await show(at, replace(CARD, footer="about 20 s"), card, Rank.PROGRESS)
    other = await show(at, DONE, card)
    assert other != card
    assert [each["content"] for each in at.wire.said(CHANNEL)] == ["A7K · 1 finished"]
    await at.clock.sleep(20)
    assert await shown_by(at.again(), at, CARD, card) == other
    assert len(at.wire.said(CHANNEL)) == 1


async def test_too_old_for_minutes(at: Speaking) -> None:
    """Nor does an outcome wait for minutes where Discord asks that of an old card without saying why."""
    card = await show(at)
    at.clock.later_ms += HOUR_MS
    at.client.http.max_ratelimit_timeout = 30.0
    at.wire.trouble("PATCH", "messages", 429, retry_after_s=900)
    assert await show(at, DONE, card, Rank.OUTCOME) != card
    assert [each["content"] for each in at.wire.said(CHANNEL)] == ["A7K · 1 finished"]


async def test_old_one_stays(at: Speaking) -> None:
    """An old card that cannot be deleted stays beside the one that took its place; that one is edited from then on."""
    card = await show(at)
    at.clock.later_ms += HOUR_MS
    at.wire.trouble("PATCH", "messages", 400, 30046)
    at.wire.trouble("DELETE", "messages", 403, 50013)
    other = await show(at, DONE, card)
    assert len(at.wire.said(CHANNEL)) == 2
    await at.clock.sleep(20)
    assert await show(at, CARD, card) == other


async def test_busy_long(at: Speaking) -> None:
    """A young card waits as long as Discord asks; nothing is posted beside it."""
    card = await show(at)
    at.wire.trouble("PATCH", "messages", 429, 30046, via=False)
    with pytest.raises(ChatBusy):
        await show(at, DONE, card)
    assert len(at.wire.said(CHANNEL)) == 1


async def test_forbidden(at: Speaking) -> None:
    """However much waits for a channel that is closed to us, it is asked for posts and for edits once a minute."""
    card = await show(at)
    at.wire.trouble("*", f"channels/{CHANNEL}/messages", 403, 50013, times=2)
    for number in range(5):
        with pytest.raises(ChatClosed, match="lack a permission"):
            await at.chat.say(DONE, channel=LAUNCH, nonce=f"l{number}", to=None, thread=None)
        with pytest.raises(ChatClosed, match="lack a permission"):
            await show(at, DONE, card)
    assert [len(at.wire.requests(method, "messages")) for method in ("POST", "PATCH")] == [2, 1]
    await at.clock.sleep(60)
    await at.chat.say(DONE, channel=LAUNCH, nonce="l1", to=None, thread=None)
    assert await show(at, DONE, card) == card


async def test_keycaps(at: Speaking, sheet: Picture) -> None:
    """The numbers are added once under a sheet, in their order, while the card goes on."""
    view = replace(CARD, picture=sheet, numbers=("A7K-1", "A7K-2", "A7K-3"))
    card = await show(at, view)
    await show(at, replace(view, footer="$1"), card)
    await until(lambda: len(at.wire.said(CHANNEL)[0]["reactions"]) == 3)
    assert [each["emoji"]["name"] for each in at.wire.said(CHANNEL)[0]["reactions"]] == list(KEYCAPS[:3])
    assert len(at.wire.requests("PUT")) == 3


async def test_own_reactions(at: Speaking, sheet: Picture) -> None:
    """A number that only the bot itself has given is read with the message, by no question of its own."""
    card = await show(at, replace(CARD, picture=sheet, numbers=("A7K-1",)))
    await until(lambda: at.wire.said(CHANNEL)[0]["reactions"])
    (reaction,) = await at.chat.reactions(card)
    assert (reaction.emoji, reaction.name) == (KEYCAPS[0], f"{GUILD}-{reaction.person}")
    assert at.wire.requests("GET", "reactions") == []


async def test_everybodys_reactions(at: Speaking) -> None:
    """Hundreds of votes are paged, super reactions among them; who gave both kinds voted once."""
    card = await show(at)
    crowd, few = list(range(1, 251)), [7, 900]
    at.wire.said(CHANNEL)[0]["reactions"] = [
        {
            "emoji": {"id": None, "name": "✅"},
            "count": 252,
            "me": False,
            "count_details": {"normal": 250, "burst": 2},
            "people": {"0": crowd, "1": few},
        },
        {"emoji": {"id": "5", "name": "fox"}, "count": 9, "me": False},
        {"emoji": {"id": None, "name": "👍"}, "count": 9, "me": False},
    ]
    found = await at.chat.reactions(card)
    assert sorted(int(each.person) for each in found) == [*crowd, 900]
    assert {each.emoji for each in found} == {"✅"}
    assert len(at.wire.requests("GET", "reactions")) == 4


async def test_line(at: Speaking) -> None:
    """A line is a reply to its card, unless that stands elsewhere; the address is the card's own."""
    card = await show(at)
    line = await at.chat.say(DONE, channel=LAUNCH, nonce="l1", to=None, thread=card)
    assert await at.chat.say(DONE, channel=LAUNCH, nonce="l1", to=None, thread=card) == line
    await at.chat.say(DONE, channel=OTHER, nonce="l2", to=None, thread=card)
    _, under, beside = at.wire.requests("POST", "messages")
    assert under.body["message_reference"]["message_id"] == int(card.id.split("/")[1])
    assert under.body["message_reference"]["fail_if_not_exists"] is False
    assert "message_reference" not in beside.body
    assert await at.chat.link(card) == f"https://discord.com/channels/{GUILD}/{card.id}"


async def test_direct(at: Speaking) -> None:
    """To one person it is said in a direct message, with the address of its card; twice in one channel."""
    card = await show(at)
    word = await at.chat.say(CARD, channel=LAUNCH, nonce="l1", to="41", thread=card)
    assert word == Message(channel=f"discord:{GUILD}/42", id=f"42/{at.wire.said(42)[0]['id']}")
    await at.chat.say(CARD, channel=LAUNCH, nonce="l2", to="41", thread=None)
    assert len(at.wire.requests("POST", "users/@me/channels")) == 1
    said = at.wire.said(42)[0]
    assert said["content"].endswith(f"<https://discord.com/channels/{GUILD}/{card.id}>")
    assert said["components"][0]["components"][0]["custom_id"] == f"@{GUILD} cancel:A7K"


async def test_direct_messages_closed(at: Speaking) -> None:
    """Where they take none, it is said in the channel, only they are notified, and they are not tried again soon."""
    at.wire.trouble("POST", "channels/42/messages", 403, 50007)
    for nonce in ("l1", "l2"):
        await at.chat.say(CARD, channel=LAUNCH, nonce=nonce, to="41", thread=None)
    assert len(at.wire.requests("POST", "channels/42/messages")) == 1
    assert len(at.wire.said(CHANNEL)) == 2
    asked = at.wire.requests("POST", f"channels/{CHANNEL}/messages")[0]
    assert asked.body["content"].endswith("Said here, because your direct messages are closed to me.\n<@41>")
    assert asked.body["allowed_mentions"] == {"parse": [], "users": [41]}
    await at.chat.say(CARD, channel=LAUNCH, nonce="l3", to="mina", thread=None)
    assert len(at.wire.said(CHANNEL)) == 3


async def test_direct_later(at: Speaking) -> None:
    """While Discord asks to wait, what is for one person is said to nobody else."""
    at.wire.trouble("POST", "channels/42/messages", 429, via=False)
    with pytest.raises(ChatBusy):
        await at.chat.say(CARD, channel=LAUNCH, nonce="l1", to="41", thread=None)
    assert at.wire.said(CHANNEL) == []


async def test_asides(at: Speaking) -> None:
    """A word to one person stands on the card, above the money, until an outcome is shown after a minute; three do."""
    card = await show(at, replace(CARD, footer="$1"))
    for name in ("zed", "zed", "lee", "kim", "*pat*"):
        await at.chat.aside(card, name, "Finals are approved by members.")
    await show(at, replace(CARD, footer="$2"), card, Rank.OUTCOME)
    shown = at.wire.said(CHANNEL)[0]["embeds"][0]["description"].split("\n")
    assert shown[2:] == [*(f"{name}: Finals are approved by members." for name in ("lee", "kim", r"\*pat\*")), "-# $2"]
    assert all(asked.body["allowed_mentions"]["parse"] == [] for asked in at.wire.requests("PATCH"))
    at.clock.later_ms += 61_000
    await show(at, replace(CARD, footer="$3"), card, Rank.OUTCOME)
    assert at.wire.said(CHANNEL)[0]["embeds"][0]["description"].split("\n")[2:] == ["-# $3"]


async def test_asides_after_a_restart(at: Speaking, sheet: Picture) -> None:
    """A process that has not drawn the card adds the word to what stands there; the next edit has it too."""
    view = replace(CARD, footer="$1", picture=sheet)
    card = await show(at, view)
    chat = at.again()
    await chat.aside(card, "zed", "Your pick is shown.")
    (said,) = at.wire.said(CHANNEL)
    assert said["embeds"][0]["description"].endswith("1 rendering\nzed: Your pick is shown.\n-# $1")
    assert said["embeds"][0]["image"]["url"] == "attachment://A7K-1.png"
    assert [each["filename"] for each in said["attachments"]] == ["A7K-1.png"]
    await at.again().show(replace(view, footer="$2"), channel=LAUNCH, nonce="c1", message=card)
    assert at.wire.said(CHANNEL)[0]["embeds"][0]["description"].endswith("zed: Your pick is shown.\n-# $2")


async def test_clips(at: Speaking, tmp_path: Path) -> None:
    """Clips are the uploads' matter, those of a card's message that is taken down too."""
    clip = tmp_path / "a.mp4"
    clip.write_bytes(b"a fox")
    card = await show(at)
    posted = await at.chat.post_clip(CARD, clip, name="A7K-1.mp4", channel=LAUNCH, nonce="p1", thread=None)
    assert await at.chat.find_post(channel=LAUNCH, nonce="p1") == posted
    assert (await at.chat.most_bytes(LAUNCH) or 0) > 1 << 20
    await at.chat.take_off_picture(posted.message)
    await at.chat.take_down(posted.message, file=posted.file_id)
    assert [f"{CHANNEL}/{each['id']}" for each in at.wire.said(CHANNEL)] == [card.id]
