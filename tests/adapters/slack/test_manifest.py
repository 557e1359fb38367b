"""manifest.yml: what Slack accepts, and exactly what the code needs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.web import async_client

from adapters import slack
from adapters.slack import needs, shortcuts
from bot.settings import Settings

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "manifest.yml").read_text()
MANIFEST: Mapping[str, Any] = yaml.safe_load(TEXT)
#: From slack.md and from what Slack says when a manifest is refused: the keys of each part, which of them are needed,
#: and how long a text may be. A part that is not here is refused.
KEYS: Mapping[str, Mapping[str, tuple[int, int] | None]] = {
    "": {
        "_metadata": None,
        "display_information!": None,
        "features": None,
        "oauth_config": None,
        "settings": None,
    },
    "_metadata": {"major_version": None, "minor_version": None},
    "display_information": {
        "name!": (1, 35),
        "description": (1, 140),
        "long_description": (175, 4000),
        "background_color": (4, 7),
    },
    "features": {"app_home": None, "bot_user": None, "slash_commands": None, "shortcuts": None},
    "features.app_home": {
        "home_tab_enabled": None,
        "messages_tab_enabled": None,
        "messages_tab_read_only_enabled": None,
    },
    "features.bot_user": {"display_name!": (1, 80), "always_online": None},
    "features.slash_commands[]": {
        "command!": (2, 32),
        "description!": (1, 2000),
        "usage_hint": (1, 1000),
        "should_escape": None,
    },
    "features.shortcuts[]": {"name!": (1, 24), "type!": (1, 7), "callback_id!": (1, 255), "description!": (1, 150)},
    "oauth_config": {"scopes": None},
    "oauth_config.scopes": {"bot": None},
    "oauth_config.scopes.bot[]": {},
    "settings": {
        "event_subscriptions": None,
        "interactivity": None,
        "org_deploy_enabled": None,
        "socket_mode_enabled": None,
        "token_rotation_enabled": None,
    },
    "settings.event_subscriptions": {"bot_events": None},
    "settings.event_subscriptions.bot_events[]": {},
    "settings.interactivity": {"is_enabled!": None},
}


def wrong(value: object, at: str = "") -> Iterator[str]:
    """What Slack would refuse in a part of a manifest."""
    if isinstance(value, list):
        yield from (line for each in value for line in wrong(each, f"{at}[]"))
    elif isinstance(value, dict):
        allowed = {key.rstrip("!"): limits for key, limits in KEYS[at].items()}
        yield from (f"{at}: no {key}" for key in KEYS[at] if key.endswith("!") and key.rstrip("!") not in value)
        yield from (f"{at}: {key} is not known" for key in value if key not in allowed)
        for key, inner in value.items():
            low, high = allowed.get(key) or (0, 100_000)
            if isinstance(inner, str) and not low <= len(inner) <= high:
                yield f"{at}.{key}: {len(inner)} characters"
            elif not isinstance(inner, str) and key in allowed:
                yield from wrong(inner, f"{at}.{key}".lstrip("."))


def test_slack_accepts_it() -> None:
    """Every key is known, every needed one is there, and every text has the length that it may have."""
    assert list(wrong(MANIFEST)) == []
    commands = [each["command"] for each in MANIFEST["features"]["slash_commands"]]
    assert all(re.fullmatch(r"/[a-z-]+", command) for command in commands)
    assert re.fullmatch("#[0-9a-f]{6}", MANIFEST["display_information"]["background_color"])
    assert {each["type"] for each in MANIFEST["features"]["shortcuts"]} == {"message"}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"display_information": {"name": "D" * 36}}, "display_information.name: 36 characters"),
        ({"features": {}}, ": no display_information!"),
        ({"display_information": {"name": "D", "icon": "x"}}, "display_information: icon is not known"),
        (
            {"display_information": {"name": "D"}, "features": {"shortcuts": [{"name": "N", "type": "message"}]}},
            "features.shortcuts[]: no callback_id!",
        ),
    ],
)
def test_what_slack_refuses_is_found(part: dict[str, Any], said: str) -> None:
    """A text that is too long, a part that is missing and a key that nobody knows."""
    assert said in list(wrong(part))


def test_it_works_out_of_the_box() -> None:
    """Socket mode, interactivity, both tabs of the app's home and a bot that is always there; tokens do not rotate."""
    settings, features = MANIFEST["settings"], MANIFEST["features"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert settings["token_rotation_enabled"] is False
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert features["bot_user"]["always_online"] is True


def test_it_asks_for_what_is_needed_and_for_nothing_else() -> None:
    """Scopes, events, shortcuts and commands, each once, in both directions."""
    scopes, events = (
        MANIFEST["oauth_config"]["scopes"]["bot"],
        MANIFEST["settings"]["event_subscriptions"]["bot_events"],
    )
    assert scopes == sorted(needs.scopes())
    assert events == sorted(needs.EVENTS)
    shortcuts = {each["callback_id"]: each["name"] for each in MANIFEST["features"]["shortcuts"]}
    assert shortcuts == needs.SHORTCUTS
    commands = [each["command"] for each in MANIFEST["features"]["slash_commands"]]
    assert commands == [Settings().slack_clip_command, Settings().slack_dailies_command]
    assert all(each["usage_hint"] for each in MANIFEST["features"]["slash_commands"])


def _trees() -> list[ast.Module]:
    folder = Path(slack.__file__).parent
    return [ast.parse(path.read_text()) for path in sorted(folder.glob("*.py")) if path.name != "needs.py"]


def called() -> set[str]:
    """Each method of the Web API that the adapter names: as the client's own method, or by its name."""
    source = Path(async_client.__file__).read_text()
    by_name = dict(re.findall(r"async def (\w+)\((?:(?!async def).)*?api_call\(\s*\"([\w.]+)\"", source, re.DOTALL))
    nodes = [node for tree in _trees() for node in ast.walk(tree)]
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {by_name[name] for name in attributes & set(by_name)} | (texts & set(by_name.values()))


def test_the_methods_that_are_called_are_those_of_the_table() -> None:
    """Whoever calls another method says which scopes it takes; a method that nobody calls any more asks for none."""
    assert called() - set(needs.APP_METHODS) == set(needs.METHODS)


def listens(kind: str) -> bool:
    """Whether the code names such an event to bolt; ``message.im`` comes as a message."""
    tree = ast.parse((Path(slack.__file__).parent / "app.py").read_text())
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return any(re.fullmatch(text, kind.partition(".")[0]) for text in texts if re.fullmatch(r"[a-z_]+\S*", text))


@pytest.mark.parametrize("event", needs.EVENTS)
def test_every_event_that_is_asked_for_is_heard(event: str) -> None:
    """None is sent for nothing."""
    assert listens(event)


@pytest.mark.parametrize("event", ["member_left_channel", "file_shared", "team_join", "channel_rename", "link_shared"])
def test_no_other_event_is_heard(event: str) -> None:
    """What the manifest does not ask for would never come."""
    assert not listens(event)


def test_every_shortcut_does_something() -> None:
    """Each callback id of the manifest is one that the code knows, and there are no others."""
    assert {*shortcuts.VERBS, shortcuts.ANIMATE} == set(needs.SHORTCUTS)
