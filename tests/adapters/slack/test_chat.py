"""The port on a workspace: cards, lines and reactions, through the real slack_sdk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.slack.chat import SlackChat
from bot.core.errors import ChatBusy, ChatClosed, ChatError, MessageGone, NotYet, StoreError
from bot.core.ports import Button, CardView, Message, Picture, Reaction
from bot.core.ports.store import Work
from bot.core.rows import Rank
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import FakeMessage, FileStub
from tests.adapters.slack.workspace import LAUNCH, OTHER, Workspace, workspace

CARD, DONE = CardView(title="A7K · 4 drafts", footer="$1.28 held"), CardView(title="A7K · 1 finished")
LINE = CardView(title="👍 is applause; ✅ orders the final, $0.75.")
QUESTION = CardView(title="Not sure about A7K.", buttons=(Button(label="Check again", action="judge:A7K:check.1"),))
SHEET = Picture(path=Path("/sheet.png"), name="A7K-1.png", about="a fox")
READY = replace(CARD, picture=SHEET, numbers=("A7K-1", "A7K-2"))


@pytest.fixture
async def at() -> AsyncIterator[Workspace]:
    async with workspace() as made:
        yield made


async def show(
    chat: SlackChat,
    view: CardView = CARD,
    *,
    nonce: str = "c1",
    message: Message | None = None,
    rank: Rank = Rank.STATE,
) -> Message:
    return await chat.show(view, channel=LAUNCH, nonce=nonce, message=message, rank=rank)


def standing(slack: FakeSlack, channel: str = "C1") -> list[FakeMessage]:
    return [message for message in slack.messages(channel) if not message.deleted]


async def test_card(at: Workspace) -> None:
    """A card is posted once with its blocks, and edited in place; nothing in it is unfolded or mentions by name."""
    card = await show(at.chat)
    assert await show(at.chat, DONE, message=card) == card
    (message,) = at.slack.messages("C1")
    assert (card, message.text, len(message.blocks), len(message.edits)) == (
        Message(channel=LAUNCH, id=message.ts),
        DONE.title,
        1,
        1,
    )
    asked = at.slack.calls("chat.postMessage")[0].args
    assert (asked["parse"], asked["link_names"], asked["unfurl_links"], asked["unfurl_media"]) == (
        "none",
        False,
        False,
        False,
    )


async def test_nonce_outlives_the_process(at: Workspace) -> None:
    """After a restart a card that was posted is edited to what it shows now, not posted again; a line is as it was."""
    card = await show(at.chat)
    line = await at.chat.say(LINE, channel=LAUNCH, nonce="l1", to=None, thread=None)
    again = at.again()
    assert await show(again, DONE) == card
    assert await again.say(LINE, channel=LAUNCH, nonce="l1", to=None, thread=None) == line
    assert [message.text for message in at.slack.messages("C1")] == [DONE.title, LINE.title]


async def test_slow_answer(at: Workspace) -> None:
    """Who gives up on a slow answer and comes again finds the card that was posted meanwhile."""
    at.slack.fail("chat.postMessage", "hang", retry_after_s=0.2)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await show(at.chat)
    await show(at.chat, DONE)
    assert [message.text for message in at.slack.messages("C1")] == [DONE.title]


async def test_deleted_card(at: Workspace) -> None:
    """A card that was deleted is said to be gone, and can be posted anew."""
    card = await show(at.chat)
    at.slack.messages("C1")[0].deleted = True
    with pytest.raises(MessageGone):
        await show(at.chat, DONE, message=card)
    assert await show(at.chat, DONE) != card


async def test_edits_are_ranked(at: Workspace) -> None:
    """When edits are scarce progress waits, and an undo does not; progress that changes nothing is not sent."""
    card = await show(at.chat)
    await show(at.chat, message=card, rank=Rank.PROGRESS)
    for n in range(60):
        try:
            await show(at.chat, replace(CARD, footer=f"{n}"), message=card, rank=Rank.PROGRESS)
        except NotYet:
            break
    with pytest.raises(NotYet):
        await show(at.chat, CARD, message=card, rank=Rank.PROGRESS)
    await show(at.chat, DONE, message=card, rank=Rank.UNDO)
    assert at.chat.progress_every_s == 5
    assert 0 < len(at.slack.calls("chat.update")) <= 21
    assert at.slack.messages("C1")[0].text == DONE.title


async def test_sheet(at: Workspace) -> None:
    """A sheet comes onto the card by its file, with the numbers to react with below it, once."""
    at.files.pictures[SHEET.name] = at.slack.kit.files.picked("U1", FileStub(name="sheet.png")).id
    card = await show(at.chat)
    await show(at.chat, READY, message=card, rank=Rank.PROGRESS)
    await show(at.chat, replace(READY, footer=""), message=card)
    await at.slack.until(lambda: list(at.slack.messages("C1")[0].reactions) == ["one", "two"])
    assert [block["type"] for block in at.slack.messages("C1")[0].blocks] == ["section", "image"]
    await show(at.again(), READY, message=card)
    await at.slack.until(lambda: len(at.slack.calls("reactions.add")) == 4)
    await show(at.chat, DONE, message=card)
    assert at.files.hanging == [(card, SHEET.name), (card, SHEET.name), (card, "")]


async def test_picture_that_cannot_be_shown(at: Workspace) -> None:
    """Where the picture cannot be uploaded, or Slack does not show it, the card is shown without."""
    await show(at.chat, READY)
    at.files.pictures[SHEET.name] = "F404"
    await show(at.chat, READY, nonce="c2")
    assert [[block["type"] for block in each.blocks] for each in at.slack.messages("C1")] == [
        ["section", "context"]
    ] * 2


async def test_a_picture_that_is_late(at: Workspace) -> None:
    """The card's own edit waits for it, and nothing else in the channel; after three tries it waits no longer."""
    at.files.pictures[SHEET.name] = at.slack.kit.files.picked("U1", FileStub(name="sheet.png")).id
    card = await show(at.chat)
    at.files.busy = 5
    for _ in range(2):
        with pytest.raises(NotYet) as raised:
            await show(at.chat, READY, message=card)
        assert raised.value.retry_after_s == 3
    for _ in range(3):
        await show(at.chat, READY, message=card, rank=Rank.UNDO)
        assert not at.files.hanging
    await show(at.chat, READY, message=card)
    assert at.files.hanging == [(card, SHEET.name)]


