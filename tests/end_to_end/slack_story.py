"""The story of ``dailies demo``, played on Slack by four people, chapter by chapter."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.muapi.simulator import Simulator
from tests.adapters.slack.fake.values import FakeMessage
from tests.end_to_end.slack import DANA, JO, LAUNCH, LEE, MINA, RAVI, Room, id_of

#: Long enough to press Undo on a loaded machine, short enough to wait for.
GRACE_S = "3"
SETTINGS = {"DAILIES_GRACE": GRACE_S, "DAILIES_QUORUM": "2"}
REFUSAL = "the prompt names a protected character"


@dataclass(slots=True)
class Story:
    """What has been told so far."""

    room: Room
    simulator: Simulator
    #: The cards by their place in the story.
    cards: dict[str, FakeMessage] = field(default_factory=dict)
    finals: list[FakeMessage] = field(default_factory=list)

    async def arrives(self) -> None:
        """The bot is invited and says once what it does and costs; Dana lowers the cap."""
        await self.room.slack.invite(LAUNCH, by=DANA)
        welcome = await self.room.sees("I make short video clips here", "$0.32", "$50.00 of $50.00")
        assert "I look after this budget" in self.room.buttons(welcome)
        # With one final and two drafts more than four fifths of it are used: that is told.
        assert "$1.50 of $1.50 left" in await self.room.dailies(DANA, "budget set 1.50")

    async def chooses(self) -> None:
        """Two drafts on one sheet; votes by reaction, a slip, Undo, and the votes that arm the final."""
        room, slack = self.room, self.room.slack
        card = await room.order(MINA, "a mug on {oak|steel}, steam rising --seconds 4", "ready to choose")
        self.cards["mug"] = card
        (held,) = room.told(MINA, "2 drafts of 4 s at 480p: $0.64 held. Finals will be 4 s at 720p, $0.60 each.")
        assert room.says(held, "#launch has $0.86 of $1.50 left")
        assert room.says(card, "(picture: Contact sheet of", "1 oak · 2 steel", "$0.64 spent · $0.86 left")
        await slack.until(lambda: list(card.reactions) == ["one", "two"])
        await slack.press(MINA, card, "Keep this look")
        await slack.react(JO, card, "two")
        await slack.react(LEE, card, "two")
        await room.hears(LEE, "Finals in #launch are approved by members. Your pick is shown.")
        await slack.react(JO, card, "+1")
        await room.sees("👍 is applause")
        await slack.react(RAVI, card, "two")
        await room.becomes(card, "2 steel: approved by jo and ravi", "$0.60 held", "[Undo]")
        await slack.press(RAVI, card, "Undo")
        await slack.unreact(RAVI, card, "two")
        await room.hears(RAVI, "-2F is not ordered", "$0.60 is back")
        await slack.react(JO, card, "one")
        await slack.react(RAVI, card, "one")
        await room.becomes(card, "1 oak: approved by jo and ravi", "$0.60 held", "[Undo]")

    async def finishes(self) -> None:
        """The final that was armed is a new message with its picture and figures; the card has become one line."""
        room, card = self.room, self.cards["mug"]
        final = await room.sees("Final ", "-1F is here · $0.60 · $0.26 left", "made from the draft's frame")
        assert room.says(final, "(480p, 4 s) beside its final", "@mina")
        assert final.thread_ts is None
        assert [room.slack.files[each].kind for each in final.files] == ["mp4"]
        self.finals.append(final)
        await room.slack.until(lambda: card.text.endswith("· 1 finished · $1.24"))
        assert room.buttons(card) == []
        assert len(room.messages("Final ", "is here")) == 1
        (ladder,) = room.messages("#launch: $1.24 of $1.50 used (2 drafts, 1 final)")
        assert "mina" not in room.slack.shown(ladder)
        await room.hears(DANA, "#launch: $1.24 of $1.50 used", "mina $1.24 (2, 1)")

    async def goes_over_the_cap(self) -> None:
        """Too little is left: a private no with its figures; Jo asks, Dana raises by one button, and it is ordered."""
        room, slack = self.room, self.room.slack
        self.simulator.arm("refuse", REFUSAL)
        await room.clip(JO, "a famous cartoon mouse --draft-seconds 15")
        (asked,) = room.told(JO, "Not ordered: this needs $1.20, #launch has $0.26 left", "[Ask for more]")
        await slack.press(JO, asked, "Ask for more")
        await slack.until(lambda: room.says(asked, "has been asked"))
        question = await room.hears(DANA, "jo asks for $1.20", "$1.24 of $1.50 spent", "a famous cartoon mouse")
        await slack.press(DANA, question, "Raise by $10")
        await room.sees("#launch was raised to $11.50", "is ordered; dana said yes")
        await room.becomes(question, "#launch was raised to $11.50")
        assert room.buttons(question) == []

    async def is_refused(self) -> None:
        """The provider refuses the prompt: the card and, in private, its maker are told, and the money is back."""
        refused = await self.room.sees("draft for jo · refused", REFUSAL, "Nothing was charged.")
        await self.room.hears(JO, f"{id_of(refused)} · Refused by the provider: {REFUSAL}", "$1.20 is back")
