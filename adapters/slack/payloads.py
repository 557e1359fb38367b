"""What Slack sends, read without trusting that anything is there: who, where, by which event, and how to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.ids import PLATFORM, channel_id
from bot.core.errors import Refusal
from bot.core.sentences import talk

Payload = Mapping[str, Any]
_TS = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who wants something, and by which ways it can be answered."""

    team: str
    #: Empty in the app's home.
    channel: str
    person: str
    #: The platform's id of the event; the same id twice is carried out once.
    event: str
    #: The parent of the thread in which it was said or pressed.
    thread: str = ""
    response_url: str = ""
    #: Opens a window, within three seconds.
    trigger: str = ""
    #: What was pressed is a message that only this person sees: an answer can take its place.
    own: bool = False
    #: Of such a message what stays below which the answer stands: all but its buttons.
    kept: tuple[Any, ...] = ()


class Shapeless(Refusal):
    """A payload without what each of its kind has."""

    def __init__(self) -> None:
        """It is answered all the same, where that can be done."""
        super().__init__(talk.not_understood())


def read(payload: Any, *path: str | int) -> Any:
    """What stands at a path of names and places; ``None`` where the way ends before."""
    for step in path:
        if isinstance(step, int):
            payload = payload[step] if isinstance(payload, list) and len(payload) > step else None
        else:
            payload = payload.get(step) if isinstance(payload, Mapping) else None
    return payload


def text(payload: Any, *path: str | int) -> str:
    """The text at a path; empty where there is none."""
    found = read(payload, *path)
    return found if isinstance(found, str) else ""


def each(payload: Any, *path: str | int) -> list[Any]:
    """What a list at a path has; nothing where there is none."""
    found = read(payload, *path)
    return found if isinstance(found, list) else []


def needed(payload: Any, *path: str | int) -> str:
    """The text at a path.

    Raises:
        Shapeless: there is none.
    """
    found = text(payload, *path)
    if not found:
        raise Shapeless
    return found


def time_of(ts: str) -> int | None:
    """The UTC milliseconds of one of Slack's times; ``None`` where it is none."""
    found = _TS.fullmatch(ts)
    return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")[:3]) if found else None


def team_of(body: Payload) -> str:
    """The workspace in which the app is installed; never that of a stranger in a shared channel."""
    ways = (
        ("authorizations", 0, "team_id"),
        ("view", "app_installed_team_id"),
        ("context_team_id",),
        ("team", "id"),
        ("team_id",),
        ("user", "team_id"),
    )
    return next((found for way in ways if (found := text(body, *way))), "")


def enterprise_of(body: Payload) -> str:
    """The organisation of an installation, or nothing."""
    ways = (
        ("authorizations", 0, "enterprise_id"),
        ("enterprise", "id"),
        ("context_enterprise_id",),
        ("enterprise_id",),
    )
    return next((found for way in ways if (found := text(body, *way))), "")


def is_whole(body: Payload) -> bool:
    """Whether it has what tells to whom it goes; the vendor's matchers trust that it has."""
    match text(body, "type"):
        case "event_callback":
            return bool(text(body, "event", "type"))
        case "block_actions":
            return bool(text(body, "actions", 0, "action_id"))
        case "view_submission":
            return bool(text(body, "view", "callback_id")) and text(body, "view", "type") == "modal"
        case "message_action":
            return bool(text(body, "callback_id"))
        case _:
            return bool(text(body, "command"))


def of_command(body: Payload) -> Caller:
    """A slash command.

    Raises:
        Shapeless
    """
    return Caller(
        team=needed({"team": team_of(body)}, "team"),
        channel=needed(body, "channel_id"),
        person=needed(body, "user_id"),
        event=f"{PLATFORM}:{needed(body, 'trigger_id')}",
        response_url=text(body, "response_url"),
        trigger=text(body, "trigger_id"),
    )


def of_interaction(body: Payload) -> Caller:
    """A button or a shortcut.

    Raises:
        Shapeless
    """
    message = body.get("message") or body.get("container")
    thread = text(message, "thread_ts") or text(body, "container", "thread_ts")
    channel = text(body, "channel", "id") or text(body, "container", "channel_id")
    direct = channel.startswith("D")
    return Caller(
        team=needed({"team": team_of(body)}, "team"),
        channel=channel,
        person=needed(body, "user", "id"),
        event=f"{PLATFORM}:{needed(body, 'trigger_id')}",
        thread=thread,
        response_url=text(body, "response_url"),
        trigger=text(body, "trigger_id"),
        own=direct or read(body, "container", "is_ephemeral") is True,
        kept=tuple(_without_buttons(body)) if direct else (),
    )


def _without_buttons(body: Payload) -> Iterator[Payload]:
    for block in each(body, "message", "blocks"):
        if text(block, "type") not in {"", "actions"}:
            yield {name: value for name, value in block.items() if name != "block_id"}


def of_submission(body: Payload, *, channel: str, thread: str) -> Caller:
    """A modal that was filled in; where it was opened is what the view has kept.

    Raises:
        Shapeless
    """
    person = needed(body, "user", "id")
    return Caller(
        team=needed({"team": team_of(body)}, "team"),
        channel=channel,
        person=person,
        event=f"{PLATFORM}:{needed(body, 'view', 'id')}:{person}",
        thread=thread,
        trigger=text(body, "trigger_id"),
    )


def of_event(body: Payload, *, channel: str, thread: str = "") -> Caller:
    """An event of somebody.

    Raises:
        Shapeless
    """
    return Caller(
        team=needed({"team": team_of(body)}, "team"),
        channel=channel,
        person=needed(body, "event", "user"),
        event=f"{PLATFORM}:{needed(body, 'event_id')}",
        thread=thread,
    )


def of_mention(body: Payload) -> Caller:
    """A message that names the bot. Slack sends it anew, as another event, whenever its writer edits it.

    So its key is the message's own: what has been ordered with a message is not ordered again by mending a word.

    Raises:
        Shapeless
    """
    event = read(body, "event")
    caller = of_event(body, channel=needed(event, "channel"), thread=text(event, "thread_ts"))
    return replace(caller, event=f"{channel_id(caller.team, caller.channel)}:{needed(event, 'ts')}")
