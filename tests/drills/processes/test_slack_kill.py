"""``dailies run`` on Slack, killed between a clip's bytes and the word that shares them, and started again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.muapi.simulator import Simulator
from tests.adapters.slack.fake.files import FakeFile
from tests.adapters.slack.fake.server import FakeSlack
from tests.cli.conftest import COMMAND, clean
from tests.end_to_end.slack import DANA, LAUNCH, MINA, workspace

SHARING = "files.completeUploadExternal"
#: It never happens, it happens when nobody listens any more, or it has happened and nobody was told.
MOMENTS = {"later": ("hang", 2.0), "unheard": ("lost", 1.0), "never": ("hang", 3600.0)}
#: Where it never happens, the attempt of the killed process has to expire first: four and a half minutes.
PATIENCE_S = 400.0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All of them, where there is time for the one that has to expire."""
    moments = [moment for moment in MOMENTS if moment != "never" or metafunc.config.getoption("--drill")]
    metafunc.parametrize("moment", moments)


@asynccontextmanager
async def running(
    environment: Mapping[str, str], slack: FakeSlack, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real script, heard by Slack; killed at the end."""
    with (folder / "run.log").open("ab") as said:
        process = await asyncio.create_subprocess_exec(*COMMAND, "run", cwd=folder, env=environment, stderr=said)
    try:
        await slack.until(lambda: slack.connections, within_s=60)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await slack.until(lambda: not slack.connections)


def clips(slack: FakeSlack) -> list[FakeFile]:
    """Every clip that the channel sees, once for each message."""
    files = [slack.files[each] for message in slack.messages(LAUNCH) for each in message.files]
    return [file for file in files if file.kind == "mp4" and not file.deleted]


@pytest.mark.long
async def test_killed_between_upload_and_sharing(moment: str, tmp_path: Path) -> None:
    """Whatever Slack made of the last word, the clip is posted once, and billed once."""
    async with workspace() as slack, Simulator(scale=0.02, folder=tmp_path / "provider") as simulator:
        environment = clean(tmp_path / "home") | {
            "DAILIES_OWNERS": DANA,
            "MUAPI_API_KEY": simulator.plan.key,
            "MUAPI_BASE_URL": simulator.base_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        }
        error, after_s = MOMENTS[moment]
        async with running(environment, slack, tmp_path) as process:
            await slack.invite(LAUNCH, by=DANA)
            slack.fail(SHARING, error, retry_after_s=after_s)
            await slack.command(MINA, LAUNCH, "/clip", "a fox in snow")
            await slack.until(lambda: not slack.kit.trouble.faults[SHARING], within_s=60)
            assert [file.kind for file in slack.files.values() if file.uploaded] == ["mp4"]
            process.kill()
            await process.wait()
        async with running(environment, slack, tmp_path):
            await slack.until(lambda: clips(slack), within_s=PATIENCE_S)
            await slack.until(lambda: any("ready" in each.text for each in slack.messages(LAUNCH)), within_s=60)
            await asyncio.sleep(after_s if after_s < 60 else 1)
        assert len(clips(slack)) == 1
        assert len(simulator.bills()) == 1
        assert slack.complaints == []
        assert slack.bot_token not in (tmp_path / "run.log").read_text()
