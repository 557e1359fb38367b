"""Block Kit's limits of texts, ids and options; each check says what is wrong as Slack does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.adapters.slack.fake.values import Json

LONGEST_ID = 255
LONGEST_SECTION = 3000
LONGEST_BUTTON = 75
LONGEST_VALUE = 2000
LONGEST_OPTION = 75
LONGEST_OPTION_VALUE = 150
LONGEST_INPUT = 3000
LONGEST_HEADER = 150
LONGEST_LABEL = 2000
LONGEST_PLACEHOLDER = 150
LONGEST_URL = 3000
MOST_OPTIONS = 100
MOST_FILES = 10
#: Options of the elements that show all of them.
MOST_SHOWN = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}
SELECTS = frozenset({"static_select", "multi_static_select"})
OTHERS = frozenset(
    {
        "users_select",
        "multi_users_select",
        "conversations_select",
        "channels_select",
        "multi_channels_select",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "number_input",
        "email_text_input",
        "url_text_input",
    }
)
INPUTS_ONLY = frozenset({"plain_text_input", "file_input", "number_input", "email_text_input", "url_text_input"})

Wrong = Iterator[str]


def text(value: Any, at: str, most: int, *, plain: bool) -> Wrong:
    """A text object with 1 to ``most`` characters."""
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(value, dict) or value.get("type") not in kinds or not isinstance(value.get("text"), str):
        yield f"[ERROR] must be a valid text object of type {' or '.join(kinds)} [json-pointer:{at}]"
    else:
        yield from string(value["text"], f"{at}/text", most)


def string(value: Any, at: str, most: int, *, least: int = 1) -> Wrong:
    """A string with ``least`` to ``most`` characters."""
    if not isinstance(value, str):
        yield f"[ERROR] must be a string [json-pointer:{at}]"
    elif len(value) > most:
        yield f"[ERROR] must be less than {most + 1} characters [json-pointer:{at}]"
    elif len(value) < least:
        yield f"[ERROR] must be more than {least - 1} characters [json-pointer:{at}]"


def counted(value: Any, at: str, most: int, *, least: int = 1) -> Wrong:
    """A list with ``least`` to ``most`` items."""
    if not isinstance(value, list):
        yield f"[ERROR] must be an array [json-pointer:{at}]"
    elif len(value) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{at}]"
    elif len(value) < least:
        yield f"[ERROR] no less than {least} items allowed [json-pointer:{at}]"


def element(value: Any, at: str, *, in_input: bool) -> Wrong:
    """An element that somebody can use."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in INPUTS_ONLY and not in_input:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"
        return
    if "action_id" in (value if isinstance(value, dict) else {}):
        yield from string(value["action_id"], f"{at}/action_id", LONGEST_ID)
    match kind:
        case "button" if not in_input:
            yield from _button(value, at)
        case "plain_text_input":
            yield from _typed(value, at)
        case "file_input":
            yield from _files(value, at)
        case str() if kind in SELECTS or kind in MOST_SHOWN:
            yield from _options(value, at, kind)
        case str() if kind in OTHERS:
            yield from _placeholder(value, at)
        case _:
            yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"


def _button(value: Json, at: str) -> Wrong:
    yield from text(value.get("text"), f"{at}/text", LONGEST_BUTTON, plain=True)
    if "value" in value:
        yield from string(value["value"], f"{at}/value", LONGEST_VALUE)
    if "url" in value:
        yield from string(value["url"], f"{at}/url", LONGEST_URL)
    if value.get("style") not in (None, "primary", "danger"):
        yield f"[ERROR] must be a valid enum value [json-pointer:{at}/style]"
    if "confirm" in value:
        yield from _confirm(value["confirm"], f"{at}/confirm")


def _confirm(value: Json, at: str) -> Wrong:
    yield from text(value.get("title"), f"{at}/title", 100, plain=True)
    yield from text(value.get("text"), f"{at}/text", 300, plain=False)
    for name in ("confirm", "deny"):
        if name in value:
            yield from text(value[name], f"{at}/{name}", 30, plain=True)


def _typed(value: Json, at: str) -> Wrong:
    yield from _placeholder(value, at)
    longest, shortest = value.get("max_length", LONGEST_INPUT), value.get("min_length", 0)
    if not 1 <= longest <= LONGEST_INPUT:
        yield f"[ERROR] must be between 1 and {LONGEST_INPUT} [json-pointer:{at}/max_length]"
    if not 0 <= shortest <= LONGEST_INPUT:
        yield f"[ERROR] must be between 0 and {LONGEST_INPUT} [json-pointer:{at}/min_length]"
    if value.get("initial_value"):
        yield from string(value["initial_value"], f"{at}/initial_value", min(longest, LONGEST_INPUT))


def _files(value: Json, at: str) -> Wrong:
    if not 1 <= value.get("max_files", MOST_FILES) <= MOST_FILES:
        yield f"[ERROR] must be between 1 and {MOST_FILES} [json-pointer:{at}/max_files]"


def _placeholder(value: Json, at: str) -> Wrong:
    if "placeholder" in value:
        yield from text(value["placeholder"], f"{at}/placeholder", LONGEST_PLACEHOLDER, plain=True)


def _options(value: Json, at: str, kind: str) -> Wrong:
    yield from _placeholder(value, at)
    groups = value.get("option_groups")
    if groups is not None and kind in SELECTS:
        yield from counted(groups, f"{at}/option_groups", MOST_OPTIONS)
        lists = [(group["options"], f"{at}/option_groups/{n}/options") for n, group in enumerate(groups)]
    else:
        lists = [(value.get("options"), f"{at}/options")]
    offered = []
    for options, where in lists:
        yield from counted(options, where, MOST_SHOWN.get(kind, MOST_OPTIONS))
        for n, option in enumerate(options or []):
            offered.append(option)
            yield from text(
                option.get("text"),
                f"{where}/{n}/text",
                LONGEST_OPTION,
                plain=kind not in ("checkboxes", "radio_buttons"),
            )
            yield from string(option.get("value"), f"{where}/{n}/value", LONGEST_OPTION_VALUE)
    chosen = [value[name] for name in ("initial_option",) if name in value] + list(value.get("initial_options", []))
    if any(each not in offered for each in chosen):
        yield f"[ERROR] initial option is not one of the options [json-pointer:{at}]"
