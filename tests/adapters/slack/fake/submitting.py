"""Filling in the fields of a modal, as far as Slack itself lets somebody."""

from __future__ import annotations

from typing import Any

from tests.adapters.slack.fake.limits import LONGEST_INPUT, MOST_FILES
from tests.adapters.slack.fake.pressing import chosen
from tests.adapters.slack.fake.values import FakeView, Json


def filled(view: FakeView, values: dict[str, Any], files: dict[str, list[Json]]) -> None:
    """Put what was typed, chosen and picked into the view's state.

    Raises:
        LookupError: there is no such field, or none that is the only one of its name.
        ValueError: Slack would not submit this: a field is empty, too short or too long.
    """
    fields = [block for block in view.blocks if block["type"] == "input"]
    wanted = {id(_field(fields, name)): value for name, value in (values | files).items()}
    for block in fields:
        element = block["element"]
        state = view.typed.setdefault(block["block_id"], {})
        if id(block) in wanted:
            state[element["action_id"]] = {"type": element["type"], **_value(element, wanted[id(block)])}
        elif element["action_id"] not in state:
            state[element["action_id"]] = {"type": element["type"], **_initial(element)}
        _check(block, state[element["action_id"]])


def _field(fields: list[Json], name: str) -> Json:
    found = [each for each in fields if name in (each["block_id"], each["element"]["action_id"], each["label"]["text"])]
    if len(found) != 1:
        said = f"{len(found)} fields {name!r} among {[each['label']['text'] for each in fields]}"
        raise LookupError(said)
    return found[0]


def _value(element: Json, value: Any) -> Json:
    return {"files": value} if element["type"] == "file_input" else chosen(element, value)


def _initial(element: Json) -> Json:
    if element["type"] == "file_input":
        return {"files": []}
    initial = {name.removeprefix("initial_"): value for name, value in element.items() if name.startswith("initial_")}
    if "option" in initial or "options" in initial:
        return {f"selected_{name}": value for name, value in initial.items()}
    return chosen(element, next(iter(initial.values()), None))


def _check(block: Json, state: Json) -> None:
    name, element = block["label"]["text"], block["element"]
    value = next((value for key, value in state.items() if key != "type"), None)
    if not value and not block.get("optional"):
        said = f"Slack wants {name!r} filled in"
        raise ValueError(said)
    if element["type"] == "plain_text_input" and value:
        if len(value) > element.get("max_length", LONGEST_INPUT):
            said = f"{name!r} is too long to be typed"
            raise ValueError(said)
        if len(value) < element.get("min_length", 0):
            said = f"Slack wants more in {name!r}"
            raise ValueError(said)
    if element["type"] == "file_input" and len(value or []) > element.get("max_files", MOST_FILES):
        said = f"more files than {name!r} takes"
        raise ValueError(said)
