"""The doctor and Slack, against the fake Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from adapters.slack import needs
from bot.cli.doctor_checks import Check, Grade
from bot.cli.doctor_slack import slack as ask
from bot.settings import Secret, Settings
from bot.settings.values import Listen
from tests.adapters.slack.fake.server import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.teams["T1"].scopes = set(needs.scopes())
        yield slack


async def asked(slack: FakeSlack, **settings: Any) -> Mapping[str, list[Check]]:
    """What the doctor says, by check."""
    given: dict[str, Any] = {
        "slack_api_url": slack.api_url.rstrip("/"),
        "slack_bot_token": Secret(slack.bot_token),
        "slack_app_token": Secret(slack.app_token),
    }
    found: dict[str, list[Check]] = {}
    for check in await ask(Settings(**(given | settings))):
        found.setdefault(check.name, []).append(check)
    return found


async def test_all_is_well(slack: FakeSlack) -> None:
    """The workspace, the bot's name, every permission, socket mode and the commands; nothing is posted."""
    found = await asked(slack)
    assert {check.grade for checks in found.values() for check in checks} == {Grade.OK}
    assert "knows me as @" in found["Slack"][0].says
    assert found["Slack permissions"][0].says == f"all {len(needs.scopes())} are granted"
    assert found["Slack events"][0].says == "by socket mode"
    assert "/clip and /dailies" in found["Slack commands"][0].says
    assert {call.method for call in slack.calls()} == {"auth.test", "apps.connections.open"}


async def test_without_slack_nothing_is_asked() -> None:
    """Without a token there is nothing to say."""
    assert await ask(Settings()) == ()


async def test_a_permission_that_is_missing(slack: FakeSlack) -> None:
    """Each is named with what does not work without it, and how it is granted."""
    slack.teams["T1"].scopes -= {"files:write", "im:history"}
    files, history = (await asked(slack))["Slack permissions"]
    assert files.grade is Grade.BROKEN
    assert files.says.startswith("files:write is missing, for files.completeUploadExternal")
    assert history.says == "im:history is missing, for the event message.im"
    assert "manifest.yml" in files.remedy


async def test_tokens_that_are_not_taken(slack: FakeSlack) -> None:
    """A token that was revoked, or is of another app, is named by its setting; neither token is shown."""
    found = await asked(slack, slack_bot_token=Secret("xoxb-secret-1"), slack_app_token=Secret("xapp-secret-2"))
    (bot,), (app,) = found["Slack"], found["Slack events"]
    assert bot.grade is app.grade is Grade.BROKEN
    assert bot.says.startswith("SLACK_BOT_TOKEN is not taken")
    assert app.says.startswith("SLACK_APP_TOKEN is not taken")
    assert "OAuth & Permissions" in bot.remedy
    assert "connections:write" in app.remedy
    assert "secret" not in f"{found}"


async def test_nobody_there(slack: FakeSlack) -> None:
    """An address at which nobody answers is another matter than a wrong token."""
    (bot,) = (await asked(slack, slack_api_url="http://127.0.0.1:9/api"))["Slack"]
    assert bot.says.startswith("Slack cannot be asked")
    assert "SLACK_API_URL" in bot.remedy


async def test_over_http(slack: FakeSlack) -> None:
    """Without an app token it says where the requests have to come; a secret that socket mode leaves unused is said."""
    over = {"slack_signing_secret": Secret("shh"), "slack_http": Listen("127.0.0.1", 8081)}
    (way,) = (await asked(slack, slack_app_token=None, **over))["Slack events"]
    assert "over HTTP on 127.0.0.1:8081, signed" in way.says
    (way,) = (await asked(slack, **over))["Slack events"]
    assert way.says == "by socket mode; SLACK_SIGNING_SECRET is not needed for it"
