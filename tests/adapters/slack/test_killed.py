"""A process that is killed in the middle of an upload to Slack, its notes in a real file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.adapters.slack.desk import desk
from tests.adapters.slack.posting import post


async def test_killed_between_upload_and_completion(tmp_path: Path) -> None:
    """After SIGKILL while the share is asked for, which Slack then makes all the same, the clip stands once."""
    async with desk(tmp_path) as at:
        given = (at.slack.api_url, at.slack.bot_token, str(tmp_path / "dailies.db"), str(at.clip()))
        at.slack.fail("files.completeUploadExternal", "hang", retry_after_s=0.2)
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.adapters.slack.posting", *given)
        hanging = at.slack.kit.trouble.faults["files.completeUploadExternal"]
        await at.slack.until(lambda: not hanging, within_s=60)
        process.kill()
        await process.wait()
        posted = await post(*given)
        assert [message.files for message in at.clips()] == [[posted.file_id]]
        assert at.slack.files[posted.file_id].content == b"a clip"
