"""A slate's clips in one message: they wait for each other, and what a reaction on that message means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import Actor, OpenHome
from bot.core.errors import NotSent, NotSentFor
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.ports import Message, Reaction, Transaction
from bot.core.ports.chat import Sent
from bot.core.rows import Post, PostState, Take, Vote
from bot.core.sentences.states import late_after
from bot.jobs.catching_up import CatchUp
from bot.jobs.reactions import find_file
from bot.jobs.steps import named
from bot.jobs.together import LONGEST_WAIT_MS
from tests.jobs.acts import drafted, finals, reacts, sets, state_of, types, unreacts, votes
from tests.jobs.conftest import DANA, JO, MINA, ON_BOTH_STORES, RAVI, Office
from tests.jobs.test_picturing import held_up
from tests.jobs.worker.conftest import Crash, crashes, restart

TWO = "a mug on {oak|steel}"
FOUR = "a mug on {marble|oak|steel|slate}"


@pytest.fixture(autouse=True)
def together(office: Office) -> None:
    """On this office's chat, clips are shown together."""
    office.chat.clips_together = True


def replies(office: Office) -> list[Sent]:
    """The messages with clips."""
    return [sent for sent in office.chat.sent if sent.files]


def files(takes: list[Take]) -> list[str]:
    return [f"{take.id}.mp4" for take in takes]


def usual_s(take: Take) -> float:
    return take.usual_ms / 1000


async def states_of(office: Office, takes: list[Take]) -> list[str]:
    return [(await state_of(office, take)).value for take in takes]


async def jo(_workspace: str, _person: str) -> Actor:
    return JO


async def ravi(_workspace: str, _person: str) -> Actor:
    return RAVI


@ON_BOTH_STORES
async def test_the_clips_wait_for_the_last_one(office: Office) -> None:
    """While one is still being made the others are not posted; with it all come at once, and mention the maker once."""
    takes = await office.order(FOUR)
    let_go = await held_up(office, takes[2])
    await office.work(usual_s(takes[2]) * 1.5)
    assert replies(office) == []
    assert [await state_of(office, take) for take in takes] == [
        *(State.DELIVERING, State.DELIVERING, State.RENDERING, State.DELIVERING)
    ]
    let_go()
    await office.work(20)
    assert {await state_of(office, take) for take in takes} == {State.DELIVERED}
    shown = [name for sent in replies(office) for name in sent.files]
    assert sorted(shown) == files(takes)
    assert [sent.view.mentions for sent in replies(office) if sent.view.mentions] == [("mina",)]


@pytest.mark.parametrize("how", ["late", "cancelled"])
async def test_nobody_waits_for_what_does_not_come(office: Office, how: str) -> None:
    """One that is late, or that nobody is to see any more, keeps the others no longer, to the second."""
    takes = await office.order(FOUR)
    await held_up(office, takes[2])
    await office.work(usual_s(takes[2]) * 1.5)
    assert replies(office) == []
    if how == "late":
        late = await office.take(takes[2].id)
        await office.work((late_after(late, 0) - office.clock.now()) / 1000)
        assert replies(office) == []
    else:
        await types(office, f"/clip cancel {takes[2].id}")
    await office.work(1)
    shown = [name for sent in replies(office) for name in sent.files]
    assert sorted(shown) == files([takes[0], takes[1], takes[3]])


async def test_the_wait_has_an_end(office: Office) -> None:
    """A sibling that takes long, as others of its kind do, is waited for five minutes."""
    takes = await office.order(TWO)
    await held_up(office, takes[1])

    async def slow(tx: Transaction) -> None:
        row = await named(tx, Take, takes[1].id)
        await tx.step(row, replace(row, usual_ms=LONGEST_WAIT_MS))

    await office.store.transact(slow)
    await office.work(LONGEST_WAIT_MS / 1000)
    assert replies(office) == []
    await office.work(100)
    assert [sent.files for sent in replies(office)] == [(f"{takes[0].id}.mp4",)]


async def test_an_order_that_is_held_up_is_not_waited_for_long(office: Office) -> None:
    """The key has no credit: what was ordered before is shown all the same."""
    takes = await office.order(TWO)
    office.provider.script.add("submit", None, *[NotSent("no credit", reason=NotSentFor.CREDIT)] * 20)
    await office.work(LONGEST_WAIT_MS / 1000 + 60)
    assert len(replies(office)) == 1
    assert sorted(await states_of(office, takes)) == ["delivered", "queued"]


async def test_a_rescue_waits_for_nobody(office: Office) -> None:
    """What was asked for by a person comes at once; a single draft has nobody to wait for, nor has any elsewhere."""
    takes = await office.order(TWO)
    await held_up(office, takes[1])
    await office.work(60)
    office.chat.clips_together = False
    await office.work(30)
    assert [sent.files for sent in replies(office)] == [(f"{takes[0].id}.mp4",)]
    office.chat.clips_together = True
    office.chat.lose(replies(office)[0].message)
    await types(office, f"/clip rescue {takes[0].id}", DANA)
    await office.work(1)
    assert len(await drafted(office)) == 1


async def shared(office: Office, prompt: str = TWO) -> tuple[list[Take], Message]:
    """A slate whose clips are in one message, but for the last, which mentions its maker."""
    takes = await drafted(office, prompt)
    first, last = replies(office)
    assert (first.files, last.files) == (tuple(files(takes[:-1])), (f"{takes[-1].id}.mp4",))
    return takes, first.message


