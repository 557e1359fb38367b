"""Trouble on demand, by each of the three ways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from adapters.muapi.simulator import Fault, Simulator, legend
from adapters.muapi.simulator.armory import Armory
from adapters.muapi.simulator.faults import make_mark, read_header, read_prompt, without_marks
from bot.core.money import ZERO, Money

Ask = Callable[..., Awaitable[httpx.Response]]
Finish = Callable[..., Awaitable[dict[str, Any]]]
PRICE = Money.usd("0.32")


@pytest.mark.parametrize(
    ("fault", "status", "jobs"),
    [
        ("refuse", 422, 0),
        ("credit", 402, 0),
        ("rate", 429, 0),
        ("status=409", 409, 0),
        ("status=302", 302, 0),
        ("status=strange", 500, 0),
        ("fault-before", 503, 0),
        ("fault-before=504", 504, 0),
        ("fault-after", 502, 1),
        ("fault-after=500", 500, 1),
        ("fault-with-id", 502, 1),
        ("non-json", 200, 1),
        ("no-id", 200, 1),
        ("slow", 200, 1),
    ],
)
async def test_submit_faults(order: Ask, simulator: Simulator, fault: str, status: int, jobs: int) -> None:
    """A fault before the job bills nothing, and a fault after it bills exactly once."""
    answer = await order(simulate=fault)
    assert answer.status_code == status
    assert len(simulator.bills()) == jobs
    assert simulator.report().billed == PRICE * jobs


@pytest.mark.parametrize(("fault", "jobs"), [("drop-before", 0), ("drop", 1)])
async def test_dropped_connections(order: Ask, simulator: Simulator, fault: str, jobs: int) -> None:
    """A dropped connection looks the same to the client whether the job exists or not."""
    with pytest.raises(httpx.RemoteProtocolError):
        await order(simulate=fault)
    assert len(simulator.bills()) == jobs


async def test_non_json_and_no_id(order: Ask) -> None:
    """An answer that is no JSON is an HTML page, and one without an id still has its status."""
    page = await order(simulate="non-json")
    assert page.headers["Content-Type"].startswith("text/html")
    assert (await order(simulate="no-id")).json() == {"status": "processing"}


async def test_fault_with_an_id(order: Ask, simulator: Simulator) -> None:
    """A 5xx may carry the id of the job that exists."""
    answer = await order(simulate="fault-with-id=500")
    assert (answer.status_code, answer.json()["id"]) == (500, simulator.bills()[0].job)


async def test_redirect_leads_elsewhere(order: Ask) -> None:
    """A redirect carries a Location on another host, which no key may follow."""
    assert (await order(simulate="status=307")).headers["Location"].startswith("https://elsewhere.invalid/")


@pytest.mark.parametrize("options", [{"scale": 0.5}])
async def test_slow_answer(order: Ask, clock: Any) -> None:
    """A slow answer comes after the asked number of provider seconds, scaled."""
    before = clock.seconds
    await order(simulate="slow=20")
    assert clock.seconds - before == 10


async def test_at_once(order: Ask, http: httpx.AsyncClient) -> None:
    """A job may be finished in the answer to its submit."""
    answer = (await order("a fox [[at-once]]")).json()
    assert answer["status"] == "succeeded"
    assert (await http.head(answer["output"])).status_code == 200


@pytest.mark.parametrize("options", [{"scale": 0.1}])
async def test_retry_after(order: Ask, clock: Any) -> None:
    """Retry-After is a number of seconds, a date read against the answer's Date, or missing."""
    assert (await order(simulate="rate=7")).headers["Retry-After"] == "7"
    assert (await order(simulate="rate")).headers["Retry-After"] == "3"
    dated = (await order(simulate="rate=date")).headers
    gap = parsedate_to_datetime(dated["Retry-After"]) - parsedate_to_datetime(dated["Date"])
    assert gap.total_seconds() == 3
    assert parsedate_to_datetime(dated["Date"]).timestamp() == clock.now() // 1000
    assert "Retry-After" not in (await order(simulate="rate=missing")).headers


