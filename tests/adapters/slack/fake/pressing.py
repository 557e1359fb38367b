"""Finding the button or menu that somebody means, and what Slack says was done with it."""

from __future__ import annotations

from typing import Any

from tests.adapters.slack.fake.screens import elements_of
from tests.adapters.slack.fake.values import Json

#: How the choice of a menu is named, by its type.
CHOSEN = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
}
MANY = frozenset({"multi_static_select", "checkboxes"})


def usable(blocks: list[Json], what: str) -> tuple[Json, Json]:
    """The block and its element with this label, placeholder, value or ``action_id``.

    Raises:
        LookupError: there is none, or more than one.
    """
    every = [(block, element) for block in blocks for element in elements_of(block)]
    found = [(block, element) for block, element in every if what in (element.get("action_id"), label_of(element))]
    if len(found) != 1:
        there = [label_of(element) or element.get("action_id") for _, element in every]
        said = f"{len(found)} elements {what!r} among {there}"
        raise LookupError(said)
    return found[0]


def label_of(element: Json) -> str:
    """What is written on an element."""
    written = element.get("text") or element.get("placeholder") or {}
    return str(written.get("text", ""))


def pressed(block: Json, element: Json, choice: Any) -> Json:
    """The action of a press."""
    action = {"type": element["type"], "block_id": block["block_id"], "action_id": element["action_id"]}
    if element["type"] == "button":
        return action | {name: element[name] for name in ("text", "value", "style") if name in element}
    return action | chosen(element, choice)


def chosen(element: Json, choice: Any) -> Json:
    """A choice or a text as Slack hands it on; an option is named by its text or its value.

    Raises:
        LookupError: there is no such option.
    """
    kind = element["type"]
    if kind in MANY:
        return {"selected_options": [_option(element, each) for each in choice or []]}
    if kind in CHOSEN:
        return {CHOSEN[kind]: choice}
    return {"selected_option": None if choice is None else _option(element, choice)}


def _option(element: Json, choice: str) -> Json:
    groups = element.get("option_groups") or [element]
    options: list[Json] = [option for group in groups for option in group["options"]]
    for option in options:
        if choice in (option["value"], option["text"]["text"]):
            return option
    said = f"no option {choice!r} among {[option['text']['text'] for option in options]}"
    raise LookupError(said)
