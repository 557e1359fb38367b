"""The story that ``dailies demo`` plays: what four people type in a channel, and how it has to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adapters.local import Desk, Session
from bot.core.lifecycle import Stage, State
from bot.core.notices import Notice

CHANNEL = "launch"
OWNER = "dana"
QUORUM = 2
#: Long enough to press Undo, short enough to wait for; seconds.
GRACE_S = 3
#: How long people look at what a reaction did before somebody goes on; less than the grace.
LOOKS_S = 1.2
#: What the provider says of the prompt that it refuses.
REFUSAL = "the prompt names a protected character"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line, by one person."""

    who: str
    #: As it is typed; ids stand for those that the orders get.
    line: str
    #: The id that the order's card gets in the lines that follow.
    card: str = ""
    #: The provider refuses the next order.
    refused: bool = False
    looks: bool = False


STORY = (
    # With one final and four drafts four fifths of it are used: that is told.
    Step(who="dana", line="/dailies budget set 3.40"),
    Step(
        who="mina",
        line="/clip a ceramic mug on {marble|oak|steel|slate}, steam rising, soft morning light --seconds 10",
        card="A7K",
    ),
    Step(who="mina", line="wait"),
    # The final is to begin with the draft's own frame, and the card says so before anybody votes.
    Step(who="mina", line='press "Keep this look" A7K', looks=True),
    Step(who="jo", line="react 2️⃣ A7K", looks=True),
    Step(who="jo", line="react 3️⃣ A7K", looks=True),
    # The slip: ravi means oak and hits steel, and that completes its quorum.
    Step(who="ravi", line="react 3️⃣ A7K", looks=True),
    Step(who="ravi", line='press "Undo" A7K-3', looks=True),
    Step(who="ravi", line="unreact 3️⃣ A7K", looks=True),
    Step(who="ravi", line="react 2️⃣ A7K", looks=True),
    Step(who="ravi", line="wait"),
    Step(who="jo", line="/clip a famous cartoon mouse surfing a wave", card="M2W", refused=True, looks=True),
    Step(who="mina", line="/clip the oak mug on a rainy windowsill, slow push-in --count 4", card="H3R"),
    Step(who="mina", line='press "Ask for more" H3R'),
    Step(who="dana", line='press "Raise by $10" H3R'),
    Step(who="mina", line="wait"),
    Step(who="dana", line="/dailies spend report"),
    Step(who="dana", line="/dailies spend plot"),
    Step(who="dana", line="/dailies savings"),
)

#: How many takes of each stage end in each state.
ENDS: Mapping[tuple[Stage, State], int] = {
    (Stage.DRAFT, State.DELIVERED): 8,
    (Stage.DRAFT, State.REFUSED): 1,
    (Stage.FINAL, State.CANCELLED): 1,
    (Stage.FINAL, State.DELIVERED): 1,
}


class StoryLost(Exception):
    """A line did not bring about what the story needs; ``str()`` says which."""


async def play(desk: Desk, *, refuse_next: Callable[[str], None], story: Sequence[Step] = STORY) -> None:
    """Type every line; each person has a keyboard of their own.

    Raises:
        StoryLost: an order got no card.
    """
    people = {who: Session(desk, person=who, channel=CHANNEL) for who in dict.fromkeys(step.who for step in story)}
    cards: dict[str, str] = {}
    for step in story:
        if step.refused:
            refuse_next(REFUSAL)
        line = step.line
        for placeholder, card in cards.items():
            line = line.replace(placeholder, card)
        notice = await people[step.who].type(line)
        if step.card:
            cards[step.card] = _card(line, notice)
        if step.looks:
            await desk.clock.sleep(LOOKS_S)


def _card(line: str, notice: Notice | None) -> str:
    """The id that an order got; one that was not ordered is named by its buttons."""
    actions = [button.action for button in notice.buttons] if notice else []
    card = notice.card if notice and notice.card else next((action.split(":")[1] for action in actions), "")
    if not card:
        msg = f"“{line}” made no card"
        raise StoryLost(msg)
    return card