@pytest.mark.parametrize(
    ("fault", "status", "error", "refunded"),
    [
        ("moderation", "failed", "SensitiveContentDetected", True),
        ("moderation=may contain real person", "failed", "may contain real person", True),
        ("fail", "failed", "internal error", True),
        ("fail-unrefunded", "failed", "internal error", False),
        ("not-a-picture", "failed", "could not be decoded", True),
        ("cancelled", "cancelled", None, True),
    ],
)
async def test_jobs_that_fail_later(
    finish: Finish, simulator: Simulator, fault: str, status: str, error: str | None, *, refunded: bool
) -> None:
    """A job is taken and billed, fails later with its text, and gives the money back or keeps it."""
    result = await finish(f"a fox [[{fault}]]")
    assert result["status"] == status
    assert "output" not in result
    assert (error or "") in result.get("error", "")
    assert simulator.bills()[0].refunded is refunded
    assert simulator.report().refunded == (PRICE if refunded else ZERO)


@pytest.mark.parametrize("options", [{"refunds": False}])
async def test_refunds_switched_off(finish: Finish, simulator: Simulator) -> None:
    """With refunds off, only the faults that say so give money back."""
    await finish("a fox [[moderation]]")
    await finish("a fox [[fail]]")
    assert [bill.refunded for bill in simulator.bills()] == [False, True]


async def test_refund_header(finish: Finish, poll: Ask, simulator: Simulator) -> None:
    """A refunded job says so in the header of its poll, and the charge stands beside it."""
    await finish("a fox [[fail]]")
    answer = await poll(simulator.bills()[0].job)
    assert answer.headers["X-MuAPI-Cost-Refunded"] == "true"
    assert answer.headers["X-MuAPI-Cost-USD"] == "0.320000"
    assert answer.headers["X-Account-Balance"] == "100.0000"


async def test_stuck(finish: Finish) -> None:
    """A stuck job is still processing after an hour."""
    assert (await finish("a fox [[stuck]]"))["status"] == "processing"


async def test_unknown_status(order: Ask, poll: Ask, clock: Any) -> None:
    """A status that nobody knows is shown while the job runs, and the job ends all the same."""
    job = (await order("a fox [[unknown-status=polishing]]")).json()["id"]
    clock.seconds += 5
    assert (await poll(job)).json()["status"] == "polishing"
    clock.seconds += 3_600
    assert (await poll(job)).json()["status"] == "succeeded"


async def test_missing_window(order: Ask, poll: Ask, clock: Any) -> None:
    """A poll finds 404 for the asked provider seconds after the submit, and the job afterwards."""
    job = (await order("a fox [[missing=12]]")).json()["id"]
    clock.seconds += 11
    assert (await poll(job)).status_code == 404
    clock.seconds += 1
    assert (await poll(job)).status_code == 200


async def test_done_without_url(finish: Finish) -> None:
    """A finished job may lack its URL."""
    result = await finish("a fox [[no-url]]")
    assert result == {"id": result["id"], "status": "succeeded"}


@pytest.mark.parametrize(("value", "amount"), [("9.99", "9.99"), ("0", "0"), ("-1", "0.32"), ("x", "0.32")])
async def test_overcharge(order: Ask, simulator: Simulator, value: str, amount: str) -> None:
    """A job can be billed another amount than its price, zero among them."""
    await order(f"a fox [[overcharge={value}]]")
    assert simulator.bills()[0].amount == Money.usd(amount)


@pytest.mark.parametrize(("value", "seconds"), [("20", 20), ("soon", 48)])
async def test_exact_latency(order: Ask, poll: Ask, clock: Any, value: str, seconds: int) -> None:
    """A job takes exactly the provider seconds that it was asked to take."""
    job = (await order(f"a fox [[latency={value}]]")).json()["id"]
    clock.seconds += seconds - 1
    assert (await poll(job)).json()["status"] == "processing"
    clock.seconds += 1
    assert (await poll(job)).json()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("fault", "status"), [("poll-status=500", 500), ("poll-rate", 429), ("poll-non-json", 200), ("poll-status", 503)]
)
async def test_poll_faults(order: Ask, poll: Ask, fault: str, status: int) -> None:
    """A poll fault strikes the first polls of its job and leaves the job alone."""
    job = (await order(f"a fox [[{fault}*2]]")).json()["id"]
    struck = [await poll(job) for _ in range(2)]
    assert [answer.status_code for answer in struck] == [status, status]
    assert (await poll(job)).json()["status"] == "queued"


async def test_poll_header_and_drop(order: Ask, poll: Ask) -> None:
    """A poll's own header works too, and its connection can be dropped."""
    job = (await order()).json()["id"]
    with pytest.raises(httpx.RemoteProtocolError):
        await poll(job, **{"X-Simulate": "poll-drop"})
    assert (await poll(job, **{"X-Simulate": "nonsense"})).status_code == 400


