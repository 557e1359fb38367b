"""What a restore, and going on after it, say."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_app
from bot.archives import open_archive
from bot.cli import restore
from bot.core.commands import Draft
from bot.core.errors import ArchiveError, StoreError
from bot.core.fakes.chat import FakeChat
from bot.core.fakes.provider import FakeProvider
from bot.core.lifecycle import State
from bot.core.rows import Take
from bot.settings import Settings, load
from bot.settings.buckets import BucketName
from tests.jobs.conftest import LAUNCH, MINA

SETTINGS = Settings(home=Path("/data"))
JOBS = [{"job": "job-7", "endpoint": "mini", "at": 1_000}, {"job": "job-8", "endpoint": None, "at": None}]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"restored": False}, ["No restore waits for this; ordering goes on as it did."]),
        (
            {"restored": True, "complete": True, "jobs": JOBS},
            [
                "2 jobs were made since 1970-01-01 00:00:00 that no take has; they are not in the ledger:",
                "  job-7  1970-01-01 00:00:01  mini",
                "  job-8  at an unknown time",
                "Lower the caps of this period by what they cost, if they are to hold: /dailies budget set.",
                "Ordering goes on; 3 wait.",
            ],
        ),
        (
            {"restored": True, "complete": True, "jobs": []},
            ["No job was made since 1970-01-01 00:00:00 that no take has.", "Ordering goes on; 3 wait."],
        ),
        (
            {"restored": True, "complete": False, "jobs": []},
            [
                "The provider's list was not read back to 1970-01-01 00:00:00: what was ordered since is not known.",
                "Ordering goes on; 3 wait.",
            ],
        ),
    ],
    ids=["nothing", "strangers", "none", "unread"],
)
def test_going_on(answer: dict[str, Any], said: list[str]) -> None:
    """What was made since the backup is named, and whether that is known at all."""
    assert list(restore._gone_on({"since": 0, "waiting": 3, **answer}, SETTINGS)) == said  # noqa: SLF001


def test_what_was_done() -> None:
    """Takes that were cancelled or became unknown, and answers that wait, are named."""
    answer = {
        "backup_at": 0,
        "file": "/b.db",
        "kept": None,
        "cancelled": ["A7K"],
        "unknown": ["B8M-2"],
        "set_aside": 0,
        "answers": 1,
    }
    lines = list(restore._restored(answer, SETTINGS))  # noqa: SLF001
    assert lines[0] == "The rows are those of 1970-01-01 00:00:00, from /b.db."
    assert lines[1] == "Not ordered by then, cancelled now with the money back: A7K."
    assert lines[2] == "Being ordered by then, unknown now with the money held: B8M-2."
    assert lines[3].startswith("1 answers of the provider wait in /data/answers")
    assert lines[4].endswith("dailies restore --go-on")


async def test_rows_that_pg_restore_has_put_back(postgres: str, tmp_path: Path) -> None:
    """What waited for its order when a server's backup was made is cancelled, as after a restore of a file."""
    settings = load({"DAILIES_HOME": str(tmp_path), "HOME": str(tmp_path), "DAILIES_DATABASE_URL": postgres})
    provider = FakeProvider()
    async with open_app(settings, chats=[FakeChat("local")], provider=provider) as app:
        await app.manager.handle(Draft(actor=MINA, place=LAUNCH, event="1", prompt="a fox"))
    with pytest.raises(StoreError, match="say dailies restore --put-back"):
        await restore.restore(settings, tmp_path / "dump", now=datetime.now(UTC))
    answer = await restore.put_back(settings, now=datetime.now(UTC))
    (cancelled,) = answer["cancelled"]
    assert next(restore._restored(answer, settings)).endswith(f"in {answer['database']}.")  # noqa: SLF001
    async with open_app(settings, chats=[FakeChat("local")], provider=provider) as app:
        await app.manager.handle(Draft(actor=MINA, place=LAUNCH, event="2", prompt="a fox"))
        await app.sweep.take_up()
        for take in await app.kit.store.transact(lambda tx: tx.rows(Take)):
            await app.worker.advance(take.id)
        takes = await app.kit.store.transact(lambda tx: tx.rows(Take, order=("created_at",)))
    assert [(take.id == cancelled, take.state) for take in takes] == [(True, State.CANCELLED), (False, State.QUEUED)]
    assert provider.script.called("submit") == []


async def test_rows_in_a_file_are_not_put_back_by_others(tmp_path: Path) -> None:
    """They are restored from a backup, which is looked at before it is put in place."""
    with pytest.raises(StoreError, match="dailies restore FILE"):
        await restore.put_back(load({"DAILIES_HOME": str(tmp_path)}), now=datetime.now(UTC))
    assert not list(tmp_path.iterdir())


async def test_clips_in_a_bucket(s3_server: str, s3_bucket: str, tmp_path: Path) -> None:
    """Clips that a backup does not know are set aside in the bucket; one that cannot be used changes nothing."""
    bucket = {
        "DAILIES_ARCHIVE": f"s3://{s3_bucket}/studio",
        "DAILIES_S3_ENDPOINT": s3_server,
        "DAILIES_S3_ACCESS_KEY_ID": "key",
        "DAILIES_S3_SECRET_ACCESS_KEY": "secret",
    }
    settings = load({"DAILIES_HOME": str(tmp_path / "home"), **bucket})
    backup, name = tmp_path / "backup.db", "2026-11/launch/A7K.mp4"
    async with open_app(settings, chats=[FakeChat("local")], provider=FakeProvider()) as app:
        await app.rows.copy_to(backup)
        working = app.kit.archive.working_file(name)
        working.write_bytes(b"clip")
        await app.kit.archive.keep(working, name, sha256=hashlib.sha256(b"clip").hexdigest())
    with pytest.raises(ArchiveError, match="there is no such bucket"):
        await restore.restore(replace(settings, archive=BucketName("nobodys")), backup, now=datetime.now(UTC))
    assert not list(settings.home.glob("*before-restore*"))
    answer = await restore.restore(settings, backup, now=datetime(2026, 11, 26, tzinfo=UTC))
    assert f"1 files that these rows do not know were set aside in s3://{s3_bucket}/studio." in "\n".join(
        restore._restored(answer, settings)  # noqa: SLF001
    )
    async with open_archive(settings) as archive:
        assert await archive.size_of(name) is None
        assert await archive.size_of(f"aside-20261126-000000/{name}") == 4
