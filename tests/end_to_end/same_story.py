"""The story of the demo, told in what people do, so that it can be played in any chat."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.app import App
from bot.core.rows import Card, Take
from tests.end_to_end.rooms import Room, Stage, comes_to, until_async

REFUSAL = "the prompt names a protected character"
SLATE = "a ceramic mug on {marble|oak|steel|slate}, steam rising"
MOUSE = "a famous cartoon mouse surfing a wave"
HERO = "the oak mug on a rainy windowsill, slow push-in"


@dataclass(slots=True)
class Play:
    """A story in a room, and the cards by their place in it."""

    room: Room
    stage: Stage
    app: App
    cards: dict[str, str] = field(default_factory=dict)

    async def begins(self) -> None:
        """A cap, a slate of four, its look, a slip that Undo takes back, and the votes that arm the final."""
        room = self.room
        # With one final and four drafts four fifths of it are used: that is told.
        await room.types("dana", "/dailies budget set 3.40", "dailies budget set", amount="3.40")
        await room.types("mina", f"/clip {SLATE} --seconds 10", "clip draft", prompt=SLATE, seconds=10)
        slate = self.cards["slate"] = await self.newest_card()
        await self.app.until_idle()
        await room.presses("mina", "Keep this look", slate)
        await self.react("jo", "2️⃣", slate)
        await self.react("jo", "3️⃣", slate)
        await self.react("ravi", "3️⃣", slate)
        await comes_to(self.app, f"{slate}-3F", "armed")
        await room.presses("ravi", "Undo", slate)
        await comes_to(self.app, f"{slate}-3F", "cancelled")
        await self.react("ravi", "3️⃣", slate, back=True)
        await self.react("ravi", "2️⃣", slate)
        await comes_to(self.app, f"{slate}-2F", "armed")

    async def goes_on(self) -> None:
        """After a restart in the grace: the final, a refusal, a cap, more money by one button, a second slate."""
        room, slate = self.room, self.cards["slate"]
        await self.app.until_idle()
        await self.reads(f"Final {slate}-2F is here", "$1.50", "$0.62 left")
        await self.reads(f"{slate} · 1 finished · $2.78")
        self.stage.simulator.arm("refuse", REFUSAL)
        await room.types("jo", f"/clip {MOUSE}", "clip draft", prompt=MOUSE)
        mouse = await self.newest_card()
        await self.app.until_idle()
        await self.reads(f"{mouse} · draft for jo · refused", "Nothing was charged")
        await room.types("mina", f"/clip {HERO} --count 4", "clip draft", prompt=HERO, count=4)
        hero = await self.asked()
        await room.presses("mina", "Ask for more", hero)
        await room.presses("dana", "Raise by $10", hero)
        await self.app.until_idle()
        await self.reads("#launch was raised to $13.40")
        await self.reads(f"{hero} · 4 drafts for mina · ready to choose")
        await room.types("dana", "/dailies savings", "dailies savings")

    async def react(self, who: str, emoji: str, about: str, *, back: bool = False) -> None:
        """A reaction, whose command was decided before anybody goes on."""
        before = len(self.stage.decisions)
        await self.room.reacts(who, emoji, about, back=back)
        await until_async(lambda: self.decided(before), what=(who, emoji, about))

    async def decided(self, before: int) -> bool:
        return len(self.stage.decisions) > before

    async def newest_card(self) -> str:
        """The card of the order just given."""
        cards = await self.app.kit.store.transact(lambda tx: tx.rows(Card, order=("created_at", "id")))
        return cards[-1].id

    async def asked(self) -> str:
        """What the order is called that was not let through."""
        takes = await self.app.kit.store.transact(lambda tx: tx.rows(Take, order=("created_at", "id")))
        return takes[-1].card

    async def reads(self, *words: str) -> None:
        """A message stands that says all of it, with the same words in every chat."""

        async def stands() -> bool:
            return any(all(word in message for word in words) for message in await self.room.reads())

        await until_async(stands, what=words)
