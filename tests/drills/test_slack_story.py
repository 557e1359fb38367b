"""The whole product told on Slack in one story: every event comes twice, the bot is restarted, the socket lost."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from adapters.muapi.simulator import Simulator
from bot.app import App
from bot.core.rows import Take
from tests.adapters.slack.fake.values import FakeMessage, FakeView, FileStub
from tests.end_to_end.slack import (
    DANA,
    JO,
    LAUNCH,
    LEE,
    MINA,
    RAVI,
    Room,
    at_work,
    id_of,
    require_books,
    require_clips,
    settings_for,
    workspace,
)
from tests.end_to_end.slack_story import SETTINGS, Story


class WholeStory(Story):
    """What happens after the story of the demo."""

    async def window(self, person: str, title: str) -> FakeView:
        """The window on somebody's screen."""
        await self.room.slack.until(lambda: self.room.slack.views(person))
        view = self.room.slack.views(person)[-1]
        assert view.title.startswith(title)
        return view

    async def settings_change(self) -> None:
        """The owner changes settings and cap in windows; a wrong value is said below its field, and others may not."""
        slack = self.room.slack
        assert "ratio: 16:9" in await self.room.dailies(MINA, "settings")
        (shown,) = self.room.told(MINA, "ratio: 16:9")
        assert self.room.buttons(shown) == []
        await self.room.dailies(DANA, "settings")
        await slack.press(DANA, self.room.told(DANA, "ratio: 16:9")[-1], "Change settings")
        view = await self.window(DANA, "Channel settings")
        acked = await slack.submit(DANA, view, {"Grace before a final is ordered": "soon"})
        assert "0 to 120" in str(acked.payload["errors"])
        await slack.submit(DANA, view, {"Grace before a final is ordered": "0", "Approvals that a final needs": "1"})
        assert slack.views(DANA) == []
        await self.room.hears(DANA, "grace: 0 s", "quorum: 1")
        await self.room.dailies(DANA, "budget")
        await slack.press(DANA, self.room.told(DANA, "Steps: 50 %")[-1], "Change budget")
        view = await self.window(DANA, "Budget")
        acked = await slack.submit(DANA, view, {"Cap": "plenty"})
        assert "dollars" in str(acked.payload["errors"])
        await slack.submit(DANA, view, {"Cap": "30"})
        await self.room.hears(DANA, "of $30.00 left")

    async def one_is_lost(self) -> None:
        """An order whose outcome nobody knows: the card says that it is held, and the owner decides by a button."""
        room = self.room
        self.simulator.arm("history-status", times=10_000)
        card = await room.order(MINA, "a kite [[drop-before]]", "Not sure")
        assert room.says(card, "$0.32")
        question = await room.hears(DANA, id_of(card), "It was lost, release")
        await room.slack.press(DANA, question, "It was lost, release")
        await room.becomes(card, "Judged lost by an owner. Nothing was charged")
        await room.slack.until(lambda: room.buttons(question) == [])

    async def two_are_cancelled(self) -> None:
        """What waits is dropped and its money is back; what renders is kept, and posted only when somebody asks."""
        room, slack = self.room, self.room.slack
        await room.dailies(DANA, "pause")
        assert "dana paused ordering in #launch" in await room.clip(JO, "a lamp at dusk")
        await room.dailies(DANA, "resume")
        card = await room.order(JO, "a lantern [[latency=800]] --count 3", "1 rendering", "2 waiting · 3 waiting")
        await slack.press(JO, card, "Cancel the 2 waiting · $0.64 back")
        await room.becomes(card, "2 cancelled · 3 cancelled")
        name = f"{id_of(card)}-1"
        await room.clip(JO, f"cancel {name}")
        kept = await room.hears(JO, f"{name} is already being made", "It will be kept, not posted.")
        await slack.press(JO, kept, "Post it anyway")
        await self.clip_of(name)

    async def more_is_made_of_it(self) -> None:
        """Again, and Edit in a window with the take's own prompt, which is ordered with another."""
        room, slack = self.room, self.room.slack
        first = await room.order(MINA, "a paper boat", "draft for mina · ready")
        await slack.react(JO, first, "repeat")
        again = await room.sees("draft for jo · ready", "a paper boat")
        assert id_of(again) != id_of(first)
        await slack.press(RAVI, first, "Edit")
        view = await self.window(RAVI, f"Edit {id_of(first)}")
        assert "Prompt: a paper boat" in slack.shown(view)
        await slack.submit(RAVI, view, {"Prompt": "a paper boat in the rain"})
        self.cards["boat"] = await room.sees("draft for ravi · ready", "a paper boat in the rain")

    async def many_are_ordered(self) -> None:
        """A list in a window: one quote with its sum, one confirmation, one sheet."""
        room, slack = self.room, self.room.slack
        await room.clip(MINA, "batch")
        view = await self.window(MINA, "Batch of drafts")
        await slack.submit(MINA, view, {"One prompt on each line": "a red door\na green door"})
        quote = await room.hears(MINA, "$0.64", "[Never mind]")
        before = len(self.simulator.bills())
        (order,) = [label for label in room.buttons(quote) if label.startswith("Order")]
        await slack.press(MINA, quote, order)
        self.cards["doors"] = await room.sees("2 drafts for mina · sheet 1 of", "ready to choose", "[1] [2]")
        assert len(self.simulator.bills()) == before + 2

    async def some_is_taken_down(self) -> None:
        """Hide removes a clip's file and its frames; rescue posts it again; keep and 📌 keep for ever."""
        room, slack, name = self.room, self.room.slack, id_of(self.cards["doors"])
        clip = await self.clip_of(f"{name}-1")
        await room.clip(MINA, f"hide {name}-1")
        await room.hears(MINA, f"{name}-1 is taken down")
        await slack.until(lambda: clip.deleted)
        assert all(slack.files[each].deleted for each in clip.files)
        await room.clip(MINA, f"rescue {name}-1")
        await self.clip_of(f"{name}-1")
        await slack.react(JO, self.cards["boat"], "pushpin")

    async def one_is_finished_by_its_message(self) -> None:
        """✅ on a clip's own message orders its final, and so does the shortcut, but a clip has one live final."""
        room, slack, name = self.room, self.room.slack, id_of(self.cards["boat"])
        clip = await self.clip_of(name)
        await slack.react(MINA, clip, "white_check_mark")
        await slack.shortcut(JO, clip, "promote")
        final = await room.sees(f"Final {name}-F is here")
        assert final.thread_ts is None
        assert len(room.messages(f"Final {name}-F")) == 1

    async def a_picture_moves(self) -> None:
        """A picture from somebody's phone becomes a clip, by the form of ``image``."""
        room, slack = self.room, self.room.slack
        await room.clip(RAVI, "image")
        view = await self.window(RAVI, "Animate a picture")
        photo = io.BytesIO()
        Image.new("RGB", (640, 360), "teal").save(photo, "PNG")
        picture = FileStub(name="cat.png", content=photo.getvalue())
        await slack.submit(RAVI, view, {"Prompt": "the cat blinks"}, files={"Picture": [picture]})
        await room.sees("draft for ravi · ready", "the cat blinks")

    async def a_guest_tries(self) -> None:
        """A guest orders nothing by any door, and is told so where only they see it."""
        room, slack = self.room, self.room.slack
        before = len(self.simulator.bills())
        assert "Guests and people of other organisations cannot order" in await room.clip(LEE, "a dog")
        await slack.press(LEE, self.cards["doors"], "1")
        await slack.shortcut(LEE, await self.clip_of(id_of(self.cards["boat"])), "promote")
        await slack.mention(LEE, LAUNCH, "draft: a dog")
        assert len(self.simulator.bills()) == before

    async def money_is_looked_at(self) -> None:
        """The report in a table; plot and export as files for the one who asked; what drafts saved; the home."""
        room, slack = self.room, self.room.slack
        report = await room.dailies(DANA, "spend report by person")
        assert "$" in report
        await room.dailies(DANA, "spend plot")
        await room.dailies(DANA, "spend export csv")
        await slack.until(lambda: {"png", "csv"} <= {slack.files[f].kind for m in slack.private(DANA) for f in m.files})
        assert "Drafting saved" in await room.dailies(DANA, "savings")
        for person in (MINA, DANA):
            await slack.open_home(person)
        await slack.until(lambda: slack.home(MINA) is not None and slack.home(DANA) is not None)
        mine, owners = slack.home(MINA), slack.home(DANA)
        assert mine is not None
        assert owners is not None
        assert room.says(mine, "of $30.00 left", "My takes", "a paper boat")
        assert "Settings" in room.buttons(owners)
        assert "Settings" not in room.buttons(mine)

    async def is_kept(self, app: App, name: str) -> None:
        """Whoever pinned a clip has it for ever."""
        take = await app.kit.store.transact(lambda tx: tx.get(Take, name))
        assert take is not None
        assert take.kept

    async def clip_of(self, name: str) -> FakeMessage:
        """The message that a clip stands with now."""
        slack = self.room.slack

        def found() -> list[FakeMessage]:
            return [
                message
                for message in slack.messages(LAUNCH)
                if any(slack.files[each].name.startswith((f"{name}.", f"{name}-line-")) for each in message.files)
            ]

        await slack.until(found, within_s=60)
        return found()[-1]