@ON_BOTH_STORES
async def test_a_keycap_on_the_reply_picks(office: Office) -> None:
    """Its number approves a take, ✅ and ❌ ask which; taken back, both are silent."""
    takes, message = await shared(office, FOUR)
    assert "React with its number" in (await reacts(office, "✅", message, JO)).text
    assert not (await unreacts(office, "✅", message, JO)).text
    assert takes[1].id in (await reacts(office, "❌", message, RAVI)).text
    await reacts(office, "2️⃣", message, JO)
    await office.work()
    assert [(final.draft, final.state) for final in await finals(office)] == [(takes[1].id, State.DELIVERED)]


async def test_a_number_that_is_elsewhere(office: Office) -> None:
    """A reply with some of a slate's clips takes the numbers of these alone."""
    _, message = await shared(office, FOUR)
    assert "1 to 4" in (await reacts(office, "4️⃣", message, JO)).text
    assert await finals(office) == []


async def test_again_on_the_reply(office: Office) -> None:
    """🔁 asks for another of the whole slate, as on its card."""
    _, message = await shared(office, FOUR)
    assert (await reacts(office, "🔁", message, JO)).text.startswith("4 drafts of 4 s")


@ON_BOTH_STORES
async def test_a_tick_on_the_reply_counts_for_none_when_votes_are_read(office: Office) -> None:
    """Before an order the reply's keycap stands for its take, and a ✅ on it for nobody's."""
    await sets(office, "settings quorum=2")
    takes, message = await shared(office, FOUR)
    await votes(office, takes[1].id, JO)
    await reacts(office, "2️⃣", message, RAVI)
    assert [final.state for final in await finals(office)] == [State.ARMED]
    office.chat.react(message, Reaction(person="ravi", emoji="✅"))
    await office.work()
    assert [final.state for final in await finals(office)] == [State.CANCELLED]


async def test_hiding_one_leaves_the_others(office: Office) -> None:
    """Only its file goes from the message, and its row says so; with the last one the message goes."""
    takes, message = await shared(office, FOUR)
    await types(office, f"/clip hide {takes[0].id}")
    sent = office.chat.at(message)
    assert sent is not None
    assert sent.files == tuple(files(takes[1:3]))
    assert [post.state for post in await office.rows(Post, take=takes[0].id)] == [PostState.GONE]
    for take in takes[1:3]:
        await types(office, f"/clip hide {take.id}")
    assert office.chat.at(message) is None
    assert [sent.files for sent in replies(office)] == [(f"{takes[3].id}.mp4",)]


async def test_a_tick_does_not_come_to_mean_the_one_that_is_left(office: Office) -> None:
    """Of two clips one is hidden: the ✅ that asked which is no vote for the other, however it is heard."""
    takes, message = await shared(office, "a mug on {marble|oak|steel}")
    await reacts(office, "✅", message, JO)
    await types(office, f"/clip hide {takes[0].id}")
    assert await CatchUp(office.kit, office.manager.handle, jo).run("local") == 0
    assert "React with its number" in (await reacts(office, "✅", message, RAVI)).text
    office.chat.react(message, Reaction(person="jo", emoji="✅"), Reaction(person="ravi", emoji="2️⃣"))
    assert await CatchUp(office.kit, office.manager.handle, ravi).run("local") == 1
    assert [(vote.person, vote.take) for vote in await office.rows(Vote, standing=True)] == [("ravi", takes[1].id)]


async def test_rows_without_a_mark(office: Office) -> None:
    """Two takes in one message are together, whatever was noted when each came."""
    takes, message = await shared(office, "a mug on {marble|oak|steel}")

    async def unmark(tx: Transaction) -> None:
        for post in await tx.rows(Post, message=message.id):
            await tx.put(replace(post, together=False))

    await office.store.transact(unmark)
    assert "React with its number" in (await reacts(office, "✅", message, JO)).text
    assert len({post.file_id for post in await office.rows(Post)}) == len(takes)


@ON_BOTH_STORES
async def test_a_crash_in_the_middle_loses_none_and_doubles_none(office: Office) -> None:
    """The process ends when some have been posted and the answer of the last of them is lost."""
    takes = await office.order(FOUR)
    office.chat.script.add("post_clip", None, After(Crash()))
    await crashes(office)
    office = await restart(office)
    await office.work()
    assert {await state_of(office, take) for take in takes} == {State.DELIVERED}
    assert sorted(name for sent in replies(office) for name in sent.files) == files(takes)

    async def found(tx: Transaction) -> list[Message | None]:
        return [await find_file(tx, "local", post.file_id or "") for post in await tx.rows(Post)]

    posts = await office.rows(Post)
    assert await office.store.transact(found) == [Message(channel=p.channel, id=p.message or "") for p in posts]


async def test_its_address_is_the_reply(office: Office) -> None:
    """At home each take leads to the message with its clip."""
    office.chat.links_begin = "https://chat.example/"
    takes, message = await shared(office, FOUR)
    home = (await office.handle(OpenHome, MINA)).home
    assert home is not None
    assert repr(home).count(f"/{message.id}'") + repr(home).count(f"/{message.id})") >= len(takes) - 1
