from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.muapi.simulator import Bill
from bot.cli.demo_report import Books, as_json, disagreements
from bot.core.lifecycle import Stage, State
from bot.core.money import ZERO, Money
from bot.core.rows import Budget, Line, LineKind, Take

CLIP = b"a clip"
PRICE = Money.usd("0.32")
ENDS = {(Stage.DRAFT, State.DELIVERED): 1}
TAKE = Take(
    id="A7K",
    workspace="local",
    channel="local:launch",
    person="mina",
    person_name="mina",
    shot="s1",
    card="A7K",
    stage=Stage.DRAFT,
    key="main",
    model="mini",
    resolution="480p",
    seconds=4,
    created_at=1_000,
    state=State.DELIVERED,
    state_at=1_000,
    price=PRICE,
    charged=PRICE,
    job="job_1",
    clip_sha256=hashlib.sha256(CLIP).hexdigest(),
)
BILL = Bill(
    job="job_1",
    request_id=None,
    request=1,
    endpoint="text",
    payload={},
    amount=PRICE,
    refunded=False,
    created_at=1_000,
)
HOLD = Line(
    id="l1",
    take="A7K",
    person="mina",
    stage=Stage.DRAFT,
    model="mini",
    takes=1,
    scope="channel:local:launch",
    period_start=0,
    kind=LineKind.HOLD,
    amount=PRICE,
    held=PRICE,
    at=1_000,
    by="mina",
)
SETTLE = replace(HOLD, id="l2", kind=LineKind.SETTLE, amount=ZERO, held=-PRICE)
BUDGET = Budget(scope="channel:local:launch", period_start=0, period_end=None, cap=None, used=PRICE)
BOOKS = Books(takes=[TAKE], lines=[HOLD, SETTLE], budgets=[BUDGET], bills=[BILL])


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    (tmp_path / "A7K.mp4").write_bytes(CLIP)
    return tmp_path


def test_agree(clips: Path) -> None:
    """Books in which everything fits have no disagreement, and the report says so, in exact dollars."""
    assert list(disagreements(BOOKS, ends=ENDS, clips=clips)) == []
    report = as_json(BOOKS, [])
    assert report["agree"] is True
    assert report["totals"] == {"billed": "0.32", "charged": "0.32"}
    assert report["bills"][0]["take"] == "A7K"
    ledger = {"hold": "0.32", "settle": "0.00", "release": "0.00", "adjust": "0.00", "used": "0.32", "held": "0.00"}
    assert report["ledger"] == {"channel:local:launch": ledger}


Change = Callable[[], Books]
WRONG: list[tuple[Change, str]] = [
    (lambda: replace(BOOKS, bills=[]), "A7K has a job that was not billed"),
    (lambda: replace(BOOKS, bills=[BILL, BILL]), "the provider billed job_1 2 times"),
    (lambda: replace(BOOKS, bills=[BILL, replace(BILL, job="job_2")]), "billed $0.32 for job_2, which no take has"),
    (
        lambda: replace(BOOKS, bills=[replace(BILL, refunded=True)]),
        "A7K is booked with $0.32, the provider billed $0.00",
    ),
    (lambda: replace(BOOKS, takes=[replace(TAKE, job=None)]), "A7K costs $0.32 without a job"),
    (lambda: replace(BOOKS, lines=[HOLD]), "$0.32 is still held in channel:local:launch"),
    (
        lambda: replace(BOOKS, lines=[HOLD, replace(SETTLE, amount=Money.usd("0.01"))]),
        "the ledger of channel:local:launch has $0.33, its takes were billed $0.32",
    ),
    (
        lambda: replace(BOOKS, budgets=[replace(BUDGET, used=ZERO)]),
        "the budget of channel:local:launch says $0.00, its ledger $0.32",
    ),
    (lambda: replace(BOOKS, takes=[replace(TAKE, clip_sha256="0")]), "A7K.mp4 is not the clip of A7K"),
    (lambda: replace(BOOKS, takes=[TAKE, replace(TAKE, id="B8Z", job=None, charged=ZERO)]), "B8Z.mp4 is not the clip"),
    (
        lambda: replace(BOOKS, takes=[replace(TAKE, state=State.SHELVED)]),
        "the story ended otherwise than it is told: 1 draft shelved instead of 1 draft delivered",
    ),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_disagree(clips: Path, wrong: Change, said: str) -> None:
    """Whatever does not fit is found, and said in a sentence; the report says that not everything agrees."""
    problems = list(disagreements(wrong(), ends=ENDS, clips=clips))
    assert any(said in problem for problem in problems), problems
    assert as_json(wrong(), problems)["agree"] is False