@pytest.mark.parametrize("refused_by", ["the upload", "Slack"])
async def test_progress_stays_progress(at: Workspace, refused_by: str) -> None:
    """A picture that cannot be shown makes no edit more urgent than it is, however often it is tried."""
    if refused_by == "Slack":
        at.files.pictures[SHEET.name] = "F404"
    card = await show(at.chat)
    sent = 0
    with suppress(NotYet):
        for sent in range(8):
            await show(at.chat, replace(READY, footer=str(sent)), message=card, rank=Rank.PROGRESS)
    assert 0 < sent < 7


async def test_a_picture_that_could_not_be_removed(at: Workspace) -> None:
    """Each edit that follows has it removed, until it is."""
    at.files.pictures[SHEET.name] = at.slack.kit.files.picked("U1", FileStub(name="sheet.png")).id
    card = await show(at.chat, READY)
    for _ in range(2):
        await show(at.chat, DONE, message=card)
    assert at.files.hanging == [(card, SHEET.name), (card, ""), (card, "")]


async def test_lines(at: Workspace) -> None:
    """A line stands in the channel, or in its card's thread; in the channel, where the card was deleted."""
    card = await show(at.chat)
    said = [await at.chat.say(LINE, channel=LAUNCH, nonce=f"l{n}", to=None, thread=(None, card)[n]) for n in range(2)]
    at.slack.messages("C1")[0].deleted = True
    said.append(await at.chat.say(LINE, channel=LAUNCH, nonce="l2", to=None, thread=Message(channel=LAUNCH, id="1.0")))
    threads = {each.ts: each.thread_ts for each in [*at.slack.messages("C1"), *at.slack.messages("C1", thread=card.id)]}
    assert [threads[each.id] for each in said] == [None, card.id, None]


async def test_private_word(at: Workspace) -> None:
    """A word about a card is shown in its thread to that person only, and to nobody else."""
    card = await show(at.chat)
    said = await at.chat.say(LINE, channel=LAUNCH, nonce="l1", to="U1", thread=card)
    (word,) = at.slack.private("U1")
    assert (word.channel, word.thread_ts, word.ts) == ("C1", card.id, said.id)
    assert [at.slack.private(person) for person in ("U2", "U3", "U4")] == [[], [], []]