async def test_times_count_the_same_body(order: Ask, simulator: Simulator) -> None:
    """A limited fault strikes the first submits of one body, and another body has its own count."""
    for prompt in ("a fox [[fault-before=2]]", "a hare [[fault-before*2]]"):
        assert [(await order(prompt)).status_code for _ in range(3)] == [503, 503, 200]
    assert len(simulator.bills()) == 2


async def test_control_strikes_the_next(order: Ask, poll: Ask, http: httpx.AsyncClient, simulator: Simulator) -> None:
    """A fault that was armed by the control endpoint strikes the next requests of its kind and no more."""
    url = f"{simulator.origin}/control/faults"
    await http.post(url, json={"name": "fault-after", "value": "504", "times": 2})
    simulator.arm("poll-status", "500")
    assert len((await http.get(url)).json()["armed"]) == 2
    assert [(await order()).status_code for _ in range(3)] == [504, 504, 200]
    job = simulator.bills()[2].job
    assert [(await poll(job)).status_code for _ in range(2)] == [500, 200]
    assert len(simulator.bills()) == 3
    simulator.arm("credit", times=9)
    assert (await http.delete(url)).json() == {"armed": []}
    assert (await order()).status_code == 200


async def test_several_at_once(order: Ask, poll: Ask, clock: Any, simulator: Simulator) -> None:
    """A header, a marker and an armed fault work together on one order."""
    simulator.arm("unknown-status")
    job = (await order("a fox [[moderation]] [[no-url]]", simulate="latency=3, slow=1")).json()["id"]
    assert (await poll(job)).json()["status"] == "warming_up"
    clock.seconds += 3
    assert (await poll(job)).json()["status"] == "failed"


async def test_header_with_nonsense(order: Ask, simulator: Simulator) -> None:
    """A header that names no fault is refused, with the names that there are."""
    answer = await order(simulate="explode")
    assert answer.status_code == 400
    assert "fault-after" in answer.json()["error"]
    assert (await order(simulate="= =")).status_code == 400
    assert simulator.bills() == []


async def test_armed_within_limits(simulator: Simulator) -> None:
    """At most 1,000 faults are armed, each for 1 to 10,000 requests."""
    with pytest.raises(ValueError, match="between 1 and 10000"):
        simulator.arm("credit", times=0)
    for _ in range(1_000):
        simulator.arm("credit")
    with pytest.raises(ValueError, match="at most 1000"):
        simulator.arm("credit")


def test_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts of limited faults are bounded too: the one that was used longest ago is forgotten."""
    monkeypatch.setattr("adapters.muapi.simulator.armory.MOST_TALLIES", 2)
    armory = Armory()
    assert [armory.count("cut", body) for body in ("a", "b", "a", "c", "a", "b")] == [0, 0, 1, 0, 2, 0]


@pytest.mark.parametrize(
    ("prompt", "drawn", "words"),
    [
        ("a fox [[moderation]] in snow", "a fox in snow", ["moderation"]),
        ("[[cut=2]] [[slow=5*3]]a fox", "a fox", ["cut", "slow"]),
        ("a fox [[wide shot]]", "a fox [[wide shot]]", []),
        ("a fox [[close-up]]", "a fox [[close-up]]", []),
        ("[[fail=no idea, sorry]]", "[[fail=no idea, sorry]]", []),
    ],
)
def test_markers(prompt: str, drawn: str, words: list[str]) -> None:
    """A marker is taken out of the prompt; brackets with anything else in them stay."""
    assert without_marks(prompt) == drawn
    assert [mark.fault.word for mark in read_prompt(prompt)] == words


def test_written_forms() -> None:
    """Name, value and times are read from a header in any mixture."""
    marks = [(mark.fault, mark.value, mark.times) for mark in read_header("cut, slow=5 , rate=date*2, fault-after=3")]
    assert marks == [
        (Fault.CUT, "", None),
        (Fault.SLOW, "5", None),
        (Fault.RATE, "date", 2),
        (Fault.FAULT_AFTER, "", 3),
    ]
    assert make_mark("slow", "-4").number(30) == 30
    assert make_mark("slow", "inf").number(30) == 30


def test_legend_names_every_fault() -> None:
    """The help lists every fault with its line."""
    assert all(f"    {fault.word} " in legend() and fault.legend in legend() for fault in Fault)
