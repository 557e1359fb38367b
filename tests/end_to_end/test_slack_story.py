"""The story of the demo on Slack, with a restart while a final is armed."""

from __future__ import annotations

from pathlib import Path

from adapters.muapi.simulator import Simulator
from bot.core.money import Money
from tests.end_to_end.slack import Room, at_work, require_books, require_clips, settings_for, workspace
from tests.end_to_end.slack_story import SETTINGS, Story


async def test_the_story_with_a_restart(tmp_path: Path) -> None:
    """Votes, a slip, a restart in the grace, a final, a refusal and a raise: billed once, posted once, no complaint."""
    async with workspace() as slack, Simulator(scale=0.005, folder=tmp_path / "provider") as simulator:
        settings = settings_for(slack, simulator, tmp_path, **SETTINGS)
        story = Story(Room(slack), simulator)
        try:
            async with at_work(settings, slack):
                await story.arrives()
                await story.chooses()
            async with at_work(settings, slack) as app:
                await story.finishes()
                await story.goes_over_the_cap()
                await story.is_refused()
                await app.until_idle()
                assert await require_books(app, simulator) == Money.usd("1.24")
                await require_clips(app, slack)
        finally:
            (tmp_path / "transcript.txt").write_text(slack.transcript())
        assert slack.complaints == []