@pytest.mark.parametrize(
    ("view", "to", "threaded"),
    [(QUESTION, "U4", True), (QUESTION, "U1", True), (LINE, "U1", False), (LINE, "U4", True)],
)
async def test_direct_message(at: Workspace, view: CardView, to: str, *, threaded: bool) -> None:
    """A question, what is about no card, and a word to whoever is not in the channel come as a direct message."""
    card = await show(at.chat)
    said = await at.chat.say(view, channel=LAUNCH, nonce="l1", to=to, thread=card if threaded else None)
    (message,) = at.slack.private(to)
    assert message.channel.startswith("D")
    assert said == Message(channel=f"slack:T1/{message.channel}", id=message.ts)
    assert len(message.blocks) == 1 + len(view.buttons)
    assert [each.ts for each in at.slack.messages("C1")] == [card.id]


async def test_private_word_later(at: Workspace) -> None:
    """Where Slack asks to wait, a private word is not said elsewhere instead."""
    card = await show(at.chat)
    at.slack.fail("chat.postEphemeral", "ratelimited", retry_after_s=3)
    with pytest.raises(ChatBusy):
        await at.chat.say(LINE, channel=LAUNCH, nonce="l1", to="U1", thread=card)
    assert at.slack.private("U1") == []


async def test_reactions(at: Workspace) -> None:
    """Reactions come with who gave them, the same meaning once per person; on what does not stand there are none."""
    card = await show(at.chat)
    message = at.slack.messages("C1")[0]
    message.reactions |= {
        "white_check_mark": ["U1", "U3"],
        "heavy_check_mark": ["U1"],
        "+1::skin-tone-3": ["U2"],
        "two": [at.slack.bot_user],
    }
    assert await at.chat.reactions(card) == [
        Reaction(person="U1", emoji="✅", name="mina"),
        Reaction(person="U3", emoji="✅", name="zed", guest=True),
        Reaction(person="U2", emoji="👍", name="jo"),
        Reaction(person=at.slack.bot_user, emoji="2️⃣", name=at.slack.people[at.slack.bot_user].name, bot=True),
    ]
    assert at.slack.calls("reactions.get")[0].args["full"] in (True, "1", "true")
    message.deleted = True
    assert await at.chat.reactions(card) == []


async def test_address(at: Workspace) -> None:
    """A message has its permalink while it stands."""
    card = await show(at.chat)
    assert await at.chat.link(card) == f"https://studio-t1.slack.com/archives/C1/p{card.id.replace('.', '')}"
    await at.chat.take_down(card)
    assert await at.chat.link(card) is None


async def test_taken_down(at: Workspace) -> None:
    """A message is taken down with its files; twice is no error; another's cannot be."""
    card = await show(at.chat)
    await at.chat.take_down(card)
    await at.chat.take_down(card)
    assert (standing(at.slack), at.files.taken_down) == ([], [card, card])
    at.slack.fail("chat.delete", "cant_delete_message")
    with pytest.raises(ChatError, match="cant_delete_message"):
        await at.chat.take_down(card)


async def test_files(at: Workspace, tmp_path: Path) -> None:
    """Clips and their pictures are the uploads' affair."""
    card = await show(at.chat)
    with pytest.raises(ChatClosed):
        await at.chat.post_clip(CARD, tmp_path, name="A7K.mp4", channel=LAUNCH, nonce="p1", thread=None)
    assert await at.chat.find_post(channel=LAUNCH, nonce="p1") is None
    await at.chat.take_off_picture(card)
    assert (at.files.taken_off, await at.chat.most_bytes(LAUNCH), at.chat.post_timeout_s) == ([card], 1 << 30, 60)


async def test_one_a_second(at: Workspace) -> None:
    """Messages in one channel are posted a second apart, those of others at once."""
    for n in range(2):
        await at.chat.say(LINE, channel=LAUNCH, nonce=f"l{n}", to=None, thread=None)
        await at.chat.say(LINE, channel=OTHER, nonce=f"l{n}", to=None, thread=None)
    assert 0.9 < sum(at.clock.slept) <= 1


async def test_rows_out_of_reach(at: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the rows cannot be read nothing new is posted; what was posted is known all the same."""
    transact = at.store.transact

    async def broken(work: Work[object]) -> object:
        if at.slack.calls("chat.postMessage"):
            msg = "disk"
            raise StoreError(msg)
        return await transact(work)

    monkeypatch.setattr(at.store, "transact", broken)
    card = await show(at.chat)
    with pytest.raises(ChatBusy):
        await show(at.chat, nonce="c2")
    assert await show(at.chat, DONE) == card
    at.slack.messages("C1")[0].deleted = True
    with pytest.raises(ChatBusy):
        await show(at.chat, DONE)
    assert len(at.slack.calls("chat.postMessage")) == 1
