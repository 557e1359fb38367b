"""What people type into ``dailies local``, decided by chance: orders under every trouble, votes, undo, cancel, caps."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.drills.processes.installation import Installation

#: Trouble of the provider's, each of which ends by itself within provider minutes.
MARKERS = (
    *("", "", "", "", "", ""),
    *("[[slow=20]]", "[[slow=58]]", "[[drop]]", "[[drop-before]]", "[[non-json]]", "[[no-id]]", "[[at-once]]"),
    *("[[fault-before=1]]", "[[fault-before]]", "[[fault-after]]", "[[fault-with-id]]", "[[refuse]]"),
    *("[[rate*1]]", "[[rate=date*1]]", "[[credit*1]]", "[[moderation]]", "[[fail]]", "[[fail-unrefunded]]"),
    *("[[cancelled]]", "[[unknown-status]]", "[[missing]]", "[[poll-status*2]]", "[[poll-rate*1]]", "[[poll-drop*2]]"),
    *("[[poll-non-json*1]]", "[[no-url]]", "[[cut]]", "[[no-range]]", "[[latency=90]]", "[[latency=0]]"),
)
OVERCHARGED = "[[overcharge=1.25]]"
#: Paid and without a clip, as they ask for it.
WITHOUT_CLIP = ("no-url", "fail-unrefunded")
SHAPES = ("a mug", "a mug on {oak|steel}", "a dog --count 3", "a cup on {oak|steel|marble|slate}", "a cat --count 2")
#: Caps in dollars, some of them below what is used by then.
CAPS = (2, 4, 8, 20, 60)


@dataclass
class Story:
    """One line after another; what is about a take is about one that is there."""

    chance: random.Random
    installation: Installation
    overcharges: bool = False
    _orders: int = 0

    def line(self) -> str:
        """The next line."""
        act = self.chance.choices(
            (self._order, self._vote, self._press, self._about_a_take, self._cap), weights=(8, 5, 2, 3, 1)
        )[0]
        return act()

    def _order(self) -> str:
        self._orders += 1
        marker = OVERCHARGED if self.overcharges and self.chance.random() < 0.2 else self.chance.choice(MARKERS)
        return f"/clip {self.chance.choice(SHAPES)} number {self._orders} {marker}"

    def _vote(self) -> str:
        drafts = [take["id"] for take in self.installation.takes("delivered") if take["stage"] == "draft"]
        word = self.chance.choice(("react ✅", "react ✅", "react ✅", "unreact ✅", "react ❌", "react 🔁"))
        return f"{word} {self.chance.choice(drafts)}" if drafts else self._order()

    def _press(self) -> str:
        """Only what is there to be pressed: for a button that is not, the next line would wait."""
        unknown = [take["id"] for take in self.installation.takes("unknown") if take["question_at"]]
        if unknown and self.chance.random() < 0.5:
            return f'press "Check again" {self.chance.choice(unknown)}'
        if self.installation.rows("SELECT scope FROM budgets WHERE stopped_by IS NOT NULL"):
            return 'press "Go on"'
        armed = [take["id"] for take in self.installation.takes("armed")]
        return f'press "Undo" {self.chance.choice(armed)}' if armed else self._vote()

    def _about_a_take(self) -> str:
        verb = self.chance.choice(("cancel", "cancel", "again", "show", "keep", "rescue"))
        states = ("shelved",) if verb == "rescue" else ()
        takes = [take["id"] for take in self.installation.takes(*states)]
        return f"/clip {verb} {self.chance.choice(takes)}" if takes else self._order()

    def _cap(self) -> str:
        return f"/dailies budget set {self.chance.choice(CAPS)}"
