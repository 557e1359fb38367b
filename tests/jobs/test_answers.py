"""Answer files: the only proof of a job between the provider's answer and the rows."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest

from bot.core.errors import NotSent, NotSentFor, OrderRefused, OutcomeUnknown, RefusedFor, ServerFault, StoreError
from bot.core.money import Money
from bot.core.ports import Accepted, Charge
from bot.jobs.answers import Answer, Answers, Verdict

VERDICTS: list[Verdict] = [
    Accepted(job="job-1"),
    Accepted(job="job-1", charge=Charge(amount=Money.usd("0.32"))),
    Accepted(job="job-1", charge=Charge(amount=Money(0), refunded=True)),
    Accepted(job=None, output_url="https://files.invalid/1.mp4"),
    *(OrderRefused("no cats", reason=reason, status=422) for reason in RefusedFor),
    *(NotSent("later", reason=reason, status=429, retry_after_s=1.5) for reason in NotSentFor),
    NotSent("no connection", reason=NotSentFor.NETWORK),
    ServerFault("Bad Gateway", status=502),
    OutcomeUnknown("no answer", status=None),
]


def answer(verdict: Verdict, attempt: str = "a1") -> Answer:
    return Answer(attempt=attempt, take="A7K", verdict=verdict)


@pytest.mark.parametrize("verdict", VERDICTS)
async def test_what_is_written_is_read_again(tmp_path: Path, verdict: Verdict) -> None:
    """Every answer, with everything that T3 needs of it."""
    await Answers(tmp_path / "answers").write(answer(verdict))
    found = await Answers(tmp_path / "answers").find("a1")
    assert found is not None
    assert (found.attempt, found.take, type(found.verdict)) == ("a1", "A7K", type(verdict))
    if isinstance(verdict, Accepted):
        assert found.verdict == verdict
    else:
        assert vars(found.verdict) == vars(verdict)


async def test_answers_are_read_oldest_first(tmp_path: Path) -> None:
    """Attempts' ids sort by age."""
    answers = Answers(tmp_path)
    for attempt in ("a3", "a1", "a2"):
        await answers.write(answer(VERDICTS[0], attempt))
    assert [each.attempt for each in await answers.read()] == ["a1", "a2", "a3"]


async def test_an_answer_that_is_in_the_rows_is_forgotten(tmp_path: Path) -> None:
    """Also twice."""
    answers = Answers(tmp_path)
    await answers.write(answer(VERDICTS[0]))
    await answers.remove("a1")
    await answers.remove("a1")
    assert (await answers.read(), await answers.find("a1")) == ([], None)


async def test_an_unfinished_file_is_none(tmp_path: Path) -> None:
    """It was never reported as written."""
    (tmp_path / "a1.part").write_text('{"attempt": "a1", "ta')
    assert await Answers(tmp_path).read() == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"attempt": "a1"}', b"\xff\xfe", b'{"is": "refused"}'])
async def test_a_damaged_file_keeps_nobody_from_starting(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, left for a person, and the other answers are read."""
    answers = Answers(tmp_path)
    await answers.write(answer(VERDICTS[0], "a2"))
    (tmp_path / "a1.json").write_bytes(content)
    with caplog.at_level(logging.ERROR):
        assert [each.attempt for each in await answers.read()] == ["a2"]
    assert "a1.json" in caplog.text
    assert (tmp_path / "a1.json").exists()


async def test_nothing_waits_before_the_first_answer(tmp_path: Path) -> None:
    """The folder is made when it is needed, for its owner only."""
    answers = Answers(tmp_path / "home" / "answers")
    assert (await answers.read(), await answers.find("a1")) == ([], None)
    await answers.write(answer(VERDICTS[0]))
    assert stat.S_IMODE((tmp_path / "home" / "answers").stat().st_mode) == 0o700


async def test_a_disk_that_takes_nothing_is_said(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "answers").write_text("not a folder")
    with pytest.raises(StoreError, match="A7K"):
        await Answers(tmp_path / "answers").write(answer(VERDICTS[0]))


async def test_a_file_that_cannot_be_removed_is_only_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The rows have the answer; the file is read once more at the next start, and changes nothing."""
    (tmp_path / "a1.json").mkdir()
    with caplog.at_level(logging.WARNING):
        await Answers(tmp_path).remove("a1")
    assert "a1" in caplog.text


async def test_no_secret_and_no_prompt_is_in_the_file(tmp_path: Path) -> None:
    """Only what the provider said."""
    await Answers(tmp_path).write(answer(VERDICTS[1]))
    assert set(json.loads((tmp_path / "a1.json").read_text())) == {
        "attempt",
        "take",
        "is",
        "job",
        "url",
        "micros",
        "refunded",
    }
