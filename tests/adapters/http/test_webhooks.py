"""The provider's calls over HTTP: which are taken, and what the others hear."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import Gone, OutcomeUnknown, Transient
from bot.core.lifecycle import State
from bot.core.ports import Job, JobStatus
from bot.core.rows import Take
from tests.adapters.http.conftest import Served, served
from tests.jobs.conftest import Office, make_office
from tests.jobs.worker.conftest import Watched, attempts, ordered

#: Names that an answer's reader looks for.
FIELDS = ("id", "request_id", "task_id", "prediction_id", "status", "output", "outputs", "data", "cost", "error")
DONE = json.dumps({"id": "job-x", "status": "succeeded", "output": "https://files.invalid/evil.mp4"}).encode()


async def unknown(office: Office) -> tuple[Take, str]:
    """A take whose answer was lost, and its attempt."""
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    take = await ordered(office, State.UNKNOWN)
    (attempt,) = await attempts(office, take)
    return take, attempt.id


@pytest.mark.parametrize(
    "body",
    [
        {"id": "job-x", "status": "succeeded"},
        {"request_id": "job-x", "status": "processing", "outputs": []},
        {"data": {"request_id": "job-x"}, "status": "ok"},
        {"prediction_id": "job-x", "error": "failed", "cost": {"amount_usd": 9999}},
    ],
    ids=["guide", "vendor", "wrapped", "a lie"],
)
async def test_the_hint_is_looked_after(here: Served, body: dict[str, Any]) -> None:
    """Whatever shape the call has, the take gets the job, and only what the provider says is booked."""
    take, attempt = await unknown(here.office)
    answer = await here.call(attempt, json.dumps(body).encode())
    assert (answer.status_code, answer.content) == (204, b"")
    await here.office.work()
    take = await here.office.take(take.id)
    assert (take.state, take.job, take.charged) == (State.DELIVERED, "job-x", take.price)
    assert take.output_url == "https://files.invalid/job-x.mp4"


async def test_twice_is_once(here: Served) -> None:
    """Doubled calls, at once and later, leave one clip and one charge."""
    _, attempt = await unknown(here.office)
    answers = await asyncio.gather(*(here.call(attempt, DONE) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {204}
    await here.office.work()
    assert (await here.call(attempt, DONE)).status_code == 204
    await here.office.work()
    assert len(here.office.chat.files) == 1
    await here.office.require_balanced()


@pytest.mark.parametrize("signature", ["0" * 64, "x", "%00", "%F0%9F%A6%8A"])
async def test_forged(here: Served, signature: str) -> None:
    """A signature that is not ours hears no more than that nothing is there, and nothing is looked after."""
    take, attempt = await unknown(here.office)
    answer = await here.call(attempt, DONE, signature=signature)
    assert (answer.status_code, answer.text) == (404, "404: Not Found")
    assert (await here.office.take(take.id)) == take
    assert here.office.provider.script.called("poll") == []


async def test_strangers_hear_the_same(here: Served) -> None:
    """An attempt that is not in the rows, a path that is none, and a forged call are answered alike."""
    forged = await here.call("nobody", DONE, signature="0" * 64)
    unknown_attempt = await here.call("nobody", DONE)
    nowhere = await here.http.post("/webhooks/muapi")
    assert {answer.status_code for answer in (forged, unknown_attempt, nowhere)} == {404}
    assert len({answer.content for answer in (forged, unknown_attempt, nowhere)}) == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[1, 2]", 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b"[" * 60_000, 400),
        (b'{"id": "' + b"x" * 70_000 + b'"}', 413),
        (b"x" * 5_000_000, 413),
    ],
    ids=["nothing", "words", "list", "null", "bytes", "deep", "huge", "enormous"],
)
async def test_what_is_no_result(here: Served, content: bytes, status: int) -> None:
    """Bodies that are no result, or too large to be one, change nothing."""
    take, attempt = await unknown(here.office)
    assert (await here.call(attempt, content)).status_code == status
    assert (await here.office.take(take.id)) == take


@pytest.mark.parametrize("job", ["../../account", "job x", 7, None, ["job-x"], "x" * 300, ""])
async def test_strange_jobs(here: Served, job: object) -> None:
    """Whatever stands where the id should be is asked after safely, or not at all."""
    take, attempt = await unknown(here.office)
    here.office.provider.script.always("poll", Transient("no such job"))
    assert (await here.call(attempt, json.dumps({"id": job}).encode())).status_code in {204, 503}
    assert (await here.office.take(take.id)) == take


async def test_out_of_order(here: Served) -> None:
    """An older state after the newer changes nothing."""
    take, attempt = await unknown(here.office)
    await here.call(attempt, DONE)
    await here.office.work()
    assert (await here.call(attempt, b'{"id": "job-x", "status": "processing"}')).status_code == 204
    await here.office.work()
    assert (await here.office.take(take.id)).state is State.DELIVERED


async def test_while_the_provider_is_down(here: Served) -> None:
    """A call that cannot be looked after now is to come again, and counts then."""
    take, attempt = await unknown(here.office)
    here.office.provider.script.add("poll", Transient("down"))
    answer = await here.call(attempt, DONE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert (await here.call(attempt, DONE)).status_code == 204
    assert (await here.office.take(take.id)).job == "job-x"


async def test_while_the_rows_are_away(office: Office, tmp_path: Path) -> None:
    """A full disk is no reason to lose a call."""
    _, attempt = await unknown(office)
    store = Watched(office.store)
    async with served(office, tmp_path, store=store) as here:
        store.full = True
        assert (await here.call(attempt, DONE)).status_code == 503
        store.full = False
        assert (await here.call(attempt, DONE)).status_code == 204


async def test_many_at_once(here: Served) -> None:
    """More calls than can be looked after at once are asked to come again; the provider is not flooded."""
    _, attempt = await unknown(here.office)
    going, full, release = [0], asyncio.Event(), asyncio.Event()

    async def slow(job: str) -> JobStatus:
        del job
        going[0] += 1
        if going[0] == 32:
            full.set()
        await release.wait()
        return JobStatus(job=Job.RUNNING, said="processing")

    here.office.kit.provider.poll = slow  # type: ignore[method-assign]
    calls = [asyncio.create_task(here.call(attempt, DONE)) for _ in range(40)]
    async with asyncio.timeout(10):
        await full.wait()
    await asyncio.sleep(0.1)
    assert going[0] == 32
    release.set()
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*calls))
    assert statuses == [204] * 32 + [503] * 8


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS) | st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(documents=st.lists(JSON | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5), min_size=10, max_size=30))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_document(documents: list[Any], tmp_path: Path) -> None:
    """Whatever JSON is in a call, of whatever type in every field: without the provider's word nothing is changed."""

    async def send() -> None:
        office = make_office(tmp_path)
        take, attempt = await unknown(office)
        office.provider.script.always("poll", Gone("404"))
        async with served(office, tmp_path) as here:
            for document in documents:
                answer = await here.call(attempt, json.dumps(document).encode())
                assert answer.status_code == (204 if isinstance(document, dict) else 400)
        assert await office.take(take.id) == take

    asyncio.run(send())


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods(here: Served, method: str) -> None:
    """Only a POST is a call."""
    assert (await here.http.request(method, "/webhooks/muapi/a/b")).status_code == 405
