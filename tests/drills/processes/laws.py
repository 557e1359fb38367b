"""What must be true of an installation's rows, the provider's bills and the files, whatever befell its processes."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import IN_MOTION
from bot.core.lifecycle import SLOTTED
from bot.jobs.keys import LASTING
from tests.drills.processes.installation import Installation, Row
from tests.drills.processes.story import WITHOUT_CLIP

MOVING = tuple(state.value for state in IN_MOTION)
#: The clip is in the archive.
KEPT = ("delivering", "delivered", "shelved", "undeliverable")


@dataclass
class Watch:
    """Looks at a living installation again and again: slots and caps, which may not be exceeded for a moment either."""

    installation: Installation
    slots: int
    #: Of each scope, the cap's version and what was used when it was looked at last.
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def look(self) -> None:
        """Require it now."""
        running = self.installation.provider.running()
        assert running <= self.slots, f"{running} jobs at once, where {self.slots} are allowed"
        held = self.installation.rows("SELECT count(*) AS n FROM slots")
        assert not held or held[0]["n"] <= self.slots
        for budget in self.installation.rows("SELECT * FROM budgets"):
            self._require_cap(budget)

    def _require_cap(self, budget: Row) -> None:
        """Under one version of a cap nothing is added beyond it, but what the provider charged above its hold."""
        scope, version, used = budget["scope"], budget["cap_version"], budget["used"]
        before, was = self._seen.get(scope, (0, 0))
        self._seen[scope] = (version, used)
        if budget["cap"] is None or before not in (0, version) or used <= was:
            return
        takes = self.installation.takes()
        over = sum(max(0, take["charged"] - take["price"]) for take in takes)
        late = sum(take["charged"] + take["held"] for take in takes if take["late"])
        assert used - over - late <= max(budget["cap"], was), f"{scope} uses {used} of {budget['cap']}"


def is_settled(installation: Installation, *, slots: int) -> bool:
    """Whether nothing goes on by itself: what waits, waits for a person, or for the place of one that does."""
    moving = installation.takes(*MOVING)
    if moving and not all(take["state"] == "queued" for take in moving):
        return False
    held_up = is_stopped(installation) or is_key_paused(installation) or are_places_held(installation, slots=slots)
    if moving and not held_up:
        return False
    unasked = [take for take in installation.takes("unknown") if take["question_at"] is None and take["job"] is None]
    return not unasked and not installation.rows("SELECT id FROM outbox")


def is_stopped(installation: Installation) -> bool:
    """Whether ordering is stopped by an overrun."""
    return bool(installation.rows("SELECT scope FROM budgets WHERE stopped_by IS NOT NULL"))


def is_key_paused(installation: Installation) -> bool:
    """Whether the provider's key waits for credit, or for whoever can mend it."""
    lasting = ", ".join(f"'{why}'" for why in LASTING)
    return bool(installation.rows(f"SELECT id FROM keys WHERE paused_for IN ({lasting})"))


def are_places_held(installation: Installation, *, slots: int) -> bool:
    """Whether what is not known has every place for now, so that what is queued waits for it."""
    held = "SELECT take FROM slots JOIN takes ON takes.id = slots.take WHERE state = 'unknown'"
    return len(installation.rows(held)) >= slots


def require_one_bill_per_take(installation: Installation, *, excepted: int = 0) -> None:
    """Every job has its take and every take at most one job; ``excepted`` second bills are booked as such."""
    bills = installation.provider.bills()
    takes = {take["job"]: take for take in installation.takes() if take["job"]}
    second = {row["evidence"] for row in installation.rows("SELECT evidence FROM ledger WHERE kind = 'adjust'")}
    unowned = [bill for bill in bills if bill.job not in takes and not any(bill.job in each for each in second)]
    assert not unowned, f"bills without a take: {unowned}"
    assert len(bills) - len(takes) <= excepted
    assert {bill.job for bill in bills} >= set(takes)
    for bill in bills:
        if bill.job in takes:
            assert bill.prompt == takes[bill.job]["prompt"]


def require_books(installation: Installation) -> None:
    """Ledger, budgets, takes and the provider's bills say the same, to the micro-dollar."""
    bills = installation.provider.bills()
    takes = installation.takes()
    charged, held = sum(take["charged"] for take in takes), sum(take["held"] for take in takes)
    assert charged == sum(bill.charged.micros for bill in bills)
    for budget in installation.rows("SELECT * FROM budgets"):
        lines = "SELECT sum(amount) AS used, sum(held) AS held FROM ledger WHERE scope = ? AND period_start = ?"
        (sums,) = installation.rows(lines, budget["scope"], budget["period_start"])
        assert (budget["used"], budget["held"]) == (sums["used"] or 0, sums["held"] or 0)
        if not budget["scope"].startswith("person:"):
            assert (budget["used"], budget["held"]) == (charged + held, held)
    for take in takes:
        waits = take["state"] in ("unknown", "queued") or (take["state"] == "asked" and take["asked"] != "cap")
        assert take["held"] == (take["price"] if waits else 0), take


def require_clips(installation: Installation) -> None:
    """Every paid clip is in the archive and, unless it was not to be posted, once in the channel: the same bytes."""
    bills = {bill.job: bill for bill in installation.provider.bills()}
    shown = Counter(_sha256(path) for path in installation.clips())
    wanted: Counter[str] = Counter()
    for take in installation.takes():
        bill = bills.get(take["job"] or "")
        if take["state"] in KEPT:
            assert _sha256(installation.home / "archive" / take["clip"]) == take["clip_sha256"]
            assert take["state"] != "delivering", take
            wanted[take["clip_sha256"]] += take["state"] == "delivered"
        elif bill is not None and bill.charged.micros:
            assert any(marker in bill.prompt for marker in WITHOUT_CLIP), take
            assert take["problem"]
            assert take["state"] in ("failed", "lost"), take
    assert shown == +wanted


def require_visible(installation: Installation) -> None:
    """What is not known says why, and its owner was asked; no slot is held for what does not need one."""
    for take in installation.takes("unknown"):
        assert take["problem"], take
        assert take["question_at"], take
    slotted = {state.value for state in SLOTTED} | {"unknown"}
    for row in installation.rows("SELECT takes.id, state FROM slots JOIN takes ON takes.id = slots.take"):
        assert row["state"] in slotted, row
    assert installation.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert not list((installation.home / "answers").glob("*.json"))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