@pytest.mark.long
async def test_everything(tmp_path: Path) -> None:
    """Billed is what the ledger has, every clip stands once, Slack has nothing to complain of.

    ``STORY=story.txt`` keeps what everybody has read.
    """
    async with workspace() as slack, Simulator(scale=0.005, folder=tmp_path / "provider") as simulator:
        slack.deliver_twice = True
        settings = settings_for(slack, simulator, tmp_path, DAILIES_SLOTS="2", **SETTINGS)
        story = WholeStory(Room(slack), simulator)
        try:
            async with at_work(settings, slack):
                await story.arrives()
                await story.chooses()
            async with at_work(settings, slack):
                await story.finishes()
                await story.goes_over_the_cap()
                await story.is_refused()
                await story.settings_change()
                await story.one_is_lost()
                await story.two_are_cancelled()
            async with at_work(settings, slack) as app:
                await story.more_is_made_of_it()
                await slack.drop_socket()
                await slack.until(lambda: slack.connections, within_s=60)
                await story.many_are_ordered()
                await story.some_is_taken_down()
                await story.one_is_finished_by_its_message()
                await story.a_picture_moves()
                await story.a_guest_tries()
                await story.money_is_looked_at()
                await app.until_idle()
                await require_books(app, simulator)
                await require_clips(app, slack)
                await story.is_kept(app, id_of(story.cards["boat"]))
        finally:
            Path(os.environ.get("STORY", tmp_path / "transcript.txt")).write_text(slack.transcript(), encoding="utf-8")
        assert slack.complaints == []
