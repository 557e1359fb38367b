"""What an audit can find, each with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a finding matters."""

    #: Money or a clip may be wrong: look into it now.
    SERIOUS = "serious"
    #: Something takes longer than it should, or waits for a person.
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not agree; ``code`` is stable, the sentences may change."""

    severity: Severity
    #: A word of ``REMEDIES``.
    code: str
    #: The take, budget, attempt, key or file that it is about.
    subject: str
    #: What was found, in a sentence without its end.
    says: str

    @property
    def remedy(self) -> str:
        """What to do, in a sentence."""
        return REMEDIES[self.code]


RESTART = "Restart Dailies: it takes up every open take. If it stays so, read dailies show and the log."
DEFECT = "That is a defect of Dailies: keep a backup, report it with the output of dailies show."
REMEDIES = {
    "budget_sum": "A budget is no longer the sum of its ledger lines. Stop ordering, keep a backup, report it: "
    "the ledger is right, the budget wrong.",
    "budget_missing": "Ledger lines are booked where there is no budget. Stop ordering, keep a backup, report it.",
    "over_cap": "Orders in this scope wait or are refused until its next period, or until an owner raises the cap.",
    "take_sum": f"A take says another amount than its ledger lines. {DEFECT}",
    "lines_twice": f"A take was held, settled or released twice in one scope. {DEFECT}",
    "hold_old": "Money is set aside for over a day. Answer the question about this take in its channel, or cancel it.",
    "overdue": RESTART,
    "no_slot": f"An order is under way without a place: more may run at once than the key allows. {RESTART}",
    "slot_idle": f"A place is taken by a take that needs none, so fewer orders run at once. {RESTART}",
    "slots_exceeded": "More orders run at once than the key allows; it comes right as they end. "
    "Look at DAILIES_SLOTS if it was lowered, else report it.",
    "not_asked": "Whether this order was made is not known, and the owner was not asked. Restart Dailies.",
    "submit_expired": f"An order was begun and nobody waits for its answer. {RESTART}",
    "attempt_expired": f"A try was begun and nobody waits for its end. {RESTART}",
    "post_expired": f"A clip's post was begun and nobody waits for its end. {RESTART}",
    "not_posted": "A take counts as delivered and there is no post of it. Post it with /clip rescue.",
    "no_clip": f"A take has a clip by its state, and no file by its row. {DEFECT}",
    "clip_missing": "The archived file is gone: put it back from a backup of the archive. "
    "While the provider's address lives, /clip rescue fetches it again.",
    "clip_size": "The archived file is not the one that was kept: put it back from a backup of the archive.",
    "clip_damaged": "The archived file's bytes are not those that were kept: put it back from a backup.",
    "picture_missing": "A picture of a clip is not as it was kept: put it back from a backup of the archive. The clip "
    "is whole.",
    "archive_unreadable": "The archive could not be read: look at its disk and its permissions.",
    "not_archived": "A paid clip is not archived and its address ends soon. Look at the disk and the network now.",
    "answer_waits": "What the provider said to an order is not booked yet. Restart Dailies, which reads it first; "
    "never delete the file.",
    "answer_unreadable": "An answer's file cannot be read. Keep it, and compare the provider's list of jobs.",
    "two_finals": f"Two finals of one draft and round are alive. {DEFECT}",
    "job_twice": f"Two takes name one job of the provider. {DEFECT}",
}


def serious(code: str, subject: str, says: str) -> Finding:
    """A finding that matters now."""
    return Finding(severity=Severity.SERIOUS, code=code, subject=subject, says=says)


def notice(code: str, subject: str, says: str) -> Finding:
    """A finding that is worth a look."""
    return Finding(severity=Severity.NOTICE, code=code, subject=subject, says=says)
