"""Reactions: what stands on the platform changes at once; whether and when we are told of it is another matter."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.core.commands import Actor, React
from bot.core.emoji import KEYCAPS, normalise
from bot.core.lifecycle import Stage, State
from bot.core.ports import Message, Reaction, Transaction
from bot.core.rows import Card, Post, PostState, Take
from tests.drills.machine.base import ANY, MachineBase
from tests.jobs.conftest import DANA, JO, LAUNCH, MINA, RAVI

TOLD = st.sampled_from([True, True, False])
VOTERS = st.sampled_from([MINA, JO, RAVI, DANA])
opened = precondition(lambda self: self.world is not None)


class Voting(MachineBase):
    """Approvals by reaction."""

    def __init__(self) -> None:
        super().__init__()
        self.untold: list[React] = []

    @opened
    @rule(which=ANY, who=VOTERS, told=TOLD, on_clip=st.booleans(), regrets=st.booleans())
    def promote(self, which: int, who: Actor, *, told: bool, on_clip: bool, regrets: bool) -> None:
        """Somebody approves a clip on its card, or on itself; and thinks again, of which the platform tells nothing."""
        made = [take for take in self.takes() if take.stage is Stage.DRAFT and take.state is State.DELIVERED]
        if not made:
            return
        take = made[which % len(made)]
        card, post = self.run(self.there.read(lambda tx: where_it_stands(tx, take)))
        message = post if on_clip else card
        if message is None:
            return
        where = Message(channel=take.channel, id=message)
        emoji = KEYCAPS[take.number - 1] if take.slate and not on_clip else "✅"
        self.reaction(where, emoji, who, added=True, told=told)
        if regrets:
            self.reaction(where, emoji, who, added=False, told=False)

    def reaction(self, message: Message, emoji: str, who: Actor, *, added: bool, told: bool) -> None:
        chat = self.there.site.chat
        new = Reaction(person=who.id, emoji=normalise(emoji), name=who.name, guest=who.guest)
        others = [each for each in chat.standing_on(message) if (each.person, each.emoji) != (new.person, new.emoji)]
        chat.react(message, *others, *([new] if added else []))
        self.events += 1
        event = React(
            actor=who,
            place=LAUNCH,
            event=f"event-{self.events}",
            message=message.id,
            emoji=emoji,
            added=added,
            at=self.there.site.vendor.clock.now(),
        )
        if told:
            self.send_again(event)
        else:
            self.untold.append(event)


async def where_it_stands(tx: Transaction, take: Take) -> tuple[str | None, str | None]:
    """The messages of a take's card and of its clip."""
    card = await tx.get(Card, take.card)
    posts = await tx.rows(Post, take=take.id, state=PostState.POSTED)
    return card.message if card else None, posts[0].message if posts else None
